"""What is owed becomes words: who holds the post today, what is still true, and several reminders in one message."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from bot import dialogues
from bot.features import actions, directory, meetings, referrals, transfers, undelivered
from bot.kit.messages import STORED, Message, Notice
from bot.kit.worktime import next_opening
from bot.losing import let_go, lost, nobody_left
from bot.ports import Address
from bot.readers import Route
from bot.tables import Owed
from storage.levels import Classified, Level
from storage.queries.deliveries import Due
from storage.queries.ways import account_on
from storage.records import Delivery, DeliveryState

log = logging.getLogger(__name__)

OWED: dict[str, Owed] = {
    row.kind: row
    for row in (
        *referrals.OWED,
        *actions.OWED,
        *meetings.OWED,
        *transfers.OWED,
        *directory.OWED,
        *undelivered.OWED,
        *dialogues.OWED,
    )
}


@dataclass(frozen=True)
class Letter:
    """One message to one account, ready to send: it settles each of these deliveries."""

    ids: tuple[int, ...]
    platform: str
    to: Address
    message: Message
    key: str


Routes = Mapping[int, Route]
Written = Sequence[tuple[Delivery, Notice]]


def in_letters(deliveries: Sequence[Delivery | Due], routes: Routes) -> list[list[int]]:
    """Which deliveries travel together: reminders for one person become one message, all else goes alone."""

    def together(delivery: Delivery | Due) -> str:
        row, way = OWED.get(delivery.kind), routes[delivery.id].way
        return f"{delivery.kind} {way.person_id} {way.account_id}" if row and row.merged and way else f"{delivery.id}"

    return [[delivery.id for delivery in group] for _, group in groupby(sorted(deliveries, key=together), key=together)]


def write_letters(
    session: Session, groups: Sequence[Sequence[Delivery]], routes: Routes, now: datetime, until: datetime
) -> list[Letter | None]:
    """Settle who and what, and record on each delivery the intent to send it before `until`.

    None: there is nothing to send after all.  First all words, then all intents: so they are written in one statement.
    """
    words = [
        [(one, said) for one in group if (said := _written(session, one, routes[one.id], now))] for group in groups
    ]
    return [_letter(session, group, written, routes, now, until) for group, written in zip(groups, words, strict=True)]


def _letter(
    session: Session, group: Sequence[Delivery], written: Written, routes: Routes, now: datetime, until: datetime
) -> Letter | None:
    way = routes[written[0][0].id].way if written else None
    if way is None:
        for delivery, _ in written:
            nobody_left(session, delivery, now)
        return None
    row = OWED[written[0][0].kind]
    notices = [notice for _, notice in written]
    message = (row.merged(notices) if row.merged else notices[0]).message()
    key = group[0].once  # also if that one says nothing any more: known before anything is read
    account = account_on(session, way, now)
    for delivery, _ in written:
        delivery.state, delivery.account_id, delivery.letter = DeliveryState.SENDING, account, key
        delivery.attempts, delivery.leased_until = delivery.attempts + 1, until
        delivery.message = Classified(STORED.dump_python(message, mode="json"), Level.L1)
    ids = tuple(delivery.id for delivery, _ in written)
    return Letter(ids, way.platform, Address(way.tenant, way.user), message, key)


def _written(session: Session, delivery: Delivery, route: Route, now: datetime) -> Notice | None:
    """The words, or None if this delivery is late, waits for working time, is no longer true, or cannot be written."""
    row = OWED.get(delivery.kind)
    if delivery.expires_at and delivery.expires_at <= now:
        lost(session, delivery, "the meeting came first", DeliveryState.EXPIRED)
    elif row is None:
        lost(session, delivery, "this program does not know this kind of message")
    elif row.waits and route.works_at > now:
        _wait(delivery, now)
    else:
        return _in_words(session, delivery, row, now)
    return None


def _wait(delivery: Delivery, now: datetime) -> None:
    """Until tomorrow at most, however long they are away: there may be a deputy by then."""
    delivery.due_at = next_opening(now)
    let_go(delivery, DeliveryState.PENDING)


def _in_words(session: Session, delivery: Delivery, row: Owed, now: datetime) -> Notice | None:
    try:
        with session.begin_nested():
            notice = row.write(session, delivery, now)
            if notice:
                notice.message()
    except Exception as error:
        log.error("delivery %s (%s) cannot be written: %s", delivery.id, delivery.kind, type(error).__name__)
        lost(session, delivery, "we could not write the message")
        return None
    if notice is None:
        let_go(delivery, DeliveryState.SUPERSEDED)
    return notice
