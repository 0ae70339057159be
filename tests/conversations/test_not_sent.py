"""What did not arrive, and what a coordinator does about it: again, to the deputy, or no more."""

from sqlalchemy import select

from storage.records import AuditEntry
from tests.conversations.test_deputies import letters
from tests.conversations.test_joining import HOUSING, code_in, links, new_code
from tests.making import an_action
from tests.surfaces import Heard
from tests.world import World

NOT_JOINED = "they have not joined yet"


def a_loss(world: World) -> tuple[str, Heard]:
    """The housing lead has not joined, so what is given to them does not arrive; and the list that says so."""
    reference = an_action(world, HOUSING, "12 June 2026")
    world.tick()
    cal = world.person("coordinator")
    assert f"A message about {reference} did not reach somebody" in cal.hears_one()
    listed = cal.presses("Show me who and why")
    assert f"{HOUSING}: {reference}, {NOT_JOINED}" in listed
    return reference, listed


def noted(world: World, reference: str) -> list[str]:
    with world.sessions() as session:
        found = session.scalars(select(AuditEntry.what).where(AuditEntry.about == reference).order_by(AuditEntry.seq))
        return [what for what in found if what.startswith(("send ", "stop "))]


def test_once_somebody_has_joined_it_is_sent_again(world: World) -> None:
    reference, listed = a_loss(world)
    cal, hari = world.person("coordinator"), world.person("hari")
    links(hari, new_code(world))
    shown = cal.presses(f"1. {reference}", on=listed)
    assert f"To {HOUSING}: {NOT_JOINED}" in shown
    assert "Send it to the deputy" not in shown.buttons  # there is none
    assert f"{reference}: on its way again" in cal.presses("Send it again", on=shown)
    hari.hears()
    world.tick()
    assert reference in hari.hears_one()
    assert "has arrived, or is on its way" in cal.says("not sent")
    assert noted(world, reference) == ["send again"]
    assert "That message arrived on Tuesday 9 June 2026, 9:30am" in cal.presses("Send it again", on=shown)
    assert noted(world, reference) == ["send again"]


def test_all_of_them_are_a_page_away_and_can_be_sent_again(world: World) -> None:
    given = [an_action(world, HOUSING, "12 June 2026") for _ in range(12)]
    world.tick()
    cal = world.person("coordinator")
    first = cal.says("not sent")
    assert "There are 12" in first
    assert "Page 1 of 2" in first
    second = cal.presses("Next page", on=first)
    assert "Page 2 of 2" in second
    there = [one for one in given if one not in first]
    assert len(there) == 2
    assert all(one in second for one in there)
    label = next(one for one in second.buttons if one.startswith("2. "))
    cal.presses(label, on=second)
    assert "on its way again" in cal.presses("Send it again")
    assert "There are 11" in cal.presses("Page before", on=second)
    assert "Page 2 of 2" in cal.says("not sent page 9")


def test_if_it_fails_again_the_coordinator_hears_of_it_again(world: World) -> None:
    reference, listed = a_loss(world)
    cal = world.person("coordinator")
    cal.presses(f"1. {reference}", on=listed)
    cal.presses("Send it again")
    world.tick()
    assert f"A message about {reference} did not reach somebody" in cal.hears_one()
    assert NOT_JOINED in cal.presses("Show me who and why")


def test_what_is_on_its_way_is_not_sent_twice(world: World) -> None:
    reference, listed = a_loss(world)
    cal = world.person("coordinator")
    shown = cal.presses(f"1. {reference}", on=listed)
    cal.presses("Send it again", on=shown)
    assert "That message is on its way already" in cal.presses("Send it again", on=shown)
    assert noted(world, reference) == ["send again"]


def test_it_can_go_to_the_deputy(world: World) -> None:
    reference, listed = a_loss(world)
    cal, dee = world.person("coordinator"), world.person("dee")
    cal.says("deputy")
    cal.presses("Use the form instead")
    named = cal.submits(post=f"{HOUSING}, Camden", name="Dee Testperson", email="dee@housing.example")
    links(dee, code_in(named))
    world.tick()
    dee.hears()
    shown = cal.presses(f"1. {reference}", on=listed)
    assert f"It goes to the deputy of {HOUSING}" in cal.presses("Send it to the deputy", on=shown)
    world.tick()
    assert reference in letters(dee)
    assert noted(world, reference) == ["send to deputy"]


def test_without_a_deputy_the_coordinator_is_told_to_name_one(world: World) -> None:
    _, listed = a_loss(world)
    number = next(line for line in listed.buttons.values() if line != "not sent").split()[-1]
    cal = world.person("coordinator")
    assert "That post has no deputy" in cal.says(f"send to deputy {number}")
    assert NOT_JOINED in cal.says("not sent")


def test_a_coordinator_who_has_told_them_takes_it_off_the_list(world: World) -> None:
    reference, listed = a_loss(world)
    cal = world.person("coordinator")
    shown = cal.presses(f"1. {reference}", on=listed)
    stopped = cal.presses("They know already", on=shown)
    assert f"{reference}: taken off the list" in stopped
    assert "has arrived, or is on its way" in cal.says("not sent")
    assert "That message has been stopped already" in cal.presses("They know already", on=shown)
    assert noted(world, reference) == ["stop sending"]
    assert f"{reference}: on its way again" in cal.presses("Send it after all", on=stopped)
    world.tick()
    assert NOT_JOINED in cal.says("not sent")


def test_what_is_on_its_way_again_can_still_be_stopped(world: World) -> None:
    reference, listed = a_loss(world)
    cal = world.person("coordinator")
    shown = cal.presses(f"1. {reference}", on=listed)
    cal.presses("Send it again", on=shown)
    assert f"{reference}: taken off the list" in cal.presses("They know already", on=shown)
    world.tick()
    assert cal.hears() == []


def test_another_boroughs_message_is_not_found_and_a_member_may_do_none_of_it(world: World) -> None:
    _, listed = a_loss(world)
    number = next(line for line in listed.buttons.values() if line != "not sent").split()[-1]
    for how in ("not sent", "send again", "send to deputy", "stop sending"):
        for odd in (number, "0", "9" * 30, "x"):
            assert "I cannot find that message" in world.person("bromley").says(f"{how} {odd}"), (how, odd)
        assert "Your post does not let you" in world.person("school").says(f"{how} {number}")
    assert NOT_JOINED in world.person("coordinator").says("not sent")
