"""What is stuck goes up, by people and by the clock, until somebody settles it; and the register (DOMAIN.md B.7)."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from bot.kit.references import find_reference
from storage.levels import Classified, Level
from storage.records import (
    Account,
    Action,
    ActionState,
    Agency,
    BlockedBecause,
    Escalation,
    Holding,
    Partnership,
    Person,
    Post,
    Role,
)
from tests.cast import HOME, START
from tests.conversations.test_agreements import reads, withdraws
from tests.making import a_case, an_action, an_agreement
from tests.surfaces import Heard
from tests.world import World

SCHOOL, NURSE = "Safeguarding lead, Hollow Oak School", "Named nurse, Thames Gate NHS Trust"
NHS, COUNCIL = "Thames Gate NHS Trust", "Camden Council"
DUE = "12 June 2026"  # Friday
STUCK = "Camden: check a record flag is stuck"
WORDS = "Canaryname is seen on Monday, agreed with Canaryaunt"


def joins(world: World, handle: str, agency: str, role: Role, borough: str = "Camden") -> None:
    """Somebody who holds a post with this role, and has an account."""
    with world.sessions.begin() as session:
        where = session.scalars(select(Partnership).where(Partnership.name == borough)).one()
        whose = session.scalars(select(Agency).where(Agency.name == agency)).one()
        post = Post(partnership=where, agency=whose, title=f"The {handle}", role=role, on_panel=False)
        account = session.scalars(select(Account).where(Account.user == handle)).one_or_none()
        person_id = account.person_id if account else None
        if person_id is None:
            person = Person(name=Classified("Dee Testperson", Level.L2))
            session.add(person)
            session.flush()
            person_id, platform = person.id, world.surface.platform.name
            session.add(Account(platform=platform, tenant=HOME, user=handle, person_id=person_id, last_used_at=START))
        session.add(post)
        session.flush()
        session.add(Holding(post_id=post.id, person_id=person_id, from_day=date(2026, 1, 5)))


def blocks(world: World, reference: str, because: BlockedBecause) -> None:
    """As its owner says that it is blocked."""
    with world.sessions.begin() as session:
        given = {"state": ActionState.BLOCKED, "blocked_because": because, "blocked_at": world.now}
        session.execute(update(Action).where(Action.reference == reference).values(given))


def escalates(world: World, handle: str, action: str, reason: str = "capacity") -> Heard:
    who = world.person(handle)
    who.says(f"escalate {action}")
    who.presses("Use the form instead")
    who.submits(risk="no")
    return who.submits(reason=reason)


def escalation_of(action: str, world: World) -> str:
    with world.sessions() as session:
        asked = select(Escalation.reference).join(Action).where(Action.reference == action)
        return session.scalars(asked.order_by(Escalation.id.desc())).first() or ""


def texts(world: World, handle: str) -> list[Heard]:
    return [one for one in world.person(handle).hears() if "stuck" in one or "waits for you" in one or "B-" in one]


def told(world: World, handle: str) -> Heard:
    """The one message about an escalation that came."""
    (one,) = texts(world, handle)
    return one


def quiet(world: World, *handles: str) -> None:
    for handle in handles:
        world.person(handle).hears()


def a_meeting_on(world: World, day: str) -> None:
    cal = world.person("coordinator")
    cal.says("add meeting")
    cal.presses("Use the form instead")
    assert "Meeting" in cal.submits(borough="Camden", day=day, at="2pm", place="Room 4")


def settles(world: World, handle: str, reference: str, words: str = WORDS) -> Heard:
    who = world.person(handle)
    heard = who.says(f"settle {reference}")
    who.presses(next(one for one in ("Use the form instead", "Open the form") if one in heard.buttons))
    return who.submits(words=words)


# --- raising it -------------------------------------------------------------------------------------------------------


def test_the_first_question_is_whether_anyone_is_at_risk(world: World) -> None:
    joins(world, "lead", COUNCIL, Role.STRATEGIC)
    action, sam = an_action(world, SCHOOL, DUE), world.person("school")
    assert "Is anyone at risk right now?" in sam.says(f"escalate {action}")
    sam.presses("Use the form instead")
    phone = sam.submits(risk="yes")
    for words in ("Phone 999 now", "Camden MASH", "020 7946 0101, Monday to Friday, 9am to 5pm", "Central North"):
        assert words in phone
    assert escalation_of(action, world) == "", "nothing is kept of it"
    assert sam.presses("I have phoned, escalate it").options["start"]
    done = sam.submits(start="3", reason="not_at_table")
    assert "You escalated it" in done
    assert "Level 3, the chairs (it is here): Police co-chair, Police; to settle it by Thursday 11 June 2026" in done
    assert "Somebody was at risk" in done
    world.tick()
    chair = told(world, "police")
    assert f"{STUCK}, level 3. Settle it by Thursday 11 June 2026" in chair
    assert "If anyone is at risk now, phone 999 first." in chair
    assert "It was escalated. It is with the chairs, and you are one of them." in chair
    assert "It is to be settled by Thursday 11 June 2026. If it is not, whoever raised it or the coordinator" in chair
    assert chair.line("Say how it was settled").startswith(f"settle {escalation_of(action, world)} @1")


def test_who_is_not_sure_that_it_cannot_wait_may_start_below(world: World) -> None:
    action, sam = an_action(world, SCHOOL, DUE), world.person("school")
    sam.says(f"escalate now {action}")
    sam.presses("Use the form instead")
    assert "Level 1, the post it was given to and whoever raised it (it is here)" in sam.submits(
        start="1", reason="capacity"
    )


def test_the_coordinator_raises_it_and_the_owner_hears_by_when_it_is_to_be_settled(world: World) -> None:
    action = an_action(world, NURSE, DUE)
    world.tick()
    quiet(world, "nurse", "coordinator")
    done = escalates(world, "coordinator", action, "law_or_protocol")
    for words in (
        "The law or a protocol does not allow it",
        NHS,
        "by MACE coordinator, Camden Council",
        f"Level 1, the post it was given to and whoever raised it (it is here): {NURSE}; MACE coordinator",
        "to settle it by Thursday 11 June 2026",
        "Level 2, the agency’s lead: nobody, so the chairs stand in; from Tuesday 16 June 2026 on",
        "Level 4, the heads of service: nobody, so the coordinators stand in; 5 working days to settle it",
        "Level 5, the strategic group: nobody, so the coordinators stand in; until the next meeting",
    ):
        assert words in done
    world.tick()
    assert texts(world, "coordinator") == [], "it was she who raised it"
    owner = told(world, "nurse")
    assert f"{STUCK}, level 1" in owner
    assert "If it is not, it goes to level 2, the agency’s lead, on Tuesday 16 June 2026" in owner
    for words in ("law", "protocol", "MACE coordinator", "police", "Canary"):
        assert words not in owner.text, "posts and reasons are read when somebody asks"
    seen = world.person("nurse").presses("See who has it, and why", on=owner)
    assert "by MACE coordinator, Camden Council" in seen
    assert f"action {action}" in seen


def test_an_action_is_escalated_once_at_a_time(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    first = escalates(world, "school", action)
    reference = find_reference(first.text.replace(action, ""))
    again = world.person("school").says(f"escalate {action}")
    assert "It has been escalated already" in again
    assert reference in again
    assert f"escalation {reference}" not in again.text
    assert reference in world.person("coordinator").says(f"escalate {action}")
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Escalation)) == 1


def test_of_two_forms_that_are_open_at_once_one_raises_it(world: World) -> None:
    action, cal, sam = an_action(world, SCHOOL, DUE), world.person("coordinator"), world.person("school")
    for who in (cal, sam):
        who.says(f"escalate {action}")
        who.presses("Use the form instead")
        who.submits(risk="no")
    assert "You escalated it" in sam.submits(reason="capacity")
    assert "It has been escalated already" in cal.submits(reason="waiting")
    with world.sessions() as session:
        (kept,) = session.scalars(select(Escalation)).all()
        assert kept.reason is BlockedBecause.CAPACITY


def test_what_is_done_is_not_escalated(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    world.person("school").says(f"done {action}")
    assert "There is nothing to escalate" in world.person("coordinator").says(f"escalate {action}")


@pytest.mark.parametrize("handle", ["bromley", "charity", "islington", "nurse"])
def test_who_may_not_see_the_action_cannot_escalate_it_and_learns_nothing(world: World, handle: str) -> None:
    action, who = an_action(world, SCHOOL, DUE), world.person(handle)
    assert who.says(f"escalate {action}").text == who.says("escalate A-22222").text
    assert "I cannot show anything with that reference" in who.front


def test_in_words_the_same_questions_are_asked_one_by_one(world: World) -> None:
    action, sam = an_action(world, SCHOOL, DUE), world.person("school")
    sam.says(f"escalate {action}")
    assert "What is in the way?" in sam.says("no")
    assert "You escalated it" in sam.says("not enough people or time")
    other = an_action(world, SCHOOL, DUE)
    sam.says(f"escalate {other}")
    assert "Phone 999 now" in sam.says("yes")
    assert escalation_of(other, world) == ""


# --- up, by people ----------------------------------------------------------------------------------------------------


def test_it_goes_up_by_a_press_and_each_side_hears_once(world: World) -> None:
    joins(world, "lead", "Hollow Oak School", Role.AGENCY_LEAD)
    joins(world, "other", NHS, Role.AGENCY_LEAD)
    action = an_action(world, SCHOOL, DUE)
    done = escalates(world, "coordinator", action)
    world.tick()
    quiet(world, "school", "coordinator", "lead")
    up = world.person("coordinator").presses("Take it one level up", on=done)
    assert "You took it one level up" in up
    assert "Level 2, the agency’s lead (it is here): The lead, Hollow Oak School; to settle it by Tuesday 16 June" in up
    stale = world.person("coordinator").presses("Take it one level up", on=done)
    assert "You took it one level up" in stale
    assert "Level 2, the agency’s lead (it is here)" in stale, "a second press takes it no further"
    world.tick()
    assert "and you are one of them" in told(world, "lead")
    assert "Say how it was settled" not in told(world, "school").buttons, "it is past their level"
    assert texts(world, "other") == [], "another agency's lead"
    assert texts(world, "coordinator") == [], "it was she who did it"
    assert texts(world, "police") == []


def test_it_ends_at_the_top_where_alone_it_can_be_recorded_as_unresolved(world: World) -> None:
    joins(world, "head", COUNCIL, Role.HEAD)
    joins(world, "strategic", COUNCIL, Role.STRATEGIC)
    action = an_action(world, SCHOOL, DUE)
    escalates(world, "coordinator", action)
    reference, cal, top = escalation_of(action, world), world.person("coordinator"), world.person("strategic")
    for level in (2, 3, 4, 5):
        assert "Only the strategic group, level 5, can record that" in top.says(f"record unresolved {reference}")
        assert f"Level {level}, " in cal.says(f"climb {reference}")
    assert "It is at the top, level 5" in cal.says(f"climb {reference}")
    world.tick()
    stuck = told(world, "strategic")
    assert f"{STUCK}, level 5. Settle it at the next meeting" in stuck
    assert "at the next meeting, which is not planned yet. If it is not, they record that it is unresolved" in stuck
    assert "Only whoever is to settle it now can do that" in cal.says(f"record unresolved {reference}")
    quiet(world, "school", "coordinator")
    seen = top.presses("See who has it, and why", on=stuck)
    assert "You recorded that it is unresolved" in top.presses("Record that it is unresolved", on=seen)
    assert "You recorded that it is unresolved" in top.presses("Record that it is unresolved", on=seen)
    world.tick()
    for handle in ("school", "coordinator"):
        assert "Camden: check a record flag was recorded as unresolved" in told(world, handle)
    assert "recorded as unresolved" in cal.says(f"climb {reference}"), "too late: it says how it stands"


def test_whose_step_it_is_not_is_refused_and_changes_nothing(world: World) -> None:
    joins(world, "lead", "Hollow Oak School", Role.AGENCY_LEAD)
    joins(world, "strategic", COUNCIL, Role.STRATEGIC)
    action = an_action(world, SCHOOL, DUE)
    escalates(world, "coordinator", action)
    reference = escalation_of(action, world)
    assert f"{reference} is at level 1, with the post it was given to" in world.person("lead").says(
        f"settle {reference}"
    )
    for handle in ("lead", "strategic", "police", "school"):
        who = world.person(handle)
        assert "Only the coordinator or whoever raised it can do that" in who.says(f"climb {reference}")
        assert "Only the coordinator or whoever raised it can do that" in who.says(f"withdraw escalation {reference}")
        assert "Only whoever raised it can do that" in who.says(f"object {reference}")
    for handle in ("nurse", "charity", "islington", "bromley"):
        who = world.person(handle)
        for line in ("escalation", "climb", "settle", "object", "withdraw escalation", "record unresolved"):
            assert who.says(f"{line} {reference}").text == who.says(f"{line} B-22222").text
    with world.sessions() as session:
        assert [(one.version, one.level) for one in session.scalars(select(Escalation))] == [(1, 1)]


def test_who_raised_it_withdraws_it(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    done = escalates(world, "school", action)
    world.tick()
    quiet(world, "coordinator")
    sam = world.person("school")
    assert "You withdrew it" in sam.presses("Withdraw it", on=done)
    assert "You withdrew it" in sam.presses("Withdraw it", on=done)
    world.tick()
    assert "Camden: check a record flag is no longer escalated" in told(world, "coordinator")
    assert "withdrawn" in world.person("coordinator").says(f"climb {escalation_of(action, world)}")
    assert "You escalated it" in escalates(world, "school", action), "it can be raised again"


# --- settled, and objected to -----------------------------------------------------------------------------------------


def test_it_is_settled_in_words_that_stay_in_the_tracker_and_closes_by_itself(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    escalates(world, "school", action)
    reference = escalation_of(action, world)
    world.tick()
    quiet(world, "school", "coordinator")
    done = settles(world, "coordinator", reference)
    assert "You wrote how it was settled" in done
    assert "Canary" not in done.text
    world.tick()
    owner = told(world, "school")
    assert "Camden: check a record flag was settled" in owner
    assert "If you do not agree, say so by Thursday 11 June 2026" in owner
    assert "Canary" not in owner.text
    for handle in ("school", "coordinator"):
        assert WORDS in reads(world, handle, reference)
    chair = reads(world, "police", reference)
    assert "How it was settled is read by the coordinators" in chair
    assert "Canary" not in chair
    assert "settled, unless whoever raised it objects" in settles_again(world, reference)

    world.moves_on(working_days=2)
    assert "settled, unless" in world.person("school").says(f"escalation {reference}")
    world.moves_on(working_days=1)
    assert "resolved" in world.person("school").says(f"escalation {reference}")
    late = world.person("school").presses("I do not agree", on=owner)
    assert f"It could be objected to for two working days. Say escalate {action}" in late


def settles_again(world: World, reference: str) -> Heard:
    return world.person("coordinator").says(f"settle {reference}")


def test_how_it_was_settled_is_read_as_the_action_is(world: World) -> None:
    """By its owner's agency, as far as an agreement goes; and not by who knows the family."""
    joins(world, "lead", "Hollow Oak School", Role.AGENCY_LEAD)
    case = a_case(world)
    action = an_action(world, SCHOOL, DUE, about=case)
    escalates(world, "coordinator", action)
    reference = escalation_of(action, world)
    settles(world, "coordinator", reference)
    assert WORDS in reads(world, "lead", reference)
    cal = world.person("coordinator")
    cal.says(f"i know them {case}")
    assert "Canary" not in reads(world, "coordinator", reference)
    assert "How it was settled is read by" in reads(world, "coordinator", reference)
    withdraws(world, action, "Hollow Oak School")
    assert "Canary" not in reads(world, "lead", reference)
    assert "They decided that this is no longer to be read here" in reads(world, "lead", reference)


