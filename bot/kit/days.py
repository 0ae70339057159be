"""Days to come as people in England say them, where no library reads them: "Friday week", "end of June", "COB Thurs".

What is left when these words are off, dateparser reads.  Said of no day ("next week", "after half term"): None.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date

from bot.kit.words import LONGEST_DAY, plain, read_coming_day
from bot.kit.worktime import DAY, next_bank_holiday, working_days_after

WEEK = 7 * DAY
WEEK_BEGINS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = r"(?:mon|tues?|wed(?:nes|s)?|thur?s?|fri|satur|sat|sun)(?:day)?"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
NUMBERS |= {"seven": 7, "eight": 8, "nine": 9, "ten": 10}
COUNT = rf"(?:\d{{1,2}}|{'|'.join(NUMBERS)})"
ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
YEAR = r"(?:20)?\d{2}"
DATE = (
    rf"(?:{WEEKDAY},? )?(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH}|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?)"
    rf"(?:,? {YEAR})?"
)
TOMORROW = r"tomorrow|tomorow|tommorow|tommorrow|tomoz|tmrw|tmw|2moro|2morrow"

# What says at which hour of the day, or that it is the last day: the day is the same.
AROUND = re.compile(
    r"\b(?:cob|cop|eop|eod|close(?: of (?:play|business))?|end of (?:play|(?:the )?day|business)|(?:first|1st) thing"
    r"|at the (?:latest|earliest)|latest|lunchtime|noon|midday|(?:in the )?(?:morning|afternoon|evening)|am|pm)\b"
)
LEADS = re.compile(r"(?:by|on|until|untill|till|til|from|before|for|say|this|coming|in) |the (?!weekend\b)")

Reader = Callable[[re.Match[str], date], date | None]


def _number(word: str) -> int:
    return NUMBERS.get(word) or int(word)


def _next(weekday: str, today: date) -> date:
    """Never today: "Friday", said on a Friday, is in a week."""
    at = WEEK_BEGINS.index(weekday[:3])
    return today + ((at - today.weekday() - 1) % 7 + 1) * DAY


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _first_of(month: str, today: date) -> date | None:
    """Of the month that people mean, which may be this one."""
    this = today.replace(day=1)
    if month in ("the month", "this month", "month"):
        return this
    if month == "next month":
        return _month_end(today) + DAY
    first = read_coming_day(f"1 {month}", this - DAY)
    return first if first and first.month != this.month else this


def _end_of(found: re.Match[str], today: date) -> date | None:
    first = _first_of(found[1], today)
    return first and _month_end(first)


def _mid(found: re.Match[str], today: date) -> date | None:
    first = _first_of(found[1], today)
    return first and first.replace(day=15)


def _end_of_week(found: re.Match[str], today: date) -> date:
    friday = today + (4 - today.weekday()) % 7 * DAY
    return friday + WEEK if found[1] == "next" else friday


def _span(found: re.Match[str], today: date) -> date:
    count = _number(found[1])
    if found[2] == "working ":
        return working_days_after(today, count)
    return today + count * (DAY if found[3] == "day" else WEEK)


def _months(found: re.Match[str], today: date) -> date | None:
    return read_coming_day(found[0].replace("another ", "1 "), today)


def _ordinal(found: re.Match[str], today: date) -> date | None:
    """A weekday beside it has to be true of it."""
    day = int(re.sub(r"\D", "", found[2]))
    for ahead in (today + n * DAY for n in range(1, 62)):
        if ahead.day == day:
            return ahead if not found[1] or _is(found[1], ahead) else None
    return None


def _is(weekday: str, day: date) -> bool:
    return f"{day:%a}".lower() == weekday[:3]


def _written(found: re.Match[str], today: date) -> date | None:
    day = read_coming_day(found[0].removeprefix("the ").replace(" of ", " "), today)
    weekday = re.match(WEEKDAY, found[0])
    return day if day and (not weekday or _is(weekday[0], day)) else None


# The first that is the whole of what was said reads it.
SAID: tuple[tuple[str, Reader], ...] = (
    (DATE, _written),
    (rf"(?:({WEEKDAY}),? )?(?:the )?({ORDINAL})", _ordinal),
    (TOMORROW, lambda _found, today: today + DAY),
    (rf"(?:next )?({WEEKDAY}) week", lambda found, today: _next(found[1], today) + WEEK),
    (rf"(?:a )?week (?:on )?({WEEKDAY})", lambda found, today: _next(found[1], today) + WEEK),
    (rf"(?:a )?fortnight on ({WEEKDAY})", lambda found, today: _next(found[1], today) + 2 * WEEK),
    (rf"({WEEKDAY}) after next", lambda found, today: _next(found[1], today) + WEEK),
    (rf"(?:next )?({WEEKDAY})", lambda found, today: _next(found[1], today)),
    (r"(?:another |a )?fortnight(?:s time)?", lambda _found, today: today + 2 * WEEK),
    (r"another week", lambda _found, today: today + WEEK),
    (rf"(?!an? day)(?:another )?({COUNT}) (?:more |extra |further )?(working )?(day|week)s?(?: more| time)?", _span),
    (rf"(?:another |{COUNT} )months?(?: time)?", _months),
    (r"(?:the )?end of (the|this|next) week", _end_of_week),
    (rf"(?:the )?(?:very )?end of ({MONTH}|(?:the |this |next )?month)", _end_of),
    (rf"(?:middle of |mid )({MONTH})", _mid),
    (rf"(?:the )?(?:start|beginning) of ({MONTH}|next month)", lambda found, today: _first_of(found[1], today)),
    (r"(?:the )?(?:start|beginning) of next week", lambda _found, today: _next("mon", today)),
    (r"after (?:the |this )?(?:weekend|wkend)", lambda _found, today: _next("mon", today)),
    (r"after (?:the )?bank hol(?:iday|s)?", lambda _found, today: next_bank_holiday(today) + DAY),
    (r"\d{1,2}[./-]\d{1,2}(?:[./-](?:20)?\d{2})?|20\d\d-\d\d-\d\d", _written),
)
READERS = tuple((re.compile(pattern), read) for pattern, read in SAID)
ANYWHERE = re.compile(rf"\b(?:{'|'.join(pattern for pattern, _ in SAID)})\b(?! ago)")


def read_day_to_come(text: str, today: date) -> date | None:
    """The whole of the text is one day: the answer to "until when?"."""
    said = _bare(text)
    for pattern, read in READERS:
        if found := pattern.fullmatch(said):
            return read(found, today)
    return read_coming_day(text, today)


def _bare(text: str) -> str:
    said = " ".join(AROUND.sub(" ", plain(text).replace("'", "")).split()) if len(text) <= LONGEST_DAY else ""
    while found := LEADS.match(said):
        said = said[found.end() :]
    return said.strip(" ,.?!")


def days_said(text: str, today: date) -> Iterator[tuple[int, date | None]]:
    """Where in a sentence of plain words days are said, and which.  None: there is no such day."""
    for found in ANYWHERE.finditer(text):
        said = found[0]
        yield found.start(), next((read(whole, today) for one, read in READERS if (whole := one.fullmatch(said))), None)
