"""What people are told about referrals.  Never what is in them."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from storage.levels import Level


@dataclass(frozen=True)
class ReferralReceipt(Notice):
    """To whoever sent it: the reference, what happens next, and by when."""

    level = Level.L1
    reference: str
    borough: str
    answer_by: date
    contact: str
    danger: bool
    mash_phone: str
    confirmed: bool


@dataclass(frozen=True)
class ReferralStands(Notice):
    """The public state of a referral, for whoever sent it and the coordinator."""

    level = Level.L2
    reference: str
    borough: str
    state: str
    since: datetime
    answer_by: date
    contact: str
    outcome: str = ""  # once they were told


@dataclass(frozen=True)
class ReferralArrived(Notice):
    """To the coordinator: something came in."""

    level = Level.L1
    reference: str
    version: int
    borough: str
    answer_by: date
    confirmed: bool


@dataclass(frozen=True)
class ReferralTaken(Notice):
    """To whoever sent it: somebody is looking at it."""

    level = Level.L1
    reference: str
    borough: str
    answer_by: date
    contact: str


@dataclass(frozen=True)
class NowYoursToRead(Notice):
    """To the coordinator who took a referral."""

    level = Level.L1
    reference: str
    answer_by: date


@dataclass(frozen=True)
class ReferralOutcome(Notice):
    """To whoever sent it: what came of it, in the words of a closed list."""

    level = Level.L1
    reference: str
    borough: str
    outcome: str
    contact: str


@dataclass(frozen=True)
class CaseDecided(Notice):
    """To a post that had an action on the case: what was decided about it."""

    level = Level.L1
    reference: str
    borough: str
    known_as: str
    decided: str
    contact: str


@dataclass(frozen=True)
class FeedbackChoice(Notice):
    """To the coordinator: the words that can be sent, each of them one press (label, line)."""

    level = Level.L2
    reference: str
    confirmed: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FeedbackSent(Notice):
    level = Level.L2
    reference: str
    outcome: str


@dataclass(frozen=True)
class FeedbackDue(Notice):
    """To the coordinator.  `sent_at`: when it came, if nobody has taken it up; None: it is over."""

    level = Level.L1
    reference: str
    borough: str
    sent_at: datetime | None

    @property
    def wanted_by(self) -> date | None:
        return local_day(self.sent_at) if self.sent_at else None
