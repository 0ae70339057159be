"""Need to know: who knows the family reads nothing, and who must know in an emergency reads for an hour, reviewed."""

from tests.making import a_case, an_action
from tests.world import Someone, World

SCHOOL, NURSE = "Safeguarding lead, Hollow Oak School", "Named nurse, Thames Gate NHS Trust"
HIDDEN = "I cannot show anything with that reference"
WORDS = "The child is missing and the carer phoned us just now."


def opens(who: Someone, case: str, words: str = WORDS) -> str:
    who.says(f"emergency {case}")
    who.presses("Use the form instead")
    return who.submits(reason="child safety now", words=words).text


def test_somebody_who_knows_the_family_says_so_and_the_coordinator_hears_without_a_name(world: World) -> None:
    case = a_case(world)
    reference = an_action(world, SCHOOL, "12 June 2026", about=case)
    sam, cal = world.person("school"), world.person("coordinator")
    assert f"Case {case} is closed to you" in sam.says(f"i know them {reference}")
    assert f"Case {case} is closed to you" in sam.says(f"i know them {reference}"), "twice is the same"
    world.tick()
    told = cal.hears_one()
    assert "knows the child or the family" in told
    assert "Sam" not in told.text
    assert f"Case {case} is open again" in cal.says(f"lift {case}").text.replace("is open again to", "is open again")


def test_only_who_has_something_to_do_about_a_case_can_say_that_they_know_the_family(world: World) -> None:
    case = a_case(world)
    for handle in ("nurse", "police", "islington"):
        assert HIDDEN in world.person(handle).says(f"i know them {case}")


def test_in_an_emergency_a_case_opens_and_two_posts_hear_of_it_at_once(world: World) -> None:
    """TRUST.md T-53."""
    case, nurse = a_case(world), world.person("nurse")
    opened = opens(nurse, case)
    assert f"Case {case} is open to you until Tuesday 9 June 2026, 10:30am" in opened
    assert "One of them reviews it by Tuesday 16 June 2026" in opened
    assert WORDS not in opened
    world.tick()
    for handle in ("coordinator", "police"):
        told = world.person(handle).hears_one()
        assert f"review by Tuesday 16 June 2026 why case {case} was opened" in told
        assert "Ngozi" not in told.text
        assert "missing" not in told.text
        assert {"Read who and why", "I have reviewed it"} <= set(told.buttons)


def test_the_review_is_chased_until_somebody_has_done_it(world: World) -> None:
    """TRUST.md T-53."""
    case, nurse, cal = a_case(world), world.person("nurse"), world.person("coordinator")
    opens(nurse, case)
    world.tick()
    first = cal.hears_one()
    world.moves_on(working_days=4)
    assert cal.hears() == []
    world.moves_on(working_days=1)
    assert "review by" in cal.hears_one()
    world.moves_on(working_days=1)
    late = cal.hears_one()
    assert "This review is late" in late
    reviewed = cal.presses("I have reviewed it", on=first)
    assert "is reviewed" in reviewed
    world.moves_on(working_days=1)
    assert cal.hears() == []
    assert world.person("police").hears() != [], "what they had before"


def test_nobody_reviews_what_they_opened_themselves(world: World) -> None:
    """TRUST.md T-53."""
    case, pat = a_case(world), world.person("police")
    opens(pat, case)
    world.tick()
    told = pat.hears_one()
    assert "Somebody else has to review what you opened" in pat.presses("I have reviewed it", on=told)


def test_a_reason_of_a_few_letters_opens_nothing(world: World) -> None:
    """TRUST.md T-53."""
    case, nurse = a_case(world), world.person("nurse")
    nurse.says(f"emergency {case}")
    nurse.presses("Use the form instead")
    again = nurse.submits(reason="child safety now", words="urgent")
    assert list(again.errors) == ["words"]
    world.tick()
    assert world.person("coordinator").hears() == []


def test_what_is_protected_or_elsewhere_or_nowhere_does_not_open(world: World) -> None:
    case = a_case(world)
    assert HIDDEN in opens(world.person("bromley"), case)
    world.person("coordinator").says(f"protect {case}")
    for reference in (case, "C-7K2FS"):
        assert HIDDEN in opens(world.person("nurse"), reference)
    world.tick()
    assert world.person("police").hears() == []
