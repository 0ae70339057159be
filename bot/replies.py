"""What is said to the bot and what comes back, on any platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.kit.forms import Form
from bot.kit.messages import Message
from bot.kit.questions import Question
from bot.notices import Said


@dataclass(frozen=True)
class Sender:
    """Who says it, as the platform vouches for them.  A user id means nothing without its tenant."""

    platform: str
    tenant: str
    user: str


@dataclass(frozen=True)
class Line:
    """Something said.  Buttons and slash commands are not `typed`, and are always commands.

    `private`: only the sender can read the answer; it has no default, because only the adapter knows.
    `replying_to`: the platform's id of the message that is answered, or whose button was pressed.
    `signed_in`: asked for on a signed-in page, the only place where the answer may hold a name (TRUST.md 4.1, L4).
    `files`: there was more than text.  `recording`: it was somebody's voice.
    """

    text: str
    private: bool
    typed: bool = True
    replying_to: str = ""
    signed_in: bool = False
    files: bool = False
    recording: bool = False


class Place(StrEnum):
    BELOW = "below"
    INSTEAD = "instead"  # of the card whose button was pressed
    ONLY_YOU = "only_you"


@dataclass(frozen=True)
class Answered:
    """One line of the page that shows all answers before they are sent."""

    name: str
    question: str
    answer: str
    private: bool


@dataclass(frozen=True)
class Page:
    """One page of a form to draw.

    `values` are as typed where they could not be read; `answered` is filled on the last page only.
    """

    dialogue_id: int
    title: str
    heading: str
    at: int
    of: int
    questions: tuple[Question, ...]
    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    answered: tuple[Answered, ...] = ()
    go_on: str = "Continue"
    can_go_back: bool = False


@dataclass(frozen=True)
class Reply:
    message: Message | None = None
    page: Page | None = None
    place: Place = Place.BELOW


@dataclass(frozen=True)
class Subject:
    """What a form is about, and at which version it was when the form was opened."""

    reference: str = ""
    seen: int | None = None


@dataclass(frozen=True)
class Opening:
    """A form to open: about which reference, and with which answers already given."""

    form: type[Form]
    about: Subject = Subject()
    answers: Mapping[str, Any] = field(default_factory=dict)


def said(text: str) -> Reply:
    """A plain sentence, for refusals only: everything else is a notice with a template of its own."""
    return Reply(Said(text).message())
