"""A round of the postman: several letters at once, each within its pace, the urgent ones first; and how it ends."""

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from bot.kit.messages import Message
from bot.kit.pace import Calls, Limit, Pace
from bot.outbox import owe
from bot.ports import Address, TryLater, Unknown
from scheduler.claiming import LEASE
from scheduler.clock import Clock
from scheduler.postman import IN_HAND, deliver_due
from storage.database import Sessions, engine_of
from storage.queries.claims import give_back, mark_sent, settle
from storage.queries.deliveries import next_due
from storage.records import (
    Account,
    Delivery,
    DeliveryState,
    Haste,
    Post,
)
from tests.cast import START
from tests.making import a_meeting
from tests.scheduler.crowd import a_crowd, broadcast
from tests.scheduler.fakes import Killed, Postbox, deliver, give, killed, ledger
from tests.scheduler.test_postman import CHARITY, DUE, MINUTE, NHS, SCHOOL, states
from tests.world import World

S = DeliveryState
SECOND = timedelta(seconds=1)
ONE_A_SECOND, FIFTY_A_SECOND = Limit("send", 1, SECOND, each=True), Limit("send", 50, SECOND)


def paced(*limits: Limit, at_once: int = 50) -> Pace:
    return Pace(limits, Calls(send=("send",)), at_once)


class Watched(Postbox):
    """Remembers when each letter went."""

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self.pace, self.now, self.went = pace, START, list[tuple[datetime, str]]()

    async def send(self, to: Address, message: Message, key: str) -> str:
        self.went.append((self.now, to.user))
        return await super().send(to, message, key)

    def delivers(self, sessions: Sessions, until: datetime) -> None:
        """Round after round, each at the moment at which something may go."""
        at: datetime | None = self.now
        while at and at <= until:
            self.now = at
            deliver(sessions, at, self)
            with sessions() as session:
                at = next_due(session, at)


# --- the pace ---------------------------------------------------------------------------------------------------------


def test_letters_to_one_person_keep_their_distance_and_nobody_else_waits(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=3)
    give(core.sessions, "Camden", CHARITY, DUE)
    box = Watched(paced(ONE_A_SECOND))
    deliver(core.sessions, START, box)
    assert Counter(states(core.sessions)) == {S.SENT: 2, S.PENDING: 2}
    assert [row.owner for row in ledger(core.sessions)] == [None] * 4
    assert [row.attempts for row in ledger(core.sessions)] == [1, 0, 0, 1], "waiting is no attempt"
    box.delivers(core.sessions, START + MINUTE)
    assert [at - START for at, user in box.went if user == "school"] == [0 * SECOND, SECOND, 2 * SECOND]
    assert [at - START for at, user in box.went if user == "charity"] == [0 * SECOND]


