"""What the page is given by whoever sets it up: who may be chosen, what there is to see, a clock, other platforms."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.kit.messages import Message
from bot.replies import Page

Json = dict[str, Any]


@dataclass(frozen=True)
class Persona:
    """Somebody you may be."""

    handle: str
    post: str
    agency: str
    boroughs: str


@dataclass(frozen=True)
class StoryStep:
    """One thing to see in the demo: as whom, and what to do."""

    title: str
    who: str
    text: str
    try_this: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """A chat platform that is not here, and the JSON that it would be sent."""

    name: str
    message: Callable[[Message], Sequence[Json]]
    page: Callable[[Page], Json]

    @property
    def key(self) -> str:
        """In addresses, and of the template that draws its JSON."""
        return self.name.lower()


@dataclass(frozen=True)
class Stage:
    """Who may be chosen, what there is to see, a clock that can be moved, and where else it would be shown."""

    people: Callable[[], Sequence[Persona]]
    story: Sequence[StoryStep]
    now: Callable[[], datetime]
    move_clock: Callable[[], Awaitable[None]]
    tenant: str
    elsewhere: Sequence[Elsewhere]
