"""The table of who may read what of a case, written a second time by hand, and all of its combinations."""

from itertools import chain, combinations

import pytest

from bot.kit.errors import NotAllowed, NotFound
from bot.need_to_know import Tie, decide
from storage.levels import Level

BY_HAND = {Tie.RUNS: 5, Tie.GIVEN: 5, Tie.ASKED: 4, Tie.EMERGENCY: 4}


@pytest.mark.parametrize("close", [False, True])
def test_each_combination_of_ties_reads_what_the_strongest_lets_it(close: bool) -> None:
    """Invariant 3, and TRUST.md T-31, without chance: there are few enough to go through them all."""
    for ties in chain.from_iterable(combinations(Tie, size) for size in range(len(Tie) + 1)):
        most = max((BY_HAND[tie] for tie in ties), default=-1)
        for level in Level:
            if level > most:
                with pytest.raises(NotFound):
                    decide(ties, level, close=close)
            elif close and level > Level.L2:
                with pytest.raises(NotAllowed, match="know the child or the family"):
                    decide(ties, level, close=close)
            else:
                decide(ties, level, close=close)
