"""Sharing agreements: what leaves to another agency is checked against them, and what comes in never is (TRUST.md 4.4).

Invariant 12: an inbound referral succeeds with no agreement at all; outward, nothing of L2 or above goes without one.
"""

from typing import Any

import pytest
from sqlalchemy import select

from bot.sharing import NEEDS_REVIEW, WITHDRAWN
from storage.records import Agreement, AuditEntry, Disclosure, ImportedRow, Withdrawal
from tests.conversations.test_own_pages import a_referral
from tests.integrations.web.signed_in import signed_in
from tests.making import a_meeting, an_action, an_agreement, an_import, an_item
from tests.planting import opens
from tests.surfaces import Heard
from tests.world import World

SCHOOL, NHS, POLICE = "Hollow Oak School", "Thames Gate NHS Trust", "Police"
LEAD, NURSE = "Safeguarding lead, Hollow Oak School", "Named nurse, Thames Gate NHS Trust"


def reads(world: World, handle: str, reference: str) -> str:
    return signed_in(world, handle).reads(f"/pages/read/{reference}")


def reference_of(world: World, agency: str) -> str:
    with world.sessions() as session:
        found = session.scalars(select(Agreement).order_by(Agreement.id.desc())).all()
        return next(one.reference for one in found if one.agency.name == agency)


def kept(world: World, about: str) -> list[tuple[str, int, str, int | None]]:
    """What is kept of what was shown: to whom, at which level, under which agreement and which version of it."""
    with world.sessions() as session:
        rows = session.scalars(select(Disclosure).where(Disclosure.about == about).order_by(Disclosure.id)).all()
        of = {one.id: one.reference for one in session.scalars(select(Agreement))}
        return [(one.agency.name, one.level, of.get(one.agreement_id or 0, ""), one.agreement_version) for one in rows]


def a_sent_agenda(world: World, *agencies: str) -> str:
    meeting = a_meeting(world, agencies=agencies)
    world.person("coordinator").says(f"send {meeting}")
    return meeting


def withdraws(world: World, reference: str, agency: str) -> Heard:
    who = world.person("coordinator")
    who.says(f"withdraw {reference}")
    who.presses("Use the form instead")
    return who.submits(agency=agency, why="It was given to the wrong Canaryschool")


# --- the register -----------------------------------------------------------------------------------------------------


def test_a_coordinator_records_an_agreement_for_several_agencies_and_sees_the_register(world: World) -> None:
    cal = world.person("coordinator")
    empty = cal.says("agreements")
    assert "Camden has not begun its register, so nothing is held back" in empty
    without = "Camden Housing; Hollow Oak School; Police; Streetwise; Thames Gate NHS Trust"
    assert f"No agreement that holds: {without}." in empty
    added = an_agreement(world, SCHOOL, NHS)
    assert "Camden: 2 agreements recorded" in added
    assert "The register is begun. From now on an agency without an agreement reads references" in added
    assert "Police" in added
    listed = cal.says("agreements")
    assert "has not begun" not in listed
    school = reference_of(world, SCHOOL)
    assert f"Hollow Oak School, Camden: holds until Tuesday 1 December 2026, {school}" in listed
    one = cal.presses(f"See {school}")
    for words in ("As the agreement says", "File 7", "Both leads", "Also names and the whole story (L4)", "Both ways"):
        assert words in one
    assert "The register is begun" not in an_agreement(world, POLICE)


def test_it_is_renewed_once_and_an_old_button_changes_nothing(world: World) -> None:
    an_agreement(world, SCHOOL)
    cal, reference = world.person("coordinator"), reference_of(world, SCHOOL)
    shown = cal.says(f"agreement {reference}")
    cal.presses("Renew it", on=shown)
    renewed = cal.submits(review_on="1 May 2027")
    assert "Review by: Saturday 1 May 2027" in renewed
    assert "Review by: Saturday 1 May 2027" in cal.presses("Renew it", on=shown), "drawn before it was renewed"
    assert "Review by: Saturday 1 May 2027" in cal.presses("End it", on=shown)
    with world.sessions() as session:
        held = session.scalars(select(AuditEntry.what).where(AuditEntry.what.like("agreement version%"))).all()
    assert held == ["agreement version 1 holds until 2026-12-01", "agreement version 2 holds until 2027-05-01"]


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ({"review_on": "1 January 2026"}, "It would lapse before it begins"),
        ({"ends_on": "8 June 2026"}, "It has lapsed already"),
        ({"review_on": "soon"}, "Enter a date, like 27 March 2026"),
        ({"basis": ""}, "Answer this question"),
    ],
)
def test_an_agreement_that_cannot_be_changes_nothing(world: World, days: dict[str, Any], says: str) -> None:
    heard = an_agreement(world, SCHOOL, **days)
    assert says in f"{heard} {heard.errors}"
    assert "has not begun its register" in world.person("coordinator").says("agreements")


