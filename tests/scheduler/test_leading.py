"""Several replicas on one Postgres: one looks at what comes due, and when it is gone, another."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from scheduler import leading
from scheduler.clock import Clock
from scheduler.jobs import JOBS
from scheduler.leading import Leader, leader_of
from storage.database import Sessions, engine_of, open_database
from storage.queries.health import jobs_run
from tests.cast import START
from tests.scheduler.fakes import Postbox

ENDED = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")


@pytest.fixture
def replicas(postgresql_url: str) -> Iterator[tuple[Leader, Leader]]:
    sessions = open_database(postgresql_url)
    first, second = leader_of(sessions), leader_of(sessions)
    assert first
    assert second
    yield first, second
    first.resign()
    second.resign()
    engine_of(sessions).dispose()


def test_one_leads_and_when_it_resigns_the_other(replicas: tuple[Leader, Leader]) -> None:
    first, second = replicas
    assert [first.leads(), second.leads(), first.leads(), second.leads()] == [True, False, True, False]
    first.resign()
    takes_over(second)
    assert [second.leads(), first.leads()] == [True, False]


def test_whoever_is_cut_off_from_the_database_leads_no_more(replicas: tuple[Leader, Leader], admin: Connection) -> None:
    first, second = replicas
    assert first.leads()
    admin.execute(ENDED)
    takes_over(second)
    assert [first.leads(), first.leads(), second.leads()] == [False, False, True]


def test_whoever_is_frozen_leads_no_more(replicas: tuple[Leader, Leader], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection stays, and Postgres ends it."""
    first, second = replicas
    monkeypatch.setattr(leading, "LETS_GO", 200)
    assert first.leads()
    monkeypatch.undo()
    takes_over(second)
    assert not first.leads()


def test_a_tracker_on_sqlite_is_one_process_s_own(sqlite_url: str) -> None:
    sessions = open_database(sqlite_url)
    assert leader_of(sessions) is None
    engine_of(sessions).dispose()


def test_only_the_leader_runs_the_jobs_and_sends(postgresql_url: str) -> None:
    sessions = open_database(postgresql_url)
    first, second = (Clock(sessions, {"core": Postbox()}, lambda: START) for _ in range(2))

    async def replicas() -> None:
        await first.lead()
        await second.lead()
        assert (first.leads, second.leads) == (True, False)
        assert jobs(sessions) == len(JOBS), "a new leader looks at once"
        forget(sessions)
        await asyncio.gather(second.look(), second.post(), second.refresh())
        assert (jobs(sessions), second.rounds) == (0, None)
        await first.look()
        assert jobs(sessions) == len(JOBS)

    asyncio.run(replicas())
    for one in (first, second):
        assert one.leader
        one.leader.resign()
    engine_of(sessions).dispose()


def takes_over(other: Leader) -> None:
    """Postgres lets go of a lock when it notices that its session is gone: a moment after we close or end it."""
    deadline = time.monotonic() + 20
    while not other.leads():
        assert time.monotonic() < deadline


def jobs(sessions: Sessions) -> int:
    with sessions() as session:
        return len(jobs_run(session))


def forget(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(text("DELETE FROM job_run"))
