"""Reminding: before, on and after the day an action is due, in working time; and each day of what is urgent (DOMAIN.md
B.3).
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.features.actions.notices import ActionLine, ActionReminder
from bot.features.actions.steps import line_of
from bot.kit.messages import Notice
from bot.kit.worktime import DIGEST_AT, is_working_day, local, local_day, working_days_after, working_days_between
from bot.outbox import each_alone, owe
from bot.tables import Job, Owed
from storage.queries.actions import action_named, actions_coming_due, urgent_actions_not_taken_on
from storage.queries.escalations import has_open_escalation
from storage.queries.people import posts_with
from storage.records import WITH_OWNER, Action, ActionState, Delivery, Post, Priority, Role

# Working days from the due day; after the last, every fifth.
DAYS = {Priority.NORMAL: (-5, -1, 0, 1, 3, 5), Priority.HIGH: (-2, 0, 1, 3, 5)}
FIRST, WEEKLY = 5, 5
REMINDER, UNANSWERED = "action_reminder", "action_unanswered"
LEAD_TOLD_AFTER = 2  # working days after it was given, if it is urgent and nobody took it on


def remind_about_actions(session: Session, now: datetime) -> None:
    """Owe today's reminders.  A day that was missed is made up for by the next tick: what is owed, is owed once."""
    today = local_day(now)
    if is_working_day(today):
        coming = actions_coming_due(session, working_days_after(today, FIRST))
        each_alone(session, coming, lambda reference: _remind(session, reference, today))
        waiting = urgent_actions_not_taken_on(session)
        each_alone(session, waiting, lambda reference: _ask_again(session, reference, today))


def _remind(session: Session, reference: str, today: date) -> None:
    action = action_named(session, reference)
    occurrence = last_occurrence(action.due_on, today, action.priority, action.paused_until) if action else None
    if action and occurrence and occurrence > local_day(action.agreed_at):
        _owe(session, action, today, f"{action.due_on}:{occurrence}")


def last_occurrence(
    due_on: date, today: date, priority: Priority = Priority.NORMAL, paused_until: date | None = None
) -> date | None:
    """The latest day, up to today, on which this action wants a reminder: of a pause, the day on which it ends."""
    days = DAYS[priority]
    late = working_days_between(due_on, today)
    later = range(days[-1] + WEEKLY, late + 1, WEEKLY)
    wanted = [working_days_after(due_on, count) for count in (*days, *later[-1:])]
    if paused_until:
        wanted = [paused_until, *(day for day in wanted if day > paused_until)]
    return max((day for day in wanted if day <= today), default=None)


def _ask_again(session: Session, reference: str, today: date) -> None:
    """Each working day, until somebody takes on what is urgent; then the lead of the agency hears it, once."""
    action = action_named(session, reference)
    if action is None or not is_unanswered(action, today):
        return
    if not action.paused_until or action.paused_until <= today:
        _owe(session, action, today, f"{action.due_on}:{today}", kind=UNANSWERED)
    given = local_day(action.agreed_at)
    if working_days_between(given, today) >= LEAD_TOLD_AFTER:
        for lead in posts_with(session, Role.AGENCY_LEAD, action.partnership_id, action.owner.agency_id):
            _owe(session, action, today, f"{given}", to=lead, kind="action_not_taken_on")


def is_unanswered(action: Action, today: date) -> bool:
    """It is urgent, and since an earlier day nobody has taken it on."""
    urgent = action.state is ActionState.OPEN and action.priority is Priority.HIGH
    return urgent and local_day(action.agreed_at) < today


def _owe(
    session: Session,
    action: Action,
    today: date,
    once: str,
    *,
    to: Post | None = None,
    kind: str = REMINDER,
) -> None:
    owe(
        session,
        kind,
        to or action.owner,
        about=action.reference,
        version=action.version,
        at=local(today, DIGEST_AT),
        once=once,
    )


# --- what is owed, in words on the day it is sent ---------------------------------------------------------------------


def line(action: Action, delivery: Delivery, now: datetime) -> ActionLine:
    return line_of(action, delivery.post.agency_id if delivery.post else None, local_day(now))


def _reminder(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    action = action_named(session, delivery.about)
    if action is None or action.state not in WITH_OWNER or action.owner_id != delivery.post_id:
        return None
    if action.paused_until and local_day(now) < action.paused_until:
        return None
    if has_open_escalation(session, action.id):  # who holds its level is chased instead (B.3)
        return None
    if delivery.sent_at is None and is_unanswered(action, local_day(now)) is not (delivery.kind == UNANSWERED):
        return None  # each day one of the two; a card that stands somewhere stays
    return ActionReminder(line(action, delivery, now), action.owner.words, action.partnership.contact)


OWED = (Owed(REMINDER, _reminder), Owed(UNANSWERED, _reminder))
JOBS = (Job("remind about actions", remind_about_actions),)
