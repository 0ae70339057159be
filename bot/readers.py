"""Who reads what is owed, where, and from when on: whoever works first, the holder of a post before the deputy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from bot.context import site_of
from bot.kit.worktime import days_from, local_day, working_moment
from storage.queries.away import days_off_of, readers_of
from storage.queries.claims import Due
from storage.queries.ways import Way, next_ways
from storage.records import Delivery


@dataclass(frozen=True)
class Route:
    """Where a delivery goes next, unless no way is left; and when whoever reads it works, which may be now."""

    way: Way | None
    works_at: datetime


def route_of(session: Session, delivery: Delivery, now: datetime) -> Route:
    return routes_of(session, [delivery], now)[delivery.id]


def routes_of(session: Session, deliveries: Sequence[Delivery | Due], now: datetime) -> dict[int, Route]:
    """A few questions, however many they are."""
    works = at_work(session, {one.post_id for one in deliveries if one.post_id}, now)
    first = {post: sorted(people, key=people.__getitem__) for post, people in works.items()}
    ways = next_ways(session, deliveries, local_day(now), first, mail=site_of(session).sends_mail)
    at = {post: min(people.values()) for post, people in works.items()}
    own = {
        one.id: way.person_id
        for one in deliveries
        if one.post_id is None and (way := ways.get(one.id)) and way.person_id
    }
    back = _back(session, set(own.values()), now)
    usual = working_moment(now)
    return {
        one.id: Route(ways.get(one.id), at.get(one.post_id or 0) or back.get(own.get(one.id, 0), usual))
        for one in deliveries
    }


def _back(session: Session, people: set[int], now: datetime) -> dict[int, datetime]:
    """When those of them work next who take days off: for what is for one person alone, and for no post."""
    rows = days_off_of(session, people, local_day(now)) if people else ()
    off: dict[int | None, set[date]] = {}
    for person, first_day, last_day in rows:
        off.setdefault(person, set()).update(days_from(first_day, last_day))
    return {person: working_moment(now, days) for person, days in off.items() if person}


def at_work(session: Session, posts: Collection[int], now: datetime) -> dict[int, dict[int, datetime]]:
    """Of each post that has any, its readers in the order in which they would be written to if all worked, and when
    each works next.
    """
    if not posts:
        return {}
    rows = readers_of(session, posts, local_day(now))
    return {post: _at_work([row[1:] for row in group], now) for post, group in groupby(rows, key=lambda row: row[0])}


def _at_work(rows: Sequence[tuple[int, bool, date | None, date | None]], now: datetime) -> dict[int, datetime]:
    closed: dict[int, set[date]] = {}
    for person, joined, first_day, last_day in rows:
        if joined == rows[0][1]:
            closed.setdefault(person, set()).update(days_from(first_day, last_day) if first_day and last_day else ())
    return {person: working_moment(now, days) for person, days in closed.items()}
