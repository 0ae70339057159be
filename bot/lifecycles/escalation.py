"""An escalation's life: raised, up five levels by people and by the clock, settled unless somebody objects (DOMAIN.md
B.7; the times are our defaults, unconfirmed).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day, working_days_after
from bot.lifecycles.moving import Life
from storage.queries.climbing import Live
from storage.queries.escalations import TOP, meetings_after, raisers_of, who_settles
from storage.queries.people import coordinators_of
from storage.records import Escalation, Post
from storage.records import EscalationState as S

Later = Callable[[Session, int, datetime], Sequence[datetime]]  # the meetings of a partnership after that moment
OBJECT_WITHIN = 2  # working days


@dataclass(frozen=True)
class Rung:
    """`days`: working days to settle it; None: until the next meeting.  Then the clock goes on after so many working
    days or meetings (B.3); without either only people do.
    """

    who: str
    days: int | None
    on_after_days: int = 0
    on_after_meetings: int = 0


LADDER = {
    1: Rung("the post it was given to and whoever raised it", 2, on_after_days=5),
    2: Rung("the agency’s lead", 5, on_after_meetings=1),
    3: Rung("the chairs", 2, on_after_meetings=2),
    4: Rung("the heads of service", 5),
    TOP: Rung("the strategic group", None),
}


def _sides(session: Session, escalation: Escalation, party: Party) -> Sequence[Post]:
    match party:
        case Party.LEVEL:
            return who_settles(session, escalation, escalation.level)[1]
        case Party.BELOW:
            return who_settles(session, escalation, escalation.level - 1)[1] if escalation.level > 1 else ()
        case Party.RAISER:
            return raisers_of(session, escalation)
        case Party.OWNER:
            return [escalation.action.owner]
        case _:
            return coordinators_of(session, escalation.partnership_id)


LEVEL, BELOW, RAISER, OWNER, COORDINATOR = Party.LEVEL, Party.BELOW, Party.RAISER, Party.OWNER, Party.COORDINATOR
MOVED, ENDED = "escalation_moved", "escalation_ended"

ESCALATION = Life(
    Lifecycle(
        "escalation",
        (
            Step(
                (S.OPEN,),
                "climb",
                None,
                (RAISER, COORDINATOR, Party.CLOCK),
                dict.fromkeys((LEVEL, BELOW, RAISER, COORDINATOR), MOVED),
            ),
            Step((S.OPEN,), "settle", S.SETTLED, (LEVEL,), dict.fromkeys((RAISER, OWNER, COORDINATOR), ENDED)),
            Step((S.SETTLED,), "object", S.OPEN, (RAISER,), dict.fromkeys((LEVEL, COORDINATOR), MOVED)),
            Step((S.SETTLED,), "close", S.RESOLVED, (Party.CLOCK,)),
            Step(
                (S.OPEN,),
                "withdraw",
                S.WITHDRAWN,
                (RAISER, COORDINATOR),
                dict.fromkeys((LEVEL, OWNER, COORDINATOR), ENDED),
            ),
            Step(
                (S.OPEN,),
                "record unresolved",
                S.UNRESOLVED,
                (LEVEL,),
                dict.fromkeys((RAISER, OWNER, COORDINATOR), ENDED),
            ),
            Step(
                (S.OPEN,),
                "no longer late",
                S.RESOLVED,
                (Party.CLOCK,),
                dict.fromkeys((LEVEL, OWNER, COORDINATOR), ENDED),
            ),
            Step(
                (S.OPEN, S.SETTLED),
                "end with its action",
                S.RESOLVED,
                (Party.CLOCK,),
                dict.fromkeys((LEVEL, RAISER, COORDINATOR), ENDED),
            ),
        ),
        {
            S.OPEN: "open",
            S.SETTLED: "settled, unless whoever raised it objects",
            S.RESOLVED: "resolved",
            S.WITHDRAWN: "withdrawn",
            S.UNRESOLVED: "recorded as unresolved",
        },
    ),
    _sides,
)


def settle_by(session: Session, escalation: Escalation | Live, later: Later = meetings_after) -> date | None:
    """At its level.  None: at the next meeting, and none is planned."""
    days, since = LADDER[escalation.level].days, local_day(escalation.level_since)
    if days is not None:
        return working_days_after(since, days)
    return _meeting(session, escalation, 1, later)


def climbs_on(session: Session, escalation: Escalation | Live, later: Later = meetings_after) -> date | None:
    """By the clock.  None: it does not, or waits for a meeting that nobody has planned yet."""
    rung, since = LADDER[escalation.level], local_day(escalation.level_since)
    if rung.on_after_days:
        return working_days_after(since, rung.on_after_days)
    return _meeting(session, escalation, rung.on_after_meetings, later) if rung.on_after_meetings else None


def _meeting(session: Session, escalation: Escalation | Live, nth: int, meetings: Later) -> date | None:
    """The day of a later meeting: one on the very day on which it came to this level is too soon for anybody."""
    since = escalation.level_since
    days = (local_day(one) for one in meetings(session, escalation.partnership_id, since))
    later = [day for day in days if day > local_day(since)]
    return later[nth - 1] if len(later) >= nth else None


def what_next(session: Session, escalation: Escalation) -> str:
    """If nobody settles it."""
    if escalation.level == TOP:
        return "they record that it is unresolved"
    up = f"level {escalation.level + 1}, {LADDER[escalation.level + 1].who}"
    if on := climbs_on(session, escalation):
        return f"it goes to {up}, on {day_in_words(on)}"
    return f"whoever raised it or the coordinator can take it to {up}"


def object_by(escalation: Escalation | Live) -> date | None:
    return working_days_after(local_day(escalation.settled_at), OBJECT_WITHIN) if escalation.settled_at else None