def test_how_it_was_settled_waits_for_an_agreement_that_covers_what_people_write(world: World) -> None:
    """Whoever wrote it: it is what several agencies settled."""
    an_agreement(world, "Hollow Oak School", highest="3")
    action = an_action(world, SCHOOL, DUE)
    escalates(world, "coordinator", action)
    reference = escalation_of(action, world)
    settles(world, "coordinator", reference)
    page = reads(world, "school", reference)
    assert "Your agency's sharing agreement needs review" in page
    assert "Canary" not in page
    assert WORDS in reads(world, "coordinator", reference)
    an_agreement(world, "Hollow Oak School")
    assert WORDS in reads(world, "school", reference)


def test_who_raised_it_objects_and_it_is_open_again(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    escalates(world, "school", action)
    reference = escalation_of(action, world)
    settles(world, "coordinator", reference)
    world.tick()
    quiet(world, "coordinator")
    owner, sam = told(world, "school"), world.person("school")
    again = sam.presses("I do not agree", on=owner)
    assert "You objected, so it is open again" in again
    assert "You objected, so it is open again" in sam.presses("I do not agree", on=owner), "pressed twice"
    world.tick()
    assert "Whoever raised it does not agree that it was settled" in told(world, "coordinator")
    with world.sessions() as session:
        (kept,) = session.scalars(select(Escalation)).all()
        assert kept.objected
    world.moves_on(working_days=3)
    assert "open" in sam.says(f"escalation {reference}"), "nothing closes it now"


def test_a_settlement_that_comes_too_late_shows_how_it_stands(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    done = escalates(world, "school", action)
    reference, cal = escalation_of(action, world), world.person("coordinator")
    heard = cal.says(f"settle {reference}")
    cal.presses(next(one for one in ("Use the form instead", "Open the form") if one in heard.buttons))
    world.person("school").presses("Withdraw it", on=done)
    assert "withdrawn" in cal.submits(words=WORDS)
    with world.sessions() as session:
        assert session.scalars(select(Escalation)).one().settlement is None
