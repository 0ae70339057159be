"""The actions of a meeting from pasted lines: what is understood, what is not, and giving it once."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from storage.levels import Classified, Level
from storage.records import (
    Action,
    Agency,
    AuditEntry,
    Dialogue,
    Holding,
    Partnership,
    Person,
    Post,
    Priority,
    Role,
)
from tests.conversations.test_canaries import OWN_LINES, columns
from tests.conversations.test_leaving import hands_over
from tests.making import a_case, a_meeting, an_action, an_item
from tests.planting import BORN, CHILD, COLLEAGUE, WORDS, opens, planted_in
from tests.surfaces import Heard
from tests.world import World

NURSE, SCHOOL = "Named nurse, Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"
ONE = "item 1 / named nurse / check flag / 26 June 2026"


def pastes(world: World, text: str, by: str = "coordinator") -> Heard:
    cal = world.person(by)
    page = opens(cal, "minute")
    return cal.submits(meeting=next(iter(page.options["meeting"])), lines=text)


def given(world: World) -> int:
    with world.sessions() as session:
        return session.scalar(select(func.count()).select_from(Action)) or 0


@pytest.fixture
def met(world: World) -> World:
    """A panel with three items, none of which is about a case."""
    a_meeting(world, items=3)
    return world


def test_lines_are_shown_then_given_with_one_press_and_each_owner_is_told_once(met: World) -> None:
    world = met
    cal, sam, nurse = (world.person(one) for one in ("coordinator", "school", "nurse"))
    lines = [
        ONE,
        "item 2 / named nurse / send info / 30 June 2026 / urgent",
        "item 2 / Safeguarding lead / make a visit / 3 July 2026",
        "no item / nurse / report back / 1/7/26",
    ]
    read = pastes(world, "\n".join(lines))
    assert "Camden panel, Friday 19 June 2026: 4 actions understood" in read
    assert f"Line 1: item 1, {NURSE}, check a record flag, by Friday 26 June 2026" in read
    assert f"Line 2: item 2, {NURSE}, send information, by Tuesday 30 June 2026, urgent" in read
    assert f"Line 3: item 2, {SCHOOL}, make a visit, by Friday 3 July 2026" in read
    assert f"Line 4: {NURSE}, report back to the panel, by Wednesday 1 July 2026" in read
    assert given(world) == 0
    assert "Actions given: 4" in cal.presses("Give these 4")
    world.tick()
    told = nurse.hears_one()
    assert "The Camden panel gave you 3 actions" in told
    assert "Camden: check a record flag by Friday 26 June 2026\nItem 1, Friday 19 June 2026." in told
    assert "make a visit by Friday 3 July 2026" in sam.hears_one()
    with world.sessions() as session:
        urgent = session.scalars(select(Action).where(Action.priority == Priority.HIGH)).one()
        assert urgent.item is not None
        assert (urgent.item.number, urgent.verb.value) == (2, "send information")


def test_a_panel_is_named_by_its_day_when_all_is_about_its_items(met: World) -> None:
    pastes(met, f"{ONE}\nitem 2 / nurse / send information / 30 June 2026")
    met.person("coordinator").presses("Give these 2")
    met.tick()
    assert "The Camden panel of Friday 19 June 2026 gave you 2 actions" in met.person("nurse").hears_one()


def test_pressed_twice_and_on_another_day_it_is_given_once(met: World) -> None:
    cal = met.person("coordinator")
    read = pastes(met, f"{ONE}\nno item / nurse / send information / 30 June 2026")
    cal.presses("Give these 2")
    again = cal.presses("Give these 2", on=read)
    assert "No action is given now" in again
    assert "Given before, and not again: A-" in again
    met.moves_on(working_days=1)
    assert "No action is given now" in cal.presses("Give these 2", on=read)
    assert given(met) == 2


def test_two_coordinators_who_paste_the_same_give_it_once(met: World) -> None:
    cal = met.person("coordinator")
    read, also = pastes(met, ONE), pastes(met, ONE)
    assert "Actions given: 1" in cal.presses("Give this one", on=read)
    assert "Given before, and not again" in cal.presses("Give this one", on=also)
    assert given(met) == 1
    third = pastes(met, f"{ONE}\nitem 2 / nurse / send information / 30 June 2026")
    assert "Line 1: it is given already, A-" in third
    assert "1 action understood" in third


def test_what_is_not_understood_is_named_by_its_number_and_never_repeated(met: World) -> None:
    lines = [
        ONE,
        "item 9 / nurse / check flag / 26 June 2026",
        f"{WORDS} / nurse / check flag / 26 June 2026",
        f"item 1 / {WORDS} / check flag / 26 June 2026",
        f"item 1 / nurse / {WORDS} / 26 June 2026",
        "item 1 / nurse / plan / 26 June 2026",
        f"item 1 / nurse / check flag / {CHILD}",
        f"item 1 / nurse / check flag / {BORN}",
        WORDS,
        ONE,
        f"{CHILD} / {CHILD} / {CHILD} / {CHILD}",
    ]
    read = pastes(met, "\n".join(lines))
    assert "1 action understood" in read
    assert "Not understood: 10" in read
    assert "Line 2: this meeting has no item 9" in read
    assert "Line 3: begin with the number of the item, or with: no item" in read
    assert "Line 4: say who is to do it, in the words that I know, like: " in read
    assert "Line 5: say what is to be done, in the words that I know, like: check a record flag" in read
    assert "Line 6: say what is to be done: agree a plan or update a plan" in read
    assert "Line 7: say by when, like: Tuesday 23 June 2026" in read
    assert "Line 8: say a day that comes after today, like: Tuesday 23 June 2026" in read
    assert "Line 9: write four parts, like: item 3 / named nurse" in read
    assert "Line 10: it says the same as line 1" in read
    assert "Line 11: begin with the number of the item" in read
    assert "What can be asked: check a record flag; " in read
    assert planted_in(read.text) == set()
    assert planted_in(" ".join(read.buttons.values())) == set()
    with met.sessions() as session:
        dialogue = session.scalars(select(Dialogue).order_by(Dialogue.id.desc())).first()
        assert dialogue is not None
        assert dialogue.answers is None  # what was pasted is forgotten at once


def test_who_could_be_meant_by_two_posts_is_asked(met: World) -> None:
    read = pastes(met, "item 1 / lead / check flag / 26 June 2026")
    assert "Line 1: say who is to do it: " in read
    assert f"Housing lead, Camden Housing or {SCHOOL}" in read
    assert "Give" not in " ".join(read.buttons)
    assert "I understood none of the lines" in read


CHECKS = "item 1 / {} / check flag / 26 June 2026"
NAMES = ("ngozi", "sam", "hari", "lee", "isla", "nia", "chidi", COLLEAGUE)


def says_no_name(heard: Heard) -> bool:
    said = f"{heard.text} {' '.join(heard.buttons.values())}".casefold()
    return not [name for name in NAMES if re.search(rf"\b{name}\b", said)]


def in_the_tracker(world: World, name: str) -> set[str]:
    """The columns that hold it, but for the one that is for it, and what people wrote on their own page."""
    return {where for where, held in columns(world).items() if name in held.casefold()} - {"person.name", OWN_LINES}


def test_whoever_holds_a_post_there_can_be_named_instead_of_it(met: World) -> None:
    """TRUST.md 4: the post is shown and kept, and the name nowhere."""
    before = in_the_tracker(met, "ngozi")
    lines = (
        "item 1 / Ngozi / check flag / 26 June 2026",  # who holds another post in another borough
        "item 2 / sam testperson / make a visit / 26 June 2026",
        "Item 3: Hari to send information by 26 June 2026, urgent",  # who has not joined
        "item 3 / Chidi / make a call / 26 June 2026",  # who does not sit on the panel
    )
    read = pastes(met, "\n".join(lines))
    assert "4 actions understood" in read
    assert f"Line 1: item 1, {NURSE}, check a record flag" in read
    assert f"Line 2: item 2, {SCHOOL}, make a visit" in read
    assert "Line 3: item 3, Housing lead, Camden Housing, send information, by Friday 26 June 2026, urgent" in read
    assert "Line 4: item 3, Youth worker, Streetwise, make a call" in read
    given_now = met.person("coordinator").presses("Give these 4")
    assert "Actions given: 4" in given_now
    met.tick()
    assert "check a record flag" in met.person("nurse").hears_one()
    assert says_no_name(read)
    assert says_no_name(given_now)
    assert in_the_tracker(met, "ngozi") == before
    with met.sessions() as session:
        opened = [one.what for one in session.scalars(select(AuditEntry)) if "names" in one.what]
    assert opened == ["read L2: finding whom a minute names"]


def test_nobody_is_taken_for_a_post_that_they_do_not_hold_today(met: World) -> None:
    hands_over(met, SCHOOL, "nia")
    read = pastes(met, "\n".join(CHECKS.format(one) for one in ("Sam", "Lee", "Isla", "Nia")))
    assert f"Line 4: item 1, {SCHOOL}, check a record flag" in read
    assert "1 action understood" in read
    for number in (1, 2, 3):
        assert f"Line {number}: say who is to do it, in the words that I know" in read
    assert says_no_name(read)


def holds(world: World, name: str, title: str, person: Person | None = None) -> Person:
    """A post of the council's in Camden."""
    with world.sessions.begin() as session:
        camden = session.scalars(select(Partnership).where(Partnership.name == "Camden")).one()
        council = session.scalars(select(Agency).where(Agency.name == "Camden Council")).one()
        who = session.merge(person) if person else Person(name=Classified(name, Level.L2))
        post = Post(partnership=camden, agency=council, title=title, role=Role.AGENCY_MEMBER, on_panel=True)
        session.add_all((who, post))
        session.flush()
        session.add(Holding(post_id=post.id, person_id=who.id, from_day=date(2026, 1, 5)))
        return who


