"""Nobody knows whether it arrived, or the machine dies: nothing is lost, and nothing goes twice (RELIABILITY.md 4)."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from sqlalchemy import make_url, select, text, update
from sqlalchemy.orm import Session

from bot.kit.messages import Message
from bot.kit.pace import Pace
from bot.ports import Address, TryLater, Undeliverable, Unknown
from scheduler.claiming import LEASE
from scheduler.outcomes import ATTEMPTS
from scheduler.postman import deliver_due
from storage.database import Sessions, engine_of, open_database
from storage.records import Account, Delivery
from tests.cast import START, seed
from tests.making import a_meeting
from tests.scheduler.fakes import Arrived, Killed, Postbox, deliver, give, killed, ledger
from tests.scheduler.test_postman import (
    AFTER_THE_LEASE,
    CHARITY,
    DUE,
    MINUTE,
    NHS,
    SCHOOL,
    S,
    only,
    reminders_for_the_nurse,
    states,
)
from tests.world import World

MAYBE = "You may have had this already."

# --- nobody knows whether it arrived ----------------------------------------------------------------------------------


def test_an_unknown_that_arrived_is_found_by_its_key_and_not_sent_again(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[Arrived()])
    assert deliver(core.sessions, START, box) == 0
    assert states(core.sessions) == [S.AMBIGUOUS]
    deliver(core.sessions, START + MINUTE, box)
    row = only(core.sessions)
    assert (row.state, row.sent_as, row.sent_at) == (S.SENT, "core-1", START + MINUTE)
    assert box.asked == [row.once]
    assert box.readers() == ["school"]


def test_a_platform_is_not_asked_while_it_may_still_be_taking_it(core: World) -> None:
    """Or it says that it has none, and then takes it beside the copy."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[Arrived()])
    deliver(core.sessions, START, box)
    deliver(core.sessions, START + MINUTE - timedelta(seconds=1), box)
    assert (box.asked, states(core.sessions)) == ([], [S.AMBIGUOUS])


def test_an_unknown_that_did_not_arrive_is_sent_again(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[Unknown()])
    deliver(core.sessions, START, box)
    assert deliver(core.sessions, START + MINUTE, box) == 1
    assert (box.readers(), len(box.asked)) == (["school"], 1)
    assert only(core.sessions).state is S.SENT


