"""Kinds of answer that more than one form asks for: short and long text, days, times, and an age or birth date."""

from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints, ValidationInfo

from bot.kit.days import read_day_to_come
from bot.kit.words import read_day, read_time

OLDEST = 25

Line = Annotated[str, StringConstraints(min_length=2, max_length=120)]
Story = Annotated[str, StringConstraints(min_length=2, max_length=1000)]


def _iso(given: Any) -> date | None:
    """Answers we kept are ISO dates already."""
    try:
        return given if isinstance(given, date) else date.fromisoformat(given)
    except (TypeError, ValueError):
        return None


def _read(given: Any, info: ValidationInfo, reader: Callable[[str, date], date | None]) -> date:
    day = _iso(given) or reader(str(given), _today(info))
    if day is None:
        raise ValueError("Enter a date, like 27 March 2026")
    return day


def _today(info: ValidationInfo) -> date:
    today = (info.context or {})["today"]
    assert isinstance(today, date)  # noqa: S101 -- every reader of a form gives it
    return today


def _past(given: Any, info: ValidationInfo) -> date:
    day = _read(given, info, read_day)
    if day > _today(info):
        raise ValueError("The date must be today or earlier")
    return day


def _any(given: Any, info: ValidationInfo) -> date:
    return _read(given, info, read_day)


def _coming(given: Any, info: ValidationInfo) -> date:
    day = _read(given, info, read_day_to_come)
    if day <= _today(info):
        raise ValueError("The date must be after today")
    return day


def _from_today(given: Any, info: ValidationInfo) -> date:
    day = _read(given, info, read_day_to_come)
    if day < _today(info):
        raise ValueError("The date must be today or later")
    return day


def _time(given: Any) -> time:
    found = given if isinstance(given, time) else read_time(str(given)) or _iso_time(str(given))
    if found is None:
        raise ValueError("Enter a time, like 2pm or 14:00")
    return found


def _iso_time(given: str) -> time | None:
    try:
        return time.fromisoformat(given)
    except ValueError:
        return None


def _born(given: Any, info: ValidationInfo) -> date | int:
    """An age in years stays a number; a birth date stays a date."""
    text = str(given).casefold().removesuffix("years old").removesuffix("years").strip()
    born: date | int | None = (
        int(text) if text.isdecimal() and len(text) <= 3 else _iso(given) or read_day(text, _today(info))
    )
    if born is None:
        raise ValueError("Enter a date of birth, like 14 May 2011, or an age, like 15")
    years = born if isinstance(born, int) else (_today(info) - born).days // 365
    if not 0 <= years <= OLDEST:
        raise ValueError(f"The date of birth or age must be for somebody aged 0 to {OLDEST}")
    return born


PastDay = Annotated[date, BeforeValidator(_past)]
AnyDay = Annotated[date, BeforeValidator(_any)]
DayFromToday = Annotated[date, BeforeValidator(_from_today)]
ComingDay = Annotated[date, BeforeValidator(_coming)]
TimeOfDay = Annotated[time, BeforeValidator(_time)]
Born = Annotated[date | int, BeforeValidator(_born)]
