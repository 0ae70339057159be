"""The coordinator's day: what needs me, who is chased, which agency is late, and confirming several at once."""

from datetime import time, timedelta

from sqlalchemy import select

from bot.kit.worktime import local, local_day
from storage.records import Action, ActionState, AuditEntry, Post
from tests.making import a_meeting, an_action, an_escalation
from tests.planting import REFERRAL, opens
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"
HOUSING = "Housing lead, Camden Housing"


def state_of(world: World, reference: str) -> ActionState:
    with world.sessions() as session:
        return session.scalars(select(Action.state).where(Action.reference == reference)).one()


def said_done(world: World, post: str, by: str, count: int = 1) -> list[str]:
    given = [an_action(world, post, "23 June 2026") for _ in range(count)]
    for reference in given:
        world.person(by).says(f"done {reference}")
    return given


def quiet(world: World, *handles: str) -> None:
    world.tick()
    for handle in handles:
        world.person(handle).hears()


# --- today ------------------------------------------------------------------------------------------------------------


def test_today_counts_all_that_waits_and_gives_each_its_one_button(world: World) -> None:
    cal, nurse = world.person("coordinator"), world.person("nurse")
    assert "Nothing needs you on Tuesday 9 June 2026" in cal.says("today")
    (done,) = said_done(world, SCHOOL, "school")
    contested, blocked, longer, gone = (an_action(world, NURSE, "23 June 2026") for _ in range(4))
    nurse.says(f"not mine {contested}")
    for command, reference, answers in (
        ("blocked", blocked, {"because": "capacity"}),
        ("more time", longer, {"until": "26 June 2026"}),
        ("not possible", gone, {"because": "moved"}),
    ):
        opens(nurse, f"{command} {reference}")
        nurse.submits(**answers)
    opens(nurse, "propose action")
    nurse.submits(owner=f"Camden: {SCHOOL}", verb="make a call", due_on="12 June 2026")
    charity = world.person("charity")
    opens(charity, "refer")
    for page in REFERRAL:
        charity.submits(**page)
    charity.submits()
    a_meeting(world)
    first = cal.says("today")
    assert "What needs you on Tuesday 9 June 2026" in first
    sections = ("Referrals to look at", "Said not theirs", "Said done, to confirm", "More time asked")
    for one in (*sections, "Said not possible", "Proposed", "Blocked", "Agendas to send"):
        assert f"{one}: 1" in first, one
    assert first.line(f"Confirm {done}").startswith(f"confirm {done} @")
    assert first.line(f"Give {contested} to a post").startswith(f"give {contested} @")
    assert first.line(f"Decide about {longer}") == f"action {longer}"
    assert first.line(f"Decide about {gone}") == f"action {gone}"
    assert first.line(f"What you can do: {blocked}") == f"action {blocked}"
    assert any(label.startswith("Take R-") for label in first.buttons)
    assert any(label.startswith("Look at M-") for label in first.buttons)
    assert "Page" not in first
    assert f"Camden: check a record flag, {SCHOOL}, {done}, by Tuesday 23 June 2026" in first
    cal.presses(f"Confirm {done}")
    assert "to confirm" not in cal.says("today")


def test_today_shows_what_is_escalated_until_it_is_settled(world: World) -> None:
    escalated = an_escalation(world, an_action(world, SCHOOL, "23 June 2026"))
    cal = world.person("coordinator")
    first = cal.says("today")
    assert "Escalated: 1" in first
    assert f"Camden: check a record flag, {SCHOOL}, level 1, {escalated}" in first
    assert first.line(f"See {escalated}") == f"escalation {escalated}"
    assert escalated not in world.person("islington").says("today").text
    cal.says(f"withdraw escalation {escalated}")
    assert "Escalated" not in cal.says("today")


