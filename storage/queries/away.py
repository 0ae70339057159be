"""On which days readers of messages do not work, and who may change that."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import MAIL, Actor, on_day
from storage.records import Account, ClosedDays, Holding, Person, Post, Role


def readers_of(session: Session, post_id: int, today: date) -> Sequence[Row[Person, bool, ClosedDays | None]]:
    """The holder of a post and its deputy, whether each has joined, and each of the days on which they do not work.

    First who is to be written to while both work: the holder, unless only the deputy has joined.  While an agency is
    closed its deputies work: that is what they are for.
    """
    joined = exists().where(Account.person_id == Holding.person_id, Account.platform != MAIL)
    of_agency = and_(ClosedDays.agency_id == Post.agency_id, ~Holding.deputy)
    of_panel = and_(ClosedDays.partnership_id == Post.partnership_id, or_(ClosedDays.agency_id.is_(None), of_agency))
    closed = and_(ClosedDays.last_day >= today, or_(ClosedDays.person_id == Holding.person_id, of_panel))
    return session.execute(
        select(Person, joined, ClosedDays)
        .join(Holding, Holding.person_id == Person.id)
        .join(Post, Post.id == Holding.post_id)
        .outerjoin(ClosedDays, closed)
        .where(Holding.post_id == post_id, on_day(today))
        .order_by(joined.desc(), Holding.deputy, Holding.from_day.desc())
    ).all()


def closed_days_of(session: Session, reader: Actor, today: date) -> Sequence[ClosedDays]:
    """What this person may take back: their own days off, and the closure days of the panels they coordinate."""
    own = and_(ClosedDays.person_id.is_not(None), ClosedDays.person_id == reader.person_id)
    theirs = or_(own, ClosedDays.partnership_id.in_(reader.where(Role.COORDINATOR)))
    return session.scalars(
        select(ClosedDays)
        .where(ClosedDays.last_day >= today, theirs)
        .options(joinedload(ClosedDays.partnership), joinedload(ClosedDays.agency))
        .order_by(ClosedDays.first_day, ClosedDays.id)
    ).all()
