"""What is late or blocked, by agency: for who runs a panel or chairs it."""

from dataclasses import dataclass
from datetime import date

from bot.context import Context
from bot.features.actions.notices import ActionLine
from bot.features.actions.steps import line_for
from bot.kit.messages import Notice
from bot.kit.paging import paged
from bot.kit.worktime import working_days_between
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.tables import Command, Spoken
from storage.levels import Level
from storage.queries.day import agencies_late, late_actions_at
from storage.records import Action, ActionState

AGENCIES, ACTIONS = 10, 8  # a page


@dataclass(frozen=True)
class AgencyLate:
    number: int
    name: str
    words: str


@dataclass(frozen=True)
class LateByAgency(Notice):
    level = Level.L2
    on: date
    agencies: tuple[AgencyLate, ...]
    at: int
    of: int


@dataclass(frozen=True)
class LateAction:
    action: ActionLine
    post: str
    days: int  # working days late; 0: not late
    blocked: bool


@dataclass(frozen=True)
class LateAtAgency(Notice):
    level = Level.L2
    number: str
    agency: str
    count: int
    actions: tuple[LateAction, ...]
    at: int
    of: int


@needs(May.DECIDE_ACTIONS)
def late_by_agency(ctx: Context, page: str) -> LateByAgency:
    here = paged(agencies_late(ctx.session, ctx.actor, ctx.today), page, AGENCIES)
    agencies = (AgencyLate(one.id, one.name, _words(ctx, one.late, one.earliest, one.blocked)) for one in here.items)
    return LateByAgency(ctx.today, tuple(agencies), here.at, here.of)


def _words(ctx: Context, late: int, earliest: date | None, blocked: int) -> str:
    said = [f"{blocked} blocked"] if blocked else []
    if earliest:
        days = _days(working_days_between(earliest, ctx.today))
        said.insert(0, f"{late} late, the longest by {days}" if late > 1 else f"1 late, by {days}")
    return "; ".join(said)


def _days(count: int) -> str:
    return f"{count} working {'day' if count == 1 else 'days'}"


@needs(May.DECIDE_ACTIONS)
def late_at_agency(ctx: Context, number: str, page: str) -> LateAtAgency:
    """An agency that is not there has nothing that is late."""
    known = number.isdecimal() and len(number) < 10
    found = late_actions_at(ctx.session, ctx.actor, int(number), ctx.today) if known else ()
    here = paged(found, page, ACTIONS)
    agency = here.items[0].owner.agency.name if here.items else ""
    lines = tuple(_late(ctx, one) for one in here.items)
    return LateAtAgency(number, agency, here.count, lines, here.at, here.of)


def _late(ctx: Context, action: Action) -> LateAction:
    days = max(working_days_between(action.due_on, ctx.today), 0)
    return LateAction(line_for(ctx, action), action.owner.words, days, action.state is ActionState.BLOCKED)


def _by_agency(ctx: Context, spoken: Spoken) -> Reply:
    return Reply(late_by_agency(ctx, spoken.rest).message(), place=Place.ONLY_YOU)


def _at_agency(ctx: Context, spoken: Spoken) -> Reply:
    number, _, page = spoken.rest.partition(" ")
    return Reply(late_at_agency(ctx, number, page).message(), place=Place.ONLY_YOU)


COMMANDS = (
    Command("overdue by agency", "See what is late, by agency", _by_agency, needs=May.DECIDE_ACTIONS),
    Command("late actions", "See what is late at one agency", _at_agency, needs=May.DECIDE_ACTIONS, listed=False),
)
