"""After a restore: what came due since the backup may have been sent, so it is asked about before anything is sent
(RELIABILITY.md 7.8).
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from bot.context import Site
from bot.kit.keeps import SAFE, Keeps
from bot.kit.messages import Message
from bot.kit.pace import Pace
from bot.ports import Address, TryLater, Unknown
from scheduler.jobs import run_jobs
from scheduler.postman import Platforms, deliver_due
from storage.database import Sessions
from storage.queries.deliveries import deliveries_unknown, end_leases, next_due, platforms_in_use
from storage.queries.pages import end_visits
from storage.queries.people import MAIL

STEP = timedelta(hours=1)  # between two looks at what the jobs owe; what is due is looked at when it is due


class Silence:
    """Every platform, while that time is lived again: nothing goes out, and nobody knows what went out then."""

    name, pace = "silence", Pace()

    async def send(self, to: Address, message: Message, key: str) -> str:  # noqa: ARG002 -- the postman's own call
        raise Unknown

    async def update(self, to: Address, sent_as: str, message: Message) -> None:  # noqa: ARG002 -- and this
        raise Unknown

    async def find(self, to: Address, key: str, since: datetime) -> str | None:  # noqa: ARG002 -- and this, too
        raise TryLater  # it is asked when the server starts: until then nothing is held, and nobody is told


def live_again(sessions: Sessions, since: datetime, now: datetime, *, mail: bool, keeps: Keeps = SAFE) -> int:
    """The clock and the postman, from the backup until now.  Returns how many messages may have arrived.

    What they would have sent ends as unknown, with the key that it had if it was sent.  So the postman asks about it
    first when the server starts; what nobody can be asked about is held, and shown to the coordinator.

    `mail`: it may have gone by e-mail.  `keeps`: nothing goes before its time then.
    """
    sessions.configure(info={"site": Site(sends_mail=mail, keeps=keeps)})
    with sessions.begin() as session:
        end_leases(session, since)
        end_visits(session, now)  # some were ended since, and nobody knows which
        everywhere = dict.fromkeys([*platforms_in_use(session), MAIL], Silence())
    asyncio.run(_live(sessions, everywhere, min(since, now), now))
    return _ask_from(sessions, since)


async def _live(sessions: Sessions, platforms: Platforms, at: datetime, now: datetime) -> None:
    one_at_a_time = ThreadPoolExecutor(max_workers=1)  # a restore is one transaction, and these are parts of it
    asyncio.get_running_loop().set_default_executor(one_at_a_time)
    await _live_at(sessions, platforms, at)
    while at < now:
        at = min(await asyncio.to_thread(_next, sessions, at), now)
        await _live_at(sessions, platforms, at)


async def _live_at(sessions: Sessions, platforms: Platforms, at: datetime) -> None:
    """What stands in chat is brought up to date when the server starts: here it could not be, and would be given up."""
    await asyncio.to_thread(run_jobs, sessions, at)
    await deliver_due(sessions, platforms, lambda: at)


def _next(sessions: Sessions, at: datetime) -> datetime:
    with sessions() as session:
        return min(next_due(session, at) or at + STEP, at + STEP)


def _ask_from(sessions: Sessions, since: datetime) -> int:
    """The clock of that time may have been a step earlier than ours."""
    with sessions.begin() as session:
        unknown = deliveries_unknown(session)
        for delivery in unknown:
            delivery.due_at = min(delivery.due_at, max(delivery.due_at - STEP, since))
        return len(unknown)
