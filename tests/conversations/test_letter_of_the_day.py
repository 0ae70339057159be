"""Whatever waits for somebody comes in the one letter of their day; what is urgent comes beside it, at once."""

from datetime import date

import pytest
from sqlalchemy import select, update

from storage.records import Flag, Holding, Post
from tests.conversations.test_flags import confirms
from tests.conversations.test_need_to_know import opens as breaks_the_glass
from tests.making import a_case, a_flag, an_action, an_agreement, an_escalation
from tests.planting import opens
from tests.surfaces import Heard
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"
URGENT = "Urgent: reminded until it is taken on"
ASKED_ON_TUESDAY = "30 June 2026"  # so that it is reminded of on Tuesday 16 June, and not on Monday


def quiet(world: World, *handles: str) -> None:
    world.tick()
    for handle in handles:
        world.person(handle).hears()


def comes_at(world: World, handle: str, at: str) -> None:
    opens(world.person(handle), "reminder time")
    world.person(handle).submits(at=at)


def waiting(world: World) -> tuple[str, str]:
    """It is Monday 15 June.  Reminded of on Tuesday: an action, due the day after, and a flag, for the end of June."""
    flag = a_flag(world, a_case(world), SCHOOL, by=ASKED_ON_TUESDAY)
    action = an_action(world, SCHOOL, "17 June 2026")
    world.moves_on(working_days=4)
    quiet(world, "school")
    return action, flag


def order(letter: Heard, *words: str) -> list[str]:
    return sorted(words, key=letter.text.index)


def test_an_action_and_a_flag_are_one_letter_the_most_pressing_first(world: World) -> None:
    action, flag = waiting(world)
    world.moves_on(working_days=1)
    sam = world.person("school")
    letter = sam.hears_one()
    assert letter.text.startswith("2 things wait for you")
    assert "Camden: check a record flag by Wednesday 17 June 2026" in letter
    assert "Camden: put a flag on your record by Tuesday 30 June 2026" in letter
    assert order(letter, f"Flag {flag}.", f"Action {action}.") == [f"Action {action}.", f"Flag {flag}."]
    assert letter.line("Done") == f"done {action} @1"
    assert letter.line("It is on") == f"flag is on {flag} @1"
    assert letter.text.count("You get this because you answer for: Safeguarding lead, Hollow Oak School.") == 1
    for _ in range(3):
        world.moves_on(hours=2)
    assert sam.hears() == []


def test_what_is_done_leaves_the_letter_where_it_stands(world: World) -> None:
    action, flag = waiting(world)
    world.moves_on(working_days=1)
    sam = world.person("school")
    letter = sam.hears_one()
    sam.presses("Done", on=letter)
    world.moves_on(minutes=1)
    now = sam.sees_now(letter)
    assert action not in now.text
    assert f"Flag {flag}." in now
    confirms(sam, flag)
    world.moves_on(minutes=1)
    assert "This has changed since" in sam.sees_now(letter)


@pytest.mark.parametrize("done", [("action",), ("flag",), ("action", "flag")])
def test_what_is_done_before_the_hour_is_not_in_it_and_an_empty_letter_is_not_sent(
    world: World, done: tuple[str, ...]
) -> None:
    action, flag = waiting(world)
    world.moves_on(hours=22)  # half past seven: it is owed
    sam = world.person("school")
    if "action" in done:
        sam.says(f"done {action}")
    if "flag" in done:
        confirms(sam, flag)
    world.moves_on(hours=2)
    heard = sam.hears()
    told = {"action": f"Action {action}.", "flag": f"Flag {flag}."}
    said = [words for what, words in told.items() if what not in done]
    assert len(heard) == len(said)
    assert all(words in heard[0] and "things wait" not in heard[0] for words in said), "one thing is its own letter"


