"""Need to know: who knows the family reads nothing, and who must know in an emergency reads for an hour, reviewed."""

from storage.records import AuditEntry, Role
from tests.conversations.test_escalations import joins
from tests.integrations.web.signed_in import signed_in
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


def test_nobody_opens_a_case_again_to_themselves_and_others_hear_who_did_it_for_them(world: World) -> None:
    joins(world, "second", "Camden Council", Role.COORDINATOR)
    case, cal, second = a_case(world), world.person("coordinator"), world.person("second")
    cal.says(f"i know them {case}")
    refused = cal.says(f"lift {case}")
    assert "Somebody else has to lift it" in refused
    assert "another coordinator, or your deputy" in refused
    assert "this is closed to you" in signed_in(world, "coordinator").reads(f"/pages/read/{case}")
    world.tick()
    assert "knows the child or the family" in second.hears_one()
    cal.hears()
    assert "is open again" in second.says(f"lift {case}")
    assert "is open again" in second.says(f"lift {case}"), "twice is the same"
    assert "Zebra" in signed_in(world, "coordinator").reads(f"/pages/read/{case}")
    world.tick()
    for who in (cal, world.person("police")):
        told = who.hears_one()
        assert f"case {case} is open again to who knows the family" in told
        assert "Testperson" not in told.text
    assert second.hears() == [], "it was they who did it"


def test_each_who_says_that_they_know_the_family_is_told_of_and_so_is_who_says_it_again(world: World) -> None:
    case, cal = a_case(world), world.person("coordinator")
    for post in (SCHOOL, NURSE):
        an_action(world, post, "12 June 2026", about=case)
    for handle in ("school", "nurse"):
        world.person(handle).says(f"i know them {case}")
        world.moves_on(minutes=1)
        assert "knows the child or the family" in cal.hears_one()
    cal.says(f"lift {case}")
    world.person("school").says(f"i know them {case}")
    world.moves_on(minutes=1)
    assert "knows the child or the family" in cal.hears_one()


def test_who_knows_the_family_neither_reads_nor_reviews_an_emergency(world: World) -> None:
    case, cal = a_case(world), world.person("coordinator")
    opens(world.person("nurse"), case)
    world.tick()
    told = cal.hears_one()
    cal.says(f"i know them {case}")
    page = f"/pages/read/{told.line('Read who and why').split()[-1]}"
    closed = signed_in(world, "coordinator").reads(page)
    assert "this is closed to you" in closed
    assert WORDS not in closed
    assert "this is closed to you" in cal.presses("I have reviewed it", on=told)
    assert WORDS in signed_in(world, "police").reads(page)


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


def test_a_form_that_is_refused_is_written_down_with_the_case_it_was_about(world: World) -> None:
    """Or who looks for a protected child, form by form, would be in nobody's access log."""
    case, nowhere, cal = a_case(world), "C-7K2FS", world.person("coordinator")
    cal.says(f"protect {case}")
    for reference in (case, nowhere):
        opens(world.person("nurse"), reference)
        with world.sessions() as session:
            asked = session.query(AuditEntry).filter_by(result="refused", about=reference)
            assert [one.what for one in asked] == ["NotFound"]
    log = signed_in(world, "coordinator").reads("/pages/access")
    assert f"Ngozi Testperson: asked for what is not theirs or not there, {case} (refused)" in log
