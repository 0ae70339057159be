"""What a post has open, and the pack for whoever takes it over: read by its holder and deputy, and by nobody else."""

import re

from sqlalchemy import select

from storage.records import AgendaItem, AuditEntry
from tests.conversations.test_deputies import a_deputy, letters
from tests.conversations.test_joining import code_in
from tests.conversations.test_leaving import SCHOOL, adds_until, hands_over
from tests.conversations.test_own_pages import a_referral, way
from tests.integrations.web.signed_in import Browser, signed_in, words
from tests.making import a_case, a_flag, a_meeting, an_action, an_agreement, an_escalation, an_item
from tests.surfaces import Heard
from tests.world import Someone, World

NURSE, POLICE = "Named nurse, Thames Gate NHS Trust", "Police co-chair, Police"
COORDINATOR = "MACE coordinator, Camden Council"


def send_agenda(world: World, meeting: str) -> None:
    assert "Sending to" in world.person("coordinator").says(f"send {meeting}")
    world.tick()


def leaves(person: Someone, post: str = SCHOOL) -> Heard:
    person.says("leave")
    person.presses("Use the form instead")
    return person.submits(post=f"{post}, Camden")


def pack(world: World, handle: str, at: str = "") -> str:
    """What is on the page."""
    return signed_in(world, handle, f"handover pack {at}".strip()).reads(f"/pages/post/{at}".rstrip("/"))


# --- my post ----------------------------------------------------------------------------------------------------------


def test_my_post_counts_what_it_has_open_each_with_its_first_day(world: World) -> None:
    send_agenda(world, a_meeting(world, 2))
    an_item(world, ("Hollow Oak School",))
    late, due = an_action(world, SCHOOL, "10 June 2026"), an_action(world, SCHOOL, "23 June 2026")
    an_escalation(world, due)
    a_flag(world, a_case(world), SCHOOL)
    world.moves_on(working_days=3)
    sam = world.person("school")
    mine = sam.says("my post")
    assert mine.text.startswith(SCHOOL)
    assert "Actions to do: 2, 1 late, the first by Wednesday 10 June 2026" in mine
    assert "Agenda items to prepare: 2, the first by Tuesday 16 June 2026" in mine
    assert "Flags to see to: 1, by Friday 12 June 2026" in mine
    assert "Escalations to settle: 1, 1 late, by Thursday 11 June 2026" in mine
    assert "Next meeting: Friday 19 June 2026, 2pm, 2 items" in mine, "as it was sent"
    assert "Next meeting: Friday 19 June 2026, 2pm, 3 items" in world.person("coordinator").says("my post")
    assert "Escalated on the panel" not in mine, "that is for who oversees it"
    assert "late or blocked" not in mine.text.lower()
    assert late not in mine.text
    assert way(sam.presses("Open the handover pack", on=mine))
    assert late in sam.presses("What I have open", on=mine)
    sam.says(f"done {due}")
    assert "Actions to do: 1, 1 late" in sam.says("my post")


def test_a_post_of_which_nothing_is_open_says_so(world: World) -> None:
    charity = world.person("charity")
    mine = charity.says("my post")
    assert "Nothing waits for this post now" in mine
    assert "Next meeting" not in mine
    a_meeting(world)
    assert "Next meeting" not in charity.says("my post"), "they have no seat on the panel"
    assert "Next meeting: Friday 19 June 2026, 2pm\n" in world.person("nurse").says("my post").text, "not sent yet"
    assert "2pm, 1 item" in world.person("coordinator").says("my post")


