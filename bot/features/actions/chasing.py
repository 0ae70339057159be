"""Reminding: before, on and after the day an action is due, in working time; and each day of what is urgent (DOMAIN.md
B.3).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from bot.features.actions.notices import ActionLine, ActionReminder
from bot.features.actions.steps import line_of
from bot.kit.messages import Notice
from bot.kit.worktime import DIGEST_AT, is_working_day, local, local_day, working_days_after, working_days_between
from bot.outbox import not_owed_yet, owe
from bot.tables import JobOfMany, Owed
from storage.queries.actions import ToDo, action_named, actions_coming_due, urgent_actions_not_taken_on
from storage.queries.escalations import has_open_escalation
from storage.queries.people import posts_with
from storage.records import WITH_OWNER, Action, ActionState, Delivery, Post, Priority, Role

# Working days from the due day; after the last, every fifth.
DAYS = {Priority.NORMAL: (-5, -1, 0, 1, 3, 5), Priority.HIGH: (-2, 0, 1, 3, 5)}
FIRST, WEEKLY = 5, 5
REMINDER, UNANSWERED = "action_reminder", "action_unanswered"
LEAD_TOLD_AFTER = 2  # working days after it was given, if it is urgent and nobody took it on


def to_remind(session: Session, now: datetime) -> Sequence[str]:
    """Whoever is not owed their last reminder yet.  So a day that was missed is made up for by the next tick."""
    today = local_day(now)
    if not is_working_day(today):
        return ()
    coming = actions_coming_due(session, working_days_after(today, FIRST))
    wanted = ((one.reference, once, one.owner_id) for one in coming if (once := _once_if_any(one, today)))
    return not_owed_yet(session, REMINDER, wanted)


def _once_if_any(action: ToDo, today: date) -> str:
    """A day that nobody can count from is left to remind(), which leaves out that one alone."""
    with suppress(OverflowError):
        return _once(action, today)
    return "odd"


def _once(action: Action | ToDo, today: date) -> str:
    """Of its last reminder up to today; "": it wants none yet."""
    occurrence = last_occurrence(action.due_on, today, action.priority, action.paused_until)
    return f"{action.due_on}:{occurrence}" if occurrence and occurrence > local_day(action.agreed_at) else ""


def remind(session: Session, reference: str, now: datetime) -> None:
    action, today = action_named(session, reference), local_day(now)
    if action and action.state in WITH_OWNER and (once := _once(action, today)):
        _owe(session, action, today, once)


@lru_cache(maxsize=10_000)  # it counts days, and is asked of each action that is late each minute
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


def to_ask_again(session: Session, now: datetime) -> Sequence[str]:
    """Each working day, until somebody takes on what is urgent: those who were not asked today."""
    today = local_day(now)
    if not is_working_day(today):
        return ()
    wanted = ((one.reference, _asked_on(one, today), one.owner_id) for one in urgent_actions_not_taken_on(session))
    return not_owed_yet(session, UNANSWERED, wanted)


def _asked_on(action: Action | ToDo, today: date) -> str:
    return f"{action.due_on}:{today}"


def ask_again(session: Session, reference: str, now: datetime) -> None:
    """In the end the lead of the agency hears it, once."""
    action, today = action_named(session, reference), local_day(now)
    if action is None or not is_unanswered(action, today):
        return
    if not action.paused_until or action.paused_until <= today:
        _owe(session, action, today, _asked_on(action, today), kind=UNANSWERED)
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
JOBS = (
    JobOfMany("remind about actions", to_remind, remind),
    JobOfMany("ask about what is urgent", to_ask_again, ask_again),
)
