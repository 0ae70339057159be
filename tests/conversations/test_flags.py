"""Flags on agencies' own records: asked for, confirmed, changed, and taken off again (review, paragraphs 126-127)."""

from sqlalchemy import select

from storage.levels import unsealed
from storage.records import Flag
from tests.cast import add_lead
from tests.conversations.test_agreements import reads
from tests.conversations.test_cases import codeword
from tests.integrations.web.signed_in import signed_in
from tests.making import a_case, a_flag, an_action, an_agreement
from tests.surfaces import Heard
from tests.world import Someone, World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"
YOUTH_WORKER, POLICE = "Youth worker, Streetwise", "Police co-chair, Police"
HIDDEN = "I cannot show anything with that reference"
BY = "by Friday 12 June 2026"


def flag_of(world: World, agency: str) -> Flag:
    with world.sessions() as session:
        return next(one for one in session.scalars(select(Flag)) if one.agency.name == agency)


def opens(who: Someone, line: str) -> Heard:
    who.says(line)
    return who.presses("Use the form instead")


def confirms(who: Someone, reference: str, place: str = "") -> Heard:
    opens(who, f"flag is on {reference}")
    return who.submits(systems=["school", "other"], placed_on="today", place=place)


def a_held_flag(world: World, case: str) -> str:
    """On the school's record."""
    reference = a_flag(world, case, SCHOOL)
    world.tick()
    world.person("school").hears()
    assert f"Flag {reference}: on the record" in confirms(world.person("school"), reference)
    return reference


def texts(world: World, handle: str) -> str:
    return "\n".join(one.text for one in world.person(handle).hears())


# --- asked, confirmed, declined ---------------------------------------------------------------------------------------


def test_agencies_are_asked_and_say_where_it_stands(world: World) -> None:
    case, cal, sam = a_case(world), world.person("coordinator"), world.person("school")
    opens(cal, f"ask for flag {case}")
    asked = cal.submits(posts=[NURSE, SCHOOL], says=["phone", "missing"], by="12 June 2026")
    assert f"Asked for a flag {BY}" in asked
    assert "Hollow Oak School; Thames Gate NHS Trust" in asked
    world.tick()
    told, nurses = sam.hears_one(), world.person("nurse").hears_one()
    reference = flag_of(world, "Hollow Oak School").reference
    assert f"Camden: put a flag on your record {BY}" in told
    assert f"{codeword(told)}. Flag {reference}." in told
    assert codeword(told) != codeword(nurses)
    assert "Canaryname" not in told.text
    assert "phone the coordinator" not in told.text, "what it should say is no push"

    sam.presses("What should it say?", on=told)
    assert "Known to the MACE panel: phone the coordinator before you decide" in sam.front
    assert "If missing: tell the police" in sam.front
    assert "Zebra Canaryname" in signed_in(world, "school").reads(f"/pages/who/{reference}")

    sam.presses("It is on", on=told)
    sam.presses("Use the form instead") if "Use the form instead" in sam.front.buttons else None
    done = sam.submits(systems=["school"], placed_on="today", place="Canaryfile, page 3")
    assert f"Flag {reference}: on the record" in done
    assert "A school or college record" in done
    assert "Tuesday 9 June 2026" in done
    assert "Canaryfile" not in done.text
    for handle in ("school", "coordinator"):
        assert "Canaryfile, page 3" in reads(world, handle, reference)
    kept = flag_of(world, "Hollow Oak School")
    assert (kept.state, kept.systems, kept.place and unsealed(kept.place)) == (
        "confirmed",
        ["school"],
        "Canaryfile, page 3",
    )


def test_what_waits_is_beside_everything_else_that_is_open(world: World) -> None:
    case, sam = a_case(world), world.person("school")
    action, reference = an_action(world, SCHOOL, "11 June 2026"), a_flag(world, case, SCHOOL)
    mine = sam.says("mine")
    assert action in mine
    assert f"Camden: put a flag on your record, {reference}, {BY}" in mine
    assert f"Flag {reference}: asked for, not confirmed yet" in sam.presses("See it", on=mine)
    assert f"/pages/read/{reference}" in str(signed_in(world, "school").opens("/pages").text)
    confirms(sam, reference)
    assert reference not in sam.says("mine").text
    assert reference not in world.person("nurse").says("mine").text