def test_a_coordinators_post_counts_what_waits_for_it_and_what_it_keeps(world: World) -> None:
    a_referral(world)
    a_case(world)
    an_agreement(world, "Police", review_on="30 June 2026")
    an_agreement(world, "Streetwise")
    reference = an_action(world, SCHOOL, "12 June 2026")
    world.person("school").says(f"done {reference}")
    bo = world.person("bromley")
    bo.says("new transfer")
    bo.presses("Use the form instead")
    about = {"child": "Zebra Canaryname", "status_in_law": "none", "stay": "permanent"}
    assert "coordinator is told" in bo.submits(origin="Bromley", receiving="Camden", **about)
    mine = world.person("coordinator").says("my post")
    assert "Referrals to look at: 1, by Friday 12 June 2026" in mine
    assert "Actions to check or decide: 1, by Friday 12 June 2026" in mine
    assert "Open cases: 1" in mine
    assert "Agreements to review: 1, by Tuesday 30 June 2026" in mine
    assert "Transfers that wait: 1, by Wednesday 10 June 2026" in mine
    assert "Canary" not in mine.text
    page = pack(world, "coordinator")
    assert "Bromley to Camden: acknowledge, and name a contact" in page
    assert "Police, G-" in page
    assert "Streetwise" not in page
    assert "A new referral, by Friday 12 June 2026 Read R-" in page
    assert "Canary" not in page
    other = world.person("islington").says("my post")
    assert "Nothing waits for this post now" in other


def test_several_posts_are_shown_one_after_the_other_each_with_its_own_alone(world: World) -> None:
    reference = an_action(world, NURSE, "12 June 2026")
    nurse = world.person("nurse")
    first = nurse.says("my post")
    assert "Camden. What is open stays" in first
    assert "Actions to do: 1" in first
    assert "Page 1 of 2" in first
    second = nurse.presses("Next page")
    assert "Islington. What is open stays" in second
    assert "Actions to do" not in second
    assert nurse.says("my post 99").text == second.text
    assert nurse.says("my post please").text == first.text
    assert reference in pack(world, "nurse")
    there = pack(world, "nurse", "2")
    assert "Panel Islington" in there
    assert reference not in there
    assert "MACE coordinator, Islington Council" in there
    assert f"Your other posts {NURSE}, Camden" in there


def test_whoever_stands_in_for_a_level_finds_it_among_what_they_settle(world: World) -> None:
    """The school has no lead, so the chair answers for level 2; and the top has nobody but the coordinators."""
    reference = an_escalation(world, an_action(world, SCHOOL, "23 June 2026"))
    pat, cal, sam = (world.person(one) for one in ("police", "coordinator", "school"))
    assert "Escalations to settle" not in pat.says("my post")
    assert "Escalated on the panel: 1" in pat.says("my post")
    cal.says(f"climb {reference}")
    assert "Escalations to settle: 1" in pat.says("my post")
    assert "Escalations to settle" not in sam.says("my post")
    assert "Escalations to settle" not in cal.says("my post")
    for _ in range(3):
        cal.says(f"climb {reference}")
    assert "Escalations to settle: 1" in cal.says("my post")
    assert "Escalations to settle" not in pat.says("my post")
    assert "Check a record flag, level 5 Read B-" in pack(world, "coordinator")


# --- the pack ---------------------------------------------------------------------------------------------------------


