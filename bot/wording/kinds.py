"""What a reply can mean."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal[
    "say done", "partly", "not done", "more time", "not mine", "theirs", "blocked", "not possible", "acknowledge",
    "help", "unclear",
]  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """`certain`: nothing but the one word "done", so it may be taken at once; all else is a guess, to be confirmed.

    `note`: their own words, where they say more than the kind.  `because`: a reason of BlockedBecause, if there is one.
    """

    kind: Kind
    note: str = ""
    until: date | None = None
    because: str | None = None
    certain: bool = False
