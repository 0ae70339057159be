"""Need to know: one table says what somebody may read of a case, by what ties them to it (TRUST.md 3.5, 4.1)."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from bot.context import Context
from bot.kit.errors import NotAllowed, NotFound
from storage.levels import Level
from storage.queries.cases import agencies_to_act, agencies_to_prepare, is_close_to, opened_in_emergency
from storage.records import Case, Role

CLOSE = "You said that you know the child or the family, so this is closed to you. Ask your MACE coordinator."


class Tie(StrEnum):
    """What somebody has to do with a case."""

    RUNS = "coordinates its partnership"
    GIVEN = "answers for a post that has an action or a flag about it"
    ASKED = "their agency is asked to prepare it for a meeting"
    EMERGENCY = "opened it in an emergency, within the hour"


MOST: Mapping[Tie, Level] = {  # on one's own signed-in page, the only place that asks
    Tie.RUNS: Level.L5,
    Tie.GIVEN: Level.L5,
    Tie.ASKED: Level.L4,
    Tie.EMERGENCY: Level.L4,
}
MOST_IF_CLOSE = Level.L2  # to somebody who knows the child or the family, whatever else ties them to it


def decide(ties: Collection[Tie], level: Level, *, close: bool) -> None:
    """Raises NotFound: what may not be read, and what is not there, is the same answer (TRUST.md T-37); and NotAllowed
    to somebody who knows that it is there, and why it is closed.
    """
    if not any(level <= MOST[tie] for tie in ties):
        raise NotFound
    if close and level > MOST_IF_CLOSE:
        raise NotAllowed(CLOSE)


def not_close(ctx: Context, case: Case | None) -> None:
    """Raises NotAllowed to whoever said that they know this child or family: what they may see otherwise is closed."""
    if case and is_close_to(ctx.session, ctx.actor, case):
        raise NotAllowed(CLOSE)


def may_read(ctx: Context, case: Case, level: Level, *, runs: bool = False) -> None:
    """As things are now.  `runs`: whether it counts that they coordinate the partnership."""
    holds = {
        Tie.RUNS: runs and case.partnership_id in ctx.actor.where(Role.COORDINATOR),
        Tie.GIVEN: bool(agencies_to_act(ctx.session, ctx.actor, case)),
        Tie.ASKED: bool(agencies_to_prepare(ctx.session, ctx.actor, case, ctx.now)),
        Tie.EMERGENCY: opened_in_emergency(ctx.session, ctx.actor, case, ctx.now),
    }
    decide([tie for tie in Tie if holds[tie]], level, close=is_close_to(ctx.session, ctx.actor, case))