def test_whoever_keeps_no_register_reads_none_and_another_boroughs_is_not_there(world: World) -> None:
    an_agreement(world, SCHOOL)
    reference = reference_of(world, SCHOOL)
    for line in ("agreements", "add agreement", f"end agreement {reference}", f"withdraw {reference}"):
        assert "Your post does not let you keep sharing agreements" in world.person("school").says(line)
    isla = world.person("islington")
    for line in ("agreement", "renew agreement", "end agreement"):
        assert isla.says(f"{line} {reference}").text == isla.says(f"{line} G-22222").text
        assert "I cannot show anything" in isla.front
    assert "Islington has not begun its register" in isla.says("agreements")
    assert reference not in isla.front
    assert "in force" in world.person("coordinator").says(f"agreement {reference}")


def test_the_coordinator_is_reminded_before_it_lapses_and_when_it_has(world: World) -> None:
    an_agreement(world, SCHOOL, review_on="10 August 2026")
    cal, reference = world.person("coordinator"), reference_of(world, SCHOOL)
    heard = []
    for days in (1, 1, 29, 1, 2, 21, 7, 1, 10):
        world.moves_on(days=days)
        heard.append([one.text.split("\n")[0] for one in cal.hears() if reference in one])
    review = "Camden: review a sharing agreement by Monday 10 August 2026"
    lapsed = "Camden: a sharing agreement has lapsed"
    assert heard == [[], [review], [], [], [review], [review], [], [lapsed], []], "on a Saturday nobody is reminded"


def test_one_that_was_renewed_or_ended_reminds_nobody(world: World) -> None:
    an_agreement(world, SCHOOL, NHS, review_on="10 August 2026")
    cal = world.person("coordinator")
    world.moves_on(days=32)  # a Saturday: what is owed since today waits
    cal.presses("Renew it", on=cal.says(f"agreement {reference_of(world, SCHOOL)}"))
    cal.submits(review_on="1 June 2027")
    cal.presses("End it", on=cal.says(f"agreement {reference_of(world, NHS)}"))
    cal.hears()
    for days in (2, 35):
        world.moves_on(days=days)
        assert [one for one in cal.hears() if "sharing agreement" in one] == []


# --- what comes in ----------------------------------------------------------------------------------------------------


def test_a_referral_comes_in_though_nobody_has_an_agreement(world: World) -> None:
    """Invariant 12, one side: neither before there is a register, nor when it holds nothing for its sender."""
    assert a_referral(world).startswith("R-")
    an_agreement(world, SCHOOL)
    world.person("coordinator").says(f"end agreement {reference_of(world, SCHOOL)}")
    reference = a_referral(world)
    world.tick()
    assert any(reference in one for one in world.person("coordinator").hears())
    assert "Zebra Canaryname" in reads(world, "charity", reference), "and whoever sent it reads what they said"


# --- what goes out ----------------------------------------------------------------------------------------------------


def test_without_an_agreement_an_agenda_says_what_is_asked_and_no_more(world: World) -> None:
    """Invariant 12, the other side."""
    an_agreement(world, NHS)
    meeting = a_sent_agenda(world, SCHOOL, NHS)
    page = reads(world, "school", meeting)
    assert f"Item 1 {NEEDS_REVIEW}" in page
    assert "Hollow Oak School: send information" in page
    assert "Item 1: new" not in page
    assert "Item 1: new" in reads(world, "nurse", meeting)
    assert "Item 1: new" in reads(world, "coordinator", meeting)
    assert kept(world, meeting) == [(NHS, 2, reference_of(world, NHS), 1)]
    with world.sessions() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.about == meeting, AuditEntry.what.like("% L2%")))
        said = [(one.what, one.result) for one in noted]
    assert ("held back L2", "needs an agreement") in said
    assert (f"shown L2: {reference_of(world, NHS)} version 1", "done") in said


@pytest.mark.parametrize(
    "other",
    [{"purposes": ["actions"]}, {"strands": ["place"]}, {"direction": "in"}, {"starts_on": "10 June 2026"}],
    ids=str,
)
def test_an_agreement_covers_what_it_says_and_nothing_else(world: World, other: dict[str, Any]) -> None:
    an_agreement(world, SCHOOL, **other)
    meeting = a_sent_agenda(world, SCHOOL)
    assert NEEDS_REVIEW in reads(world, "school", meeting)
    an_agreement(world, SCHOOL)
    assert "Item 1: new" in reads(world, "school", meeting)


