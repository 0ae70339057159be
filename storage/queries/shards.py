"""The outbox in parts, each for one process at a time: what goes to one tenant of one platform shares its limits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from storage.queries.claims import DELIVERY, Due, due_now
from storage.queries.ways import Way
from storage.records import Account, Delivery, DeliveryState, Haste, ShardHeld, StaleCard
from storage.records.base import exactly

PENDING = Delivery.state == exactly("pending")


class Shard(NamedTuple):
    """Both empty: for what can go nowhere."""

    platform: str = ""
    tenant: str = ""

    @property
    def name(self) -> str:
        return f"{self.platform}:{self.tenant}"

    @classmethod
    def named(cls, name: str) -> "Shard":
        platform, _, tenant = name.partition(":")
        return cls(platform, tenant)

    @classmethod
    def of(cls, way: Way | None) -> "Shard":
        return cls(way.platform, way.tenant) if way else cls()

    @property
    def accounts(self) -> ColumnElement[bool]:
        return (Account.platform == self.platform) & (Account.tenant == self.tenant)


def unsorted(session: Session, haste: Haste, now: datetime, limit: int) -> list[Due]:
    """What is due, and of which nobody has said yet where it goes."""
    columns = (DELIVERY.c[name] for name in Due._fields)
    asked = due_now(select(*columns), haste, now).where(DELIVERY.c.shard.is_(None)).limit(limit)
    return [Due(*row) for row in session.execute(asked)]


def put_into(session: Session, shards: Mapping[int, Shard]) -> None:
    """Nothing that somebody has in hand is moved."""
    if shards:
        session.connection().execute(PUT, [{"of": of, "into": shard.name} for of, shard in shards.items()])


PUT = (
    update(DELIVERY)
    .where(DELIVERY.c.id == bindparam("of"), DELIVERY.c.state == exactly("pending"))
    .values(shard=bindparam("into"))
)


def move_claims(session: Session, owner: str, shards: Mapping[int, Shard]) -> None:
    """What this owner has claimed, and what goes elsewhere now: it is given back, and was not attempted."""
    if shards:
        rows = [{"of": of, "into": shard.name, "by": owner} for of, shard in shards.items()]
        session.connection().execute(MOVE, rows)


MOVE = (
    update(DELIVERY)
    .where(DELIVERY.c.id == bindparam("of"), DELIVERY.c.owner == bindparam("by"))
    .where(DELIVERY.c.state == exactly("claimed"))
    .values(shard=bindparam("into"), state=DeliveryState.PENDING, owner=None, leased_until=None)
)


def shards_to_drain(session: Session, now: datetime) -> set[Shard]:
    """Where there is something to do: a letter to send, a letter to ask about, a message to bring up to date."""
    accounts = select(Account.platform, Account.tenant).distinct()
    unknown = accounts.join(Delivery, Delivery.account_id == Account.id).where(Delivery.state == exactly("ambiguous"))
    stale = accounts.join(StaleCard, StaleCard.account_id == Account.id).where(StaleCard.due_at <= now)
    there = {Shard(*row) for asked in (unknown, stale) for row in session.execute(asked)}
    return there | {Shard.named(name) for name in _sorted_into(session) if _is_due(session, name, now)}


def _sorted_into(session: Session) -> Iterable[str]:
    """From one to the next in the index: few questions, however many letters wait."""
    first = select(func.min(Delivery.shard)).where(PENDING, Delivery.shard.is_not(None))
    name = session.scalar(first)
    while name is not None:
        yield name
        name = session.scalar(first.where(Delivery.shard > name))


def _is_due(session: Session, name: str, now: datetime) -> bool:
    asked = (
        select(exists().where(PENDING, Delivery.shard == name, Delivery.haste == haste, Delivery.due_at <= now))
        for haste in Haste
    )
    return any(session.scalar(one) for one in asked)


def take_shard(session: Session, shard: Shard, by: str) -> bool:
    """From now on nobody else claims there.  False: nobody else has since we did last."""
    held = session.get(ShardHeld, shard.name, with_for_update=True)
    if held and held.held_by == by:
        return False
    session.merge(ShardHeld(name=shard.name, held_by=by))
    return True


def holds_shard(session: Session, shard: Shard, by: str) -> bool:
    return session.scalar(select(exists().where(ShardHeld.name == shard.name, ShardHeld.held_by == by))) or False


def free_claims(session: Session, shard: Shard) -> None:
    """Of whoever had it before: their intents are what they still hold, and what they only claimed they do not."""
    claimed = update(Delivery).where(Delivery.leased_until.is_not(None), Delivery.shard == shard.name)
    session.execute(
        claimed.where(Delivery.state == DeliveryState.CLAIMED).values(
            state=DeliveryState.PENDING, owner=None, leased_until=None
        )
    )


def calls_since(session: Session, shard: Shard, since: datetime) -> Sequence[tuple[str, datetime | None]]:
    """To whom letters went since then, and when; None: one is on its way, or may have gone."""
    on_its_way = Delivery.state.in_([exactly("sending"), exactly("ambiguous")])
    asked = select(Account.user, Delivery.sent_at).join(Delivery, Delivery.account_id == Account.id)
    rows = session.execute(asked.where(shard.accounts, or_(Delivery.sent_at > since, on_its_way)))
    return [(user, at) for user, at in rows]


def shards_on(session: Session, platform: str) -> list[Shard]:
    asked = select(Account.platform, Account.tenant).where(Account.platform == platform).distinct()
    return [Shard(*row) for row in session.execute(asked)]
