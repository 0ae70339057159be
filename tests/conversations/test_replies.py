"""Replies in words to a reminder: the same effect as the button, never a guess, and never the words again."""

import pytest

from storage.levels import unsealed
from storage.records import Action, ActionState, BlockedBecause, Proposal
from tests.making import an_action
from tests.surfaces import Heard
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"


def stored(world: World, reference: str) -> Action:
    with world.sessions() as session:
        return session.query(Action).filter_by(reference=reference).one()


def words(secret: object) -> object:
    assert secret
    return unsealed(secret)  # type: ignore[arg-type]


def reminded(world: World, *verbs: str) -> tuple[list[str], Heard]:
    """With actions of these verbs, and the digest (or the one reminder) in front of Sam."""
    references = [an_action(world, SCHOOL, "10 June 2026", verb=verb) for verb in verbs or ("check a record flag",)]
    sam = world.person("school")
    world.tick()
    sam.hears()
    world.moves_on(working_days=1)
    return references, sam.hears_one()


@pytest.mark.parametrize(
    "typed",
    [
        "Hi both,\n\nDone.\n\nKind regards\nSam Oak\nSafeguarding lead",
        "Done\n\nSent from my iPhone",
        "Done 👍",
        "Done\n\nOn Tue, 9 Jun 2026 at 09:30, MACE bot\n<mace@camden.example> wrote:\n> Check a record flag.",
        "Done exclamation mark",
    ],
)
def test_done_with_courtesies_a_signature_and_a_quote_is_taken_at_once(world: World, typed: str) -> None:
    (reference,), reminder = reminded(world)
    assert "Marked as done" in world.person("school").says(typed, replying_to=reminder)
    assert stored(world, reference).state is ActionState.DONE_CLAIMED
    world.person("school").presses("Undo")
    assert stored(world, reference).state is ActionState.ACKNOWLEDGED


def test_whatever_is_more_than_the_word_is_proposed(world: World) -> None:
    (reference,), reminder = reminded(world)
    for typed in ("It's done", "Actioned", "dnoe", "Done thanks Jo", "Done\nThanks\nMum signed it"):
        assert "Mark as done: check a record flag?" in world.person("school").says(typed, replying_to=reminder)
        assert stored(world, reference).state is ActionState.OPEN


