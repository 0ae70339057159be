"""The only code that empties the outbox: claim, write and mean to send, send, settle (RELIABILITY.md 1)."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.losing import hold, turned_away
from bot.ports import Address, CannotTell, ChatPlatform, TryLater, Undeliverable, Unknown
from bot.writing import Letter, in_letters, write_letter
from storage.database import Sessions
from storage.queries.deliveries import deliveries_due, deliveries_held, deliveries_unknown, leases_run_out, settle
from storage.records import Delivery, DeliveryState

log = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)
ATTEMPTS = 8
NO_ANSWER = "the place where they read messages did not answer"
HOLD = timedelta(minutes=10)  # until somebody is told that nobody knows: the platform may yet say
Platforms = Mapping[str, ChatPlatform]
Now = Callable[[], datetime]


async def deliver_due(sessions: Sessions, platforms: Platforms, clock: Now) -> int:
    """Send what is due, until nothing is left.  Returns how many letters went out.

    A round may take long, so it asks the clock anew for each letter: a lease that began with the round would run out.
    """
    owner, sent = uuid4().hex, 0
    await _recover(sessions, platforms, clock())
    while letters := await asyncio.to_thread(_claim, sessions, owner, clock()):
        for ids in letters:
            if letter := await asyncio.to_thread(_intend, sessions, ids, owner, clock()):
                sent += await _send(sessions, platforms, letter, owner, clock)
    return sent


def _claim(sessions: Sessions, owner: str, now: datetime) -> list[list[int]]:
    with sessions.begin() as session:
        due = deliveries_due(session, now, BATCH)
        for delivery in due:
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.CLAIMED, owner, now + LEASE
        return in_letters(session, due, now)


def _intend(sessions: Sessions, ids: list[int], owner: str, now: datetime) -> Letter | None:
    """Committed before the call, so that a crash in between is known and never guessed at."""
    with sessions.begin() as session:
        held = _together(session, deliveries_held(session, ids, owner), now)
        for delivery in held:
            delivery.attempts += 1
            delivery.leased_until = now + LEASE
        return write_letter(session, held, now) if held else None


def _together(session: Session, held: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Those that still have one reader: a post may have passed to somebody else since the claim."""
    first = in_letters(session, held, now)[0] if held else []
    for delivery in held:
        if delivery.id not in first:
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.PENDING, None, None
    return [delivery for delivery in held if delivery.id in first]


async def _send(sessions: Sessions, platforms: Platforms, letter: Letter, owner: str, clock: Now) -> int:
    platform = platforms.get(letter.platform)
    try:
        if platform is None:
            raise Undeliverable("the place where they read messages is not connected")
        sent_as = await platform.send(letter.to, letter.message, letter.key)
    except TryLater as later:
        await asyncio.to_thread(_put_off, sessions, letter, owner, later.after, clock())
    except Undeliverable as lost:
        await asyncio.to_thread(_give_up, sessions, letter, owner, str(lost), clock())
    except Exception as error:  # Unknown, and whatever nobody foresaw: it may have arrived
        if not isinstance(error, Unknown):
            log.error("sending delivery %s failed: %s", letter.ids[0], type(error).__name__)
        await asyncio.to_thread(_settle, sessions, letter, owner, DeliveryState.AMBIGUOUS)
    else:
        await asyncio.to_thread(_settle, sessions, letter, owner, DeliveryState.SENT, sent_at=clock(), sent_as=sent_as)
        return 1
    return 0


def _settle(sessions: Sessions, letter: Letter, owner: str, state: DeliveryState, **changes: object) -> None:
    with sessions.begin() as session:
        settle(session, letter.ids, owner, state, **changes)


def _put_off(sessions: Sessions, letter: Letter, owner: str, after: timedelta, now: datetime) -> None:
    """Try again later, each time a little later still; after the last attempt, give that account up."""
    with sessions.begin() as session:
        tried = session.get_one(Delivery, letter.ids[0]).attempts
    if tried >= ATTEMPTS:
        _give_up(sessions, letter, owner, NO_ANSWER, now)
        return
    later = now + after + timedelta(minutes=2**tried - 2)
    _settle(sessions, letter, owner, DeliveryState.PENDING, due_at=later)


def _give_up(sessions: Sessions, letter: Letter, owner: str, reason: str, now: datetime) -> None:
    with sessions.begin() as session:
        if settle(session, letter.ids, owner, DeliveryState.FAILED):
            for delivery_id in letter.ids:
                turned_away(session, session.get_one(Delivery, delivery_id), reason, now)


async def _recover(sessions: Sessions, platforms: Platforms, now: datetime) -> None:
    """What another process left behind: claims go back, intents are unknown, and unknowns are asked about."""
    for letter in await asyncio.to_thread(_left_behind, sessions, now):
        platform = platforms.get(letter[1])
        if platform is None:
            continue
        try:
            sent_as = await platform.find(letter[2], letter[3], letter[4])
        except CannotTell:
            if not letter[5]:
                await asyncio.to_thread(_hold, sessions, letter[0], now)
            continue
        except TryLater:
            continue
        except Exception as error:
            log.error("asking about delivery %s failed: %s", letter[0], type(error).__name__)
            continue
        await asyncio.to_thread(_resolve, sessions, letter[0], sent_as, now)


def _left_behind(sessions: Sessions, now: datetime) -> list[tuple[int, str, Address, str, datetime, bool]]:
    with sessions.begin() as session:
        for delivery in leases_run_out(session, DeliveryState.CLAIMED, now):
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.PENDING, None, None
        for delivery in leases_run_out(session, DeliveryState.SENDING, now):
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.AMBIGUOUS, None, None
        session.flush()
        return [
            (
                one.id,
                one.account.platform,
                Address(one.account.tenant, one.account.user),
                one.letter or one.once,
                one.due_at,
                bool(one.reason),
            )
            for one in deliveries_unknown(session)
            if one.account
        ]


def _hold(sessions: Sessions, delivery_id: int, now: datetime) -> None:
    with sessions.begin() as session:
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.state is DeliveryState.AMBIGUOUS and not delivery.reason and delivery.due_at + HOLD <= now:
            hold(session, delivery)


def _resolve(sessions: Sessions, delivery_id: int, sent_as: str | None, now: datetime) -> None:
    with sessions.begin() as session:
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.state is not DeliveryState.AMBIGUOUS:
            return
        if sent_as:
            delivery.state, delivery.sent_as, delivery.sent_at, delivery.reason = DeliveryState.SENT, sent_as, now, None
        elif delivery.attempts >= ATTEMPTS:
            turned_away(session, delivery, NO_ANSWER, now)
        else:
            delivery.state, delivery.due_at, delivery.reason = DeliveryState.PENDING, now, None
