"""A transfer's life, and whose step is next by when (DOMAIN.md B.5; the clocks are our defaults, unconfirmed)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.kit.worktime import local_day, working_days_after
from bot.lifecycles.moving import Life
from storage.queries.people import coordinators_of
from storage.records import Partnership, Post, Transfer
from storage.records import TransferState as S


def _sides(session: Session, transfer: Transfer, party: Party) -> Sequence[Post]:
    return coordinators_of(session, transfer.origin_id if party is Party.ORIGIN else transfer.receiving_id)


TRANSFER = Life(
    Lifecycle(
        "transfer",
        (
            Step(
                (S.NOTIFIED,),
                "acknowledge",
                S.ACKNOWLEDGED,
                (Party.RECEIVING,),
                {Party.ORIGIN: "transfer_acknowledged"},
            ),
        ),
        {S.NOTIFIED: "told to the receiving borough", S.ACKNOWLEDGED: "acknowledged by the receiving borough"},
    ),
    _sides,
)

# state -> (whose step is next, what it is, working days it should take)
NEXT = {
    S.NOTIFIED: (Party.RECEIVING, "acknowledge, and name a contact", 1),
    S.ACKNOWLEDGED: (Party.ORIGIN, "send the papers to the contact", 3),
}


def next_step(transfer: Transfer) -> tuple[Partnership, str, date]:
    party, what, days = NEXT[transfer.state]
    whose = transfer.origin if party is Party.ORIGIN else transfer.receiving
    return whose, what, working_days_after(local_day(transfer.changed_at), days)
