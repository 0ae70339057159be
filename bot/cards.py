"""A message that was sent, as it would read now: what is still so of it, or that nothing is."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.kit.messages import Message, Notice
from bot.kit.worktime import local_day
from bot.letters import SHOWN as IN_ONE
from bot.letters import in_one
from bot.notices import Overtaken, Removed
from bot.posted import posted_in
from bot.writing import OWED
from storage.queries.cards import deliveries_of, deliveries_sent_as
from storage.queries.people import holdings_of
from storage.queries.retention import erasure_of
from storage.records import Account, Delivery, Posted, StaleCard

log = logging.getLogger(__name__)

SHOWN = 3  # buttons that ask again
# the word for each kind of reference
WHERE_TO_LOOK = {
    "A": "action",
    "B": "escalation",
    "C": "read",
    "E": "read",
    "F": "flag",
    "G": "agreement",
    "M": "read",
    "R": "referral",
    "T": "transfer",
}


def as_of_now(session: Session, stale: StaleCard, now: datetime) -> tuple[str, Message]:
    """The platform's id for it, and what it should show."""
    if posted := posted_in(session, stale.letter):
        return posted.sent_as, without_details(session, posted, now)
    told = deliveries_of(session, stale.letter, stale.account_id)
    return told[0].sent_as or "", card_now(session, told, stale.account, now)


def card_now(session: Session, deliveries: Sequence[Delivery], reader: Account, now: datetime) -> Message:
    """`deliveries`: what the message told.  Of what is no longer for its reader it says no more than the reference."""
    rows = [(OWED[one.kind], one) for one in deliveries]
    still = [(row, one, notice) for row, one in rows if (notice := _still(session, one, reader, now))]
    return in_one(still) if still else overtaken(deliveries).message()


def without_details(session: Session, posted: Posted, now: datetime) -> Message:
    """Where they took the place of a message that was sent, what that says now; else the day, and how to ask again."""
    if told := deliveries_sent_as(session, posted.account_id, posted.sent_as):
        return card_now(session, told, posted.account, now)
    about = tuple(posted.about.split())
    return Removed(local_day(now), about, _where_to_look(about[:SHOWN])).message()


def _still(session: Session, delivery: Delivery, reader: Account, now: datetime) -> Notice | None:
    if delivery.post_id and delivery.post_id not in _posts(session, reader, now):
        return None
    if erasure_of(session, delivery.about):
        return None
    try:
        with session.begin_nested():
            return OWED[delivery.kind].write(session, delivery, now)
    except Exception as error:
        log.error("delivery %s (%s) cannot be written anew: %s", delivery.id, delivery.kind, type(error).__name__)
        return None


def _posts(session: Session, reader: Account, now: datetime) -> set[int]:
    """That they answer for today, as holder or as deputy."""
    return (
        {one.post_id for one in holdings_of(session, reader.person_id, local_day(now))} if reader.person_id else set()
    )


def overtaken(deliveries: Sequence[Delivery]) -> Notice:
    about = tuple(dict.fromkeys(one.about for one in deliveries))
    return Overtaken(about, _where_to_look(about[:IN_ONE]))


def _where_to_look(about: Sequence[str]) -> tuple[tuple[str, str], ...]:
    several = len(about) > 1
    lines = [
        (f"See how {reference} stands" if several else "See how it stands", f"{word} {reference}")
        for reference in about
        if (word := WHERE_TO_LOOK.get(reference[0]))
    ]
    return (*lines, ("What I have open", "mine"))
