"""What people are told about what is stuck: references, a verb, a level and a day.  Never who the child is.

Posts, agencies and reasons are level L2: they are read when somebody asks, and no push holds them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class EscalationLine:
    """One escalation as a push may show it (level L1).  `following`: what becomes of it if nobody settles it."""

    reference: str
    version: int
    borough: str
    verb: str
    action: str
    level: int
    who: str  # level 3, "the chairs": what they do, and not who they are
    by: date | None  # None: at the next meeting, and none is planned
    following: str


@dataclass(frozen=True)
class AtRisk(Notice):
    """Somebody is at risk now: whom to phone, before anything is written down."""

    level = Level.L1
    borough: str
    police: str
    mash_phone: str
    mash_hours: str
    action: str


@dataclass(frozen=True)
class EscalationMoved(Notice):
    """Raised, gone up, or objected to.  `yours`: this post is to settle it.  `may_climb`: it may take it further.

    `instead`: the level that nobody has a post for, so that others stand in; for the coordinator.
    """

    level = Level.L1
    escalation: EscalationLine
    event: str
    by_clock: bool
    yours: bool
    may_climb: bool
    instead: str
    post: str
    contact: str


@dataclass(frozen=True)
class EscalationsMoved(Notice):
    """Several of them for one person at one time."""

    level = Level.L1
    moved: tuple[EscalationMoved, ...]
    more: int
    posts: str
    contact: str


@dataclass(frozen=True)
class EscalationDue(Notice):
    """To who holds the level: each working day from the day by which it is to be settled."""

    level = Level.L1
    escalation: EscalationLine
    late: bool
    post: str
    contact: str

    @property
    def wanted_by(self) -> date | None:
        return self.escalation.by


@dataclass(frozen=True)
class EscalationEnded(Notice):
    """Settled, withdrawn, recorded as unresolved, or over because its action is.  `object_by`: until when this post
    may object.
    """

    level = Level.L1
    escalation: EscalationLine
    event: str
    object_by: date | None
    contact: str


@dataclass(frozen=True)
class Step:
    """One level of the ladder, with who holds it today."""

    level: int
    who: str
    posts: str
    when: str
    here: bool


@dataclass(frozen=True)
class Standing:
    """How an escalation stands (level L2)."""

    escalation: EscalationLine
    state: str
    agency: str
    reason: str
    raised_by: str
    raised_at: datetime
    at_risk: bool
    ladder: tuple[Step, ...]
    may: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EscalationStands(Notice):
    """To whoever asks, or has just done something about it.  `told`: what they did, in a sentence."""

    level = Level.L2
    stands: Standing
    told: str
    contact: str


@dataclass(frozen=True)
class EscalationPage(Notice):
    """Level L4: with how it was settled, as it was written.  `held_back`: what is said instead of that."""

    level = Level.L4
    stands: Standing
    settlement: str
    held_back: str
    reader: str
    at: datetime


@dataclass(frozen=True)
class Blockage:
    """One line of the register.  `at`: its level, or that nobody has escalated it."""

    borough: str
    verb: str
    action: str
    days: int
    at: str
    by: date | None
    escalation: str


@dataclass(frozen=True)
class Blocked:
    """What holds up one agency for one reason, in how many boroughs."""

    reason: str
    agency: str
    boroughs: int
    days: int  # the longest
    lines: tuple[Blockage, ...]


@dataclass(frozen=True)
class Blockages(Notice):
    """The register in chat, a few lines at a time.  `rest`: how many groups come after these."""

    level = Level.L2
    groups: tuple[Blocked, ...]
    all: int
    rest: int
    more: str


@dataclass(frozen=True)
class BlockageList(Notice):
    """The whole register, for a meeting and for paper."""

    level = Level.L2
    groups: tuple[Blocked, ...]
    reader: str
    at: datetime