def test_the_pack_says_what_is_open_what_was_decided_who_covers_and_who_held_it(world: World) -> None:
    meeting, case = a_meeting(world, 0), a_case(world)
    an_item(world, ("Hollow Oak School",), case=case)
    send_agenda(world, meeting)
    with world.sessions() as session:
        item = str(session.scalars(select(AgendaItem.id)).one())
    decided, other = (an_action(world, post, "1 July 2026", about=item) for post in (SCHOOL, NURSE))
    flag = a_flag(world, case, SCHOOL)
    assert "Item 1: send information" in pack(world, "school")
    a_deputy(world)
    world.moves_on(working_days=9)
    hands_over(world, SCHOOL, "nia")
    world.person("nia").says(f"accept {decided}")
    page = pack(world, "nia")
    assert f"Handover pack: {SCHOOL} Panel Camden" in page
    assert "Held by Nia Testperson, since Monday 22 June 2026" in page
    assert "Holders in the last 12 months 2" in page
    assert "A chair is asked to stay" not in page
    assert "Deputy Dee Testperson, from Tuesday 9 June 2026" in page
    assert f"Coordinator Cal Testperson, {COORDINATOR} Questions mace@camden.example" in page
    known_as = r"[A-Z][a-z]+ [A-Z][a-z]+"
    assert re.search(rf"Check a record flag, by Wednesday 1 July 2026\. To do\. {known_as} Read {decided}", page)
    assert f"Read {flag}" in page
    decisions = page.partition("What the last meetings decided for Hollow Oak School")[2]
    assert "Friday 19 June 2026: Item 1: check a record flag, by Wednesday 1 July 2026. To do" in decisions
    assert decided in decisions
    assert other not in page
    nothing = "decided for Camden Council Friday 19 June 2026: nothing that I know of"
    assert nothing in pack(world, "coordinator"), "who may read all of it reads here what was for their agency"
    before = "Who held this post before Sam Testperson, from Monday 5 January 2026 to Sunday 21 June 2026"
    assert before in page
    assert "Read by Nia Testperson (Safeguarding lead, Hollow Oak School) on Monday 22 June 2026, 9:30am" in page
    assert "Canary" not in page
    with world.sessions() as session:
        told = session.scalars(select(AuditEntry.what).where(AuditEntry.about.like("V-%"))).all()
    assert {"read L2: who held a post", "read L2: marking a page with its reader"} <= set(told)


def test_the_pack_says_of_a_protected_case_neither_the_item_nor_what_is_asked(world: World) -> None:
    meeting, case = a_meeting(world, 0), a_case(world)
    an_item(world, ("Hollow Oak School",))
    an_item(world, ("Hollow Oak School",), verb="check your records", case=case)
    send_agenda(world, meeting)
    assert "Item 2: check your records" in pack(world, "school")
    world.person("coordinator").says(f"protect {case}")
    page = pack(world, "school")
    assert "Item 1: send information" in page
    assert "One more item: ask the coordinator" in page
    assert "Item 2" not in page
    assert "check your records" not in page


def test_the_chairs_pack_has_the_panels_counts_and_how_long_a_chair_is_to_stay(world: World) -> None:
    an_action(world, NURSE, "10 June 2026")
    world.moves_on(working_days=2)
    page = pack(world, "police")
    assert "A chair is asked to stay for 12 months at least, here until January 2027" in page
    assert "Late or blocked, by agency Thames Gate NHS Trust: 1 late" in page
    assert "I know of no meeting before today" in page


def test_in_chat_the_pack_is_the_way_there_and_strangers_get_the_same_help(world: World) -> None:
    assert way(world.person("school").says("handover pack"))
    for handle in ("stranger", "leaver"):
        helped = world.person(handle).says("help").text
        for line in ("my post", "handover pack", "handover pack 2"):
            assert world.person(handle).says(line).text == helped


