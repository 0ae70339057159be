"""APScheduler as the clock and nothing else: it ticks, and a tick may come twice or late without harm (RELIABILITY.md
2).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.agreeing import Agreement
from scheduler.anchoring import Keep, anchor
from scheduler.cards import refresh_cards
from scheduler.errands import NO_DOERS, Doers, run_errands
from scheduler.jobs import run_jobs
from scheduler.leading import Leader, leader_of
from scheduler.postman import Now, Platforms, deliver_due
from scheduler.shards import take_over_all
from storage.database import Sessions
from storage.queries.deliveries import next_due

LOOK, POST = 60, 5  # seconds between two looks at what has come due, and between two rounds of the postman
ANCHOR = 3600  # seconds between two anchors of the audit
LEAD = 2  # seconds between two questions whether this replica leads
STOP_WITHIN = 8  # seconds: whoever stops a container waits for ten

AT_FIRST = timedelta(seconds=0.3)  # so that whoever waits for the server is answered first

HandOut = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)
# A round that is skipped because one is under way is meant, and no warning every five seconds of a long broadcast.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


async def tick(sessions: Sessions, platforms: Platforms, clock: Now) -> None:
    """Run every job, then deliver what is due, and bring what was sent before up to date."""
    await asyncio.to_thread(run_jobs, sessions, clock())
    await deliver_due(sessions, platforms, clock)
    await refresh_cards(sessions, platforms, clock)


async def safely(tick: Awaitable[object]) -> None:
    """The next one comes in any case.  An error's text may hold what somebody typed, so only its kind is logged."""
    try:
        await tick
    except asyncio.CancelledError:
        log.info("a tick was cut short: the server stops")
    except Exception as error:
        log.error("a tick failed: %s", type(error).__name__)


class Clock:
    """Ticks from its start until it is stopped, while this replica leads.

    What comes every few seconds comes one after the other: whoever speaks meanwhile waits for one and not for all.
    One round of the postman at a time, because rounds share a pace.  `hand_out`: instead, for others to send.  `keep`:
    what keeps the anchors of the audit.  `agreement`: whoever's clock is not the database server's leads no more.
    """

    def __init__(
        self,
        sessions: Sessions,
        platforms: Platforms,
        now: Now,
        doers: Doers = NO_DOERS,
        hand_out: HandOut | None = None,
        keep: Keep | None = None,
        agreement: Agreement | None = None,
    ) -> None:
        self.sessions, self.platforms, self.now, self.doers, self.hand_out = sessions, platforms, now, doers, hand_out
        self.keep, self.agreement = keep, agreement
        self.leader = leader_of(sessions)
        self.leads, self.stopping = self.leader is None, False
        self.rounds: asyncio.Task[None] | None = None
        self.times = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1})

    def start(self) -> None:
        """Whoever has to ask whether it leads looks when it does."""
        first = datetime.now(UTC) + AT_FIRST
        if self.leader:
            self._every(LEAD, self.lead, first)
        self._every(LOOK, self.look, first + timedelta(seconds=LOOK) if self.leader else first)
        self._every(ANCHOR, self.anchor, first + timedelta(seconds=LOOK))
        for place, work in enumerate((self.post, self.refresh, self.run_errands)):
            self._every(POST, work, first + timedelta(seconds=place))
        self.times.start()

    def _every(self, seconds: int, work: HandOut, first: datetime) -> None:
        self.times.add_job(work, IntervalTrigger(seconds=seconds, timezone=UTC), next_run_time=first)

    async def stop(self) -> None:
        """What is under way is finished, or cut short when the time is up: then it is asked about later."""
        self.stopping = True
        if self.rounds:
            await asyncio.wait([self.rounds], timeout=STOP_WITHIN)
        self.times.shutdown()
        if self.leader:
            await asyncio.to_thread(self.leader.resign)

    async def lead(self) -> None:
        """A new leader looks at once, and goes on at the pace at which the last one left off."""
        led, self.leads = self.leads, self.leader is None or await asyncio.to_thread(self._leads, self.leader)
        if self.leads and not led:
            await safely(asyncio.to_thread(take_over_all, self.sessions, self.platforms, self.now()))
            await self.look()

    def _leads(self, leader: Leader) -> bool:
        if self.agreement and self.agreement.problem():
            leader.resign()
            return False
        return leader.leads()

    async def look(self) -> None:
        if self.leads:
            await safely(asyncio.to_thread(run_jobs, self.sessions, self.now()))

    async def anchor(self) -> None:
        if self.leads and self.keep:
            await safely(asyncio.to_thread(anchor, self.sessions, self.keep, self.now()))

    async def post(self) -> None:
        if self.leads and self.hand_out:
            await safely(self.hand_out())
        elif self.leads:
            self.rounds = asyncio.create_task(safely(self._rounds(self.now() + timedelta(seconds=POST))))
            await self.rounds

    async def refresh(self) -> None:
        """Beside the postman: messages that many people see anew hold up no reminder.  It may be cut short."""
        if self.leads and not self.hand_out:
            await safely(refresh_cards(self.sessions, self.platforms, self.now))

    def _over(self) -> bool:
        return self.stopping or not self.leads

    async def run_errands(self) -> None:
        if self.leads:
            await safely(run_errands(self.sessions, self.doers, self.now))

    async def _rounds(self, until: datetime) -> None:
        """As long as the pace lets something go soon, another round begins then, and not only with the next tick."""
        while not self._over():
            await deliver_due(self.sessions, self.platforms, self.now, self._over)
            soon = await asyncio.to_thread(self._next, self.now())
            if soon is None or soon >= until:
                return
            await asyncio.sleep((soon - self.now()).total_seconds())

    def _next(self, now: datetime) -> datetime | None:
        with self.sessions() as session:
            return next_due(session, now)
