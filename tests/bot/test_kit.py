"""The pure parts: references, days and times in words, text, and working time."""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kit.days import read_day_to_come
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
    days_from,
    is_working_day,
    is_working_time,
    local,
    local_day,
    working_days_after,
    working_days_between,
    working_moment,
)

TODAY = date(2026, 6, 9)  # a Tuesday
MINUTE = timedelta(minutes=1)

# --- references -------------------------------------------------------------------------------------------------------

bodies = st.builds(lambda _: new_reference("A"), st.integers())
prefixes = st.sampled_from("ABDEGJMPQRST")


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
    **dict.fromkeys(("half past nine", "12:30", "I don't know", "soon", "the other day"), (None, None)),
}
TWO_SIDED = {text: days for text, days in DAYS.items() if not text.startswith(("last ", "next ", "this "))}


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@pytest.mark.parametrize("text", TWO_SIDED)
def test_a_day_is_read_as_people_mean_it(text: str) -> None:
    assert (iso(read_day(text, TODAY)), iso(read_coming_day(text, TODAY))) == TWO_SIDED[text]


# What no library reads, said on Tuesday 9 June 2026.
COMING = {
    "Friday week": "2026-06-19",
    "next Tuesday": "2026-06-16",
    "a week on Thursday": "2026-06-18",
    "end of June": "2026-06-30",
    "the end of the month": "2026-06-30",
    "end of next week": "2026-06-19",
    "mid July": "2026-07-15",
    "beginning of next month": "2026-07-01",
    "a fortnight": "2026-06-23",
    "another two weeks": "2026-06-23",
    "5 working days": "2026-06-16",
    "COB Thurs": "2026-06-11",
    "first thing Monday": "2026-06-15",
    "close of play tomorrow": "2026-06-10",
    "tomoz": "2026-06-10",
    "the 12th": "2026-06-12",
    "the 9th": "2026-07-09",
    "Friday 12th": "2026-06-12",
    "Friday 12 June": "2026-06-12",
    "after the bank holiday": "2026-09-01",
    "after the weekend": "2026-06-15",
    **dict.fromkeys(("Friday 13 June", "Friday 13th", "the 32nd", "31/6", "half term", "sometime", "9"), None),
}


@pytest.mark.parametrize("text", COMING)
def test_a_day_to_come_is_read_as_people_in_england_say_it(text: str) -> None:
    assert iso(read_day_to_come(text, TODAY)) == COMING[text]


@pytest.mark.parametrize("text", TWO_SIDED)
def test_what_the_library_reads_is_read_the_same(text: str) -> None:
    assert iso(read_day_to_come(text, TODAY)) == TWO_SIDED[text][1]


def test_last_and_next_are_read_on_their_side() -> None:
    assert iso(read_day("last tuesday", TODAY)) == "2026-06-02"
    assert iso(read_coming_day("next Friday", TODAY)) == iso(read_coming_day("this Friday", TODAY)) == "2026-06-12"


@settings(max_examples=60)
@given(st.dates(date(2025, 1, 1), date(2027, 7, 1)))
def test_whatever_we_write_we_can_read(day: date) -> None:
    for text in (day_in_words(day), f"{day.day}/{day.month}/{day.year}", day.isoformat()):
        assert read_day(text, TODAY) == read_coming_day(text, TODAY) == read_day_to_come(text, TODAY) == day


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
    """TRUST.md T-59."""
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


CLOSED = days_from(date(2026, 3, 27), date(2026, 3, 27)) | days_from(date(2026, 10, 21), date(2026, 10, 23))
CLOSED |= days_from(date(2026, 12, 29), date(2026, 12, 31)) | days_from(date(2026, 6, 13), date(2026, 6, 14))


@pytest.mark.parametrize(
    ("now", "works"),
    [
        ("2026-03-26T12:00+00:00", "2026-03-26T12:00+00:00"),
        ("2026-03-26T17:00+00:00", "2026-03-30T08:00+00:00"),  # a closed Friday, and the clocks go forward
        ("2026-03-27T12:00+00:00", "2026-03-30T08:00+00:00"),
        ("2026-10-20T16:30+00:00", "2026-10-26T09:00+00:00"),  # half-term, and the clocks go back
        ("2026-10-21T03:00+00:00", "2026-10-26T09:00+00:00"),
        ("2026-12-24T17:00+00:00", "2027-01-04T09:00+00:00"),  # closed between the bank holidays
        ("2026-06-12T12:00+00:00", "2026-06-12T12:00+00:00"),  # a closed weekend closes nothing
        ("2026-06-13T12:00+00:00", "2026-06-15T08:00+00:00"),
    ],
)
def test_work_goes_on_after_closed_days(now: str, works: str) -> None:
    moment = working_moment(datetime.fromisoformat(now), CLOSED)
    assert moment == datetime.fromisoformat(works)
    assert is_working_time(moment, CLOSED)


@given(
    now=st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    closed=st.frozensets(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=60),
)
def test_more_closed_days_never_bring_work_forward(now: datetime, closed: frozenset[date]) -> None:
    moment = working_moment(now, closed)
    assert moment >= working_moment(now)
    assert local_day(moment) not in closed
    assert working_moment(moment, closed) == moment


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


@given(st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE))
def test_work_goes_on_never_in_the_past_and_always_in_working_time(now: datetime) -> None:
    """Invariant 13, its second half."""
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
    """TRUST.md T-76."""
    friday = datetime(2026, 10, 23, 16, tzinfo=LONDON)
    tuesday = local(working_days_after(local_day(friday), 2), friday.time())
    assert tuesday == datetime(2026, 10, 27, 16, tzinfo=UTC)
    assert tuesday.astimezone(UTC) - friday.astimezone(UTC) == timedelta(days=4, hours=1)
