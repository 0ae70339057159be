"""What people are told about joining and being added."""

from dataclasses import dataclass

from bot.kit.messages import Notice


@dataclass(frozen=True)
class JoinAsked(Notice):
    """To whoever asked: what happens next."""

    borough: str
    contact: str
    again: bool


@dataclass(frozen=True)
class JoinWanted(Notice):
    """To the coordinator.  Who it is, the form shows them."""

    reference: str
    borough: str


@dataclass(frozen=True)
class PersonAdded(Notice):
    """To the coordinator, asked for: level L2."""

    borough: str
    post: str
    joined: bool


@dataclass(frozen=True)
class Welcome(Notice):
    """To somebody who was let in."""

    borough: str
    contact: str
