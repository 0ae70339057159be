"""One letter of reminders a person a day: what comes later waits for the next morning, if it can."""

import pytest

from tests.conversations.test_deputies import letters
from tests.making import an_action
from tests.surfaces import Heard
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"
POLICE = "Police co-chair, Police"


def reminders(world: World, handle: str) -> list[Heard]:
    heard = world.person(handle).hears()
    return [one for one in heard if "You get this" in one and "gave you this action" not in one]


def more_time(world: World, reference: str, until: str) -> None:
    """Asked for and agreed by noon: the days on which it wants a reminder are others now."""
    who = world.person("nurse")
    who.says(f"more time {reference}")
    who.presses("Use the form instead")
    who.submits(until=until)
    world.person("coordinator").says(f"agree {reference}")
    world.moves_on(hours=2)


def reminded_on_thursday(world: World, due: str) -> str:
    """Thursday 11 June, half past nine: the nurse has had a reminder.  It is the only one until something changes."""
    reference = an_action(world, NURSE, due)
    world.tick()
    world.moves_on(working_days=2)
    assert reminders(world, "nurse")
    return reference


def test_what_comes_later_that_day_waits_for_the_next_morning(world: World) -> None:
    reference = reminded_on_thursday(world, "12 June 2026")
    more_time(world, reference, "17 June 2026")
    assert reminders(world, "nurse") == []
    world.moves_on(hours=8)
    assert reminders(world, "nurse") == []
    world.moves_on(working_days=1)
    (letter,) = reminders(world, "nurse")
    assert "check a record flag by Wednesday 17 June 2026" in letter


def test_it_is_one_letter_with_what_is_due_then(world: World) -> None:
    """In both boroughs: the day is the reader's, and not of one of their posts."""
    an_action(world, NURSE, "19 June 2026", verb="send information", by="islington")  # five days after Friday
    reference = reminded_on_thursday(world, "12 June 2026")
    more_time(world, reference, "17 June 2026")
    assert reminders(world, "nurse") == []
    world.moves_on(working_days=1)
    (letter,) = reminders(world, "nurse")
    assert "2 things wait for you" in letter


def test_what_is_due_tomorrow_would_come_too_late_and_comes_now(world: World) -> None:
    reference = reminded_on_thursday(world, "11 June 2026")
    more_time(world, reference, "12 June 2026")
    (letter,) = reminders(world, "nurse")
    assert "by Friday 12 June 2026" in letter


@pytest.mark.parametrize(("due", "comes"), [("15 June 2026", 1), ("17 June 2026", 0)])
def test_on_a_friday_tomorrow_is_monday(world: World, due: str, comes: int) -> None:
    reference = an_action(world, NURSE, "12 June 2026")
    world.tick()
    world.moves_on(working_days=3)
    assert len(reminders(world, "nurse")) == 1
    more_time(world, reference, due)
    assert len(reminders(world, "nurse")) == comes
    world.moves_on(working_days=1)
    assert len(reminders(world, "nurse")) == 1


@pytest.mark.parametrize(("back", "comes"), [("12 June 2026", 0), ("16 June 2026", 1)])
def test_tomorrow_is_when_the_reader_works_next(world: World, back: str, comes: int) -> None:
    """Away until the day on which it is due: then it comes now."""
    reference = reminded_on_thursday(world, "11 June 2026")
    who = world.person("nurse")
    who.says("days off")
    who.presses("Use the form instead")
    who.submits(first="12 June 2026", last=back)
    more_time(world, reference, "17 June 2026")
    assert len(reminders(world, "nurse")) == comes
    world.moves_on(working_days=4)
    assert len(reminders(world, "nurse")) == 1


@pytest.mark.parametrize(("post", "handle", "comes"), [(NURSE, "nurse", 0), (POLICE, "police", 1)])
def test_somebody_who_has_had_no_letter_that_day_gets_it_at_once(
    world: World, post: str, handle: str, comes: int
) -> None:
    reference = an_action(world, SCHOOL, "18 June 2026")
    reminded_on_thursday(world, "12 June 2026")
    world.person("school").says(f"not mine {reference}")
    coordinator = world.person("coordinator")
    coordinator.says(f"give {reference}")
    coordinator.presses("Use the form instead")
    coordinator.submits(owner=post)
    world.moves_on(hours=2)
    heard = world.person(handle).hears()
    assert sum("gave you this action" in one for one in heard) == 1, "which is no reminder, and comes at once"
    assert len(heard) == 1 + comes
    world.moves_on(working_days=1)
    assert ("Thursday 18 June 2026" in letters(world.person(handle))) is not bool(comes)


def test_what_is_done_meanwhile_is_not_said_the_next_morning(world: World) -> None:
    reference = reminded_on_thursday(world, "12 June 2026")
    more_time(world, reference, "17 June 2026")
    assert "Marked as done" in world.person("nurse").says(f"done {reference}")
    world.moves_on(working_days=1)
    assert reminders(world, "nurse") == []
