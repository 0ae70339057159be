"""The steps of a transfer, and reading where it is."""

from dataclasses import replace

from bot.context import Context
from bot.features.transfers.forms import NewTransfer
from bot.features.transfers.notices import TransferLine
from bot.kit.errors import NotFound, Refusal, or_not_found
from bot.kit.references import new_reference
from bot.kit.worktime import local_day
from bot.lifecycles.moving import begun, move, tell
from bot.lifecycles.transfer import TRANSFER, next_step
from bot.permissions import May, needs
from bot.sharing import What, disclose
from storage.levels import Classified, Level
from storage.queries.people import coordinators_of, posts_in
from storage.queries.transfers import transfer_for, transfers_of
from storage.records import Purpose, Role, Strand, Transfer, TransferState


@needs(May.RUN_TRANSFERS)
def record_transfer(ctx: Context, form: NewTransfer) -> Transfer:
    """Responsibility stays with the origin until the hand-over is complete: we record it and never decide it."""
    origin, receiving = int(form.origin), int(form.receiving)
    if origin not in ctx.actor.where(Role.COORDINATOR):
        raise NotFound
    if origin == receiving:
        raise Refusal("The child has to move to another borough. Say new transfer to start again.")
    transfer = Transfer(
        reference=new_reference("T"),
        origin_id=origin,
        receiving_id=receiving,
        responsible_id=origin,
        state=TransferState.NOTIFIED,
        status_in_law=form.status_in_law.value,
        length_of_stay=form.stay.value,
        child=Classified(form.child, Level.L4),
        **begun(ctx, "notify"),
    )
    tell(ctx, coordinators_of(ctx.session, receiving), "transfer_arrived", ctx.add(transfer))
    return transfer


@needs(May.RUN_TRANSFERS)
def acknowledge_transfer(ctx: Context, reference: str, seen: int | None, contact: int) -> Transfer:
    transfer = visible(ctx, reference)
    own = {post.id: post for post in posts_in(ctx.session, ctx.actor) if post.partnership_id == transfer.receiving_id}
    if contact not in own:
        raise Refusal("The contact has to be a post in the receiving borough. Say acknowledge to choose again.")
    move(ctx, TRANSFER, transfer, "acknowledge", seen, contact=own[contact])
    return transfer


@needs(May.ASK_ABOUT_TRANSFERS)
def transfer_status(ctx: Context, reference: str) -> Transfer:
    return visible(ctx, reference)


@needs(May.ASK_ABOUT_TRANSFERS)
def my_transfers(ctx: Context) -> list[Transfer]:
    return list(transfers_of(ctx.session, ctx.actor))


def visible(ctx: Context, reference: str) -> Transfer:
    return or_not_found(transfer_for(ctx.session, ctx.actor, reference))


def with_contact(ctx: Context, transfer: Transfer) -> TransferLine:
    """A post of the receiving borough is told to the other side as the sharing agreement between them says."""
    line = line_of(ctx, transfer)
    if transfer.contact is None or transfer.receiving_id in ctx.actor.where():
        return line
    sides = {post.agency_id for post in ctx.actor.posts if post.partnership_id == transfer.origin_id}
    held = [disclose(ctx, _what(transfer, agency)) for agency in sorted(sides)]
    return replace(line, contact=held[0]) if held and all(held) else line


def _what(transfer: Transfer, agency_id: int) -> What:
    whose, about = transfer.receiving_id, transfer.reference
    return What(whose, agency_id, about, Strand.CHILD, Level.L2, Purpose.TRANSFER)


def line_of(ctx: Context, transfer: Transfer) -> TransferLine:
    whose, what, by = next_step(transfer)
    return TransferLine(
        reference=transfer.reference,
        version=transfer.version,
        origin=transfer.origin.name,
        receiving=transfer.receiving.name,
        responsible=transfer.responsible.name,
        state=TRANSFER.table.words[transfer.state],
        since=local_day(transfer.changed_at),
        next_by=whose.name,
        next_what=what,
        next_on=by,
        late=by < ctx.today,
        contact=transfer.contact.words if transfer.contact else "",
        ask=whose.contact,
        mine_to_acknowledge=transfer.state is TransferState.NOTIFIED
        and transfer.receiving_id in ctx.actor.where(Role.COORDINATOR),
    )
