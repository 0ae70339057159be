"""On which days readers of messages do not work, and who may change that."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Row, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import MAIL, Actor, on_day
from storage.records import Account, ClosedDays, Holding, Post, Role


def readers_of(
    session: Session, posts: Collection[int], today: date
) -> Sequence[Row[int, int, bool, date | None, date | None]]:
    """Of each post the holder and the deputy: the post, the person, whether they have joined, and the first and last of
    days on which they do not work.

    First who is to be written to while both work: the holder, unless only the deputy has joined.  While an agency is
    closed its deputies work: that is what they are for.
    """
    joined = exists().where(Account.person_id == Holding.person_id, Account.platform != MAIL)
    of_agency = and_(ClosedDays.agency_id == Post.agency_id, ~Holding.deputy)
    of_panel = and_(ClosedDays.partnership_id == Post.partnership_id, or_(ClosedDays.agency_id.is_(None), of_agency))
    closed = and_(ClosedDays.last_day >= today, or_(ClosedDays.person_id == Holding.person_id, of_panel))
    return session.execute(
        select(Holding.post_id, Holding.person_id, joined, ClosedDays.first_day, ClosedDays.last_day)
        .select_from(Holding)
        .join(Post, Post.id == Holding.post_id)
        .outerjoin(ClosedDays, closed)
        .where(Holding.post_id.in_(posts), on_day(today))
        .order_by(Holding.post_id, joined.desc(), Holding.deputy, Holding.from_day.desc())
    ).all()


def days_off_of(session: Session, people: Collection[int], today: date) -> Sequence[Row[int | None, date, date]]:
    """Of each person, the first and last of days that they have taken off."""
    return session.execute(
        select(ClosedDays.person_id, ClosedDays.first_day, ClosedDays.last_day).where(
            ClosedDays.last_day >= today, ClosedDays.person_id.in_(people)
        )
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
