"""The register of what is stuck: for who oversees a panel, across boroughs, a page at a time (DOMAIN.md B.7)."""

import pytest
from sqlalchemy import select

from storage.records import Action, BlockedBecause, Role
from tests.conversations.test_escalations import COUNCIL, DUE, NHS, NURSE, SCHOOL, blocks, escalates, joins
from tests.integrations.web.signed_in import signed_in
from tests.making import a_case, an_action
from tests.world import World


def nhs_in_two_boroughs(world: World) -> tuple[str, str]:
    """The same trust, stopped by the same protocol: in Camden blocked, in Islington escalated as well."""
    joins(world, "strategic", COUNCIL, Role.STRATEGIC)
    joins(world, "strategic", "Islington Council", Role.STRATEGIC, "Islington")
    camden, islington = an_action(world, NURSE, DUE), an_action(world, NURSE, DUE, by="islington")
    blocks(world, camden, BlockedBecause.LAW_OR_PROTOCOL)
    blocks(world, islington, BlockedBecause.LAW_OR_PROTOCOL)
    world.moves_on(working_days=2)
    escalates(world, "islington", islington, "law_or_protocol")
    return camden, islington


def test_one_trust_that_a_protocol_stops_in_two_boroughs_is_one_line(world: World) -> None:
    """DOMAIN.md E.1."""
    camden, islington = nhs_in_two_boroughs(world)
    seen = world.person("strategic").says("blockages")
    assert "What is blocked: 2" in seen
    assert seen.text.count("The law or a protocol does not allow it") == 1
    assert f"{NHS}: 2 in 2 boroughs, for 2 working days at most" in seen
    assert "Camden: check a record flag, for 2 working days; not escalated, by Friday 12 June 2026" in seen
    assert f"Islington: check a record flag, for 2 working days; level 1, by Monday 15 June 2026. {islington}" in seen
    for handle in ("coordinator", "police"):
        own = world.person(handle).says("blockages")
        assert f"{NHS}: 1, for 2 working days" in own
        assert camden in own
        assert islington not in own.text
    page = page_of(world, "strategic")
    assert f"{NHS}: 2 in 2 boroughs" in page
    assert "Read by" in page


def page_of(world: World, handle: str) -> str:
    return str(signed_in(world, handle).reads("/pages/blockages"))


@pytest.mark.parametrize("handle", ["nurse", "school", "charity"])
def test_the_register_is_for_who_oversees_the_panel(world: World, handle: str) -> None:
    """TRUST.md T-55."""
    nhs_in_two_boroughs(world)
    for line in ("blockages", "blockage list"):
        assert "Your post does not let you see what is blocked" in world.person(handle).says(line)


def test_the_register_comes_a_page_at_a_time(world: World) -> None:
    """TRUST.md T-82."""
    for because in BlockedBecause:
        blocks(world, an_action(world, SCHOOL, DUE), because)
    cal = world.person("coordinator")
    first = cal.says("blockages")
    assert "What is blocked: 6" in first
    assert first.text.count("Hollow Oak School: 1") == 4
    second = cal.presses("Show 2 more reasons", on=first)
    assert second.text.count("Hollow Oak School: 1") == 2
    assert "Show" not in " ".join(second.buttons)
    assert "There is no such page" in cal.says("blockages 9")
    assert "Nothing is blocked or escalated" in world.person("islington").says("blockages")


def test_no_codeword_and_no_name_is_in_the_register(world: World) -> None:
    """TRUST.md T-55."""
    action = an_action(world, SCHOOL, DUE, about=a_case(world))
    blocks(world, action, BlockedBecause.CAPACITY)
    escalates(world, "coordinator", action)
    with world.sessions() as session:
        known = session.scalars(select(Action).where(Action.reference == action)).one().case
        words = [one.codeword for one in known.agencies] if known else []
    assert words
    for text in (world.person("coordinator").says("blockages").text, page_of(world, "coordinator")):
        assert not [one for one in (*words, "Canary") if one in text]
