"""What is deleted after its time by itself, and what a coordinator is asked about and nobody deletes silently."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.context import site_of
from bot.kit.keeps import Keeps
from bot.kit.messages import Notice
from bot.kit.worktime import LONDON, local_day
from bot.outbox import owe
from bot.tables import Job, Owed
from storage.levels import Level
from storage.queries.people import coordinators_of
from storage.queries.retention import (
    Old,
    clear,
    how_many,
    old_drafts,
    old_ledger,
    old_letters,
    old_links,
    old_proposals,
    old_requests,
    old_rows,
    old_talk,
    old_visits,
    to_review,
)
from storage.records import Action, Case, Delivery, Referral, Transfer

NIGHT = 3  # o'clock: the hour in which the clock does it
AT_ONCE = 2_000  # rows of a kind a minute, so that nobody waits for it
SHOWN = 10


@dataclass(frozen=True)
class Kept:
    """`name`: its days in Keeps."""

    name: str
    what: str
    since: str
    old: Callable[[datetime], Old]


@dataclass(frozen=True)
class Reviewed:
    """The same of what is not deleted: the coordinators are asked once a year."""

    name: str
    what: str
    letter: str  # of its references
    record: type[Referral | Action | Transfer | Case]
    borough: InstrumentedAttribute[int]  # whose coordinators decide
    since: str = "it last changed"


KEPT: tuple[Kept, ...] = (
    Kept("requests", "Answers to requests that Slack or Teams may send again", "it was heard", old_requests),
    Kept("talk", "What was said on the web page", "it was said", old_talk),
    Kept("proposals", "Words that waited for one press", "they were said", old_proposals),
    Kept("letters", "The words of messages that were sent", "it was sent", old_letters),
    Kept("drafts", "Trackers that were handed in and not imported", "they were last looked at", old_drafts),
    Kept("actions", "Rows of an imported tracker that are no actions", "it was last changed", old_rows),
    Kept("visits", "Which browsers were signed in", "they were last seen", old_visits),
    Kept("visits", "Links to sign in with", "they ended", old_links),
    Kept("ledger", "Where details stood in chat", "they were removed", old_ledger),
)
REVIEWED: tuple[Reviewed, ...] = (
    Reviewed("referrals", "Referrals", "R", Referral, Referral.partnership_id),
    Reviewed("actions", "Actions", "A", Action, Action.partnership_id),
    Reviewed("cases", "Cases", "C", Case, Case.partnership_id),
    Reviewed("transfers", "Transfers", "T", Transfer, Transfer.responsible_id),
)


@dataclass(frozen=True)
class KeepOrErase(Notice):
    """To the coordinator: these have been kept for as long as they should be without a reason."""

    level = Level.L1
    about: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Due:
    """One line of the dry run."""

    what: str
    days: int
    count: int
    asked: bool  # a coordinator decides


def due_now(session: Session, keeps: Keeps, now: datetime) -> Iterator[Due]:
    for kept in KEPT:
        yield Due(kept.what, _days(keeps, kept), how_many(session, kept.old(_since(keeps, kept, now))), asked=False)
    for row in REVIEWED:
        found = to_review(session, row.record, _since(keeps, row, now))
        yield Due(row.what, _days(keeps, row), len(found), asked=True)


def apply_some(session: Session, keeps: Keeps, now: datetime) -> int:
    """How many rows went.  Again until there are none; it may be cut short anywhere."""
    return sum(clear(session, kept.old(_since(keeps, kept, now)), AT_ONCE) for kept in KEPT)


def ask_about(session: Session, keeps: Keeps, now: datetime) -> None:
    for row in REVIEWED:
        for reference in to_review(session, row.record, _since(keeps, row, now)):
            _ask(session, row, reference, now)


def _ask(session: Session, row: Reviewed, reference: str, now: datetime) -> None:
    borough = session.scalars(select(row.borough).where(row.record.reference == reference)).one()
    for post in coordinators_of(session, borough):
        once = str(local_day(now).year)
        owe(session, "keep_or_erase", post, about=reference, version=1, at=now, once=once)


def _days(keeps: Keeps, row: Kept | Reviewed) -> int:
    days: int = getattr(keeps, row.name)
    return days


def _since(keeps: Keeps, row: Kept | Reviewed, now: datetime) -> datetime:
    return now - timedelta(days=_days(keeps, row))


def nightly(session: Session, now: datetime) -> None:
    if now.astimezone(LONDON).hour == NIGHT:
        keeps = site_of(session).keeps
        apply_some(session, keeps, now)
        ask_about(session, keeps, now)


def _write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """Unless it has changed, is held or was erased meanwhile."""
    keeps, row = site_of(session).keeps, next(one for one in REVIEWED if one.letter == delivery.about[0])
    still = delivery.about in to_review(session, row.record, _since(keeps, row, now))
    return KeepOrErase((delivery.about,), 0) if still else None


def _together(notices: Sequence[KeepOrErase]) -> Notice:
    about = tuple(dict.fromkeys(reference for one in notices for reference in one.about))
    return KeepOrErase(about[:SHOWN], max(len(about) - SHOWN, 0))


OWED = (Owed("keep_or_erase", _write, merged=_together),)
JOBS = (Job("delete what was kept for its time", nightly),)