def test_before_there_is_a_register_nothing_is_held_back_and_afterwards_nothing_is_taken_away(world: World) -> None:
    meeting = a_sent_agenda(world, SCHOOL)
    assert "Item 1: new" in reads(world, "school", meeting)
    an_agreement(world, NHS)
    assert "Item 1: new" in reads(world, "school", meeting)
    assert kept(world, meeting) == [(SCHOOL, 2, "", None)]


def test_a_lapse_stops_what_is_new_and_hides_nothing_that_was_given(world: World) -> None:
    an_agreement(world, SCHOOL, review_on="12 June 2026")
    meeting = a_sent_agenda(world, SCHOOL)
    action = an_action(world, LEAD, "18 June 2026")
    assert "Item 1: new" in reads(world, "school", meeting)
    world.moves_on(working_days=4)
    an_item(world, (SCHOOL,))
    world.person("coordinator").says(f"send {meeting}")
    page = reads(world, "school", meeting)
    assert "Item 1: new" in page
    assert f"Item 2 {NEEDS_REVIEW}" in page
    assert "Held by Sam Testperson" in reads(world, "school", action)
    later = an_action(world, LEAD, "19 June 2026")
    held = reads(world, "school", later)
    assert NEEDS_REVIEW in held
    assert "Held by" not in held
    assert "Done" in held, "it is theirs to do all the same"


def test_the_agreements_last_day_is_a_day_on_which_it_holds(world: World) -> None:
    an_agreement(world, SCHOOL, ends_on="10 June 2026")
    world.moves_on(working_days=1)
    meeting = a_sent_agenda(world, SCHOOL)
    assert "Item 1: new" in reads(world, "school", meeting)
    world.moves_on(working_days=1)
    an_item(world, (SCHOOL,))
    world.person("coordinator").says(f"send {meeting}")
    assert NEEDS_REVIEW in reads(world, "school", meeting)


def test_an_action_is_given_without_an_agreement_and_the_coordinator_is_told_what_is_held_back(world: World) -> None:
    an_agreement(world, NHS)
    cal = world.person("coordinator")
    action = an_action(world, LEAD, "12 June 2026")
    given = "No sharing agreement with that agency covers this"
    world.tick()
    assert "Camden: check a record flag by Friday 12 June 2026" in world.person("school").hears_one()
    cal.presses("Use the form instead", on=cal.says(f"give {action}"))
    assert given not in cal.submits(owner=NURSE)
    assert kept(world, action) == [(NHS, 4, reference_of(world, NHS), 1)]
    cal.presses("Use the form instead", on=cal.says(f"give {action}"))
    assert given in cal.submits(owner=LEAD)


def test_an_ended_agreement_hides_nothing_from_an_owner_until_a_coordinator_withdraws_it(world: World) -> None:
    an_agreement(world, SCHOOL)
    action = an_action(world, LEAD, "12 June 2026")
    cal, agreement = world.person("coordinator"), reference_of(world, SCHOOL)
    ended = cal.says(f"end agreement {agreement}")
    assert "Nothing new is shown under it. What was given stays readable" in ended
    assert "Held by Sam Testperson" in reads(world, "school", action)

    decided = withdraws(world, action, SCHOOL)
    assert f"Withdrawn: {action}" in decided
    assert "Canary" not in decided.text
    page = reads(world, "school", action)
    assert WITHDRAWN in page
    assert "Held by" not in page
    assert action in page, "the reference and the task stay"
    assert f"Withdrawn: {action}" in withdraws(world, action, SCHOOL), "decided twice is decided once"
    with world.sessions() as session:
        (row,) = session.scalars(select(Withdrawal)).all()
        assert row.person_id

    assert f"{action} may be read again" in cal.says(f"show again {action}")
    assert "Held by Sam Testperson" in reads(world, "school", action), "given before, so that nothing is new"
    assert "Nothing with that reference is withdrawn" in cal.says(f"show again {action}")


WROTE = "Canaryname was not seen yet"


STEPS = [("send back", {"missing": "record"}), ("cancel action", {"because": "twice"})]


@pytest.mark.parametrize(("step", "answers"), STEPS, ids=[step for step, _ in STEPS])
def test_what_the_coordinator_writes_waits_for_an_agreement_that_covers_what_people_write(
    world: World, step: str, answers: dict[str, str]
) -> None:
    an_agreement(world, SCHOOL, highest="3")
    action = an_action(world, LEAD, "12 June 2026")
    world.person("school").says(f"done {action}")
    opens(world.person("coordinator"), f"{step} {action}")
    world.person("coordinator").submits(**answers, why=WROTE)
    page = reads(world, "school", action)
    assert f"The reason, in their words {NEEDS_REVIEW}" in page
    assert "Canary" not in page
    assert "Held by Sam Testperson" in page
    assert WROTE in reads(world, "coordinator", action)
    assert kept(world, action) == [(SCHOOL, 3, reference_of(world, SCHOOL), 1)]
    assert ("held back L4", "needs an agreement") in noted(world, action)
    an_agreement(world, SCHOOL)
    assert WROTE in reads(world, "school", action)
    assert kept(world, action)[1:] == [(SCHOOL, 4, reference_of(world, SCHOOL), 1)]