def test_whoever_has_left_reads_nothing_of_it_any_more(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam, page = world.person("school"), signed_in(world, "school", "handover pack")
    assert reference in page.reads("/pages/post")
    mine = sam.says("my post")
    hands_over(world, SCHOOL, "nia")
    refused = page.opens("/pages/post")
    assert reference not in words(refused)
    assert "I do not know you yet" in sam.presses("Open the handover pack", on=mine)
    assert "I do not know you yet" in sam.says("my post")
    assert reference in pack(world, "nia")


def test_a_deputy_reads_it_for_as_long_as_they_are_one(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    dee = a_deputy(world)
    assert f"Deputy for {SCHOOL}" in dee.says("my post")
    browser: Browser = signed_in(world, "dee", "handover pack")
    assert reference in browser.reads("/pages/post")
    world.moves_on(working_days=1)
    assert "Deputy Dee Testperson, from Tuesday 9 June 2026" in pack(world, "school")
    leaves(dee, f"Deputy for {SCHOOL}")
    assert reference not in words(browser.opens("/pages/post"))
    assert "I do not know you yet" in dee.says("my post")
    assert "Deputy Nobody. Say deputy to name one" in pack(world, "school")


def test_of_a_post_one_reads_what_that_post_may_and_not_what_ones_other_posts_may(world: World) -> None:
    """A coordinator who also answers for the school: the school's pack is the school's."""
    a_referral(world)
    late = an_action(world, NURSE, "10 June 2026")
    world.moves_on(working_days=2)
    cal, sam = world.person("coordinator"), world.person("school")
    sam.says("deputy")
    sam.presses("Use the form instead")
    code = code_in(sam.submits(post=f"{SCHOOL}, Camden", name="Dee Testperson", email="dee@school.example"))
    cal.says("link")
    cal.presses("Open the form")
    cal.submits(code=code)
    assert "Referrals to look at: 1" in cal.says("my post")
    second = cal.says("my post 2")
    assert f"Deputy for {SCHOOL}" in second
    assert "Referrals to look at" not in second
    assert "Thames Gate" not in second.text
    assert late not in pack(world, "coordinator", "2")


def test_a_page_that_is_none_is_the_last_one(world: World) -> None:
    page = signed_in(world, "school", "handover pack")
    for at in ("9", "0", "x", "99999999999999999999"):
        assert f"Handover pack: {SCHOOL}" in page.reads(f"/pages/post/{at}")


# --- taking a post over, and leaving it -------------------------------------------------------------------------------


def test_a_successor_reads_first_what_the_post_is_and_what_it_has_open(world: World) -> None:
    send_agenda(world, a_meeting(world))
    for day in range(12, 20):
        an_action(world, SCHOOL, f"{day} June 2026")
    brief = hands_over(world, SCHOOL, "nia")
    assert "What is open there" in brief
    assert "Actions to do: 8, the first by Friday 12 June 2026" in brief
    assert "Agenda items to prepare: 1, by Tuesday 16 June 2026" in brief
    assert "And 3 more" in brief
    assert way(world.person("nia").presses("Open the handover pack", on=brief))


def test_a_new_chair_reads_first_what_the_panel_has_before_it(world: World) -> None:
    send_agenda(world, a_meeting(world, 3))
    an_escalation(world, an_action(world, NURSE, "10 June 2026"))
    an_action(world, SCHOOL, "10 June 2026")
    world.moves_on(working_days=2)
    brief = hands_over(world, POLICE, "ola")
    assert "Next meeting: Friday 19 June 2026, 2pm, 3 items" in brief
    assert "Escalated on the panel: 1" in brief
    assert "Late or blocked, by agency:\n- Hollow Oak School: 1 late\n- Thames Gate NHS Trust: 1 late" in brief


def test_somebody_on_the_panel_already_reads_first_of_the_post_they_take_on(world: World) -> None:
    an_action(world, SCHOOL, "12 June 2026")
    cal, nurse = world.person("coordinator"), world.person("nurse")
    world.moves_on(working_days=1)
    cal.says("hand over")
    cal.presses("Use the form instead")
    code = code_in(cal.submits(post=SCHOOL, name="Ngozi Testperson", email="n@school.example"))
    nurse.says("link")
    nurse.presses("Open the form")
    brief = nurse.submits(code=code)
    assert f"What is open there: {SCHOOL}, Camden\nActions to do: 1, by Friday 12 June 2026" in brief.text
    assert brief.text.index(f"there: {SCHOOL}") < brief.text.index(f"there: {NURSE}")
    assert brief.line("Open the handover pack") == "handover pack 3"


def test_somebody_let_in_to_a_post_that_was_left_is_told_what_is_open_there(world: World) -> None:
    an_action(world, SCHOOL, "12 June 2026")
    leaves(world.person("school"))
    stranger, cal = world.person("stranger"), world.person("coordinator")
    stranger.says("hello")
    stranger.presses("Ask to join")
    asks = {"borough": "Camden", "name": "Nia Testperson", "agency": "Hollow Oak School"}
    stranger.submits(**asks, title="Safeguarding lead", email="nia@school.example")
    world.tick()
    assert not any("open there" in one.text for one in stranger.hears()), "they are nobody yet"
    asked = next(one for one in cal.hears() if "Look at it and add them" in one.buttons)
    cal.presses("Look at it and add them", on=asked)
    page = cal.submits(name="Nia Testperson", email="nia@school.example")
    post = {one: page.values[one] for one in ("borough", "agency", "title")}
    assert f"Added: {SCHOOL}" in cal.submits(**post, does="agency_member", seat="yes")
    world.tick()
    welcome = next(one for one in stranger.hears() if "Welcome" in one.text)
    assert f"Your post is {SCHOOL}. 1 thing is open there, by Friday 12 June 2026" in welcome
    assert "Actions to do: 1" in stranger.presses("See what my post has open", on=welcome)


def test_whoever_is_replaced_is_told_once_and_who_has_not_joined_is_told_nothing(world: World) -> None:
    an_action(world, SCHOOL, "12 June 2026")
    sam = world.person("school")
    world.tick()
    sam.hears()
    hands_over(world, SCHOOL, "nia")
    world.tick()
    told = sam.hears_one()
    assert "Camden: your post has a new holder" in told
    assert "You get no more messages for it" in told
    assert "mace@camden.example" in told
    assert "Nia" not in told.text
    assert told.buttons == {}
    world.moves_on(working_days=1)
    assert sam.hears() == []
    cal = world.person("coordinator")
    cal.says("hand over")
    cal.presses("Use the form instead")
    cal.submits(post="Housing lead, Camden Housing", name="Ola Testperson", email="ola@housing.example")
    world.tick()
    assert "new holder" not in letters(world.person("housing"))


def test_whoever_has_posts_left_or_is_no_deputy_any_more_is_told_so(world: World) -> None:
    nurse, first = world.person("nurse"), a_deputy(world)
    hands_over(world, NURSE, "nia")
    a_deputy(world, "coordinator", handle="dan")
    world.tick()
    told = next(one for one in nurse.hears() if "new holder" in one)
    assert "You have nothing open" in nurse.presses("What I have open", on=told)
    assert "Camden: the post that you were deputy for has another deputy" in letters(first)


def test_whoever_leaves_reads_what_stays_there_and_who_answers_for_it(world: World) -> None:
    an_action(world, SCHOOL, "12 June 2026")
    a_deputy(world)
    left = leaves(world.person("school"))
    assert "Its deputy answers for it until it is handed over, and the coordinator is told" in left
    assert "Actions to do: 1, by Friday 12 June 2026" in left
    alone = leaves(world.person("charity"), "Youth worker, Streetwise")
    assert "Nobody holds it until it is handed over, and the coordinator is told" in alone
    assert "Nothing is open there" in alone


def test_two_weeks_before_their_last_day_they_are_told_and_after_it_the_coordinator_is(world: World) -> None:
    nia, cal = adds_until(world, "30 June 2026"), world.person("coordinator")
    world.tick()
    assert "your last day" not in letters(nia)
    world.moves_on(working_days=6)
    told = next(one for one in nia.hears() if "your last day" in one)
    assert "Camden: your last day in this post is Tuesday 30 June 2026" in told
    assert "Nothing waits for this post now" in nia.presses("See what my post has open", on=told)
    cal.hears()
    world.moves_on(working_days=9)
    assert letters(cal).count("Camden: somebody has left a post") == 0
    world.moves_on(working_days=1)
    assert letters(cal).count("Camden: somebody has left a post") == 1
    world.moves_on(working_days=2)
    assert "somebody has left a post" not in letters(cal)
    assert "I do not know you yet" in nia.says("my post")


def test_who_said_that_they_leave_is_not_told_of_twice(world: World) -> None:
    leaves(world.person("school"))
    cal = world.person("coordinator")
    heard = ""
    for _ in range(4):
        world.moves_on(working_days=1)
        heard += letters(cal)
    assert heard.count("somebody has left a post") == 1
