"""Who sent a referral, and who worked on its case, hear what came of it: no more than they may know, and once."""

from bot.kit.references import find_reference
from tests.conversations.test_own_pages import a_referral
from tests.conversations.test_referral import fill_up_to_review
from tests.making import an_action
from tests.planting import opens
from tests.surfaces import Heard
from tests.world import World

SCHOOL, CHARITY = "Safeguarding lead, Hollow Oak School", "Youth worker, Streetwise"
PLAN = "It was discussed and there is a plan"


def taken(world: World) -> tuple[str, str]:
    """A referral by the charity, taken up, and its case."""
    reference, cal = a_referral(world), world.person("coordinator")
    cal.says(f"take {reference}")
    case = cal.says(f"open case {reference}").line("Read it on your page").split()[-1]
    world.tick()
    for handle in ("coordinator", "charity"):
        world.person(handle).hears()
    return reference, case


def due(world: World) -> list[Heard]:
    return [one for one in world.person("coordinator").hears() if "for a word from you" in one]


def test_who_sent_it_and_who_worked_on_it_hear_it_once_when_the_case_is_closed(world: World) -> None:
    reference, case = taken(world)
    an_action(world, SCHOOL, "30 June 2026", about=case)
    an_action(world, CHARITY, "30 June 2026", about=case)  # a post of whoever sent it
    cal, ann, sam = (world.person(one) for one in ("coordinator", "charity", "school"))
    cal.says(f"close case {case}")
    world.moves_on(working_days=1)
    (asked,) = due(world)
    assert f"{reference}: its case is closed, or something was done about it." in asked
    card = cal.presses("Tell them", on=asked)
    assert "Nobody has checked who sent it" not in card
    sam.hears(), ann.hears()
    world.moves_on(working_days=1)
    assert ann.hears() == sam.hears() == []  # nothing is told before a person has said so
    assert f"{PLAN}. Whoever had an action" in cal.presses(PLAN, on=card)
    assert f"{PLAN}. Whoever had an action" in cal.presses("It is closed: nothing more is planned", on=card)
    world.tick()
    told = ann.hears_one()
    assert f"Referral {reference}: it was discussed and there is a plan" in told
    assert case not in told
    read = sam.hears_one()
    assert "It stays with the panel" in read
    assert reference not in read
    for who in (ann, cal):
        stands = who.says(f"referral {reference}")
        assert f"Referral {reference}: finished" in stands
        assert f"What came of it: {PLAN}" in stands
        assert "Decision by" not in stands
    assert f"{PLAN}. Whoever" in cal.says(f"feedback {reference}")
    world.moves_on(working_days=3)
    assert ann.hears() == []
    assert due(world) == []


def test_it_is_asked_for_when_something_was_done_and_not_before(world: World) -> None:
    reference, case = taken(world)
    action = an_action(world, SCHOOL, "30 June 2026", about=case)
    world.moves_on(working_days=4)
    assert due(world) == []
    world.person("school").says(f"done {action}")
    world.person("coordinator").says(f"confirm {action}")
    world.moves_on(working_days=1)
    (asked,) = due(world)
    assert reference in asked
    world.moves_on(working_days=3)
    assert due(world) == []  # asked once


def test_what_nobody_took_up_for_two_working_days_is_listed_in_one_message_until_somebody_does(world: World) -> None:
    first, second = a_referral(world), a_referral(world)
    world.moves_on(working_days=1)
    assert due(world) == []
    world.moves_on(working_days=1)
    (listed,) = due(world)
    assert "2 things wait for you" in listed
    assert f"{first}: nobody has taken it up since Tuesday 9 June 2026" in listed
    assert "Canary" not in listed.text
    cal = world.person("coordinator")
    cal.says(f"take {second}")
    world.moves_on(working_days=1)
    (listed,) = due(world)
    assert second not in listed
    cal.says(f"take {first}")
    world.moves_on(working_days=1)
    assert due(world) == []


def test_nobody_else_can_say_it_nor_at_an_older_version(world: World) -> None:
    reference = a_referral(world)
    cal, sam, bo, ann = (world.person(one) for one in ("coordinator", "school", "bromley", "charity"))
    assert "Your post does not let you" in sam.says(f"feedback {reference}")
    assert bo.says(f"feedback {reference}").text == bo.says("feedback R-22222").text
    card = cal.says(f"feedback {reference}")
    cal.says(f"take {reference}")
    assert "What came of referral" in cal.presses(PLAN, on=card)  # it was taken up since: look again
    world.tick()
    assert "is being looked at" in ann.hears_one()
    assert "being looked at" in cal.says(f"referral {reference}")


def test_of_somebody_whom_nobody_has_checked_the_coordinator_reads_that_first(world: World) -> None:
    stranger, cal = world.person("stranger"), world.person("coordinator")
    opens(stranger, "refer")
    fill_up_to_review(stranger)
    reference = find_reference(stranger.submits().text)
    card = cal.says(f"feedback {reference}")
    assert "Nobody has checked who sent it" in card
    cal.presses("It was passed to another service", on=card)
    world.tick()
    assert "it was passed to another service" in stranger.hears_one()
    assert "finished" in cal.says(f"referral {reference}")
