"""The only code that empties the outbox: claim, mean to send, send, settle (RELIABILITY.md 1), within the pace (4)."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.kit.worktime import local_day
from bot.ports import Address, ChatPlatform, TryLater, Undeliverable, Unknown
from bot.readers import routes_of
from bot.writing import Letter, Routes, daily_readers, in_letters, told_today, write_letters
from scheduler.outcomes import Busy, Never, NobodyKnows, NotNow, Outcome, Sent, record
from scheduler.recovering import Asking, Unsure, left_behind
from scheduler.together import Together
from storage.database import Sessions
from storage.queries.daily import due_beside
from storage.queries.deliveries import Due, claim, deliveries_held, take
from storage.queries.shards import Shard, holds_shard, move_claims
from storage.queries.ways import Way
from storage.records import Delivery, DeliveryState, Haste

log = logging.getLogger(__name__)

BATCH = 50  # claimed in one transaction
IN_HAND = 2 * BATCH  # of one haste: claimed, and not settled yet
LOOK_AGAIN = 0.5  # seconds, for what is more urgent than what is under way
WRITTEN = 10  # in one transaction: it is a long one, and on SQLite nobody else writes meanwhile
LEASE = timedelta(minutes=2)
NOWHERE = Address("", "")
Platforms = Mapping[str, ChatPlatform]
Now = Callable[[], datetime]
Some = TypeVar("Some", Due, Delivery)


@dataclass(frozen=True)
class Claimed:
    """Deliveries that travel together, and where they would go now; the last word comes with the intent."""

    ids: tuple[int, ...]
    haste: Haste
    platform: str
    to: Address


@dataclass(frozen=True)
class Share:
    """Of the outbox, where several processes empty it: one shard, and which of them holds it now."""

    shard: Shard
    by: str


async def deliver_due(
    sessions: Sessions,
    platforms: Platforms,
    clock: Now,
    stopping: Callable[[], bool] = lambda: False,
    share: Share | None = None,
) -> int:
    """Send what is due and may go now, until nothing is left.  Returns how many letters went out.

    What its pace holds back is due again when it may go.  Once `stopping`, what is under way is finished, and what is
    only claimed goes back.
    """
    return await Round(sessions, platforms, clock, stopping, share).run()


class Round:
    """A round may take long, so it asks the clock anew for each letter: a lease that began with it would run out."""

    def __init__(
        self,
        sessions: Sessions,
        platforms: Platforms,
        clock: Now,
        stopping: Callable[[], bool],
        share: Share | None = None,
    ) -> None:
        self.sessions, self.platforms, self.clock, self.stopping = sessions, platforms, clock, stopping
        self.share, self.shard = share, share.shard if share else None
        self.owner = uuid4().hex
        self.rooms = {name: asyncio.Semaphore(one.pace.at_once) for name, one in platforms.items()}
        self.under_way: dict[asyncio.Task[int], Haste | None] = {}
        self.intend = Together(self._intend, WRITTEN)
        self.settle = Together(self._settle, BATCH)

    async def run(self) -> int:
        sent = 0
        unsure = await asyncio.to_thread(left_behind, self.sessions, self.clock(), self.shard)
        self.under_way[asyncio.create_task(self._ask(unsure))] = None
        while await self._take_some() or self.under_way:
            sent += await self._many_are_done()
        return sent

    async def _take_some(self) -> bool:
        """As many as may be in hand; False: nothing is due."""
        try:
            claimed = [] if self.stopping() else await asyncio.to_thread(self._claim, self.clock())
        except Exception:
            if not self.under_way:
                raise
            return False  # whatever is under way is seen through first
        for letter in claimed:
            self.under_way[asyncio.create_task(self._deliver(letter))] = letter.haste
        return bool(claimed)

    async def _many_are_done(self) -> int:
        """Half a batch, or what it is when it is time to look again: looking must not cost more than sending."""
        sent, enough = 0, len(self.under_way) - BATCH // 2
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN):
                while self.under_way and len(self.under_way) > enough:
                    sent += await self._some_are_done()
        return sent

    async def _some_are_done(self) -> int:
        done, _ = await asyncio.wait(self.under_way, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            del self.under_way[task]
        return sum(task.result() for task in done)

    async def _ask(self, unsure: Sequence[Unsure]) -> int:
        now, asking = self.clock(), Asking(self.sessions)
        asked = [(one, self.platforms[one.platform]) for one in unsure if one.platform in self.platforms]
        await asyncio.gather(*(asking.ask(one, platform, now) for one, platform in asked))
        return 0

    # --- one letter ---

    async def _deliver(self, claimed: Claimed) -> int:
        try:
            async with self._room(claimed.platform):
                return await self._in_turn(claimed)
        except Exception as error:  # of the database: what was done about it is found when its lease has run out
            log.error("delivery %s is left as it is: %s", claimed.ids[0], type(error).__name__)
            return 0

    def _room(self, platform: str) -> AbstractAsyncContextManager[object]:
        return self.rooms.get(platform) or nullcontext()

    async def _in_turn(self, claimed: Claimed) -> int:
        now = self.clock()
        at = self._may_go(claimed, now)
        if at > now or self.stopping():
            await self.settle(NotNow(claimed.ids, DeliveryState.CLAIMED, at))
            return 0
        letter = await self.intend(claimed.ids)
        if letter is None:
            return 0
        outcome = await self._outcome(letter, now + LEASE)
        await self.settle(outcome)
        return int(isinstance(outcome, Sent))

    def _may_go(self, claimed: Claimed, now: datetime) -> datetime:
        platform = self.platforms.get(claimed.platform)
        return platform.pace.letter(claimed.to.tenant, claimed.to.user, now, claimed.haste) if platform else now

    async def _outcome(self, letter: Letter, before: datetime) -> Outcome:
        if self.clock() >= before:  # another postman may hold it already, and nothing has been called yet
            return NotNow(letter.ids, DeliveryState.SENDING, None)
        try:
            return Sent(letter.ids, sent_as=await self._send(letter), sent_at=self.clock())
        except TryLater as later:
            return self._busy(letter, later)
        except Undeliverable as lost:
            return Never(letter.ids, str(lost))
        except Unknown:
            return NobodyKnows(letter.ids)
        except Exception as error:  # whatever nobody foresaw: it may have arrived
            log.error("sending delivery %s failed: %s", letter.ids[0], type(error).__name__)
            return NobodyKnows(letter.ids)

    async def _send(self, letter: Letter) -> str:
        platform = self.platforms.get(letter.platform)
        if platform is None:
            raise Undeliverable("the place where they read messages is not connected")
        return await platform.send(letter.to, letter.message, letter.key)

    def _busy(self, letter: Letter, later: TryLater) -> Busy:
        until = self.clock() + later.after
        if later.of:
            self.platforms[letter.platform].pace.hold(later.of, letter.to.tenant, until)
        return Busy(letter.ids, until)

    # --- several in one transaction ---

    def _claim(self, now: datetime) -> list[Claimed]:
        in_hand = Counter(self.under_way.values())
        with self.sessions.begin() as session:
            if self.share and not holds_shard(session, self.share.shard, self.share.by):
                return []  # it was thought to be dead, and somebody else sends there now
            return [
                letter
                for haste in Haste
                if in_hand[haste] <= IN_HAND - BATCH
                for letter in self._claim_some(session, haste, now)
            ]

    def _claim_some(self, session: Session, haste: Haste, now: datetime) -> list[Claimed]:
        shard = self.shard.name if self.shard else None
        found = claim(session, haste, self.owner, now, now + LEASE, BATCH, shard)
        routes = routes_of(session, found, now) if found else {}
        if readers := daily_readers(found, routes):
            more = self._claim_beside(session, readers, now)
            found, routes = [*found, *more], {**routes, **routes_of(session, more, now)}
        due = self._here(session, found, routes)
        order = {delivery.id: place for place, delivery in enumerate(due)}
        letters = sorted(in_letters(due, routes), key=lambda ids: order[ids[0]])
        return [_claimed(ids, haste, routes[ids[0]].way) for ids in letters]

    def _claim_beside(self, session: Session, readers: set[int], now: datetime) -> list[Due]:
        """Whatever else belongs into the letter that one of them gets today, however many were claimed before it."""
        due = due_beside(session, readers, local_day(now), now)
        routes = routes_of(session, due, now)
        mine = [one.id for one in due if (way := routes[one.id].way) and way.person_id in readers]
        return take(session, mine, self.owner, now + LEASE)

    def _intend(self, letters: Sequence[tuple[int, ...]]) -> list[Letter | None]:
        """Committed before the calls, so that a crash in between is known and never guessed at."""
        now = self.clock()
        with self.sessions.begin() as session:
            held = {one.id: one for one in deliveries_held(session, list(chain(*letters)), self.owner)}
            routes = routes_of(session, list(held.values()), now)
            here = {one.id: one for one in self._here(session, list(held.values()), routes)}
            told = told_today(session, here.values(), routes, now)
            groups = [_together([here[id_] for id_ in ids if id_ in here], routes) for ids in letters]
            return write_letters(session, groups, routes, told, now, now + LEASE)

    def _here(self, session: Session, claimed: Sequence[Some], routes: Routes) -> Sequence[Some]:
        """Without those that go to another shard by now: whoever holds that one sends them."""
        if self.shard is None:
            return claimed
        elsewhere = {one.id: at for one in claimed if (at := Shard.of(routes[one.id].way)) != self.shard}
        move_claims(session, self.owner, elsewhere)
        return [one for one in claimed if one.id not in elsewhere]

    def _settle(self, outcomes: Sequence[Outcome]) -> Sequence[None]:
        with self.sessions.begin() as session:
            record(session, self.owner, outcomes, self.clock())
        return [None] * len(outcomes)


def _claimed(ids: Sequence[int], haste: Haste, way: Way | None) -> Claimed:
    return Claimed(tuple(ids), haste, way.platform if way else "", Address(way.tenant, way.user) if way else NOWHERE)


def _together(held: Sequence[Delivery], routes: Routes) -> list[Delivery]:
    """Those that still have one reader: a post may have passed to somebody else since the claim."""
    first = in_letters(held, routes)[0] if held else []
    for delivery in held:
        if delivery.id not in first:
            delivery.state, delivery.owner, delivery.leased_until = DeliveryState.PENDING, None, None
    return [delivery for delivery in held if delivery.id in first]
