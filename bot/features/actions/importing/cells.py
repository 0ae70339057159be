"""What a cell of a tracker means: a day, a step, or how far it is, as people really type them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.kit.words import LONGEST_WAIT, day_in_words, plain, read_coming_day, tidy
from bot.kit.worktime import DAY
from storage.records import Verb

SERIALS = range(36_526, 73_051)  # the years 2000 to 2099, as Excel counts days
EXCEL_BEGAN = date(1899, 12, 30)
OLDEST = 10 * 366  # days
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NUMBERS = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}|\d{2}))?", re.ASCII)
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_MONTH = rf"({'|'.join(MONTHS)})[a-z]*"
WORDS = re.compile(rf"(\d{{1,2}})\s*(?:st|nd|rd|th)?\s*(?:of\s+)?[\s\-]*{_MONTH}\.?(?:[\s,\-]+'?(\d{{4}}|\d{{2}}))?")
TURNED = re.compile(rf"{_MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+'?(\d{{4}}|\d{{2}}))?")
AT_A_TIME = re.compile(r"[\s,]+(at\s+)?\d{1,2}([:.]\d{2}){1,2}(\s*[ap]m)?$")
BEFORE = re.compile(r"^(?:due (?:by|on)|by|due|before|on|until|till)\b:?\s*")
WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s,]+(?=\d)")
WEEK = re.compile(r"^(?:w\s*/?\s*c|w\s*/?\s*b|wk comm?\.?|week (?:commencing|beginning|starting|of))\.?:?\s*")
NO_DAY = re.compile(
    r"^(?:a\.?s\.?a\.?p|urgent|immediate|ongoing|on-going|continuous|tb[cda]|n/?a|none|next (?:mace|meeting|panel)|"
    r"when |as soon|each |every |weekly|monthly|-+$|\?+$)"
)


@dataclass(frozen=True)
class DayRead:
    """`why`: what is wrong with the day; `missing`: there is none, so that another can be taken for it.  `said`: how
    it was read, where it could be read another way.
    """

    day: date | None = None
    why: str = ""
    missing: bool = False
    said: str = ""


def read_due(text: str, written_on: date, today: date) -> DayRead:
    """`written_on`: the day of the meeting, or of the import, from which a day without a year is counted."""
    words = plain(tidy(text))
    if not words or NO_DAY.match(words):
        return DayRead(missing=True, why=f"“{_short(text)}” is not a day." if words else "It has no date.")
    week = WEEK.match(words)
    found = _day(words[week.end() :] if week else words, written_on)
    if found.day is None:
        return found if found.why else DayRead(why=f"I cannot read “{_short(text)}” as a date.", missing=True)
    day = _friday_of(found.day) if week else found.day
    if not today - OLDEST * DAY <= day <= today + LONGEST_WAIT * DAY:
        return DayRead(why=f"The date {_short(text)} is too long ago or too far away. Check the year.")
    sure = re.search(r"\d{4}", words) and not week
    return DayRead(day, said="" if sure else f"“{_short(text)}” is read as {day_in_words(day)}.")


def _friday_of(day: date) -> date:
    """What is due in a week is due at its end."""
    return day + timedelta(days=(4 - day.weekday()) % 7)


def _day(words: str, written_on: date) -> DayRead:
    words = WEEKDAY.sub("", BEFORE.sub("", AT_A_TIME.sub("", words)))
    if words.isdecimal() and words.isascii():
        return DayRead(EXCEL_BEGAN + int(words) * DAY) if int(words) in SERIALS else DayRead()
    for number, month, year in _parts(words):
        return _in_calendar(words, number, month, year, written_on)
    return DayRead(read_coming_day(words, written_on))


def _parts(words: str) -> Iterator[tuple[int, int, int | None]]:
    """Day, month and year, in whichever way they are written; day before month, as the British do."""
    if found := ISO.fullmatch(words):
        yield int(found[3]), int(found[2]), int(found[1])
    if found := NUMBERS.fullmatch(words):
        yield int(found[1]), int(found[2]), _year(found[3])
    if found := WORDS.fullmatch(words):
        yield int(found[1]), MONTHS.index(found[2]) + 1, _year(found[3])
    if found := TURNED.fullmatch(words):
        yield int(found[2]), MONTHS.index(found[1]) + 1, _year(found[3])


def _year(text: str | None) -> int | None:
    return None if text is None else int(text) if len(text) == 4 else 2000 + int(text)


def _in_calendar(words: str, number: int, month: int, year: int | None, written_on: date) -> DayRead:
    if year:
        return DayRead(found) if (found := _made(year, month, number)) else _no_such(words)
    near = (_made(written_on.year + count, month, number) for count in (-1, 0, 1))
    days = sorted((day for day in near if day), key=lambda day: abs((day - written_on).days))
    return DayRead(days[0]) if days else _no_such(words)


def _made(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _no_such(words: str) -> DayRead:
    return DayRead(why=f"The date {_short(words)} does not exist.")


def _short(text: str) -> str:
    return " ".join(tidy(text).split())[:40]


# --- how far it is ---

FINISHED = re.compile(
    r"(?:completed?|done|closed?|finished|actioned|achieved|discharged|nfa|no further action|yes|y)\b", re.IGNORECASE
)
NOT_QUITE = re.compile(
    r"\b(?:not|await\w*|pending|partly|part|but|except|outstanding|ongoing|chas\w+|until|\?)", re.IGNORECASE
)


def is_finished(status: str) -> bool:
    """Only what says so and takes nothing back."""
    words = plain(tidy(status))
    return bool(FINISHED.match(words)) and not NOT_QUITE.search(words)


# --- what is to be done ---

VERBS: tuple[tuple[Verb, re.Pattern[str]], ...] = tuple(
    (verb, re.compile(words.replace(" .. ", r"\b[^.;]{0,40}?\b"), re.IGNORECASE))
    for verb, words in (
        (Verb.CHECK_FLAG, r"\b(?:flag|flags|flagged|flagging|marker|markers)\b"),
        (Verb.UPDATE_PLAN, r"\b(?:update|review|amend|revise|refresh)s? .. (?:plan|assessment)s?\b"),
        (
            Verb.AGREE_PLAN,
            r"\b(?:agree|complete|write|develop|create|produce|draft|put) .. (?:plan|assessment)s?\b"
            r"|\b(?:safety|disruption|trigger) plan",
        ),
        (
            Verb.ARRANGE_MEETING,
            r"\b(?:arrange|convene|set up|hold|organise|book|schedule|call)s? .. "
            r"(?:meetings?|strategy|strat|conference|network|tac|taf|discussion|mapping)\b"
            r"|\bstrat(?:egy)? (?:meeting|disc)",
        ),
        (Verb.MAKE_VISIT, r"\bvisit|\bsee (?:the )?(?:child|yp|young person|family)|\bwelfare check"),
        (Verb.MAKE_CALL, r"\b(?:phone|telephone|ring|call|tel)s?\b|\bcontact (?:mum|dad|the family|parents?|carers?)"),
        (
            Verb.CHECK_RECORDS,
            r"\b(?:check|search|look up|research|run)(?:es|s)? .. "
            r"(?:records?|systems?|database|pnc|pnd|cris|history|intel|emis|rio)\b",
        ),
        (
            Verb.SEND_INFORMATION,
            r"\b(?:send|share|provide|forward|submit|circulate|e-?mail|supply|notify|inform|pass)s?\b"
            r"|\bintel(?:ligence)? (?:form|report)|\binfo(?:rmation)?\b",
        ),
        (
            Verb.OFFER_SUPPORT,
            r"\b(?:offer|refer|referral|support|mentor|allocate|intervention|direct work|key ?work|counsel|camhs)",
        ),
    )
)
GENERAL = Verb.REPORT_BACK


def nearest_verb(words: str) -> Verb:
    """The step that the earliest words mean; what none of them says is reported back to the panel."""
    text = " ".join(tidy(words).split())
    exact = next((verb for verb in Verb if plain(text) == verb.value), None)
    found = [(match.start(), at, verb) for at, (verb, words_) in enumerate(VERBS) if (match := words_.search(text))]
    return exact or (min(found)[2] if found else GENERAL)
