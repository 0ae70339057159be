"""Who is asking, in Slack: another workspace by every way in, and conversations that others can read (T-08, T-23)."""

import json
from typing import Any

import pytest

from bot.ports import Address
from tests.cast import HOME, OUTSIDE, START
from tests.making import an_action
from tests.scheduler.fakes import sizes
from tests.surfaces.slack import Slack, filled, message_event
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
    an_action(world, POST, "10 June 2026")
    before, told = sizes(world.sessions), len(shown(slack))
    slack.event(message_event(slack, OUTSIDER, "mine", **more))
    assert [NOT_LET_IN in one for one in shown(slack)[told:]] == [True]
    assert sizes(world.sessions) == before


def test_a_command_from_elsewhere(world: World, slack: Slack) -> None:
    before = sizes(world.sessions)
    for line in ("", "mine", "refer", "join", "link"):
        assert NOT_LET_IN in slack.slash(OUTSIDER, line, START, slack.workspace.direct("school")), line
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
