"""A form is a pydantic model whose fields say how to ask for them.

One class is the questions, the checks and the typed answers.  Slack modals, Teams cards, web pages and conversation
are all read from it: kit/questions.py makes the questions, kit/progress.py says where somebody stands.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

Raw = Mapping[str, Any]
DONT_KNOW = "don't know"


class Choice(StrEnum):
    """One answer of a closed list: the word we keep and the words people read.

    `alone` cannot be chosen beside others.
    """

    label: str
    alone: bool

    def __new__(cls, kept: str, label: str = "", alone: bool = False) -> Self:
        member = str.__new__(cls, kept)
        member._value_ = kept
        member.label = label or kept
        member.alone = alone
        return member


class DontKnow(StrEnum):
    """Put in a field's type, it lets "I don't know" be an answer, kept as itself."""

    DONT_KNOW = DONT_KNOW


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    alone: bool = False


def always(_answers: Raw) -> bool:
    return True


@dataclass(frozen=True)
class Ask:
    """How to ask for one field: the page it is on, the words, and when it applies.

    `private` is never asked in a typed conversation.  `choices` brings options from the tracker (bot/choices.py).
    `at_once` may end the form: where a platform can, it is heard when it is chosen, and not when the page is sent.
    """

    page: str
    question: str
    hint: str = ""
    long: bool = False
    private: bool = False
    optional: bool = False
    at_once: bool = False
    when: Callable[[Raw], bool] = always
    choices: Callable[..., Iterable[Option]] | None = None


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"


class Form(BaseModel):
    """Answers to one guided dialogue.  The class docstring is its title: 24 characters at most, as Slack allows."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True, extra="forbid", defer_build=True)

    send: ClassVar[str] = "Save"  # the words of the last button
    check: ClassVar[bool] = False  # whether to show all answers once more before sending


class Invalid(Exception):
    """Which answers cannot be taken, and how to mend each."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(tuple(errors))
        self.errors = dict(errors)
