"""What the bot needs from a chat platform, and the three ways in which sending can go wrong."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.kit.messages import Message
from bot.kit.pace import EVERYTHING, Pace

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Address:
    """One account on one platform."""

    tenant: str
    user: str


class ChatPlatform(Protocol):
    """One of the places where people talk to us."""

    name: str
    pace: Pace  # of the postman's letters; people who wait for an answer are not paced

    async def send(self, to: Address, message: Message, key: str) -> str:
        """Deliver, and return the platform's id for the message; or raise TryLater, Undeliverable or Unknown."""
        ...

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        """Show this in place of a message that was sent.  Twice is no harm; raises as send() does."""
        ...

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        """After Unknown: the id of the message sent with this key, or None if it never arrived; or raise CannotTell,
        or what send() raises.
        """
        ...


@dataclass(frozen=True)
class Entry:
    """A meeting as a calendar shows it: borough, verb and day, and neither a reference nor who comes.

    The same key is the same entry.
    """

    key: str
    shown: Message
    starts_at: datetime
    ends_at: datetime


class TryLater(Exception):
    """The platform is busy; `of`: with this method, so that nobody in this tenant may call it meanwhile."""

    def __init__(self, after: timedelta = timedelta(minutes=1), of: str = "") -> None:
        super().__init__(after)
        self.after, self.of = after, of


class Down(TryLater):
    """Nothing gets through to anybody in this tenant: the platform is away, or does not take our token.

    Nothing has left us, and it counts against no letter.  `why`: in words for the coordinator.
    """

    def __init__(self, why: str, after: timedelta = timedelta(minutes=1)) -> None:
        super().__init__(after, EVERYTHING)
        self.why = why


class Undeliverable(Exception):
    """Sending this again will never work.  The message says why, in words for the coordinator."""


class Unknown(Exception):
    """The platform may or may not have taken it."""


class CannotTell(Exception):
    """This platform cannot be asked afterwards."""


def undivided(parts: Sequence[T], where: str) -> T:
    """The one part of a message.  Never several: when the second met trouble, the first would come again.

    Raises Undeliverable; a test says that no message of ours is so large.
    """
    part, *more = parts
    if more:
        log.error("a message of %s parts is not sent to %s", len(more) + 1, where)
        raise Undeliverable(f"it is too long for one message in {where}")
    return part
