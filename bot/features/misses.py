"""One reference after the other that is not theirs: it may be a slip, or somebody who looks for what there is.

The answer never says which there are (`bot/need_to_know.py`).  Here they are counted, somebody is told, and it ends
(TRUST.md T-38).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.context import Context
from bot.kit.errors import NotFound, TooMany
from bot.kit.messages import Notice
from bot.kit.words import moment_in_words
from bot.kit.worktime import local_day
from bot.outbox import owe
from bot.tables import Owed
from storage.levels import Level
from storage.queries.access import asked_in_vain
from storage.queries.people import coordinators_of, home_of
from storage.records import Account, Delivery

WITHIN, TOLD_AT, STOPPED_AT = timedelta(minutes=10), 5, 10  # different references
STOPPED = (
    "{1} references that you asked for are not there, or not yours. So I look nothing up for you until {0}. "
    "To see your own things, say mine. If it cannot wait: {2}."
)


@dataclass(frozen=True)
class ManyMisses(Notice):
    """To the coordinator.  Who it was, the access log says."""

    level = Level.L1
    borough: str


def not_stopped(ctx: Context) -> None:
    """Raises TooMany, before anything is looked up: so it is the same whether there is such a thing or not."""
    until = ctx.actor.account.stopped_until
    if until and ctx.now < until:
        raise TooMany(STOPPED.format(moment_in_words(until), STOPPED_AT, ctx.actor.home.contact))


def missed(session: Session, account: Account, about: str, now: datetime) -> None:
    """One more.  The coordinators of the borough that let their workspace in hear of it, once a day."""
    before = asked_in_vain(session, account.id, NotFound.__name__, now - WITHIN)
    misses = len(before | {about})
    home = home_of(session, account.platform, account.tenant)
    if home and misses >= TOLD_AT:
        day = local_day(now).isoformat()
        for post in coordinators_of(session, home.id):
            owe(session, "many_misses", post, about=f"U-{account.id}", version=1, at=now, once=day)
    if misses >= STOPPED_AT:
        account.stopped_until = now + WITHIN


def _write(_session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    return ManyMisses(delivery.post.partnership.name) if delivery.post else None


OWED = (Owed("many_misses", _write),)
