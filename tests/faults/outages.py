"""The database goes away and comes back, its disk is full, and a process dies in a checkpoint (RELIABILITY.md 7.2)."""

import time
from pathlib import Path
from random import Random
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.database import engine_of, open_database
from tests.faults import Figures, kills, sink
from tests.faults.ground import Ground
from tests.faults.kills import SHORTLY
from tests.faults.stage import UNDER_WAY, Stage, staged, until

SPEED = 5.0  # of the replicas' clock: an outage every 5 to 40 seconds of theirs is one every 1 to 8 of ours
FULL = 4096  # bytes: what a file may still hold, which is less than any of ours holds already


def of_postgres(on: Ground, share: int, stops: int, seed: int, pause: tuple[float, float]) -> Figures:
    """`pause`: seconds of ours between two outages."""
    random = Random(seed)
    with staged(on.postgres(), on.folder(), share * stops, SPEED) as stage:
        replicas = [stage.replica() for _ in range(3)]
        for number in range(stops):
            time.sleep(random.uniform(*pause))
            _under_way(stage, share, random)
            on.stops(crash=number % 2 == 1)
            time.sleep(random.uniform(0, 0.5))
            on.starts()
        assert all(one.is_alive() for one in replicas), "they live through it"
        stage.drains()
        return stage.figures(stops)


def _under_way(stage: Stage, share: int, random: Random) -> None:
    before, some = sink.taken(stage.journal), random.randint(1, share)
    stage.owe(share)
    until(lambda: sink.taken(stage.journal) >= before + some, SHORTLY)


def of_the_disk(database: str, folder: Path, share: int, times: int, seed: int) -> Figures:
    """What the process writes fails, as on a full disk; then there is room again, and it goes on."""
    random = Random(seed)
    with staged(database, folder, 9 * share * times) as stage:
        replica = stage.replica()
        assert replica.pid
        for _ in range(times):
            _under_way(stage, share, random)
            prlimit(replica.pid, RLIMIT_FSIZE, (FULL, RLIM_INFINITY))
            assert until(lambda: _owed(stage, share)), "whoever else writes has room"
            assert not until(lambda: not stage.open(*UNDER_WAY), SHORTLY), "nothing can be marked"
            prlimit(replica.pid, RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))
        assert replica.is_alive()
        stage.drains()
        return stage.figures(times)


def _owed(stage: Stage, share: int) -> bool:
    """Not yet: the other process had the database for itself."""
    try:
        stage.owe(share)
    except OperationalError:
        return False
    return True


def in_a_checkpoint(database: str, folder: Path, messages: int, times: int, seed: int) -> Figures:
    figures = kills.at_random(database, folder, messages, times, seed, at_once=1)
    sessions = open_database(database)
    with sessions() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    engine_of(sessions).dispose()
    return figures
