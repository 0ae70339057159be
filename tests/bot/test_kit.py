"""The pure parts: references, days and times in words, working time, forms, and what a reply seems to mean."""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kit.answers import Born, ComingDay, Line, PastDay, Story, TimeOfDay
from bot.kit.forms import DONT_KNOW, Ask, Choice, DontKnow, Form, Invalid, Kind, Raw
from bot.kit.progress import applicable, finished, first_to_ask, pages, take
from bot.kit.questions import Question, questions, spoken
from bot.kit.references import ALPHABET, find_reference, new_reference, without_reference
from bot.kit.words import (
    day_in_words,
    moment_in_words,
    nearest,
    plain,
    read_coming_day,
    read_day,
    read_time,
    tidy,
    time_in_words,
)
from bot.kit.worktime import (
    LONDON,
    is_working_day,
    is_working_time,
    local,
    local_day,
    working_days_after,
    working_days_between,
    working_moment,
)
from bot.wording import Meaning, meaning

TODAY = date(2026, 6, 9)  # a Tuesday
MINUTE = timedelta(minutes=1)

# --- references -------------------------------------------------------------------------------------------------------

bodies = st.builds(lambda _: new_reference("A"), st.integers())
prefixes = st.sampled_from("ADEJMPQRT")


@given(prefixes, st.integers(2, 6), st.sampled_from(ALPHABET))
def test_every_single_slip_is_caught(prefix: str, at: int, other: str) -> None:
    reference = new_reference(prefix)
    slipped = reference[:at] + other + reference[at + 1 :]
    assert find_reference(slipped) == (reference if slipped == reference else "")


@given(prefixes, st.integers(2, 5))
def test_every_swap_of_neighbours_is_caught(prefix: str, at: int) -> None:
    reference = new_reference(prefix)
    swapped = reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]
    assert find_reference(swapped) == (reference if swapped == reference else "")


@given(prefixes)
def test_case_a_missing_hyphen_and_a_space_are_forgiven(prefix: str) -> None:
    reference = new_reference(prefix)
    for said in (reference, reference.lower(), reference.replace("-", ""), reference.replace("-", " ").lower()):
        assert find_reference(f"done {said}, thank you") == reference
        assert without_reference(f"done {said}") == "done"


def test_no_word_is_taken_for_a_reference() -> None:
    for text in ("", "done", "A-", "A-7K2F", "the school answered", "TARGETS", "A-7K2F9X", "XA-7K2F9"):
        assert find_reference(text) == "", text


def test_the_second_reference_is_found_if_the_first_is_a_slip() -> None:
    first, second = new_reference("A"), new_reference("A")
    assert find_reference(f"{first} and {second}") == first
    slip = first[:-1] + next(letter for letter in ALPHABET if letter != first[-1])
    assert find_reference(f"{slip} or {second}") == second


# --- days and times ---------------------------------------------------------------------------------------------------

# what is typed on Tuesday 9 June 2026: as something past, as something to come
DAYS: dict[str, tuple[str | None, str | None]] = {
    "27 March 2026": ("2026-03-27", "2026-03-27"),
    "27th March 2026": ("2026-03-27", "2026-03-27"),
    "27 mar 26": ("2026-03-27", "2026-03-27"),
    "27/3/26": ("2026-03-27", "2026-03-27"),
    "27/03/2026": ("2026-03-27", "2026-03-27"),
    "27.3.26": ("2026-03-27", "2026-03-27"),
    "27-3-2026": ("2026-03-27", "2026-03-27"),
    "2026-03-27": ("2026-03-27", "2026-03-27"),
    "12/6/26": ("2026-06-12", "2026-06-12"),  # day first, and not the year 1926 or 2126
    "3/4/31": ("2031-04-03", "2031-04-03"),
    "27 March": ("2026-03-27", "2027-03-27"),
    "1 July": ("2025-07-01", "2026-07-01"),
    "31 December": ("2025-12-31", "2026-12-31"),
    "1/2": ("2026-02-01", "2027-02-01"),
    "29 February 2024": ("2024-02-29", "2024-02-29"),
    "yesterday": ("2026-06-08", "2026-06-08"),
    "Today": ("2026-06-09", "2026-06-09"),
    "tomorrow": ("2026-06-10", "2026-06-10"),
    "Friday": ("2026-06-05", "2026-06-12"),
    "on Monday": ("2026-06-08", "2026-06-15"),
    "fri": ("2026-06-05", "2026-06-12"),
    "last tuesday": ("2026-06-02", None),
    "next Friday": (None, "2026-06-12"),
    "this Friday": (None, "2026-06-12"),
    "two weeks ago": ("2026-05-26", "2026-05-26"),
    "in a week": ("2026-06-16", "2026-06-16"),
    **dict.fromkeys(
        ("6", "12", "", " ", "hello", "June", "June 2026", "2026", "May", "31/6/26", "13/13/26", "A-7K2F9", "1 2 3"),
        (None, None),
    ),
    **dict.fromkeys(("half past nine", "12:30", "I don't know", "soon", "the other day", "end of June"), (None, None)),
}
TWO_SIDED = {text: days for text, days in DAYS.items() if not text.startswith(("last ", "next ", "this "))}


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@pytest.mark.parametrize("text", TWO_SIDED)
def test_a_day_is_read_as_people_mean_it(text: str) -> None:
    assert (iso(read_day(text, TODAY)), iso(read_coming_day(text, TODAY))) == TWO_SIDED[text]


