"""A tracker with many people in it, the platform they are on, and any number of replicas that come and go."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGKILL
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from bot.outbox import owe_to_each
from scheduler.claiming import LEASE
from scheduler.recovering import HOLD
from storage.database import Sessions, engine_of, open_database
from storage.records import Delivery, DeliveryState, Meeting, Post
from tests.cast import START, seed
from tests.faults import Figures, sink
from tests.faults.replica import Clock, Part, live
from tests.making import a_meeting
from tests.scheduler.crowd import a_crowd
from tests.surfaces.core import Core
from tests.world import World

S = DeliveryState
PATIENCE = 60.0  # seconds; nothing takes that long unless it is broken
UNDER_WAY = (S.PENDING, S.CLAIMED, S.SENDING)

PROCESSES = multiprocessing.get_context("forkserver")  # a new one is there at once
PROCESSES.set_forkserver_preload(["__main__", "tests.faults.replica", "tests.faults.sink"])


def until(true: Callable[[], object], patience: float = PATIENCE) -> bool:
    """Wait for this; False: it did not become true in that time."""
    deadline = time.monotonic() + patience
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class Stage:
    def __init__(self, database: str, journal: Path, url: str, people: int, speed: float) -> None:
        self.database, self.journal, self.sink = database, journal, url
        self.sessions = open_database(database)
        self.clock = Clock(time.time(), speed, PROCESSES.RawValue("d", 0.0))
        self.can_tell = True
        self.replicas: list[BaseProcess] = []
        self.meeting, self.posts = _peopled(self.sessions, people)
        self.next, self.owed = count(), 0

    # --- what happens ---

    def owe(self, size: int) -> None:
        """To people who have not been written to yet."""
        posts = [self.posts[next(self.next)] for _ in range(size)]
        with self.sessions.begin() as session:
            them = select(Post.id).where(Post.id.in_(posts))
            owe_to_each(session, "agenda", them, about=self.meeting, version=1, at=START)
        self.owed += size

    def replica(self, point: str = "", signal: int = 0) -> BaseProcess:
        part = Part(self.database, self.sink, self.clock, self.can_tell, point, signal)
        process: BaseProcess = PROCESSES.Process(target=live, args=(part,), daemon=True)
        process.start()
        self.replicas.append(process)
        return process

    def order(self, moment: str, signal: int) -> None:
        sink.tell(self.sink, moment, signal)

    def gone(self, replica: BaseProcess) -> None:
        """It has ended, or does so within our patience, by the signal and not by an error."""
        replica.join(PATIENCE)
        assert replica.exitcode == -SIGKILL, replica.exitcode
        self.replicas.remove(replica)

    def kills(self, replica: BaseProcess) -> None:
        replica.kill()
        self.gone(replica)

    def all_end(self) -> None:
        for replica in list(self.replicas):
            self.kills(replica)

    def put_on(self, seconds: float) -> None:
        self.clock.ahead.value += seconds

    def drains(self, replicas: int = 2) -> None:
        """Whoever is left is ended, their leases run out, and new ones go on until nothing is open."""
        self.all_end()
        self.put_on(LEASE.total_seconds())
        for _ in range(replicas):
            self.replica()
        self.settled()
        self.all_end()

    def settled(self) -> None:
        self.waits_until(lambda: not self.open(*UNDER_WAY))
        if not self.can_tell:
            self.put_on(HOLD.total_seconds())
        self.waits_until(lambda: not self.unheard_of())
        self.waits_until(lambda: not self.open(*UNDER_WAY))

    def waits_until(self, true: Callable[[], object]) -> None:
        """As long as letters go out."""
        while not true():
            before = sink.taken(self.journal)
            assert until(lambda: true() or sink.taken(self.journal) > before), self.states()  # noqa: B023 -- at once

    # --- what came of it ---

    def states(self) -> Counter[DeliveryState]:
        with self.sessions() as session:
            rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all()
            return Counter({row[0]: row[1] for row in rows})

    def open(self, *states: DeliveryState) -> int:
        """Whoever looks while a full disk holds everybody up is told that there are some, and looks again."""
        try:
            with self.sessions() as session:
                return session.scalar(select(func.count()).where(Delivery.state.in_(states))) or 0
        except OperationalError:
            return 1

    def unheard_of(self) -> int:
        """Nobody knows whether they arrived, and nobody was told."""
        doubtful = select(func.count()).where(Delivery.state == S.AMBIGUOUS, Delivery.reason.is_(None))
        with self.sessions() as session:
            return session.scalar(doubtful) or 0

    def figures(self, faults: int) -> Figures:
        """Of the agendas: what has arrived has arrived once; what has not is flagged, or it is lost.  One more copy is
        flagged if it says so.
        """
        arrived, again = sink.read(self.journal, "sent"), sink.read(self.journal, "sent again")
        with self.sessions() as session:
            agendas = select(Delivery.once, Delivery.state).where(Delivery.kind == "agenda")
            states = {row.once: row.state for row in session.execute(agendas)}
        flagged = [key for key, state in states.items() if state in (S.AMBIGUOUS, S.FAILED) or key in again]
        lost = [key for key in states if key not in arrived and key not in flagged]
        copies = sum(came.total() - len(came) for came in (arrived, again))
        return Figures(self.owed, faults, len(lost), copies, len(flagged))


def _peopled(sessions: Sessions, people: int) -> tuple[str, list[int]]:
    with sessions.begin() as session:
        seed(session, "core", START)
    meeting = a_meeting(World(sessions, Core(sessions)))
    with sessions.begin() as session:
        session.execute(update(Meeting).values(sent_version=1))
    return meeting, a_crowd(sessions, people)


@contextmanager
def staged(database: str, folder: Path, people: int, speed: float = 1.0) -> Iterator[Stage]:
    ours, theirs = PROCESSES.Pipe()
    journal = folder / "journal"
    platform: Any = PROCESSES.Process(target=sink.serve, args=(journal, theirs), daemon=True)
    platform.start()
    stage = Stage(database, journal, ours.recv(), people, speed)
    try:
        yield stage
    finally:
        stage.all_end()
        platform.kill()
        platform.join()
        engine_of(stage.sessions).dispose()
