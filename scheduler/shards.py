"""Before a letter is sent: which shard it is for, and what whoever sends there has to know of what went before."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.readers import routes_of
from scheduler.postman import Platforms
from scheduler.recovering import left_behind
from storage.database import Sessions
from storage.queries.shards import Shard, calls_since, put_into, shards_on, shards_to_drain, unsorted
from storage.records import Haste

SORTED_AT_ONCE = 500


def sort_due(sessions: Sessions, now: datetime) -> set[Shard]:
    """Into shards, by where each goes now.  Returns those in which there is something to do."""
    left_behind(sessions, now)
    for haste in Haste:
        while _sort_some(sessions, haste, now):
            pass
    with sessions.begin() as session:
        return shards_to_drain(session, now)


def _sort_some(sessions: Sessions, haste: Haste, now: datetime) -> bool:
    with sessions.begin() as session:
        due = unsorted(session, haste, now, SORTED_AT_ONCE)
        routes = routes_of(session, due, now) if due else {}
        put_into(session, {one.id: Shard.of(routes[one.id].way) for one in due})
        return bool(due)


def take_over_all(sessions: Sessions, platforms: Platforms, now: datetime) -> None:
    """For a process that empties the whole outbox from now on: another may have done so until a moment ago."""
    with sessions.begin() as session:
        for name in platforms:
            for shard in shards_on(session, name):
                take_over_pace(session, platforms, shard, now)


def take_over_pace(session: Session, platforms: Platforms, shard: Shard, now: datetime) -> None:
    """As the ledger remembers it.  What may be on its way counts as gone now."""
    if platform := platforms.get(shard.platform):
        calls = calls_since(session, shard, now - platform.pace.remembers())
        platform.pace.take_over(shard.tenant, [(user, at or now) for user, at in calls], now)
