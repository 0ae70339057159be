"""What people are told about joining and being added."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from bot.posts import Brief, Held
from storage.levels import Level


@dataclass(frozen=True)
class JoinAsked(Notice):
    """To whoever asked: what happens next."""

    level = Level.L1
    borough: str
    contact: str
    again: bool


@dataclass(frozen=True)
class JoinWanted(Notice):
    """To the coordinator.  Who it is, the form shows them."""

    level = Level.L1
    reference: str
    borough: str


@dataclass(frozen=True)
class Code:
    """To be told outside chat: by phone or in person."""

    post: str
    code: str
    until: datetime


@dataclass(frozen=True)
class PersonAdded(Notice):
    """To the coordinator, asked for: level L2.  Without a code they have joined already.

    `over`: the post was handed over to them.
    """

    level = Level.L2
    borough: str
    post: str
    code: Code | None = None
    over: bool = False


@dataclass(frozen=True)
class DeputyNamed(Notice):
    """To whoever named one, asked for: level L2."""

    level = Level.L2
    borough: str
    code: Code


@dataclass(frozen=True)
class NewDeputy(Notice):
    """To the coordinator."""

    level = Level.L1
    borough: str


@dataclass(frozen=True)
class DeputyLeft(Notice):
    """To whoever holds the post."""

    level = Level.L1
    borough: str


@dataclass(frozen=True)
class NotJoined(Notice):
    """To the coordinator, asked for: who cannot be written to yet (level L2)."""

    level = Level.L2
    posts: tuple[str, ...]


@dataclass(frozen=True)
class NewCodes(Notice):
    """To the coordinator, asked for: a code for each of them.  `held`: posts that somebody holds already."""

    level = Level.L2
    codes: tuple[Code, ...]
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnCode(Notice):
    """To somebody who has another account."""

    level = Level.L2
    code: str
    until: datetime


@dataclass(frozen=True)
class Linked(Notice):
    """The first message of whoever takes over a post is what is open there.  `briefs`: of what they took up last."""

    level = Level.L2
    posts: tuple[str, ...]
    open: tuple[tuple[str, date], ...]
    contact: str
    briefs: tuple[Brief, ...]
    more: int  # actions


@dataclass(frozen=True)
class Joined(Notice):
    """To the coordinator."""

    level = Level.L1
    borough: str
    reference: str


@dataclass(frozen=True)
class NotAdded(Notice):
    """To the coordinator: somebody who is invited was not greeted in Teams.  Who it is, `not joined` shows."""

    level = Level.L1
    borough: str
    why: str


@dataclass(frozen=True)
class PostLeft(Notice):
    """To the coordinator.  Which post, the form to hand it over shows."""

    level = Level.L1
    borough: str
    deputy: bool  # somebody still answers for it


@dataclass(frozen=True)
class PostEnding(Notice):
    """To the coordinator.  Which post, the form to hand it over shows."""

    level = Level.L1
    borough: str
    until: date

    @property
    def wanted_by(self) -> date:
        return self.until


@dataclass(frozen=True)
class YourPostEnds(Notice):
    """To whoever holds it, two weeks before."""

    level = Level.L1
    post: str
    borough: str
    until: date
    contact: str


@dataclass(frozen=True)
class YouLeft(Notice):
    """To whoever left a post, or is no longer its deputy.  `held`: what stays there.  `covered`: it has a deputy."""

    level = Level.L2
    post: str
    borough: str
    contact: str
    deputy: bool
    held: tuple[Held, ...] = ()
    covered: bool = False


@dataclass(frozen=True)
class PostPassedOn(Notice):
    """To whoever held a post, or was its deputy, until the coordinator or its holder named another.  `others`: they
    have posts left.
    """

    level = Level.L1
    post: str
    borough: str
    contact: str
    deputy: bool
    others: bool


@dataclass(frozen=True)
class Welcome(Notice):
    """To somebody who was let in.  `count`: of what is open at their post; `by`: the first day of that."""

    level = Level.L1
    borough: str
    contact: str
    post: str
    count: int
    by: date | None
