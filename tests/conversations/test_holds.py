"""A legal hold: begun and ended by a coordinator, shown on the record's page, and stronger than every period."""

import pytest

from bot.erasing import erase
from bot.kit.errors import Refusal
from tests.conversations.test_leaving import hands_over
from tests.conversations.test_own_pages import a_referral
from tests.making import an_action
from tests.world import World

SCHOOL = "Safeguarding lead, Hollow Oak School"


def holds(world: World, reference: str, handle: str = "coordinator") -> str:
    cal = world.person(handle)
    cal.says(f"hold {reference}")
    cal.presses("Use the form instead")
    return cal.submits(why="court case").text


def test_a_coordinator_holds_a_record_and_ends_the_hold(world: World) -> None:
    reference = a_referral(world)
    assert holds(world, reference).startswith(f"{reference} is on hold\nWhy: Court case\nSince: Tuesday 9 June 2026")
    cal = world.person("coordinator")
    again = cal.says(f"hold {reference}")
    assert "Since: Tuesday 9 June 2026" in again
    assert f"The hold on {reference} is ended" in cal.presses("End the hold", again)
    assert f"There is no legal hold on {reference}" in cal.says(f"end hold {reference}")


def test_what_stands_in_chat_stays_while_it_is_held_and_goes_from_whoever_leaves(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    told = sam.says(f"action {reference}")
    holds(world, reference)
    world.moves_on(days=8)
    assert sam.sees_now(told).text == told.text
    cal.says(f"end hold {reference}")
    world.moves_on(minutes=1)
    assert "Details removed" in sam.sees_now(told)
    again = sam.says(f"action {reference}")
    holds(world, reference)
    hands_over(world, SCHOOL, "nia")
    world.moves_on(minutes=1)
    assert "Details removed" in sam.sees_now(again)


def test_actions_and_what_is_not_theirs(world: World) -> None:
    action, referral = an_action(world, SCHOOL, "12 June 2026"), a_referral(world)
    assert f"{action} is on hold" in holds(world, action)
    for handle in ("islington", "bromley"):
        for line in (f"hold {referral}", f"end hold {action}", "hold R-7K2FS"):
            assert "I cannot show anything with that reference" in world.person(handle).says(line)
    assert "Your post does not let you" in world.person("school").says(f"hold {action}")
    assert f"{action} is on hold" in world.person("coordinator").says(f"hold {action}")


def test_a_case_is_held_with_the_referral_that_it_came_from_and_its_actions(world: World) -> None:
    """TRUST.md 3.6: a court asks about a child, and not about one of our references."""
    cal, referral = world.person("coordinator"), a_referral(world)
    case = cal.says(f"open case {referral}").line("Read it on your page").split()[-1]
    action, other = (an_action(world, SCHOOL, "12 June 2026", about=about) for about in (case, "none"))
    told = world.person("school").says(f"action {action}")
    assert f"{case} is on hold" in holds(world, case)
    for one in (referral, action):
        assert f"{case} is on hold" in cal.says(f"hold {one}")
        assert f"{one} is on hold with its case. Say end hold {case}" in cal.says(f"end hold {one}")
        with world.sessions() as session, pytest.raises(Refusal, match=f"until its coordinator says: end hold {case}"):
            erase(session, one, world.now)
    assert f"There is no legal hold on {other}" in cal.says(f"end hold {other}")
    world.moves_on(days=8)
    assert world.person("school").sees_now(told).text == told.text

    assert f"The hold on {case} is ended" in cal.says(f"end hold {case}")
    assert f"There is no legal hold on {referral}" in cal.says(f"end hold {referral}")
