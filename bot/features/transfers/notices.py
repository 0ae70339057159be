"""What people are told about transfers: state, whose step is next, by when.  Never who the child is."""

from dataclasses import dataclass
from datetime import date

from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class TransferLine:
    """Where a transfer is, without a name: state, whose step is next, by when (level L1 and L2)."""

    reference: str
    version: int
    origin: str
    receiving: str
    responsible: str
    state: str
    since: date
    next_by: str
    next_what: str
    next_on: date
    late: bool
    contact: str  # the post named by the receiving borough, what is said instead, or ""
    ask: str  # the coordinator's address of the side whose step it is
    mine_to_acknowledge: bool


@dataclass(frozen=True)
class TransferStands(Notice):
    level = Level.L2
    transfer: TransferLine


@dataclass(frozen=True)
class MyTransfers(Notice):
    level = Level.L2
    transfers: tuple[TransferLine, ...]
    more: int


@dataclass(frozen=True)
class TransferTold(Notice):
    """To the coordinator who recorded it."""

    level = Level.L2
    transfer: TransferLine
    nobody_there: bool
    mash_phone: str


@dataclass(frozen=True)
class TransferArrived(Notice):
    """To the receiving coordinator."""

    level = Level.L1
    reference: str
    version: int
    origin: str
    receiving: str
    by: date


@dataclass(frozen=True)
class TransferAcknowledged(Notice):
    """To the coordinator of the borough the child is leaving."""

    level = Level.L1
    reference: str
    receiving: str
    origin: str
    what: str
    by: date
