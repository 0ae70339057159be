"""The places where a transcript can be played: what a person can do there, and what they can see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.ports import Address, ChatPlatform

GIVEN = "(given, and not shown)"  # what a surface that keeps its history shows of a private answer


def holds(shown: Any, answer: Any) -> bool:
    """Whether this answer is on the screen; or, where private ones never are, that there is one."""
    return shown in (answer, GIVEN)


@dataclass(frozen=True)
class Heard:
    """What a person has in front of them: a message, or a page of a form."""

    text: str
    buttons: Mapping[str, str] = field(default_factory=dict)  # label -> the line it says
    links: Mapping[str, str] = field(default_factory=dict)  # label -> the address it opens
    questions: Mapping[str, str] = field(default_factory=dict)  # name -> the words
    errors: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # question -> kept value -> words
    answered: Mapping[str, str] = field(default_factory=dict)  # on the page that shows all answers: name -> answer
    form: str = ""  # what the surface needs to send the page back
    sent_as: str = ""  # the platform's id of the message

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def line(self, label: str) -> str:
        assert label in self.buttons, f"no button {label!r} among {list(self.buttons)}"
        return self.buttons[label]


class Surface(Protocol):
    """Synchronous, because a transcript is read from top to bottom."""

    @property
    def platform(self) -> ChatPlatform: ...

    def says(self, who: Address, text: str, now: datetime, replying_to: str = "") -> Heard: ...
    def presses(self, who: Address, on: Heard, label: str, now: datetime) -> Heard: ...
    def submits(self, who: Address, page: Heard, answers: Mapping[str, Any], go: str, now: datetime) -> Heard: ...
    def hears(self, who: Address) -> list[Heard]: ...
    def shows(self, who: Address, on: Heard) -> Heard: ...
    def close(self) -> None: ...
