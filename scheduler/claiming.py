"""The three transactions of a round: what it takes in hand, the letters it means to send, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.kit.worktime import local_day
from bot.ports import Address
from bot.readers import routes_of
from bot.writing import Letter, Routes, daily_readers, in_letters, told_today, write_letters
from scheduler.outcomes import Outcome, record
from storage.database import Sessions
from storage.queries.claims import Due, claim, deliveries_held, take
from storage.queries.daily import due_beside
from storage.queries.shards import Shard, holds_shard, move_claims
from storage.queries.ways import Way
from storage.records import Delivery, DeliveryState, Haste

BATCH = 50  # claimed in one transaction
LEASE = timedelta(minutes=2)
NOWHERE = Address("", "")
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


class Claims:
    """Of one owner: of the whole outbox, or of its share."""

    def __init__(self, sessions: Sessions, share: Share | None) -> None:
        self.sessions, self.share, self.shard = sessions, share, share.shard if share else None
        self.owner = uuid4().hex

    def claim(self, hastes: Sequence[Haste], now: datetime) -> list[Claimed]:
        with self.sessions.begin() as session:
            if self.share and not holds_shard(session, self.share.shard, self.share.by):
                return []  # it was thought to be dead, and somebody else sends there now
            return [letter for haste in hastes for letter in self._claim_some(session, haste, now)]

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

    def intend(self, letters: Sequence[tuple[int, ...]], now: datetime) -> list[Letter | None]:
        """Committed before the calls, so that a crash in between is known and never guessed at."""
        with self.sessions.begin() as session:
            held = {one.id: one for one in deliveries_held(session, list(chain(*letters)), self.owner)}
            routes = routes_of(session, list(held.values()), now)
            here = {one.id: one for one in self._here(session, list(held.values()), routes)}
            today = told_today(session, here.values(), routes, now)
            groups = [_together([here[id_] for id_ in ids if id_ in here], routes) for ids in letters]
            return write_letters(session, groups, routes, today, now, now + LEASE)

    def _here(self, session: Session, claimed: Sequence[Some], routes: Routes) -> Sequence[Some]:
        """Without those that go to another shard by now: whoever holds that one sends them."""
        if self.shard is None:
            return claimed
        elsewhere = {one.id: at for one in claimed if (at := Shard.of(routes[one.id].way)) != self.shard}
        move_claims(session, self.owner, elsewhere)
        return [one for one in claimed if one.id not in elsewhere]

    def settle(self, outcomes: Sequence[Outcome], now: datetime) -> Sequence[None]:
        with self.sessions.begin() as session:
            record(session, self.owner, outcomes, now)
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
