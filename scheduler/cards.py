"""Bringing messages up to date where they stand, on whatever platform they were sent to."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.cards import as_of_now
from bot.kit.messages import Message
from bot.ports import Address, TryLater, Undeliverable
from bot.posted import TRIES, is_posted, not_removed, removed
from scheduler.postman import Now, Platforms
from storage.database import Sessions
from storage.queries.cards import ANYBODYS, ON_ITS_WAY, cards_due, settle_card, states_of
from storage.queries.shards import Shard
from storage.records import DeliveryState, StaleCard

log = logging.getLogger(__name__)

BATCH, ATTEMPTS = 50, 8
LEASE = timedelta(minutes=2)
LOOK_AGAIN = timedelta(seconds=30)  # at what is on its way
PAUSES = (timedelta(minutes=30), timedelta(hours=6))  # before details are tried to be taken away again
NO_PLATFORM = "the bot does not write there any more"
NO_ANSWER = "there was no answer"
NOT_DRAWN = "we could not write what is to stand there"


@dataclass(frozen=True)
class Card:
    """A message, what it should show now, and by when this process has to have done it."""

    letter: str
    account_id: int
    platform: str
    to: Address
    sent_as: str
    message: Message
    until: datetime
    attempts: int


async def refresh_cards(sessions: Sessions, platforms: Platforms, clock: Now, shard: Shard | None = None) -> None:
    """Until none is left that is due: everywhere, or in one shard."""
    while cards := await asyncio.to_thread(_claim, sessions, clock(), shard):
        for card in cards:
            await _refresh(sessions, platforms, card, clock)


def _claim(sessions: Sessions, now: datetime, shard: Shard | None) -> list[Card]:
    """Put off for as long as a lease lasts: another process leaves them alone, and a killed one loses nothing."""
    with sessions.begin() as session:
        due = cards_due(session, now, BATCH, shard.accounts if shard else ANYBODYS)
        for stale in due:
            stale.due_at, stale.attempts = now + LEASE, stale.attempts + 1
        return [card for stale in due if (card := _alone(session, stale, now))]


def _alone(session: Session, stale: StaleCard, now: datetime) -> Card | None:
    """One that cannot be drawn anew holds up no other, and is let go after as many attempts as any."""
    try:
        with session.begin_nested():
            return _card(session, stale, now)
    except Exception as error:
        log.error("a message cannot be drawn anew: %s", type(error).__name__)
        if stale.attempts >= ATTEMPTS:
            session.delete(stale)
            not_removed(session, stale.letter, NOT_DRAWN, now)
        return None


def _card(session: Session, stale: StaleCard, now: datetime) -> Card | None:
    if not is_posted(stale.letter) and not _stands(session, stale, now):
        return None
    account = stale.account
    return Card(
        *(stale.letter, account.id, account.platform, Address(account.tenant, account.user)),
        *(*as_of_now(session, stale, now), stale.due_at, stale.attempts),
    )


def _stands(session: Session, stale: StaleCard, now: datetime) -> bool:
    """What is on its way is looked at again.  What never arrived is let go: if it goes again, it is written anew."""
    states = states_of(session, stale.letter, stale.account_id)
    if DeliveryState.SENT in states:
        return True
    if states & ON_ITS_WAY:
        stale.due_at, stale.attempts = now + LOOK_AGAIN, stale.attempts - 1
    else:
        session.delete(stale)
    return False


async def _refresh(sessions: Sessions, platforms: Platforms, card: Card, clock: Now) -> None:
    platform, now = platforms.get(card.platform), clock()
    if platform is None:
        await asyncio.to_thread(_give_up, sessions, card, NO_PLATFORM, now)
        return
    at = platform.pace.change(card.to.tenant, card.to.user, now)
    if at > now:
        await asyncio.to_thread(_wait, sessions, card, at)
        return
    try:
        await platform.update(card.to, card.sent_as, card.message)
    except TryLater as later:
        until = clock() + later.after
        platform.pace.hold(later.of, card.to.tenant, until)
        await asyncio.to_thread(_put_off, sessions, card, until, clock())
    except Undeliverable as gone:  # a card that nobody can see misleads nobody
        log.info("a message is not there to be brought up to date: %s", type(gone).__name__)
        await asyncio.to_thread(_give_up, sessions, card, str(gone), clock())
    except Exception as error:  # Unknown, and whatever nobody foresaw: again, when the lease runs out
        log.warning("a message could not be brought up to date: %s", type(error).__name__)
        await asyncio.to_thread(_put_off, sessions, card, card.until, clock())
    else:
        await asyncio.to_thread(_settle, sessions, card, clock())


def _settle(sessions: Sessions, card: Card, now: datetime) -> None:
    with sessions.begin() as session:
        if settle_card(session, card.letter, card.account_id, card.until):
            removed(session, card.letter, now)


def _give_up(sessions: Sessions, card: Card, reason: str, now: datetime) -> None:
    """Of details that still stand there a person has to hear."""
    with sessions.begin() as session:
        if settle_card(session, card.letter, card.account_id, card.until):
            not_removed(session, card.letter, reason, now)


def _put_off(sessions: Sessions, card: Card, until: datetime, now: datetime) -> None:
    """Each time a little later still, as a letter: a platform may be down for hours."""
    if card.attempts >= (TRIES if is_posted(card.letter) else ATTEMPTS):
        log.error("a message was not brought up to date after %s attempts", card.attempts)
        _give_up(sessions, card, NO_ANSWER, now)
        return
    pause = PAUSES[card.attempts - 1] if is_posted(card.letter) else timedelta(minutes=2**card.attempts - 2)
    with sessions.begin() as session:
        _due(session, card, until + pause)


def _wait(sessions: Sessions, card: Card, until: datetime) -> None:
    """It was no attempt."""
    with sessions.begin() as session:
        if stale := _due(session, card, until):
            stale.attempts -= 1


def _due(session: Session, card: Card, at: datetime) -> StaleCard | None:
    """None: it changed again, or somebody else has it."""
    stale = session.get(StaleCard, (card.letter, card.account_id))
    if stale is None or stale.due_at != card.until:
        return None
    stale.due_at = at
    return stale
