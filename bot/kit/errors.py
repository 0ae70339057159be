"""Refusals a person should hear about.  Anything else that is raised is a bug, told by where it happened."""

import traceback
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """The docstring is what the person is told, unless better words are given.

    `about`: the reference of the form that was refused, which no line says.
    """

    about = ""

    def __init__(self, told: str | None = None) -> None:
        super().__init__(told or type(self).__doc__)


class NotAllowed(Refusal):
    """Your post does not allow that. Ask your MACE coordinator."""


class NotFound(Refusal):
    """I cannot show anything with that reference. Check it, or ask your MACE coordinator."""


def or_not_found(thing: T | None, told: str | None = None) -> T:
    """What is not there and what is not theirs is the same answer (TRUST.md T-37)."""
    if thing is None:
        raise NotFound(told)
    return thing


class Conflict(Refusal):
    """Somebody changed this a moment ago. Look at it again before you decide."""


class TooMany(Refusal):
    """You have done that many times today. Try again tomorrow, or phone the contact above."""


def whereabouts(error: BaseException | None) -> str:
    """Its kind and where it was, never its text: that may hold what somebody typed (TRUST.md T-40)."""
    frames = traceback.extract_tb(error.__traceback__ if error else None)[-6:]
    return f"{type(error).__name__} at " + " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )
