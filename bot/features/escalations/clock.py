"""What nobody does in time goes up by itself, and who holds its level is chased each working day (DOMAIN.md B.3)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Party
from bot.kit.references import new_reference
from bot.kit.worktime import DIGEST_AT, is_working_day, local, local_day, working_days_after, working_days_between
from bot.lifecycles.escalation import ESCALATION, MOVED, climbs_on, object_by, settle_by
from bot.lifecycles.moving import advance
from bot.outbox import each_alone, owe
from bot.tables import Job
from storage.queries.actions import action_named
from storage.queries.escalations import (
    DUE,
    ENDED,
    actions_to_escalate,
    escalation_named,
    escalations_live,
    last_raised,
)
from storage.records import Action, Escalation, EscalationState, Priority

LATE = {Priority.NORMAL: 3, Priority.HIGH: 1}  # working days after an action was due


def raise_what_is_late(session: Session, now: datetime) -> None:
    today = local_day(now)
    if is_working_day(today):
        late = actions_to_escalate(session, working_days_after(today, 1 - min(LATE.values())))
        each_alone(session, late, lambda reference: _raise(session, reference, now))


def _raise(session: Session, reference: str, now: datetime) -> None:
    """Once for each day by which it was due: what somebody settled or withdrew since then is not raised again."""
    action = action_named(session, reference)
    if action is None or working_days_between(action.due_on, local_day(now)) < LATE[action.priority]:
        return
    before = last_raised(session, action.id)
    if before is None or local_day(before) <= action.due_on:
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


def walk_up(session: Session, now: datetime) -> None:
    if is_working_day(local_day(now)):
        each_alone(session, escalations_live(session), lambda reference: _walk(session, reference, now))


def _walk(session: Session, reference: str, now: datetime) -> None:
    escalation, today = escalation_named(session, reference), local_day(now)
    if escalation is None:
        return
    if escalation.action.state in ENDED:
        _advance(session, escalation, "end with its action", now)
    elif escalation.state is EscalationState.SETTLED:
        _close(session, escalation, today, now)
    elif _no_longer_late(escalation, today):
        _advance(session, escalation, "no longer late", now)
    elif escalation.action.state in DUE:
        _up_or_chase(session, escalation, today, now)


def _no_longer_late(escalation: Escalation, today: date) -> bool:
    """Its owner was given more time, and that it was late is all that the clock knew."""
    return escalation.raised_by is None and escalation.reason is None and escalation.action.due_on >= today


def _close(session: Session, escalation: Escalation, today: date, now: datetime) -> None:
    by = object_by(escalation)
    if by and today > by:
        _advance(session, escalation, "close", now)


def _up_or_chase(session: Session, escalation: Escalation, today: date, now: datetime) -> None:
    on, by = climbs_on(session, escalation), settle_by(session, escalation)
    if on and on <= today:
        _advance(session, escalation, "climb", now, level=escalation.level + 1, level_since=now)
    elif by and by <= today:
        _chase(session, escalation, today)


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


JOBS = (Job("raise what is late", raise_what_is_late), Job("walk escalations up", walk_up))
