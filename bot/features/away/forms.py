"""Forms by which people say when they are away, and coordinators when a panel or an agency is closed."""

from collections.abc import Iterable
from datetime import time
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from bot.choices import own_boroughs
from bot.context import Context
from bot.kit.answers import DayFromToday, TimeOfDay
from bot.kit.forms import Ask, Form, Option
from bot.kit.words import day_in_words
from bot.kit.worktime import CLOSES, DIGEST_AT
from storage.queries.away import closed_days_of
from storage.queries.people import posts_in
from storage.records import ClosedDays

AWAY, CLOSED = "Your days off", "The closure days"
EVERYBODY = "everybody"


def agencies_there(ctx: Context) -> Iterable[Option]:
    yield Option(EVERYBODY, "Everybody on the panel")
    named = {post.agency_id: post.agency.name for post in posts_in(ctx.session, ctx.actor)}
    yield from (Option(str(id_), name) for id_, name in sorted(named.items(), key=lambda one: one[1]))


def days_to_take_back(ctx: Context) -> Iterable[Option]:
    return (Option(str(one.id), _words(one)) for one in closed_days_of(ctx.session, ctx.actor, ctx.today))


def _words(days: ClosedDays) -> str:
    whose = days.agency.name if days.agency else days.partnership.name if days.partnership else "You"
    return f"{whose[:20]}: {_short(days)}"


def _short(days: ClosedDays) -> str:
    return f"{days.first_day:%a} {days.first_day.day} {days.first_day:%b} to {day_in_words(days.last_day)}"


class DaysOff(Form):
    """Your days off"""

    send: ClassVar[str] = "I am away on these days"

    first: Annotated[DayFromToday, Ask(AWAY, "What is the first day?", "For example, 27 March 2026")]
    last: Annotated[DayFromToday, Ask(AWAY, "What is the last day?", "The same day again, if it is only one.")]


def _in_working_time(at: time) -> time:
    """From when the day's reminders are owed: a letter before them would leave them for the next day."""
    if not DIGEST_AT <= at < CLOSES:
        raise ValueError("Choose a time from 9:30am, and before 5pm")
    return at


class ReminderTime(Form):
    """When reminders come"""

    send: ClassVar[str] = "Remind me at this time"

    at: Annotated[
        TimeOfDay,
        AfterValidator(_in_working_time),
        Ask("Your reminders", "At what time do you want your reminders?", "On working days. For example, 2pm"),
    ]


class ClosureDays(Form):
    """Closure days"""

    send: ClassVar[str] = "Closed on these days"

    borough: Annotated[str, Ask(CLOSED, "For which borough's panel?", choices=own_boroughs)]
    who: Annotated[
        str,
        Ask(
            CLOSED,
            "Who does not work then?",
            "While one agency is closed, like a school in the holidays, its deputies get what is for it.",
            choices=agencies_there,
        ),
    ]
    first: Annotated[DayFromToday, Ask(CLOSED, "What is the first day?", "For example, 27 March 2026")]
    last: Annotated[DayFromToday, Ask(CLOSED, "What is the last day?", "The same day again, if it is only one.")]


class TakeBackDays(Form):
    """Take days back"""

    send: ClassVar[str] = "Take these days back"

    days: Annotated[str, Ask(AWAY, "Which days are working days after all?", choices=days_to_take_back)]