def test_of_two_people_of_one_name_and_of_two_posts_of_one_person_it_is_asked_which(met: World) -> None:
    bea = holds(met, "Bea Testperson", "Social worker")
    holds(met, "", "Team manager", bea)
    holds(met, "Sam Otherperson", "Head of early help")
    names = ("Sam", "Bea", "Bea Testperson", "Sam Otherperson", "Otherperson")
    read = pastes(met, "\n".join(CHECKS.format(one) for one in names))
    two_people = f"Head of early help, Camden Council or {SCHOOL}"
    two_posts = "Social worker, Camden Council or Team manager, Camden Council"
    assert f"Line 1: say who is to do it: {two_people}" in read
    assert f"Line 2: say who is to do it: {two_posts}" in read
    assert f"Line 3: say who is to do it: {two_posts}" in read
    assert "Line 4: item 1, Head of early help, Camden Council, check a record flag" in read
    assert "Line 5: say who is to do it, in the words that I know" in read
    assert says_no_name(read)
    assert "bea" not in read.text.casefold().split()


def test_the_name_of_a_child_on_the_agenda_is_nobodys_post(world: World) -> None:
    """TRUST.md 4: also if a colleague is called the same."""
    cal = world.person("coordinator")
    opens(cal, "open case")
    opened = cal.submits(borough="Camden", child_name="Chidi Vexbury", born="14 May 2011")
    a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=opened.line("Read it on your page").split()[-1])
    who = ("Chidi", "Chidi Testperson", "Chidi Vexbury", "Vexbury", "Sam")
    read = pastes(world, "\n".join(CHECKS.format(one) for one in who))
    for number in (1, 2):
        assert f"Line {number}: say who is to do it: Youth worker, Streetwise" in read
    for number in (3, 4):
        assert f"Line {number}: say who is to do it, in the words that I know" in read
    assert f"Line 5: item 1, {SCHOOL}" in read
    assert planted_in(read.text) == set()
    assert says_no_name(read)