def test_not_done_and_partly_change_nothing_and_offer_what_helps(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam = world.person("school")
    plain = sam.says("not yet sorry", replying_to=reminder)
    assert "It stays on your list: check a record flag" in plain
    assert "Yes, keep it as a note" not in plain.buttons
    assert {"I need more time", "It is blocked"} <= plain.buttons.keys()
    partly = sam.says("letter sent but Canaryname's mum hasn't replied", replying_to=reminder)
    assert "Shall I keep what you wrote" in partly
    assert "Canaryname" not in partly.text
    assert stored(world, reference).why is None  # only if they confirm
    assert "Your note is kept in the tracker" in sam.presses("Yes, keep it as a note")
    assert "Your note is kept in the tracker" in sam.presses("Yes, keep it as a note", on=partly)
    assert words(stored(world, reference).why) == "letter sent but Canaryname's mum hasn't replied"
    sam.says("Half of it is finished now", replying_to=reminder)
    sam.presses("Yes, keep it as a note")
    assert str(words(stored(world, reference).why)).endswith("hasn't replied\nHalf of it is finished now")
    assert stored(world, reference).state is ActionState.OPEN
    sam.says("done")
    assert "how" not in sam.presses("Yes, keep it as a note", on=partly).text.lower().split("\n")[0]


DAYS = {
    "Need til 12/6": "Friday 12 June 2026",
    "by Friday week please": "Friday 19 June 2026",
    "can we say the end of June?": "Tuesday 30 June 2026",
    "COB Thurs": "Thursday 11 June 2026",
    "I'll need another fortnight": "Wednesday 24 June 2026",
    "not until the 22nd I'm afraid": "Monday 22 June 2026",
}


def test_more_time_with_a_day_as_people_write_it(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam = world.person("school")
    for typed, day in DAYS.items():
        proposed = sam.says(typed, replying_to=reminder)
        assert f"Ask for more time, until {day}, to check a record flag?" in proposed
    assert f"asked for more time, until {day}" in sam.presses("Yes, ask for more time")
    assert f"asked for more time, until {day}" in sam.presses("Yes, ask for more time", on=proposed)
    assert str(stored(world, reference).asked_due_on) == "2026-06-22"


def test_more_time_without_a_day_opens_the_form_with_the_words_in_it(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam = world.person("school")
    asked = sam.says("We need more time please, Canaryname only moved here last week", replying_to=reminder)
    assert "Until when do you need to check a record flag?" in asked
    assert "Canaryname" not in asked.text
    sam.presses("Choose a day")
    assert "asked for more time, until Friday 19 June 2026" in sam.submits(until="Friday week")
    assert "Canaryname" in str(words(stored(world, reference).why))


def test_a_day_that_is_none_is_asked_for(world: World) -> None:
    _, reminder = reminded(world)
    for typed in ("Need till Friday 13th June", "need until 1 June", "after half term"):
        asked = world.person("school").says(typed, replying_to=reminder)
        assert "Until when do you need to check a record flag?" in asked


def test_not_mine_and_whose_it_is_kept_for_the_coordinator_alone(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam, cal = world.person("school"), world.person("coordinator")
    asked = sam.says("This is for the SENCO not me", replying_to=reminder)
    assert "Tell the coordinator that it is not for you to check a record flag?" in asked
    assert "SENCO" not in asked.text
    told = sam.presses("Yes, it is not mine")
    assert "The coordinator is told that this is not yours" in told
    assert "The coordinator is told that this is not yours" in sam.presses("Yes, it is not mine", on=asked)
    assert words(stored(world, reference).why) == "This is for the SENCO not me"
    world.tick()
    assert "SENCO" not in cal.hears_one().text
    assert stored(world, reference).state is ActionState.CONTESTED


def test_blocked_with_a_reason_is_one_press(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam = world.person("school")
    asked = sam.says("Blocked, no capacity here for Canaryname", replying_to=reminder)
    assert "Tell the coordinator that this is blocked: check a record flag?" in asked
    assert "Because: not enough people or time." in asked
    assert "Canaryname" not in asked.text
    assert "The coordinator is told that this is blocked" in sam.presses("Yes, it is blocked")
    action = stored(world, reference)
    assert (action.state, action.blocked_because) == (ActionState.BLOCKED, BlockedBecause.CAPACITY)
    assert words(action.why) == "Blocked, no capacity here for Canaryname"
    assert "The coordinator is told that this is blocked" in sam.presses("Yes, it is blocked", on=asked)
    assert "Check a record flag: blocked" in sam.says("stuck with this", replying_to=reminder)


def test_blocked_for_another_reason_or_none_opens_the_form(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam = world.person("school")
    sam.says("stuck because the printer is broken", replying_to=reminder)
    sam.presses("Say what stands in the way")
    sam.says("cancel")
    sam.says("waiting for the printer to be mended", replying_to=reminder)
    sam.presses("Another reason")
    assert "is told that this is blocked" in sam.submits(because="Not enough people or time")
    action = stored(world, reference)
    assert action.blocked_because is BlockedBecause.CAPACITY
    assert words(action.why) == "waiting for the printer to be mended"


def test_not_possible_asks_why_with_the_words_in_the_form(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam = world.person("school")
    sam.says("No longer on roll here since May", replying_to=reminder)
    sam.presses("Say why not")
    assert "not possible any more" in sam.submits(because="They do not live here any more")
    assert stored(world, reference).state is ActionState.NOT_POSSIBLE_CLAIMED
    assert words(stored(world, reference).why) == "No longer on roll here since May"


def test_seen_is_one_press_and_no_second(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam = world.person("school")
    asked = sam.says("ok will do", replying_to=reminder)
    assert "Tell the panel that you will check a record flag?" in asked
    assert stored(world, reference).state is ActionState.OPEN
    assert "Its owner said that they will do it" in sam.presses("Yes, I will do it")
    assert "Its owner said that they will do it" in sam.presses("Yes, I will do it", on=asked)
    again = sam.says("on it!", replying_to=reminder)
    assert "Yes, I will do it" not in again.buttons
    assert stored(world, reference).state is ActionState.ACKNOWLEDGED


def test_a_question_gets_the_action_and_its_buttons(world: World) -> None:
    _, reminder = reminded(world)
    told = world.person("school").says("Sorry what am I meant to do with this", replying_to=reminder)
    assert "The panel gave you this action: check a record flag" in told
    assert {"Done", "I need more time", "It is blocked", "Not mine"} <= told.buttons.keys()


NOT_UNDERSTOOD = (
    *("done?", "Well done everyone 👏", "done but also not really mine", "lol", "Done 🙄"),
    *("1. done 2. not mine 3. need more time", "Automatic reply: I am on annual leave until Monday 15 June."),
    "Canaryname was seen in the park again last night",
)


def test_what_is_not_understood_changes_nothing_and_shows_the_buttons(world: World) -> None:
    (reference,), reminder = reminded(world)
    for typed in NOT_UNDERSTOOD:
        asked = world.person("school").says(typed, replying_to=reminder)
        assert "I did not understand that, so nothing was changed" in asked
        assert "Canaryname" not in asked.text
        assert {"Done", "I need more time", "Not mine"} <= asked.buttons.keys()
    assert stored(world, reference).state is ActionState.OPEN
    with world.sessions() as session:
        assert session.query(Proposal).count() == 0


CHOICES = {
    "done": "This one is done",
    "done, all uploaded": "This one is done",
    "need until 12 June": "More time for this one",
    "not mine": "This one is not mine",
    "it's the GP's": "This one is not mine",
    "Blocked, no capacity": "This one is blocked",
    "will do": "I will do this one",
    "half of it is finished": "Keep my note with this one",
    "not yet": "Show me this one",
    "what is this?": "Show me this one",
    "lol": "Show me this one",
}


def test_in_reply_to_a_digest_it_is_asked_which(world: World) -> None:
    """Not even an exact "done" is taken at once."""
    both, digest = reminded(world, "check a record flag", "make a call")
    for typed, label in CHOICES.items():
        which = world.person("school").says(typed, replying_to=digest)
        assert "Which action do you mean?" in which
        assert label in which.buttons
    assert {stored(world, reference).state for reference in both} == {ActionState.OPEN}


def test_only_the_one_that_was_chosen_changes(world: World) -> None:
    both, digest = reminded(world, "check a record flag", "make a call")
    sam = world.person("school")
    for typed, then in (
        ("half of it is finished", "It stays on your list"),
        ("need until 12 June", "asked for more time, until Friday 12 June 2026"),
        ("done, all uploaded", "Marked as done"),
    ):
        sam.says(typed, replying_to=digest)
        assert then in sam.presses(CHOICES[typed])
    chosen, other = sorted((stored(world, one) for one in both), key=lambda action: -action.version)
    assert (chosen.state, other.state) == (ActionState.DONE_CLAIMED, ActionState.OPEN)
    assert words(chosen.outcome) == "all uploaded"
    assert other.version == 1


def test_a_proposal_is_stale_when_the_action_went_on(world: World) -> None:
    (reference,), reminder = reminded(world)
    sam = world.person("school")
    blocked = sam.says("Blocked, no capacity", replying_to=reminder)
    later = sam.says("we need more time for this one", replying_to=reminder)
    sam.says("done", replying_to=reminder)
    assert "Check a record flag: said done" in sam.presses("Yes, it is blocked", on=blocked)
    assert "Check a record flag: said done" in sam.presses("Choose a day", on=later)
    sam.says(f"undo {reference}")
    assert "Check a record flag: to do" in sam.presses("Yes, it is blocked", on=blocked)
    assert "Check a record flag: to do" in sam.presses("Choose a day", on=later)
    assert stored(world, reference).state is ActionState.ACKNOWLEDGED


def test_a_proposal_is_its_own_persons(world: World) -> None:
    (reference,), reminder = reminded(world)
    line = world.person("school").says("all finished", replying_to=reminder).line("Yes, mark it as done")
    other = world.person("charity")
    assert other.says(line).text == other.says("yes P-22222").text
    assert stored(world, reference).state is ActionState.OPEN


def test_with_nothing_open_words_change_nothing(world: World) -> None:
    sam = world.person("school")
    assert "You have no open action" in sam.says("need till Friday")
    assert "I did not understand that" in sam.says("thanks for this")
    assert "I did not understand that" in sam.says("what a day")