def test_what_was_not_sent_because_the_round_ended_is_in_nobodys_way(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box, looks = Postbox(), itertools.count()
    box.pace = paced(ONE_A_SECOND)
    ended = deliver_due(core.sessions, {"core": box}, lambda: START, lambda: next(looks) > 0)
    assert asyncio.run(ended) == 0
    assert states(core.sessions) == [S.PENDING]
    assert deliver(core.sessions, START, box) == 1


class Slow(Pace):
    """A second passes whenever a letter has asked: it takes the database so long to write down that it goes."""

    def __init__(self) -> None:
        super().__init__([ONE_A_SECOND], Calls(send=("send",)))
        self.box = Watched(self)

    def letter(self, tenant: str, conversation: str, now: datetime, lane: int = 0) -> datetime:
        at = super().letter(tenant, conversation, now, lane)
        self.box.now += 1.1 * SECOND
        return at


def test_letters_keep_their_distance_however_slow_the_database_is(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=4)
    box = Slow().box
    for _ in range(4):
        asyncio.run(deliver_due(core.sessions, {"core": box}, lambda: box.now))
    times = [at for at, _ in box.went]
    assert len(times) == 4
    assert all(later - earlier >= SECOND for earlier, later in itertools.pairwise(times)), times


def test_a_broadcast_holds_up_no_reminder_and_the_urgent_goes_first(core: World) -> None:
    """2,500 people at fifty a second: in the third second a reminder comes due, and something urgent."""
    meeting, later = a_meeting(core), START + 3 * SECOND
    broadcast(core.sessions, a_crowd(core.sessions, 2_500), meeting)
    give(core.sessions, "Camden", CHARITY, DUE, later)
    with core.sessions.begin() as session:
        post = session.scalars(select(Post).where(Post.title == "MACE coordinator")).first()
        assert post
        owe(session, "agenda_not_sent", post, about=meeting, version=1, at=later, haste=Haste.URGENT)
    box = Watched(paced(ONE_A_SECOND, FIFTY_A_SECOND))
    box.delivers(core.sessions, later + SECOND)
    assert [user for at, user in box.went if at == later][:2] == ["coordinator", "charity"]
    assert Counter((at - START) / SECOND for at, _ in box.went) == dict.fromkeys(range(5), 50), "and never more"
    assert len({user for _, user in box.went}) == len(box.went)
    assert max(row.due_at for row in ledger(core.sessions)) <= START + 51 * SECOND


def test_a_platform_that_asks_for_time_gets_it_for_everybody_it_speaks_of(core: World) -> None:
    for agency in (SCHOOL, CHARITY, NHS):
        give(core.sessions, "Camden", agency, DUE)
    box = Watched(paced(at_once=1))
    box.trouble = {"school": [TryLater(MINUTE, "send")]}
    deliver(core.sessions, START, box)
    assert box.readers() == []
    assert [row.due_at for row in ledger(core.sessions)] == [START + MINUTE] * 3
    assert [row.attempts for row in ledger(core.sessions)] == [1, 0, 0]
    box.delivers(core.sessions, START + MINUTE)
    assert box.readers() == ["charity", "nurse", "school"]


def test_questions_wait_for_their_pace_as_well(core: World) -> None:
    for agency in (SCHOOL, CHARITY, NHS):
        give(core.sessions, "Camden", agency, DUE)
    box = Postbox(school=[Unknown()], charity=[Unknown()], nurse=[Unknown()])
    box.pace = Pace([Limit("ask", 2, MINUTE)], Calls(ask=("ask",)))
    deliver(core.sessions, START, box)
    deliver(core.sessions, START + MINUTE, box)
    assert (len(box.asked), states(core.sessions).count(S.AMBIGUOUS)) == (2, 1)
    deliver(core.sessions, START + 2 * MINUTE, box)
    assert box.readers() == ["charity", "nurse", "school"]


# --- several at once --------------------------------------------------------------------------------------------------


class Meeting(Postbox):
    """Nobody's letter is done before so many are on their way."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.here, self.most, self.all_here = size, 0, 0, asyncio.Event()

    async def send(self, to: Address, message: Message, key: str) -> str:
        self.here += 1
        self.most = max(self.most, self.here)
        if self.here == self.size:
            self.all_here.set()
        await asyncio.wait_for(self.all_here.wait(), 30)
        await asyncio.sleep(0)
        self.here -= 1
        return await super().send(to, message, key)


def test_letters_go_at_once_and_no_more_than_the_platform_likes(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=40)
    box = Meeting(7)
    box.pace = paced(at_once=7)
    assert deliver(core.sessions, START, box) == 40
    assert box.most == 7


class Silent(Postbox):
    """Answers nobody until somebody else's letter has gone."""

    def __init__(self, other: Postbox, count: int) -> None:
        super().__init__("silent")
        self.other, self.count, self.pace = other, count, paced(at_once=2)

    async def send(self, to: Address, message: Message, key: str) -> str:
        async with asyncio.timeout(30):
            while len(self.other.letters) < self.count:  # noqa: ASYNC110 -- nobody tells us
                await asyncio.sleep(0)
        return await super().send(to, message, key)


def test_a_slow_platform_holds_up_no_other(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=20)
    with core.sessions.begin() as session:
        session.execute(update(Account).where(Account.user == "school").values(platform="silent"))
    give(core.sessions, "Camden", CHARITY, DUE, count=20)
    quick = Postbox()
    assert deliver(core.sessions, START, quick, Silent(quick, 20)) == 40


def test_no_more_is_taken_than_can_be_held(core: World) -> None:
    """So that another replica gets its share, and what becomes urgent meanwhile is not behind it all."""
    give(core.sessions, "Camden", SCHOOL, DUE, count=IN_HAND + 100)
    most, box = 0, Postbox()

    class Counting(Postbox):
        async def send(self, to: Address, message: Message, key: str) -> str:
            nonlocal most
            if len(self.letters) % 10 == 0:  # each look waits its turn for the one connection to SQLite
                held = await asyncio.to_thread(states, core.sessions)
                most = max(most, held.count(S.CLAIMED) + held.count(S.SENDING))
            return await super().send(to, message, key)

    box = Counting()
    assert deliver(core.sessions, START, box) == IN_HAND + 100
    assert most <= IN_HAND


def commits_of(sessions: Sessions, now: datetime, box: Postbox) -> int:
    commits = itertools.count()

    def commit(_connection: object) -> None:
        next(commits)

    event.listen(engine_of(sessions), "commit", commit)
    deliver(sessions, now, box)
    event.remove(engine_of(sessions), "commit", commit)
    return next(commits)


def test_many_letters_share_a_transaction(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=100)
    assert commits_of(core.sessions, START, Postbox()) < 150  # on its own each would take two


def test_one_that_the_database_refuses_spoils_no_other(core: World, caplog: pytest.LogCaptureFixture) -> None:
    for agency in (SCHOOL, CHARITY, NHS):
        give(core.sessions, "Camden", agency, DUE)
    box = Postbox()

    def refuse(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if sql.startswith("UPDATE delivery") and "Canary" in str(values):
            raise ValueError("Canary")

    with core.sessions.begin() as session:
        session.execute(update(Delivery).where(Delivery.id == 2).values(once="Canary"))
    event.listen(engine_of(core.sessions), "before_cursor_execute", refuse)
    assert deliver(core.sessions, START, box) == 2
    event.remove(engine_of(core.sessions), "before_cursor_execute", refuse)
    assert states(core.sessions) == [S.SENT, S.CLAIMED, S.SENT]
    assert "delivery 2 is left as it is: ValueError" in caplog.text
    assert "Canary" not in caplog.text
    assert deliver(core.sessions, START + LEASE, box) == 1


# --- kill -9 ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def nights() -> Iterator[datetime]:
    return (START + number * timedelta(minutes=5) for number in itertools.count())


def test_killed_between_any_two_commits_nothing_is_lost_and_nothing_comes_twice(
    core: World, nights: Iterator[datetime]
) -> None:
    """Reminders of several things in one letter, letters to three people, and one platform that answers late."""
    for before in itertools.count(1):
        now, box = next(nights), Postbox()
        for agency in (SCHOOL, CHARITY, NHS):
            give(core.sessions, "Camden", agency, DUE, now, count=5)
        lived = not killed(core.sessions, now, box, before)
        deliver(core.sessions, now + LEASE, box)
        deliver(core.sessions, now + LEASE + SECOND, box)
        assert set(states(core.sessions)) == {S.SENT}, before
        assert box.readers() == ["charity"] * 5 + ["nurse"] * 5 + ["school"] * 5, before
        if lived:
            break
    assert before > 4, "claim, intent, mark, and another look"


def test_a_process_that_stalls_between_the_intent_and_the_call_does_not_call(core: World) -> None:
    """Another postman may hold the letter by then, may have asked about it, and sent it."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox()

    def clock() -> datetime:
        first_time = [(row.state, row.attempts) for row in ledger(core.sessions)] == [(S.SENDING, 1)]
        return START + LEASE if first_time else START

    assert asyncio.run(deliver_due(core.sessions, {"core": box}, clock)) == 1
    assert box.readers() == ["school"]
    assert [row.attempts for row in ledger(core.sessions)] == [2], "the first was given back"


@pytest.mark.parametrize(("state", "owner"), [(S.SENDING, "another"), (S.CLAIMED, "us"), (S.SENT, None)])
def test_whoever_does_not_hold_it_changes_nothing(core: World, state: DeliveryState, owner: str | None) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    with core.sessions.begin() as session:
        session.execute(update(Delivery).values(state=state, owner=owner))
    with core.sessions.begin() as session:
        mark_sent(session, "us", {1: "x"}, START)
        give_back(session, "us", [{"of": 1, "held": S.SENDING, "at": START}])
        assert settle(session, [1], "us", S.FAILED) == 0
    (row,) = ledger(core.sessions)
    assert (row.state, row.owner, row.sent_as) == (state, owner, None)


# --- how it ends ------------------------------------------------------------------------------------------------------


class Stopping(Postbox):
    """The server is told to stop while the first letters are on their way."""

    stopping = False

    async def send(self, to: Address, message: Message, key: str) -> str:
        self.stopping = True
        return await super().send(to, message, key)


def test_what_is_under_way_is_finished_and_what_is_only_claimed_goes_back(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=30)
    box = Stopping()
    box.pace = paced(at_once=3)
    sent = asyncio.run(deliver_due(core.sessions, {"core": box}, lambda: START, lambda: box.stopping))
    assert 0 < sent <= 3
    rows = ledger(core.sessions)
    assert Counter(row.state for row in rows) == {S.SENT: sent, S.PENDING: 30 - sent}
    assert {(row.owner, row.leased_until, row.due_at) for row in rows} == {(None, None, START)}
    assert deliver(core.sessions, START, Postbox()) == 30 - sent


class Late(Postbox):
    """Its answer comes only when the clock has been told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_for, self.answer = threading.Event(), asyncio.Event()

    async def send(self, to: Address, message: Message, key: str) -> str:
        self.asked_for.set()
        await self.answer.wait()
        return await super().send(to, message, key)


def test_a_server_that_stops_waits_for_the_letters_that_are_under_way(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Late()

    async def serve() -> None:
        clock = Clock(core.sessions, {"core": box}, lambda: START)
        clock.start()
        await clock.lead()
        posting = asyncio.create_task(clock.post())
        await asyncio.to_thread(box.asked_for.wait, 30)
        stopping = asyncio.create_task(clock.stop())
        await asyncio.sleep(0)
        assert states(core.sessions) == [S.SENDING]
        box.answer.set()
        await stopping
        assert states(core.sessions) == [S.SENT]
        await posting

    asyncio.run(serve())


def test_killed_is_not_caught(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    with pytest.raises(Killed):
        deliver(core.sessions, START, Postbox(school=[Killed()]))