@pytest.mark.parametrize(
    "line",
    [
        "• Item 1 / named nurse / check flag / 26 June 2026",
        "1. item 1 / named nurse / check flag / 26 June 2026",
        "\u2022\titem 1 / named nurse / check flag / 26 June 2026",
        "o\titem 1\tnamed nurse\tcheck flag\t26 June 2026",
        "1\tNamed nurse\tCheck a record flag\t26/6/26\t",
        "| 1 | Named nurse | check flag | 26 June 2026 |",
        "(a) item 1/named nurse/check flag/26/6/26",
        "item 1\t\tnamed nurse\t\tcheck flag\t\t26 June 2026",
        "Item no 1; named nurse; check flag; Friday 26 June 2026",
        "- item 1, named nurse, check flag, 26 June 2026",
        "  item 1 /named nurs / chek flag/ 26 June 2026 \r",
    ],
)
def test_a_line_is_read_as_it_is_pasted(met: World, line: str) -> None:
    read = pastes(met, f"\r\n{line}\r\n\r\n")
    assert f"Line 1: item 1, {NURSE}, check a record flag, by Friday 26 June 2026" in read, read.text
    assert "Not understood" not in read


def test_forty_lines_fit_and_more_are_refused_beside_the_box(met: World) -> None:
    verbs = ("check flag", "send information", "agree a plan", "update a plan", "arrange a meeting")
    lines = [
        f"{number}. item {1 + number % 3} / nurse / {verbs[number % 5]} / {1 + number % 28} July 2026 / urgent"
        for number in range(40)
    ]
    cal = met.person("coordinator")
    page = opens(cal, "minute")
    meeting = next(iter(page.options["meeting"]))
    refused = cal.submits(meeting=meeting, lines="\n".join([*lines, ONE]))
    assert "Use 40 lines or fewer" in str(refused.errors)
    assert "40 actions understood" in cal.submits(meeting=meeting, lines="\n".join(lines))
    assert "Actions given: 40" in cal.presses("Give these 40")
    assert given(met) == 40
    met.tick()
    assert "gave you 40 actions" in met.person("nurse").hears()[0]