def test_last_and_next_are_read_on_their_side() -> None:
    assert iso(read_day("last tuesday", TODAY)) == "2026-06-02"
    assert iso(read_coming_day("next Friday", TODAY)) == iso(read_coming_day("this Friday", TODAY)) == "2026-06-12"


@settings(deadline=None, max_examples=60)
@given(st.dates(date(2025, 1, 1), date(2027, 7, 1)))
def test_whatever_we_write_we_can_read(day: date) -> None:
    for text in (day_in_words(day), f"{day.day}/{day.month}/{day.year}", day.isoformat()):
        assert read_day(text, TODAY) == read_coming_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *[
            ("2pm", time(14)),
            ("2 PM", time(14)),
            ("2:30pm", time(14, 30)),
            ("14:00", time(14)),
            ("9.30am", time(9, 30)),
        ],
        *[
            ("12am", time(0)),
            ("12pm", time(12)),
            ("00:15", time(0, 15)),
            ("12:05am", time(0, 5)),
            ("23:59", time(23, 59)),
        ],
        *[(odd, None) for odd in ("", "2", "14", "25:00", "9:60", "noon", "2pmm", "2026", "-1:00")],
    ],
)
def test_a_time_is_read(text: str, read: time | None) -> None:
    assert read_time(text) == read


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_time_we_write_is_read_back(at: time) -> None:
    assert read_time(time_in_words(at)) == at


def test_a_moment_is_said_as_the_clock_in_london_shows_it() -> None:
    assert moment_in_words(datetime(2026, 6, 9, 8, 30, tzinfo=UTC)) == "Tuesday 9 June 2026, 9:30am"
    assert moment_in_words(datetime(2026, 12, 8, 14, tzinfo=UTC)) == "Tuesday 8 December 2026, 2pm"


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\x00b\x07c", "a b c"),
        ("do\u200bne", "do ne"),  # zero-width space
        ("\ufeffdone", "done"),  # byte order mark
        ("a\u202eb", "a b"),  # right-to-left override
        ("x\ud800y", "x y"),  # half of a surrogate pair
        ("e\u0301", "é"),
        ("  keep\nlines\tand tabs  ", "keep\nlines\tand tabs"),
        ("Zoë O’Brien 🤔", "Zoë O’Brien 🤔"),
        ("👩\u200d🎓", "👩\u200d🎓"),  # one emoji of two
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),  # one Persian word
        ("é\u200d\u202eé", "é  é"),
        ("\u200d🎓\u200d", "🎓"),
        ("do\u200dne", "do ne"),
        ("🩷", "🩷"),  # newer than the Unicode of Python 3.11
        ("x\uffffy", "x y"),
        ("\x00\x1f", ""),
    ],
)
def test_tidy(raw: str, clean: str) -> None:
    assert tidy(raw) == clean


