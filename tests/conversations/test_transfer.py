"""Journey 5: where a case transfer is, asked from both boroughs and by others."""

import pytest

from storage.records import Transfer
from tests.world import World


@pytest.fixture
def reference(world: World) -> str:
    """Told by Camden to Bromley."""
    coordinator = world.person("coordinator")
    coordinator.says("new transfer")
    coordinator.presses("Use the form instead")
    told = coordinator.submits(
        origin="Camden",
        receiving="Bromley",
        child="Canaryreference",
        status_in_law="child in need plan",
        stay="permanent",
    )
    assert "The Bromley coordinator is told" in told
    assert "Canaryreference" not in told.text
    return told.line("Where is it?").split()[-1]


def test_both_boroughs_see_the_same_next_step_and_the_receiving_one_acknowledges(world: World, reference: str) -> None:
    camden, bromley = world.person("coordinator"), world.person("bromley")
    here, there = camden.says(f"transfer {reference}"), bromley.says(f"transfer {reference}")
    for asked in (here, there):
        assert f"Transfer {reference}: told to the receiving borough" in asked
        assert "Next step: Bromley: acknowledge, and name a contact, by Wednesday 10 June 2026" in asked
        assert "Responsible: Camden" in asked
    assert "Acknowledge it" not in here.buttons
    world.tick()
    assert "Bromley: acknowledge a transfer by Wednesday 10 June 2026" in bromley.hears_one()
    arrived = bromley.front
    bromley.presses("Acknowledge it")
    done = bromley.submits(contact="MACE coordinator, Bromley Council")
    assert "acknowledged by the receiving borough" in done
    assert "Next step: Camden: send the papers to the contact, by Friday 12 June 2026" in done
    world.tick()
    assert "Bromley has acknowledged transfer" in camden.hears_one()
    assert "MACE coordinator, Bromley Council" in camden.presses("Who is the contact?")
    assert "acknowledged by the receiving borough" in bromley.presses(
        "Acknowledge it", on=arrived
    )  # stale: nothing happens


def test_my_transfers(world: World, reference: str) -> None:
    assert reference in world.person("coordinator").says("my transfers")
    police = world.person("police").says("my transfers")
    assert f"{reference}, Camden to Bromley" in police
    assert "You have no transfers" in world.person("islington").says("my transfers")


def test_a_late_step_says_so(world: World, reference: str) -> None:
    world.moves_on(working_days=2)
    assert "This is late" in world.person("coordinator").says(f"transfer {reference}")


def test_somebody_elses_reference_and_an_unknown_one_get_the_same_answer(world: World, reference: str) -> None:
    """TRUST.md T-38."""
    for handle in ("islington", "school", "charity"):
        person = world.person(handle)
        theirs, unknown = person.says(f"transfer {reference}"), person.says("transfer T-22222")
        assert theirs.text == unknown.text
        assert "I cannot show anything with that reference" in theirs
    assert "I cannot show anything" in world.person("islington").says(f"acknowledge {reference}")
    with world.sessions() as session:
        assert session.query(Transfer).one().state == "notified"


def test_a_borough_without_a_coordinator_is_to_be_phoned(world: World) -> None:
    bromley = world.person("bromley")
    with world.sessions.begin() as session:
        from storage.records import Partnership

        session.add(
            Partnership(
                name="Sutton",
                police="South Area",
                mash_phone="020 7946 0777",
                mash_hours="always",
                contact="mace@sutton.example",
            )
        )
    bromley.says("new transfer")
    bromley.presses("Use the form instead")
    told = bromley.submits(
        origin="Bromley", receiving="Sutton", child="don't know", status_in_law="none", stay="temporary"
    )
    assert "Sutton has no coordinator here yet" in told
    assert "020 7946 0777" in told


def test_a_transfer_has_to_cross_a_boundary(world: World) -> None:
    coordinator = world.person("coordinator")
    coordinator.says("new transfer")
    coordinator.presses("Use the form instead")
    camden = "Camden"
    refused = coordinator.submits(origin=camden, receiving=camden, child="x1", status_in_law="none", stay="permanent")
    assert "has to move to another borough" in refused
