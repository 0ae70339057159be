"""kill -9 at random and at every named point, of three replicas on one Postgres (RELIABILITY.md 7.1)."""

import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from signal import SIGKILL

from scheduler.claiming import LEASE
from tests.faults import Figures, sink
from tests.faults.replica import ANSWER, REPLY
from tests.faults.sink import ARRIVED, ASKED, TAKEN
from tests.faults.stage import Stage, staged, until

SPEED = 10.0  # of their clock: what one leaves behind is found by the others twelve seconds later, and not two minutes
SHORTLY = 0.5  # seconds: a kill waits no longer for letters to be on their way
UNKNOWN = ("after the intent", REPLY, "before the mark")  # whether it arrived
BY_ITSELF = ("before the claim", "after the claim", "before the intent", *UNKNOWN, "after the mark")
BY_THE_SINK = (ARRIVED, TAKEN)
IN_DOUBT = ("before the doubt", "after the doubt")
ASKING = (ASKED, ANSWER)


def at_random(database: str, folder: Path, messages: int, kills: int, seed: int, at_once: int = 3) -> Figures:
    """Each kill finds letters under way, and comes at any moment of theirs."""
    random, share = Random(seed), messages // kills
    with staged(database, folder, messages, SPEED) as stage:
        for _ in range(at_once):
            stage.replica()
        for _ in range(kills):
            _owed_and_killed(stage, share, random)
        stage.drains(at_once)
        return stage.figures(kills)


def _owed_and_killed(stage: Stage, share: int, random: Random) -> None:
    before, some = sink.taken(stage.journal), random.randint(0, share)
    stage.owe(share)
    until(lambda: sink.taken(stage.journal) >= before + some, SHORTLY)
    time.sleep(random.uniform(0, 0.03))  # the moment of the fault, and nothing that we wait for
    stage.kills(random.choice(stage.replicas))
    stage.replica()


def at_each_point(database: str, folder: Path, rounds: int, share: int, *, can_tell: bool) -> Figures:
    """In each round one replica after the other ends at its point, and the next finds what it left."""
    sending, asking = (BY_ITSELF, ASKING) if can_tell else (UNKNOWN, ())
    struck = rounds * (len(sending) + len(BY_THE_SINK))
    with staged(database, folder, struck * share) as stage:
        stage.can_tell = can_tell
        for _ in range(rounds):
            _each_point(stage, share, sending)
        return stage.figures(struck + rounds * len((*IN_DOUBT, *asking)))


def _each_point(stage: Stage, share: int, sending: Sequence[str]) -> None:
    for point in sending:
        stage.owe(share)
        stage.gone(stage.replica(point, SIGKILL))
    for moment in BY_THE_SINK:
        stage.owe(share)
        _ordered(stage, moment)
    stage.put_on(LEASE.total_seconds())
    _doubtful(stage, IN_DOUBT)
    if stage.can_tell:
        _ordered(stage, ASKED)
        _doubtful(stage, [ANSWER])
    stage.drains()


def _ordered(stage: Stage, moment: str) -> None:
    stage.order(moment, SIGKILL)
    stage.gone(stage.replica())


def _doubtful(stage: Stage, points: Sequence[str]) -> None:
    for point in points:
        stage.gone(stage.replica(point, SIGKILL))
