"""Which actions there are, for whom to see, and which are coming due."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, update
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import Actor
from storage.records import ENDED, WITH_OWNER, Action, ActionState, AgendaItem, Meeting, Post, Priority, Proposal, Role
from storage.records.base import exactly

WHOLE = (
    joinedload(Action.partnership),
    joinedload(Action.owner).joinedload(Post.agency),
    joinedload(Action.item).joinedload(AgendaItem.meeting),
    joinedload(Action.case),
)


def visible_actions(reader: Actor) -> Select[Action]:
    """An action is known to the holder of its post, to the lead of its agency, and to the coordinators and chairs of
    its partnership; what somebody only proposed, to the latter; what was entered in error, to coordinators alone.
    """
    owners = or_(Action.owner_id.in_(reader.post_ids), *_led_by(reader))
    only_proposed = and_(Action.state == ActionState.PROPOSED, Action.changed_how == "propose")
    theirs = and_(owners, Action.state != ActionState.ENTERED_IN_ERROR, not_(only_proposed))
    chaired = and_(Action.partnership_id.in_(reader.where(Role.CHAIR)), Action.state != ActionState.ENTERED_IN_ERROR)
    run = Action.partnership_id.in_(reader.where(Role.COORDINATOR))
    return select(Action).where(or_(run, chaired, theirs)).options(*WHOLE)


def _led_by(reader: Actor) -> list[ColumnElement[bool]]:
    """Given to a post of the agency, in the borough, whose lead this person is."""
    own = [post for post in reader.posts if post.role is Role.AGENCY_LEAD]
    there = [and_(Post.agency_id == one.agency_id, Post.partnership_id == one.partnership_id) for one in own]
    return [Action.owner_id.in_(select(Post.id).where(or_(*there)))] if there else []


def action_for(session: Session, reader: Actor, reference: str) -> Action | None:
    return session.scalar(visible_actions(reader).where(Action.reference == reference))


def open_actions_of(session: Session, reader: Actor) -> Sequence[Action]:
    """What this person has to do or is blocked in, soonest first."""
    return session.scalars(
        visible_actions(reader)
        .where(Action.owner_id.in_(reader.post_ids), with_owner())
        .order_by(Action.due_on, Action.id)
    ).all()


def actions_waiting_for(session: Session, reader: Actor) -> Sequence[Action]:
    """What waits for this coordinator: proposed, said not theirs, said done or not possible, or more time asked."""
    return session.scalars(
        visible_actions(reader)
        .where(Action.partnership_id.in_(reader.where(Role.COORDINATOR)), waits())
        .order_by(Action.due_on, Action.id)
    ).all()


def waits() -> ColumnElement[bool]:
    """For a coordinator: as the partial index has it, but for what came with an imported tracker, which waits for its
    owner.
    """
    states = ("proposed", "contested", "done_claimed", "not_possible_claimed")
    waiting = or_(Action.state.in_([exactly(one) for one in states]), Action.asked_due_on.is_not(None))
    return and_(waiting, or_(Action.state != ActionState.PROPOSED, Action.changed_how == "propose"))


def with_owner() -> ColumnElement[bool]:
    """As the partial indexes have it."""
    return Action.state.in_([exactly(one) for one in WITH_OWNER])


def actions_not_done(session: Session, reader: Actor, partnership_id: int | None = None) -> Sequence[Action]:
    """Of a borough that this person runs, or of their own posts; of one partnership, or of all."""
    known = visible_actions(reader).where(Action.state.not_in(ENDED))
    there = known if partnership_id is None else known.where(Action.partnership_id == partnership_id)
    return session.scalars(there.order_by(Action.partnership_id, Action.due_on, Action.id)).all()


def actions_still_with(session: Session, posts: Collection[int]) -> Mapping[int, Sequence[Action]]:
    """What each of these posts has to do or is blocked in, soonest first; for the system's own work."""
    theirs = select(Action).where(Action.owner_id.in_(posts), with_owner()).options(*WHOLE)
    found = session.scalars(theirs.order_by(Action.due_on, Action.id)).all()
    return {post: [one for one in found if one.owner_id == post] for post in posts}


def go_by(session: Session, meeting: Meeting) -> Sequence[str]:
    """What is not finished for a case on this agenda, and went by no item so far, goes by that item from now on: their
    references.

    No step of the action: its version stays, so that a button of before still does what it says.
    """
    here = AgendaItem.meeting_id == meeting.id
    cases = select(AgendaItem.case_id).where(here, AgendaItem.case_id.is_not(None))
    unnamed = (Action.case_id.in_(cases), Action.item_id.is_(None), Action.state.not_in(ENDED))
    held = session.scalars(select(Action.id).where(*unnamed).order_by(Action.id).with_for_update()).all()
    item = select(func.min(AgendaItem.id)).where(here, AgendaItem.case_id == Action.case_id).scalar_subquery()
    named = update(Action).where(Action.id.in_(held)).values(item_id=item)
    return session.scalars(named.returning(Action.reference), execution_options={"synchronize_session": False}).all()


class ToDo(NamedTuple):
    """Of an action, what says whether its owner is to be reminded today."""

    reference: str
    owner_id: int
    due_on: date
    priority: Priority
    paused_until: date | None
    agreed_at: datetime


TO_DO = select(*(getattr(Action, name) for name in ToDo._fields)).where(with_owner())


def actions_coming_due(session: Session, by: date) -> Sequence[ToDo]:
    """Always in the same order."""
    due = TO_DO.where(Action.due_on <= by).order_by(Action.due_on, Action.id)
    return [ToDo(*row) for row in session.execute(due)]


def urgent_actions_not_taken_on(session: Session) -> Sequence[ToDo]:
    urgent = TO_DO.where(Action.state == ActionState.OPEN, Action.priority == Priority.HIGH)
    return [ToDo(*row) for row in session.execute(urgent.order_by(Action.id))]


def action_named(session: Session, reference: str) -> Action | None:
    """For the system's own work; people go through action_for()."""
    return session.scalar(select(Action).where(Action.reference == reference).options(*WHOLE))


def proposal_pressed(session: Session, reader: Actor, reference: str, event: str, seen: int | None) -> Proposal | None:
    """The last that this person pressed without its step being taken yet: its form asks for more."""
    pressed = Proposal.settled_at.is_not(None), Proposal.seen == seen, Proposal.event == event
    return session.scalar(
        select(Proposal)
        .join(Proposal.action)
        .where(Proposal.person_id == reader.person_id, Action.reference == reference, *pressed)
        .order_by(Proposal.id.desc())
        .limit(1)
    )


def proposal_for(session: Session, reader: Actor, reference: str) -> Proposal | None:
    return session.scalar(
        select(Proposal)
        .where(Proposal.reference == reference, Proposal.person_id == reader.person_id)
        .options(joinedload(Proposal.action).options(*WHOLE))
    )
