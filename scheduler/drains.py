"""Emptying the outbox shard by shard, where several processes do so on one Postgres (RELIABILITY.md 3)."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from scheduler.agreeing import Agreement
from scheduler.cards import refresh_cards
from scheduler.claiming import Share
from scheduler.clock import POST, safely
from scheduler.postman import Now, Platforms, deliver_due
from scheduler.shards import take_over_pace
from storage.database import Sessions
from storage.queries.deliveries import next_due
from storage.queries.shards import Shard, free_claims, holds_shard, take_shard

TERM = timedelta(minutes=3)  # longer than its successor has to wait with what the ledger does not remember
LOOK_AGAIN = timedelta(seconds=2)


class Drains:
    """Of one process: each has a shard for itself, and empties it with the same postman as anywhere.

    One whose clock is not the database server's takes none: whoever's is gets it, as soon as it is handed out again.
    """

    def __init__(self, sessions: Sessions, platforms: Platforms, now: Now, agreement: Agreement | None = None) -> None:
        self.sessions, self.platforms, self.now, self.agreement = sessions, platforms, now, agreement
        self.by = uuid4().hex
        self.stopped = asyncio.Event()

    async def drain(self, shard: Shard) -> None:
        """For one term, also while nothing is due: a shard that changed hands with every letter would be slow."""
        if await asyncio.to_thread(self.is_wrong):
            return
        term = Term(self, shard, self.now() + TERM)
        await asyncio.to_thread(term.begin)
        await asyncio.gather(term.letters(), term.cards())

    def is_wrong(self) -> bool:
        return bool(self.agreement and self.agreement.problem())


class Term:
    """While one process has one shard."""

    def __init__(self, drains: Drains, shard: Shard, until: datetime) -> None:
        self.is_wrong = drains.is_wrong
        self.sessions, self.platforms, self.now = drains.sessions, drains.platforms, drains.now
        self.stopped, self.share, self.until = drains.stopped, Share(shard, drains.by), until

    def begin(self) -> None:
        """What somebody else had claimed is free again: they can send none of it any more."""
        with self.sessions.begin() as session:
            if take_shard(session, self.share.shard, self.share.by):
                free_claims(session, self.share.shard)
                take_over_pace(session, self.platforms, self.share.shard, self.now())

    async def letters(self) -> None:
        while await self._goes_on():
            await safely(deliver_due(self.sessions, self.platforms, self.now, self._over, self.share))
            await self._pause(await asyncio.to_thread(self._soon))

    async def cards(self) -> None:
        while await self._goes_on():
            await safely(refresh_cards(self.sessions, self.platforms, self.now, self.share.shard))
            await self._pause(self.now() + timedelta(seconds=POST))

    def _over(self) -> bool:
        return self.stopped.is_set() or self.now() >= self.until

    async def _goes_on(self) -> bool:
        return not self._over() and await asyncio.to_thread(self._holds)

    def _holds(self) -> bool:
        if self.is_wrong():
            return False
        with self.sessions() as session:
            return holds_shard(session, self.share.shard, self.share.by)

    def _soon(self) -> datetime:
        with self.sessions() as session:
            now = self.now()
            return min(next_due(session, now, self.share.shard.name) or self.until, now + LOOK_AGAIN)

    async def _pause(self, until: datetime) -> None:
        """Whoever stops does not wait for it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), (min(until, self.until) - self.now()).total_seconds())
