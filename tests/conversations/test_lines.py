"""Lines of every kind: help, slips, nonsense, and what must never break anything."""

import pytest

from storage.records import Action, Meeting, Post, Role
from tests.making import a_meeting, an_action
from tests.world import World


def test_help_lists_what_this_person_may_do(world: World) -> None:
    coordinator, school = world.person("coordinator").says("help"), world.person("school").says("help")
    assert "See and send an agenda: agenda" in coordinator
    assert "agenda" not in school.text
    assert "Questions: mace@camden.example" in school


@pytest.mark.parametrize(
    ("slip", "meant"), [("refre", "refer"), ("my transfer", "my transfers"), ("hlep", "help"), ("mien", "mine")]
)
def test_a_slip_is_asked_about(world: World, slip: str, meant: str) -> None:
    heard = world.person("school").says(slip)
    assert f"Did you mean “{meant}”?" in heard
    assert heard.line(meant.capitalize()) == meant


@pytest.mark.parametrize(
    "line",
    [
        *("", "   ", "\x00\x01\x1f", "asdf qwer zxcv", "🤔🤔", "&amp; &#0; ]]>", "{{ 7*7 }} {% raw %}"),
        *("<b>bold</b> <script>alert(1)</script>", "<!channel> *x* [a](http://b)", "'; DROP TABLE action; --"),
        *("@3", "done @3 @4", "yes", "undo", "done A-7K2F9 @99999999999999999999", "done A-7K2F9 @²"),
    ],
)
def test_odd_lines_get_a_clear_sentence(world: World, line: str) -> None:
    heard = world.person("school").says(line)
    assert heard.text
    assert "something went wrong" not in heard.text


def test_a_very_long_line_is_refused_whole(world: World) -> None:
    """TRUST.md T-66."""
    heard = world.person("school").says("done " + "x" * 100_000)
    assert "use 4,000 characters or fewer" in heard
    with world.sessions() as session:
        assert session.query(Action).count() == 0


def test_markup_in_an_answer_stays_text(world: World) -> None:
    coordinator = world.person("coordinator")
    coordinator.says("add person")
    coordinator.presses("Use the form instead")
    page = coordinator.submits(name="<b>Bo</b> & Co", email="b@x.example")
    title = '<i>Lead</i> & "co" <!here>'
    added = coordinator.submits(
        borough=next(iter(page.options["borough"])),
        agency=next(iter(page.options["agency"])),
        title=title,
        does="agency_member",
        seat="no",
    )
    assert f"Added: {title}" in added


def test_mine_lists_what_is_open_and_what_waits(world: World) -> None:
    reference = an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    sam = world.person("school")
    mine = sam.says("mine")
    assert f"Camden: check a record flag, {reference}, by Wednesday 10 June 2026" in mine
    assert "Marked as done" in sam.presses("Done")
    assert "You have nothing open" in sam.says("mine")
    waits = world.person("coordinator").says("mine")
    assert reference in waits
    assert "Check a record flag: said done" in world.person("coordinator").presses("Look at it")


def test_an_answer_may_begin_with_a_command_word_and_a_button_is_always_a_command(world: World) -> None:
    """Precedence: a typed line belongs to an open typed form; a pressed one never does."""
    coordinator = world.person("coordinator")
    help_ = coordinator.says("help")
    coordinator.says("add meeting")
    coordinator.says("1")
    coordinator.says("19 June 2026")
    coordinator.says("2pm")
    pressed = coordinator.presses("What I have open", on=help_)
    assert "open" in pressed
    assert "Meeting planned: Camden panel on Friday 19 June 2026, 2pm" in coordinator.says("Help desk, second floor")


def test_who_may_no_longer_do_a_thing_does_not_do_it_by_a_form_that_is_still_open(world: World) -> None:
    """TRUST.md T-33."""
    coordinator = world.person("coordinator")
    coordinator.says("add meeting")
    coordinator.presses("Use the form instead")
    with world.sessions.begin() as session:
        post = session.query(Post).filter_by(title="MACE coordinator").order_by(Post.id).first()
        assert post
        post.role = Role.AGENCY_MEMBER
    refused = coordinator.submits(borough="Camden", day="19 June 2026", at="2pm", place="Room 4")
    assert "Your post does not let you run meetings and send agendas" in refused
    with world.sessions() as session:
        assert session.query(Meeting).count() == 0


def test_who_asks_what_it_can_do_reads_that(world: World) -> None:
    nurse = world.person("nurse")
    for line in ("help", "Hello!", "What can you do?", "how does this work", "Good evening."):
        assert "Refer a child" in nurse.says(line), line
    assert "I did not understand" in nurse.says("what can you tell me about purple").text


def test_who_types_a_command_into_a_form_reads_how_to_leave_it(world: World) -> None:
    a_meeting(world)
    coordinator = world.person("coordinator")
    coordinator.says("agenda")
    told = coordinator.says("today")
    assert "Choose one of the options. If you meant the command today, reply save first, then today." in told
    assert "Which meeting's agenda?" in told
    assert "Choose one of the options.\n" in coordinator.says("tomorrow")
    coordinator.says("save")
    assert "What needs you" in coordinator.says("today")
