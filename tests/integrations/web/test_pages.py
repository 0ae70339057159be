"""Own pages: names are read there by whoever may, every read is written down, and one acts as in chat."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.ports import TryLater
from scheduler.clock import tick
from storage.records import AuditEntry
from tests.conversations.test_agenda import preview
from tests.conversations.test_own_pages import a_referral
from tests.integrations.web.signed_in import Browser, signed_in, soup, words
from tests.making import a_meeting, an_action, an_item
from tests.scheduler.fakes import Postbox
from tests.world import World

NURSE = "Named nurse, Thames Gate NHS Trust"
HIDDEN = "I cannot show anything with that reference"


def reads_noted(world: World) -> list[tuple[str, str]]:
    """What was read so far, and about what."""
    with world.sessions() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.what.like("read %")).order_by(AuditEntry.seq)).all()
        return [(row.what, row.about) for row in rows]


# --- what is mine -----------------------------------------------------------------------------------------------------


def test_what_is_mine_is_all_there_with_the_way_to_each_page(world: World) -> None:
    actions = [an_action(world, NURSE, f"{day} June 2026") for day in range(12, 20)]
    meeting = a_meeting(world, agencies=("Thames Gate NHS Trust",))
    assert meeting in signed_in(world, "coordinator").reads()
    nurse = signed_in(world, "nurse")
    page = soup(nurse.opens("/pages"))
    shown = [str(link["href"]) for link in page.select("main a")]
    print_ = ("/pages/post", "/pages/actions", "/pages/flags", "/pages/access")
    assert shown == [*(f"/pages/read/{one}" for one in actions), *print_], "no agenda before it is sent"
    assert "Named nurse" not in words(nurse.opens("/pages"))


def test_a_coordinator_finds_the_referrals_to_their_borough_and_the_referrer_their_own(world: World) -> None:
    reference = a_referral(world)
    for handle, heading in (("coordinator", "Referrals to your borough"), ("charity", "Referrals you sent")):
        page = signed_in(world, handle).reads()
        assert heading in page
        assert f"Read {reference}" in page
        assert "Canary" not in page
    for handle in ("islington", "nurse"):
        assert reference not in signed_in(world, handle).reads()


# --- a referral -------------------------------------------------------------------------------------------------------


def test_a_referral_is_read_with_its_names_by_whoever_sent_it_and_the_coordinator(world: World) -> None:
    """TRUST.md T-43."""
    reference = a_referral(world)
    for handle, name in (("coordinator", "Cal Testperson"), ("charity", "Chidi Testperson")):
        browser = signed_in(world, handle)
        before = len(reads_noted(world))
        page = browser.reads(f"/pages/read/{reference}")
        assert "Zebra Canaryname" in page
        assert "Saturday 14 May 2011" in page
        assert "Canarystory at the Canaryplace" in page
        assert "Which borough does the child live in? Camden" in page
        assert f"Read by {name} (" in page
        assert "on Tuesday 9 June 2026, 9:30am" in page
        assert reads_noted(world)[before:] == [
            ("read on their own page", reference),
            ("read L4: reading a referral", reference),
            ("read L2: marking a page with its reader", reference),
        ]


@pytest.mark.parametrize("handle", ["nurse", "school", "police", "islington", "bromley"])
def test_others_read_nothing_of_it_and_not_even_that_it_exists(handle: str, world: World) -> None:
    """TRUST.md T-37."""
    reference = a_referral(world)
    browser = signed_in(world, handle)
    before = len(reads_noted(world))
    hidden = browser.reads(f"/pages/read/{reference}")
    assert HIDDEN in hidden
    assert hidden == browser.reads("/pages/read/R-7K2FS")
    assert [what for what, _ in reads_noted(world)[before:] if "L4" in what] == []


def test_nobody_reads_it_who_is_not_signed_in(world: World) -> None:
    reference = a_referral(world)
    out, there = Browser(world).opens(f"/pages/read/{reference}"), Browser(world).opens("/pages/read/R-7K2FS")
    assert out.status_code == there.status_code == 401
    assert words(out) == words(there)


def test_a_referral_is_taken_from_its_page(world: World) -> None:
    reference = a_referral(world)
    browser = signed_in(world, "coordinator")
    taken = browser.presses("Take it", f"/pages/read/{reference}")
    assert taken.headers["Location"].startswith("/pages/talk#m")
    assert f"Referral {reference} is yours to decide" in browser.reads("/pages/talk")
    assert "Take it" not in browser.reads(f"/pages/read/{reference}")
    assert "being looked at" in signed_in(world, "charity").reads(f"/pages/read/{reference}")


# --- an action --------------------------------------------------------------------------------------------------------


def test_an_action_is_read_with_who_has_it_and_what_they_wrote(world: World) -> None:
    reference = an_action(world, NURSE, "12 June 2026")
    nurse = world.person("nurse")
    proposed = nurse.says(f"done {reference}, saw Canaryname's mum")
    nurse.presses("Yes, mark it as done", on=proposed)
    for handle in ("nurse", "coordinator"):
        page = signed_in(world, handle).reads(f"/pages/read/{reference}")
        assert "saw Canaryname's mum" in page
        assert "Held by Ngozi Testperson" in page
        assert "Given to Named nurse, Thames Gate NHS Trust" in page
    for handle in ("school", "islington"):
        assert HIDDEN in signed_in(world, handle).reads(f"/pages/read/{reference}")


def test_one_acts_on_a_page_as_in_chat(world: World) -> None:
    reference = an_action(world, NURSE, "12 June 2026")
    browser = signed_in(world, "nurse")
    browser.presses("Done")
    assert "Marked done" in browser.reads("/pages/talk") or "done" in browser.reads("/pages/talk").lower()
    assert "Undo" in browser.reads(f"/pages/read/{reference}")
    assert "said done" in world.person("nurse").says(f"action {reference}").text
    assert reference not in browser.reads()


def test_one_replies_to_a_message_in_words(world: World) -> None:
    reference = an_action(world, NURSE, "12 June 2026")
    browser = signed_in(world, "nurse")
    browser.sends("/pages/say", press=f"action {reference}")
    link = soup(browser.opens("/pages/talk")).select("a[href^='/pages/talk?reply=']")[-1]
    replying = soup(browser.opens(str(link["href"])))
    assert "Replying to: Check a record flag: to do" in replying.get_text(" ", strip=True)
    browser.sends("/pages/say", line="done", on=str(replying.select("input[name=on]")[-1]["value"]))
    assert "Marked as done" in browser.reads("/pages/talk")


def test_a_form_is_filled_in_on_the_page(world: World) -> None:
    reference = an_action(world, NURSE, "12 June 2026")
    browser = signed_in(world, "nurse")
    browser.presses("I need more time", f"/pages/read/{reference}")
    assert browser.fills_in(until="soon").headers["Location"].startswith("/pages/talk#m")
    assert "There is a problem" in browser.reads("/pages/talk")
    browser.fills_in(until="19 June 2026")
    assert "Friday 19 June 2026" in browser.reads("/pages/talk")


def test_what_is_typed_on_the_page_can_be_taken_back_and_nobody_elses_can(world: World) -> None:
    nurse, school = signed_in(world, "nurse"), signed_in(world, "school")
    nurse.sends("/pages/say", line="Canaryname is fine")
    row = next(one for one in soup(nurse.opens("/pages/talk")).select("li.me"))
    school.sends("/pages/delete", id=str(row["data-id"]))
    assert "Canaryname" in nurse.reads("/pages/talk")
    assert "Canaryname" not in school.reads("/pages/talk")
    nurse.sends("/pages/delete", id=str(row["data-id"]))
    assert "Canaryname" not in nurse.reads("/pages/talk")


def test_another_persons_form_is_not_there(world: World) -> None:
    nurse, school = signed_in(world, "nurse"), signed_in(world, "school")
    nurse.sends("/pages/say", press="refer", label="Refer a child")
    form = str(soup(nurse.opens("/pages/talk")).select(".form form")[-1]["action"])
    response = school.sends(form, go="show", page="Safety first")
    assert response.status_code == 303
    assert "Is someone in danger" not in school.reads("/pages/talk")


def test_a_name_that_was_asked_for_in_the_conversation_is_still_only_on_its_page(world: World) -> None:
    reference = a_referral(world)
    browser = signed_in(world, "coordinator")
    browser.sends("/pages/say", line=f"read {reference}")
    talk = browser.reads("/pages/talk")
    assert "Open the page" in talk
    assert "Canaryname" not in talk


# --- an agenda, and the list of actions -------------------------------------------------------------------------------


def test_an_agenda_is_read_whole_by_who_runs_it_and_each_member_reads_their_part(world: World) -> None:
    meeting = a_meeting(world, agencies=("Hollow Oak School",))
    an_item(world, ("Thames Gate NHS Trust",), "check your records")
    path = f"/pages/read/{meeting}"
    whole = signed_in(world, "coordinator").reads(path)
    assert "Hollow Oak School: send information" in whole
    assert "Thames Gate NHS Trust: check your records" in whole
    assert HIDDEN in signed_in(world, "school").reads(path), "not before it is sent"

    preview(world, "Hollow Oak School")
    world.person("coordinator").presses("Send it to 5 people")
    an_item(world, ("Hollow Oak School",), "agree a plan")

    own = signed_in(world, "school").reads(path)
    assert "Hollow Oak School: send information" in own
    assert "Thames Gate" not in own
    assert "agree a plan" not in own, "nobody knows of it until the new version is sent"
    assert "2 items; you see what your agency is asked for" in own
    assert "Read by Sam Testperson (Safeguarding lead, Hollow Oak School) on Tuesday 9 June 2026" in own
    assert "Your agency is not asked to prepare an item" in signed_in(world, "police").reads(path)
    for handle in ("charity", "islington"):
        assert HIDDEN in signed_in(world, handle).reads(path), "not on the panel"


def test_the_action_list_is_marked_with_who_reads_it_and_when(world: World) -> None:
    """TRUST.md T-43."""
    first = an_action(world, NURSE, "10 June 2026")
    second = an_action(world, "Safeguarding lead, Hollow Oak School", "12 June 2026", verb="send information")
    world.now += timedelta(days=2)
    whole = signed_in(world, "coordinator").reads("/pages/actions")
    assert f"{NURSE}: check a record flag by Wednesday 10 June 2026 (late). To do. {first}" in whole
    assert f"Safeguarding lead, Hollow Oak School: send information by Friday 12 June 2026. To do. {second}" in whole
    assert "Read by Cal Testperson (MACE coordinator, Camden Council) on Thursday 11 June 2026, 9:30am" in whole
    own = signed_in(world, "nurse").reads("/pages/actions")
    assert first in own
    assert second not in own
    assert "There are none." in signed_in(world, "bromley").reads("/pages/actions")


def test_somebody_who_is_not_known_reads_only_whom_to_call(world: World) -> None:
    """With a Microsoft account anybody of the tenant may sign in."""
    from bot.replies import Sender
    from integrations.web.turns import Visitor
    from integrations.web.visits import sign_in

    browser = Browser(world)
    cookie = sign_in(Visitor(world.sessions, Sender("core", "home", "somebody-new"), world.now))
    browser.client.cookies.set("__Host-mace", cookie)
    for path in ("/pages", "/pages/actions", f"/pages/read/{a_referral(world)}"):
        assert "020 7946 0101" in browser.reads(path)
        assert "Canary" not in browser.reads(path)


def test_while_every_platform_is_down_what_is_due_is_on_the_page(world: World) -> None:
    """TRUST.md T-83: nothing arrives, and whoever looks sees what is due, and can answer."""
    nurse = signed_in(world, "nurse")
    reference = an_action(world, NURSE, "10 June 2026")
    away = [TryLater(timedelta(minutes=1))] * 9
    down = Postbox(nurse=away, coordinator=away)
    world.now += timedelta(minutes=5)
    asyncio.run(tick(world.sessions, {"core": down}, lambda: world.now))
    assert down.letters == []
    assert f"check a record flag, {reference}, by Wednesday 10 June 2026" in nurse.reads("/pages")
    assert reference in nurse.reads("/pages/actions")
    assert nurse.sends("/pages/say", press=f"done {reference} @1", label="Done").status_code == 303
    assert "Marked as done" in nurse.reads("/pages/talk")
