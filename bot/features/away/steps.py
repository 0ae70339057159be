"""Keeping the days on which somebody does not work, and taking them back.  No due date moves by that."""

from datetime import date, time

from bot.context import Context
from bot.features.away.forms import EVERYBODY, ClosureDays, DaysOff, TakeBackDays
from bot.kit.errors import NotFound, Refusal, or_not_found
from bot.permissions import May, needs
from storage.queries.away import closed_days_of
from storage.queries.people import posts_in
from storage.records import ClosedDays, Role

LONGEST = 100  # days: longer than any school holidays; who is away for longer hands the post over


@needs(May.BE_AWAY)
def take_days_off(ctx: Context, form: DaysOff) -> ClosedDays:
    _check(form.first, form.last)
    return ctx.add(ClosedDays(person_id=ctx.actor.person_id, first_day=form.first, last_day=form.last))


@needs(May.CLOSE)
def close(ctx: Context, form: ClosureDays) -> ClosedDays:
    """For everybody on a panel that one coordinates, or for an agency that has a post there."""
    borough, agency = int(form.borough), None if form.who == EVERYBODY else int(form.who)
    there = {post.agency_id for post in posts_in(ctx.session, ctx.actor) if post.partnership_id == borough}
    if borough not in ctx.actor.where(Role.COORDINATOR) or (agency and agency not in there):
        raise NotFound
    _check(form.first, form.last)
    return ctx.add(ClosedDays(partnership_id=borough, agency_id=agency, first_day=form.first, last_day=form.last))


@needs(May.BE_AWAY)
def taken_back(ctx: Context, form: TakeBackDays) -> ClosedDays:
    """What waits meanwhile is looked at again every working morning."""
    coming = closed_days_of(ctx.session, ctx.actor, ctx.today)
    found = or_not_found(next((one for one in coming if str(one.id) == form.days), None))
    ctx.session.delete(found)
    return found


@needs(May.BE_AWAY)
def choose_time(ctx: Context, at: time) -> None:
    """For one's one letter of reminders a working day, whatever post they are for."""
    if ctx.actor.person:
        ctx.actor.person.reminded_at = at


def _check(first: date, last: date) -> None:
    if last < first:
        raise Refusal("The last day is before the first. Give both days again.")
    if (last - first).days >= LONGEST:
        raise Refusal(
            f"That is more than {LONGEST} days. Give fewer, or ask your MACE coordinator to hand the post over."
        )
