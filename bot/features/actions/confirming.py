"""Confirming several actions that are said done with one press, at the versions that were shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.context import Context
from bot.features.actions import deciding
from bot.features.actions.notices import ActionLine
from bot.features.actions.steps import line_for
from bot.kit.errors import Conflict, NotAllowed, NotFound
from bot.kit.messages import Notice
from bot.kit.paging import paged
from bot.kit.references import find_reference
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.tables import Command, Spoken
from storage.levels import Level
from storage.queries.day import actions_said_done, hold_actions
from storage.records import Action

SHOWN = 10
SEEN = re.compile(r"([a-z]-\w{5})@(\d{1,9})")


@dataclass(frozen=True)
class SaidDone:
    action: ActionLine
    post: str
    noted: bool


@dataclass(frozen=True)
class ToConfirm(Notice):
    level = Level.L2
    actions: tuple[SaidDone, ...]
    count: int
    line: str
    at: int
    of: int


@dataclass(frozen=True)
class ConfirmedThese(Notice):
    level = Level.L2
    confirmed: tuple[ActionLine, ...]
    left_out: tuple[str, ...]


@needs(May.GIVE_ACTIONS)
def what_is_said_done(ctx: Context, page: str) -> ToConfirm:
    here = paged(actions_said_done(ctx.session, ctx.actor), page, SHOWN)
    actions = tuple(SaidDone(line_for(ctx, one), one.owner.words, bool(one.outcome)) for one in here.items)
    seen = ",".join(f"{one.reference}@{one.version}" for one in here.items)
    return ToConfirm(actions, here.count, f"confirm these {seen}", here.at, here.of)


@needs(May.GIVE_ACTIONS)
def confirm_these(ctx: Context, seen: Sequence[tuple[str, int]]) -> ConfirmedThese:
    """Each as if it had been confirmed alone; what somebody else has moved on since is left out, and named."""
    hold_actions(ctx.session, ctx.actor, [reference for reference, _ in seen])
    tried = {reference: _confirmed(ctx, reference, version) for reference, version in seen}
    confirmed = tuple(line_for(ctx, one) for one in tried.values() if one)
    return ConfirmedThese(confirmed, tuple(reference for reference, one in tried.items() if one is None))


def _confirmed(ctx: Context, reference: str, version: int) -> Action | None:
    try:
        return deciding.confirm(ctx, reference, version)
    except (Conflict, NotFound, NotAllowed):
        return None


def _all(ctx: Context, spoken: Spoken) -> Reply:
    return Reply(what_is_said_done(ctx, spoken.rest).message(), place=Place.ONLY_YOU)


def _these(ctx: Context, spoken: Spoken) -> Reply:
    seen = [(find_reference(one[1]), int(one[2])) for one in SEEN.finditer(spoken.rest)]
    if not seen or len(seen) > SHOWN:
        raise NotFound("Say confirm all to see what is said done, and confirm it from there.")
    return Reply(confirm_these(ctx, seen).message(), place=Place.ONLY_YOU)


COMMANDS = (
    Command("confirm all", "Confirm several actions at once", _all, needs=May.GIVE_ACTIONS),
    Command("confirm these", "Confirm those that were shown", _these, needs=May.GIVE_ACTIONS, listed=False),
)
