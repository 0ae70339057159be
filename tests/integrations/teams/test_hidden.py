"""What a card in Teams hides in itself is trusted for nothing: authority is its presser's alone (T-27, T-28)."""

import json
from typing import Any

import pytest

from bot.ports import Address
from tests.cast import HOME, START
from tests.conversations.test_referral import SAFETY
from tests.making import an_action
from tests.scheduler.fakes import sizes
from tests.surfaces import Heard
from tests.surfaces.teams import Teams, executed, filled, message, talk
from tests.world import World

SCHOOL, NURSE = Address(HOME, "school"), Address(HOME, "nurse")
POST = "Safeguarding lead, Hollow Oak School"


def opened(teams: Teams, who: Address = SCHOOL) -> Heard:
    return teams.presses(who, teams.says(who, "help", START), "Refer a child", START)


def changed(world: World, before: dict[str, int]) -> set[str]:
    return {name for name, size in sizes(world.sessions).items() if size != before[name]} - {"heard", "audit", "posted"}


MACE: tuple[dict[str, Any], ...] = (
    *({"form": form} for form in (0, -1, 2, 10**9, 999, "1", None, 1.5, [1])),
    *({"page": page} for page in ("", "The child", "safety first", None, 7)),
    *({"go": go} for go in ("", "drop", "change:" + "x" * 41, "on ", "ON", "look", "show", None)),
)
FIELDS: tuple[dict[str, Any], ...] = (
    *({"borough": odd} for odd in ("999", "-1", "1,2", ["1"], {"x": 1}, "Camden'--")),
    {"danger": "no", "child_name": "Mallory"},
    {"danger~not_known": "don't know", "__class__": "x", "mace2": {}},
)


@pytest.mark.parametrize("execute", [True, False], ids=["execute", "submit"])
@pytest.mark.parametrize("mace", MACE, ids=str)
def test_whatever_a_card_hides_is_only_a_look(world: World, teams: Teams, mace: dict[str, Any], execute: bool) -> None:
    """TRUST.md T-27: the form, the page and what to do with it, each changed."""
    page = opened(teams)
    before = sizes(world.sessions)
    press = filled(teams.service.versions[page.form], SAFETY, "on")
    press["data"]["mace"] = press["data"]["mace"] | mace
    if execute:
        teams.post(executed(teams, SCHOOL, page, press))
    else:
        teams.post(message(teams, SCHOOL, "", value=press["data"], replyToId=page.sent_as))
    assert changed(world, before) == set()
    assert "Safety first" in teams.presses(SCHOOL, teams.says(SCHOOL, "resume", START), "Use the form instead", START)


@pytest.mark.parametrize("fields", FIELDS, ids=str)
def test_whatever_is_in_its_fields_is_an_option_or_an_error(world: World, teams: Teams, fields: dict[str, Any]) -> None:
    """TRUST.md T-27: and a question that the page did not ask is not answered."""
    page = opened(teams)
    before = sizes(world.sessions)
    press = filled(teams.service.versions[page.form], {}, "on")
    press["data"] |= fields
    teams.post(executed(teams, SCHOOL, page, press))
    assert changed(world, before) == set()
    again = teams.presses(SCHOOL, teams.says(SCHOOL, "resume", START), "Use the form instead", START)
    assert "Safety first" in again
    assert "Mallory" not in json.dumps([given for *_, given in teams.service.calls])


@pytest.mark.parametrize("go", ["on", "cancel", "save", "change:child_name"])
def test_another_persons_form_is_not_there(world: World, teams: Teams, go: str) -> None:
    """TRUST.md T-27, T-28: a card with a form that was forwarded."""
    page = opened(teams)
    press = filled(teams.service.versions[page.form], SAFETY, "on")
    press["data"]["mace"] |= {"go": go}
    teams.says(NURSE, "help", START)
    answered = teams.post(executed(teams, NURSE, page, press))
    assert "That form is not open any more" in answered.text
    kept = teams.presses(SCHOOL, teams.says(SCHOOL, "resume", START), "Use the form instead", START)
    assert "Safety first" in kept


LINES = ("confirm {} @2", "add person", "agenda", "give {} @1", "not sent", "emergency", "done {} @9")


@pytest.mark.parametrize("line", LINES)
def test_whatever_a_button_hides_is_what_its_presser_may_say(world: World, teams: Teams, line: str) -> None:
    """TRUST.md T-27."""
    reference = an_action(world, POST, "10 June 2026")
    teams.says(SCHOOL, "help", START)
    before = sizes(world.sessions)
    for value in ({"say": line.format(reference)}, {"say": line.format(reference), "mace": {"form": 1}}):
        sent = message(teams, SCHOOL, "", value=value, replyToId="1")
        teams.turn(SCHOOL, START, lambda: teams.post(sent))  # noqa: B023 -- run at once
    assert changed(world, before) == set()


def test_a_card_that_was_forwarded_is_answered_to_whoever_pressed_it(world: World, teams: Teams) -> None:
    """TRUST.md T-28: as if they had typed the line, in their own chat, and nowhere else."""
    reference = an_action(world, POST, "10 June 2026")
    world.tick()
    (given,) = teams.hears(SCHOOL)
    teams.says(NURSE, "help", START)
    told, before = len(teams.service.calls), sizes(world.sessions)
    sent = message(teams, NURSE, "", value={"say": given.line("Done")}, replyToId=given.sent_as)
    theirs = teams.turn(NURSE, START, lambda: teams.post(sent))
    assert "I cannot show anything with that reference" in theirs
    assert {where for _, where, _ in teams.service.calls[told:]} <= {talk(NURSE)}
    assert reference not in theirs.text
    assert changed(world, before) == set()
