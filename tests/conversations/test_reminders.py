"""Reminders that people keep switched on: by priority, at the time they choose, paused, and asked again if urgent."""

from typing import Any

from tests.cast import add_lead
from tests.making import an_action
from tests.planting import opens
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"


def days_heard(world: World, handle: str, count: int) -> list[str]:
    """On which of so many working mornings they were reminded; that it goes up a ladder is other news."""
    heard = []
    for _ in range(count):
        world.moves_on(working_days=1)
        heard += [f"{world.now:%d %B}" for one in world.person(handle).hears() if "Something else" in one.buttons]
    return heard


def test_what_is_urgent_is_asked_each_day_until_somebody_takes_it_on(world: World) -> None:
    with world.sessions.begin() as session:
        add_lead(session, world.surface.platform.name, world.now)
    an_action(world, SCHOOL, "30 June 2026", priority="Urgent: reminded until it is taken on")
    sam, lena = world.person("school"), world.person("head")
    world.tick()
    sam.hears_one()
    world.moves_on(working_days=1)
    asked = sam.hears_one()
    assert "This is urgent: tell us that you will do it." in asked
    assert "Remind me later" not in asked.buttons
    assert lena.hears() == []
    world.moves_on(working_days=1)
    sam.hears_one()
    told = lena.hears_one()
    assert "nobody has taken this on" in told
    assert SCHOOL in told
    world.moves_on(working_days=1)
    sam.hears_one()
    assert lena.hears() == []  # once
    sam.presses("I will do it")
    assert days_heard(world, "school", 15) == ["26 June", "30 June", "01 July", "03 July"]


def test_what_is_not_urgent_is_not_asked_again(world: World) -> None:
    an_action(world, SCHOOL, "30 June 2026")
    world.tick()
    world.person("school").hears_one()
    assert days_heard(world, "school", 9) == []


def test_a_pause_holds_reminders_back_and_the_coordinator_sees_it(world: World) -> None:
    reference = an_action(world, SCHOOL, "16 June 2026")
    sam, cal = world.person("school"), world.person("coordinator")
    world.tick()
    sam.hears()
    opens(sam, f"remind later {reference}")
    told = sam.submits(days="For 5 working days")
    assert "No reminder until Tuesday 16 June 2026" in told
    assert "Its reminders are paused until Tuesday 16 June 2026." in cal.says(f"action {reference}")
    assert days_heard(world, "school", 6) == ["16 June", "17 June"]


def test_a_pause_is_never_longer_than_two_working_days_past_the_day(world: World) -> None:
    reference = an_action(world, SCHOOL, "10 June 2026")
    sam = world.person("school")
    world.moves_on(working_days=1)
    sam.hears()
    opens(sam, f"remind later {reference}")
    told = sam.submits(days="For 5 working days")
    assert "No reminder until Friday 12 June 2026" in told
    assert "A pause ends two working days after something is due." in told
    assert days_heard(world, "school", 3) == ["12 June", "15 June"]
    opens(sam, f"remind later {reference}")
    assert "This is late, so its reminders go on." in sam.submits(days="Until tomorrow")


def test_only_its_owner_pauses_it_and_only_while_it_is_to_do(world: World) -> None:
    reference = an_action(world, SCHOOL, "16 June 2026")
    nurse, cal, sam = (world.person(one) for one in ("nurse", "coordinator", "school"))
    assert nurse.says(f"remind later {reference}").text == nurse.says("remind later A-22222").text
    assert "Check a record flag: to do" in cal.says(f"remind later {reference}")
    sam.says(f"done {reference}")
    assert "Check a record flag: said done" in sam.says(f"remind later {reference}")


def test_reminders_come_at_the_time_somebody_chose(world: World) -> None:
    an_action(world, SCHOOL, "10 June 2026")
    an_action(world, SCHOOL, "10 June 2026", verb="make a call")
    sam = world.person("school")
    world.tick()
    sam.hears()
    opens(sam, "reminder time")
    for at in ("9am", "5pm"):
        assert sam.submits(at=at).errors == {"at": "Choose a time from 9:30am, and before 5pm"}
    assert "Your reminders come at 2pm, on working days" in sam.submits(at="2pm")
    world.moves_on(working_days=1)
    assert sam.hears() == []
    world.moves_on(hours=4, minutes=31)  # 2:01pm
    assert "2 things wait for you" in sam.hears_one()
    world.tick()
    assert sam.hears() == []
    world.moves_on(working_days=1)
    assert sam.hears() == []
    world.moves_on(hours=5)
    assert "2 things wait for you" in sam.hears_one()


def test_one_persons_time_is_not_anothers(world: World) -> None:
    opens(world.person("school"), "reminder time")
    world.person("school").submits(at="4pm")
    for post in (NURSE, SCHOOL):
        an_action(world, post, "10 June 2026")
    world.tick()
    heard: dict[str, Any] = {one: world.person(one).hears() for one in ("nurse", "school")}
    world.moves_on(working_days=1)
    heard = {one: len(world.person(one).hears()) for one in heard}
    assert heard == {"nurse": 1, "school": 0}
