"""Which flags there are, for whom to see, what waits for an agency, and what wants a review."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import Actor
from storage.records import AgendaItem, Case, Closeness, Flag, FlagState, Meeting, Post, Role
from storage.records.flags import HELD, WAITS, WANTED

WHOLE = (
    joinedload(Flag.case).joinedload(Case.partnership),
    joinedload(Flag.agency),
    joinedload(Flag.owner).joinedload(Post.agency),
)


def visible_flags(reader: Actor) -> Select[Flag]:
    """A flag is known to its own agency's posts on that panel, and to the coordinators of the case's partnership."""
    own = (and_(Case.partnership_id == post.partnership_id, Flag.agency_id == post.agency_id) for post in reader.posts)
    runs = Case.partnership_id.in_(reader.where(Role.COORDINATOR))
    return select(Flag).join(Flag.case).where(or_(runs, *own)).options(*WHOLE)


def flag_for(session: Session, reader: Actor, reference: str) -> Flag | None:
    return session.scalar(visible_flags(reader).where(Flag.reference == reference))


def flags_held_by(session: Session, reader: Actor) -> Sequence[Flag]:
    """All that may be on a record, of one's own agency or of the boroughs one runs."""
    return session.scalars(_open_to(reader).where(Flag.state.in_(HELD)).order_by(Flag.due_on, Flag.id)).all()


def flags_waiting_for(session: Session, reader: Actor) -> Sequence[Flag]:
    """What this person is asked for, soonest first."""
    own = Flag.owner_id.in_(reader.post_ids)
    return session.scalars(_open_to(reader).where(own, Flag.state.in_(WAITS)).order_by(Flag.due_on, Flag.id)).all()


def _open_to(reader: Actor) -> Select[Flag]:
    """Without those about a child or family whom they know."""
    close = exists().where(Closeness.case_id == Flag.case_id, Closeness.person_id == reader.person_id)
    return visible_flags(reader).where(~close)


def flag_named(session: Session, reference: str) -> Flag | None:
    """For the system's own work; people go through flag_for()."""
    return session.scalar(select(Flag).where(Flag.reference == reference).options(*WHOLE))


def flags_about(session: Session, case: Case, states: Collection[FlagState] = tuple(FlagState)) -> Sequence[Flag]:
    return session.scalars(
        select(Flag).where(Flag.case_id == case.id, Flag.state.in_(states)).options(*WHOLE).order_by(Flag.id)
    ).all()


def flags_waiting(session: Session) -> Sequence[str]:
    """The references of those that wait for their agency."""
    return session.scalars(select(Flag.reference).where(Flag.state.in_(WAITS)).order_by(Flag.id)).all()


def cases_with_flags(session: Session, *, review_by: date) -> Sequence[str]:
    """The references of cases of which a flag wants a review by that day."""
    due = exists().where(Flag.case_id == Case.id, Flag.state.in_(WANTED), Flag.review_on <= review_by)
    return session.scalars(select(Case.reference).where(due).order_by(Case.id)).all()


def flags_without_item(session: Session, since: datetime) -> Sequence[str]:
    """The references of those that nobody asked for, or changed, or put on since then, and whose case was on no agenda
    since.
    """
    on_agenda = select(AgendaItem.id).join(Meeting).where(AgendaItem.case_id == Flag.case_id, Meeting.starts_at > since)
    younger = or_(Flag.asked_on > since.date(), func.coalesce(Flag.placed_on, Flag.asked_on) > since.date())
    return session.scalars(
        select(Flag.reference).where(Flag.state.in_(WANTED), ~younger, ~on_agenda.exists()).order_by(Flag.id)
    ).all()
