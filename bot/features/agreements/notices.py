"""What coordinators are told about sharing agreements."""

from dataclasses import dataclass
from datetime import date

from bot.kit.messages import Notice


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

    agreements: tuple[AgreementLine, ...]
    more: int
    without: tuple[str, ...]
    not_begun: tuple[str, ...]


@dataclass(frozen=True)
class AgreementShown(Notice):
    """One of them, whole (level L2)."""

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

    borough: str
    references: tuple[str, ...]
    lapses_on: date
    first: bool
    without: tuple[str, ...]


@dataclass(frozen=True)
class AgreementEnded(Notice):
    reference: str
    borough: str
    contact: str


@dataclass(frozen=True)
class AgreementLapses(Notice):
    """To the coordinator: 60, 30 and 7 days before, and when it has lapsed (level L1)."""

    reference: str
    version: int
    borough: str
    lapses_on: date
    lapsed: bool


@dataclass(frozen=True)
class Withdrawn(Notice):
    reference: str
    borough: str


@dataclass(frozen=True)
class ShownAgain(Notice):
    reference: str
    contact: str
