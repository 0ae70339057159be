"""The home tab, and forms in Slack: closed, ended, old, and danger heard when it is chosen."""

from typing import Any

from bot.ports import Address
from tests.cast import HOME, START
from tests.conversations.test_referral import SAFETY, fill_up_to_review
from tests.integrations.slack.test_requests import posts
from tests.making import a_case, an_action
from tests.surfaces import Heard as Shown
from tests.surfaces.slack import Slack, message_event, pressed
from tests.surfaces.slack_limits import elements
from tests.world import World

SCHOOL, STRANGER = Address(HOME, "school"), Address(HOME, "stranger")


def opened(slack: Slack, who: Address) -> dict[str, Any]:
    event = {"type": "app_home_opened", "user": who.user, "tab": "home", "channel": "D1"}
    given = message_event(slack, who, "")
    slack.event({**given, "event": event})
    return slack.workspace.homes[who.user]


def test_the_home_tab_says_how_to_start_and_nothing_that_would_have_to_be_taken_out(world: World, slack: Slack) -> None:
    """TRUST.md 4.3: no ledger knows what stands there."""
    reference = an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026", about=a_case(world))
    drawn = opened(slack, SCHOOL)
    assert "What I can do" in str(drawn)
    buttons = {one["text"]["text"]: one["value"] for block in drawn["blocks"] for one in elements(block)}
    assert buttons == {"What I have open": "mine", "Refer a child": "refer"}
    where = {"container": {"type": "view", "view_id": "VH"}, "view": {**drawn, "id": "VH"}}
    press = pressed(where, "What I have open", "mine")
    answer = slack.turn(SCHOOL, START, lambda: slack.interaction(SCHOOL, press))
    assert reference in answer, "in a modal, which is gone when it is closed"
    assert reference not in str(slack.workspace.homes)
    assert "check a record flag" not in str(slack.workspace.homes)
    assert slack.hears(SCHOOL) == []


def test_the_home_tab_of_a_stranger_says_whom_to_call_once(slack: Slack) -> None:
    assert str(opened(slack, STRANGER)).count("If a child is in danger now, phone 999") == 1


def close(slack: Slack, page: Shown) -> None:
    slack.interaction(SCHOOL, {"type": "view_closed", "is_cleared": False, **slack._view(page.form)})


def test_a_form_that_is_closed_is_kept_and_can_be_gone_on_with(slack: Slack) -> None:
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    close(slack, slack.submits(SCHOOL, page, {"danger": "no", "borough": "2"}, "on", START))
    (saved,) = slack.hears(SCHOOL)
    assert "Saved: refer a child" in saved
    assert slack.presses(SCHOOL, saved, "Go on with it", START).text == "Refer a child\nAbout you"


def test_what_a_form_ended_with_stays_in_the_conversation(slack: Slack) -> None:
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    stopped = slack.submits(SCHOOL, page, {"danger": "yes, not reported"}, "on", START)
    assert "Phone 999 now" in stopped
    assert "Phone 999 now" in posts(slack)[-1]["text"]
    close(slack, page)
    assert slack.hears(SCHOOL) == []


def test_danger_is_heard_when_it_is_chosen(slack: Slack) -> None:
    """Slack would not send the page while the borough is empty."""
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    more = slack._chooses(SCHOOL, page, {"danger": "yes, reported"}, START)
    assert list(more.questions) == ["danger", "reported_as", "borough"]
    assert more.values["danger"] == "yes, reported"
    assert more.errors == {}
    same = slack._chooses(SCHOOL, more, {"danger": "no"}, START)
    assert list(same.questions) == ["danger", "borough"]
    assert "Phone 999 now" in slack._chooses(SCHOOL, same, {"danger": "yes, not reported"}, START)


def test_a_slip_of_the_finger_does_not_end_a_form_that_holds_more(world: World, slack: Slack) -> None:
    ann = world.person("school")
    ann.says("help")
    ann.presses("Refer a child")
    fill_up_to_review(ann)
    page = ann.submits(go="change:danger")
    assert slack._chooses(SCHOOL, page, SAFETY | {"danger": "yes, not reported"}, START) == page
    assert "Phone 999 now" in ann.submits(**SAFETY | {"danger": "yes, not reported"})


def test_an_old_page_changes_nothing(slack: Slack) -> None:
    first = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    second = slack.submits(SCHOOL, first, {"danger": "no", "borough": "2"}, "on", START)
    you = {"contact": "works with them", "source": "saw it", "risk_to_source": "no"}
    third = slack.submits(SCHOOL, second, you, "on", START)
    assert third.text == "Refer a child\nThe child"
    assert slack.submits(SCHOOL, second, you | {"source": "was told"}, "on", START).text == third.text
