"""Working time: Monday to Friday, 9am to 5pm in London, without bank holidays (DOMAIN.md B.1, RELIABILITY.md 5).

`closed` are the days on which one reader does not work besides: of the partnership, of an agency, or their own.
"""

from collections.abc import Set
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
OPENS, DIGEST_AT, CLOSES = time(9), time(9, 30), time(17)
DAY = timedelta(days=1)
NONE: Set[date] = frozenset()


def local_day(now: datetime) -> date:
    """The day it is in London."""
    return now.astimezone(LONDON).date()


def local(day: date, at: time) -> datetime:
    """A wall-clock time in London as an instant: the first of two in autumn, the first valid one in spring."""
    wanted = datetime.combine(day, at, LONDON)
    exists = wanted.astimezone(ZoneInfo("UTC")).astimezone(LONDON)
    return wanted if exists.time() == at else exists


def is_working_day(day: date, closed: Set[date] = NONE) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year) and day not in closed


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def next_bank_holiday(day: date) -> date:
    return min(one for year in (day.year, day.year + 1) for one in _bank_holidays(year) if one > day)


def days_from(first: date, last: date) -> frozenset[date]:
    return frozenset(first + n * DAY for n in range((last - first).days + 1))


def working_days_after(day: date, count: int, closed: Set[date] = NONE) -> date:
    """The day `count` working days after (or, if negative, before) `day`; 0 is `day` itself."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, closed):
            day += step
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after `first` up to and including `last`; negative if `last` comes first."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + n * DAY) for n in range(1, (last - first).days + 1))


def is_working_time(now: datetime, closed: Set[date] = NONE) -> bool:
    here = now.astimezone(LONDON)
    return is_working_day(here.date(), closed) and OPENS <= here.time() < CLOSES


def working_moment(now: datetime, closed: Set[date] = NONE) -> datetime:
    """`now` if it is working time, else the moment work next starts."""
    return now if is_working_time(now, closed) else next_opening(now, closed)


def next_digest(now: datetime) -> datetime:
    """Half past nine on the next working day."""
    return local(working_days_after(local_day(now), 1), DIGEST_AT)


def next_opening(now: datetime, closed: Set[date] = NONE) -> datetime:
    here = now.astimezone(LONDON)
    if is_working_day(here.date(), closed) and here.time() < OPENS:
        return local(here.date(), OPENS)
    return local(working_days_after(here.date(), 1, closed), OPENS)
