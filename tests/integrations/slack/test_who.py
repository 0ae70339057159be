"""Who is asking, in Slack: another workspace by every way in, and conversations that others can read (T-08, T-23)."""

import json
from typing import Any

import pytest

from bot.commands import COMMANDS
from bot.ports import Address
from tests.cast import HOME, OUTSIDE, START
from tests.making import an_action
from tests.scheduler.fakes import sizes
from tests.surfaces.slack import Slack, filled, message_event, pressed
from tests.world import World

SCHOOL, OUTSIDER = Address(HOME, "school"), Address(OUTSIDE, "school")  # the same id, which means nothing by itself
POST = "Safeguarding lead, Hollow Oak School"
NOT_LET_IN = "This workspace or organisation has not been let in"
SAID = ("chat.postMessage", "chat.postEphemeral", "chat.update", "views.update", "views.open", "views.publish")
CHANNEL = {"type": "app_mention", "channel": "C1", "channel_type": "channel"}


def shown(slack: Slack) -> list[str]:
    """All that was put in front of anybody, as it was sent."""
    return [json.dumps(given) for method, given in slack.workspace.calls if method in (*SAID, "response_url")]


# --- from a workspace that nobody let in ---

LINES: dict[str, dict[str, Any]] = {
    "message": {},
    "message with a file": {"subtype": "file_share", "files": [{"id": "F1"}]},
    "mention": CHANNEL,
    "home tab": {"type": "app_home_opened", "tab": "home"},
}


@pytest.mark.parametrize("more", LINES.values(), ids=LINES)
def test_an_event_from_elsewhere_gets_one_answer_and_leaves_nothing(
    world: World, slack: Slack, more: dict[str, Any]
) -> None:
    """TRUST.md T-08."""
    an_action(world, POST, "10 June 2026")
    before, told = sizes(world.sessions), len(shown(slack))
    slack.event(message_event(slack, OUTSIDER, "mine", **more))
    assert [NOT_LET_IN in one for one in shown(slack)[told:]] == [True]
    assert sizes(world.sessions) == before


def test_a_command_from_elsewhere(world: World, slack: Slack) -> None:
    before = sizes(world.sessions)
    for line in ("", "mine", "refer", "join", "link"):
        assert NOT_LET_IN in slack.slash(OUTSIDER, line, START), line
    assert sizes(world.sessions) == before


def test_a_press_from_elsewhere_on_somebody_elses_message(world: World, slack: Slack) -> None:
    an_action(world, POST, "10 June 2026")
    world.tick()
    (given,) = slack.hears(SCHOOL)
    before = sizes(world.sessions)
    assert NOT_LET_IN in slack.presses(OUTSIDER, given, "Done", START)
    assert sizes(world.sessions) == before


@pytest.mark.parametrize("kind", ["submission", "back", "choice", "press"])
def test_a_form_that_was_opened_here_is_not_gone_on_with_from_elsewhere(world: World, slack: Slack, kind: str) -> None:
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    state = filled(slack.workspace.views[page.form], {"danger": "no", "borough": "1"})
    view = slack._view(page.form, state)
    choice = {"block_id": "danger", "action_id": "answer", **state["danger"]["answer"]}
    sent: dict[str, dict[str, Any]] = {
        "submission": {"type": "view_submission", **view},
        "back": {
            "type": "block_actions",
            **view,
            "actions": [{"type": "button", "action_id": "go:0", "value": "save"}],
        },
        "choice": {"type": "block_actions", **view, "actions": [choice]},
        "press": {
            "type": "block_actions",
            **view,
            "actions": [{"type": "button", "action_id": "say:0", "value": "mine"}],
        },
    }
    before, told = sizes(world.sessions), len(shown(slack))
    back = slack.interaction(OUTSIDER, sent[kind])
    answers = [*shown(slack)[told:], *([back.text] if back.text else [])]
    assert answers
    assert all(NOT_LET_IN in one for one in answers)
    assert sizes(world.sessions) == before


def test_a_form_that_is_closed_from_elsewhere_is_not_kept(world: World, slack: Slack) -> None:
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    before, told = sizes(world.sessions), len(shown(slack))
    slack.interaction(OUTSIDER, {"type": "view_closed", "is_cleared": False, **slack._view(page.form)})
    assert shown(slack)[told:] == []
    assert sizes(world.sessions) == before


# --- where others can read ---

FLAGS: dict[str, dict[str, Any]] = {
    "our own": {"is_ext_shared_channel": False},
    "shared with another organisation": {"is_ext_shared_channel": True},
    "shared in the organisation": {"is_ext_shared_channel": False, "is_org_shared": True},
    "an invitation is pending": {"is_ext_shared_channel": False, "is_pending_ext_shared": True},
    "not said": {"is_ext_shared_channel": None},
}


CHANNELS = (("C1", "channel"), ("G1", "group"), ("G1", "mpim"), ("C1", None))


