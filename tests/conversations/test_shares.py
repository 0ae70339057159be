"""Sharing in an emergency: nothing blocks it, it is written down, and somebody reviews it (TRUST.md 4.4)."""

import pytest
from sqlalchemy import select

from bot.kit.references import find_reference
from storage.records import Disclosure, EmergencyShare
from tests.conversations.test_agreements import LEAD, NURSE, SCHOOL, reads, withdraws
from tests.conversations.test_own_pages import a_referral
from tests.conversations.test_referral import AROUND, CHILD, EVENT, HELP, SAFETY, WORRY, YOU
from tests.integrations.web.signed_in import signed_in
from tests.making import an_action, an_agreement
from tests.surfaces import Heard
from tests.world import World

HIDDEN = "I cannot show anything with that reference"
NOT_THEIRS = "I can share a referral (R-) or an action (A-) of yours"


def shares(world: World, reference: str, agency: str = "Police", by: str = "coordinator") -> Heard:
    who = world.person(by)
    who.says(f"share now {reference}")
    who.presses("Use the form instead")
    return who.submits(agency=agency, reason="safety now", why="Canaryname is with him now")


def shares_of(world: World) -> list[str]:
    """The newest first."""
    with world.sessions() as session:
        return list(session.scalars(select(EmergencyShare.reference).order_by(EmergencyShare.id.desc())))


def share_of(world: World) -> str:
    return shares_of(world)[0]


def texts(world: World, handle: str) -> str:
    return "\n".join(one.text for one in world.person(handle).hears())


def a_referral_that_could_harm(world: World, risk: str = "yes") -> str:
    """With all that is asked about who sends it."""
    ann, you, reported = world.person("charity"), YOU | {"risk_to_source": risk}, SAFETY | {"danger": "yes, reported"}
    ann.says("refer")
    ann.presses("Use the form instead")
    first = (reported, reported | {"reported_as": "CAD 4711"}, you, you | {"not_to_share": "Never tell Canaryuncle"})
    for page in (*first, CHILD, AROUND, {"worries": ["criminal"]}, WORRY, EVENT, HELP):
        ann.submits(**page)
    return find_reference(ann.submits().text)


def test_it_opens_one_record_to_one_agency_whatever_agreements_say(world: World) -> None:
    """Invariant 12: outward without an agreement, with an emergency record."""
    an_agreement(world, SCHOOL)
    reference = a_referral(world)
    other = a_referral(world)
    assert HIDDEN in reads(world, "police", reference)
    world.tick()
    world.person("police").hears()

    done = shares(world, reference)
    assert f"Shared now: {reference}" in done
    assert "Police can read it, and its post is told" in done
    assert "Canary" not in done.text
    world.tick()
    told = world.person("police").hears_one()
    assert f"Camden: read this now, {reference}" in told
    assert "Police" not in told.text
    assert "Canary" not in told.text
    page = reads(world, "police", reference)
    assert "Zebra Canaryname" in page
    assert "Take it" not in page
    assert HIDDEN in reads(world, "police", other)
    for handle in ("school", "nurse", "islington"):
        assert HIDDEN in reads(world, handle, reference)
    with world.sessions() as session:
        (kept,) = session.scalars(select(Disclosure).where(Disclosure.about == reference)).all()
        assert (kept.agency.name, kept.level, kept.agreement_id) == ("Police", 4, None)
        assert kept.share_id
        assert kept.person_id


ABOUT_ANN = {  # each question about who sent it, and what stands on the page for her answer
    "How do you know the child?": "I work with them",
    "How do you know what you will tell us?": "I saw it",
    "Could anyone be at risk if people learn that you told us?": "",
    "What must not be passed on, and to whom?": "Never tell Canaryuncle",
    "What reference did the police or MASH give you?": "CAD 4711",
    "How can we reach you safely?": "020 7946 0999",
}


