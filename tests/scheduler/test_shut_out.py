"""Nothing gets through to anybody in a tenant: it is no letter's fault, and none is lost (TRUST.md T-75)."""

from datetime import timedelta

from sqlalchemy import update

from bot.kit.pace import Pace
from bot.outbox import owe
from bot.ports import Down, TryLater, Undeliverable
from scheduler.outcomes import ATTEMPTS, PATIENCE
from storage.records import Account, DeliveryState, Post
from tests.cast import START
from tests.scheduler.fakes import Postbox, deliver, give, ledger
from tests.scheduler.test_postman import CHARITY, DUE, MINUTE, NHS, SCHOOL, only, states
from tests.scheduler.test_ways import add_accounts, boxes, gets_mail, name_deputy, person_behind
from tests.world import World

S = DeliveryState
WHY = "Slack does not let the bot in"
DOWN = Down(WHY, 5 * MINUTE)
A_DAY = 24 * 60 // 5  # such answers


def through(core: World, until: timedelta, *platforms: Postbox) -> None:
    """The postman's rounds, from START on."""
    for minutes in range(0, int(until / MINUTE), 5):
        deliver(core.sessions, START + minutes * MINUTE, *platforms)


def test_however_often_nothing_gets_through_it_is_no_attempt_and_goes_at_last(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[DOWN] * 3 * ATTEMPTS)
    through(core, 2 * timedelta(hours=1), box)
    row = only(core.sessions)
    assert (row.state, row.attempts, row.reason, row.waits_since) == (S.PENDING, 0, WHY, START)
    deliver(core.sessions, START + timedelta(hours=2), box)
    row = only(core.sessions)
    assert (row.state, row.attempts, row.reason, box.readers()) == (S.SENT, 1, None, ["school"])


def test_what_was_an_attempt_before_still_is(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[TryLater(MINUTE), DOWN])
    deliver(core.sessions, START, box)
    deliver(core.sessions, START + MINUTE, box)
    assert (only(core.sessions).attempts, only(core.sessions).state) == (1, S.PENDING)


def test_one_such_answer_holds_back_everything_in_its_tenant_and_nothing_in_another(core: World) -> None:
    for agency in (SCHOOL, CHARITY, NHS):
        give(core.sessions, "Camden", agency, DUE)
    with core.sessions.begin() as session:
        session.execute(update(Account).where(Account.user == "nurse").values(tenant="elsewhere"))
    box = Postbox(school=[DOWN])
    box.pace = Pace(at_once=1)
    deliver(core.sessions, START, box)
    assert box.readers() == ["nurse"]
    assert [(row.state, row.due_at) for row in ledger(core.sessions)[:2]] == [(S.PENDING, START + 5 * MINUTE)] * 2
    deliver(core.sessions, START + 5 * MINUTE, box)
    assert box.readers() == ["charity", "nurse", "school"]


def test_after_hours_another_way_is_taken_that_leads_elsewhere(core: World) -> None:
    """Not to an account in the same place: nothing gets through to that either."""
    gets_mail(core)
    with core.sessions.begin() as session:
        add_accounts(session, person_behind(session, "school").id, "phone")
        name_deputy(session, SCHOOL, "dee")
        session.execute(update(Account).where(Account.user.in_(["phone", "dee"])).values(platform="core"))
    give(core.sessions, "Camden", SCHOOL, DUE)
    box, _, mail = boxes(school=[DOWN] * A_DAY)
    through(core, PATIENCE, box, mail)
    assert (box.letters, mail.letters) == ([], [])
    through(core, PATIENCE + 10 * MINUTE, box, mail)
    assert (box.letters, len(mail.letters), only(core.sessions).state) == ([], 1, S.SENT)


def goes_to(core: World, user: str, platform: str) -> None:
    with core.sessions.begin() as session:
        session.execute(update(Account).where(Account.user == user).values(platform=platform))


def test_where_there_is_no_other_way_it_waits_and_the_coordinators_hear_of_it(core: World) -> None:
    goes_to(core, "coordinator", "pigeons")
    (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
    box, pigeons, _ = boxes(school=[DOWN] * A_DAY)
    through(core, PATIENCE + timedelta(hours=1), box, pigeons)
    ((user, words, _),) = pigeons.letters
    assert (user, f"A message about {reference} did not reach somebody" in words) == ("coordinator", True)
    goes_to(core, "coordinator", "core")
    assert WHY in core.person("coordinator").says("not sent")
    assert states(core.sessions, "action_given") == [S.PENDING]
    box.trouble.clear()
    deliver(core.sessions, START + timedelta(hours=6), box)
    assert (states(core.sessions, "action_given"), box.readers()) == ([S.SENT], ["school"])
    assert WHY not in core.person("coordinator").says("not sent")


def test_nobody_is_told_of_what_has_got_through_since(core: World) -> None:
    """The coordinators are in the same place as everybody else."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[DOWN] * A_DAY, coordinator=[DOWN] * A_DAY)
    through(core, PATIENCE + timedelta(hours=1), box)
    assert states(core.sessions, "not_delivered") == [S.PENDING]
    box.trouble = {"coordinator": [TryLater(MINUTE)]}
    deliver(core.sessions, START + timedelta(hours=6), box)
    deliver(core.sessions, START + timedelta(hours=7), box)
    assert (box.readers(), states(core.sessions, "not_delivered")) == (["school"], [S.SUPERSEDED])


def test_a_loss_after_such_a_wait_is_told_as_any_other(core: World) -> None:
    """Also if the news of the wait was not needed in the end."""
    (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[DOWN] * A_DAY, coordinator=[DOWN] * A_DAY)
    through(core, PATIENCE + timedelta(hours=1), box)
    box.trouble = {"coordinator": [TryLater(MINUTE)]}
    for hours in (6, 7):
        deliver(core.sessions, START + timedelta(hours=hours), box)
    assert states(core.sessions, "not_delivered") == [S.SUPERSEDED]
    with core.sessions.begin() as session:
        post = session.get_one(Post, only(core.sessions, "action_given").post_id)
        owe(session, "action_given", post, about=reference, version=1, at=START, once="again")
    box.trouble = {"school": [Undeliverable("their account is closed")]}
    deliver(core.sessions, START + timedelta(hours=7), box)
    assert box.readers() == ["coordinator", "school"]
