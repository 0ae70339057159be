"""What the clock looks at each minute: what is late and not escalated, and whether an escalation's time has come."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import String, and_, cast, exists, func, select
from sqlalchemy.orm import Session

from storage.queries.escalations import IS_LIVE
from storage.records import WITH_OWNER, Action, ActionState, Delivery, Escalation, EscalationState, Meeting, Priority
from storage.records.base import exactly

CHASES = ("escalation_due", "escalation_at_risk")


class Late(NamedTuple):
    """An action that was due, and when it was raised last."""

    reference: str
    due_on: date
    priority: Priority
    raised_at: datetime | None


LAST_RAISED = select(func.max(Escalation.raised_at)).where(Escalation.action_id == Action.id).scalar_subquery()
LATE = select(Action.reference, Action.due_on, Action.priority, LAST_RAISED).where(
    Action.state.in_([exactly(one) for one in WITH_OWNER]), ~exists().where(Escalation.action_id == Action.id, IS_LIVE)
)


def actions_to_escalate(session: Session, due_before: date) -> Sequence[Late]:
    """Those that were due before this day, and whose escalation, if they had one, has ended."""
    late = LATE.where(Action.due_on < due_before).order_by(Action.due_on, Action.id)
    return [Late(*row) for row in session.execute(late)]


def action_to_escalate(session: Session, reference: str) -> Late | None:
    row = session.execute(LATE.where(Action.reference == reference)).one_or_none()
    return Late(*row) if row else None


class Live(NamedTuple):
    """Of an escalation, what says whether its time has come.  `late_only`: that it is late is all that is known of it;
    `chased`: who holds its level was, today.
    """

    reference: str
    partnership_id: int
    state: EscalationState
    level: int
    level_since: datetime
    settled_at: datetime | None
    action_state: ActionState
    due_on: date
    late_only: bool
    chased: bool


def escalations_live(session: Session, today: date, reference: str = "") -> Sequence[Live]:
    """All, or this one."""
    late_only = and_(Escalation.raised_by_id.is_(None), Escalation.reason.is_(None))
    own_level = Delivery.kind.concat(":").concat(Delivery.about).concat(":").concat(cast(Escalation.level, String))
    once = own_level.concat(f":{today}:")
    told = func.substr(Delivery.once, 1, func.length(once)) == once
    chased = exists().where(Delivery.about == Escalation.reference, Delivery.kind.in_(CHASES), told)
    own = (getattr(Escalation, name) for name in Live._fields[:6])
    live = select(*own, Action.state, Action.due_on, late_only, chased).join(Escalation.action).where(IS_LIVE)
    live = live.where(Escalation.reference == reference) if reference else live
    return [Live._make(row) for row in session.execute(live.order_by(Escalation.action_id))]


def meetings_to_come(session: Session, moment: datetime) -> Mapping[int, Sequence[datetime]]:
    """When they begin, the next first, by partnership."""
    later = select(Meeting.partnership_id, Meeting.starts_at).where(Meeting.starts_at > moment)
    found: dict[int, list[datetime]] = {}
    for place, at in session.execute(later.order_by(Meeting.starts_at)):
        found.setdefault(place, []).append(at)
    return found
