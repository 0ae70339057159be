"""Details are taken out of chat again: when their time is up, and when they are no longer for their reader."""

from datetime import timedelta

from tests.conversations.test_leaving import SCHOOL, adds_until, hands_over
from tests.making import an_action
from tests.surfaces import Heard
from tests.world import World

NURSE = "Named nurse, Thames Gate NHS Trust"
GONE = "Details removed on"


def test_after_a_week_only_the_reference_is_left_and_a_button_that_asks_again(world: World) -> None:
    """TRUST.md T-44."""
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam = world.person("school")
    told = sam.says(f"action {reference}")
    assert "to do" in told
    world.moves_on(days=6, hours=23)
    assert sam.sees_now(told).text == told.text
    world.moves_on(hours=1)
    left = sam.sees_now(told)
    assert left.text.startswith(f"{GONE} Tuesday 16 June 2026")
    assert f"Reference {reference}." in left
    assert "to do" not in left
    assert "to do" in sam.presses("See how it stands", left)


def test_what_a_push_may_say_stays(world: World) -> None:
    an_action(world, SCHOOL, "12 June 2026")
    sam = world.person("school")
    told = sam.says("help")
    world.moves_on(days=40)
    assert sam.sees_now(told).text == told.text


def test_asked_for_again_it_has_its_week_again(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam = world.person("school")
    first = sam.says(f"action {reference}")
    world.moves_on(days=5)
    second = sam.says(f"action {reference}")
    world.moves_on(days=2)
    assert GONE in sam.sees_now(first)
    assert sam.sees_now(second).text == second.text


def test_t22_a_leaver_is_left_with_nothing_that_was_shown_in_chat(world: World) -> None:
    """TRUST.md T-22."""
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam, dee = world.person("school"), world.person("nurse")
    shown, others = [sam.says(f"action {reference}"), sam.says("mine")], dee.says("mine")
    hands_over(world, SCHOOL, "nia")
    world.moves_on(minutes=1)
    for one in shown:
        assert sam.sees_now(one).text.startswith(GONE)
    assert dee.sees_now(others).text == others.text
    assert "I do not know you yet" in sam.presses("What I have open", sam.sees_now(shown[1]))


def test_of_an_action_that_goes_to_another_post_the_old_owner_keeps_nothing(world: World) -> None:
    reference, other = an_action(world, SCHOOL, "12 June 2026"), an_action(world, SCHOOL, "12 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    told, kept = sam.says(f"action {reference}"), sam.says(f"action {other}")
    sam.says(f"not mine {reference}")
    cal.says(f"give {reference}")
    cal.presses("Use the form instead")
    cal.submits(owner=NURSE)
    world.moves_on(minutes=1)
    assert sam.sees_now(told).text.startswith(GONE)
    assert sam.sees_now(kept).text == kept.text


def test_t22_a_last_day_that_was_known_before_is_enough(world: World) -> None:
    nia = adds_until(world, (world.now + timedelta(days=2)).strftime("%-d %B %Y"))
    told: Heard = nia.says("mine")
    world.moves_on(days=2)
    assert nia.sees_now(told).text == told.text
    world.moves_on(days=1)
    assert nia.sees_now(told).text.startswith(GONE)
