"""What became of a letter, as it is written into the ledger: each change only by whoever still holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy.orm import Session

from bot.losing import shut_out, turned_away
from storage.queries.claims import give_back, mark_sent, settle
from storage.records import Delivery, DeliveryState

ATTEMPTS = 8
PATIENCE = timedelta(hours=4)  # with a platform to which nothing gets through, before another way is taken
NO_ANSWER = "the place where they read messages did not answer"
Ids = tuple[int, ...]


@dataclass(frozen=True)
class Sent:
    ids: Ids
    sent_as: str


@dataclass(frozen=True)
class NotNow:
    """Nothing was called: it goes back as it was, and is due when its pace allows (None: as before)."""

    ids: Ids
    held_as: DeliveryState
    due_at: datetime | None


@dataclass(frozen=True)
class Busy:
    ids: Ids
    until: datetime


@dataclass(frozen=True)
class Shut:
    """Nothing gets through to anybody there, and `why`."""

    ids: Ids
    until: datetime
    why: str


@dataclass(frozen=True)
class Never:
    ids: Ids
    reason: str


@dataclass(frozen=True)
class NobodyKnows:
    ids: Ids


Outcome = Sent | NotNow | Busy | Shut | Never | NobodyKnows


def record(session: Session, owner: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """The two that are many are written in one statement each."""
    sent = [one for one in outcomes if isinstance(one, Sent)]
    back = [one for one in outcomes if isinstance(one, NotNow)]
    mark_sent(session, owner, {of: one.sent_as for one in sent for of in one.ids}, now)
    give_back(session, owner, [{"of": of, "held": one.held_as, "at": one.due_at} for one in back for of in one.ids])
    for outcome in outcomes:
        _record(session, owner, outcome, now)


def _record(session: Session, owner: str, outcome: Outcome, now: datetime) -> None:
    match outcome:
        case Busy(ids, until):
            _put_off(session, ids, owner, until, now)
        case Shut(ids, until, why):
            _wait(session, ids, owner, until, why, now)
        case Never(ids, reason):
            _give_up(session, ids, owner, reason, now)
        case NobodyKnows(ids):
            settle(session, ids, owner, DeliveryState.AMBIGUOUS)


def _put_off(session: Session, ids: Ids, owner: str, until: datetime, now: datetime) -> None:
    """Try again later, each time a little later still; after the last attempt, give that account up."""
    tried = session.get_one(Delivery, ids[0]).attempts
    if tried >= ATTEMPTS:
        _give_up(session, ids, owner, NO_ANSWER, now)
        return
    settle(session, ids, owner, DeliveryState.PENDING, due_at=until + timedelta(minutes=2**tried - 2))


def _wait(session: Session, ids: Ids, owner: str, until: datetime, why: str, now: datetime) -> None:
    """For as long as it takes, and it was no attempt: many wait, and none of them is lost."""
    since = func.coalesce(Delivery.waits_since, now)
    changes = {"due_at": until, "attempts": Delivery.attempts - 1, "reason": why, "waits_since": since}
    if settle(session, ids, owner, DeliveryState.PENDING, **changes):
        for delivery in (session.get_one(Delivery, one, populate_existing=True) for one in ids):
            if delivery.waits_since and delivery.waits_since + PATIENCE <= now:
                shut_out(session, delivery, now)


def _give_up(session: Session, ids: Ids, owner: str, reason: str, now: datetime) -> None:
    if settle(session, ids, owner, DeliveryState.FAILED):
        for delivery_id in ids:
            turned_away(session, session.get_one(Delivery, delivery_id), reason, now)
