"""How the delivery of messages is going, in counts: never who, and never about what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from storage.records import Account, Delivery, JobRun
from storage.records.base import exactly

Counts = Sequence[Row[*tuple[Any, ...]]]  # what is counted, and how many
HOW_MANY = func.count(Delivery.id)
PENDING = Delivery.state == exactly("pending")
TRIED = or_(Delivery.attempts > 0, Delivery.waits_since.is_not(None))
UNKNOWN = Delivery.state == exactly("ambiguous")
LOST = Delivery.state.in_([exactly("failed"), exactly("expired")])


def owed(session: Session, now: datetime) -> Counts:
    """Due, and waiting to be sent."""
    return _by(session, select(Delivery.kind, HOW_MANY).where(PENDING, Delivery.due_at <= now))


def oldest_owed(session: Session, now: datetime) -> datetime | None:
    return session.scalar(select(func.min(Delivery.due_at)).where(PENDING, Delivery.due_at <= now))


def put_off(session: Session, now: datetime) -> Counts:
    """Tried already, and waiting until the platform will take it."""
    waiting = select(Delivery.kind, HOW_MANY).where(PENDING, Delivery.due_at > now, TRIED)
    return _by(session, waiting)


def held_back(session: Session, now: datetime) -> Counts:
    """Not tried yet, and waiting for their moment: the pace of their platform, or working time."""
    waiting = select(Delivery.kind, HOW_MANY).where(PENDING, Delivery.due_at > now, ~TRIED)
    return _by(session, waiting)


def in_hand(session: Session) -> Counts:
    """Claimed, or being sent at this moment."""
    return _by(session, select(Delivery.kind, HOW_MANY).where(Delivery.leased_until.is_not(None)))


def ambiguous(session: Session) -> Counts:
    return _by(session, _with_platform().where(UNKNOWN))


def sent_since(session: Session, since: datetime) -> Counts:
    return _by(session, _with_platform().where(Delivery.sent_at > since))


def lost_since(session: Session, since: datetime) -> Counts:
    """Failed or expired, by when it was due: by kind and by the words for why."""
    return _by(session, select(Delivery.kind, Delivery.reason, HOW_MANY).where(LOST, Delivery.due_at > since))


def jobs_run(session: Session) -> dict[str, datetime]:
    """When each job last came to its end."""
    return {one.job: one.at for one in session.scalars(select(JobRun))}


def note_run(session: Session, job: str, now: datetime) -> None:
    session.merge(JobRun(job=job, at=now))


def leases_over(session: Session, before: datetime) -> int:
    """Deliveries in the hand of a process that has not put them down."""
    return session.scalar(select(HOW_MANY).where(Delivery.leased_until <= before)) or 0


def late(session: Session, before: datetime) -> int:
    return session.scalar(select(HOW_MANY).where(PENDING, Delivery.due_at <= before)) or 0


def shut_out(session: Session) -> Counts:
    """Waiting because nothing gets through: why, how many, and since when."""
    asked = select(Delivery.reason, HOW_MANY, func.min(Delivery.waits_since)).where(PENDING)
    return session.execute(
        asked.where(Delivery.waits_since.is_not(None), Delivery.reason.is_not(None)).group_by(Delivery.reason)
    ).all()


def unknown_for_long(session: Session, before: datetime) -> int:
    """Nobody knows whether they arrived, and they were due before then."""
    return session.scalar(select(HOW_MANY).where(UNKNOWN, Delivery.due_at <= before)) or 0


def lost_on(session: Session, since: datetime) -> dict[str, int]:
    """How many were given up on each platform, of those that were to be sent there."""
    lost = select(Account.platform, HOW_MANY).join(Account, Delivery.account_id == Account.id)
    return dict(session.execute(lost.where(LOST, Delivery.due_at > since).group_by(Account.platform)).all())


def sent_on(session: Session, since: datetime) -> frozenset[str]:
    """The platforms on which anything was sent."""
    sent = select(Account.platform).join(Delivery, Delivery.account_id == Account.id)
    return frozenset(session.scalars(sent.where(Delivery.sent_at > since).distinct()))


def last_heard(session: Session) -> dict[str, datetime]:
    """When somebody last said something on each platform."""
    latest = select(Account.platform, func.max(Account.last_used_at)).group_by(Account.platform)
    return dict(session.execute(latest).all())


def clock_of_the_server(session: Session) -> datetime | None:
    """None: the database has no machine of its own."""
    return session.scalar(select(func.now())) if session.get_bind().dialect.name == "postgresql" else None


def _with_platform() -> Select[*tuple[Any, ...]]:
    return select(Account.platform, Delivery.kind, HOW_MANY).join(Account, Delivery.account_id == Account.id)


def _by(session: Session, counted: Select[*tuple[Any, ...]]) -> Counts:
    """Counted for each set of the other columns."""
    *by, _ = counted.selected_columns
    return session.execute(counted.group_by(*by)).all()
