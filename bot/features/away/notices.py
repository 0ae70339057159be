"""What people are told about days on which somebody does not work."""

from dataclasses import dataclass
from datetime import date, time

from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class YouAreAway(Notice):
    level = Level.L2
    first: date
    last: date
    uncovered: tuple[str, ...]  # posts without a deputy


@dataclass(frozen=True)
class Closed(Notice):
    level = Level.L2
    borough: str
    agency: str  # empty: everybody
    first: date
    last: date


@dataclass(frozen=True)
class DaysGone(Notice):
    level = Level.L1
    first: date
    last: date


@dataclass(frozen=True)
class RemindedAt(Notice):
    level = Level.L1
    at: time


@dataclass(frozen=True)
class NobodyAnswers(Notice):
    """To the coordinator; or, if that is who is away, to another one, or to the chair, who names no deputies."""

    level = Level.L1
    borough: str
    post: str
    first: date
    last: date
    names_deputies: bool
