"""What people are told about referrals.  Never what is in them."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
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
    """To the coordinator, all in one message.  `lines`: (reference, borough, when it came if nobody took it up)."""

    level = Level.L1
    lines: tuple[tuple[str, str, datetime | None], ...]
