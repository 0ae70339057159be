"""What needs a coordinator today, of everything that they run: counted, and a page at a time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from bot.context import Context
from bot.kit.messages import Notice
from bot.kit.paging import paged
from bot.kit.words import day_in_words
from bot.kit.worktime import local, local_day, working_days_after
from bot.lifecycles.referral import answer_by
from bot.lifecycles.transfer import next_step
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.tables import Command, Spoken
from storage.levels import Level
from storage.queries.day import (
    actions_blocked_light,
    actions_waiting_light,
    actions_with,
    agendas_due,
    referrals_to_look_at,
    transfers_to_acknowledge,
)
from storage.queries.deliveries import messages_lost
from storage.queries.escalations import open_escalations_for
from storage.records import Action, ActionState, Escalation, Meeting, Referral, Transfer

SHOWN = 8
LOOK_BACK = timedelta(days=14)  # as `not sent` does
AGENDA_BEFORE = 10  # working days: the agenda goes out five before the panel meets (DOMAIN.md B.4)

REFERRALS, TRANSFERS, LOST = "Referrals to look at", "Transfers to acknowledge", "Not delivered"
DONE, NOT_THEIRS, MORE_TIME = "Said done, to confirm", "Said not theirs", "More time asked"
NOT_POSSIBLE, PROPOSED, BLOCKED, AGENDAS = "Said not possible", "Proposed", "Blocked", "Agendas to send"
ESCALATED = "Escalated"

ORDER = (REFERRALS, TRANSFERS, LOST, NOT_THEIRS, DONE, MORE_TIME, NOT_POSSIBLE, PROPOSED, ESCALATED, BLOCKED, AGENDAS)
NOT_SENT = ("See which did not arrive", "not sent")

# state -> the section, and the one button that fits best; all else is behind "action"
BY_STATE = {
    ActionState.CONTESTED: (NOT_THEIRS, "Give {} to a post", "give {} @{}"),
    ActionState.DONE_CLAIMED: (DONE, "Confirm {}", "confirm {} @{}"),
    ActionState.NOT_POSSIBLE_CLAIMED: (NOT_POSSIBLE, "Decide about {}", "action {}"),
    ActionState.PROPOSED: (PROPOSED, "Give {}", "agree {} @{}"),
}
WANTS_TIME, STUCK = (MORE_TIME, "Decide about {}", "action {}"), (BLOCKED, "What you can do: {}", "action {}")


@dataclass(frozen=True)
class Waits:
    """One line: what it is, by when, and its one button."""

    section: str
    words: str
    by: date | None
    label: str
    line: str


@dataclass(frozen=True)
class Today(Notice):
    """Level L2.  `counts`: (section, how many); `sections`: (section, its lines on this page)."""

    level = Level.L2
    on: date
    counts: tuple[tuple[str, int], ...]
    sections: tuple[tuple[str, tuple[Waits, ...]], ...]
    said_done: int
    at: int
    of: int


Light = tuple[str, int]  # an action's section and id: it is loaded when its page is shown


@needs(May.RUN_MEETINGS)
def what_needs_me(ctx: Context, page: str) -> Today:
    lost = messages_lost(ctx.session, ctx.actor, ctx.now - LOOK_BACK)
    everything: list[Waits | Light] = [*_others(ctx, lost), *_actions(ctx)]
    entries = sorted(everything, key=lambda one: ORDER.index(_section(one)))
    counts = Counter(map(_section, entries))
    counts[LOST] = lost
    here = paged(entries, page, SHOWN)
    sections = groupby(_written(ctx, here.items), key=_section)
    return Today(
        ctx.today,
        tuple((section, counts[section]) for section in ORDER if counts[section]),
        tuple((section, tuple(lines)) for section, lines in sections),
        counts[DONE],
        here.at,
        here.of,
    )


def _section(one: Waits | Light) -> str:
    return one.section if isinstance(one, Waits) else one[0]


def _others(ctx: Context, lost: int) -> Iterable[Waits]:
    yield from map(_referral, referrals_to_look_at(ctx.session, ctx.actor))
    yield from map(_transfer, transfers_to_acknowledge(ctx.session, ctx.actor))
    if lost:
        yield Waits(LOST, f"{lost} message{'s' if lost > 1 else ''} may not have arrived", None, *NOT_SENT)
    yield from map(_escalation, open_escalations_for(ctx.session, ctx.actor))
    until = local(working_days_after(ctx.today, AGENDA_BEFORE), time.max)
    yield from map(_agenda, agendas_due(ctx.session, ctx.actor, ctx.now, until))


def _referral(one: Referral) -> Waits:
    words = f"{one.partnership.name}: a new referral, {one.reference}"
    return Waits(REFERRALS, words, answer_by(one), f"Take {one.reference}", f"take {one.reference} @{one.version}")


def _transfer(one: Transfer) -> Waits:
    _, what, by = next_step(one)
    words = f"{one.origin.name} to {one.receiving.name}: {what}, {one.reference}"
    line = f"acknowledge {one.reference} @{one.version}"
    return Waits(TRANSFERS, words, by, f"Acknowledge {one.reference}", line)


def _escalation(one: Escalation) -> Waits:
    """A level has a day by which it is settled, and its own page names it: here it is only that it is stuck."""
    about = one.action
    words = f"{one.partnership.name}: {about.verb}, {about.owner.words}, level {one.level}, {one.reference}"
    return Waits(ESCALATED, words, None, f"See {one.reference}", f"escalation {one.reference}")


def _agenda(one: Meeting) -> Waits:
    day = local_day(one.starts_at)
    words = f"{one.partnership.name} panel on {day_in_words(day)}, {one.reference}"
    return Waits(AGENDAS, words, None, f"Look at {one.reference}", f"agenda {one.reference}")


def _actions(ctx: Context) -> Iterable[Light]:
    for number, state in actions_waiting_light(ctx.session, ctx.actor):
        yield BY_STATE.get(state, WANTS_TIME)[0], number
    for number in actions_blocked_light(ctx.session, ctx.actor):
        yield BLOCKED, number


def _written(ctx: Context, here: Sequence[Waits | Light]) -> Iterable[Waits]:
    found = actions_with(ctx.session, ctx.actor, [one[1] for one in here if not isinstance(one, Waits)])
    for one in here:
        yield one if isinstance(one, Waits) else _action(found[one[1]], one[0])


def _action(action: Action, section: str) -> Waits:
    stuck = STUCK if section == BLOCKED else WANTS_TIME
    _, label, line = BY_STATE.get(action.state, stuck)
    words = f"{action.partnership.name}: {action.verb}, {action.owner.words}, {action.reference}"
    version = (action.reference, action.version)
    return Waits(section, words, action.due_on, label.format(*version), line.format(*version))


def _today(ctx: Context, spoken: Spoken) -> Reply:
    return Reply(what_needs_me(ctx, spoken.rest).message(), place=Place.ONLY_YOU)


COMMANDS = (Command("today", "What needs you today", _today, needs=May.RUN_MEETINGS),)
