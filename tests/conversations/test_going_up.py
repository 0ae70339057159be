"""What is late or stuck goes up by the clock, and each step is told once (DOMAIN.md B.7)."""

from datetime import UTC, date, datetime

from sqlalchemy import update

from storage.records import Action, Priority, Role
from tests.conversations.test_escalations import (
    COUNCIL,
    DUE,
    NURSE,
    SCHOOL,
    STUCK,
    a_meeting_on,
    escalates,
    escalation_of,
    joins,
    quiet,
    settles,
    texts,
    told,
)
from tests.making import an_action
from tests.world import World


def test_what_is_late_goes_up_by_itself_with_names_and_dates(world: World) -> None:
    """Late by 3 working days: level 1; 5 more: level 2; at the next meeting level 3; two meetings later level 4."""
    joins(world, "lead", "Hollow Oak School", Role.AGENCY_LEAD)
    joins(world, "head", COUNCIL, Role.HEAD)
    for day in ("24 June 2026", "3 July 2026", "10 July 2026", "17 July 2026"):
        a_meeting_on(world, day)
    action, sam = an_action(world, SCHOOL, DUE), world.person("school")
    world.now = datetime(2026, 6, 16, 8, 30, tzinfo=UTC)
    world.tick()
    assert escalation_of(action, world) == "", "late by two working days"
    world.moves_on(working_days=1)
    reference = escalation_of(action, world)
    first = told(world, "school")
    assert f"{STUCK}, level 1" in first
    assert "It is late, so it was escalated" in first
    assert "by Friday 19 June 2026. If it is not, it goes to level 2, the agency’s lead, on Wednesday 24 June" in first
    assert f"{STUCK}, level 1" in told(world, "coordinator")
    assert "Raised" in sam.says(f"escalation {reference}")
    assert "by the clock, because it was late" in sam.front

    world.moves_on(working_days=5)
    quiet(world, "school")
    second = told(world, "lead")
    assert "Nobody settled it in time, so it went up. It is with the agency’s lead, and you are one of them." in second
    assert "by Wednesday 1 July 2026. If it is not, it goes to level 3, the chairs, on Friday 3 July 2026" in second
    assert f"{STUCK}, level 2" in told(world, "coordinator")
    assert texts(world, "police") == []

    world.moves_on(working_days=7)
    third = told(world, "police")
    assert f"{STUCK}, level 3" in third
    assert "If it is not, it goes to level 4, the heads of service, on Friday 17 July 2026" in third
    quiet(world, "lead", "head")
    world.moves_on(working_days=9)
    assert texts(world, "head") == [], "one meeting is not enough"
    world.moves_on(working_days=1)
    assert f"{STUCK}, level 4" in told(world, "head")
    assert "Level 4, the heads of service (it is here): The head, Camden Council" in sam.says(f"escalation {reference}")


