"""What coordinators are told about sharing agreements."""

from dataclasses import dataclass
from datetime import date

from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class AgreementLine:
    """One agreement in a list (level L2)."""

    reference: str
    version: int
    borough: str
    agency: str
    lapses_on: date
    lapsed: bool
    starts_on: date | None  # None: it has begun


@dataclass(frozen=True)
class Agreements(Notice):
    """Asked for by a coordinator: the register, what lapses first first, and who has none (level L2).

    `not_begun`: boroughs in which nothing is held back yet.
    """

    level = Level.L2
    agreements: tuple[AgreementLine, ...]
    more: int
    without: tuple[str, ...]
    not_begun: tuple[str, ...]


@dataclass(frozen=True)
class AgreementShown(Notice):
    """One of them, whole (level L2)."""

    level = Level.L2
    line: AgreementLine
    state: str
    purposes: str
    strands: str
    highest: str
    direction: str
    basis: str
    signed_by: str
    document: str
    review_on: date
    ends_on: date | None
    may: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AgreementAdded(Notice):
    """`first`: from now on who has none reads references only."""

    level = Level.L2
    borough: str
    references: tuple[str, ...]
    lapses_on: date
    first: bool
    without: tuple[str, ...]


@dataclass(frozen=True)
class AgreementEnded(Notice):
    level = Level.L2
    reference: str
    borough: str
    contact: str


@dataclass(frozen=True)
class AgreementLapses(Notice):
    """To the coordinator: 60, 30 and 7 days before, and when it has lapsed (level L1)."""

    level = Level.L1
    reference: str
    version: int
    borough: str
    lapses_on: date
    lapsed: bool

    @property
    def wanted_by(self) -> date:
        return self.lapses_on


@dataclass(frozen=True)
class Withdrawn(Notice):
    level = Level.L2
    reference: str
    borough: str


@dataclass(frozen=True)
class ShownAgain(Notice):
    level = Level.L2
    reference: str
    contact: str
