"""Days on which somebody does not work: what is for them goes to their deputy, or waits; no due date moves."""

import pytest

from tests.conversations.test_deputies import a_deputy, letters, names_a_deputy
from tests.conversations.test_referral import fill_up_to_review
from tests.making import a_meeting, an_action
from tests.surfaces import Heard
from tests.world import World

SCHOOL, NURSE = "Safeguarding lead, Hollow Oak School", "Named nurse, Thames Gate NHS Trust"
COORDINATOR = "MACE coordinator, Camden Council"
AWAY = {"first": "10 June 2026", "last": "12 June 2026"}  # Wednesday to Friday


def fills(world: World, handle: str, command: str, **answers: str) -> Heard:
    """What they see in the end."""
    who = world.person(handle)
    who.says(command)
    who.presses("Use the form instead")
    return who.submits(**answers)


def closes(world: World, who: str = "Everybody on the panel", **days: str) -> Heard:
    return fills(world, "coordinator", "closure days", borough="Camden", who=who, **(days or AWAY))


def given_on_wednesday(world: World, post: str = SCHOOL) -> str:
    """An action, once everybody is away; everybody has read what came before."""
    world.moves_on(working_days=1)
    for handle in ("school", "nurse", "coordinator", "dee"):
        world.person(handle).hears()
    reference = an_action(world, post, "12 June 2026")
    world.tick()
    return reference


def test_without_a_deputy_it_waits_for_the_first_working_day_and_no_date_moves(world: World) -> None:
    away = fills(world, "school", "days off", **AWAY)
    assert "You are away from Wednesday 10 June 2026 to Friday 12 June 2026" in away
    assert f"- {SCHOOL}" in away
    assert "Name a deputy" in away.buttons
    reference, sam = given_on_wednesday(world), world.person("school")
    for _ in range(2):
        world.moves_on(working_days=1)
        assert sam.hears() == []
    world.moves_on(working_days=1)
    heard = letters(sam)
    assert reference in heard
    assert "It was due on Friday 12 June 2026" in heard
    assert heard.count("The panel gave you this action") == 1


def test_without_a_deputy_the_coordinator_hears_that_nobody_answers(world: World) -> None:
    """TRUST.md T-75."""
    cal = world.person("coordinator")
    fills(world, "school", "days off", **AWAY)
    world.tick()
    heard = cal.hears_one()
    assert f"Camden: nobody answers for {SCHOOL} from Wednesday 10 June 2026 to Friday 12 June 2026" in heard
    assert "name that person as the deputy" in heard
    cal.presses("Name a deputy")
    fills(world, "nurse", "days off", first="10 June 2026", last="10 June 2026")  # what is for her waits a day
    world.tick()
    assert cal.hears() == []


def test_while_the_only_coordinator_is_away_the_chair_hears_it(world: World) -> None:
    fills(world, "coordinator", "days off", **AWAY)
    world.tick()
    heard = world.person("police").hears_one()
    assert f"nobody answers for {COORDINATOR} from Wednesday" in heard
    assert "They name that person as their deputy" in heard
    assert "Name a deputy" not in heard.buttons


def test_of_days_that_were_taken_back_or_that_somebody_covers_nobody_hears(world: World) -> None:
    fills(world, "school", "days off", **AWAY)
    fills(world, "nurse", "days off", **AWAY)
    names_a_deputy(world.person("school"))
    fills(world, "nurse", "take back days", days="You: Wed 10 Jun to Friday 12 June 2026")
    world.tick()
    assert "nobody answers" not in letters(world.person("coordinator"))


def test_with_a_deputy_it_goes_there_meanwhile_and_back_afterwards(world: World) -> None:
    dee, sam = a_deputy(world), world.person("school")
    away = fills(world, "school", "days off", **AWAY)
    assert "Nobody answers meanwhile" not in away
    assert "Name a deputy" not in away.buttons
    reference = given_on_wednesday(world)
    assert reference in letters(dee)
    world.moves_on(working_days=2)  # the day it is due
    assert "by Friday 12 June 2026" in letters(dee)
    assert sam.hears() == []
    world.moves_on(working_days=1)
    assert "It was due on Friday 12 June 2026" in letters(sam)
    assert dee.hears() == []


def test_a_deputy_who_has_not_joined_is_not_written_to_in_vain(world: World) -> None:
    names_a_deputy(world.person("school"))
    fills(world, "school", "days off", **AWAY)
    reference = given_on_wednesday(world)
    assert world.person("coordinator").hears() == []
    world.moves_on(working_days=3)
    assert reference in letters(world.person("school"))


def test_a_deputy_who_is_named_meanwhile_gets_what_waits_the_next_morning(world: World) -> None:
    fills(world, "school", "days off", first="10 June 2026", last="26 June 2026")
    reference = given_on_wednesday(world)
    dee = a_deputy(world, "coordinator")
    world.tick()
    assert reference not in letters(dee)
    world.moves_on(working_days=1)
    assert "The panel gave you this action" in letters(dee)


