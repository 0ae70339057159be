"""How secret a value is, and the box that keeps it from slipping into a message (TRUST.md 4.1)."""

from enum import IntEnum
from typing import Any, NoReturn


class Level(IntEnum):
    """Where a value may appear:

    L0 anywhere; L1 in a push; L2 and L3 only privately, asked for; L4 and L5 web pages only.
    """

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4
    L5 = 5


class Disclosed(Exception):
    """A secret value was about to become text."""


class Classified:
    """An opaque value.  Anything that would turn it into text, or take it apart, raises `Disclosed`."""

    __slots__ = ("_value", "level")

    def __init__(self, value: Any, level: Level) -> None:
        self._value = value
        self.level = level

    def __repr__(self) -> str:
        return f"<Classified {self.level.name}>"

    def _refuse(self, *_: object) -> NoReturn:
        raise Disclosed(f"a {self.level.name} value may not be shown: reveal() it, with a purpose")

    __str__ = __format__ = __html__ = __bytes__ = _refuse
    __getitem__ = __iter__ = __len__ = __contains__ = __add__ = __radd__ = __mod__ = __eq__ = __lt__ = _refuse
    __hash__ = None  # type: ignore[assignment]
    __reduce_ex__ = _refuse

    def __bool__(self) -> bool:
        """Whether there is something inside may be known; what it is may not."""
        return bool(self._value)


def unsealed(value: Classified) -> Any:
    """The value itself.

    Only the column type, audit.reveal(), a person's own draft and conversation, the names that they type and should
    not, the token that Slack is spoken to with, and the demo's list of L1 messages.
    """
    return value._value
