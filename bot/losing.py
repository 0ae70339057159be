"""What did not arrive goes another way, and where none is left the coordinators hear of it (RELIABILITY.md 1)."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from bot.kit.worktime import local_day
from bot.outbox import owe
from bot.readers import route_of
from storage.queries.deliveries import borough_of
from storage.queries.people import coordinators_of, post_is_held
from storage.queries.ways import tried_in_vain
from storage.records import Delivery, DeliveryState, Tried

log = logging.getLogger(__name__)

NEWS = {"not_delivered", "held"}  # of a loss: news of a loss that is lost itself would go round in circles
HELD = "we do not know whether it arrived"
LONGEST_REASON = 200  # characters, as its column


def turned_away(session: Session, delivery: Delivery, reason: str, now: datetime) -> None:
    """It will never arrive on that account: the next way is taken at once."""
    assert delivery.account_id  # noqa: S101 -- it was sent there
    reason = reason[:LONGEST_REASON]
    session.add(
        Tried(delivery_id=delivery.id, account_id=delivery.account_id, round=delivery.round, at=now, reason=reason)
    )
    session.flush()
    if route_of(session, delivery, now).way:
        delivery.attempts, delivery.reason = 0, None
        let_go(delivery, DeliveryState.PENDING)
    else:
        nobody_left(session, delivery, now)


def nobody_left(session: Session, delivery: Delivery, now: datetime) -> None:
    tried = [one.reason for one in tried_in_vain(session, delivery) if one.round == delivery.round]
    lost(session, delivery, "; ".join(dict.fromkeys(tried)) or _why_nobody(session, delivery, now))


def _why_nobody(session: Session, delivery: Delivery, now: datetime) -> str:
    if delivery.post_id and not post_is_held(session, delivery.post_id, local_day(now), deputy=delivery.to_deputy):
        return "there is no deputy" if delivery.to_deputy else "nobody holds this post"
    return "they have not joined yet"


def hold(session: Session, delivery: Delivery) -> None:
    """Sent, and no answer, and nobody can be asked: sending it again might be once too often, so a person decides."""
    delivery.reason = HELD
    _tell(session, delivery, "held")


def let_go(delivery: Delivery, state: DeliveryState) -> None:
    delivery.state, delivery.owner, delivery.leased_until = state, None, None


def lost(session: Session, delivery: Delivery, reason: str, state: DeliveryState = DeliveryState.FAILED) -> None:
    delivery.reason = reason[:LONGEST_REASON]
    let_go(delivery, state)
    _tell(session, delivery, "not_delivered")


def _tell(session: Session, delivery: Delivery, kind: str) -> None:
    """The coordinators of that borough are owed the news, once for each thing it was about; and once more for each
    time that one of them sent it again.
    """
    borough = borough_of(session, delivery)
    if borough is None or delivery.kind in NEWS:
        log.error("delivery %s (%s) is lost and there is nobody to tell", delivery.id, delivery.kind)
        return
    version = delivery.about_version
    once = f"{version}:{delivery.id}:{delivery.round}" if delivery.round else ""
    for post in coordinators_of(session, borough):
        owe(session, kind, post, about=delivery.about, version=version, at=delivery.due_at, once=once)
