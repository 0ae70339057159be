"""The only code that empties the outbox: claim, mean to send, send, settle (RELIABILITY.md 1), within the pace (4)."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from datetime import datetime

from bot.ports import ChatPlatform, Down, TryLater, Undeliverable, Unknown
from bot.writing import Letter
from scheduler import claiming
from scheduler.claiming import BATCH, Claimed, Claims, Share
from scheduler.outcomes import Busy, Never, NobodyKnows, NotNow, Outcome, Sent, Shut
from scheduler.recovering import Asking, Unsure, left_behind
from scheduler.together import Together
from storage.database import Sessions
from storage.records import DeliveryState, Haste

log = logging.getLogger(__name__)

IN_HAND = 3 * BATCH  # of one haste: claimed, and not settled yet
LOOK_AGAIN = 0.5  # seconds, for what is more urgent than what is under way
WRITTEN = 20
Platforms = Mapping[str, ChatPlatform]
Now = Callable[[], datetime]


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
        self.claims = Claims(sessions, share)
        self.rooms = {name: asyncio.Semaphore(one.pace.at_once) for name, one in platforms.items()}
        self.under_way: dict[asyncio.Task[int], Haste | None] = {}
        self.intend: Together[tuple[int, ...], Letter | None] = Together(
            lambda letters: self.claims.intend(letters, clock()), WRITTEN
        )
        self.settle: Together[Outcome, None] = Together(lambda outcomes: self.claims.settle(outcomes, clock()), BATCH)

    async def run(self) -> int:
        sent = 0
        unsure = await asyncio.to_thread(left_behind, self.sessions, self.clock(), self.claims.shard)
        self.under_way[asyncio.create_task(self._ask(unsure))] = None
        while await self._take_some() or self.under_way:
            sent += await self._many_are_done()
        return sent

    async def _take_some(self) -> bool:
        """As many as may be in hand; False: nothing is due."""
        if self.stopping():
            return False
        try:
            claimed = await asyncio.to_thread(self.claims.claim, self._room_for(), self.clock())
        except Exception as error:
            if not self.under_way:
                raise
            log.warning("nothing more is claimed before what is under way is done: %s", type(error).__name__)
            return False
        for letter in claimed:
            self.under_way[asyncio.create_task(self._deliver(letter))] = letter.haste
        return bool(claimed)

    def _room_for(self) -> list[Haste]:
        in_hand = Counter(self.under_way.values())
        return [haste for haste in Haste if in_hand[haste] <= IN_HAND - BATCH]

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
                outcome = await self._in_turn(claimed)
            if outcome:
                await self.settle(outcome)
            return int(isinstance(outcome, Sent))
        except Exception as error:  # of the database: what was done about it is found when its lease has run out
            log.error("delivery %s is left as it is: %s", claimed.ids[0], type(error).__name__)
            return 0

    def _room(self, platform: str) -> AbstractAsyncContextManager[object]:
        return self.rooms.get(platform) or nullcontext()

    async def _in_turn(self, claimed: Claimed) -> Outcome | None:
        """None: there was nothing to send after all."""
        if self.stopping():
            return NotNow(claimed.ids, DeliveryState.CLAIMED, None)
        now = self.clock()
        at = self._may_go(claimed, now)
        if at > now:
            return NotNow(claimed.ids, DeliveryState.CLAIMED, at)
        try:
            letter = await self.intend(claimed.ids)
        finally:
            self._went(claimed)
        return await self._outcome(letter, now + claiming.LEASE) if letter else None

    def _may_go(self, claimed: Claimed, now: datetime) -> datetime:
        platform = self.platforms.get(claimed.platform)
        return platform.pace.letter(claimed.to.tenant, claimed.to.user, now, claimed.haste) if platform else now

    def _went(self, claimed: Claimed) -> None:
        if platform := self.platforms.get(claimed.platform):
            platform.pace.went(claimed.to.tenant, claimed.to.user, self.clock())

    async def _outcome(self, letter: Letter, before: datetime) -> Outcome:
        if self.clock() >= before:  # another postman may hold it already, and nothing has been called yet
            return NotNow(letter.ids, DeliveryState.SENDING, None)
        try:
            return Sent(letter.ids, await self._send(letter))
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

    def _busy(self, letter: Letter, later: TryLater) -> Busy | Shut:
        until = self.clock() + later.after
        if later.of:
            self.platforms[letter.platform].pace.hold(later.of, letter.to.tenant, until)
        return Shut(letter.ids, until, later.why) if isinstance(later, Down) else Busy(letter.ids, until)
