"""What other transcripts start from can be made on every surface, by form."""

from tests.making import a_case, a_meeting, an_action, an_agreement
from tests.world import World

SCHOOL = "Safeguarding lead, Hollow Oak School"


def test_a_coordinator_makes_what_the_others_start_from(world: World) -> None:
    world.by_hand = True
    assert an_action(world, SCHOOL, "23 June 2026").startswith("A-")
    assert a_meeting(world).startswith("M-")
    assert a_case(world).startswith("C-")
    assert "1 agreement recorded" in an_agreement(world, "Hollow Oak School")
