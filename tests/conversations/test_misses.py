"""Somebody asks for one reference after the other: the coordinator hears of it, and it ends."""

import pytest

from bot.conversation import on_own_page
from bot.kit.errors import TooMany
from bot.kit.references import new_reference
from bot.kit.worktime import local_day
from bot.replies import Sender
from tests.cast import HOME
from tests.conversations.test_need_to_know import opens
from tests.scheduler.fakes import give
from tests.world import Someone, World

UNKNOWN = "I cannot show anything with that reference"
TOLD = "Camden: somebody asked for many references that are not theirs"


def asks_for(person: Someone, how_many: int) -> list[str]:
    """Different ones, none of which there is."""
    return [person.says(f"transfer {new_reference('T')}").text for _ in range(how_many)]


def test_a_coordinator_hears_of_whoever_asks_for_one_after_the_other(world: World) -> None:
    """TRUST.md T-38."""
    school, coordinator = world.person("school"), world.person("coordinator")
    asks_for(school, 3)
    for _ in range(4):
        school.says("transfer T-22222")  # the same again is a slip
    world.tick()
    assert coordinator.hears() == []
    asks_for(school, 3)
    world.tick()
    heard = coordinator.hears_one()
    assert TOLD in heard
    assert "They may have mistyped" in heard
    assert "Who read and changed what" in coordinator.presses("Open the access log")


def test_with_time_between_them_nobody_is_told(world: World) -> None:
    school = world.person("school")
    for _ in range(4):
        asks_for(school, 3)
        world.moves_on(minutes=11)
    world.tick()
    assert world.person("coordinator").hears() == []
    assert UNKNOWN in school.says("transfer T-22222")


def test_who_does_not_leave_off_is_stopped_for_ten_minutes(world: World) -> None:
    """TRUST.md T-38: whatever there is, it is the same answer."""
    school = world.person("school")
    (own,) = give(world.sessions, "Camden", "Hollow Oak School", local_day(world.now))
    assert all(UNKNOWN in answer for answer in asks_for(school, 10))
    stopped = school.says(f"action {own}")
    assert "So I look nothing up for you until" in stopped
    assert "If it cannot wait: mace@camden.example" in stopped
    assert asks_for(school, 1) == [stopped.text]
    assert own in school.says("mine")
    assert own in world.person("coordinator").says(f"action {own}")
    world.moves_on(minutes=10)
    assert own in school.says(f"action {own}")


def test_forms_about_what_is_not_theirs_count_and_one_that_they_have_open_is_not_stopped(world: World) -> None:
    school = world.person("school")
    (own,) = give(world.sessions, "Camden", "Hollow Oak School", local_day(world.now))
    assert all(UNKNOWN in opens(school, new_reference("C")) for _ in range(9))
    school.says(f"more time {own}")
    form = school.presses("Use the form instead")
    assert UNKNOWN in school.says("transfer T-22222")
    assert "I look nothing up for you until" in school.says(f"emergency {new_reference('C')}")
    school.front = form
    assert "I look nothing up" not in school.submits(until="26 June 2026").text


def test_nor_are_they_answered_on_their_own_page(world: World) -> None:
    school = Sender(world.surface.platform.name, HOME, "school")
    asks_for(world.person("school"), 10)
    with pytest.raises(TooMany, match="I look nothing up for you"):
        on_own_page(world.sessions, school, world.now, lambda ctx: ctx.now, "A-22222")
