"""Need to know: one table says what somebody may read of a case, by what ties them to it (TRUST.md 3.5, 4.1)."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from bot.kit.errors import NotFound
from storage.levels import Level


class Tie(StrEnum):
    """What somebody has to do with a case."""

    RUNS = "coordinates its partnership"
    GIVEN = "answers for a post that has an action about it"
    ASKED = "their agency is asked to prepare it for a meeting"


class Where(StrEnum):
    PAGE = "their own signed-in page"
    CHAT = "a private chat"


MOST: Mapping[Tie, Mapping[Where, Level]] = {
    Tie.RUNS: {Where.PAGE: Level.L5, Where.CHAT: Level.L3},
    Tie.GIVEN: {Where.PAGE: Level.L5, Where.CHAT: Level.L3},
    Tie.ASKED: {Where.PAGE: Level.L4, Where.CHAT: Level.L2},
}


def decide(ties: Collection[Tie], level: Level, where: Where) -> None:
    """Raises NotFound: what may not be read, and what is not there, is the same answer (TRUST.md T-37)."""
    if not any(level <= MOST[tie][where] for tie in ties):
        raise NotFound
