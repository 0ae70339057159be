"""What Slack would refuse fails here; and what it does refuse ends in a sentence or a recorded state, never in silence.

Other ends of the same kind are beside what they belong to: test_requests.py and test_platform.py.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.ports import Address
from integrations.slack.blocks import button, words
from tests.cast import HOME, START
from tests.integrations.slack.test_forms import opened
from tests.integrations.slack.test_requests import posts
from tests.loopback import LOST
from tests.making import an_action
from tests.surfaces.slack import Slack, pressed
from tests.surfaces.slack_limits import check_message, check_view
from tests.world import World

SCHOOL = Address(HOME, "school")
BUSY = (429, {"Retry-After": "7"}, {"ok": False, "error": "ratelimited"})
POST = "Safeguarding lead, Hollow Oak School"


def refused(code: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    return 200, {}, {"ok": False, "error": code}


# --- what Slack would refuse ------------------------------------------------------------------------------------------


def modal(*blocks: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": words("A form"), "submit": words("Send"), "blocks": list(blocks), **more}


def section(text: str = "A word.", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": words(text), **more}


def asked(kind: str = "radio_buttons", count: int = 2, label: str = "One", **more: Any) -> dict[str, Any]:
    options = [{"text": words(label), "value": f"kept {n}"} for n in range(count)]
    element = {"type": kind, "action_id": "answer", "options": options, **more}
    return {"type": "input", "block_id": "question", "label": words("Which?"), "element": element}


def boxed(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "answer", "max_length": 3_000, **more}
    return {"type": "input", "block_id": "question", "label": words("What?"), "element": element}


def pressable(*buttons: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(buttons)}


GOOD = modal(section(), asked(), pressable(button("say:0", "Done", "done")))
BAD = {
    "101 blocks": modal(*[section()] * 101),
    "250 kB": modal(*[section("x" * 2_990)] * 90),
    "a title of 25": modal(title=words("x" * 25)),
    "a field and nothing to send it with": {"type": "modal", "title": words("A form"), "blocks": [asked()]},
    "something Slack does not know": modal(section(colour="red")),
    "markup": modal({"type": "section", "text": {"type": "mrkdwn", "text": "*bold*"}}),
    "no text": modal(section("")),
    "a text of 3,001": modal(section("x" * 3_001)),
    "a block id twice": modal(section(block_id="a"), section(block_id="a")),
    "an action id twice": modal(pressable(*[button("say:0", "Done", "done")] * 2)),
    "26 buttons": modal(pressable(*(button(f"say:{n}", "Done", "done") for n in range(26)))),
    "a line of 2,001 behind a button": modal(pressable(button("say:0", "Done", "x" * 2_001))),
    "11 options that are all seen": modal(asked(count=11)),
    "101 options": modal(asked("static_select", count=101)),
    "no options": modal(asked(count=0)),
    "an option of 76": modal(asked(label="x" * 76)),
    "an option chosen that is not there": modal(asked(initial_option={"text": words("Two"), "value": "two"})),
    "nothing chosen, and said so": modal(asked("checkboxes", initial_options=[])),
    "an answer longer than its box": modal(boxed(max_length=10, initial_value="x" * 11)),
    "a box of 3,001": modal(boxed(max_length=3_001)),
    "a memory of 3,001": modal(private_metadata="x" * 3_001),
}


def test_what_slack_would_show_passes() -> None:
    check_view(GOOD)
    check_message({"text": "A word.", "blocks": [section()] * 50})


@pytest.mark.parametrize("wrong", BAD)
def test_a_view_that_slack_would_refuse_fails(wrong: str) -> None:
    with pytest.raises(AssertionError):
        check_view(BAD[wrong])


@pytest.mark.parametrize("text", ["", "x" * 40_001, "<!channel>", "a & b"])
def test_a_message_that_slack_would_refuse_or_that_calls_people_fails(text: str) -> None:
    with pytest.raises(AssertionError):
        check_message({"text": text, "blocks": [section()]})


def test_a_transcript_fails_with_it(slack: Slack) -> None:
    view, trigger = BAD["101 blocks"], slack.workspace.trigger(SCHOOL.user)
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        asyncio.run(slack.channel.workspace.answering.views_open(trigger_id=trigger, view=view))
    with pytest.raises(AssertionError, match="101 blocks"):
        slack.hears(SCHOOL)


# --- what Slack does refuse -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("team_access_not_granted", "the app has been removed from their Slack"),
        ("is_archived", "they cannot be written to in Slack"),
        ("user_disabled", "their Slack account is closed"),
    ],
)
@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
def test_the_coordinator_reads_who_was_not_reached_and_why(
    world: World, slack: Slack, method: str, code: str, why: str
) -> None:
    reference = an_action(world, POST, "10 June 2026")
    slack.workspace.next[method] = [refused(code)]
    world.tick()
    assert world.person("school").hears() == []
    assert f"{POST}: {reference}, {why}" in world.person("coordinator").says("not sent")


@pytest.mark.parametrize("trouble", [BUSY, LOST, refused("account_inactive"), refused("is_archived")])
def test_a_form_ends_with_its_sentence_though_the_conversation_is_closed(
    slack: Slack, caplog: pytest.LogCaptureFixture, trouble: Any
) -> None:
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    slack.workspace.next["conversations.open"] = [trouble]
    assert "Phone 999 now" in slack.submits(SCHOOL, page, {"danger": "yes, not reported"}, "on", START)
    assert caplog.messages[-1].startswith("an answer was not kept in the private chat: ")


@pytest.mark.parametrize("trouble", [BUSY, LOST, refused("account_inactive"), refused("expired_trigger_id")])
def test_help_can_be_asked_for_though_nothing_else_works(slack: Slack, trouble: Any) -> None:
    """The answer to a slash command comes back on the request itself."""
    methods = ("views.open", "chat.postMessage", "chat.postEphemeral", "conversations.open")
    slack.workspace.next.update({method: [trouble] for method in methods})
    assert "What I can do" in slack.slash(SCHOOL, "help", START)
    assert "the form did not open in time" in slack.slash(SCHOOL, "refer", START)


@pytest.mark.parametrize("trouble", [BUSY, LOST, refused("not_found")])
def test_999_is_told_though_the_form_cannot_show_it(slack: Slack, trouble: Any) -> None:
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    slack.workspace.next["views.update"] = [trouble]
    slack._chooses(SCHOOL, page, {"danger": "yes, not reported"}, START)
    assert "Phone 999 now" in posts(slack)[-1]["text"]


@pytest.mark.parametrize("trouble", [BUSY, LOST, refused("not_found")])
def test_what_a_form_cannot_show_is_said_in_the_conversation(slack: Slack, trouble: Any) -> None:
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    page = slack.submits(SCHOOL, page, {"danger": "no", "borough": "2"}, "on", START)
    slack.workspace.next["views.update"] = [trouble, trouble]
    assert "Saved: refer a child" in slack.submits(SCHOOL, page, {}, "save", START)
    assert "the form did not open in time" in slack.submits(SCHOOL, page, {}, "back", START)


@pytest.mark.parametrize("trouble", [BUSY, LOST, refused("expired_trigger_id")])
def test_a_press_on_the_home_tab_that_opens_nothing_is_answered_in_the_conversation(slack: Slack, trouble: Any) -> None:
    drawn = opened(slack, SCHOOL)
    where = {"container": {"type": "view", "view_id": "VH"}, "view": {**drawn, "id": "VH"}}
    slack.workspace.next["views.open"] = [trouble]
    press = pressed(where, "Refer a child", "refer")
    assert "the form did not open in time" in slack.turn(SCHOOL, START, lambda: slack.interaction(SCHOOL, press))