def test_today_is_paged_and_a_page_that_is_gone_is_the_last(world: World) -> None:
    """TRUST.md T-82."""
    cal = world.person("coordinator")
    given = said_done(world, SCHOOL, "school", 9)
    first = cal.says("today")
    assert "Said done, to confirm: 9" in first
    assert "Page 1 of 2" in first
    assert "Page before" not in first.buttons
    second = cal.presses("Next page")
    assert "Page 2 of 2" in second
    shown = [one for one in given if f"Confirm {one}" in {**first.buttons, **second.buttons}]
    assert shown == given
    assert "Page 1 of 2" in cal.presses("Page before")
    cal.says(f"confirm {given[0]}")
    assert "Page" not in cal.presses("Next page", on=first)
    assert cal.says("today 99").text == cal.says("today").text


def test_today_counts_messages_that_did_not_arrive(world: World) -> None:
    for count, words in enumerate(("1 message may", "2 messages may"), start=1):
        an_action(world, HOUSING, "23 June 2026")  # whose holder has not joined
        world.tick()
        heard = world.person("coordinator").says("today")
        assert f"Not delivered: {count}" in heard
        assert f"{words} not have arrived" in heard
    assert "Not delivered in the last 14 days" in world.person("coordinator").presses("See which did not arrive")


def test_today_is_of_ones_own_borough_and_for_who_runs_it(world: World) -> None:
    said_done(world, SCHOOL, "school")
    assert "Nothing needs you" in world.person("islington").says("today")
    for command in ("today", "chase", "confirm all"):
        assert "Your post does not let you" in world.person("school").says(command)
    assert "Your post does not let you" in world.person("police").says("today")


# --- chase ------------------------------------------------------------------------------------------------------------


def behind(world: World) -> tuple[str, str, str]:
    """Two days late, on a day without reminders: one of the school's, which has another, and one of the nurse's."""
    late, open_, nurses = (
        an_action(world, SCHOOL, "10 June 2026"),
        an_action(world, SCHOOL, "30 June 2026"),
        an_action(world, NURSE, "10 June 2026"),
    )
    world.moves_on(working_days=2)  # the first day late: the morning's reminder says so
    world.moves_on(working_days=1, hours=1)
    quiet(world, "school", "nurse")
    return late, open_, nurses


def test_chase_reminds_each_owner_once_a_day_with_all_that_is_theirs(world: World) -> None:
    late, open_, _ = behind(world)
    cal, sam, nurse = (world.person(one) for one in ("coordinator", "school", "nurse"))
    listed = cal.says("chase")
    assert "2 posts have something not taken on, or late" in listed
    assert f"{SCHOOL}: 1 not taken on and 1 late, by up to 2 working days" in listed
    chased = cal.presses("Remind these 2 posts")
    assert "2 posts are reminded" in chased
    again = cal.presses("Remind these 2 posts", on=listed)
    assert "Nobody is reminded now" in again
    world.tick()
    told = sam.hears_one()
    assert "2 things wait for you" in told
    assert all(f"Action {one}." in told for one in (late, open_))
    nurse.hears_one()
    later = cal.says("chase")
    assert f"{SCHOOL}: 1 not taken on and 1 late, by up to 2 working days. Reminded today already" in later
    assert not [label for label in later.buttons if label.startswith("Remind")]
    assert f"{SCHOOL}: Reminded today already" in cal.says("chase now")
    world.moves_on(hours=2)
    assert sam.hears() == nurse.hears() == []
    with world.sessions() as session:
        noted = session.scalars(select(AuditEntry.about).where(AuditEntry.what == "chased")).all()
    assert len(noted) == len(set(noted)) == 3


def test_who_had_the_mornings_reminder_is_not_chased_that_day(world: World) -> None:
    an_action(world, SCHOOL, "10 June 2026")
    quiet(world, "school")
    world.moves_on(working_days=2)  # one day late: the morning's reminder says so
    world.person("school").hears_one()
    cal = world.person("coordinator")
    assert "Reminded today already" in cal.says("chase")
    assert "Nobody is reminded now" in cal.says("chase now")
    world.moves_on(hours=1)
    assert world.person("school").hears() == []


