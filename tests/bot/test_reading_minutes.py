"""The pure parts of a coordinator's day: which phrase was meant, which page, and how a pasted line is cut."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.actions.minute_lines import Panel, Unread, lines_in, read_line
from bot.kit.matching import meant
from bot.kit.paging import paged
from storage.records import Agency, AgendaItem, Post, Priority, Verb

TODAY = date(2026, 6, 9)
VERBS = {one: (one.value,) for one in Verb}
POSTS = [
    Post(id=number, title=title, agency=Agency(name=agency))
    for number, (title, agency) in enumerate(
        (
            ("Named nurse", "Thames Gate NHS Trust"),
            ("Named nurse", "Royal Marsh NHS Trust"),
            ("Safeguarding lead", "Hollow Oak School"),
            ("Housing lead", "Camden Housing"),
            ("Police co-chair", "Police"),
        ),
        start=1,
    )
]
PANEL = Panel(POSTS, {3: AgendaItem(id=30, number=3), 12: AgendaItem(id=31, number=12)})


@pytest.mark.parametrize(
    ("said", "verbs"),
    [
        ("check flag", [Verb.CHECK_FLAG]),
        ("Check the flag", [Verb.CHECK_FLAG]),
        ("check your records", [Verb.CHECK_RECORDS]),
        ("check records", [Verb.CHECK_RECORDS]),
        ("send info", [Verb.SEND_INFORMATION]),
        ("send infomation", [Verb.SEND_INFORMATION]),
        ("visit", [Verb.MAKE_VISIT]),
        ("report back", [Verb.REPORT_BACK]),
        ("plan", [Verb.AGREE_PLAN, Verb.UPDATE_PLAN]),
        ("check", [Verb.CHECK_RECORDS, Verb.CHECK_FLAG]),
        ("make", [Verb.MAKE_CALL, Verb.MAKE_VISIT]),
        ("remove the flag", []),
        ("do not make a call", []),
        ("arrest", []),
        ("the", []),
        ("", []),
    ],
)
def test_the_nearest_verb_is_meant_or_all_that_are_as_near(said: str, verbs: list[Verb]) -> None:
    found = meant(said, VERBS)
    assert set(found) <= set(verbs)
    assert bool(found) is bool(verbs)
    assert len(found) == 1 or said in ("plan", "make") or not verbs


@pytest.mark.parametrize(
    ("who", "post"),
    [
        ("safeguarding lead", 3),
        ("Hollow Oak", 3),
        ("school", 3),
        ("Housing", 4),
        ("police", 5),
        ("named nurse, Thames Gate", 1),
        ("nurse Royal Marsh NHS Trust", 2),
    ],
)
def test_a_post_is_meant_by_its_words_or_its_agency(who: str, post: int) -> None:
    assert read_line(f"item 3 / {who} / make a call / 26 June 2026", PANEL, TODAY).owner.id == post


@pytest.mark.parametrize(
    "who", ["nurse", "named nurse", "NHS trust", "lead", "designated nurse", "doctor", "camel", "?"]
)
def test_nobody_is_chosen_where_two_fit_or_none_does(who: str) -> None:
    with pytest.raises(Unread, match="say who is to do it"):
        read_line(f"item 3 / {who} / make a call / 26 June 2026", PANEL, TODAY)


PEOPLE = {
    "nadia khan": {1},
    "nadia okoro": {3},
    "nadia": {1, 3},
    "zoe": {4},
    "zoe obrien": {4},
    "sam": {2, 5},
    "sam both": {2, 5},
    "grace": {1},
    "housing": {3},
}
NAMED = replace(PANEL, people=PEOPLE, of_a_child=lambda said: "quillon" in said.casefold())


@pytest.mark.parametrize(
    ("who", "post"),
    [
        ("Nadia Khan", 1),
        ("nadia  okoro", 3),
        ("Zo\u00eb", 4),
        ("ZOE O\u2019BRIEN", 4),
        ("Dr Zoe O'Brien", 4),
        ("Grace", 1),
        ("Safeguarding lead", 3),
    ],
)
def test_whoever_holds_a_post_is_meant_by_their_whole_name_or_the_first(who: str, post: int) -> None:
    assert read_line(f"item 3 / {who} / make a call / 26 June 2026", NAMED, TODAY).owner.id == post


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("Nadia", "Named nurse, Thames Gate NHS Trust or Safeguarding lead, Hollow Oak School"),  # two people
        ("Sam Both", "Named nurse, Royal Marsh NHS Trust or Police co-chair, Police"),  # two posts
        ("Housing", "Safeguarding lead, Hollow Oak School or Housing lead, Camden Housing"),  # a name and a word
        ("Quillon", "in the words that I know"),
        ("Khan", "in the words that I know"),
        ("Nad", "in the words that I know"),
        ("Nadia Kahn", "in the words that I know"),
        ("Nadia Khan and Zoe", "in the words that I know"),
        ("Dr", "in the words that I know"),
        ("\u2014", "in the words that I know"),
    ],
)
def test_of_several_people_or_posts_and_of_nobody_who_has_one_it_is_asked(who: str, asked: str) -> None:
    with pytest.raises(Unread) as wrong:
        read_line(f"item 3 / {who} / make a call / 26 June 2026", NAMED, TODAY)
    assert asked in str(wrong.value)
    assert not {"nadia", "khan", "sam", "quillon"} & set(str(wrong.value).casefold().split())


def test_a_name_that_may_be_that_of_a_child_is_asked_about_by_the_post() -> None:
    """TRUST.md 4."""
    panel = replace(NAMED, people={"quillon": {4}, "quillon reed": {4}})
    for who in ("Quillon", "Quillon Reed"):
        with pytest.raises(Unread, match=r"^say who is to do it: Housing lead, Camden Housing$"):
            read_line(f"item 3 / {who} / make a call / 26 June 2026", panel, TODAY)


@pytest.mark.parametrize(
    "line",
    [
        "item 3: Zoe to check flag by 26 June 2026",
        "Item 3 - Zo\u00eb to check the flag by 26/6/26.",
        "item 3, Zoe O'Brien to check flag by Friday 26 June 2026",
        "item 3 / Zoe to check flag by 26/6/26",
        "Agenda item 3. Housing lead to check flag by 26 June 2026",
    ],
)
def test_a_sentence_says_the_same_as_four_parts(line: str) -> None:
    found = read_line(line, NAMED, TODAY)
    assert (found.owner.id, found.verb, found.due_on) == (4, Verb.CHECK_FLAG, date(2026, 6, 26))
    assert found.item is PANEL.items[3]
    assert found.priority is Priority.NORMAL


def test_a_sentence_may_be_urgent_or_about_no_item_and_lacks_what_four_parts_lack() -> None:
    urgent = read_line("no item: Zoe to report back to the panel by 26 June 2026, urgent", NAMED, TODAY)
    assert (urgent.item, urgent.verb, urgent.priority) == (None, Verb.REPORT_BACK, Priority.HIGH)
    four = read_line("item 3 / Zoe / report back to the panel / by 26 June 2026", NAMED, TODAY)
    assert (four.item, four.verb) == (PANEL.items[3], Verb.REPORT_BACK)
    for line, wrong in (
        ("Zoe to check flag by 26 June 2026", "begin with the number of the item"),
        ("item 9: Zoe to check flag by 26 June 2026", "this meeting has no item 9"),
        ("item 3: Zoe to hide flag by 26 June 2026", "say what is to be done"),
        ("item 3: Zoe to check flag by her birthday", "say by when"),
        ("item 3: Zoe to check flag", "write four parts"),
        ("item 3: to check flag by 26 June 2026", "say who is to do it"),
        ("item 3: Quillon to check flag by 26 June 2026", "say who is to do it, in the words that I know"),
    ):
        with pytest.raises(Unread, match=wrong):
            read_line(line, NAMED, TODAY)


@pytest.mark.parametrize("first", ["3", "item 3", "Item: 3", "agenda item 3", "#3", "no. 3", "Item no 3", "item 03"])
def test_an_item_by_its_number(first: str) -> None:
    found = read_line(f"{first} / police / make a call / 26 June 2026", PANEL, TODAY)
    assert found.item is PANEL.items[3]


@pytest.mark.parametrize(
    "end",
    ["26/6/26 urgent", "26 June 2026 (urgent)", "26 June 2026, URGENT!", "26 June 2026 / urgent", "26/6/26/urgent"],
)
def test_what_is_urgent(end: str) -> None:
    found = read_line(f"12 / police / make a call / {end}", PANEL, TODAY)
    assert (found.priority, found.due_on, found.item) == (Priority.HIGH, date(2026, 6, 26), PANEL.items[12])
    later = read_line("12 / police / make a call / 26 June 2026", PANEL, TODAY)
    assert later.priority is Priority.NORMAL


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Unread) as wrong:
        read_line("x / y / z / q", PANEL, TODAY)
    assert str(wrong.value).count(";") == 3
    with pytest.raises(Unread, match="write four parts"):
        read_line("item 3 / police / make a call / 26 June 2026 / and more", PANEL, TODAY)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_line_breaks_it_and_none_is_repeated(line: str) -> None:
    """TRUST.md T-57: whatever is pasted, what is said of it are our own words."""
    for _, one in lines_in(line):
        with pytest.raises(Unread) as wrong:
            read_line(f"Quillon {one} Vexbury", PANEL, TODAY)
        assert not {"quillon", "vexbury"} & set(str(wrong.value).casefold().split())


def test_what_is_almost_as_near_is_asked_about_too() -> None:
    names = {1: ("Lead, child safeguarding team",), 2: ("Lead, child safegaurding team",), 3: ("Child team",)}
    assert meant("lead for the child safeguarding team", names) == [1, 2]


def test_a_page_that_is_not_there_is_the_last_or_the_first() -> None:
    pages = {asked: paged(range(21), asked, 10).at for asked in ("", "1", "2", "3", "4", "0", "x", "9" * 40)}
    assert pages == {"": 1, "1": 1, "2": 2, "3": 3, "4": 3, "0": 1, "x": 1, "9" * 40: 1}
    assert paged(range(21), "3", 10).items == (20,)
    assert (paged([], "2", 10).at, paged([], "2", 10).of) == (1, 1)
