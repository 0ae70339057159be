"""The questions of a coordinator's day: what waits, who is to be chased, and which agency is late."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from storage.queries.actions import visible_actions, waits, with_owner
from storage.queries.escalations import escalated
from storage.queries.meetings import visible_meetings
from storage.queries.people import Actor
from storage.queries.referrals import visible_referrals
from storage.queries.transfers import visible_transfers
from storage.records import (
    ENDED,
    Action,
    ActionState,
    Agency,
    AgendaItem,
    Meeting,
    Post,
    Referral,
    ReferralState,
    Role,
    Transfer,
    TransferState,
    Verb,
)

Light = Row[int, ActionState]


def actions_waiting_light(session: Session, reader: Actor) -> Sequence[Light]:
    """The ids of all that wait for a coordinator, each with its state: whoever shows a page loads no more than that."""
    return session.execute(
        select(Action.id, Action.state)
        .where(Action.partnership_id.in_(reader.where(Role.COORDINATOR)), waits())
        .order_by(Action.due_on, Action.id)
    ).all()


def actions_waiting_counted(session: Session, reader: Actor) -> tuple[int, date | None]:
    """How many they are, and the day by which the first was due."""
    first = func.min(Action.due_on, type_=Action.due_on.type)
    here = Action.partnership_id.in_(reader.where(Role.COORDINATOR))
    count, by = session.execute(select(func.count(), first).where(here, waits())).one()
    return count, by


def actions_blocked_light(session: Session, reader: Actor) -> Sequence[int]:
    """Those of which nobody asked for more time: these wait for a coordinator as it is."""
    return session.scalars(
        select(Action.id)
        .join(Action.owner)
        .where(with_owner(), _in_boroughs(reader), Action.state == ActionState.BLOCKED, Action.asked_due_on.is_(None))
        .order_by(Action.due_on, Action.id)
    ).all()


def _in_boroughs(reader: Actor, *roles: Role) -> ColumnElement[bool]:
    """By the post that owns an action, because the index of what is with its owner begins with that."""
    return Post.partnership_id.in_(reader.where(*(roles or (Role.COORDINATOR,))))


def actions_with(session: Session, reader: Actor, ids: Collection[int]) -> dict[int, Action]:
    found = session.scalars(visible_actions(reader).where(Action.id.in_(ids))) if ids else ()
    return {one.id: one for one in found}


def hold_actions(session: Session, reader: Actor, references: Collection[str]) -> None:
    """Nobody else changes them until this transaction ends; always in the same order, so that no two wait for each
    other.
    """
    held = visible_actions(reader).where(Action.reference.in_(references)).order_by(Action.id)
    session.scalars(held.with_for_update(of=Action)).all()


def actions_said_done(session: Session, reader: Actor) -> Sequence[Action]:
    runs = Action.partnership_id.in_(reader.where(Role.COORDINATOR))
    said = visible_actions(reader).where(runs, waits(), Action.state == ActionState.DONE_CLAIMED)
    return session.scalars(said.order_by(Action.due_on, Action.id)).all()


def referrals_to_look_at(session: Session, reader: Actor) -> Sequence[Referral]:
    """Nobody has taken them yet; the oldest first."""
    runs = Referral.partnership_id.in_(reader.where(Role.COORDINATOR))
    new = visible_referrals(reader).where(runs, Referral.state == ReferralState.SUBMITTED)
    return session.scalars(new.order_by(Referral.sent_at, Referral.id)).all()


def transfers_to_acknowledge(session: Session, reader: Actor) -> Sequence[Transfer]:
    receiving = Transfer.receiving_id.in_(reader.where(Role.COORDINATOR))
    new = visible_transfers(reader).where(receiving, Transfer.state == TransferState.NOTIFIED)
    return session.scalars(new.order_by(Transfer.changed_at, Transfer.id)).all()


def agendas_due(session: Session, reader: Actor, now: datetime, until: datetime) -> Sequence[Meeting]:
    """Of meetings that begin by then: not sent as they stand now, and not set to be sent on a day."""
    return session.scalars(
        select(Meeting)
        .where(
            Meeting.partnership_id.in_(reader.where(Role.COORDINATOR)),
            Meeting.starts_at > now,
            Meeting.starts_at <= until,
            Meeting.sent_version < Meeting.agenda_version,
            Meeting.send_on.is_(None),
        )
        .options(joinedload(Meeting.partnership))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


# --- who is late ------------------------------------------------------------------------------------------------------


def actions_to_chase(session: Session, reader: Actor, today: date, midnight: datetime) -> Sequence[Action]:
    """Late, or given before today and not taken on.  Not what is blocked or waits for a coordinator; nor what its
    owner is not reminded of, because they paused that, or because who holds the level of an escalation is.
    """
    late = or_(Action.due_on < today, and_(Action.state == ActionState.OPEN, Action.changed_at < midnight))
    own = (Action.state != ActionState.BLOCKED, Action.asked_due_on.is_(None), ~escalated())
    reminded = or_(Action.paused_until.is_(None), Action.paused_until <= today)
    return session.scalars(
        select(Action)
        .join(Action.owner)
        .join(Post.agency)
        .where(with_owner(), _in_boroughs(reader), late, reminded, *own)
        .options(contains_eager(Action.owner).contains_eager(Post.agency))
        .order_by(Agency.name, Post.title, Post.id, Action.due_on, Action.id)
    ).all()


class AgencyLate(NamedTuple):
    """How many are late, since when, and how many are blocked."""

    id: int
    name: str
    late: int
    earliest: date | None
    blocked: int


def agencies_late(session: Session, reader: Actor, today: date) -> list[AgencyLate]:
    """Those with something late or blocked in the boroughs that this person runs or chairs, most late first."""
    late, blocked = Action.due_on < today, Action.state == ActionState.BLOCKED
    count = func.sum(case((late, 1), else_=0))
    earliest = func.min(case((late, Action.due_on)), type_=Action.due_on.type)
    rows = session.execute(
        select(Agency.id, Agency.name, count, earliest, func.sum(case((blocked, 1), else_=0)))
        .select_from(Action)
        .join(Action.owner)
        .join(Post.agency)
        .where(with_owner(), _in_boroughs(reader, Role.COORDINATOR, Role.CHAIR), or_(late, blocked))
        .group_by(Agency.id, Agency.name)
        .order_by(count.desc(), Agency.name)
    )
    return [AgencyLate(*row) for row in rows]


def late_actions_at(session: Session, reader: Actor, agency_id: int, today: date) -> Sequence[Action]:
    """What is late or blocked at that agency, in the boroughs that this person runs or chairs: longest late first."""
    posts: Select[int] = select(Post.id).where(
        Post.agency_id == agency_id, _in_boroughs(reader, Role.COORDINATOR, Role.CHAIR)
    )
    here = or_(Action.due_on < today, Action.state == ActionState.BLOCKED)
    found = visible_actions(reader).where(Action.owner_id.in_(posts), with_owner(), here)
    return session.scalars(found.order_by(Action.due_on, Action.id)).all()


# --- what a meeting gave ----------------------------------------------------------------------------------------------


def meetings_lately(session: Session, reader: Actor, since: datetime, until: datetime) -> Sequence[Meeting]:
    """Of the panels that this coordinator runs, the latest first."""
    runs = Meeting.partnership_id.in_(reader.where(Role.COORDINATOR))
    return session.scalars(
        select(Meeting)
        .where(runs, Meeting.starts_at.between(since, until))
        .options(joinedload(Meeting.partnership))
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    ).all()


def last_meetings(session: Session, partnership_id: int, before: datetime, count: int) -> Sequence[Meeting]:
    """That have been, the latest first."""
    been = select(Meeting).where(Meeting.partnership_id == partnership_id, Meeting.starts_at < before)
    return session.scalars(been.order_by(Meeting.starts_at.desc(), Meeting.id).limit(count)).all()


def actions_given_at(session: Session, reader: Actor, agency_id: int, meetings: Collection[int]) -> Sequence[Action]:
    """What came of the items of these meetings for an agency, as far as this person may know of it."""
    items = select(AgendaItem.id).where(AgendaItem.meeting_id.in_(meetings))
    posts = select(Post.id).where(Post.agency_id == agency_id)
    given = Action.state.not_in((ActionState.PROPOSED, ActionState.ENTERED_IN_ERROR))
    found = visible_actions(reader).where(Action.item_id.in_(items), Action.owner_id.in_(posts), given)
    return session.scalars(found.order_by(Action.due_on, Action.id)).all()


def meeting_held(session: Session, reader: Actor, reference: str, *, locked: bool = False) -> Meeting | None:
    """With its items; `locked`: nobody else gives its actions until this transaction ends."""
    found = visible_meetings(reader).where(Meeting.reference == reference)
    return session.scalar(found.with_for_update(of=Meeting) if locked else found)


def actions_alike(
    session: Session, items: Collection[int], owners: Collection[int]
) -> dict[tuple[int, Verb, date, int], str]:
    """Those about these items that are not ended: post, verb, day and item, and the reference."""
    rows = session.execute(
        select(Action.owner_id, Action.verb, Action.due_on, Action.item_id, Action.reference).where(
            Action.owner_id.in_(owners), Action.item_id.in_(items), Action.state.not_in(ENDED)
        )
    )
    return {(owner, verb, due_on, item): reference for owner, verb, due_on, item, reference in rows if item}


def actions_called(session: Session, references: Collection[str]) -> dict[str, tuple[int, Verb, int | None]]:
    """Of those of these references that are taken, anywhere: in which partnership, to do what, about which item."""
    columns = (Action.reference, Action.partnership_id, Action.verb, Action.item_id)
    rows = session.execute(select(*columns).where(Action.reference.in_(references)))
    return {reference: (partnership, verb, item) for reference, partnership, verb, item in rows}
