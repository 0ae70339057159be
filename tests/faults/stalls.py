"""A replica that is stopped past its lease and then goes on, at every point but one (RELIABILITY.md 7.4).

Between its last look at the clock and the first byte of its call, nobody can fence it: not the ledger, and no platform
of ours takes a key that would tell it the second copy.
"""

from multiprocessing.process import BaseProcess
from os import kill
from pathlib import Path
from signal import SIGCONT, SIGSTOP

from scheduler.claiming import LEASE
from storage.records import DeliveryState
from tests.faults import Figures
from tests.faults.kills import BY_ITSELF
from tests.faults.sink import TAKEN
from tests.faults.stage import PATIENCE, UNDER_WAY, Stage, staged, until

READ = "as the intent is written"  # it has seen that it holds the letter, and has not said so yet
POINTS = (*BY_ITSELF, READ, TAKEN)
IN_A_TRANSACTION = ("before the claim", "before the intent", "before the mark", READ)
OPEN = (*UNDER_WAY, DeliveryState.AMBIGUOUS)  # each can be asked about


def at_each_point(database: str, folder: Path, rounds: int) -> Figures:
    with staged(database, folder, rounds * 2 * len(POINTS)) as stage:
        for _ in range(rounds):
            for point in POINTS:
                _stalls(stage, point)
        return stage.figures(rounds * len(POINTS))


def _stalls(stage: Stage, point: str) -> None:
    """One letter: of several, another might be in the middle of a transaction."""
    stage.owe(1)
    stalled = _stopped(stage, point)
    stage.put_on(LEASE.total_seconds())
    other = stage.replica()
    _others_do_it(stage, point)
    _goes_on(stalled)
    assert until(lambda: not stage.open(*OPEN)), (point, stage.states())
    stage.kills(other)
    stage.owe(1)
    assert until(lambda: not stage.open(*OPEN)), "it has not gone on"
    stage.kills(stalled)


def _others_do_it(stage: Stage, point: str) -> None:
    """In a transaction it may hold its rows, and then nobody else takes them."""
    done = until(lambda: not stage.open(*OPEN), 1 if point in IN_A_TRANSACTION else PATIENCE)
    assert done or point in IN_A_TRANSACTION, (point, stage.states())


def _stopped(stage: Stage, point: str) -> BaseProcess:
    if point == TAKEN:
        stage.order(point, SIGSTOP)
    replica = stage.replica("" if point == TAKEN else point, SIGSTOP)
    assert until(lambda: _state(replica) == "T"), f"not stopped {point}"
    return replica


def _state(replica: BaseProcess) -> str:
    return Path(f"/proc/{replica.pid}/stat").read_text().rpartition(")")[2].split()[0]


def _goes_on(replica: BaseProcess) -> None:
    assert replica.pid
    kill(replica.pid, SIGCONT)
