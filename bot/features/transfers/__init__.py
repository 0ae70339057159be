"""A child moves to another borough: told, acknowledged, and where it stands for both sides (peer review, paragraphs
199-201).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.transfers.forms import Acknowledge, NewTransfer
from bot.features.transfers.notices import (
    MyTransfers,
    TransferAcknowledged,
    TransferArrived,
    TransferStands,
    TransferTold,
)
from bot.features.transfers.steps import (
    acknowledge_transfer,
    line_of,
    my_transfers,
    record_transfer,
    transfer_status,
    with_contact,
)
from bot.kit.errors import Conflict
from bot.kit.messages import Notice
from bot.lifecycles.transfer import next_step
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Owed, Spoken
from storage.queries.people import coordinators_of
from storage.queries.transfers import transfer_named
from storage.records import Delivery, Partnership, TransferState

SHOWN = 5


def _told(ctx: Context, form: NewTransfer, _about: Subject) -> Reply:
    transfer = record_transfer(ctx, form)
    receiving = ctx.session.get_one(Partnership, transfer.receiving_id)
    nobody = not coordinators_of(ctx.session, receiving.id)
    return Reply(TransferTold(line_of(ctx, transfer), nobody, receiving.mash_phone).message(), place=Place.INSTEAD)


def _acknowledged(ctx: Context, form: Acknowledge, about: Subject) -> Reply:
    try:
        transfer = acknowledge_transfer(ctx, about.reference, about.seen, int(form.contact))
    except Conflict:
        transfer = transfer_status(ctx, about.reference)
    return Reply(TransferStands(with_contact(ctx, transfer)).message(), place=Place.INSTEAD)


def _where(ctx: Context, spoken: Spoken) -> Reply:
    if not spoken.reference:
        return _mine(ctx, spoken)
    return Reply(
        TransferStands(with_contact(ctx, transfer_status(ctx, spoken.reference))).message(), place=Place.ONLY_YOU
    )


def _mine(ctx: Context, _spoken: Spoken) -> Reply:
    found = my_transfers(ctx)
    return Reply(
        MyTransfers(tuple(line_of(ctx, one) for one in found[:SHOWN]), max(len(found) - SHOWN, 0)).message(),
        place=Place.ONLY_YOU,
    )


def _new(_ctx: Context, _spoken: Spoken) -> Opening:
    return Opening(NewTransfer)


def _acknowledge(ctx: Context, spoken: Spoken) -> Reply | Opening:
    transfer = transfer_status(ctx, spoken.reference)
    line = line_of(ctx, transfer)
    if not line.mine_to_acknowledge or (spoken.seen is not None and spoken.seen != transfer.version):
        return Reply(TransferStands(with_contact(ctx, transfer)).message())
    return Opening(Acknowledge, about=Subject(transfer.reference, transfer.version))


def _write_arrived(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    transfer = transfer_named(session, delivery.about)
    if transfer is None or transfer.state is not TransferState.NOTIFIED:
        return None
    _, _, by = next_step(transfer)
    return TransferArrived(transfer.reference, transfer.version, transfer.origin.name, transfer.receiving.name, by)


def _write_acknowledged(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    transfer = transfer_named(session, delivery.about)
    if transfer is None or transfer.state is not TransferState.ACKNOWLEDGED:
        return None
    _, what, by = next_step(transfer)
    return TransferAcknowledged(transfer.reference, transfer.receiving.name, transfer.origin.name, what, by)


COMMANDS = (
    Command("transfer", "Ask where a case transfer is", _where, needs=May.ASK_ABOUT_TRANSFERS, takes="T-7K2F9"),
    Command("my transfers", "List the case transfers you may see", _mine, needs=May.ASK_ABOUT_TRANSFERS),
    Command("new transfer", "Tell another borough that a child is moving there", _new, needs=May.RUN_TRANSFERS),
    Command(
        "acknowledge", "Acknowledge a transfer to your borough", _acknowledge, needs=May.RUN_TRANSFERS, takes="T-7K2F9"
    ),
)
FORMS = (Guided(NewTransfer, _told), Guided(Acknowledge, _acknowledged))
OWED = (Owed("transfer_arrived", _write_arrived), Owed("transfer_acknowledged", _write_acknowledged))
