"""Who is this: a child's name on a page of one's own, for a minute, to whoever has something to do about them."""

import pytest

from storage.records import Role
from tests.conversations.test_agenda import preview
from tests.conversations.test_agreements import kept, reference_of
from tests.conversations.test_escalations import joins
from tests.conversations.test_own_pages import a_referral
from tests.integrations.web.signed_in import signed_in
from tests.integrations.web.test_pages import HIDDEN, reads_noted
from tests.making import a_case, a_meeting, an_action, an_agreement, an_item
from tests.world import World

SCHOOL = "Safeguarding lead, Hollow Oak School"


def test_an_owner_reads_who_it_is_and_the_page_closes_after_a_minute(world: World) -> None:
    """TRUST.md T-43."""
    case = a_case(world)
    reference = an_action(world, SCHOOL, "12 June 2026", about=case)
    browser = signed_in(world, "school")
    reads_noted(world)
    response = browser.opens(f"/pages/who/{reference}")
    page = browser.reads(f"/pages/who/{reference}")
    assert "Zebra Canaryname" in page
    assert "Born Saturday 14 May 2011" in page
    assert "Check a record flag by Friday 12 June 2026" in page
    assert "Your record number not given yet" in page
    assert "Read by Sam Testperson" in page
    assert response.headers["Refresh"] == "60; url=/pages"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Print this page" not in page
    noted = reads_noted(world)
    assert ("read on their own page", reference) in noted
    assert noted.count(("read L4: who is this, for one's own work", case)) == 2, "each time"


def test_the_record_number_that_an_agency_gave_stands_beside_the_name_for_them_alone(world: World) -> None:
    case = a_case(world)
    an_action(world, SCHOOL, "12 June 2026", about=case)
    an_action(world, "Named nurse, Thames Gate NHS Trust", "12 June 2026", about=case)
    sam = world.person("school")
    sam.says(f"record number {case}")
    sam.presses("Open the form")
    sam.submits(number="CANARY-4711")
    assert "CANARY-4711" in signed_in(world, "school").reads(f"/pages/who/{case}")
    assert "4711" not in signed_in(world, "nurse").reads(f"/pages/who/{case}")
    assert "4711" not in signed_in(world, "coordinator").reads(f"/pages/read/{case}")


@pytest.mark.parametrize("handle", ["nurse", "police", "charity", "islington", "coordinator"])
def test_nobody_else_reads_it_and_not_even_that_there_is_one(handle: str, world: World) -> None:
    """TRUST.md T-37."""
    reference = an_action(world, SCHOOL, "12 June 2026", about=a_case(world))
    browser = signed_in(world, handle)
    reads_noted(world)
    hidden = browser.reads(f"/pages/who/{reference}")
    assert HIDDEN in hidden
    assert hidden == browser.reads("/pages/who/A-7K2FS")
    assert [what for what, _ in reads_noted(world) if "L4" in what] == []


def test_when_the_action_is_done_and_checked_the_name_is_gone(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026", about=a_case(world))
    world.person("school").says(f"done {reference}")
    assert "Zebra" in signed_in(world, "school").reads(f"/pages/who/{reference}")
    world.person("coordinator").says(f"confirm {reference}")
    assert HIDDEN in signed_in(world, "school").reads(f"/pages/who/{reference}")


def test_who_is_asked_to_prepare_reads_it_from_the_sent_agenda_until_four_weeks_after_the_meeting(world: World) -> None:
    case, meeting = a_case(world), a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)
    assert HIDDEN in signed_in(world, "school").reads(f"/pages/who/{case}"), "not before it is sent"
    preview(world, "Hollow Oak School")
    world.person("coordinator").presses("Send it to 5 people")
    assert "Who is this?" in signed_in(world, "school").reads(f"/pages/read/{meeting}")
    assert "Who is this?" not in signed_in(world, "nurse").reads(f"/pages/read/{meeting}")
    assert "Zebra" in signed_in(world, "school").reads(f"/pages/who/{case}")
    world.moves_on(days=37)
    assert "Zebra" in signed_in(world, "school").reads(f"/pages/who/{case}")
    world.moves_on(days=2)
    assert HIDDEN in signed_in(world, "school").reads(f"/pages/who/{case}")


