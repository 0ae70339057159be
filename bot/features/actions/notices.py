"""What people are told about actions: place, verb, day and reference.  Never who the child is."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class ActionLine:
    """One action as a push may show it (level L1): its verb comes from a closed list."""

    place: str
    verb: str
    which: str  # "Item 3, Friday 12 June 2026", or ""
    known_as: str  # what the reader's agency calls the case, or ""
    child: bool  # whether somebody may have to ask who it is about
    reference: str
    version: int
    due_on: date
    overdue: bool
    unanswered: bool = False  # it is urgent, and nobody has taken it on


@dataclass(frozen=True)
class ActionReminder(Notice):
    level = Level.L1
    action: ActionLine
    post: str
    contact: str

    @property
    def wanted_by(self) -> date:
        return self.action.due_on


@dataclass(frozen=True)
class ActionGiven(Notice):
    """To the owner: this is yours now.  `panel`: the day of the meeting whose item it is about, unless it is hidden."""

    level = Level.L1
    action: ActionLine
    post: str
    contact: str
    panel: date | None = None


@dataclass(frozen=True)
class ActionsGiven(Notice):
    """Several at once, for one person.  `more`: that did not fit."""

    level = Level.L1
    giver: str
    actions: tuple[ActionLine, ...]
    posts: str
    contact: str
    more: int = 0


@dataclass(frozen=True)
class MarkedDone(Notice):
    """To the owner, at once: with Undo until the coordinator has checked it."""

    level = Level.L1
    action: ActionLine
    at: datetime
    noted: bool
    asks: bool = True  # what came of it: once


@dataclass(frozen=True)
class DoneUndone(Notice):
    level = Level.L1
    action: ActionLine


@dataclass(frozen=True)
class Proposed(Notice):
    """What a reply in words seems to mean, for one press to confirm.  The words themselves are not repeated."""

    level = Level.L1
    action: ActionLine
    event: str
    until: date | None
    noted: bool
    proposal: str
    because: str = ""
    asks: bool = False  # a day or a reason is missing: the button opens the form


@dataclass(frozen=True)
class StaysOpen(Notice):
    """To an owner who says that it is not done, or not all of it.  `proposal`: keeps what they wrote, if they want."""

    level = Level.L1
    action: ActionLine
    may: tuple[tuple[str, str], ...]
    proposal: str = ""
    noted: bool = False


@dataclass(frozen=True)
class HowToAnswer(Notice):
    """To a reply that was a question (`asked`), or that nobody could be sure of: the action and its buttons."""

    level = Level.L1
    action: ActionLine
    asked: bool
    may: tuple[tuple[str, str], ...]
    contact: str


@dataclass(frozen=True)
class WhichAction(Notice):
    """A reply that could mean several actions: `choices` are (action, the line that says it)."""

    level = Level.L1
    choices: tuple[tuple[ActionLine, str], ...]
    event: str
    more: int
    noted: bool = False


@dataclass(frozen=True)
class NoAction(Notice):
    """A reply about an action, when there is none to do."""

    level = Level.L1


@dataclass(frozen=True)
class ActionStands(Notice):
    """How an action is now; `may` are the (label, line) that fit.  `further`: sentences with the reason, if any."""

    level = Level.L2
    action: ActionLine
    state: str
    changed_by: str
    changed_at: datetime
    may: tuple[tuple[str, str], ...]
    contact: str
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class PassedOn(Notice):
    """To whoever said it: what they said or asked was handed to the coordinator.  `reasons`: (label, line), asked for
    once where none was given.
    """

    level = Level.L1
    action: ActionLine
    event: str
    until: date | None
    contact: str
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ForCoordinator(Notice):
    """To the coordinator (or the chair, or the lead of its agency): what an owner said of an action, with the reason in
    the words of its closed list.  `decides`: whether it waits for this reader; if not, they are only told.
    """

    level = Level.L1
    action: ActionLine
    event: str
    noted: bool
    until: date | None
    overdue: bool
    because: str = ""
    decides: bool = True
    again: bool = False  # more time was agreed before, so the chair decides


@dataclass(frozen=True)
class NotTakenOn(Notice):
    """To the lead of its agency: something urgent that nobody there has taken on."""

    level = Level.L1
    action: ActionLine
    post: str
    contact: str


@dataclass(frozen=True)
class RemindersPaused(Notice):
    """`shortened`: less than was asked for, because it is due."""

    level = Level.L1
    action: ActionLine
    until: date
    shortened: bool


@dataclass(frozen=True)
class Answered(Notice):
    """To the owner: what the coordinator or the chair decided."""

    level = Level.L1
    action: ActionLine
    event: str
    contact: str
    because: str = ""
    after: str = ""  # the reference of the action that takes its place


@dataclass(frozen=True)
class ActionsConfirmed(Notice):
    """To the owner of several that were confirmed at once.  `more`: that did not fit."""

    level = Level.L1
    actions: tuple[ActionLine, ...]
    contact: str
    more: int = 0


@dataclass(frozen=True)
class Settled(Notice):
    """To the coordinator: what they just decided.  `held_back`: no agreement lets the owner read the whole of it."""

    level = Level.L2
    action: ActionLine
    event: str
    owner: str
    held_back: bool = False