def test_the_case_of_an_item_goes_with_the_action_by_a_codeword_of_the_agency(world: World) -> None:
    case = a_case(world)
    a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)
    pastes(world, ONE)
    world.person("coordinator").presses("Give this one")
    with world.sessions() as session:
        action = session.scalars(select(Action)).one()
        assert action.case is not None
        assert action.case.reference == case
        nurse = action.owner.agency_id
        known_as = action.case.called_by(nurse)
    assert known_as
    world.tick()
    assert known_as in world.person("nurse").hears_one()


def test_a_day_that_has_come_by_the_press_is_left_out_and_counted(met: World) -> None:
    read = pastes(met, f"item 1 / nurse / check flag / 10 June 2026\n{ONE}")
    met.moves_on(working_days=1)
    late = met.person("coordinator").presses("Give these 2", on=read)
    assert "Actions given: 1" in late
    assert "Left out, because the day has come or gone: 1 of the lines" in late


def test_only_who_runs_the_panel_and_only_what_was_shown(met: World) -> None:
    cal, isla = met.person("coordinator"), met.person("islington")
    assert "Your post does not let you" in met.person("school").says("minute")
    assert "No panel of yours met in the last 4 weeks" in isla.says("minute")
    line = pastes(met, ONE).line("Give this one")
    for tampered in (line.replace("check_flag", "hide_flag"), line.replace(".1.", ".7.", 1), line + ".x", "give these"):
        assert "I cannot find that. Say minute" in cal.says(tampered)
    assert "I cannot find that. Say minute" in isla.says(line)
    assert "Your post does not let you" in met.person("school").says(line)
    assert given(met) == 0


def test_a_reference_that_another_action_has_gives_nothing(met: World) -> None:
    theirs = an_action(met, SCHOOL, "23 June 2026", verb="make a call")
    line = pastes(met, ONE).line("Give this one")
    own = line.split()[-1].split(".")[0]
    assert "I cannot find that" in met.person("coordinator").says(line.replace(own, theirs))
    assert given(met) == 1


def test_all_or_none_of_them_is_given(met: World) -> None:
    line = pastes(met, ONE).line("Give this one")
    broken = line + "," + line.split()[-1].replace("check_flag", "hide_flag")
    assert "I cannot find that" in met.person("coordinator").says(broken)
    assert given(met) == 0
