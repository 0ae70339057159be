"""Forms: how an answer is read or refused, which questions hang on which, and what is kept at the end."""

from datetime import date, time
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kit.answers import Born, ComingDay, Line, PastDay, Story, TimeOfDay
from bot.kit.forms import DONT_KNOW, Ask, Choice, DontKnow, Form, Invalid, Kind, Raw
from bot.kit.progress import applicable, finished, first_to_ask, pages, take
from bot.kit.questions import Question, questions, spoken

TODAY = date(2026, 6, 9)  # a Tuesday


class Colour(Choice):
    RED = "red", "Red, or nearly so"
    BLUE = "blue", "Blue"
    NONE = "none", "None that I know of", True
    NOT_KNOWN = DONT_KNOW, "I don't know", True


def likes_blue(answers: Raw) -> bool:
    return "blue" in (answers.get("colours") or ())


def has_a_shade(answers: Raw) -> bool:
    return bool(answers.get("shade"))


class Sample(Form):
    """A sample"""

    name: Annotated[Line | DontKnow, Ask("One", "Name?")]
    story: Annotated[Story | None, Ask("One", "Story?", long=True, optional=True)] = None
    colour: Annotated[Colour, Ask("One", "Colour?")]
    colours: Annotated[list[Colour], Ask("Two", "Colours?")]
    shade: Annotated[Line | None, Ask("Two", "Shade?", when=likes_blue)] = None
    where: Annotated[Line | None, Ask("Three", "Where?", when=has_a_shade)] = None
    was: Annotated[PastDay | DontKnow, Ask("Four", "Was?")]
    will: Annotated[ComingDay, Ask("Four", "Will?")]
    at: Annotated[TimeOfDay, Ask("Four", "At?")]
    born: Annotated[Born | DontKnow, Ask("Four", "Born?")]


BY_NAME: dict[str, Question] = {question.name: question for question in questions(Sample)}


def read(name: str, raw: Any) -> Any:
    return BY_NAME[name].read(raw, TODAY)


def test_the_kind_of_a_question_comes_from_its_type() -> None:
    assert {name: one.kind for name, one in BY_NAME.items()} == {
        "name": Kind.TEXT,
        "story": Kind.LONG_TEXT,
        "colour": Kind.CHOICE,
        "colours": Kind.CHOICES,
        "shade": Kind.TEXT,
        "where": Kind.TEXT,
        "was": Kind.DATE,
        "will": Kind.DATE,
        "at": Kind.TEXT,
        "born": Kind.TEXT,
    }
    assert {name for name, one in BY_NAME.items() if not one.required} == {"story"}
    assert {name for name, one in BY_NAME.items() if one.may_not_know} == {"name", "was", "born"}


