"""What people are told about something that was shared in an emergency."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from storage.levels import Level


@dataclass(frozen=True)
class SharedNow(Notice):
    """To whoever shared it.  `told`: how many posts of that agency have been written to."""

    level = Level.L2
    about: str
    agency: str
    told: int
    contact: str


@dataclass(frozen=True)
class SharedWithYou(Notice):
    """To the agency's posts (level L1)."""

    level = Level.L1
    about: str
    borough: str
    contact: str


@dataclass(frozen=True)
class ShareWaits(Notice):
    """To the coordinator: at once, and each working day until it is reviewed (level L1)."""

    level = Level.L1
    reference: str
    version: int
    borough: str
    about: str
    shared_at: datetime

    @property
    def wanted_by(self) -> date:
        return local_day(self.shared_at)


@dataclass(frozen=True)
class ShareStands(Notice):
    """To the coordinator who decided, or whose press no longer fits (level L2)."""

    level = Level.L2
    reference: str
    about: str
    agency: str
    state: str
    open_until: date | None
    may: tuple[tuple[str, str], ...]
    contact: str


@dataclass(frozen=True)
class SharePage(Notice):
    """Level L4: with what makes it urgent, as it was written."""

    level = Level.L4
    reference: str
    borough: str
    about: str
    agency: str
    state: str
    reason: str
    why: str
    shared_at: datetime
    open_until: date | None
    may: tuple[tuple[str, str], ...]
    reader: str
    at: datetime
