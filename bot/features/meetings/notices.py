"""What people are told about meetings and agendas: day, place, how many items, and what is asked of them."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class AskedOf:
    """One item that asks something of the reader's agency (level L1)."""

    number: int
    verb: str
    known_as: str = ""  # what the reader's agency calls the case


@dataclass(frozen=True)
class Unfinished:
    """An action that an earlier meeting agreed (level L1).  `item`: the number of the item that it is about here, or
    0: it is a matter arising.
    """

    reference: str
    verb: str
    due_on: date
    late: bool
    post: str
    state: str
    item: int = 0
    known_as: str = ""  # what the reader's agency calls the case


@dataclass(frozen=True)
class Agenda(Notice):
    """To each member of the panel: the same meeting, seen from their agency."""

    level = Level.L1
    borough: str
    starts_at: datetime
    place: str
    version: int
    items: int
    asked: tuple[AskedOf, ...]
    ready_by: date
    reference: str
    contact: str
    call: str = ""  # the link into it, once there is one
    unfinished: tuple[Unfinished, ...] = ()  # of the reader's own post
    unnamed: int = 0  # how many more are asked, of which a message says nothing (TRUST.md 4.2)


@dataclass(frozen=True)
class AgendaPreview(Notice):
    """To the coordinator: the agenda as one agency will see it, before it goes."""

    level = Level.L2
    agenda: Agenda
    agency: str
    members: int
    seen: int
    sent: bool


@dataclass(frozen=True)
class AgendaSending(Notice):
    level = Level.L1
    borough: str
    starts_at: datetime
    version: int
    members: int
    reference: str
    before: datetime | None  # this version went out already


@dataclass(frozen=True)
class AgendaLater(Notice):
    level = Level.L1
    borough: str
    on: date
    reference: str
    version: int


@dataclass(frozen=True)
class Outcome:
    """What became of one message: to which post, and if it did not arrive, why."""

    post: str
    why: str


@dataclass(frozen=True)
class AgendaResults(Notice):
    """To the coordinator, asked for: per person, who has it and who has not (level L2)."""

    level = Level.L2
    borough: str
    starts_at: datetime
    version: int
    reference: str
    sent: tuple[str, ...]
    waiting: tuple[str, ...]
    failed: tuple[Outcome, ...]
    last_goes: datetime | None = None  # by the pace of their platform; None: within moments


@dataclass(frozen=True)
class AgendaNotSent(Notice):
    """To the coordinator, for something the clock could not do."""

    level = Level.L1
    reference: str
    borough: str
    starts_at: datetime


@dataclass(frozen=True)
class MeetingAdded(Notice):
    """To the coordinator: planned, and what to do next."""

    level = Level.L1
    reference: str
    borough: str
    starts_at: datetime
    place: str


@dataclass(frozen=True)
class ItemAdded(Notice):
    level = Level.L2
    reference: str
    borough: str
    starts_at: datetime
    number: int
    asked: tuple[str, ...]
    sent_before: bool


@dataclass(frozen=True)
class PanelMeets(Notice):
    """In a calendar, where others may look: borough, verb and day (level L1)."""

    level = Level.L1
    borough: str
    starts_at: datetime
    contact: str


@dataclass(frozen=True)
class NoCall(Notice):
    """To the coordinator: the meeting is in no calendar yet, and has no link."""

    level = Level.L1
    reference: str
    borough: str
    starts_at: datetime
