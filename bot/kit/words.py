"""Reading what people type and writing dates the way people say them (TRUST.md 5.1, rule U8)."""

import re
import unicodedata
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from bot.kit.worktime import LONDON

LONGEST_LINE = 4_000
LONGEST_WAIT = 400  # days: beyond it "27/3/26" was a slip, not the year 2126
LONGEST_AGO = 30  # years
LONGEST_DAY = 100  # characters: thousands would keep dateparser busy for seconds (TRUST.md T-66)


# Within an emoji or a Persian word they are part of what is seen; anywhere else they hide something.
LOOSE_JOINERS = re.compile(r"(?<![^\x00-\x7f\s])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f\s])")


def tidy(raw: str) -> str:
    """The same text without control and invisible characters, so that no parser downstream can trip on them."""
    seen = "".join(c if _is_seen(c) else " " for c in raw)
    return unicodedata.normalize("NFC", LOOSE_JOINERS.sub(" ", seen)).strip()


def _is_seen(c: str) -> bool:
    """What this Python does not know yet may be an emoji of this year; two in each plane are no characters at all."""
    if c in "\n\t\u200c\u200d":
        return True
    return unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") and ord(c) & 0xFFFE != 0xFFFE


def plain(text: str) -> str:
    """For comparing: lower case, straight apostrophes, single spaces, no full stop at the end."""
    return " ".join(text.casefold().replace("\u2019", "'").split()).rstrip(" .!")


def day_in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def time_in_words(at: time) -> str:
    """9am, 2:30pm."""
    minutes = f":{at:%M}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def moment_in_words(moment: datetime) -> str:
    here = moment.astimezone(LONDON)
    return f"{day_in_words(here.date())}, {time_in_words(here.time())}"


def read_day(text: str, today: date) -> date | None:
    """The day that "27 March", "27/3/26", "yesterday" or "Friday" meant, said on `today`; day first, never month
    first.
    """
    found = _parsed(text, today, "past")
    return _parsed(text, today, "current_period") if found and today.year - found.year > LONGEST_AGO else found


def read_coming_day(text: str, today: date) -> date | None:
    """The same, for something still to come: "Friday" is the next one.  A past year stays in the past."""
    found = _parsed(text, today, "future")
    return _parsed(text, today, "current_period") if found and (found - today).days > LONGEST_WAIT else found


def _parsed(text: str, today: date, prefer: str) -> date | None:
    weekday = re.search(r"\b(mon|tues?|wed(nes)?|thur?s?|fri|satur|sat|sun)(day)?\b", text, re.IGNORECASE)
    if len(text) > LONGEST_DAY or not (weekday or re.search(r"[a-z]{3}|\d\D+\d", text, re.IGNORECASE)):
        return None

    import dateparser

    settings: dict[str, Any] = {
        "DATE_ORDER": "DMY",
        "PREFER_DATES_FROM": prefer,
        "RELATIVE_BASE": datetime.combine(today, time()),
        "REQUIRE_PARTS": [] if weekday else ["day"],
    }
    text = re.sub(r"\b(next|this|last|on|the|by)\b", " ", text, flags=re.IGNORECASE) if weekday else text
    found = dateparser.parse(text.strip(), languages=["en"], settings=settings)
    return found.date() if found else None


def read_time(text: str) -> time | None:
    """2pm, 2:30pm, 14:00, 9.30am."""
    match = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", plain(text))
    if not match or not (match[2] or match[3]):
        return None
    hour = int(match[1]) % 12 + (12 if match[3] == "pm" else 0) if match[3] else int(match[1])
    minute = int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def nearest(word: str, known: list[str]) -> str | None:
    """What somebody probably meant."""
    return next(iter(get_close_matches(plain(word), known, n=1, cutoff=0.7)), None)