def test_what_is_urgent_reminds_by_itself_and_is_not_chased(world: World) -> None:
    an_action(world, SCHOOL, "30 June 2026", priority="Urgent: reminded until it is taken on")
    quiet(world, "school")
    world.moves_on(working_days=1)
    assert "This is urgent" in world.person("school").hears_one()
    cal = world.person("coordinator")
    listed = cal.says("chase")
    assert f"{SCHOOL}: 1 not taken on. Reminded today already" in listed
    assert not [label for label in listed.buttons if label.startswith("Remind")]
    assert "Nobody is reminded now" in cal.says("chase now")
    world.moves_on(hours=1)
    assert world.person("school").hears() == []


def test_what_is_blocked_waits_for_the_coordinator_or_was_given_today_is_not_chased(world: World) -> None:
    nurse, cal = world.person("nurse"), world.person("coordinator")
    blocked, longer = (an_action(world, NURSE, "10 June 2026") for _ in range(2))
    opens(nurse, f"blocked {blocked}")
    nurse.submits(because="capacity")
    opens(nurse, f"more time {longer}")
    nurse.submits(until="26 June 2026")
    an_action(world, SCHOOL, "23 June 2026")
    assert "Everybody has taken on what they were given, and nobody is late" in cal.says("chase")
    world.moves_on(working_days=2, hours=1)
    assert f"{SCHOOL}: 1 not taken on" in cal.says("chase")
    assert NURSE not in cal.front


def test_who_paused_their_reminders_or_waits_for_an_escalation_is_not_chased(world: World) -> None:
    _, _, nurses = behind(world)
    cal, sam, nurse = (world.person(one) for one in ("coordinator", "school", "nurse"))
    with world.sessions.begin() as session:
        late = select(Action).join(Action.owner).where(Post.title == "Safeguarding lead")
        for action in session.scalars(late):
            action.paused_until = local_day(world.now + timedelta(days=4))
    nurse.says(f"escalate {nurses}")
    nurse.presses("Use the form instead")
    nurse.submits(risk="no")
    nurse.submits(reason="capacity")
    assert "Everybody has taken on what they were given, and nobody is late" in cal.says("chase")
    assert "Nobody is reminded now" in cal.says("chase now")
    quiet(world, "school", "nurse")
    world.moves_on(hours=1)
    assert sam.hears() == nurse.hears() == []


def test_nobody_is_chased_outside_working_time_or_while_away(world: World) -> None:
    behind(world)
    cal, sam = world.person("coordinator"), world.person("school")
    opens(sam, "days off")
    sam.submits(first="12 June 2026", last="16 June 2026")
    assert "Away until Wednesday 17 June 2026" in cal.says("chase")
    evening = local(local_day(world.now), time(20)) - world.now
    world.moves_on(seconds=int(evening.total_seconds()))
    quiet(world, "school", "nurse")
    listed = cal.says("chase")
    assert "I remind people from Monday to Friday between 9am and 5pm" in listed
    assert not [label for label in listed.buttons if label.startswith("Remind")]
    assert "Nobody is reminded now" in cal.says("chase now")
    world.tick()
    assert sam.hears() == world.person("nurse").hears() == []


# --- overdue by agency ------------------------------------------------------------------------------------------------


def test_overdue_by_agency_counts_and_leads_to_each_action(world: World) -> None:
    cal, chair, nurse = world.person("coordinator"), world.person("police"), world.person("nurse")
    assert "Nothing is late or blocked on Tuesday 9 June 2026" in cal.says("overdue by agency")
    late, _ = an_action(world, SCHOOL, "10 June 2026"), an_action(world, SCHOOL, "11 June 2026")
    blocked = an_action(world, NURSE, "30 June 2026")
    opens(nurse, f"blocked {blocked}")
    nurse.submits(because="capacity")
    world.moves_on(working_days=5)
    for who in (cal, chair):
        table = who.says("overdue by agency")
        assert "Hollow Oak School: 2 late, the longest by 4 working days" in table
        assert "Thames Gate NHS Trust: 1 blocked" in table
        listed = who.presses("Show number 1")
        assert "Hollow Oak School: 2 late or blocked" in listed
        assert f"{SCHOOL}. Due by Wednesday 10 June 2026, 4 working days late" in listed
        assert "Check a record flag: to do" in who.presses(f"Look at {late}")
        who.says("overdue by agency")
        assert "blocked" in who.presses("Show number 2")
    assert "Your post does not let you" in world.person("school").says("overdue by agency")
    assert "Nothing is late" in world.person("islington").says("overdue by agency")
    for line in (table.line("Show number 1"), "late actions 99999", "late actions x"):
        assert "Nothing is late or blocked there now" in world.person("islington").says(line)