def test_what_is_urgent_goes_up_after_one_day(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    with world.sessions.begin() as session:
        session.execute(update(Action).where(Action.reference == action).values(priority=Priority.HIGH))
    world.moves_on(working_days=3)
    assert escalation_of(action, world) == ""
    world.moves_on(working_days=1)
    assert escalation_of(action, world)


def test_who_holds_its_level_is_chased_each_working_day_and_its_owner_is_not(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    escalates(world, "school", action)
    world.tick()
    quiet(world, "school", "coordinator")
    world.moves_on(working_days=1)
    assert texts(world, "coordinator") == []
    for _ in range(2):
        world.moves_on(working_days=1)
        chased = told(world, "coordinator")
        assert "Camden: check a record flag waits for you to settle it" in chased
        world.moves_on(hours=2)
        assert texts(world, "coordinator") == [], "once a day"
    reminders = [one for one in world.person("school").hears() if "check a record flag" in one]
    assert reminders == [], "the day before and the due day went by"
    world.person("coordinator").says(f"climb {escalation_of(action, world)}")
    world.moves_on(working_days=1)
    assert texts(world, "coordinator") == [], "it is with the chairs now"
    assert f"{STUCK}, level 2" in told(world, "police")


def test_the_owner_of_what_is_only_late_has_one_kind_of_reminder(world: World) -> None:
    an_action(world, SCHOOL, DUE)
    world.moves_on(working_days=6)
    assert f"{STUCK}, level 1" in told(world, "school")
    for _ in range(4):
        world.moves_on(working_days=1)
        assert texts(world, "school") == []


def test_two_that_are_due_are_one_message(world: World) -> None:
    for post in (SCHOOL, NURSE):
        action = an_action(world, post, DUE)
        escalates(world, "coordinator", action)
        world.person("coordinator").says(f"climb {escalation_of(action, world)}")
    world.tick()
    quiet(world, "police")
    world.moves_on(working_days=5)
    letter = told(world, "police")
    assert "2 things wait for you" in letter
    assert letter.text.count("waits for you to settle it") == 2


def test_what_was_withdrawn_is_not_raised_again_for_the_same_day(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    world.moves_on(working_days=6)
    reference = escalation_of(action, world)
    world.person("coordinator").says(f"withdraw escalation {reference}")
    world.moves_on(working_days=5)
    assert escalation_of(action, world) == reference
    with world.sessions.begin() as session:
        session.execute(update(Action).where(Action.reference == action).values(due_on=date(2026, 6, 26)))
    world.moves_on(working_days=5)
    assert escalation_of(action, world) not in ("", reference), "it was late once more"


def test_it_ends_with_its_action(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    escalates(world, "coordinator", action)
    world.tick()
    world.person("school").says(f"done {action}")
    world.moves_on(working_days=6)
    assert texts(world, "police") == [], "said done: it goes no further"
    assert not [one for one in texts(world, "coordinator") if "waits for you" in one], "and nobody is chased"
    quiet(world, "school")
    world.person("coordinator").says(f"confirm {action}")
    world.moves_on(minutes=1)
    assert "is over, and so is its escalation" in told(world, "coordinator")
    assert "resolved" in world.person("coordinator").says(f"escalation {escalation_of(action, world)}")


def test_a_level_that_nobody_has_a_post_for_is_settled_by_the_next_one_and_the_coordinator_is_told(
    world: World,
) -> None:
    action = an_action(world, NURSE, DUE)
    escalates(world, "nurse", action)
    world.tick()
    quiet(world, "coordinator", "police")
    world.person("nurse").says(f"climb {escalation_of(action, world)}")
    world.tick()
    for handle in ("coordinator", "police"):
        assert "It is with the agency’s lead. Nobody has a post for that, so the chairs stand in." in told(
            world, handle
        )
    assert "You wrote how it was settled" in settles(world, "police", escalation_of(action, world))


def test_who_has_more_time_is_no_longer_late(world: World) -> None:
    action = an_action(world, SCHOOL, DUE)
    world.moves_on(working_days=6)
    assert f"{STUCK}, level 1" in told(world, "school")
    quiet(world, "coordinator")
    with world.sessions.begin() as session:
        session.execute(update(Action).where(Action.reference == action).values(due_on=date(2026, 6, 26)))
    world.moves_on(working_days=1)
    for handle in ("school", "coordinator"):
        assert "Camden: check a record flag has more time now" in told(world, handle)
    assert "resolved" in world.person("school").says(f"escalation {escalation_of(action, world)}")


def test_several_that_go_up_at_once_are_one_message(world: World) -> None:
    late = [an_action(world, SCHOOL, DUE) for _ in range(9)]
    for _ in range(3):  # Slack takes one message a second for each chat
        world.moves_on(minutes=1)
    quiet(world, "school", "coordinator")
    world.moves_on(working_days=6)
    for handle in ("school", "coordinator"):
        seen = told(world, handle)
        assert "9 actions are stuck" in seen
        assert "And 1 more" in seen
        assert sum(action in seen.text for action in late) == 8


def test_nobody_settles_at_a_higher_level_what_they_have_to_do_themselves(world: World) -> None:
    joins(world, "lead", "Hollow Oak School", Role.AGENCY_LEAD)
    action = an_action(world, "The lead, Hollow Oak School", DUE)
    escalates(world, "coordinator", action)
    reference = escalation_of(action, world)
    up = world.person("coordinator").says(f"climb {reference}")
    assert "Level 2, the agency’s lead (it is here): nobody, so the chairs stand in" in up
    assert f"{reference} is at level 2" in world.person("lead").says(f"settle {reference}")


def test_who_also_coordinates_escalates_their_own_action_as_its_owner(world: World) -> None:
    joins(world, "coordinator", "Hollow Oak School", Role.AGENCY_MEMBER)
    action = an_action(world, "The coordinator, Hollow Oak School", DUE)
    assert "by The coordinator, Hollow Oak School" in escalates(world, "coordinator", action)


def test_without_chairs_the_heads_of_service_stand_in(world: World) -> None:
    joins(world, "member", "Bromley Council", Role.AGENCY_MEMBER, "Bromley")
    joins(world, "head", "Bromley Council", Role.HEAD, "Bromley")
    action = an_action(world, "The member, Bromley Council", DUE, by="bromley")
    escalates(world, "bromley", action)
    reference = escalation_of(action, world)
    assert "I cannot show anything with that reference" in world.person("head").says(f"escalation {reference}")
    world.person("bromley").says(f"climb {reference}")
    world.tick()
    assert "so the heads of service stand in" in told(world, "head")
    assert "You wrote how it was settled" in settles(world, "head", reference)
