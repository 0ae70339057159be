"""What people are told about days on which somebody does not work."""

from dataclasses import dataclass
from datetime import date

from bot.kit.messages import Notice


@dataclass(frozen=True)
class YouAreAway(Notice):
    first: date
    last: date
    uncovered: tuple[str, ...]  # posts without a deputy


@dataclass(frozen=True)
class Closed(Notice):
    borough: str
    agency: str  # empty: everybody
    first: date
    last: date


@dataclass(frozen=True)
class DaysGone(Notice):
    first: date
    last: date