def test_late_actions_of_one_agency_are_paged(world: World) -> None:
    """TRUST.md T-82."""
    given = [an_action(world, SCHOOL, "10 June 2026") for _ in range(9)]
    world.moves_on(working_days=2)
    world.person("coordinator").says("overdue by agency")
    first = world.person("coordinator").presses("Show number 1")
    second = world.person("coordinator").presses("Next page")
    assert {f"Look at {one}" for one in given} <= {*first.buttons, *second.buttons}
    assert "Page 2 of 2" in second


# --- confirm all ------------------------------------------------------------------------------------------------------


def test_several_are_confirmed_with_one_press_and_each_owner_hears_once(world: World) -> None:
    cal, sam, nurse = (world.person(one) for one in ("coordinator", "school", "nurse"))
    given = [*said_done(world, SCHOOL, "school", 3), *said_done(world, NURSE, "nurse")]
    quiet(world, "school", "nurse", "coordinator")
    listed = cal.says("confirm all")
    assert "4 actions are said done" in listed
    confirmed = cal.presses("Confirm these 4")
    assert "Confirmed as done: 4" in confirmed
    assert "Confirmed as done: 4" in cal.presses("Confirm these 4", on=listed)  # pressed twice
    assert {state_of(world, one) for one in given} == {ActionState.DONE}
    world.tick()
    assert "Done and checked: 3 actions" in sam.hears_one()
    assert "Done and checked: check a record flag" in nurse.hears_one()
    with world.sessions() as session:
        steps = session.scalars(select(AuditEntry.about).where(AuditEntry.what == "action: confirm")).all()
    assert sorted(steps) == sorted(given)


def test_what_has_changed_since_is_left_out_and_named(world: World) -> None:
    cal, sam = world.person("coordinator"), world.person("school")
    first, second = said_done(world, SCHOOL, "school", 2)
    listed = cal.says("confirm all")
    sam.says(f"undo {first}")
    sam.says(f"done {first}")  # said again, with another version
    confirmed = cal.presses("Confirm these 2", on=listed)
    assert "Confirmed as done: 1" in confirmed
    assert "Left out, because they have changed" in confirmed
    assert f"Look at {first}" in confirmed.buttons
    assert state_of(world, first) is ActionState.DONE_CLAIMED
    assert state_of(world, second) is ActionState.DONE


def test_ten_are_confirmed_at_a_time(world: World) -> None:
    cal = world.person("coordinator")
    said_done(world, SCHOOL, "school", 11)
    assert "Confirm this one" in cal.says("confirm all 2").buttons
    cal.says("confirm all")
    assert "Confirmed as done: 10" in cal.presses("Confirm these 10")
    assert "1 action is said done" in cal.presses("See what else is said done")


def test_no_action_of_another_borough_and_none_that_was_not_said_done_is_confirmed(world: World) -> None:
    isla, cal = world.person("islington"), world.person("coordinator")
    (done,) = said_done(world, SCHOOL, "school")
    open_ = an_action(world, SCHOOL, "23 June 2026")
    line = cal.says("confirm all").line("Confirm this one")
    assert "None of these is confirmed now" in isla.says(line)
    assert f"Look at {open_}" in cal.says(f"confirm these {open_}@1").buttons
    assert state_of(world, done) is ActionState.DONE_CLAIMED
    assert state_of(world, open_) is ActionState.OPEN
    assert "Say confirm all to see what is said done" in cal.says("confirm these")
    assert "Nothing is said done that you have to confirm" in isla.says("confirm all")
