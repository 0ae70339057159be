"""What a coordinator is told about cases, and the two pages on which a child's name may be read."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class CaseOpened(Notice):
    """To the coordinator.  `known_as`: what their own agency calls it from now on."""

    level = Level.L1
    reference: str
    borough: str
    known_as: str


@dataclass(frozen=True)
class CaseChanged(Notice):
    """To the coordinator: the step they took, and the words that their agency reads from now on."""

    level = Level.L1
    reference: str
    event: str
    known_as: str


@dataclass(frozen=True)
class CaseLine:
    reference: str
    borough: str
    known_as: str
    opened_at: datetime


@dataclass(frozen=True)
class Cases(Notice):
    """To the coordinator: the open cases of the boroughs they run."""

    level = Level.L1
    cases: tuple[CaseLine, ...]
    more: int


@dataclass(frozen=True)
class RecordNumberKept(Notice):
    """The number itself is not repeated."""

    level = Level.L1
    reference: str


@dataclass(frozen=True)
class Doing:
    """Something to be done about a case: what, by which post, by when, and how it stands."""

    what: str
    post: str
    by: date
    state: str
    reference: str


@dataclass(frozen=True)
class CasePage(Notice):
    """To the coordinator, on a signed-in page.  `agencies`: (who, what they call it)."""

    level = Level.L4
    reference: str
    borough: str
    state: str
    protected: bool
    name: str
    born: str
    referral: str
    agencies: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    actions: tuple[Doing, ...]
    close: tuple[str, ...]  # who said that they know the child or the family
    may: tuple[tuple[str, str], ...]
    reader: str
    at: datetime
    kept: str = ""


@dataclass(frozen=True)
class WhoPage(Notice):
    """To whoever has something to do about a child, on a signed-in page that closes by itself.

    `record_number`: under which the reader's own agency has the child on file, if it is `asked` for anything.
    """

    level = Level.L4
    reference: str
    borough: str
    known_as: str
    name: str
    born: str
    actions: tuple[Doing, ...]
    record_number: str
    asked: bool
    seconds: int
    reader: str
    at: datetime


@dataclass(frozen=True)
class ClosedToYou(Notice):
    """To somebody who said that they know the child or the family."""

    level = Level.L1
    reference: str
    contact: str


@dataclass(frozen=True)
class SomebodyClose(Notice):
    """To the coordinator: who that is, only the page says."""

    level = Level.L1
    reference: str
    borough: str


@dataclass(frozen=True)
class Lifted(Notice):
    """To the coordinator."""

    level = Level.L1
    reference: str


@dataclass(frozen=True)
class CloseLifted(Notice):
    """To the other coordinators and the chair: who lifted it, the access log says."""

    level = Level.L1
    reference: str
    borough: str
    contact: str


@dataclass(frozen=True)
class EmergencyOpen(Notice):
    """To whoever opened a case in an emergency."""

    level = Level.L1
    case: str
    until: datetime
    review_by: date


@dataclass(frozen=True)
class OpenedInEmergency(Notice):
    """To the coordinator and the chair: at once, and from `by` on each working day until it is reviewed."""

    level = Level.L1
    reference: str
    version: int
    case: str
    borough: str
    at: datetime
    by: date
    late: bool

    @property
    def wanted_by(self) -> date:
        return self.by


@dataclass(frozen=True)
class EmergencyPage(Notice):
    """To who reviews it.  `said`: what they wrote."""

    level = Level.L4
    reference: str
    case: str
    borough: str
    state: str
    who: str
    reason: str
    said: str
    opened_at: datetime
    until: datetime
    by: date
    review: str
    reader: str
    at: datetime


@dataclass(frozen=True)
class Reviewed(Notice):
    level = Level.L1
    reference: str
    case: str