def test_what_an_agency_wrote_itself_it_reads_whatever_is_agreed_about_words(world: World) -> None:
    an_agreement(world, SCHOOL, highest="3")
    sam, action = world.person("school"), an_action(world, LEAD, "12 June 2026")
    opens(sam, f"blocked {action}")
    sam.submits(because="capacity", why="Canaryaunt is away")
    assert "Canaryaunt is away" in reads(world, "school", action)
    sam.presses("Yes, mark it as done", on=sam.says(f"done {action}, saw Canaryaunt"))
    assert "saw Canaryaunt" in reads(world, "school", action)
    assert [what for what, _ in noted(world, action) if what == "held back L4"] == []


def test_what_a_tracker_said_waits_for_that_agreement_too(world: World) -> None:
    an_agreement(world, SCHOOL, highest="3")
    imported = an_import(world)
    world.person("coordinator").says(f"start import {imported}")
    with world.sessions() as session:
        rows = session.scalars(select(ImportedRow)).all()
        action = next(one.action.reference for one in rows if one.action and one.action.owner.words == LEAD)
    page = reads(world, "school", action)
    assert f"What the panel wrote {NEEDS_REVIEW}" in page
    assert "SIMS" not in page
    assert "Check flag on SIMS" in reads(world, "coordinator", action)
    an_agreement(world, SCHOOL)
    assert "Check flag on SIMS" in reads(world, "school", action)


def noted(world: World, about: str) -> list[tuple[str, str]]:
    with world.sessions() as session:
        return [(one.what, one.result) for one in session.scalars(select(AuditEntry).where(AuditEntry.about == about))]


def test_to_give_an_action_anew_ends_that_it_was_withdrawn(world: World) -> None:
    an_agreement(world, SCHOOL)
    action, cal = an_action(world, LEAD, "12 June 2026"), world.person("coordinator")
    withdraws(world, action, SCHOOL)
    cal.presses("Use the form instead", on=cal.says(f"give {action}"))
    cal.submits(owner=LEAD)
    assert "Held by Sam Testperson" in reads(world, "school", action)


def test_only_the_coordinator_who_gave_it_withdraws_it(world: World) -> None:
    action = an_action(world, LEAD, "12 June 2026")
    cal, isla = world.person("coordinator"), world.person("islington")
    refused = "No other agency has been given anything with that reference"
    assert refused in isla.says(f"withdraw {action}")
    assert refused in cal.says("withdraw A-22222")
    assert "has been given nothing with that reference" in _withdraws_from_whom_nothing_was_given(world, action)
    assert "Held by Sam Testperson" in reads(world, "school", action)


def _withdraws_from_whom_nothing_was_given(world: World, action: str) -> Heard:
    an_action(world, NURSE, "12 June 2026")
    return withdraws(world, action, NHS)


# --- between boroughs -------------------------------------------------------------------------------------------------


def test_the_other_boroughs_contact_is_told_as_their_agreement_says(world: World) -> None:
    """The transfer itself comes in, and is told and acknowledged whatever agreements there are."""
    cal, bo = world.person("coordinator"), world.person("bromley")
    an_agreement(world, "Islington Council", by="bromley", borough="Bromley")
    cal.says("new transfer")
    cal.presses("Use the form instead")
    told = cal.submits(origin="Camden", receiving="Bromley", child="don't know", status_in_law="none", stay="permanent")
    reference = told.line("Where is it?").split()[-1]
    world.tick()
    bo.presses("Acknowledge it", on=bo.hears_one())
    assert "Contact in Bromley: MACE coordinator" in bo.submits(contact="MACE coordinator, Bromley Council")

    asked = cal.says(f"transfer {reference}")
    assert f"Contact in Bromley: {NEEDS_REVIEW}" in asked
    assert "Next step: Camden: send the papers to the contact" in asked
    assert NEEDS_REVIEW in world.person("police").says(f"transfer {reference}")
    an_agreement(world, "Camden Council", by="bromley", borough="Bromley", purposes=["transfer"], highest="2")
    assert "Contact in Bromley: MACE coordinator, Bromley Council" in cal.says(f"transfer {reference}")
    assert NEEDS_REVIEW in world.person("police").says(f"transfer {reference}"), "that agreement is Camden Council's"
    assert [one[0] for one in kept(world, reference)] == ["Camden Council"]