def test_of_a_protected_case_only_who_has_an_action_reads_the_name(world: World) -> None:
    case, _ = a_case(world), a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School", "Police"), case=case)
    preview(world, "Hollow Oak School")
    world.person("coordinator").presses("Send it to 5 people")
    an_action(world, SCHOOL, "12 June 2026", about=case)
    world.person("coordinator").says(f"protect {case}")
    assert "Zebra" in signed_in(world, "school").reads(f"/pages/who/{case}")
    assert HIDDEN in signed_in(world, "police").reads(f"/pages/who/{case}")


def test_a_coordinator_reads_the_whole_case_and_changes_it_there(world: World) -> None:
    case = a_case(world)
    an_action(world, SCHOOL, "12 June 2026", about=case)
    browser = signed_in(world, "coordinator")
    page = browser.reads(f"/pages/read/{case}")
    assert "Zebra Canaryname" in page
    assert "Hollow Oak School" in page
    assert "Safeguarding lead, Hollow Oak School, by Friday 12 June 2026: to do" in page
    browser.presses("Say no codeword and no item", f"/pages/read/{case}")
    assert "is protected" in browser.reads("/pages/talk")
    assert "Read case" in browser.reads()
    for handle in ("school", "police", "islington"):
        assert HIDDEN in signed_in(world, handle).reads(f"/pages/read/{case}")


# --- who knows the family, and who must know at once ------------------------------------------------------------------


def test_who_knows_the_family_reads_neither_name_nor_words_any_more_until_it_is_lifted(world: World) -> None:
    case = a_case(world)
    reference = an_action(world, SCHOOL, "12 June 2026", about=case)
    sam, cal = world.person("school"), world.person("coordinator")
    sam.presses("Yes, mark it as done", on=sam.says(f"done {reference}, saw the Canaryaunt"))
    browser = signed_in(world, "school")
    assert "Canaryaunt" in browser.reads(f"/pages/read/{reference}")
    browser.presses("I know this child or family", f"/pages/who/{reference}")
    assert "Zebra" not in browser.reads(f"/pages/who/{reference}")
    assert "this is closed to you" in browser.reads(f"/pages/who/{reference}")
    page = browser.reads(f"/pages/read/{reference}")
    assert "said done" in page
    assert "Canaryaunt" not in page
    assert "Sam Testperson" in signed_in(world, "coordinator").reads(f"/pages/read/{case}")
    cal.says(f"lift {case}")
    assert "Zebra" in browser.reads(f"/pages/who/{reference}")


def test_a_coordinator_who_knows_the_family_reads_neither_the_case_nor_its_referral(world: World) -> None:
    referral, cal = a_referral(world), world.person("coordinator")
    case = cal.says(f"open case {referral}").line("Read it on your page").split()[-1]
    cal.says(f"i know them {case}")
    for page in (case, referral):
        assert "closed to you" in signed_in(world, "coordinator").reads(f"/pages/read/{page}")


def test_an_emergency_opens_the_name_for_an_hour_and_is_reviewed_on_a_page(world: World) -> None:
    case, nurse = a_case(world), world.person("nurse")
    assert HIDDEN in signed_in(world, "nurse").reads(f"/pages/who/{case}")
    nurse.says(f"emergency {case}")
    nurse.presses("Use the form instead")
    nurse.submits(reason="child safety now", words="The Canarycarer phoned us a minute ago.")
    assert "Zebra" in signed_in(world, "nurse").reads(f"/pages/who/{case}")
    world.tick()
    review = world.person("police").hears_one().line("Read who and why").split()[-1]
    for handle in ("police", "coordinator"):
        page = signed_in(world, handle).reads(f"/pages/read/{review}")
        assert "Ngozi Testperson" in page
        assert "A child is not safe now" in page
        assert "Canarycarer" in page
    for handle in ("nurse", "school", "islington"):
        assert "Canarycarer" not in signed_in(world, handle).reads(f"/pages/read/{review}")
    signed_in(world, "police").presses("I have reviewed it", f"/pages/read/{review}")
    assert "reviewed" in signed_in(world, "coordinator").reads(f"/pages/read/{review}")
    world.moves_on(minutes=61)
    assert HIDDEN in signed_in(world, "nurse").reads(f"/pages/who/{case}")