def test_an_unknown_that_cannot_be_asked_about_is_held_and_shown_to_the_coordinator(core: World) -> None:
    """TRUST.md T-75."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[Arrived()], can_tell=False)
    deliver(core.sessions, START, box)
    deliver(core.sessions, START + 9 * MINUTE, box)
    assert box.readers() == ["school"]  # it may yet turn out
    for hours in range(6):
        deliver(core.sessions, START + 10 * MINUTE + timedelta(hours=hours), box)
    assert states(core.sessions, "action_given") == [S.AMBIGUOUS]
    assert box.readers() == ["coordinator", "school"]
    assert "may not have arrived" in box.letters[-1][1]
    assert "we do not know whether it arrived" in core.person("coordinator").says("not sent")


def through(core: World, now: datetime, box: Postbox) -> None:
    for minutes in range(0, 120, 5):
        deliver(core.sessions, now + minutes * MINUTE, box)


def test_what_reminds_goes_once_more_and_says_so(core: World) -> None:
    """RELIABILITY.md 4: for a reader of Teams, too, a reminder is not lost until a coordinator looks."""
    now, box = reminders_for_the_nurse(core), Postbox(can_tell=False, nurse=[Arrived()])
    through(core, now, box)
    assert states(core.sessions, "action_reminder") == [S.SENT] * 2
    assert [(user, MAYBE in words) for user, words, _ in box.letters] == [("nurse", False), ("nurse", True)]
    assert box.letters[1][1].count(MAYBE) == 1


def test_an_agenda_does_so_before_its_meeting_and_is_held_after_it(core: World) -> None:
    reference = a_meeting(core)
    core.person("coordinator").says(f"send {reference}")
    box = Postbox(can_tell=False, school=[Arrived()], nurse=[Arrived()])
    deliver(core.sessions, START, box)
    with core.sessions.begin() as session:
        nurses = select(Delivery.id).join(Account).where(Account.user == "nurse")
        session.execute(update(Delivery).where(Delivery.id.in_(nurses)).values(expires_at=START + 5 * MINUTE))
    box.letters.clear()
    through(core, START, box)
    assert [user for user, words, _ in box.letters if MAYBE in words] == ["school"]
    assert states(core.sessions, "agenda").count(S.AMBIGUOUS) == 1


def test_nothing_goes_a_third_time_by_itself(core: World) -> None:
    now, box = reminders_for_the_nurse(core), Postbox(can_tell=False, nurse=[Arrived()] * 9)
    through(core, now, box)
    assert states(core.sessions, "action_reminder") == [S.AMBIGUOUS] * 2
    assert box.readers().count("nurse") == 2
    assert "coordinator" in box.readers()


def test_news_of_a_loss_goes_once_more_as_well(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(can_tell=False, school=[Undeliverable("gone")], coordinator=[Unknown()])
    through(core, START, box)
    assert states(core.sessions, "not_delivered") == [S.SENT]


class Speechless(Postbox):
    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        raise Unknown


def test_nothing_goes_once_more_before_a_platform_that_can_be_asked_has_answered(core: World) -> None:
    now, box = reminders_for_the_nurse(core), Speechless(nurse=[Arrived()])
    through(core, now, box)
    assert states(core.sessions, "action_reminder") == [S.AMBIGUOUS] * 2
    assert box.readers().count("nurse") == 1
    assert "coordinator" in box.readers()


def test_a_platform_that_never_knows_is_not_asked_for_ever(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box, now = Postbox(school=[Unknown()] * 100), START
    for _ in range(ATTEMPTS + 3):
        deliver(core.sessions, now, box)
        now += MINUTE
    assert only(core.sessions, "action_given").state is S.FAILED
    assert only(core.sessions, "action_given").attempts == ATTEMPTS
    assert box.readers() == ["coordinator"]


def test_a_platform_that_breaks_in_an_unforeseen_way_counts_as_unknown_and_the_others_go(
    core: World, caplog: pytest.LogCaptureFixture
) -> None:
    for agency in (SCHOOL, CHARITY, NHS):
        give(core.sessions, "Camden", agency, DUE)
    box = Postbox(school=[ValueError("Canary")], charity=[ValueError("Canary")])
    deliver(core.sessions, START, box)
    assert sorted(states(core.sessions)) == [S.AMBIGUOUS, S.AMBIGUOUS, S.SENT]
    assert "ValueError" in caplog.text
    assert "Canary" not in caplog.text
    deliver(core.sessions, START + MINUTE, box)
    assert box.readers() == ["charity", "nurse", "school"]


class Deaf(Postbox):
    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        raise ValueError("Canary")


def test_a_platform_that_breaks_when_it_is_asked_holds_nobody_else_up(
    core: World, caplog: pytest.LogCaptureFixture
) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Deaf(school=[Unknown()])
    deliver(core.sessions, START, box)
    give(core.sessions, "Camden", NHS, DUE)
    deliver(core.sessions, START + MINUTE, box)
    assert states(core.sessions) == [S.AMBIGUOUS, S.SENT]
    assert "Canary" not in caplog.text


# --- the machine dies, or stalls --------------------------------------------------------------------------------------


def killed_while_sending(core: World, *, arrived: bool) -> Postbox:
    """Two letters are claimed, one goes at a time, and the first is meant to go when the process dies."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    give(core.sessions, "Camden", CHARITY, DUE)
    dying = Postbox(school=[Killed()], charity=[Killed()])
    dying.pace = Pace(at_once=1)
    assert killed(core.sessions, START, dying)
    assert states(core.sessions) == [S.SENDING, S.CLAIMED]
    box = Postbox()
    if arrived:
        box.letters.append(("school", "", ledger(core.sessions)[0].once))
    return box


@pytest.mark.parametrize("arrived", [True, False])
def test_after_a_crash_claims_go_back_and_intents_are_asked_about(core: World, arrived: bool) -> None:
    box = killed_while_sending(core, arrived=arrived)
    assert deliver(core.sessions, START + LEASE - MINUTE, box) == 0  # it may still be alive
    assert states(core.sessions) == [S.SENDING, S.CLAIMED]
    deliver(core.sessions, START + AFTER_THE_LEASE, box)
    assert states(core.sessions) == [S.SENT, S.SENT]
    assert box.readers() == ["charity", "school"]
    assert box.asked == [ledger(core.sessions)[0].once]


def test_after_a_crash_an_intent_that_cannot_be_asked_about_is_never_blindly_sent_again(core: World) -> None:
    box = killed_while_sending(core, arrived=False)
    box.can_tell = False
    for hours in range(1, 6):
        deliver(core.sessions, START + timedelta(hours=hours), box)
    assert states(core.sessions, "action_given") == [S.AMBIGUOUS, S.SENT]
    assert box.readers() == ["charity", "coordinator"]


