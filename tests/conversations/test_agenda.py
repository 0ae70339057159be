"""Journey 3 and its part of journey 4: a coordinator broadcasts an agenda; the clock sends what was put off."""

from datetime import timedelta

from bot.kit.pace import Calls, Limit, Pace
from storage.records import Delivery, DeliveryState
from tests.making import a_meeting, an_item
from tests.world import World


def preview(world: World, agency: str) -> str:
    coordinator = world.person("coordinator")
    coordinator.says("agenda")
    page = coordinator.presses("Use the form instead")
    return coordinator.submits(meeting=next(iter(page.options["meeting"])), agency=agency).text


def test_previewed_as_any_agency_sent_and_asked_about(world: World) -> None:
    """TRUST.md T-46."""
    a_meeting(world, items=3, agencies=("Hollow Oak School",))
    an_item(world, ("Thames Gate NHS Trust",), verb="check your records")
    coordinator = world.person("coordinator")

    as_school = preview(world, "Hollow Oak School")
    assert "This is what Hollow Oak School will see" in as_school
    assert "4 items" in as_school
    assert "Item 3: send information" in as_school
    assert "check your records" not in as_school
    as_police = preview(world, "Police")
    assert "They are not asked to prepare an item" in as_police

    sending = coordinator.presses("Send it to 5 people")
    assert "Sending to 5 people" in sending
    waiting = coordinator.presses("Who has it?")
    assert "0 of 5 have the agenda" in waiting
    world.tick()
    results = coordinator.presses("Look again")
    assert "4 of 5 have the agenda" in results
    assert "Housing lead, Camden Housing: they have not joined yet" in results

    letter = world.person("school").hears_one()
    assert "Prepare by Tuesday 16 June 2026: Camden panel on Friday 19 June 2026, 2pm" in letter
    assert "Item 3: send information" in letter
    assert "check your records" not in letter.text
    assert world.person("charity").hears() == []  # not on the panel
    assert any("did not reach somebody" in one for one in coordinator.hears())
    assert "Housing lead, Camden Housing" in coordinator.says("not sent")


def test_the_coordinator_sees_when_the_last_of_a_broadcast_goes_out(world: World) -> None:
    """As slow as no platform is: one letter in four minutes."""
    coordinator = world.person("coordinator")
    meeting = a_meeting(world)
    world.surface.platform.pace = Pace((Limit("send", 1, timedelta(minutes=4)),), Calls(send=("send",)))
    preview(world, "Police")
    coordinator.presses("Send it to 5 people")
    world.tick()
    assert "The last of them goes out on Tuesday 9 June 2026, 9:42am" in coordinator.says(f"results {meeting}")
    for _ in range(5):
        world.moves_on(minutes=4)
    results = coordinator.presses("Look again")
    assert "4 of 5 have the agenda" in results
    assert "The last of them" not in results


def test_sent_twice_goes_once_and_a_new_version_goes_as_a_new_version(world: World) -> None:
    a_meeting(world)
    preview(world, "Hollow Oak School")
    coordinator, sam = world.person("coordinator"), world.person("school")
    card = coordinator.front
    coordinator.presses("Send it to 5 people")
    again = coordinator.presses("Send it to 5 people", on=card)
    assert "Version 1 was sent already" in again
    world.tick()
    assert "Version 1, 1 item" in sam.hears_one()

    added = an_item(world, ("Hollow Oak School",))
    assert "Nobody knows of this item until you send the new version" in added
    preview(world, "Hollow Oak School")
    assert "version 2" in coordinator.presses("Send it to 5 people")
    world.tick()
    assert "Version 2, 2 items" in sam.hears_one()
    world.tick()
    assert sam.hears() == []


def test_a_stale_preview_is_not_sent(world: World) -> None:
    """TRUST.md T-46."""
    a_meeting(world)
    preview(world, "Hollow Oak School")
    coordinator = world.person("coordinator")
    card = coordinator.front
    an_item(world, ("Hollow Oak School",))
    assert "The agenda has changed since you looked at it" in coordinator.presses("Send it to 5 people", on=card)
    world.tick()
    assert world.person("school").hears() == []


def test_the_clock_sends_on_the_day_chosen(world: World) -> None:
    a_meeting(world)
    preview(world, "Hollow Oak School")
    coordinator, sam = world.person("coordinator"), world.person("school")
    card = coordinator.front
    coordinator.presses("Send it on another day")
    assert "That is not before the meeting" in coordinator.submits(on="19 June 2026")
    coordinator.presses("Send it on another day", on=card)
    later = coordinator.submits(on="11 June 2026")
    assert "The agenda goes out on Thursday 11 June 2026" in later
    world.moves_on(working_days=1)
    assert sam.hears() == []
    world.moves_on(hours=20)  # 5:30am on the day: not in working time yet
    assert sam.hears() == []
    world.moves_on(hours=4)
    assert "Camden panel on Friday 19 June 2026, 2pm" in sam.hears_one()


def test_an_agenda_that_comes_after_its_meeting_is_never_sent(world: World) -> None:
    a_meeting(world)
    preview(world, "Hollow Oak School")
    coordinator = world.person("coordinator")
    coordinator.presses("Send it to 5 people")
    world.moves_on(days=11)  # nothing ran until the day after the meeting
    assert world.person("school").hears() == []
    with world.sessions() as session:
        states = {one.state for one in session.query(Delivery).filter_by(kind="agenda")}
    assert states == {DeliveryState.EXPIRED}
    world.moves_on(working_days=1)
    assert any("did not reach somebody" in letter for letter in coordinator.hears())
    assert "the meeting came first" in coordinator.says("not sent")


def test_only_the_coordinator_of_that_borough_runs_a_meeting(world: World) -> None:
    reference = a_meeting(world)
    assert "Your post does not let you" in world.person("school").says("agenda")
    other = world.person("islington")
    assert other.says(f"send {reference}").text == other.says("send M-22222").text
    assert other.says(f"results {reference}").text == other.says("results M-22222").text
    world.tick()
    assert world.person("school").hears() == []


def test_without_a_meeting_to_come_no_form_is_opened(world: World) -> None:
    """Also on the day itself, once it has begun."""
    coordinator = world.person("coordinator")
    for line in ("agenda", "add item"):
        assert "There is no meeting to come. Say add meeting to plan the next one" in coordinator.says(line)
    meeting = a_meeting(world)
    world.moves_on(days=10, hours=4, minutes=30)  # Friday 19 June, 2pm
    assert "There is no meeting to come" in coordinator.says(f"add item {meeting}")
