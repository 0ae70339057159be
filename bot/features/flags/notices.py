"""What people are told about flags: what to do, by when, the codeword and the reference.  Never who the child is."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from storage.levels import Level

Buttons = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FlagLine:
    """One flag as a push may show it (level L1).  `to_do`: what its agency is asked for now, or ""."""

    place: str
    known_as: str
    reference: str
    version: int
    to_do: str
    due_on: date
    late: bool
    may: Buttons


@dataclass(frozen=True)
class FlagToDo(Notice):
    """To the post that answers for it: put it on, change it, take it off; also as a reminder."""

    level = Level.L1
    flag: FlagLine
    post: str
    contact: str

    @property
    def wanted_by(self) -> date:
        return self.flag.due_on


@dataclass(frozen=True)
class FlagDeclined(Notice):
    """To the coordinator: why, the flag itself says."""

    level = Level.L1
    reference: str
    place: str
    known_as: str


@dataclass(frozen=True)
class FlagStands(Notice):
    """How one is now, to its agency or the coordinator.  `held_back`: what is said instead of `says`.

    `gone`: it is off the record, or never was on it.
    """

    level = Level.L2
    flag: FlagLine
    agency: str
    state: str
    says: tuple[str, ...]
    changes: tuple[str, ...]
    systems: tuple[str, ...]
    placed_on: date | None
    declined: str
    review_on: date | None
    contact: str
    held_back: str
    gone: bool


@dataclass(frozen=True)
class FlagPage(Notice):
    """The same with where it is found, and to its own agency the number under which it has the child on file."""

    level = Level.L4
    stands: FlagStands
    place: str
    record_number: str
    reader: str
    at: datetime


@dataclass(frozen=True)
class Held:
    """One line of a list.  `place`, `record_number`: on a page only."""

    flag: FlagLine
    state: str
    systems: tuple[str, ...]
    placed_on: date | None
    record_number: str = ""


@dataclass(frozen=True)
class Flags(Notice):
    """Flags we believe there are, by agency.  `held`: how many may be on a record; `open`: are not confirmed."""

    level = Level.L2
    groups: tuple[tuple[str, tuple[Held, ...]], ...]
    count: int
    held: int
    open: int
    more: int
    own: bool


@dataclass(frozen=True)
class FlagList(Notice):
    """The same, whole, on a page: to an agency with its record numbers."""

    level = Level.L4
    groups: tuple[tuple[str, tuple[Held, ...]], ...]
    own: bool
    reader: str
    at: datetime


@dataclass(frozen=True)
class FlagsAsked(Notice):
    """To the coordinator.  `held_back`: agencies that no agreement lets read what it should say."""

    level = Level.L2
    case: str
    asked: tuple[str, ...]
    already: tuple[str, ...]
    held_back: tuple[str, ...]
    by: date


@dataclass(frozen=True)
class FlagsTold(Notice):
    """To the coordinator: what they did about all flags of a case, or one, and which agencies that concerns.

    `by`: the day by which they are to confirm; of what is still needed, on which it is asked again.
    """

    level = Level.L2
    about: str
    event: str
    agencies: tuple[str, ...]
    by: date | None
    receiving: str


@dataclass(frozen=True)
class FlagsToReview(Notice):
    """To the coordinator: are those about one case still needed?"""

    level = Level.L1
    borough: str
    known_as: str
    case: str
    count: int
    by: date
    late: bool

    @property
    def wanted_by(self) -> date:
        return self.by


@dataclass(frozen=True)
class FlagEnding(Notice):
    """To the coordinator: the clock asked for it to be taken off, twelve months without an agenda item."""

    level = Level.L1
    borough: str
    known_as: str
    case: str
    by: date


@dataclass(frozen=True)
class FlagsElsewhere(Notice):
    """To the coordinator of the borough that a child with flags moves to."""

    level = Level.L1
    transfer: str
    origin: str
    receiving: str
    contact: str
