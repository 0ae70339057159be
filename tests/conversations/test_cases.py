"""Which case it is, at a glance and without saying who: codewords, and the way to the page that says more."""

import re

from bot.kit.codewords import FIRST, SECOND
from tests.conversations.test_agenda import preview
from tests.conversations.test_own_pages import a_referral
from tests.making import a_case, a_meeting, an_action, an_item
from tests.surfaces import Heard
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"
CODEWORD = re.compile(rf"(?:{'|'.join(FIRST)}) (?:{'|'.join(SECOND)})")


def codeword(heard: Heard) -> str:
    found: set[str] = set(CODEWORD.findall(heard.text))
    assert len(found) == 1, heard.text
    return found.pop()


def test_a_referral_becomes_a_case_that_is_on_an_agenda_and_in_a_reminder(world: World) -> None:
    referral, cal = a_referral(world), world.person("coordinator")
    opened = cal.says(f"open case {referral}")
    assert "Canaryname" not in opened.text
    ours, case = codeword(opened), opened.line("Read it on your page").split()[-1]
    assert cal.says(f"open case {referral}").text == opened.text, "once"
    assert ours in cal.says("cases")
    a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)
    theirs = codeword(Heard(preview(world, "Hollow Oak School")))
    assert theirs != ours
    cal.presses("Send it to 5 people")
    world.tick()
    agenda = world.person("school").hears_one()
    assert f"Item 1: send information. {theirs}" in agenda
    assert theirs not in world.person("nurse").hears_one().text, "who is not asked reads only the number of items"


def test_a_reminder_says_place_verb_day_item_and_codeword_and_the_reference_last(world: World) -> None:
    case, _ = a_case(world), a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)
    reference = an_action(world, SCHOOL, "12 June 2026", about="Item 1, Friday 19 June 2026")
    world.tick()
    sam = world.person("school")
    given = sam.hears_one()
    theirs = codeword(given)
    assert f"Item 1, Friday 19 June 2026. {theirs}. Action {reference}." in given
    world.moves_on(working_days=2)
    reminder = sam.hears_one()
    assert "Camden: check a record flag by Friday 12 June 2026" in reminder
    assert f"Item 1, Friday 19 June 2026. {theirs}. Action {reference}." in reminder
    assert {"Done", "Who is this?"} < set(reminder.buttons)
    asked = sam.presses("Who is this?", on=reminder)
    assert "?." not in asked.text
    assert "Names may be read there" in asked
    assert "Canaryname" not in asked.text
    assert next(iter(asked.links.values())).startswith("https://bot.example/pages/in/")


def test_each_agency_knows_a_case_by_other_words(world: World) -> None:
    case = a_case(world)
    known_as = []
    for post, handle in ((NURSE, "nurse"), (SCHOOL, "school")):
        an_action(world, post, "12 June 2026", about=f"{case}")
        world.tick()
        known_as.append(codeword(world.person(handle).hears_one()))
    known_as.append(codeword(world.person("coordinator").says("cases")))
    assert len(set(known_as)) == 3


def test_an_action_that_changes_hands_changes_its_words(world: World) -> None:
    reference, cal = an_action(world, NURSE, "12 June 2026", about=a_case(world)), world.person("coordinator")
    world.tick()
    nurse = world.person("nurse")
    card = nurse.hears_one()
    cal.says(f"give {reference}")
    cal.presses("Use the form instead")
    cal.submits(owner=SCHOOL)
    world.tick()
    assert codeword(world.person("school").hears_one()) != codeword(card)
    assert not CODEWORD.search(nurse.sees_now(card).text)


def test_after_a_leak_everybody_reads_other_words_and_old_messages_change(world: World) -> None:
    case = a_case(world)
    an_action(world, SCHOOL, "12 June 2026", about=case)
    world.tick()
    sam, cal = world.person("school"), world.person("coordinator")
    card = sam.hears_one()
    before, ours = codeword(card), codeword(cal.says("cases"))
    changed = cal.says(f"change codewords {case}")
    assert codeword(changed) != ours
    world.tick()
    assert codeword(sam.sees_now(card)) != before
    assert sam.hears() == [], "nobody is sent a new one"


