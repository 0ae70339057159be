"""What a modal or a button in Slack hides in itself is trusted for nothing: authority is its sender's alone (T-27)."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.ports import Address
from tests.cast import HOME, START
from tests.making import an_action
from tests.scheduler.fakes import sizes
from tests.surfaces.slack import Slack, filled, pressed
from tests.world import World

SCHOOL, NURSE = Address(HOME, "school"), Address(HOME, "nurse")

View = dict[str, Any]


def hides(**changed: Any) -> Callable[[View], View]:
    return lambda view: view | changed


def heading(words: str) -> Callable[[View], View]:
    def change(view: View) -> View:
        for block in view["blocks"]:
            if block.get("block_id") == "heading":
                block["text"]["text"] = words
        return view

    return change


def answers(values: dict[str, Any]) -> Callable[[View], View]:
    return lambda view: view | {"state": {"values": values}}


DANGER = {"danger": {"answer": {"type": "radio_buttons", "selected_option": {"value": "no"}}}}
TAMPERED: dict[str, Callable[[View], View]] = {
    **{f"metadata {one!r}": hides(private_metadata=one) for one in ("", "0", "2", "-1", "1 ", "²", "1;2", "999999999")},
    "another page": heading("The child"),
    "no page": heading(""),
    "an option that was not offered": answers({"borough": {"answer": {"selected_option": {"value": "999"}}}}),
    "a question of another page": answers(DANGER | {"child_name": {"answer": {"value": "Mallory"}}}),
    "a question of no form": answers(DANGER | {"__class__": {"answer": {"value": "x"}}}),
}


@pytest.mark.parametrize("kind", ["submission", "back", "save", "change"])
@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_whatever_a_modal_hides_is_only_a_look(
    world: World, slack: Slack, tamper: Callable[[View], View], kind: str
) -> None:
    """TRUST.md T-27: nothing is kept, nothing is sent, and the form that was open stands as it stood."""
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    where = slack._view(page.form, filled(slack.workspace.views[page.form], {"danger": "no", "borough": "1"}))
    view = tamper(copy.deepcopy(where["view"]))
    go = {"type": "button", "action_id": "go:0", "value": {"change": "change:child_name"}.get(kind, kind)}
    sent: dict[str, Any] = {"type": "block_actions", **where, "view": view, "actions": [go]}
    if kind == "submission":
        sent = {"type": "view_submission", "view": view}
    before = sizes(world.sessions)
    slack.interaction(SCHOOL, sent)
    after = sizes(world.sessions)
    assert {name for name in after if after[name] != before[name]} <= {"heard", "audit", "posted"}
    kept = slack.presses(SCHOOL, slack.says(SCHOOL, "resume", START), "Use the form instead", START)
    assert kind == "change" or "Safety first" in kept  # whichever page: all is checked again at the end
    assert "Mallory" not in json.dumps([*slack.workspace.views.values()])


@pytest.mark.parametrize("kind", ["submission", "back", "closed"])
def test_another_persons_form_is_not_there(world: World, slack: Slack, kind: str) -> None:
    """TRUST.md T-27: the id of a dialogue opens nothing for whoever does not own it."""
    page = slack.presses(SCHOOL, slack.says(SCHOOL, "help", START), "Refer a child", START)
    state = filled(slack.workspace.views[page.form], {"danger": "no"})
    where = slack._view(page.form, state)
    back = {"type": "button", "action_id": "go:0", "value": "cancel"}
    sent: dict[str, dict[str, Any]] = {
        "submission": {"type": "view_submission", **where},
        "back": {"type": "block_actions", **where, "actions": [back]},
        "closed": {"type": "view_closed", "is_cleared": False, **where},
    }
    answered = slack.interaction(NURSE, sent[kind])
    assert "Is someone in danger" not in answered.text
    kept = slack.presses(SCHOOL, slack.says(SCHOOL, "resume", START), "Use the form instead", START)
    assert kept.values["danger"] is None


LINES = ("confirm {} @2", "add person", "agenda", "give {} @1", "not sent", "emergency", "take R-22222 @1")


@pytest.mark.parametrize("line", [*LINES, "done {} @9", "go:back"])
def test_whatever_a_button_hides_is_what_its_presser_may_say(world: World, slack: Slack, line: str) -> None:
    """TRUST.md T-27: the value, the id and the block of a button, each changed."""
    reference = an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    before = sizes(world.sessions)
    help_ = slack.says(SCHOOL, "help", START)
    payload = pressed(slack._message(SCHOOL, help_.sent_as), "", line.format(reference))
    slack.turn(SCHOOL, START, lambda: slack.interaction(SCHOOL, payload))
    for action_id, block_id in (("go:0", "b"), ("answer", "danger"), ("open:0", "b"), ("say:999", "x" * 200)):
        payload["actions"][0] |= {"action_id": action_id, "block_id": block_id}
        slack.interaction(SCHOOL, payload)
    after = sizes(world.sessions)
    assert {name for name in after if after[name] != before[name]} <= {"heard", "audit", "posted"}
