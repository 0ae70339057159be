"""Which actions there are, for whom to see, and which are coming due."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import Actor
from storage.records import Action, ActionState, AgendaItem, Post, Proposal, Role
from storage.records.base import exactly

WHOLE = (
    joinedload(Action.partnership),
    joinedload(Action.owner).joinedload(Post.agency),
    joinedload(Action.item).joinedload(AgendaItem.meeting),
    joinedload(Action.case),
)


def visible_actions(reader: Actor) -> Select[Action]:
    """An action is known to the holder of its post and to the coordinators of its partnership."""
    return (
        select(Action)
        .where(or_(Action.owner_id.in_(reader.post_ids), Action.partnership_id.in_(reader.where(Role.COORDINATOR))))
        .options(*WHOLE)
    )


def action_for(session: Session, reader: Actor, reference: str) -> Action | None:
    return session.scalar(visible_actions(reader).where(Action.reference == reference))


def open_actions_of(session: Session, reader: Actor) -> Sequence[Action]:
    """What this person has to do, soonest first."""
    return session.scalars(
        visible_actions(reader)
        .where(Action.owner_id.in_(reader.post_ids), Action.state == exactly("open"))
        .order_by(Action.due_on, Action.id)
    ).all()


def actions_waiting_for(session: Session, reader: Actor) -> Sequence[Action]:
    """What waits for this coordinator: said done, said not theirs, or more time asked for."""
    waiting = or_(Action.state.in_([exactly("done_claimed"), exactly("contested")]), Action.asked_due_on.is_not(None))
    return session.scalars(
        visible_actions(reader)
        .where(Action.partnership_id.in_(reader.where(Role.COORDINATOR)), waiting)
        .order_by(Action.due_on, Action.id)
    ).all()


def actions_not_done(session: Session, reader: Actor) -> Sequence[Action]:
    """Of a borough that this person runs, or of their own posts."""
    return session.scalars(
        visible_actions(reader)
        .where(Action.state != ActionState.DONE)
        .order_by(Action.partnership_id, Action.due_on, Action.id)
    ).all()


def actions_coming_due(session: Session, by: date) -> Sequence[str]:
    """Their references, always in the same order."""
    to_do = select(Action.reference).where(Action.state == exactly("open"), Action.due_on <= by)
    return session.scalars(to_do.order_by(Action.due_on, Action.id)).all()


def action_named(session: Session, reference: str) -> Action | None:
    """For the system's own work; people go through action_for()."""
    return session.scalar(select(Action).where(Action.reference == reference).options(*WHOLE))


def proposal_for(session: Session, reader: Actor, reference: str) -> Proposal | None:
    return session.scalar(
        select(Proposal)
        .where(Proposal.reference == reference, Proposal.person_id == reader.person_id)
        .options(joinedload(Proposal.action).options(*WHOLE))
    )
