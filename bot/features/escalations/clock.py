"""What nobody does in time goes up by itself, and who holds its level is chased each working day (DOMAIN.md B.3)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Party
from bot.kit.references import new_reference
from bot.kit.worktime import DIGEST_AT, is_working_day, local, local_day, working_days_after
from bot.lifecycles.escalation import ESCALATION, MOVED, Later, climbs_on, object_by, settle_by
from bot.lifecycles.moving import advance
from bot.outbox import owe
from bot.tables import JobOfMany
from storage.queries.actions import action_named
from storage.queries.climbing import (
    Late,
    Live,
    action_to_escalate,
    actions_to_escalate,
    escalations_live,
    meetings_to_come,
)
from storage.queries.escalations import escalation_named, meetings_after
from storage.records import ENDED, WITH_OWNER, Action, Escalation, EscalationState, Priority

CHASE = "chase"
LATE = {Priority.NORMAL: 3, Priority.HIGH: 1}  # working days after an action was due


def to_raise(session: Session, now: datetime) -> Sequence[str]:
    today = local_day(now)
    if not is_working_day(today):
        return ()
    before = {priority: working_days_after(today, 1 - days) for priority, days in LATE.items()}
    late = actions_to_escalate(session, max(before.values()))
    return [one.reference for one in late if one.due_on < before[one.priority] and _is_to_be_raised(one)]


def _is_to_be_raised(late: Late) -> bool:
    """Once for each day by which it was due: what somebody settled or withdrew since then is not raised again."""
    return late.raised_at is None or local_day(late.raised_at) <= late.due_on


def raise_one(session: Session, reference: str, now: datetime) -> None:
    late, action = action_to_escalate(session, reference), action_named(session, reference)
    if late and action and _is_to_be_raised(late):
        tell_of(session, _new(session, action, now), now)


def _new(session: Session, action: Action, now: datetime) -> Escalation:
    escalation = Escalation(
        reference=new_reference("B"),
        partnership_id=action.partnership_id,
        action=action,
        level=1,
        level_since=now,
        reason=action.blocked_because,
        raised_at=now,
        state=EscalationState.OPEN,
        changed_at=now,
        changed_how="raise",
    )
    session.add(escalation)
    session.flush()
    return escalation


def tell_of(session: Session, escalation: Escalation, now: datetime) -> None:
    """That it was raised: whoever is to settle it, whose action it is, and the coordinators."""
    for party in (Party.LEVEL, Party.OWNER, Party.COORDINATOR):
        for post in ESCALATION.sides(session, escalation, party):
            owe(session, MOVED, post, about=escalation.reference, version=escalation.version, at=now)


def to_walk(session: Session, now: datetime) -> Sequence[str]:
    today = local_day(now)
    if not is_working_day(today):
        return ()
    live = escalations_live(session, today)
    planned = meetings_to_come(session, min((one.level_since for one in live), default=now))
    steps = ((one.reference, _next(session, one, today, _known(planned))) for one in live)
    return [reference for reference, step in steps if step]


def _known(planned: Mapping[int, Sequence[datetime]]) -> Later:
    """Without a question for each."""
    return lambda _session, place, moment: [at for at in planned.get(place, ()) if at > moment]


def walk(session: Session, reference: str, now: datetime) -> None:
    today = local_day(now)
    live, escalation = escalations_live(session, today, reference), escalation_named(session, reference)
    step = _next(session, live[0], today) if live else ""
    if escalation and step == CHASE:
        _chase(session, escalation, today)
    elif escalation and step:
        up = {"level": escalation.level + 1, "level_since": now} if step == "climb" else {}
        _advance(session, escalation, step, now, **up)


def _next(session: Session, one: Live, today: date, later: Later = meetings_after) -> str:
    """What the clock does about it today, if anything.  An action that is not late any more was given more time."""
    if one.action_state in ENDED:
        return "end with its action"
    if one.state is EscalationState.SETTLED:
        by = object_by(one)
        return "close" if by and today > by else ""
    if one.late_only and one.due_on >= today:
        return "no longer late"
    return _up_or_chase(session, one, today, later) if one.action_state in WITH_OWNER else ""


def _up_or_chase(session: Session, one: Live, today: date, later: Later) -> str:
    on, by = climbs_on(session, one, later), settle_by(session, one, later)
    if on and on <= today:
        return "climb"
    only_its_owner = one.late_only and one.level == 1
    return CHASE if by and by <= today and not only_its_owner and not one.chased else ""


def _chase(session: Session, escalation: Escalation, today: date) -> None:
    """Its owner has their own reminders, unless somebody said what is in the way (B.3)."""
    own = None if escalation.reason else escalation.action.owner_id
    kind = "escalation_at_risk" if escalation.at_risk else "escalation_due"
    for post in (one for one in ESCALATION.sides(session, escalation, Party.LEVEL) if one.id != own):
        about, once = escalation.reference, f"{escalation.level}:{today}"
        at = local(today, DIGEST_AT)
        owe(session, kind, post, about=about, version=escalation.version, at=at, once=once)


def _advance(session: Session, escalation: Escalation, event: str, now: datetime, **given: object) -> None:
    step = ESCALATION.table.step(escalation.state, event)
    assert step  # noqa: S101 -- the table has it from each state that leads here
    advance(session, ESCALATION, escalation, step, now, None, **given)


JOBS = (JobOfMany("raise what is late", to_raise, raise_one), JobOfMany("walk escalations up", to_walk, walk))
