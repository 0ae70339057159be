"""Journey 2: a reminder, and the reply to it, by button or in words."""

import pytest

from storage.levels import unsealed
from storage.records import Action, ActionState
from tests.making import an_action
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"


def stored(world: World, reference: str) -> Action:
    with world.sessions() as session:
        return session.query(Action).filter_by(reference=reference).one()


def test_reminded_before_on_and_after_the_day(world: World) -> None:
    an_action(world, SCHOOL, "23 June 2026")  # ten working days from now
    sam = world.person("school")
    world.tick()
    assert "The panel gave you this action" in sam.hears_one()
    heard = []
    for _ in range(21):
        world.moves_on(working_days=1)
        heard += [(f"{world.now:%d %B}", letter) for letter in sam.hears() if "is stuck" not in letter]
    assert [day for day, _ in heard] == [
        "16 June", "22 June", "23 June", "24 June", "26 June", "30 June", "07 July",
    ]  # fmt: skip
    assert "Camden: check a record flag by Tuesday 23 June 2026" in heard[0][1]
    assert "It was due on Tuesday 23 June 2026" in heard[3][1]
    assert "because you answer for the post Safeguarding lead, Hollow Oak School" in heard[0][1]


def test_never_at_night_at_a_weekend_or_on_a_bank_holiday(world: World) -> None:
    """TRUST.md T-76."""
    an_action(world, SCHOOL, "31 August 2026")  # the summer bank holiday
    sam = world.person("school")
    world.tick()
    sam.hears()
    world.moves_on(working_days=57)  # Friday 28 August: one working day before
    assert "Safeguarding" in sam.hears_one().text
    for hours in (10, 24, 24, 24):  # 7:30pm on Friday, Saturday, Sunday, and the bank holiday itself
        world.moves_on(hours=hours)
        assert sam.hears() == []
    world.moves_on(working_days=1)
    assert "check a record flag" in sam.hears_one()


def test_one_message_a_day_for_two_boroughs(world: World) -> None:
    an_action(world, NURSE, "10 June 2026")
    an_action(world, NURSE, "10 June 2026", verb="send information", by="islington")
    nurse = world.person("nurse")
    world.tick()
    nurse.hears()
    world.moves_on(working_days=1)
    digest = nurse.hears_one()
    assert "2 things wait for you" in digest
    assert digest.text.index("Camden: check a record flag") < digest.text.index("Islington: send information")
    world.tick()
    assert nurse.hears() == []
    which = nurse.says("done", replying_to=digest)
    assert "Which action do you mean?" in which
    assert "Islington: send information by Wednesday 10 June 2026" in which


def test_done_by_button_undo_and_the_coordinators_check(world: World) -> None:
    """TRUST.md T-26, T-73."""
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, coordinator = world.person("school"), world.person("coordinator")
    world.tick()
    given = sam.hears_one()
    marked = sam.presses("Done")
    assert "Marked as done: check a record flag" in marked
    assert "Marked as done" in sam.presses("Done", on=given)  # a second press: the same, and nothing happens
    undone = sam.presses("Undo", on=marked)
    assert "Not done yet" in undone
    sam.presses("Done", on=undone)
    world.tick()
    check = coordinator.hears_one()
    assert "Camden: confirm that “check a record flag” is done" in check
    coordinator.presses("Send it back")
    assert "Sent back" in coordinator.submits(missing="What came of it")
    world.tick()
    assert "it is not done yet. Action" in sam.hears_one()
    assert "What is missing: what came of it." in sam.front
    sam.presses("Done")
    world.tick()
    coordinator.hears_one()
    assert "Confirmed as done" in coordinator.presses("Confirm it is done")
    world.tick()
    assert "Done and checked" in sam.hears_one()
    assert stored(world, reference).state is ActionState.DONE
    late = sam.presses("Undo", on=marked)  # a stale card
    assert "Check a record flag: done" in late
    assert "Last changed by the coordinator" in late
    world.moves_on(working_days=5)
    assert sam.hears() == []


@pytest.mark.parametrize("words", ["done", "Done.", "DONE", "done full stop"])
def test_an_exact_done_with_one_possible_action_is_taken_at_once(world: World, words: str) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    assert "Marked as done" in world.person("school").says(words)
    assert stored(world, reference).state is ActionState.DONE_CLAIMED


def test_done_with_words_is_proposed_and_the_outcome_kept(world: World) -> None:
    """TRUST.md T-73."""
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam = world.person("school")
    proposed = sam.says("done, school agreed a timetable with Canaryname")
    assert "Mark as done: check a record flag?" in proposed
    assert "Canaryname" not in proposed.text
    assert stored(world, reference).state is ActionState.OPEN
    marked = sam.presses("Yes, mark it as done")
    assert "Your note is kept in the tracker" in marked
    assert "Marked as done" in sam.presses("Yes, mark it as done", on=proposed)
    outcome = stored(world, reference).outcome
    assert outcome
    assert unsealed(outcome) == "school agreed a timetable with Canaryname"
    world.tick()
    told = world.person("coordinator").hears_one()
    assert "They left a note in the tracker" in told
    assert "Canaryname" not in told.text