def test_a_name_waits_for_an_agreement_that_covers_names_unless_it_was_read_before_or_is_an_emergency(
    world: World,
) -> None:
    case = a_case(world)
    reference = an_action(world, SCHOOL, "12 June 2026", about=case)
    an_action(world, "Named nurse, Thames Gate NHS Trust", "12 June 2026", about=case)
    assert "Zebra" in signed_in(world, "nurse").reads(f"/pages/who/{case}"), "before the register is begun"
    an_agreement(world, "Police")
    page = signed_in(world, "school").reads(f"/pages/who/{reference}")
    assert "Zebra" not in page
    assert "Your agency's sharing agreement needs review." in page
    assert "Zebra" in signed_in(world, "nurse").reads(f"/pages/who/{case}"), "what was given stays"
    pat = world.person("police")
    pat.says(f"emergency {case}")
    pat.presses("Use the form instead")
    pat.submits(reason="child safety now", words="The carer phoned us a minute ago.")
    assert "Zebra" in signed_in(world, "police").reads(f"/pages/who/{case}")
    an_agreement(world, "Hollow Oak School")
    assert "Zebra" in signed_in(world, "school").reads(f"/pages/who/{reference}")


HELD_BACK = "Your agency's sharing agreement needs review."


@pytest.mark.parametrize(("purpose", "other"), [("panel", "actions"), ("actions", "panel")])
def test_a_name_is_shown_for_what_it_is_needed_for_and_not_for_what_else_is_agreed(
    world: World, purpose: str, other: str
) -> None:
    case = needed_for(world, purpose)
    an_agreement(world, "Hollow Oak School", purposes=[other, "transfer"])
    page = signed_in(world, "school").reads(f"/pages/who/{case}")
    assert HELD_BACK in page
    assert "Zebra" not in page
    assert kept(world, case) == []
    an_agreement(world, "Hollow Oak School", purposes=[purpose])
    under = reference_of(world, "Hollow Oak School")
    assert "Zebra" in signed_in(world, "school").reads(f"/pages/who/{case}")
    assert kept(world, case) == [("Hollow Oak School", 4, under, 1)]


def needed_for(world: World, purpose: str) -> str:
    """A case that the school has to prepare for the panel, or about which it has an action."""
    case, _ = a_case(world), a_meeting(world, items=0)
    if purpose == "actions":
        an_action(world, SCHOOL, "12 June 2026", about=case)
    else:
        an_item(world, ("Hollow Oak School",), case=case)
        preview(world, "Hollow Oak School")
        world.person("coordinator").presses("Send it to 5 people")
    return case


def test_a_name_is_shown_to_the_agency_that_needs_it_and_to_no_other_of_the_readers(world: World) -> None:
    joins(world, "school", "Streetwise", Role.AGENCY_MEMBER)
    case = needed_for(world, "actions")
    an_agreement(world, "Streetwise")
    assert HELD_BACK in signed_in(world, "school").reads(f"/pages/who/{case}"), "it is the school that has to act"
    an_agreement(world, "Hollow Oak School")
    assert "Zebra" in signed_in(world, "school").reads(f"/pages/who/{case}")
    assert [agency for agency, *_ in kept(world, case)] == ["Hollow Oak School"]


def test_of_what_a_name_is_needed_for_one_is_enough(world: World) -> None:
    """But of a protected case it is needed for an action alone."""
    case = needed_for(world, "panel")
    an_action(world, SCHOOL, "12 June 2026", about=case)
    an_agreement(world, "Hollow Oak School", purposes=["panel"])
    world.person("coordinator").says(f"protect {case}")
    assert HELD_BACK in signed_in(world, "school").reads(f"/pages/who/{case}")
    world.person("coordinator").says(f"protect no longer {case}")
    assert "Zebra" in signed_in(world, "school").reads(f"/pages/who/{case}")