def test_a_protected_case_shows_neither_codeword_nor_item(world: World) -> None:
    case, _ = a_case(world), a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)
    reference = an_action(world, SCHOOL, "12 June 2026", about="Item 1, Friday 19 June 2026")
    world.tick()
    sam, cal = world.person("school"), world.person("coordinator")
    card = sam.hears_one()
    cal.says(f"protect {case}")
    world.tick()
    world.moves_on(working_days=2)
    for seen in (sam.sees_now(card), sam.hears_one()):
        assert not CODEWORD.search(seen.text)
        assert "Item 1" not in seen.text
        assert f"Action {reference}" in seen
        assert "Who is this?" in seen.buttons
    assert f"{case}, protected" in str(cal_options(world))
    cal.says(f"protect no longer {case}")
    world.tick()
    assert codeword(sam.sees_now(card))


def test_an_agenda_says_of_a_protected_case_neither_its_number_nor_what_is_asked(world: World) -> None:
    """TRUST.md 4.2: an item without a codeword, among others that have one, points at it."""
    case, _ = a_case(world), a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=a_case(world))
    an_item(world, ("Hollow Oak School",), verb="check your records", case=case)
    assert "Item 2: check your records" in preview(world, "Hollow Oak School")
    world.person("coordinator").presses("Send it to 5 people")
    world.tick()
    sam, cal = world.person("school"), world.person("coordinator")
    agenda = sam.hears_one()
    assert "Item 2: check your records" in agenda
    cal.says(f"protect {case}")
    world.tick()
    for seen in (sam.sees_now(agenda).text, preview(world, "Hollow Oak School")):
        assert "Item 1: send information" in seen
        assert "One more item: ask the coordinator" in seen
        assert "Item 2" not in seen
        assert "check your records" not in seen
    assert "One more item: ask the coordinator" not in preview(world, "Police")
    cal.says(f"protect no longer {case}")
    world.tick()
    assert "Item 2: check your records" in sam.sees_now(agenda)


def cal_options(world: World) -> object:
    cal = world.person("coordinator")
    cal.says("add item")
    return cal.presses("Use the form instead").options["case"]


def test_a_closed_case_is_not_offered_any_more(world: World) -> None:
    case, _ = a_case(world), a_meeting(world, items=0)
    cal = world.person("coordinator")
    assert case in str(cal_options(world))
    assert "is closed" in cal.says(f"close case {case}")
    assert case not in str(cal_options(world))
    assert "Somebody changed this" in cal.says(f"change codewords {case}")
    assert "is open again" in cal.says(f"open again {case}")
    assert case in str(cal_options(world))


def test_only_a_coordinator_of_that_borough_opens_and_changes_a_case(world: World) -> None:
    referral, case = a_referral(world), a_case(world)
    for handle in ("islington", "bromley"):
        other = world.person(handle)
        for line in ("change codewords", "protect", "close case"):
            assert "I cannot show anything with that reference" in other.says(f"{line} {case}")
        assert "I cannot show anything with that reference" in other.says(f"open case {referral}")
        assert "There is no open case" in other.says("cases")
    for handle in ("nurse", "charity", "police"):
        assert "Your post does not let you open and change cases" in world.person(handle).says(f"protect {case}")


def test_asking_who_it_is_says_the_same_whether_there_is_anything_or_not(world: World) -> None:
    """TRUST.md T-29."""
    reference = an_action(world, SCHOOL, "12 June 2026", about=a_case(world))
    for handle in ("nurse", "police", "islington"):
        who = world.person(handle)
        there, nowhere = who.says(f"who {reference}"), who.says("who A-7K2FS")
        assert there.text.replace(reference, "A") == nowhere.text.replace("A-7K2FS", "A")


def test_a_record_number_is_given_in_a_private_form_and_not_repeated(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026", about=a_case(world))
    sam = world.person("school")
    sam.says(f"record number {reference}")
    sam.presses("Open the form")
    kept = sam.submits(number="CANARY-4711")
    assert "Your record number is kept" in kept
    assert "4711" not in kept.text
    assert "I cannot show anything" in world.person("nurse").says(f"record number {reference}")


def test_a_name_that_is_typed_is_recognised_never_repeated_and_kept_sealed(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026", about=a_case(world))
    sam = world.person("school")
    sam.says(f"accept {reference}")  # who has taken it on still has something to do about the child
    for words in (f"done {reference}, saw Zebra's mum", "spoke to canaryname on Monday", "zébra is well"):
        heard = sam.says(words)
        assert "You wrote a child's name. Please delete your message" in heard, words
        assert "ebra" not in heard.text
        assert "anaryname" not in heard.text
    assert "child's name" not in sam.says(f"done {reference}, saw the mother").text
    nurse = world.person("nurse")
    assert "child's name" not in nurse.says("saw Zebra's mum").text, (
        "whether there is such a child, others do not learn"
    )
