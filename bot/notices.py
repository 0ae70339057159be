"""What all messages share, and the few that belong to no feature."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class Said(Notice):
    """A refusal, or a sentence that says what to do."""

    level = Level.L1
    text: str


@dataclass(frozen=True)
class DidYouMean(Notice):
    level = Level.L1
    line: str


@dataclass(frozen=True)
class Fault(Notice):
    """Something broke on our side.  The code finds the entry in the log."""

    level = Level.L0
    code: str


@dataclass(frozen=True)
class NotYetKnown(Notice):
    """For somebody who is not linked to a person: whom to call, what this is, how to join (TRUST.md 5.3)."""

    level = Level.L0
    borough: str
    mash_phone: str
    mash_hours: str


@dataclass(frozen=True)
class NotLetIn(Notice):
    """For everybody from a workspace that nobody let in, whatever they ask: level L0."""

    level = Level.L0


@dataclass(frozen=True)
class Overtaken(Notice):
    """In place of a message of which nothing is so any more: level L1.  `lines`: (label, line) of where to look."""

    level = Level.L1
    about: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Removed(Notice):
    """In place of details whose time in chat is up (TRUST.md 4.3).  `lines`: (label, line) that asks again."""

    level = Level.L1
    on: date
    about: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SafetyFirst(Notice):
    """Somebody is in danger now, and nobody has been told: the form stops (DOMAIN.md C.1, g1).

    `theirs`: the borough was given, and is not only the sender's own.
    """

    level = Level.L1
    borough: str
    theirs: bool
    mash_phone: str
    mash_hours: str


@dataclass(frozen=True)
class Help(Notice):
    """`commands` are (what it does, the line to say)."""

    level = Level.L0
    commands: tuple[tuple[str, str], ...]
    contact: str


@dataclass(frozen=True)
class OnlyInPrivate(Notice):
    """The answer would be read by others (TRUST.md 4.2): level L0."""

    level = Level.L0


@dataclass(frozen=True)
class AnsweredInPrivate(Notice):
    """Where others may be: the answer itself is in the private chat, if it `arrived`: level L0."""

    level = Level.L0
    arrived: bool


@dataclass(frozen=True)
class TypedQuestion(Notice):
    """One question of a form, asked in words.  Never a private one."""

    level = Level.L3
    title: str
    at: int
    of: int
    question: str
    hint: str
    options: tuple[str, ...]
    several: bool
    may_not_know: bool
    may_skip: bool
    error: str
    answer: str


@dataclass(frozen=True)
class OpenTheForm(Notice):
    """The rest is private, so it is asked on a form and not in the conversation."""

    level = Level.L1
    title: str
    typed_here: bool  # somebody typed something private all the same


@dataclass(frozen=True)
class FormSaved(Notice):
    level = Level.L1
    title: str
    until: date


@dataclass(frozen=True)
class FormClosed(Notice):
    level = Level.L1
    title: str


@dataclass(frozen=True)
class FormNotOpened(Notice):
    """The platform did not draw the form, for instance because asking it took too long."""

    level = Level.L1
    title: str


@dataclass(frozen=True)
class FormSentBefore(Notice):
    level = Level.L1
    title: str
    on: datetime


@dataclass(frozen=True)
class FormWaiting(Notice):
    """An unfinished form of the same kind: go on, or start over?"""

    level = Level.L1
    title: str
    touched: datetime
    until: date


@dataclass(frozen=True)
class ThingsWait(Notice):
    """What stands around several things in one letter: how many they are, where, and why its reader gets it.

    `presses`: they are urgent, and this is not the letter of the day.  `more`: of the count, those that are not in it.
    """

    level = Level.L1
    count: int
    presses: bool
    places: tuple[tuple[str, int], ...]
    posts: str
    contact: str
    more: int = 0


@dataclass(frozen=True)
class DraftEnding(Notice):
    """An unfinished form is about to be deleted."""

    level = Level.L1
    title: str
    until: date


@dataclass(frozen=True)
class DraftDeleted(Notice):
    level = Level.L1
    title: str
