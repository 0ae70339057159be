"""Whose time in a post is over is nobody from the next turn on, and what was open there is the successor's."""

from storage.records import Dialogue, Meeting, Referral
from tests.conversations.test_joining import code_in, links
from tests.conversations.test_referral import fill_up_to_review
from tests.making import an_action
from tests.surfaces import Heard
from tests.world import Someone, World

SCHOOL = "Safeguarding lead, Hollow Oak School"


def hands_over(world: World, post: str, to: str) -> Heard:
    """By the coordinator, for whoever has gone; what the successor reads first."""
    cal, successor = world.person("coordinator"), world.person(to)
    cal.says("hand over")
    cal.presses("Use the form instead")
    given = cal.submits(post=post, name="Nia Testperson", email="nia@school.example")
    assert f"Handed over: {post}" in given
    return links(successor, code_in(given))


def adds_until(world: World, last_day: str) -> Someone:
    """A manager of a new agency, who has joined."""
    cal, nia = world.person("coordinator"), world.person("nia")
    cal.says("add person")
    cal.presses("Use the form instead")
    cal.submits(name="Nia Testperson", email="nia@youth.example")
    post = {"borough": "Camden", "agency": "another", "title": "Manager", "does": "agency_member", "seat": "yes"}
    cal.submits(**post)
    links(nia, code_in(cal.submits(**post, agency_name="Youth Works", until=last_day)))
    return nia


def test_a_form_that_was_open_is_not_sent_by_somebody_who_has_left(world: World) -> None:
    """TRUST.md T-21."""
    sam = world.person("school")
    sam.says("help")
    sam.presses("Refer a child")
    fill_up_to_review(sam)
    hands_over(world, SCHOOL, "nia")
    refused = sam.submits()
    assert "That form is not open any more" in refused
    assert "phone 999" in refused
    assert "I do not know you yet" in sam.says("mine")
    assert "Go on" not in str(sam.says("resume").buttons)
    with world.sessions() as session:
        assert session.query(Referral).count() == 0
        (draft,) = session.query(Dialogue).filter_by(form="ReferChild")
        assert draft.answers is not None  # it waits for whoever decides about it


def test_what_is_open_is_the_successors_and_drafts_are_not(world: World) -> None:
    """TRUST.md T-21."""
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam, nia = world.person("school"), world.person("nia")
    sam.says("help")
    sam.presses("Refer a child")
    fill_up_to_review(sam)
    sam.says("more time")
    brief = hands_over(world, SCHOOL, "nia")
    assert f"{reference}, by Friday 12 June 2026" in brief
    mine = nia.says("mine")
    assert reference in mine
    assert "A form you have not finished" not in mine
    assert "Safety first" not in nia.says("resume")
    world.tick()
    assert "your post has a new holder" in sam.hears_one()
    assert any(reference in one.text for one in nia.hears())
    assert "Marked as done" in nia.says(f"done {reference}")


def test_a_post_is_handed_over_after_its_holders_last_day(world: World) -> None:
    nia = adds_until(world, "10 June 2026")
    reference = an_action(world, "Manager, Youth Works", "26 June 2026")
    world.moves_on(working_days=2)
    assert "I do not know you yet" in nia.says(f"done {reference}")
    assert reference in hands_over(world, "Manager, Youth Works", "ola")
    assert reference in world.person("ola").says("mine")
    assert "I do not know you yet" in nia.says("mine")


def test_a_post_that_nobody_holds_is_handed_over_twice_in_a_day(world: World) -> None:
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam = world.person("school")
    sam.says("leave")
    sam.presses("Use the form instead")
    sam.submits(post=f"{SCHOOL}, Camden")
    assert reference in hands_over(world, SCHOOL, "nia")
    assert reference in hands_over(world, SCHOOL, "ola")
    assert "I do not know you yet" in world.person("nia").says("mine")
    assert reference in world.person("ola").says("mine")


def test_a_form_that_is_open_after_somebodys_last_day_is_not_sent(world: World) -> None:
    cal = world.person("coordinator")
    cal.says("deputy")
    cal.presses("Use the form instead")
    named = cal.submits(
        post="MACE coordinator, Camden Council, Camden",
        name="Dee Testperson",
        email="dee@camden.example",
        until="10 June 2026",
    )
    dee = world.person("dee")
    links(dee, code_in(named))
    dee.says("add meeting")
    dee.presses("Use the form instead")
    world.moves_on(working_days=2)
    refused = dee.submits(borough="Camden", day="19 June 2026", at="2pm", place="Room 4")
    assert "That form is not open any more" in refused
    with world.sessions() as session:
        assert session.query(Meeting).count() == 0
