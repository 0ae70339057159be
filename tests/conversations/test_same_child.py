"""Two people refer the same child: neither can tell, whatever they look at in chat (TRUST.md T-39)."""

from typing import Any

from bot.kit.references import find_reference
from tests.conversations.test_referral import AROUND, CHILD, EVENT, HELP, SAFETY, WORRY, YOU
from tests.surfaces import Heard
from tests.world import Someone, World


def refers(person: Someone, **told: Any) -> Heard:
    """The receipt."""
    person.says("refer")
    person.presses("Use the form instead")
    for page in (SAFETY, YOU, CHILD, AROUND, {"worries": ["criminal"]}, WORRY, EVENT, HELP):
        person.submits(**{name: told.get(name, answer) for name, answer in page.items()})
    return person.submits()


def without(reference: str, heard: Heard) -> tuple[str, list[str]]:
    return heard.text.replace(reference, "R"), list(heard.buttons)


def test_whoever_refers_hears_the_same_whether_the_child_is_known_or_not(world: World) -> None:
    refers(world.person("charity"))
    sam, coordinator = world.person("school"), world.person("coordinator")
    world.tick()
    coordinator.hears()
    seen = []
    for name in ("Zebra Canaryname", "Yak Canaryname"):  # the first of them is known
        receipt = refers(sam, child_name=name)
        reference = find_reference(receipt.text)
        stands = sam.says(f"referral {reference}")
        world.tick()
        arrived = coordinator.hears_one()
        seen.append([without(reference, one) for one in (receipt, stands, sam.says(f"read {reference}"), arrived)])
    assert seen[0] == seen[1]
