"""Clocks that differ: a process whose time is not the database server's neither leads nor sends (RELIABILITY.md 5)."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from integrations.server import readiness
from scheduler.agreeing import AGREE, EVERY, Agreement, agreement_of, apart
from scheduler.clock import Clock
from scheduler.drains import Drains
from storage.database import Sessions, engine_of, open_database
from storage.queries.shards import Shard, holds_shard
from tests.cast import HOME, START, seed
from tests.scheduler.fakes import Postbox

HERE = Shard("core", HOME)
SAYS = "The clocks of this machine and of the database server are 60 seconds apart, so the bot on this machine sends"


class Watch:
    """This machine's time, which somebody may have set wrongly."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead, self.looks = ahead, 0

    def now(self) -> datetime:
        self.looks += 1
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def shared(postgresql_url: str) -> Iterator[Sessions]:
    sessions = open_database(postgresql_url)
    with sessions.begin() as session:
        seed(session, "core", START)
    yield sessions
    engine_of(sessions).dispose()


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("ahead", [MINUTE, -MINUTE])
def test_whose_clock_is_wrong_does_not_lead_and_whose_is_right_does(shared: Sessions, ahead: timedelta) -> None:
    wrong, right = Watch(ahead), Watch(timedelta(0))
    clocks = [Clock(shared, {}, one.now, agreement=Agreement(shared, one.now)) for one in (wrong, right)]

    async def lead() -> list[bool]:
        for clock in clocks:
            await clock.lead()
        return [clock.leads for clock in clocks]

    assert asyncio.run(lead()) == [False, True]
    for clock in clocks:
        assert clock.leader
        clock.leader.resign()


def test_a_leader_whose_clock_goes_wrong_makes_room(shared: Sessions) -> None:
    watch = Watch(timedelta(0))
    clock = Clock(shared, {}, watch.now, agreement=Agreement(shared, watch.now))

    async def led() -> list[tuple[bool, bool]]:
        found = []
        for watch.ahead in (timedelta(0), MINUTE, timedelta(0)):
            await clock.lead()
            assert clock.leader
            found.append((clock.leads, clock.leader.session is not None))
        return found

    assert asyncio.run(led()) == [(True, True), (False, False), (True, True)]
    assert clock.leader
    clock.leader.resign()


@pytest.mark.parametrize(("ahead", "takes"), [(MINUTE, False), (timedelta(0), True)])
def test_a_worker_whose_clock_is_wrong_takes_no_shard(shared: Sessions, ahead: timedelta, takes: bool) -> None:
    watch = Watch(ahead)
    drains = Drains(shared, {"core": Postbox()}, watch.now, Agreement(shared, watch.now))
    drains.stopped.set()  # so that a term ends as it begins
    asyncio.run(drains.drain(HERE))
    with shared() as session:
        assert holds_shard(session, HERE, drains.by) is takes


def test_it_is_not_ready_and_says_why_until_it_is_put_right(shared: Sessions, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch(MINUTE)
    client = TestClient(Starlette(routes=[readiness(shared, Agreement(shared, watch.now))]))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text[: len(SAYS)]) == (503, SAYS)
    assert SAYS in caplog.text
    watch.ahead = timedelta(0)
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready")


def test_the_server_is_asked_now_and_then(shared: Sessions) -> None:
    moments = iter([START, START, START, START + EVERY / 2, START + EVERY, START + EVERY])
    agreement = Agreement(shared, lambda: next(moments))
    assert agreement.problem()
    assert (agreement.problem(), agreement.looked_at) == (agreement.found, START)


def test_how_long_the_answer_took_is_no_difference() -> None:
    assert apart(START, START - 2 * AGREE, START) == apart(START, START, START + 2 * AGREE) == ""
    assert apart(START, START + 2 * AGREE, START + 2 * AGREE)


def test_a_tracker_on_sqlite_has_no_other_clock(sqlite_url: str) -> None:
    sessions = open_database(sqlite_url)
    assert agreement_of(sessions, lambda: START) is None
    engine_of(sessions).dispose()