@pytest.mark.parametrize("risk", ["yes", "don't know"])
def test_of_a_source_who_could_be_at_risk_only_the_coordinator_reads(world: World, risk: str) -> None:
    reference = a_referral_that_could_harm(world, risk)
    whole = reads(world, "coordinator", reference)
    for question, said in ABOUT_ANN.items():
        assert f"{question} {said}" in whole
    assert "Passing this on" not in whole
    shares(world, reference)
    page = reads(world, "police", reference)
    for question, said in ABOUT_ANN.items():
        assert question not in page
        assert not said or said not in page
    assert "Zebra Canaryname" in page
    assert "Canarystory at the Canaryplace" in page, "without it nobody can look for the child"
    assert "Passing this on could put somebody at risk, so the answers about who told us are not shown." in page
    assert "Ask the coordinator before you pass anything on, or if you need those answers: mace@camden.example." in page


def test_who_says_that_nobody_is_at_risk_can_be_reached_in_an_emergency(world: World) -> None:
    """Somebody who works with the child may be the first to ask, at night too, when no coordinator answers."""
    reference = a_referral(world)
    shares(world, reference)
    page = reads(world, "police", reference)
    for said in ("I work with them", "020 7946 0999", "Could anyone be at risk if people learn that you told us? No"):
        assert said in page
    assert "Passing this on" not in page


def test_who_refers_is_told_first_who_reads_what_about_them(world: World) -> None:
    browser = signed_in(world, "charity")
    browser.sends("/pages/say", press="refer", label="Refer a child")
    browser.fills_in(**SAFETY)
    assert "If so, only the coordinator reads your answers about yourself." in browser.reads("/pages/talk")
    browser.fills_in(**YOU | {"risk_to_source": "yes"})
    told = "In an emergency other agencies may read the rest: leave out whatever shows who told you."
    assert told in browser.reads("/pages/talk")


def test_it_is_chased_each_working_day_until_somebody_has_reviewed_it(world: World) -> None:
    reference = a_referral(world)
    shares(world, reference)
    world.tick()
    review, cal = "Camden: review what was shared in an emergency", world.person("coordinator")
    assert review not in texts(world, "coordinator"), "not at once: it was she who shared it"
    world.moves_on(hours=23)
    assert review not in texts(world, "coordinator")
    world.moves_on(hours=1)
    assert review in texts(world, "coordinator")
    world.moves_on(hours=2)
    assert review not in texts(world, "coordinator"), "once a day"
    world.moves_on(working_days=3)  # over the weekend, to Monday
    (waits,) = [one for one in cal.hears() if review in one]

    page = reads(world, "coordinator", share_of(world))
    for words in ("Police", "A child may come to serious harm", "Canaryname is with him now"):
        assert words in page
    kept = cal.presses("Reviewed, keep it open", on=waits)
    assert "reviewed, and still open" in kept
    assert "It is open until Monday 13 July 2026" in kept
    world.moves_on(working_days=1)
    assert review not in texts(world, "coordinator")
    assert "Zebra Canaryname" in reads(world, "police", reference)
    world.moves_on(days=27)
    assert "Zebra Canaryname" in reads(world, "police", reference)
    world.moves_on(days=1)
    assert HIDDEN in reads(world, "police", reference)


def test_who_knows_the_family_reads_neither_the_share_nor_what_it_opened(world: World) -> None:
    referral, cal, pat = a_referral(world), world.person("coordinator"), world.person("police")
    case = cal.says(f"open case {referral}").line("Read it on your page").split()[-1]
    shares(world, referral, by="charity")
    action = an_action(world, "Police co-chair, Police", "12 June 2026", about=case)
    shares(world, action, "Streetwise", by="police")
    assert "Zebra" in reads(world, "police", referral)
    for who in (cal, pat):
        who.says(f"i know them {case}")
    for share in shares_of(world):
        assert "this is closed to you" in reads(world, "coordinator", share)
        assert "Canary" not in reads(world, "coordinator", share)
        for line in ("reviewed", "end share"):
            assert "this is closed to you" in cal.says(f"{line} {share}")
    assert "this is closed to you" in reads(world, "police", referral)