@pytest.mark.parametrize(
    ("name", "raw", "kept"),
    [
        ("name", "  Ann\x00 ", "Ann"),
        ("story", "", None),
        ("story", None, None),
        ("story", [], None),
        ("colour", "red", "red"),
        ("colour", "RED, or nearly so.", "red"),
        ("colour", ["blue"], "blue"),
        ("colours", ["Blue", "red"], ["blue", "red"]),
        ("colours", "Blue", ["blue"]),
        ("was", "yesterday", "2026-06-08"),
        ("was", "9/6/26", "2026-06-09"),
        ("will", "Friday", "2026-06-12"),
        ("at", "2pm", "14:00:00"),
        ("at", "14:00:00", "14:00:00"),
        ("born", "15", 15),
        ("born", "15 years old", 15),
        ("born", "14 May 2011", "2011-05-14"),
        ("born", "0", 0),
        *(
            (name, words, DONT_KNOW)
            for name in ("name", "was", "born")
            for words in ("I don't know", "don’t know", "DONT KNOW.", "i dont know", "Not known", "unknown", DONT_KNOW)
        ),
        ("colour", "don't know", DONT_KNOW),
        ("colours", "I don’t know", [DONT_KNOW]),
    ],
)
def test_an_answer_is_read(name: str, raw: Any, kept: Any) -> None:
    assert read(name, raw) == kept
    if kept:
        assert read(name, kept) == kept  # what is kept can be given again


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("name", "", "Answer this question, or say that you don't know"),
        ("name", "\x00 \u200b", "Answer this question, or say that you don't know"),
        ("name", "x", "Use 2 characters or more"),
        ("name", "x" * 121, "Use 120 characters or fewer"),
        ("shade", None, "Answer this question"),
        ("story", "x" * 1001, "Use 1000 characters or fewer"),
        ("colour", None, "Choose one of the options"),
        ("colour", "green", "Choose one of the options"),
        ("colours", [], "Choose at least one option"),
        ("colours", ["blue", "green"], "Choose at least one option"),
        ("colours", ["none", "blue"], "Choose “None that I know of” on its own, or untick it"),
        ("will", "I don't know", "Enter a date, like 27 March 2026"),
        ("will", "hello", "Enter a date, like 27 March 2026"),
        ("will", "9/6/26", "The date must be after today"),
        ("was", "10/6/26", "The date must be today or earlier"),
        ("was", "6", "Enter a date, like 27 March 2026"),
        ("at", "noonish", "Enter a time, like 2pm or 14:00"),
        ("born", "²", "Enter a date of birth, like 14 May 2011, or an age, like 15"),
        ("born", "26", "The date of birth or age must be for somebody aged 0 to 25"),
        ("born", "14 May 1990", "The date of birth or age must be for somebody aged 0 to 25"),
        ("born", "soon", "Enter a date of birth, like 14 May 2011, or an age, like 15"),
        ("born", "150", "The date of birth or age must be for somebody aged 0 to 25"),
    ],
)
def test_an_answer_that_cannot_be_read_says_how_to_mend_it(name: str, raw: Any, why: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read(name, raw)
    assert invalid.value.errors[name].startswith(why)


anything = st.one_of(st.none(), st.text(), st.lists(st.text(), max_size=4), st.integers())


@settings(max_examples=200)
@given(st.sampled_from(sorted(BY_NAME)), anything)
def test_whatever_is_given_is_read_or_refused_with_a_sentence(name: str, raw: Any) -> None:
    taken, wrong = take([BY_NAME[name]], {name: raw}, TODAY)
    assert {*taken, *wrong} == {name}
    assert all(wrong.values())
    assert all(BY_NAME[name].shown(kept) for kept in taken.values())


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("colour", "1", "red"),
        ("colour", "2.", "blue"),
        ("colour", "Red, or nearly so", "red"),  # a label with a comma
        ("colour", "blue", "blue"),
        ("colours", "1, 2", ["red", "blue"]),
        ("colours", "2; 1", ["blue", "red"]),
        ("colours", "blue, 1", ["blue", "red"]),
        ("colours", "Red, or nearly so", ["red"]),
        ("colours", "3", ["none"]),
        ("colours", "i don't know", [DONT_KNOW]),
        ("name", "1", None),  # a question without options has no numbers
    ],
)
def test_a_typed_answer_may_be_a_number_or_a_label(name: str, typed: str, kept: Any) -> None:
    question = BY_NAME[name]
    if kept is None:
        assert spoken(question, typed) == typed
    else:
        assert question.read(spoken(question, typed), TODAY) == kept


@pytest.mark.parametrize("typed", ["5", "0", "1 2", "green", "1, 9"])
def test_a_number_that_is_no_option_is_refused(typed: str) -> None:
    for name in ("colour", "colours"):
        with pytest.raises(Invalid):
            BY_NAME[name].read(spoken(BY_NAME[name], typed), TODAY)


def asked(answers: Raw) -> list[str]:
    return [question.name for question in applicable(Sample, answers)]


def test_what_hangs_on_an_answer_is_asked_only_then_and_down_the_chain() -> None:
    always = ["name", "story", "colour", "colours", "was", "will", "at", "born"]
    assert asked({}) == always
    assert asked({"colours": ["red"], "shade": "navy", "where": "sky"}) == always
    assert asked({"colours": ["blue"]}) == [*always[:4], "shade", *always[4:]]
    assert asked({"colours": ["blue"], "shade": "navy"}) == [*always[:4], "shade", "where", *always[4:]]
    assert pages(Sample, {}) == ("One", "Two", "Four")
    assert pages(Sample, {"colours": ["blue"], "shade": "navy"}) == ("One", "Two", "Three", "Four")


GIVEN = {
    "name": "Ann",
    "story": None,
    "colour": "red",
    "colours": ["red"],
    "was": "2026-06-08",
    "will": "2026-06-12",
    "at": "14:00:00",
    "born": 15,
}


def test_a_finished_form_is_typed_and_drops_what_no_longer_applies() -> None:
    form = finished(Sample, GIVEN | {"shade": "navy", "where": "sky"}, TODAY)
    assert (form.shade, form.where) == (None, None)
    assert (form.colour, form.colours, form.was, form.at) == (Colour.RED, [Colour.RED], date(2026, 6, 8), time(14))
    assert finished(Sample, GIVEN | {"name": DONT_KNOW}, TODAY).name == DONT_KNOW


def test_an_answer_that_was_right_when_it_was_given_is_checked_again_at_the_end() -> None:
    with pytest.raises(Invalid) as invalid:
        finished(Sample, GIVEN, date(2026, 6, 12))
    assert invalid.value.errors == {"will": "The date must be after today"}


def test_the_next_question_is_the_first_without_an_answer() -> None:
    assert [one.name for one in [first_to_ask(Sample, {"name": "Ann", "story": None})] if one] == ["colour"]
    assert first_to_ask(Sample, GIVEN) is None
    taken, wrong = take([BY_NAME["name"], BY_NAME["will"]], {"name": "Ann", "will": "never"}, TODAY)
    assert (taken, wrong) == ({"name": "Ann"}, {"will": "Enter a date, like 27 March 2026"})
