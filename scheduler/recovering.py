"""What another process left behind: claims go back, intents are unknown, and unknowns are asked about."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from bot.losing import hold, repeat, turned_away
from bot.ports import Address, CannotTell, ChatPlatform, TryLater, Unknown
from scheduler.outcomes import ATTEMPTS, NO_ANSWER, Ids
from storage.database import Sessions
from storage.queries.claims import leases_run_out
from storage.queries.deliveries import deliveries_unknown
from storage.queries.shards import Shard
from storage.records import Account, Delivery, DeliveryState

log = logging.getLogger(__name__)

AT_ONCE = 10  # questions
TAKEN_WITHIN = timedelta(minutes=1)  # we give up a call after ten seconds: the platform may still be taking it then
HOLD = timedelta(minutes=10)  # until somebody is told that nobody knows: the platform may yet say


@dataclass(frozen=True)
class Unsure:
    """A letter that may have arrived, the deliveries in it, and what is needed to ask."""

    ids: tuple[int, ...]
    platform: str
    to: Address
    key: str
    since: datetime
    told: bool


def left_behind(sessions: Sessions, now: datetime, shard: Shard | None = None) -> list[Unsure]:
    """What there is to ask: everywhere, or in one shard."""
    with sessions.begin() as session:
        for delivery in leases_run_out(session, DeliveryState.CLAIMED, now):
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.PENDING, None, None
        for delivery in leases_run_out(session, DeliveryState.SENDING, now):
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.AMBIGUOUS, None, None
        session.flush()
        ours = [one for one in deliveries_unknown(session) if _is_in(shard, one.account) and _is_over(one, now)]
        known = sorted(ours, key=_letter)
        return [_unsure(list(group)) for _, group in groupby(known, key=_letter)]


def _is_in(shard: Shard | None, account: Account | None) -> bool:
    return account is not None and shard in (None, Shard(account.platform, account.tenant))


def _is_over(one: Delivery, now: datetime) -> bool:
    """A platform that is asked while it takes a message says that it has none, and it would be sent twice."""
    return not one.meant_at or one.meant_at + TAKEN_WITHIN <= now


def _letter(one: Delivery) -> tuple[str, int]:
    return one.letter or one.once, one.account_id or 0


def _unsure(group: Sequence[Delivery]) -> Unsure:
    account = group[0].account
    assert account  # noqa: S101 -- as its caller looked
    ids, since = tuple(one.id for one in group), min(one.due_at for one in group)
    to, told = Address(account.tenant, account.user), all(one.reason for one in group)
    return Unsure(ids, account.platform, to, _letter(group[0])[0], since, told)


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
            except (CannotTell, Unknown) as silent:
                if not unsure.told:
                    never = isinstance(silent, CannotTell)
                    await asyncio.to_thread(_hold, self.sessions, unsure.ids, now, never_known=never)
                return
            except TryLater as later:
                if later.of:
                    platform.pace.hold(later.of, unsure.to.tenant, now + later.after)
                return
            except Exception as error:
                log.error("asking about delivery %s failed: %s", unsure.ids[0], type(error).__name__)
                return
        await asyncio.to_thread(_resolve, self.sessions, unsure.ids, sent_as, now)


def _hold(sessions: Sessions, ids: Ids, now: datetime, *, never_known: bool) -> None:
    """A platform that only gives no answer now is asked again, and nothing goes a second time before it has said."""
    with sessions.begin() as session:
        for delivery in _still_unknown(session, ids):
            held_for_long = not delivery.reason and delivery.due_at + HOLD <= now
            if held_for_long and not (never_known and repeat(delivery, now)):
                hold(session, delivery)


def _resolve(sessions: Sessions, ids: Ids, sent_as: str | None, now: datetime) -> None:
    """All at once, so that they travel together again."""
    with sessions.begin() as session:
        for delivery in _still_unknown(session, ids):
            _resolve_one(session, delivery, sent_as, now)


def _still_unknown(session: Session, ids: Ids) -> list[Delivery]:
    found = [session.get_one(Delivery, one, with_for_update=True) for one in ids]
    return [one for one in found if one.state is DeliveryState.AMBIGUOUS]


def _resolve_one(session: Session, delivery: Delivery, sent_as: str | None, now: datetime) -> None:
    if sent_as:
        delivery.state, delivery.sent_as, delivery.sent_at, delivery.reason = DeliveryState.SENT, sent_as, now, None
    elif delivery.attempts >= ATTEMPTS:
        turned_away(session, delivery, NO_ANSWER, now)
    else:
        delivery.state, delivery.due_at, delivery.reason = DeliveryState.PENDING, now, None
