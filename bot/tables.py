"""The rows a feature may bring: a command, a form, a message it may owe, a job for the clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.context import Context
from bot.kit.forms import Form
from bot.kit.messages import Notice
from bot.permissions import May
from bot.replies import Opening, Reply, Subject
from storage.records import Delivery


@dataclass(frozen=True)
class Spoken:
    """What follows a command: a reference, the version its button was drawn at, and the message that was answered."""

    rest: str = ""
    reference: str = ""
    seen: int | None = None
    subjects: tuple[str, ...] = ()  # what the message replied to was about
    typed: bool = True
    signed_in: bool = False

    @property
    def alone(self) -> bool:
        """Whether the pressed card was about one thing only, so that it may be replaced."""
        return len(self.subjects) < 2


@dataclass(frozen=True)
class Command:
    """`takes`: an example of the reference it wants.  `listed`: whether help shows it; others live on buttons."""

    name: str
    help: str
    run: Callable[[Context, Spoken], Reply | Opening]
    needs: May | None = None
    takes: str = ""
    listed: bool = True


@dataclass(frozen=True)
class Guided:
    """A form, and what happens when it is finished: the typed answers, and what it was opened about."""

    form: type[Form]
    finish: Callable[[Context, Any, Subject], Reply]
    stops: Callable[[Context, Any, Subject], Reply | None] | None = None  # may end the form early, keeping nothing


@dataclass(frozen=True)
class Owed:
    """How a fact in the ledger becomes words on the day it is sent; None: there is no longer anything to say.

    `waits`: only in working time.  `merged`: several for one person are one thing to say.
    """

    kind: str
    write: Callable[[Session, Delivery, datetime], Notice | None]
    waits: bool = True
    merged: Callable[[Sequence[Any]], Notice] | None = None


@dataclass(frozen=True)
class ErrandKind:
    """Something outside that is to be as the tracker says.  It may be done twice.

    `wanted`: what to do, as things are now; None: nothing any more.  `done` is given what came of it; `failed` may come
    more than once, and owes its news once.
    """

    kind: str
    wanted: Callable[[Session, str, datetime], Any]
    done: Callable[[Session, str, str, datetime], None]
    failed: Callable[[Session, str, datetime], None]


@dataclass(frozen=True)
class Job:
    """Work for the clock.  It may be run at any time, and twice: what it owes is owed once."""

    name: str
    run: Callable[[Session, datetime], None]


@dataclass(frozen=True)
class JobOfMany:
    """The same, of which there may be a thousand: `do` is done to each of what `find` finds, some in each transaction,
    so that the turns of people get in between.  `do` looks again whether there is anything to do.
    """

    name: str
    find: Callable[[Session, datetime], Sequence[str]]
    do: Callable[[Session, str, datetime], None]
