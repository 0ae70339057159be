"""Somebody's time in a post ends: they and the coordinator are told in time to hand it over, and when it has."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.features.directory.notices import PostEnding, YourPostEnds
from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from bot.outbox import each_alone, owe
from bot.tables import Job, Owed
from storage.queries.joining import account_used_last
from storage.queries.people import coordinators_of, holding_of, holdings_ending, last_day_of
from storage.records import Delivery, Post

WARNED = timedelta(days=14)
LOOK_BACK = timedelta(days=7)  # the bot may have been down on the day


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
        if account := account_used_last(session, holding.person_id):
            owe(session, "your_post_ends", account, about=about, version=1, at=now, once=holding.until_day.isoformat())


def tell_of_ended(session: Session, now: datetime) -> None:
    """That nobody holds a post since somebody's last day: it is told once, and not of those who said themselves that
    they leave.
    """
    yesterday = local_day(now) - timedelta(days=1)
    ended = holdings_ending(session, yesterday - LOOK_BACK, yesterday)
    each_alone(session, [f"V-{post_id}" for post_id in ended], lambda about: _tell_ended(session, about, now))


def _tell_ended(session: Session, about: str, now: datetime) -> None:
    post, today = _post(session, about), local_day(now)
    last = last_day_of(session, post.id, today)
    if last and holding_of(session, post.id, today) is None:
        once = (last + timedelta(days=1)).isoformat()  # as for who left on that day
        for coordinator in coordinators_of(session, post.partnership_id):
            owe(session, "post_left", coordinator, about=about, version=1, at=now, once=once)


def _write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """Unless it ends on another day by now, or has ended."""
    post = _post(session, delivery.about)
    holding = holding_of(session, post.id, local_day(now))
    if holding is None or holding.until_day is None:
        return None
    return PostEnding(post.partnership.name, holding.until_day)


def _write_yours(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """To them alone, and as long as that is still so."""
    post = _post(session, delivery.about)
    holding = holding_of(session, post.id, local_day(now))
    theirs = holding and delivery.account and holding.person_id == delivery.account.person_id
    if not holding or not theirs or holding.until_day is None:
        return None
    return YourPostEnds(post.words, post.partnership.name, holding.until_day, post.partnership.contact)


def _post(session: Session, about: str) -> Post:
    return session.get_one(Post, int(about.removeprefix("V-")))


OWED = (Owed("post_ending", _write), Owed("your_post_ends", _write_yours))
JOBS = (Job("tell of endings", tell_of_endings), Job("tell of ended", tell_of_ended))
