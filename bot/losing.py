"""What did not arrive goes another way, and where none is left the coordinators hear of it (RELIABILITY.md 1)."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from bot.kinds import REPEATS
from bot.kit.worktime import local_day, next_opening
from bot.outbox import owe
from bot.readers import route_of
from storage.queries.deliveries import borough_of
from storage.queries.people import coordinators_of, post_is_held
from storage.queries.ways import Way, tried_in_vain
from storage.records import Account, Delivery, DeliveryState, Tried

log = logging.getLogger(__name__)

NEWS = {"not_delivered", "held"}  # of a loss: news of a loss that is lost itself would go round in circles
MORNINGS = 10  # on which such news is tried: after two weeks nobody is shown what it is about
HELD = "we do not know whether it arrived"
LONGEST_REASON = 200  # characters, as its column


def turned_away(session: Session, delivery: Delivery, reason: str, now: datetime) -> None:
    """It will never arrive on that account: the next way is taken at once."""
    assert delivery.account_id  # noqa: S101 -- it was sent there
    in_vain(session, delivery, delivery.account_id, reason, now)
    if route_of(session, delivery, now).way:
        begin_anew(delivery)
    else:
        nobody_left(session, delivery, now)


def in_vain(session: Session, delivery: Delivery, account_id: int, reason: str, now: datetime) -> Tried:
    reason = reason[:LONGEST_REASON]
    tried = Tried(delivery_id=delivery.id, account_id=account_id, round=delivery.round, at=now, reason=reason)
    session.add(tried)
    session.flush()
    return tried


def begin_anew(delivery: Delivery) -> None:
    delivery.attempts, delivery.reason, delivery.waits_since = 0, None, None
    let_go(delivery, DeliveryState.PENDING)


def shut_out(session: Session, delivery: Delivery, now: datetime) -> None:
    """For hours nothing has got through to anybody where it goes.  Whatever leads elsewhere is taken; if nothing does,
    it goes on waiting, and the coordinators hear of it.
    """
    passed, way = [], route_of(session, delivery, now).way
    while way and way.account_id and _is_there(way, delivery.account):
        passed.append(in_vain(session, delivery, way.account_id, delivery.reason or "", now))
        way = route_of(session, delivery, now).way
    if way and not _is_there(way, delivery.account):
        begin_anew(delivery)
        return
    for tried in passed:
        session.delete(tried)
    if delivery.kind not in NEWS:
        _tell(session, delivery, "not_delivered", once=f"{delivery.about_version}:waits")


def _is_there(way: Way, account: Account | None) -> bool:
    return account is not None and (way.platform, way.tenant) == (account.platform, account.tenant)


def nobody_left(session: Session, delivery: Delivery, now: datetime) -> None:
    """News of a loss is tried again, until somebody reads it: all ways may be open by then."""
    if delivery.kind in NEWS and delivery.round < MORNINGS:
        log.warning("delivery %s (%s) reached no coordinator: it goes again in the morning", delivery.id, delivery.kind)
        begin_anew(delivery)
        delivery.due_at, delivery.round = next_opening(now), delivery.round + 1
        return
    tried = [one.reason for one in tried_in_vain(session, delivery) if one.round == delivery.round]
    lost(session, delivery, "; ".join(dict.fromkeys(tried)) or _why_nobody(session, delivery, now))


def _why_nobody(session: Session, delivery: Delivery, now: datetime) -> str:
    if delivery.post_id and not post_is_held(session, delivery.post_id, local_day(now), deputy=delivery.to_deputy):
        return "there is no deputy" if delivery.to_deputy else "nobody holds this post"
    return "they have not joined yet"


def repeat(delivery: Delivery, now: datetime) -> bool:
    """Sent, and no answer, and nobody can be asked: once, what harms more when it is lost than when it comes twice is
    sent again, and says so.
    """
    again = delivery.kind in REPEATS and not delivery.repeated
    if not again or (delivery.expires_at and delivery.expires_at <= now):
        return False
    delivery.repeated, delivery.due_at = True, now
    let_go(delivery, DeliveryState.PENDING)
    return True


def hold(session: Session, delivery: Delivery) -> None:
    """Nobody knows, and sending it again might be once too often: a person decides."""
    delivery.reason = HELD
    _tell(session, delivery, "held")


def let_go(delivery: Delivery, state: DeliveryState) -> None:
    delivery.state, delivery.owner, delivery.leased_until = state, None, None


def lost(session: Session, delivery: Delivery, reason: str, state: DeliveryState = DeliveryState.FAILED) -> None:
    delivery.reason = reason[:LONGEST_REASON]
    let_go(delivery, state)
    _tell(session, delivery, "not_delivered")


def _tell(session: Session, delivery: Delivery, kind: str, once: str = "") -> None:
    """The coordinators of that borough are owed the news, once a day for each thing it was about, since it may be lost
    again in a reminder; and once more for each time that one of them sent it again.  What is lost together, they are
    told in one message.
    """
    borough = borough_of(session, delivery)
    if borough is None or delivery.kind in NEWS:
        log.error("delivery %s (%s) is lost and there is nobody to tell", delivery.id, delivery.kind)
        return
    version, day = delivery.about_version, local_day(delivery.due_at)
    once = once or (f"{version}:{delivery.id}:{delivery.round}" if delivery.round else f"{version}:{day}")
    for post in coordinators_of(session, borough):
        owe(session, kind, post, about=delivery.about, version=version, at=delivery.due_at, once=once)