@given(st.text())
def test_tidied_text_breaks_no_parser_and_is_tidy(raw: str) -> None:
    clean = tidy(raw)
    clean.encode()
    assert tidy(clean) == clean
    assert not [c for c in clean if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t\u200c\u200d"]


def test_what_is_compared_is_plain() -> None:
    assert plain("  I  DON\u2019T know!. ") == "i don't know"
    assert nearest("hlep", ["help", "mine"]) == "help"
    assert nearest("zebra", ["help", "mine"]) is None


# --- working time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-06-09", True),
        ("2026-06-13", False),  # Saturday
        ("2026-04-03", False),  # Good Friday
        ("2026-04-06", False),  # Easter Monday
        ("2026-05-04", False),  # early May
        ("2026-08-31", False),  # summer, in England; not the Scottish 3 August
        ("2026-08-03", True),
        ("2026-12-28", False),  # for Boxing Day, a Saturday
        ("2027-01-01", False),
        ("2027-12-27", False),  # Christmas and Boxing Day fall on a weekend
        ("2027-12-28", False),
        ("2027-12-29", True),
    ],
)
def test_working_days(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        ("2026-06-12", 2, "2026-06-16"),  # Friday
        ("2026-06-12", 0, "2026-06-12"),
        ("2026-06-13", 0, "2026-06-13"),
        ("2026-06-13", 1, "2026-06-15"),
        ("2026-04-02", 1, "2026-04-07"),  # over Easter
        ("2026-04-07", -1, "2026-04-02"),
        ("2026-12-24", 1, "2026-12-29"),
    ],
)
def test_working_days_after(day: str, count: int, after: str) -> None:
    assert working_days_after(date.fromisoformat(day), count) == date.fromisoformat(after)


days = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@settings(deadline=None)
@given(days, st.integers(-40, 40))
def test_counting_working_days_there_is_counting_them_back(day: date, count: int) -> None:
    if is_working_day(day):
        assert working_days_between(day, working_days_after(day, count)) == count
    if count:
        assert is_working_day(working_days_after(day, count))


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        ("2026-06-12T16:00+01:00", "2026-06-12T16:00+01:00"),
        ("2026-06-12T16:59:59+01:00", "2026-06-12T16:59:59+01:00"),
        ("2026-06-12T17:00+01:00", "2026-06-15T09:00+01:00"),
        ("2026-06-12T06:00+01:00", "2026-06-12T09:00+01:00"),
        ("2026-10-23T18:00+01:00", "2026-10-26T09:00+00:00"),  # the clocks go back
        ("2026-03-27T18:00+00:00", "2026-03-30T09:00+01:00"),  # the clocks go forward
        ("2026-12-24T17:00+00:00", "2026-12-29T09:00+00:00"),
    ],
)
def test_the_moment_work_next_goes_on(now: str, starts: str) -> None:
    moment = working_moment(datetime.fromisoformat(now))
    assert moment == datetime.fromisoformat(starts)
    assert is_working_time(moment)


@settings(deadline=None)
@given(st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE))
def test_work_goes_on_never_in_the_past_and_always_in_working_time(now: datetime) -> None:
    moment = working_moment(now)
    assert moment >= now
    assert is_working_time(moment)
    assert (moment == now) is is_working_time(now)


def test_a_wall_clock_time_that_comes_twice_is_the_first_and_one_that_does_not_come_is_the_next_valid() -> None:
    autumn, spring = date(2026, 10, 25), date(2027, 3, 28)
    assert local(autumn, time(1, 30)).astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert local(spring, time(1, 30)) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert local(spring, time(1, 30)).astimezone(LONDON).time() == time(2, 30)
    assert local_day(datetime(2026, 6, 9, 23, 30, tzinfo=UTC)) == date(2026, 6, 10)
    assert local_day(datetime(2026, 12, 9, 23, 30, tzinfo=UTC)) == date(2026, 12, 9)


def test_two_working_days_from_friday_at_four_is_tuesday_at_four_even_when_the_clocks_change() -> None:
    friday = datetime(2026, 10, 23, 16, tzinfo=LONDON)
    tuesday = local(working_days_after(local_day(friday), 2), friday.time())
    assert tuesday == datetime(2026, 10, 27, 16, tzinfo=UTC)
    assert tuesday.astimezone(UTC) - friday.astimezone(UTC) == timedelta(days=4, hours=1)


# --- forms ------------------------------------------------------------------------------------------------------------


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