def test_a_day_to_come_is_no_day_on_which_it_was_put_on(world: World) -> None:
    reference = a_flag(world, a_case(world), SCHOOL)
    sam = world.person("school")
    opens(sam, f"flag is on {reference}")
    page = sam.submits(systems=["school"], placed_on="1 July 2026")
    assert "today or earlier" in str(page.errors)
    assert flag_of(world, "Hollow Oak School").state == "asked"


def test_an_agency_that_cannot_says_why_and_the_coordinator_decides(world: World) -> None:
    reference, cal, sam = a_flag(world, a_case(world), SCHOOL), world.person("coordinator"), world.person("school")
    world.tick()
    told = sam.hears_one()
    sam.presses("We cannot put it on", on=told)
    assert f"Flag {reference}: declined" in sam.submits(declined="no record")
    world.tick()
    heard = cal.hears_one()
    assert "Camden: an agency cannot put a flag on its record" in heard
    assert "Hollow Oak" not in heard.text
    seen = cal.presses("See who, and why", on=heard)
    assert "Hollow Oak School" in seen
    assert "We have no record of this child" in seen
    world.moves_on(working_days=12)
    assert reference not in texts(world, "school"), "nobody is reminded of what they declined"

    opens(cal, seen.line("Ask again"))
    assert "Hollow Oak School" in cal.submits(posts=[SCHOOL], says=["contact"], by="30 June 2026")
    world.tick()
    assert "put a flag on your record by Tuesday 30 June 2026" in sam.hears_one()
    assert f"Flag {reference}: on the record" in confirms(sam, reference)
    assert "This has changed since" in cal.sees_now(heard)


def test_an_agency_is_asked_once_for_each_case(world: World) -> None:
    case, cal = a_case(world), world.person("coordinator")
    reference = a_flag(world, case, SCHOOL)
    opens(cal, f"ask for flag {case}")
    again = cal.submits(posts=[SCHOOL, NURSE], says=["contact"], by="30 June 2026")
    assert "Asked for a flag by Tuesday 30 June 2026" in again
    assert "Asked before, and left as it was: Hollow Oak School" in again
    assert flag_of(world, "Hollow Oak School").reference == reference
    assert flag_of(world, "Hollow Oak School").says == ["phone"]
    world.tick()
    assert BY in world.person("school").hears_one()


def test_a_second_press_and_an_old_button_change_nothing(world: World) -> None:
    reference, sam = a_flag(world, a_case(world), SCHOOL), world.person("school")
    world.tick()
    told = sam.hears_one()
    confirms(sam, reference)
    world.tick()
    assert "This has changed since" in sam.sees_now(told), "the card says so where it stands"
    for label in ("It is on", "We cannot put it on"):
        assert f"Flag {reference}: on the record" in sam.presses(label, on=told)
    world.tick()
    assert texts(world, "coordinator") == ""
    world.person("coordinator").says(f"remove flags {reference}")
    world.tick()
    off = sam.hears_one()
    for _ in range(2):
        gone = sam.presses("It is off", on=off)
        assert f"Flag {reference}: taken off the record" in gone
        assert "Was on: A school or college record" in gone
        assert "Since" not in gone.text
    assert f"Flag {reference}: taken off the record" in sam.presses("It was never on", on=off)
    assert f"Flag {reference}: taken off the record" in sam.says(f"flag is off {reference}")


# --- reminders --------------------------------------------------------------------------------------------------------


def test_every_fifth_working_day_until_it_is_confirmed(world: World) -> None:
    reference, sam = a_flag(world, a_case(world), SCHOOL, by="19 June 2026"), world.person("school")
    world.tick()
    sam.hears_one()
    world.moves_on(working_days=4)
    assert sam.hears() == []
    world.moves_on(working_days=1)
    assert "put a flag on your record by Friday 19 June 2026" in sam.hears_one()
    world.moves_on(hours=2)
    assert sam.hears() == [], "once"
    world.moves_on(working_days=4)
    assert sam.hears() == []
    world.moves_on(working_days=1)
    late = sam.hears_one()
    assert "put a flag on your record. It was due by Friday 19 June 2026" in late
    confirms(sam, reference)
    world.moves_on(working_days=10)
    assert sam.hears() == []