class Stalled(Postbox):
    """A platform that takes so long that another postman has taken over meanwhile."""

    meanwhile: Callable[[], object]

    async def send(self, to: Address, message: Message, key: str) -> str:
        await asyncio.to_thread(self.meanwhile)
        return await super().send(to, message, key)


def test_whoever_outlived_its_lease_changes_nothing(core: World) -> None:
    now = START
    for problem in (Undeliverable("gone"), TryLater(MINUTE), Unknown(), Arrived(), None):
        (reference,) = give(core.sessions, "Camden", SCHOOL, DUE, now)
        slow, quick, later = Stalled(school=[problem] if problem else []), Postbox(), now + AFTER_THE_LEASE
        quick.letters.append(("nobody", "", "another"))  # so that the two platforms' ids differ
        slow.meanwhile = partial(deliver, core.sessions, later, quick)
        deliver(core.sessions, now, slow)
        row = ledger(core.sessions)[-1]  # and the coordinator is told of no loss
        assert (row.about, row.state, row.sent_as, row.sent_at) == (reference, S.SENT, "core-2", later), problem
        now = later


class Slow(Postbox):
    """Each letter takes three seconds, and late in the round another postman looks in."""

    now = START

    async def send(self, to: Address, message: Message, key: str) -> str:
        self.now += timedelta(seconds=3)
        if len(self.letters) == 55:
            await asyncio.to_thread(deliver, self.sessions, self.now, self)
        return await super().send(to, message, key)

    sessions: Sessions


def test_a_round_that_takes_longer_than_a_lease_sends_nothing_twice(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, count=60)
    box = Slow()
    box.sessions = core.sessions
    asyncio.run(deliver_due(core.sessions, {"core": box}, lambda: box.now))
    keys = [key for _, _, key in box.letters]
    assert len(keys) == len(set(keys)) == 60
    assert set(states(core.sessions)) == {S.SENT}


class Beaten(Postbox):
    """While it answers, another postman is about to send the very letter."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(school=[Unknown()])
        self.sessions = sessions

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        other = self.sessions()
        other.execute(update(Delivery).values(state=S.SENDING, owner="another"))
        Thread(target=self.commit_as_soon_as_somebody_waits, args=[other]).start()
        return await super().find(to, key, since)

    def commit_as_soon_as_somebody_waits(self, other: Session) -> None:
        with self.sessions() as session, other:
            session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                if session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                    break
            other.commit()


def test_an_answer_that_comes_too_late_does_not_free_what_another_postman_is_sending(postgresql_url: str) -> None:
    sessions = open_database(postgresql_url)
    with sessions.begin() as session:
        seed(session, "core", START)
    give(sessions, "Camden", SCHOOL, DUE)
    box = Beaten(sessions)
    deliver(sessions, START, box)
    deliver(sessions, START + MINUTE, box)
    assert (only(sessions).state, only(sessions).owner, box.letters) == (S.SENDING, "another", [])
    engine_of(sessions).dispose()


def test_two_postmen_at_once_send_each_letter_once(core: World) -> None:
    """TRUST.md T-74."""
    for agency in (SCHOOL, CHARITY, NHS):
        give(core.sessions, "Camden", agency, DUE, count=40)
    box, together = Postbox(), Barrier(2)

    def postman() -> int:
        together.wait(10)
        return deliver(core.sessions, START, box)

    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(postman) for _ in range(2)]
        counts = [one.result() for one in sent]
    assert sum(counts) == 120
    assert all(counts)  # else they did not meet
    assert len({key for _, _, key in box.letters}) == len(box.letters) == 120
    assert set(states(core.sessions)) == {S.SENT}


def patient(url: str) -> str:
    """For two seconds."""
    return make_url(url).update_query_dict({"options": "-c lock_timeout=2000"}).render_as_string(hide_password=False)


def test_what_another_postman_is_just_claiming_is_left_to_it(postgresql_url: str) -> None:
    sessions = open_database(patient(postgresql_url))
    with sessions.begin() as session:
        seed(session, "core", START)
    give(sessions, "Camden", SCHOOL, DUE)
    give(sessions, "Camden", CHARITY, DUE)
    box = Postbox()
    with sessions.begin() as another:
        another.get_one(Delivery, ledger(sessions)[0].id, with_for_update=True)
        assert deliver(sessions, START, box) == 1
    assert deliver(sessions, START, box) == 1
    assert [user for user, _, _ in box.letters] == ["charity", "school"]
    engine_of(sessions).dispose()
