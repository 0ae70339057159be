"""Somebody's time in a post is about to end: the coordinator is told in time to hand it over."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.features.directory.notices import PostEnding
from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from bot.outbox import each_alone, owe
from bot.tables import Job, Owed
from storage.queries.people import coordinators_of, holding_of, holdings_ending
from storage.records import Delivery, Post

WARNED = timedelta(days=14)


def tell_of_endings(session: Session, now: datetime) -> None:
    ending = holdings_ending(session, local_day(now), local_day(now) + WARNED)
    each_alone(session, [f"V-{post_id}" for post_id in ending], lambda about: _tell(session, about, now))


def _tell(session: Session, about: str, now: datetime) -> None:
    post = _post(session, about)
    holding = holding_of(session, post.id, local_day(now))
    if holding and holding.until_day:
        for coordinator in coordinators_of(session, post.partnership_id):
            once = holding.until_day.isoformat()
            owe(session, "post_ending", coordinator, about=about, version=1, at=now, once=once)


def _write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """Unless it ends on another day by now, or has ended."""
    post = _post(session, delivery.about)
    holding = holding_of(session, post.id, local_day(now))
    if holding is None or holding.until_day is None:
        return None
    return PostEnding(post.partnership.name, holding.until_day)


def _post(session: Session, about: str) -> Post:
    return session.get_one(Post, int(about.removeprefix("V-")))


OWED = (Owed("post_ending", _write),)
JOBS = (Job("tell of endings", tell_of_endings),)