def test_it_comes_at_the_time_that_was_chosen_whatever_is_in_it(world: World) -> None:
    waiting(world)
    comes_at(world, "school", "2pm")
    world.moves_on(working_days=1)
    assert world.person("school").hears() == []
    world.moves_on(hours=4, minutes=31)
    assert "2 things wait for you" in world.person("school").hears_one()


def test_what_comes_later_that_day_waits_for_the_next_letter(world: World) -> None:
    """Who has been chased by their coordinator this morning has had the letter of the day; but not what is due by the
    next one.
    """
    action, flag = waiting(world)
    an_action(world, SCHOOL, "26 June 2026", verb="make a call")
    quiet(world, "school")
    world.moves_on(hours=23, minutes=35)
    chased = world.person("coordinator").says("chase now")
    assert f"{SCHOOL}: 2 not taken on" in chased
    world.moves_on(minutes=5)
    assert world.person("school").hears() == [], "before half past nine nobody has a letter of the day"
    world.moves_on(minutes=20)
    letter = world.person("school").hears_one()
    assert letter.text.startswith("3 things wait for you")
    assert letter.text.count(f"Action {action}.") == 1
    other = a_flag(world, a_case(world), SCHOOL, by=ASKED_ON_TUESDAY)
    quiet(world, "school")
    with world.sessions.begin() as session:
        session.execute(update(Flag).where(Flag.reference == other).values(asked_on=date(2026, 6, 9)))
    world.moves_on(minutes=1)
    assert world.person("school").hears() == []
    world.moves_on(working_days=1)
    later = world.person("school").hears_one()
    assert f"Flag {other}." in later
    assert flag not in later.text


def test_what_is_urgent_comes_beside_it_and_at_once(world: World) -> None:
    """Whatever time was chosen: one letter of what is urgent, and the letter of the day."""
    waiting(world)
    comes_at(world, "school", "2pm")
    urgent = [an_action(world, SCHOOL, "30 June 2026", verb=verb, priority=URGENT) for verb in ("make a call",) * 2]
    quiet(world, "school")
    world.moves_on(working_days=1)
    sam = world.person("school")
    letter = sam.hears_one()
    assert letter.text.startswith("2 urgent things wait for you")
    assert letter.text.count("This is urgent: tell us that you will do it.") == 2
    assert all(f"Action {one}." in letter for one in urgent)
    world.moves_on(hours=4, minutes=31)
    later = sam.hears_one()
    assert later.text.startswith("2 things wait for you")
    assert not any(one in later.text for one in urgent)


def test_what_is_taken_on_before_the_hour_is_not_asked_again(world: World) -> None:
    urgent = an_action(world, SCHOOL, "30 June 2026", priority=URGENT)
    quiet(world, "school")
    world.moves_on(hours=22)
    world.person("school").says(f"accept {urgent}")
    world.moves_on(hours=2)
    assert world.person("school").hears() == []


def test_what_a_coordinator_is_waited_for_is_one_letter(world: World) -> None:
    """On Tuesday 16 June: an emergency to review by then, an agreement to review within a week, an action that is late,
    a post that ends.
    """
    an_agreement(world, "Hollow Oak School", review_on="23 June 2026")
    case = a_case(world)
    breaks_the_glass(world.person("nurse"), case)
    quiet(world, "coordinator")
    world.moves_on(working_days=4)
    quiet(world, "coordinator")
    with world.sessions.begin() as session:
        school = select(Post.id).where(Post.title == "Safeguarding lead").scalar_subquery()
        session.execute(update(Holding).where(Holding.post_id == school).values(until_day=date(2026, 6, 29)))
    world.moves_on(working_days=1)
    letter = world.person("coordinator").hears_one()
    assert letter.text.startswith("3 things wait for you")
    emergency, agreement = f"review by Tuesday 16 June 2026 why case {case} was opened", "review a sharing agreement by"
    ending = "a post needs a new holder by Monday 29 June 2026"
    assert order(letter, ending, agreement, emergency) == [emergency, agreement, ending]
    assert {"I have reviewed it", "Renew it", "Hand it over"} <= set(letter.buttons)
    chair = world.person("police").hears()
    assert [emergency in one for one in chair][-1], "to the chair it is the only thing"
    assert "things wait" not in chair[-1]