def test_a_deputy_who_is_away_as_well_does_not_get_it(world: World) -> None:
    dee = a_deputy(world)
    fills(world, "school", "days off", **AWAY)
    fills(world, "dee", "days off", first="10 June 2026", last="15 June 2026")
    given_on_wednesday(world)
    world.moves_on(working_days=3)
    assert "The panel gave you this action" in letters(world.person("school"))
    assert dee.hears() == []


def test_a_closed_agency_is_covered_by_its_deputies_and_no_other_agency_is_closed(world: World) -> None:
    closed = closes(world, "Hollow Oak School")
    assert "Camden: closed from Wednesday 10 June 2026 to Friday 12 June 2026" in closed
    assert "Hollow Oak School. On these days its deputies get what is for it." in closed
    dee = a_deputy(world)
    reference = given_on_wednesday(world)
    an_action(world, NURSE, "12 June 2026")
    world.tick()
    assert "The panel gave you this action" in letters(world.person("nurse"))
    assert reference in letters(dee)
    assert world.person("school").hears() == []


def test_a_closed_panel_reminds_nobody_and_its_coordinator_hears_afterwards(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    world.tick()
    a_deputy(world, "coordinator", COORDINATOR)
    assert "Everybody on the panel. On these days nobody is reminded" in closes(world)
    given_on_wednesday(world)
    assert "Marked as done" in world.person("school").says(f"done {reference}")
    world.moves_on(working_days=2)
    everybody = ("school", "coordinator", "dee", "nurse")
    assert [who for who in everybody if world.person(who).hears()] == []
    world.moves_on(working_days=1)
    assert "Its owner says it is done" in letters(world.person("coordinator"))


def test_a_coordinator_who_is_away_is_covered_like_everybody(world: World) -> None:
    reference = an_action(world, SCHOOL, "23 June 2026")
    dee = a_deputy(world, "coordinator", COORDINATOR)
    fills(world, "coordinator", "days off", **AWAY)
    world.moves_on(working_days=1)
    dee.hears()
    world.person("coordinator").hears()
    world.person("school").says(f"done {reference}")
    world.tick()
    assert "Its owner says it is done" in letters(dee)
    assert world.person("coordinator").hears() == []


def test_an_agenda_that_somebody_sends_waits_for_nobody_and_goes_to_a_deputy_if_there_is_one(world: World) -> None:
    meeting = a_meeting(world)
    a_deputy(world)
    for handle in ("school", "nurse"):
        fills(world, handle, "days off", first="9 June 2026", last="19 June 2026")
    world.person("coordinator").says(f"send {meeting}")
    world.tick()
    assert "send information" in letters(world.person("dee"))
    assert world.person("school").hears() == []
    assert "Friday 19 June 2026" in letters(world.person("nurse"))


def test_what_is_for_one_person_alone_waits_for_them_as_well(world: World) -> None:
    """Who referred a child hears that it was taken up, and no deputy hears of it."""
    chidi, coordinator = world.person("charity"), world.person("coordinator")
    chidi.says("help")
    chidi.presses("Refer a child")
    fill_up_to_review(chidi)
    chidi.submits()
    fills(world, "charity", "days off", **AWAY)
    world.moves_on(working_days=1)
    (arrived,) = (one for one in coordinator.hears() if "Take it" in one.buttons)
    coordinator.presses("Take it", on=arrived)
    world.tick()
    for _ in range(2):
        world.moves_on(working_days=1)
        assert chidi.hears() == []
    world.moves_on(working_days=1)
    assert "has taken up your referral" in chidi.hears_one()


def test_days_are_taken_back(world: World) -> None:
    closes(world)
    gone = fills(world, "coordinator", "take back days", days="Camden: Wed 10 Jun to Friday 12 June 2026")
    assert "The days from Wednesday 10 June 2026 to Friday 12 June 2026 are working days again" in gone
    given_on_wednesday(world)
    assert "The panel gave you this action" in letters(world.person("school"))


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "says"),
    [
        ("9 June 2026", "The last day is before the first"),
        ("8 June 2026", "The date must be today or later"),
        ("1 December 2026", "That is more than 100 days"),
    ],
)
def test_days_that_cannot_be(world: World, last: str, says: str) -> None:
    for heard in (
        fills(world, "school", "days off", first="10 June 2026", last=last),
        closes(world, first="10 June 2026", last=last),
    ):
        assert says in f"{heard} {heard.errors}"
    given_on_wednesday(world)
    assert "The panel gave you this action" in letters(world.person("school"))


def test_a_member_closes_nothing_and_takes_back_nothing_of_others(world: World) -> None:
    assert "Your post does not let you" in world.person("school").says("closure days")
    closes(world)
    assert "There are no days to take back" in world.person("school").says("take back days")
    assert "There are no days to take back" in world.person("islington").says("take back days")


def test_another_boroughs_closure_closes_nothing_here(world: World) -> None:
    fills(world, "islington", "closure days", borough="Islington", who="Thames Gate NHS Trust", **AWAY)
    given_on_wednesday(world, NURSE)
    assert "The panel gave you this action" in letters(world.person("nurse"))
