"""The outbox in parts: each process sends what goes to one tenant, and whoever takes over begins where it left off."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, update

from bot.kit.messages import Message
from bot.kit.pace import Pace
from bot.outbox import mark_stale
from bot.ports import Address
from scheduler import drains
from scheduler.cards import refresh_cards
from scheduler.claiming import LEASE
from scheduler.postman import deliver_due
from scheduler.shards import sort_due
from storage.database import Sessions, engine_of, open_database
from storage.queries.claims import claim, deliveries_held, leases_run_out
from storage.queries.shards import Shard
from storage.records import Account, Delivery, DeliveryState, Haste
from tests.cast import HOME, START, seed
from tests.scheduler.fakes import Postbox, deliver, give, ledger
from tests.scheduler.test_postman import CHARITY, DUE, MINUTE, NHS, SCHOOL, states
from tests.scheduler.test_rounds import ONE_A_SECOND, SECOND, paced
from tests.world import World

S = DeliveryState
HERE, THERE, NOWHERE = Shard("core", HOME), Shard("core", "second"), Shard()


def term(sessions: Sessions, box: Postbox, shard: Shard, by: str, now: datetime = START) -> drains.Term:
    ours = drains.Drains(sessions, {"core": box}, lambda: now)
    ours.by = by
    return drains.Term(ours, shard, now + drains.TERM)


def drained(sessions: Sessions, box: Postbox, shard: Shard, by: str = "us", now: datetime = START) -> int:
    """One round of a drain, begun anew."""
    ours = term(sessions, box, shard, by, now)
    ours.begin()
    return asyncio.run(deliver_due(sessions, ours.platforms, ours.now, share=ours.share))


def moves(sessions: Sessions, user: str, tenant: str) -> None:
    with sessions.begin() as session:
        session.execute(update(Account).where(Account.user == user).values(tenant=tenant))


def shards(sessions: Sessions) -> list[str | None]:
    return [row.shard for row in ledger(sessions)]


def test_each_tenant_is_a_shard_and_a_drain_sends_what_is_in_its_own(core: World) -> None:
    moves(core.sessions, "charity", THERE.tenant)
    for agency in (SCHOOL, CHARITY, "Camden Housing"):  # of whom the last has not joined
        give(core.sessions, "Camden", agency, DUE)
    box = Postbox()
    assert drained(core.sessions, box, HERE) == 0, "nothing is sorted yet"
    assert sort_due(core.sessions, START) == {HERE, THERE, NOWHERE}
    assert shards(core.sessions) == [HERE.name, THERE.name, NOWHERE.name]
    assert (drained(core.sessions, box, HERE), box.readers()) == (1, ["school"])
    assert sort_due(core.sessions, START) == {THERE, NOWHERE}
    assert (drained(core.sessions, box, THERE), box.readers()) == (1, ["charity", "school"])
    drained(core.sessions, box, NOWHERE)
    assert states(core.sessions, "action_given") == [S.SENT, S.SENT, S.FAILED]
    assert sort_due(core.sessions, START) == {HERE}, "the coordinator is told of what went nowhere"


def test_what_is_not_due_makes_no_work(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, START + MINUTE)
    assert sort_due(core.sessions, START) == set()
    assert sort_due(core.sessions, START + MINUTE) == {HERE}


def test_what_goes_elsewhere_by_now_is_given_back_and_was_no_attempt(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=2)
    sort_due(core.sessions, START)
    moves(core.sessions, "school", THERE.tenant)
    box = Postbox()
    assert drained(core.sessions, box, HERE) == 0
    assert [(row.state, row.shard, row.attempts, row.owner) for row in ledger(core.sessions)] == [
        (S.PENDING, THERE.name, 0, None)
    ] * 2
    assert sort_due(core.sessions, START) == {THERE}
    assert drained(core.sessions, box, THERE) == 2


class Overtaken(Pace):
    """Just before the intent of the first letter, something happens."""

    def letter(self, tenant: str, conversation: str, now: datetime, lane: int = 0) -> datetime:
        self.happens, happens = lambda: None, self.happens
        happens()
        return now

    happens = staticmethod(lambda: None)


def test_what_moves_between_the_claim_and_the_intent_is_given_back_as_well(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    sort_due(core.sessions, START)
    box, pace = Postbox(), Overtaken()
    box.pace, pace.happens = pace, lambda: moves(core.sessions, "school", THERE.tenant)
    assert drained(core.sessions, box, HERE) == 0
    assert [(row.state, row.shard) for row in ledger(core.sessions)] == [(S.PENDING, THERE.name)]


def test_whoever_was_thought_dead_sends_no_more_of_what_it_had_claimed(core: World) -> None:
    """Nobody waits for the lease either."""
    give(core.sessions, "Camden", SCHOOL, DUE, count=3)
    sort_due(core.sessions, START)
    frozen, box, pace = Postbox(), Postbox(), Overtaken()
    successor = term(core.sessions, box, HERE, "successor")
    frozen.pace, pace.happens = pace, successor.begin
    assert drained(core.sessions, frozen, HERE, "frozen") == 0
    assert states(core.sessions) == [S.PENDING] * 3
    assert drained(core.sessions, box, HERE, "successor") == 3
    give(core.sessions, "Camden", SCHOOL, DUE)
    sort_due(core.sessions, START)
    late = term(core.sessions, frozen, HERE, "frozen")
    assert asyncio.run(deliver_due(core.sessions, late.platforms, late.now, share=late.share)) == 0, "not begun anew"
    assert frozen.letters == []


def test_what_it_means_to_send_is_asked_about_when_its_lease_is_over(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    sort_due(core.sessions, START)
    box = Postbox()
    with core.sessions.begin() as session:
        school = session.scalars(select(Account.id).where(Account.user == "school")).one()
        session.execute(
            update(Delivery).values(
                state=S.SENDING, owner="x", leased_until=START + LEASE, account_id=school, letter="k"
            )
        )
    assert drained(core.sessions, box, HERE, "successor") == 0
    assert states(core.sessions) == [S.SENDING]
    assert sort_due(core.sessions, START + LEASE) == {HERE}
    drained(core.sessions, box, THERE, "successor", START + LEASE)
    assert box.asked == [], "that is for whoever has the shard it went to"
    assert drained(core.sessions, box, HERE, "successor", START + LEASE) == 1
    assert box.asked == ["k"]


def test_the_ledger_remembers_the_pace_for_whoever_takes_over(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=2)
    sort_due(core.sessions, START)
    first, second = Postbox(), Postbox()
    first.pace, second.pace = paced(ONE_A_SECOND), paced(ONE_A_SECOND)
    assert drained(core.sessions, first, HERE, "first") == 1
    with core.sessions.begin() as session:
        session.execute(update(Delivery).where(Delivery.state == S.PENDING).values(due_at=START))
    soon = START + SECOND / 2
    assert drained(core.sessions, second, HERE, "second", soon) == 0
    assert ledger(core.sessions)[-1].due_at == START + SECOND
    assert drained(core.sessions, second, HERE, "second", START + SECOND) == 1
    with core.sessions.begin() as session:
        session.execute(update(Delivery).values(state=S.SENDING, sent_at=None))
    give(core.sessions, "Camden", SCHOOL, DUE, START + MINUTE)
    sort_due(core.sessions, START + MINUTE)
    assert drained(core.sessions, first, HERE, "first", START + MINUTE) == 0, "it may be on its way at this moment"


def test_whoever_had_it_last_goes_on_without_asking_the_ledger(core: World) -> None:
    box = Postbox()
    box.pace = paced(ONE_A_SECOND)
    drained(core.sessions, box, HERE)
    assert box.pace.letter(HOME, "school", START) == START
    box.pace.went(HOME, "school", START)
    drained(core.sessions, box, HERE)
    assert box.pace.letter(HOME, "school", START) == START + SECOND


def test_messages_are_brought_up_to_date_by_whoever_has_their_shard(core: World) -> None:
    (reference,) = give(core.sessions, "Camden", NHS, DUE)
    deliver(core.sessions, START, Postbox())
    with core.sessions.begin() as session:
        mark_stale(session, reference, START)
    assert sort_due(core.sessions, START) == {HERE}
    box = Postbox()
    for shard, brought in ((THERE, 0), (HERE, 1)):
        asyncio.run(refresh_cards(core.sessions, {"core": box}, lambda: START, shard))
        assert len(box.updates) == brought


class Ends(Postbox):
    """A letter that arrives is the end of something."""

    def __init__(self, end: Callable[[], object]) -> None:
        super().__init__()
        self.end = end

    async def send(self, to: Address, message: Message, key: str) -> str:
        self.end()
        return await super().send(to, message, key)


@pytest.mark.parametrize("end", ["its time is over", "somebody else has the shard", "the process stops"])
def test_a_term_ends(core: World, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """Until then it looks again and again: here the letter comes due only after a while."""
    monkeypatch.setattr(drains, "POST", 0.01)
    monkeypatch.setattr(drains, "LOOK_AGAIN", SECOND / 100)
    give(core.sessions, "Camden", SCHOOL, DUE, START + MINUTE)
    sort_due(core.sessions, START + MINUTE)
    times, box = [START] * 20, Ends(lambda: None)

    async def begins() -> None:
        ours = drains.Drains(core.sessions, {"core": box}, lambda: times.pop() if len(times) > 1 else times[0])
        ends = {
            "its time is over": lambda: times.__setitem__(0, START + drains.TERM),
            "somebody else has the shard": term(core.sessions, box, HERE, "another").begin,
            "the process stops": ours.stopped.set,
        }
        times[0], box.end = START + MINUTE, ends[end]
        await asyncio.wait_for(ours.drain(HERE), 30)

    asyncio.run(begins())
    assert box.readers() == ["school"]


def test_what_is_held_cannot_be_taken_while_its_intent_is_written(postgresql_url: str) -> None:
    """One that is frozen just then would write over what another has done since."""
    sessions = open_database(postgresql_url)
    with sessions.begin() as session:
        seed(session, "core", START)
    give(sessions, "Camden", SCHOOL, DUE)
    with sessions.begin() as session:
        claim(session, Haste.SOON, "us", START, START, 1)
    (row,) = ledger(sessions)
    with sessions.begin() as ours, sessions.begin() as theirs:
        assert deliveries_held(ours, [row.id], "us")
        assert leases_run_out(theirs, S.CLAIMED, START) == []
    with sessions.begin() as session:
        assert leases_run_out(session, S.CLAIMED, START)
    engine_of(sessions).dispose()
