"""Bringing messages up to date: however often, by however many processes, and whatever the platform says."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.ports import TryLater, Undeliverable, Unknown
from scheduler.cards import ATTEMPTS, LEASE, refresh_cards
from storage.records import Delivery, StaleCard
from tests.making import an_action
from tests.scheduler.fakes import Arrived, Killed, Postbox, deliver
from tests.world import World

NURSE = "Named nurse, Thames Gate NHS Trust"
SCHOOL = "Safeguarding lead, Hollow Oak School"


@pytest.fixture
def stale(core: World) -> World:
    """The school has a card about an action that is done meanwhile."""
    reference = an_action(core, SCHOOL, "12 June 2026")
    core.tick()
    core.person("school").says(f"done {reference}")
    assert len(rows(core)) == 1
    return core


def rows(world: World) -> Sequence[StaleCard]:
    with world.sessions() as session:
        return session.scalars(select(StaleCard)).all()


def about(world: World) -> str:
    return rows(world)[0].letter.split(":")[1]


def refresh(world: World, box: Postbox, **later: int) -> int:
    """How many messages were changed so far."""
    world.now += timedelta(**later)
    asyncio.run(refresh_cards(world.sessions, {"core": box}, lambda: world.now))
    return len(box.updates)


def test_it_is_brought_up_to_date_once(stale: World) -> None:
    box = Postbox()
    assert refresh(stale, box) == 1
    assert refresh(stale, box, hours=1) == 1
    ((user, sent_as, words),) = box.updates
    assert (user, sent_as) == ("school", "letter-1")
    assert words.startswith("This has changed since")


# --- while it is on its way -------------------------------------------------------------------------------------------


class Meanwhile(Postbox):
    """While it takes the letter about this action, its owner does it."""

    def __init__(self, world: World, reference: str, trouble: Sequence[BaseException]) -> None:
        super().__init__(school=trouble)
        self.world, self.reference = world, reference

    async def send(self, *given: Any) -> str:
        await asyncio.to_thread(self.world.person("school").says, f"done {self.reference}")
        return await super().send(*given)


def sent_meanwhile(core: World, *trouble: BaseException) -> Meanwhile:
    box = Meanwhile(core, an_action(core, SCHOOL, "12 June 2026"), trouble)
    deliver(core.sessions, core.now, box)
    assert len(rows(core)) == 1
    return box


def test_what_changes_while_it_is_on_its_way_is_brought_up_to_date(core: World) -> None:
    box = sent_meanwhile(core)
    assert refresh(core, box) == 1
    ((user, sent_as, words),) = box.updates
    assert (user, sent_as) == ("school", "core-1")
    assert words.startswith("This has changed since")


def test_while_nobody_knows_whether_it_arrived_it_waits_and_does_not_give_up(core: World) -> None:
    box = sent_meanwhile(core, Arrived())
    for _ in range(2 * ATTEMPTS):
        assert refresh(core, box, minutes=1) == 0
    assert refresh(core, box) == 0, "and not in a busy loop"
    assert [one.attempts for one in rows(core)] == [0]
    deliver(core.sessions, core.now, box)
    assert refresh(core, box, minutes=1) == 1
    assert rows(core) == []


@pytest.mark.parametrize("trouble", [Undeliverable("their account is closed"), TryLater()])
def test_of_what_never_arrived_nothing_is_brought_up_to_date(core: World, trouble: BaseException) -> None:
    box = sent_meanwhile(core, trouble)
    assert refresh(core, box) == 0
    assert rows(core) == []


def test_several_changes_are_one(stale: World) -> None:
    school = stale.person("school")
    reference = about(stale)
    school.says(f"undo {reference}")
    school.says(f"done {reference}")
    assert refresh(stale, Postbox()) == 1


def test_a_busy_platform_is_asked_again_when_it_says(stale: World) -> None:
    box = Postbox(school=[TryLater(timedelta(minutes=10))])
    assert refresh(stale, box) == 0
    assert refresh(stale, box, minutes=9) == 0
    assert refresh(stale, box, minutes=1) == 1


def test_a_lost_answer_is_no_reason_not_to_do_it_again(stale: World) -> None:
    box = Postbox(school=[Unknown(), RuntimeError("odd")])
    assert refresh(stale, box) == 0
    assert refresh(stale, box, minutes=2) == 0
    assert refresh(stale, box, minutes=4) == 1
    assert rows(stale) == []


def test_a_message_that_is_gone_is_let_go(stale: World) -> None:
    box = Postbox(school=[Undeliverable("that message is gone")])
    assert refresh(stale, box) == 0
    assert rows(stale) == []


def test_it_is_not_tried_for_ever(stale: World, caplog: pytest.LogCaptureFixture) -> None:
    box = Postbox(school=[Unknown()] * 100)
    for _ in range(ATTEMPTS):
        refresh(stale, box, hours=5)
    assert rows(stale) == []
    assert "was not brought up to date after 8 attempts" in caplog.text


def test_a_platform_that_is_down_for_hours_is_waited_for(stale: World) -> None:
    """Given up after eight minutes, it would show for ever what is no longer so."""
    up, box = stale.now + timedelta(hours=3), Postbox(school=[TryLater()] * 1000)
    while rows(stale):
        if stale.now >= up:
            box.trouble.clear()
        assert stale.now < up + timedelta(hours=2)
        refresh(stale, box, minutes=5)
    assert len(box.updates) == 1


def test_a_process_that_dies_leaves_it_to_another(stale: World) -> None:
    with pytest.raises(Killed):
        refresh(stale, Postbox(school=[Killed()]))
    other = Postbox()
    assert refresh(stale, other) == 0, "while the first may still be at it"
    assert refresh(stale, other, seconds=int(LEASE.total_seconds())) == 1


def test_what_changes_meanwhile_is_done_again(stale: World) -> None:
    reference = about(stale)

    class Slow(Postbox):
        async def update(self, *given: object) -> None:
            if not self.updates:
                await asyncio.to_thread(stale.person("school").says, f"undo {reference}")
            await super().update(*given)  # type: ignore[arg-type]

    box = Slow()
    refresh(stale, box)
    assert len(box.updates) == 2
    assert "This has changed since" not in box.updates[1][2], "it is to do again"
    assert rows(stale) == []


def test_one_that_cannot_be_drawn_holds_up_no_other(stale: World, caplog: pytest.LogCaptureFixture) -> None:
    letter = rows(stale)[0].letter
    with stale.sessions.begin() as session:
        session.execute(update(Delivery).where(Delivery.letter == letter).values(kind="of_tomorrow"))
    other = an_action(stale, NURSE, "12 June 2026")
    stale.tick()
    stale.person("nurse").says(f"done {other}")
    box = Postbox()
    assert refresh(stale, box) == 1
    assert box.updates[0][0] == "nurse"
    for _ in range(ATTEMPTS):
        refresh(stale, box, minutes=2)
    assert rows(stale) == []
    assert "a message cannot be drawn anew: KeyError" in caplog.text