def test_done_is_taken_for_no_action_while_a_flag_waits_as_well(world: World) -> None:
    action, sam = an_action(world, SCHOOL, "12 June 2026"), world.person("school")
    reference = a_flag(world, a_case(world), SCHOOL)
    world.tick()
    flagged = next(one for one in sam.hears() if reference in one)
    assert "Yes, mark it as done" in sam.says("done").buttons, "asked, and not taken"
    assert "Yes, mark it as done" not in sam.says("done", replying_to=flagged).buttons
    assert action in sam.says("mine")
    confirms(sam, reference)
    assert "Undo" in sam.says("done").buttons


def test_several_reminders_are_one_message(world: World) -> None:
    cases = [a_case(world) for _ in range(2)]
    first, second = (a_flag(world, case, SCHOOL) for case in cases)
    world.tick()
    sam = world.person("school")
    assert len(sam.hears()) == 2
    world.moves_on(working_days=5)
    digest = sam.hears_one()
    assert "2 things wait for you" in digest
    assert f"Flag {first}." in digest
    assert f"Flag {second}." in digest
    confirms(sam, first)
    world.tick()
    now = sam.sees_now(digest)
    assert first not in now.text
    assert second in now


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_an_agency_lists_its_own_and_a_coordinator_those_of_the_borough(world: World) -> None:
    case, cal = a_case(world), world.person("coordinator")
    mine = a_held_flag(world, case)
    other = a_flag(world, case, NURSE)
    sam = world.person("school").says("flags")
    assert "Flag we believe you hold: 1" in sam
    assert f"{codeword(sam)}. Flag {mine}. On the record, since Tuesday 9 June 2026" in sam
    assert other not in sam.text
    nurse = world.person("nurse").says("flags")
    assert other in nurse
    assert mine not in nurse.text
    everybody = cal.says("flags")
    assert "Flags on records: 2" in everybody
    assert "Not confirmed yet: 1" in everybody
    for words in ("Hollow Oak School, Camden", "Thames Gate NHS Trust, Camden", mine, other):
        assert words in everybody
    for handle in ("police", "islington", "bromley", "charity"):
        assert "There is no flag on a record" in world.person(handle).says("flags")
        assert HIDDEN in world.person(handle).says(f"flag {mine}")
        assert HIDDEN in world.person(handle).says(f"flag is on {mine}")


def test_who_may_not_take_a_step_is_refused(world: World) -> None:
    case, cal, sam = a_case(world), world.person("coordinator"), world.person("school")
    reference = a_flag(world, case, SCHOOL)
    for line in (f"ask for flag {case}", f"remove flags {reference}", f"flag news {case}", f"keep flags {case}"):
        assert "Your post does not let you" in sam.says(line)
        assert HIDDEN in world.person("bromley").says(line)
    assert f"Flag {reference}: asked for, not confirmed yet" in cal.says(f"flag is on {reference}")
    assert "Only the post it was given to can do that" in cal.says(f"flag is off {reference}")
    assert f"Flag {reference}: asked for" in sam.says(f"flag is off {reference}"), "it is not asked to be"
    opens(cal, f"ask for flag {case}")
    page = cal.submits(posts=[], says=["phone"], by="12 June 2026")
    assert "Choose at least one option" in str(page.errors)
    assert flag_of(world, "Hollow Oak School").state == "asked"


def test_the_page_lists_all_of_them_with_the_agencys_record_numbers(world: World) -> None:
    flags = [a_flag(world, a_case(world), SCHOOL) for _ in range(12)]
    sam = world.person("school")
    sam.says(f"record number {flags[3]}")
    sam.presses("Open the form")
    sam.submits(number="Canarynumber 4711")
    listed = sam.says("flags")
    assert "Flags you are asked for: 12" in listed
    assert "And 2 more, which are on the page" in listed
    assert sum(one in listed.text for one in flags) == 10
    assert "4711" not in listed.text
    page = signed_in(world, "school").reads("/pages/flags")
    assert all(f"Read {one}" in page for one in flags)
    assert page.count("Your record number: Canarynumber 4711") == 1
    assert "Read by Sam Testperson" in page
    assert "4711" in reads(world, "school", flags[3])
    run = signed_in(world, "coordinator").reads("/pages/flags")
    assert flags[3] in run
    assert "4711" not in run, "the number is the agency's own"