def test_an_emergency_is_told_at_once_and_only_its_review_waits_for_the_letter(world: World) -> None:
    comes_at(world, "coordinator", "2pm")
    case = a_case(world)
    breaks_the_glass(world.person("nurse"), case)
    world.tick()
    assert case in world.person("coordinator").hears_one()
    world.moves_on(working_days=5)
    assert world.person("coordinator").hears() == []
    world.moves_on(hours=5)
    assert f"review by Tuesday 16 June 2026 why case {case} was opened" in world.person("coordinator").hears_one()


def test_who_is_chased_instead_of_the_owner_has_it_in_their_letter(world: World) -> None:
    """An action with an open escalation is not in its owner's letter, but in that of who has to settle it."""
    action = an_action(world, NURSE, "17 June 2026")
    escalation = an_escalation(world, action)
    world.person("coordinator").says(f"climb {escalation}")
    other = an_action(world, "Police co-chair, Police", "17 June 2026", verb="make a call")
    quiet(world, "nurse", "police")
    world.moves_on(working_days=5)
    assert not any(f"Action {action}." in one for one in world.person("nurse").hears())
    (letter,) = [one for one in world.person("police").hears() if "things wait" in one]
    assert "Camden: check a record flag waits for you to settle it" in letter
    assert f"Action {other}." in letter
    assert letter.line("Say how it was settled") == f"settle {escalation} @2"


def test_where_somebody_was_at_risk_it_does_not_wait_for_the_hour(world: World) -> None:
    comes_at(world, "police", "2pm")
    action, sam = an_action(world, SCHOOL, "12 June 2026"), world.person("school")
    sam.says(f"escalate now {action}")
    sam.presses("Use the form instead")
    sam.submits(start="3", reason="not_at_table")
    quiet(world, "police")
    world.moves_on(working_days=2)  # by which it was to be settled
    assert "It is to be settled by Thursday 11 June 2026. If it is not, " in world.person("police").hears_one()
    world.moves_on(working_days=1)
    late = world.person("police").hears_one()
    assert "It was to be settled by Thursday 11 June 2026. If nobody settles it, " in late


def test_after_days_off_what_waited_and_what_is_new_are_one_letter_at_half_past_nine(world: World) -> None:
    waiting(world)
    sam = world.person("school")
    an_action(world, SCHOOL, "18 June 2026", verb="make a call")  # is reminded of on Wednesday
    quiet(world, "school")
    opens(sam, "days off")
    sam.submits(first="16 June 2026", last="16 June 2026")
    world.moves_on(working_days=1)
    assert sam.hears() == []
    world.moves_on(hours=23, minutes=45)  # a quarter past nine
    assert sam.hears() == []
    world.moves_on(minutes=15)
    assert sam.hears_one().text.startswith("3 things wait for you")


def test_done_said_to_a_letter_about_several_things_is_asked_about(world: World) -> None:
    action, _ = waiting(world)
    world.moves_on(working_days=1)
    sam = world.person("school")
    letter = sam.hears_one()
    assert "Yes, mark it as done" in sam.says("done", replying_to=letter).buttons, "it may mean the flag"
    assert "to do" in sam.says(f"action {action}")
    assert "Undo" in sam.says(f"done {action}", replying_to=letter).buttons


def test_it_is_a_letter_for_one_person_and_each_has_their_own(world: World) -> None:
    a_flag(world, a_case(world), NURSE, by=ASKED_ON_TUESDAY)
    waiting(world)
    quiet(world, "nurse")
    world.moves_on(working_days=1)
    assert "2 things wait for you" in world.person("school").hears_one()
    assert "put a flag on your record" in world.person("nurse").hears_one()
