"""Days on which people do not work: their own days off, and closure days of a panel or of one agency there."""

from bot.context import Context
from bot.features.away.forms import ClosureDays, DaysOff, ReminderTime, TakeBackDays
from bot.features.away.notices import Closed, DaysGone, RemindedAt, YouAreAway
from bot.features.away.steps import choose_time, close, take_days_off, taken_back
from bot.features.away.uncovered import OWED, tell_others, uncovered
from bot.kit.errors import Refusal
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from storage.queries.away import closed_days_of


def _off(ctx: Context, form: DaysOff, _about: Subject) -> Reply:
    days = take_days_off(ctx, form)
    tell_others(ctx, days)
    told = YouAreAway(days.first_day, days.last_day, tuple(post.words for post in uncovered(ctx)))
    return Reply(told.message(), place=Place.INSTEAD)


def _chosen(ctx: Context, form: ReminderTime, _about: Subject) -> Reply:
    choose_time(ctx, form.at)
    return Reply(RemindedAt(form.at).message(), place=Place.INSTEAD)


def _closed(ctx: Context, form: ClosureDays, _about: Subject) -> Reply:
    days = close(ctx, form)
    borough = days.partnership.name if days.partnership else ""
    told = Closed(borough, days.agency.name if days.agency else "", days.first_day, days.last_day)
    return Reply(told.message(), place=Place.INSTEAD)


def _gone(ctx: Context, form: TakeBackDays, _about: Subject) -> Reply:
    days = taken_back(ctx, form)
    return Reply(DaysGone(days.first_day, days.last_day).message(), place=Place.INSTEAD)


def _take_back(ctx: Context, _spoken: Spoken) -> Opening:
    if not closed_days_of(ctx.session, ctx.actor, ctx.today):
        raise Refusal("There are no days to take back. Say days off to tell me when you are away.")
    return Opening(TakeBackDays)


COMMANDS = (
    Command("days off", "Say when you are away", lambda _ctx, _spoken: Opening(DaysOff), needs=May.BE_AWAY),
    Command(
        "reminder time", "Choose when your reminders come", lambda _c, _s: Opening(ReminderTime), needs=May.BE_AWAY
    ),
    Command("take back days", "Take days off back", _take_back, needs=May.BE_AWAY, listed=False),
    Command(
        "closure days", "Say when a panel or an agency is closed", lambda _c, _s: Opening(ClosureDays), needs=May.CLOSE
    ),
)
FORMS = (
    Guided(DaysOff, _off),
    Guided(ReminderTime, _chosen),
    Guided(ClosureDays, _closed),
    Guided(TakeBackDays, _gone),
)

__all__ = ["COMMANDS", "FORMS", "OWED"]
