"""What another process left behind: claims go back, intents are unknown, and unknowns are asked about."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.losing import hold, turned_away
from bot.ports import Address, CannotTell, ChatPlatform, TryLater
from scheduler.outcomes import ATTEMPTS, NO_ANSWER
from storage.database import Sessions
from storage.queries.deliveries import deliveries_unknown, leases_run_out
from storage.records import Delivery, DeliveryState

log = logging.getLogger(__name__)

AT_ONCE = 10  # questions
HOLD = timedelta(minutes=10)  # until somebody is told that nobody knows: the platform may yet say


@dataclass(frozen=True)
class Unsure:
    """A delivery that may have arrived, and what is needed to ask."""

    id: int
    platform: str
    to: Address
    key: str
    since: datetime
    told: bool


def left_behind(sessions: Sessions, now: datetime) -> list[Unsure]:
    with sessions.begin() as session:
        for delivery in leases_run_out(session, DeliveryState.CLAIMED, now):
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.PENDING, None, None
        for delivery in leases_run_out(session, DeliveryState.SENDING, now):
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.AMBIGUOUS, None, None
        session.flush()
        return [_unsure(one) for one in deliveries_unknown(session) if one.account]


def _unsure(one: Delivery) -> Unsure:
    assert one.account  # noqa: S101 -- as its caller looked
    to = Address(one.account.tenant, one.account.user)
    return Unsure(one.id, one.account.platform, to, one.letter or one.once, one.due_at, bool(one.reason))


class Asking:
    """Several at once, within the pace: whoever has to wait is asked in another round."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions, self.room = sessions, asyncio.Semaphore(AT_ONCE)

    async def ask(self, unsure: Unsure, platform: ChatPlatform, now: datetime) -> None:
        async with self.room:
            if not platform.pace.question(unsure.to.tenant, unsure.to.user, now):
                return
            try:
                sent_as = await platform.find(unsure.to, unsure.key, unsure.since)
            except CannotTell:
                if not unsure.told:
                    await asyncio.to_thread(_hold, self.sessions, unsure.id, now)
                return
            except TryLater as later:
                if later.of:
                    platform.pace.hold(later.of, unsure.to.tenant, now + later.after)
                return
            except Exception as error:
                log.error("asking about delivery %s failed: %s", unsure.id, type(error).__name__)
                return
        await asyncio.to_thread(_resolve, self.sessions, unsure.id, sent_as, now)


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
