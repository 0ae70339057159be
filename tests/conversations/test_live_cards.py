"""What was said stays true: a message is brought up to date wherever it stands, whoever changed what it is about."""

from storage.records import StaleCard
from tests.conversations.test_agenda import preview
from tests.making import a_meeting, an_action, an_item
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"


def stale(world: World) -> int:
    with world.sessions() as session:
        return session.query(StaleCard).count()


def test_what_is_done_elsewhere_is_done_on_every_card(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    world.tick()
    sam, cal = world.person("school"), world.person("coordinator")
    card = sam.hears_one()
    assert "Done" in card.buttons
    sam.says(f"done {reference}")
    world.tick()
    now = sam.sees_now(card)
    assert "This has changed since" in now
    assert reference in now
    assert "Done" not in now.buttons
    assert "said done" in sam.presses("See how it stands", on=now)
    told = cal.hears_one()
    cal.says(f"confirm {reference}")
    world.tick()
    assert "This has changed since" in cal.sees_now(told)
    assert sam.hears() != [], "and what is new arrives as ever"
    assert stale(world) == 0


def test_the_card_that_was_pressed_keeps_what_came_in_its_place(world: World) -> None:
    an_action(world, SCHOOL, "12 June 2026")
    world.tick()
    sam = world.person("school")
    card = sam.hears_one()
    sam.presses("Done", on=card)
    world.tick()
    now = sam.sees_now(card)
    assert "Undo" in now.buttons
    assert "This has changed since" not in now


def test_a_digest_loses_what_is_done_and_keeps_the_rest(world: World) -> None:
    first = an_action(world, NURSE, "10 June 2026")
    second = an_action(world, NURSE, "10 June 2026", verb="send information")
    world.tick()
    nurse = world.person("nurse")
    nurse.hears()
    world.moves_on(working_days=1)
    digest = nurse.hears_one()
    assert first in digest
    assert second in digest
    nurse.says(f"done {first}")
    world.tick()
    now = nurse.sees_now(digest)
    assert first not in now.text
    assert second in now


def test_a_new_day_for_it_is_on_the_card(world: World) -> None:
    an_action(world, SCHOOL, "10 June 2026")
    world.tick()
    sam, cal = world.person("school"), world.person("coordinator")
    card = sam.hears_one()
    sam.presses("I need more time", on=card)
    sam.submits(until="19 June 2026")
    world.tick()
    cal.presses("Agree", on=cal.hears_one())
    world.tick()
    assert "Friday 19 June 2026" in sam.sees_now(card)


def test_whoever_has_it_no_more_reads_no_more_of_it(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    world.tick()
    sam, cal = world.person("school"), world.person("coordinator")
    card = sam.hears_one()
    sam.presses("Not mine", on=card)
    world.tick()
    cal.presses("Give it to a post", on=cal.hears_one())
    cal.submits(owner=NURSE)
    world.tick()
    now = sam.sees_now(card)
    assert "This has changed since" in now
    assert "check a record flag" not in now.text
    assert reference in world.person("nurse").hears_one()


def test_an_agenda_that_was_replaced_says_so(world: World) -> None:
    a_meeting(world)
    preview(world, "Hollow Oak School")
    cal, sam = world.person("coordinator"), world.person("school")
    cal.presses("Send it to 5 people")
    world.tick()
    old = sam.hears_one()
    an_item(world, ("Hollow Oak School",))
    world.tick()
    assert "This has changed since" not in sam.sees_now(old), "nobody knows of it until it is sent"
    preview(world, "Hollow Oak School")
    cal.presses("Send it to 5 people")
    world.tick()
    assert "This has changed since" in sam.sees_now(old)
    assert "version 2" in sam.hears_one().text.lower()