@settings(deadline=None, max_examples=200)
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


# --- what a reply seems to mean ---------------------------------------------------------------------------------------

CERTAIN = Meaning("say done", certain=True)


def done(note: str = "") -> Meaning:
    return Meaning("say done", note=note)


def until(day: str) -> Meaning:
    return Meaning("ask for more time", until=date.fromisoformat(day))


MEANT: dict[str, Meaning | None] = {
    **dict.fromkeys(("done", "Done.", "DONE!!", "done full stop"), CERTAIN),
    **dict.fromkeys(
        ("All done", "It's done", "its done", "it’s done", "That's done", "Completed", "Yes, done"), done()
    ),
    "I've done this": done("this"),
    "Done, thanks": done("thanks"),
    "done 👍": done("👍"),
    "done yesterday": done("yesterday"),
    "Done - spoke to mum and school": done("spoke to mum and school"),
    "done this morning, flag is on both systems": done("this morning, flag is on both systems"),
    "Sorted, GP letter sent, and the next review is in July": done("GP letter sent, and the next review is in July"),
    "We've completed the check": done("the check"),
    "Finished: no concerns": done("no concerns"),
    **dict.fromkeys(
        (
            *("not done", "not done yet", "Not yet", "haven't done it yet", "I have not done this", "isn't done"),
            *("half done", "nearly done", "almost done", "partly done, waiting for GP", "done half of it"),
            *("done but the school has not replied", "done except the risk assessment", "done apart from the letter"),
            *("done when the school answers", "done once mum signs", "done as soon as he is back", "done if possible"),
            *("done until next week", "done tomorrow", "sorted later", "done soon", "done hopefully by Friday"),
            *(
                "done most of it",
                "done some of it",
                "done my part",
                "done, I think",
                "done in error",
                "done by mistake",
            ),
            *("done nothing", "done pending sign off", "done subject to approval", "done maybe"),
            *("will be done by Friday", "I will have it done by Friday", "can't be done", "can be done Friday"),
            *("to be done", "needs to be done", "never done", "undone", "done?", "is it done?", "done by who?"),
            *("think it's done", "might be done", "Mum says it is done", "no, done wrong"),
            *("ok", "OK will do", "yes", "thanks", "noted", "received", "what is this about?", "who is the child?"),
            *("I don't cover Camden any more", "out of office", "I am on leave until 22 June", "need till hello"),
            *("I need to speak to my manager", "👍", ""),
        )
    ),
    **{
        words: Meaning("contest", note=words)
        for words in (
            *("not mine", "Not mine.", "this isn't mine", "This is not for me", "not ours", "that is not my action"),
            *("wrong person", "Wrong person, ask CAMHS", "not mine, it belongs to youth justice"),
        )
    },
    **dict.fromkeys(
        (
            "need more time",
            "I need more time",
            "more time please",
            "can I have more time?",
            "Could we have more time, please",
        ),
        Meaning("ask for more time"),
    ),
    **dict.fromkeys(("need till Friday", "need until friday please", "till Friday", "by Friday"), until("2026-06-12")),
    "will need until next Friday": until("2026-06-12"),
    "Need till 19 June": until("2026-06-19"),
    "need it till 19/6/26": until("2026-06-19"),
    "can I have until Monday?": until("2026-06-15"),
}


@pytest.mark.parametrize("said", MEANT)
def test_what_a_reply_seems_to_mean(said: str) -> None:
    assert meaning(said, TODAY) == MEANT[said]


PLAIN_WORDS = ("done", "it", "this", "is", "now", "the", "school", "and", "she", "sorted", "today", "completed", "all")
DOUBTS = ("not", "when", "but", "isn't", "haven't", "will", "if", "until", "once", "?", "half", "can't")


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLAIN_WORDS), max_size=5), st.sampled_from(DOUBTS), st.integers(0, 5))
def test_words_of_doubt_are_never_taken_as_done(words: list[str], doubt: str, at: int) -> None:
    found = meaning(" ".join((*words[:at], doubt, *words[at:])), TODAY)
    assert found is None or found.event != "say done"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_only_the_one_word_is_certain(said: str) -> None:
    found = meaning(said, TODAY)
    assert not (found and found.certain) or plain(said) in ("done", "done full stop")
