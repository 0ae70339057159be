"""The table of who may read what of a case, written a second time by hand, and all of its combinations."""

from itertools import chain, combinations

import pytest

from bot.kit.errors import NotAllowed, NotFound
from bot.need_to_know import Tie, Where, decide
from storage.levels import Level

BY_HAND = {
    (Tie.RUNS, Where.PAGE): 5,
    (Tie.RUNS, Where.CHAT): 3,
    (Tie.GIVEN, Where.PAGE): 5,
    (Tie.GIVEN, Where.CHAT): 3,
    (Tie.ASKED, Where.PAGE): 4,
    (Tie.ASKED, Where.CHAT): 2,
    (Tie.EMERGENCY, Where.PAGE): 4,
    (Tie.EMERGENCY, Where.CHAT): 1,
}


@pytest.mark.parametrize("where", Where)
@pytest.mark.parametrize("close", [False, True])
def test_each_combination_of_ties_reads_what_the_strongest_lets_it(where: Where, close: bool) -> None:
    """Invariant 3, and TRUST.md T-31, without chance: there are few enough to go through them all."""
    for ties in chain.from_iterable(combinations(Tie, size) for size in range(len(Tie) + 1)):
        most = max((BY_HAND[tie, where] for tie in ties), default=-1)
        for level in Level:
            if level > most:
                with pytest.raises(NotFound):
                    decide(ties, level, where, close=close)
            elif close and level > Level.L2:
                with pytest.raises(NotAllowed, match="know the child or the family"):
                    decide(ties, level, where, close=close)
            else:
                decide(ties, level, where, close=close)


def test_a_name_is_in_no_chat_whatever_ties_somebody_to_it() -> None:
    for level in (Level.L4, Level.L5):
        with pytest.raises(NotFound):
            decide(list(Tie), level, Where.CHAT, close=False)