@pytest.mark.parametrize("flags", FLAGS.values(), ids=FLAGS)
@pytest.mark.parametrize("channel", CHANNELS, ids=str)
def test_in_a_conversation_of_several_every_line_gets_one_sentence(
    world: World, slack: Slack, channel: tuple[str, str | None], flags: dict[str, Any]
) -> None:
    """TRUST.md T-23.  Every command in each kind of channel and with each flag, but not in each of both together."""
    reference = an_action(world, POST, "10 June 2026")
    where: dict[str, Any] = {"type": "app_mention", "channel": channel[0], "channel_type": channel[1]}
    before, told = sizes(world.sessions), len(slack.workspace.calls)
    share = (CHANNELS.index(channel) + list(FLAGS.values()).index(flags)) % len(CHANNELS)
    commands = [f"{one.name} {reference if one.takes else ''}".strip() for one in COMMANDS[share :: len(CHANNELS)]]
    lines = (*commands, "transfer T-22222", "all done", "see this")
    for line in lines:
        files: dict[str, Any] = {"files": [{"id": "F1"}]} if line == "see this" else {}
        slack.event(message_event(slack, SCHOOL, line, **where, **files) | flags)
        slack.event(message_event(slack, SCHOOL, line, **where | {"type": "message"}, **files) | flags)
    calls = slack.workspace.calls[told:]
    assert [method for method, _ in calls] == ["chat.postEphemeral"] * len(lines)
    assert len({json.dumps(given["blocks"]) for _, given in calls}) == 1
    assert all("I only answer that in private" in given["text"] and given["user"] == "school" for _, given in calls)
    after = sizes(world.sessions)
    assert after | {"heard": 0} == before | {"heard": 0}


@pytest.mark.parametrize("channel", ["C1", "G1", "X1"])
def test_a_command_in_a_channel_is_answered_in_the_private_chat(world: World, slack: Slack, channel: str) -> None:
    reference = an_action(world, POST, "10 June 2026")
    for line, answer in (("mine", reference), ("help", "What I can do"), (f"done {reference}", "Marked as done")):
        told = len(slack.workspace.calls)
        here = slack.slash(SCHOOL, line, START, channel)
        assert answer in here
        assert "I have answered in our private chat" in here
        posted = [given for method, given in slack.workspace.calls[told:] if method == "chat.postMessage"]
        assert {given["channel"] for given in posted} == {slack.workspace.direct("school")}
        hidden = [one for one in slack.workspace.messages.values() if one.get("hidden")][-1]
        assert hidden["channel"] == channel
        assert answer not in json.dumps(hidden)


def test_a_form_opens_from_a_channel_because_nobody_else_sees_it(slack: Slack) -> None:
    assert "Safety first" in slack.slash(SCHOOL, "refer", START, "C1")
    assert [method for method, _ in slack.workspace.calls] == ["views.open"]


def test_a_form_that_does_not_open_from_a_channel_is_offered_by_its_title(slack: Slack) -> None:
    slack.workspace.next["views.open"] = [(200, {}, {"ok": False, "error": "expired_trigger_id"})]
    late = slack.slash(SCHOOL, "refer", START, "C1")
    assert "Refer a child: the form did not open in time" in late
    assert "Safety first" in slack.presses(SCHOOL, late, "Open the form", START)


@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
def test_who_cannot_be_written_to_in_private_reads_what_to_do(slack: Slack, method: str) -> None:
    slack.workspace.next[method] = [(200, {}, {"ok": False, "error": "cannot_dm_bot"})]
    here = slack.slash(SCHOOL, "mine", START, "C1")
    assert "Send me a direct message and say it again" in here
    assert "phone 999" in here
    assert "nothing open" not in here


def test_a_card_in_a_channel_is_answered_in_the_private_chat(world: World, slack: Slack) -> None:
    """TRUST.md T-28."""
    reference = an_action(world, POST, "10 June 2026")
    help_ = slack.says(SCHOOL, "help", START)
    slack.workspace.messages[help_.sent_as]["channel"] = "C1"
    told = len(slack.workspace.calls)
    assert reference in slack.presses(SCHOOL, help_, "What I have open", START)
    (private, there), (method, here) = slack.workspace.calls[told:][-2:]
    assert (private, there["channel"], method, here["channel"]) == (
        *("chat.postMessage", slack.workspace.direct("school")),
        *("chat.postEphemeral", "C1"),
    )
    assert reference not in json.dumps(here)


def test_a_press_on_what_a_command_left_in_a_channel_is_answered_in_private_too(world: World, slack: Slack) -> None:
    reference = an_action(world, POST, "10 June 2026")
    slack.slash(SCHOOL, "help", START, "C1")
    left = [ts for ts, one in slack.workspace.messages.items() if one.get("hidden")][-1]
    payload = pressed(slack._message(SCHOOL, left), "Help", "mine")
    answer = slack.turn(SCHOOL, START, lambda: slack.interaction(SCHOOL, payload))
    assert reference in answer
    assert reference not in json.dumps(slack.workspace.calls[-1])


GUEST = Address(HOME, "guest")


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted", "is_stranger"])
def test_a_guest_of_our_own_workspace_is_a_stranger_like_any_other(world: World, slack: Slack, flag: str) -> None:
    """TRUST.md T-23: what lets somebody in is a coordinator's code, and no flag of Slack's."""
    reference = an_action(world, POST, "10 June 2026")
    helped = slack.says(GUEST, "help", START)
    assert "I do not know you yet" in helped
    more: dict[str, Any] = {"user_profile": {flag: True}, flag: True}
    for line in ("mine", f"done {reference}", "transfer T-22222", "agenda"):
        event = message_event(slack, GUEST, line, **more)
        assert slack.turn(GUEST, START, lambda: slack.event(event)).text == helped.text  # noqa: B023 -- run at once
        assert slack.slash(GUEST, line, START).text == helped.text
