"""The coordinator's first hour: a tracker comes in and waits, and each owner confirms one list before any reminder."""

import pytest
from sqlalchemy import select

from bot.kit.errors import Refusal
from storage.records import Action, Delivery
from tests.making import TRACKER, a_draft, an_import, at_the_page
from tests.surfaces import Heard
from tests.world import World

NAMES = ("Quillon", "Vexbury", "Larkspur", "SIMS", "CAMHS")


def started(world: World) -> tuple[str, Heard]:
    """An import that has begun, and the list that the school was sent."""
    reference = an_import(world)
    world.person("coordinator").says(f"start import {reference}")
    world.tick()
    return reference, world.person("school").hears_one()


def states(world: World) -> list[str]:
    with world.sessions() as session:
        return [one.value for one in session.scalars(select(Action.state).order_by(Action.id))]


def owed(world: World) -> list[str]:
    with world.sessions() as session:
        return list(session.scalars(select(Delivery.kind).order_by(Delivery.id)))


def test_nobody_hears_of_an_import_before_it_is_started(world: World) -> None:
    reference = an_import(world)
    world.moves_on(working_days=12)
    assert states(world) == ["proposed"] * 3
    assert owed(world) == [], "late by now, and still nobody is reminded"
    stands = world.person("coordinator").says(f"start import {reference}")
    assert f"Camden, import {reference}: started" in stands
    assert sorted(stands.buttons) == ["Open the import page", "Undo the import"]
    assert "3 actions; 3 still to be confirmed by 2 posts." in stands


def test_each_owner_is_sent_one_list_and_is_reminded_when_they_have_said_that_it_is_theirs(world: World) -> None:
    reference, card = started(world)
    assert card.text.startswith("Camden: are these actions yours?")
    assert "- Check a record flag by Friday 12 June 2026. A-" in card
    assert "- Send information by Friday 19 June 2026. A-" in card
    assert sorted(card.buttons) == ["Read them on my page", "Something is wrong", "These are mine"]
    assert not [name for name in NAMES if name in card]
    assert "CAMHS" not in world.person("nurse").hears_one()

    sam = world.person("school")
    assert "Thank you: 2 actions are yours" in sam.presses("These are mine", on=card)
    world.moves_on(working_days=2)
    assert "check a record flag" in sam.hears_one()
    assert world.person("nurse").hears() == [], "who has not answered is not reminded"
    assert "1 still to be confirmed by 1 post" in world.person("coordinator").says(f"start import {reference}")


def test_pressing_twice_sends_and_takes_nothing_twice(world: World) -> None:
    reference = an_import(world)
    cal, sam = world.person("coordinator"), world.person("school")
    first = cal.says(f"start import {reference}")
    assert "Start, and tell each owner" not in first.buttons
    cal.says(f"start import {reference}")
    world.tick()
    card = sam.hears_one()
    world.person("nurse").hears_one()
    sam.presses("These are mine", on=card)
    before = states(world)
    assert "You have answered this list" in sam.says(f"take on {reference}")
    assert "You have answered this list" in sam.says(f"not right {reference}")
    assert states(world) == before == ["open", "open", "proposed"]
    world.tick()
    assert sam.hears() == []


def test_what_is_wrong_goes_back_to_the_coordinator_and_the_rest_is_theirs(world: World) -> None:
    _, card = started(world)
    sam = world.person("school")
    page = sam.presses("Something is wrong", on=card)
    wrong = next(one for one in page.options["wrong"] if "flag" in page.options["wrong"][one])
    told = sam.submits(wrong=[wrong])
    assert "Thank you: 1 goes back, 1 is yours" in told
    assert states(world) == ["contested", "open", "proposed"]
    world.tick()
    told = world.person("coordinator").hears_one()
    assert wrong in told
    assert "Give it to a post" in told.buttons


def test_an_import_is_taken_back_with_all_that_it_brought(world: World) -> None:
    reference, card = started(world)
    cal = world.person("coordinator")
    assert ": taken back" in cal.says(f"undo import {reference}")
    assert states(world) == ["entered_in_error"] * 3
    world.tick()
    assert "These are mine" not in world.person("school").sees_now(card).buttons
    assert "cannot show anything" in world.person("school").says(f"take on {reference}")
    assert ": taken back" in cal.says(f"undo import {reference}")
    assert "Check a record flag" not in world.person("school").says("mine")
    assert an_import(world) != reference, "and the same file can be imported again"


def test_what_an_owner_has_acted_on_stays_and_is_named(world: World) -> None:
    reference, card = started(world)
    world.person("school").presses("These are mine", on=card)
    with world.sessions() as session:
        mine = session.scalars(select(Action.reference).where(Action.state == "open").order_by(Action.id)).all()
    told = world.person("coordinator").says(f"undo import {reference}")
    assert f"These stay, because their owners have acted on them: {', '.join(mine)}." in told
    assert states(world) == ["open", "open", "entered_in_error"]
    world.moves_on(working_days=2)
    assert "check a record flag" in world.person("school").hears_one()


def test_the_same_file_is_not_imported_twice(world: World) -> None:
    reference = an_import(world)
    with pytest.raises(Refusal, match=f"This file was imported before, as {reference}."):
        a_draft(world)
    assert len(states(world)) == 3


@pytest.mark.parametrize("handle", ["islington", "bromley"])
def test_another_borough_has_no_part_in_it(world: World, handle: str) -> None:
    draft, reference = a_draft(world, TRACKER[:2]), an_import(world)
    them = world.person(handle)
    for line in ("start import", "undo import", "take on", "not right"):
        assert "cannot show anything with that reference" in them.says(f"{line} {reference}")
    page = at_the_page(world, handle)
    for one in (draft, reference, "N-22222"):
        with pytest.raises(Refusal, match="cannot show anything"):
            page.look_at(one)
        with pytest.raises(Refusal, match="cannot show anything"):
            page.decide(one, [], {}, "", go=True)
    assert states(world) == ["proposed"] * 3
    assert owed(world) == []


@pytest.mark.parametrize("handle", ["school", "police", "stranger"])
def test_who_is_no_coordinator_may_not(world: World, handle: str) -> None:
    reference = an_import(world)
    with pytest.raises(Refusal, match="does not let you import a tracker"):
        a_draft(world, TRACKER[:2], by=handle)
    with pytest.raises(Refusal, match="does not let you import a tracker"):
        at_the_page(world, handle).look_at(reference)
    world.person(handle).says(f"start import {reference}")
    assert owed(world) == []


def test_an_owner_who_has_nothing_on_it_learns_nothing(world: World) -> None:
    reference, _ = started(world)
    for line in ("take on", "not right"):
        assert "cannot show anything with that reference" in world.person("police").says(f"{line} {reference}")


def test_a_draft_cannot_be_started_nor_taken_on(world: World) -> None:
    draft = a_draft(world)
    assert ": looked at" in world.person("coordinator").says(f"start import {draft}")
    assert "cannot show anything" in world.person("school").says(f"take on {draft}")
    assert states(world) == []