def test_a_protected_case_is_silent_and_only_who_answers_for_the_flag_reads_who_it_is(world: World) -> None:
    case, cal, sam = a_case(world), world.person("coordinator"), world.person("school")
    reference = a_flag(world, case, SCHOOL)
    world.tick()
    card = sam.hears_one()
    word = codeword(card)
    cal.says(f"protect {case}")
    world.moves_on(working_days=5)
    for seen in (sam.sees_now(card), sam.hears_one(), sam.says("flags"), sam.says(f"flag {reference}")):
        assert word not in seen.text
        assert reference in seen
    assert "Zebra Canaryname" in signed_in(world, "school").reads(f"/pages/who/{reference}")
    assert "Canaryname" not in signed_in(world, "police").opens(f"/pages/who/{reference}").text


def test_where_it_is_found_is_read_by_who_answers_for_it_and_the_coordinator_and_nobody_else(world: World) -> None:
    with world.sessions.begin() as session:
        add_lead(session, world.surface.platform.name, world.now)
    reference = a_flag(world, a_case(world), SCHOOL)
    opens(world.person("school"), f"flag is on {reference}")
    world.person("school").submits(systems=["school"], placed_on="today", place="Canaryfile, page 3")
    for handle in ("school", "coordinator"):
        assert "Where it is found Canaryfile, page 3" in reads(world, handle, reference)
    colleague = reads(world, "head", reference)
    assert "A school or college record" in colleague, "the rest is for all of the agency's posts there"
    assert "Canaryfile" not in colleague
    assert "Where it is found" not in colleague


def test_when_it_is_off_nobody_reads_who_it_was_about(world: World) -> None:
    reference, browser = a_held_flag(world, a_case(world)), signed_in(world, "school")
    assert "Zebra Canaryname" in browser.reads(f"/pages/who/{reference}")
    world.person("coordinator").says(f"remove flags {reference}")
    assert "Zebra Canaryname" in browser.reads(f"/pages/who/{reference}"), "to find it"
    world.person("school").says(f"flag is off {reference}")
    assert "Canaryname" not in browser.opens(f"/pages/who/{reference}").text


def test_who_knows_the_family_reads_none_of_it(world: World) -> None:
    case, sam = a_case(world), world.person("school")
    reference = a_flag(world, case, SCHOOL)
    assert f"Case {case} is closed to you" in sam.says(f"i know them {reference}")
    for line in (f"flag {reference}", f"flag is on {reference}", f"no flag {reference}"):
        assert "You said that you know the child or the family" in sam.says(line)
    assert "There is no flag on a record" in sam.says("flags")
    assert reference not in signed_in(world, "school").reads("/pages/flags")
    world.person("coordinator").says(f"lift {case}")
    assert reference in sam.says("flags")


def test_without_an_agreement_an_agency_reads_that_it_is_asked_and_not_what_it_should_say(world: World) -> None:
    an_agreement(world, "Police")
    case, cal, sam = a_case(world), world.person("coordinator"), world.person("school")
    opens(cal, f"ask for flag {case}")
    asked = cal.submits(posts=[SCHOOL], says=["phone"], by="12 June 2026")
    assert "No sharing agreement lets these read what it should say: Hollow Oak School" in asked
    world.tick()
    seen = sam.presses("What should it say?", on=sam.hears_one())
    assert "Your agency's sharing agreement needs review" in seen
    assert "phone the coordinator" not in seen.text
    an_agreement(world, "Hollow Oak School")
    assert "phone the coordinator" in sam.says(f"flag {flag_of(world, 'Hollow Oak School').reference}")


def test_one_post_of_an_agency_answers_for_its_flag(world: World) -> None:
    case, cal = a_case(world), world.person("coordinator")
    opens(cal, "add person")
    cal.submits(name="Nia Testperson", email="n@hollowoak.example")
    head = {"borough": "Camden", "agency": "Hollow Oak School", "title": "Head", "does": "agency_member", "seat": "no"}
    cal.submits(**head)
    opens(cal, f"ask for flag {case}")
    both = cal.submits(posts=[SCHOOL, "Head, Hollow Oak School"], says=["phone"], by="12 June 2026")
    assert "Choose one post for each agency" in both
    with world.sessions() as session:
        assert session.scalars(select(Flag)).all() == []
