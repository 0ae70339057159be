"""What is owed about escalations, in words on the day it is sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.features.escalations.notices import EscalationDue, EscalationEnded, EscalationMoved, EscalationsMoved
from bot.features.escalations.saying import instead, line_of
from bot.kit.lifecycle import Party
from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from bot.lifecycles.escalation import ENDED, ESCALATION, MOVED, object_by
from bot.tables import Owed
from storage.queries.escalations import TOP, escalation_named
from storage.queries.people import holder_of
from storage.records import Delivery, Escalation, EscalationState

SHOWN = 8  # in one message


def _as_told(session: Session, delivery: Delivery, now: datetime) -> Escalation | None:
    """Unless it went on since, or its reader did this themselves and was answered."""
    escalation = escalation_named(session, delivery.about)
    if escalation is None or escalation.version != delivery.about_version:
        return None
    holder = holder_of(session, delivery.post_id, local_day(now)) if delivery.post_id else None
    own = holder is not None and holder.id == escalation.changed_by_id
    return None if own else escalation


def _is(session: Session, escalation: Escalation, delivery: Delivery, *parties: Party) -> bool:
    sides = (side for party in parties for side in ESCALATION.sides(session, escalation, party))
    return any(side.id == delivery.post_id for side in sides)


def _moved(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    escalation = _as_told(session, delivery, now)
    if escalation is None or escalation.state is not EscalationState.OPEN or delivery.post is None:
        return None
    yours = _is(session, escalation, delivery, Party.LEVEL)
    knows = yours or _is(session, escalation, delivery, Party.COORDINATOR)
    climbs = escalation.level < TOP and _is(session, escalation, delivery, Party.RAISER, Party.COORDINATOR)
    return EscalationMoved(
        line_of(session, escalation),
        escalation.changed_how,
        escalation.changed_by_id is None,
        yours,
        climbs,
        instead(session, escalation) if knows else "",
        delivery.post.words,
        escalation.partnership.contact,
    )


def in_one(moved: Sequence[EscalationMoved]) -> Notice:
    newest = tuple({one.escalation.reference: one for one in moved}.values())
    if len(newest) == 1:
        return newest[0]
    posts = "; ".join(dict.fromkeys(one.post for one in newest))
    return EscalationsMoved(newest[:SHOWN], max(len(newest) - SHOWN, 0), posts, newest[0].contact)


def _ended(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    escalation = _as_told(session, delivery, now)
    if escalation is None:
        return None
    may = escalation.state is EscalationState.SETTLED and _is(session, escalation, delivery, Party.RAISER)
    by = object_by(escalation) if may else None
    return EscalationEnded(line_of(session, escalation), escalation.changed_how, by, escalation.partnership.contact)


def _due(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    escalation = escalation_named(session, delivery.about)
    if escalation is None or escalation.version != delivery.about_version or delivery.post is None:
        return None
    if escalation.state is not EscalationState.OPEN or not _is(session, escalation, delivery, Party.LEVEL):
        return None
    line = line_of(session, escalation)
    late = line.by is not None and line.by < local_day(now)
    return EscalationDue(line, late, delivery.post.words, escalation.partnership.contact)


OWED = (
    Owed(MOVED, _moved, merged=in_one),
    Owed(ENDED, _ended),
    Owed("escalation_due", _due),
    Owed("escalation_at_risk", _due),
)
