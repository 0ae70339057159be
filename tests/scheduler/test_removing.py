"""Taking details out of chat, whatever the platform says: what cannot be removed, the coordinator hears of once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from bot.conversation import hear
from bot.ports import TryLater, Undeliverable, Unknown
from bot.posted import now_shows
from bot.replies import Line, Reply, Sender, said
from scheduler.cards import refresh_cards
from scheduler.jobs import run_jobs
from scheduler.reconciling import live_again
from storage.levels import Level
from storage.queries.people import account_of
from storage.records import Account, Delivery, Posted, PostedState, StaleCard
from tests.conversations.test_leaving import hands_over
from tests.making import an_action
from tests.scheduler.fakes import Postbox
from tests.world import World

SCHOOL = "Safeguarding lead, Hollow Oak School"
GONE = "their Slack account is closed"


@pytest.fixture
def due(core: World) -> World:
    """The school was shown an action a week ago."""
    reference = an_action(core, SCHOOL, "12 June 2026")
    core.tick()
    with core.sessions.begin() as session:
        session.execute(delete(Posted))  # what the coordinator was shown
    core.person("school").says(f"action {reference}")
    core.now += timedelta(days=7)
    run_jobs(core.sessions, core.now)
    return core


def state(world: World) -> PostedState:
    with world.sessions() as session:
        return session.scalars(select(Posted).where(Posted.account.has(user="school"))).one().state


def refresh(world: World, box: Postbox, **later: int) -> int:
    """How many messages were changed so far."""
    world.now += timedelta(**later)
    asyncio.run(refresh_cards(world.sessions, {"core": box}, lambda: world.now))
    return len(box.updates)


def told(world: World) -> int:
    with world.sessions() as session:
        return session.query(Delivery).filter_by(kind="not_removed").count()


def details() -> Reply:
    message = said("It is open.").message
    assert message
    return Reply(replace(message, level=Level.L2))


def test_it_is_removed_once(due: World) -> None:
    box = Postbox()
    assert refresh(due, box) == 1
    assert state(due) is PostedState.REMOVED
    run_jobs(due.sessions, due.now)
    assert refresh(due, box, days=40) == 1
    ((user, _, words),) = box.updates
    assert (user, words.split("\n")[0]) == ("school", "Details removed on Tuesday 16 June 2026")
    assert told(due) == 0


def test_no_answer_is_tried_three_times_and_then_a_coordinator_hears(due: World) -> None:
    box = Postbox(school=[Unknown(), TryLater(), RuntimeError("odd")])
    assert refresh(due, box) == refresh(due, box, minutes=33) == refresh(due, box, hours=6) == 0
    assert (state(due), told(due)) == (PostedState.REMOVING, 0)
    assert refresh(due, box, minutes=2) == 0
    assert (state(due), told(due)) == (PostedState.NOT_REMOVED, 1)
    assert refresh(due, Postbox(), days=1) == 0


def test_what_cannot_be_reached_is_listed_at_once_and_tried_again_when_asked(due: World) -> None:
    cal = due.person("coordinator")
    assert refresh(due, Postbox(school=[Undeliverable(GONE)])) == 0
    listed = cal.says("not removed")
    assert "chat with Sam Testperson" in listed
    assert "Their Slack account is closed." in listed
    cal.presses("Try 1 again", listed)
    assert refresh(due, Postbox()) == 1
    assert state(due) is PostedState.REMOVED
    assert "All details whose time was up are out of chat" in cal.says("not removed")


def test_one_message_for_all_of_them_and_none_once_they_are_gone(due: World) -> None:
    sam, cal = due.person("school"), due.person("coordinator")
    sam.says("mine")
    due.now += timedelta(days=7)
    run_jobs(due.sessions, due.now)
    refresh(due, Postbox(school=[Undeliverable(GONE)] * 2))
    cal.hears()
    due.now += timedelta(minutes=1)
    due.tick()
    assert "2 messages still show details" in next(one.text for one in cal.hears() if "still show" in one)
    shown = cal.says("not removed")
    cal.presses("1 is gone", shown)
    cal.presses("2 is gone", shown)
    assert "All details whose time was up are out of chat" in cal.says("not removed")
    with due.sessions() as session:
        assert {one.state for one in session.query(Posted).filter(Posted.reason.is_not(None))} == {PostedState.BY_HAND}


def test_somebody_else_sees_and_settles_nothing(due: World) -> None:
    refresh(due, Postbox(school=[Undeliverable(GONE)]))
    with due.sessions() as session:
        number = session.scalars(select(Posted.id)).one()
    for handle in ("nurse", "bromley"):
        for line in ("not removed", f"remove again {number}", f"removed by hand {number}"):
            assert "Sam" not in due.person(handle).says(line)
    assert state(due) is PostedState.NOT_REMOVED
    for wrong in ("999", "x", str(number + 1)):
        assert "I cannot find that message" in due.person("coordinator").says(f"removed by hand {wrong}")


def test_what_is_shown_there_meanwhile_is_not_taken_for_removed(due: World) -> None:
    """Somebody presses a button on it while the postman is about to replace it."""
    with due.sessions.begin() as session:
        row = session.scalars(select(Posted)).one()
        now_shows(session, row.account, row.sent_as, said("Less than that."), due.now)
        assert session.query(StaleCard).count() == 0
    assert refresh(due, Postbox()) == 0
    assert state(due) is PostedState.REMOVED


def test_what_changes_often_goes_after_a_month_all_the_same(core: World) -> None:
    reference = an_action(core, SCHOOL, "12 June 2026")
    who = Sender("core", core.person("school").address.tenant, "school")
    begun = core.now
    for day in range(0, 30, 6):
        now = begun + timedelta(days=day)
        reply = hear(core.sessions, who, Line(f"action {reference}", private=True), now)
        with core.sessions.begin() as session:
            account = account_of(session, who.platform, who.tenant, who.user)
            assert account
            now_shows(session, account, "card", reply, now)
    with core.sessions() as session:
        row = session.scalars(select(Posted).where(Posted.sent_as == "card")).one()
        assert row.remove_at == begun + timedelta(days=30)


def test_what_was_removed_and_is_shown_again_has_its_days_again(due: World) -> None:
    refresh(due, Postbox())
    due.now += timedelta(days=60)
    with due.sessions.begin() as session:
        row = session.scalars(select(Posted)).one()
        now_shows(session, row.account, row.sent_as, details(), due.now)
        assert row.remove_at == due.now + timedelta(days=7)


def test_after_a_restore_it_is_removed_when_the_server_starts(due: World) -> None:
    """While that time is lived again nothing goes out, which is nobody's fault."""
    since, due.now = due.now, due.now + timedelta(days=3)
    live_again(due.sessions, since, due.now, mail=False)
    assert (state(due), told(due)) == (PostedState.REMOVING, 0)
    assert refresh(due, Postbox()) == 1


def test_what_an_account_was_shown_before_it_was_linked_to_somebody_goes(core: World) -> None:
    core.person("nia").says("help")
    with core.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.user == "nia")).one()
        now_shows(session, account, "card", details(), core.now)
    hands_over(core, SCHOOL, "nia")
    run_jobs(core.sessions, core.now)
    with core.sessions() as session:
        row = session.scalars(select(Posted).where(Posted.sent_as == "card")).one()
        assert row.state is PostedState.REMOVING