def test_it_is_ended_and_whoever_comes_late_sees_how_it_stands(world: World) -> None:
    reference = a_referral(world)
    shares(world, reference, by="charity")
    world.tick()
    cal = world.person("coordinator")
    (waits,) = [one for one in cal.hears() if "shared in an emergency" in one]
    ended = cal.presses("End it", on=waits)
    assert f"Emergency share {share_of(world)}: ended" in ended
    assert HIDDEN in reads(world, "police", reference)
    assert "ended" in cal.presses("Reviewed, keep it open", on=waits)
    assert HIDDEN in reads(world, "police", reference)
    world.moves_on(working_days=2)
    assert "shared in an emergency" not in texts(world, "coordinator")


def test_the_owner_of_an_action_shares_it_and_the_coordinator_is_told_at_once(world: World) -> None:
    action = an_action(world, LEAD, "12 June 2026")
    world.person("school").says(f"done {action}")
    world.moves_on(hours=12)  # in the evening
    texts(world, "coordinator")
    assert f"Shared now: {action}" in shares(world, action, "Streetwise", by="school")
    world.tick()
    assert "Camden: review what was shared in an emergency" in texts(world, "coordinator")
    assert f"read this now, {action}" in texts(world, "charity")
    page = signed_in(world, "charity")
    assert "Held by Sam Testperson" in page.reads(f"/pages/read/{action}")
    assert "Confirm it is done" not in page.reads(f"/pages/read/{action}")
    assert HIDDEN in world.person("charity").says(f"done {action}"), "to read is all they may"


def test_a_withdrawal_does_not_block_it(world: World) -> None:
    action = an_action(world, LEAD, "12 June 2026")
    withdraws(world, action, SCHOOL)
    assert "Held by" not in reads(world, "school", action)
    shares(world, action, SCHOOL)
    assert "Held by Sam Testperson" in reads(world, "school", action)
    world.person("coordinator").says(f"end share {share_of(world)}")
    assert "Held by" not in reads(world, "school", action)


def test_who_runs_another_panel_is_told_there(world: World) -> None:
    reference = a_referral(world)
    assert "Bromley Council can read it, and its post is told" in shares(world, reference, "Bromley Council")
    world.tick()
    assert f"Camden: read this now, {reference}" in texts(world, "bromley")
    assert "Zebra Canaryname" in reads(world, "bromley", reference)


@pytest.mark.parametrize("handle", ["nurse", "bromley", "islington"])
def test_what_is_not_theirs_they_cannot_share_and_learn_nothing(world: World, handle: str) -> None:
    action, referral = an_action(world, LEAD, "12 June 2026"), a_referral(world)
    who = world.person(handle)
    for reference in (action, referral, "A-22222"):
        assert NOT_THEIRS in who.says(f"share now {reference}")
    world.tick()
    assert "read this now" not in texts(world, "police")


def test_only_the_coordinator_reviews_it(world: World) -> None:
    reference = a_referral(world)
    shares(world, reference)
    share = share_of(world)
    for handle in ("police", "charity"):
        for line in ("reviewed", "end share"):
            assert "Your post does not let you" in world.person(handle).says(f"{line} {share}")
    isla = world.person("islington")
    for line in ("reviewed", "end share"):
        assert isla.says(f"{line} {share}").text == isla.says(f"{line} S-22222").text
    assert HIDDEN in reads(world, "islington", share)
    assert "Your post does not let you" in reads(world, "police", share)
    assert "Zebra Canaryname" in reads(world, "police", reference)


def test_an_owner_reads_their_own_and_no_more_than_before(world: World) -> None:
    """To share one action opens no other of the same post."""
    shared, other = an_action(world, NURSE, "12 June 2026"), an_action(world, NURSE, "15 June 2026")
    shares(world, shared, "Streetwise")
    assert "Held by Ngozi Testperson" in reads(world, "charity", shared)
    assert HIDDEN in reads(world, "charity", other)
