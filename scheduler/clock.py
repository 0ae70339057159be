"""APScheduler as the clock and nothing else: it ticks, and a tick may come twice or late without harm (RELIABILITY.md
2).
"""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.cards import refresh_cards
from scheduler.jobs import run_jobs
from scheduler.postman import Now, Platforms, deliver_due
from storage.database import Sessions

LOOK, POST = 60, 5  # seconds between two looks at what has come due, and between two rounds of the postman

AT_FIRST = timedelta(seconds=0.3)  # so that whoever waits for the server is answered first

log = logging.getLogger(__name__)


async def tick(sessions: Sessions, platforms: Platforms, clock: Now) -> None:
    """Run every job, then deliver what is due, and bring what was sent before up to date."""
    await asyncio.to_thread(run_jobs, sessions, clock())
    await post(sessions, platforms, clock)


async def post(sessions: Sessions, platforms: Platforms, clock: Now) -> None:
    await deliver_due(sessions, platforms, clock)
    await refresh_cards(sessions, platforms, clock)


async def _safely(tick: Awaitable[object]) -> None:
    """The next one comes in any case.  An error's text may hold what somebody typed, so only its kind is logged."""
    try:
        await tick
    except asyncio.CancelledError:
        log.info("a tick was cut short: the server stops")
    except Exception as error:
        log.error("a tick failed: %s", type(error).__name__)


def start_clock(sessions: Sessions, platforms: Platforms, now: Now) -> AsyncIOScheduler:
    """Ticks from now on; the caller shuts it down."""

    async def look() -> None:
        await _safely(tick(sessions, platforms, now))

    async def round_() -> None:
        await _safely(post(sessions, platforms, now))

    clock = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1})
    clock.add_job(look, IntervalTrigger(seconds=LOOK, timezone=UTC), next_run_time=datetime.now(UTC) + AT_FIRST)
    clock.add_job(round_, IntervalTrigger(seconds=POST, timezone=UTC))
    clock.start()
    return clock