def test_more_time_in_words_is_proposed_asked_and_agreed(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, coordinator = world.person("school"), world.person("coordinator")
    proposed = sam.says("need till Friday")
    assert "Ask for more time, until Friday 12 June 2026, to check a record flag?" in proposed
    assert "Until they agree, it is due by Wednesday 10 June 2026" in sam.presses("Yes, ask for more time")
    world.tick()
    assert "more time until Friday 12 June 2026 to check a record flag?" in coordinator.hears_one()
    asked = coordinator.front
    coordinator.presses("Agree")
    assert "More time agreed, until Friday 12 June 2026" in coordinator.presses("Agree", on=asked)
    world.tick()
    assert any("More time is agreed" in letter for letter in sam.hears())
    assert str(stored(world, reference).due_on) == "2026-06-12"
    assert "already due by Friday 12 June 2026. Give a later day" in sam.presses("Yes, ask for more time", on=proposed)


def test_more_time_by_form_and_the_date_is_kept(world: World) -> None:
    an_action(world, SCHOOL, "10 June 2026")
    sam, coordinator = world.person("school"), world.person("coordinator")
    world.tick()
    sam.hears_one()
    sam.presses("I need more time")
    assert sam.submits(until="8/6/26").errors == {"until": "The date must be after today"}
    assert "asked for more time, until Monday 15 June 2026" in sam.submits(until="15 June 2026")
    world.tick()
    assert "more time until Monday 15 June 2026 to check a record flag?" in coordinator.hears_one()
    coordinator.presses("Keep the date")
    world.tick()
    assert "The date is kept" in sam.hears_one()


def test_not_mine_is_proposed_and_the_coordinator_gives_it_to_another_post(world: World) -> None:
    reference = an_action(world, SCHOOL, "11 June 2026")
    sam, coordinator, nurse = world.person("school"), world.person("coordinator"), world.person("nurse")
    assert "Tell the coordinator that it is not for you to check a record flag?" in sam.says("not mine")
    sam.presses("Yes, it is not mine")
    world.tick()
    assert "decide who is to check a record flag" in coordinator.hears_one()
    coordinator.presses("Give it to a post")
    coordinator.submits(owner=NURSE)
    sam.hears()
    world.tick()
    assert "Camden: check a record flag by Thursday 11 June 2026" in nurse.hears_one()
    world.moves_on(working_days=1)
    assert sam.hears() == []  # no reminder of what is somebody else's
    assert "check a record flag" in nurse.hears_one()
    assert stored(world, reference).state is ActionState.OPEN


def test_another_persons_press_changes_nothing_and_says_nothing(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    world.tick()
    given = world.person("school").hears_one()
    other = world.person("charity")
    other.says("help")
    theirs = other.says(given.line("Done").partition(" @")[0])
    assert theirs.text == other.says("done A-22222").text == other.says("action A-22222").text
    assert "Only the post it was given to can do that" in world.person("coordinator").says(f"done {reference}")
    assert stored(world, reference).state is ActionState.OPEN


def test_a_stale_button_says_what_is_so(world: World) -> None:
    """TRUST.md T-26."""
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam = world.person("school")
    world.tick()
    given = sam.hears_one()
    sam.presses("Done")
    sam.presses("Undo")
    stale = sam.presses("Done", on=given)
    assert "Check a record flag: to do" in stale
    assert "Last changed by you" in stale
    assert stored(world, reference).state is ActionState.ACKNOWLEDGED
    assert "Marked as done" in sam.presses("Done", on=stale)


def test_words_that_do_not_say_done_are_never_taken_as_done(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam = world.person("school")
    for words in (
        "not done",
        "done half of it",
        "will be done by the team?",
        "done when the school answers",
        "nearly done",
    ):
        sam.says(words)
        assert stored(world, reference).state is ActionState.OPEN, words


def test_a_reply_when_there_is_nothing_to_do(world: World) -> None:
    assert "You have no open action" in world.person("school").says("done")


def test_a_command_typed_in_reply_to_a_message_is_about_that_message(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam, coordinator = world.person("school"), world.person("coordinator")
    sam.says("done")
    world.tick()
    check = coordinator.hears_one()
    assert "Say which one, with its reference, like: confirm A-7K2F9" in coordinator.says("confirm")
    assert "Confirmed as done" in coordinator.says("confirm", replying_to=check)
    assert stored(world, reference).state is ActionState.DONE
