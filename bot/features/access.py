"""Who read and changed what: each agency can ask for its own people, a coordinator for their borough (TRUST.md 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.audit import reader, reveal_all
from bot.context import Context
from bot.kit.messages import Notice
from bot.kit.words import time_in_words
from bot.kit.worktime import LONDON, local_day
from bot.permissions import May, needs
from storage.levels import Level
from storage.queries.access import Access, accesses_for, how_many_for

KEPT, MOST = timedelta(days=30), 200
BOT, STRANGER = "The bot, or who runs it", "Somebody I do not know yet"
WHY_NOT = {
    "NotAllowed": "asked for what their post may not do",
    "HeldBack": "asked for what is held back from their agency",
    "NotFound": "asked for what is not theirs or not there",
    "TooMany": "asked too often",
    "WrongCode": "typed a wrong code",
}


@dataclass(frozen=True)
class Line:
    """`what`: a verb, and never a word that somebody typed."""

    at: str
    who: str
    what: str
    about: str
    refused: bool


@dataclass(frozen=True)
class AccessLog(Notice):
    """Level L2.  `days`: the newest first; `all`: how many there are, of which `MOST` are shown."""

    level = Level.L2
    days: tuple[tuple[date, tuple[Line, ...]], ...]
    shown: int
    all: int
    reader: str
    at: datetime


@needs(May.SEE_ACCESS)
def access_log(ctx: Context) -> AccessLog:
    """Of the last 30 days.  That it was read is in it, too."""
    since = ctx.now - KEPT
    found = accesses_for(ctx.session, ctx.actor, since, MOST)
    names = _names(ctx, found)
    days = groupby(found, key=lambda one: local_day(one[0].at))
    return AccessLog(
        days=tuple((day, tuple(_line(one, names) for one in those)) for day, those in days),
        shown=len(found),
        all=how_many_for(ctx.session, ctx.actor, since),
        reader=reader(ctx, ""),
        at=ctx.now,
    )


def _names(ctx: Context, found: Sequence[Access]) -> dict[int, str]:
    people = {person.id: person.name for _, _, person in found if person}
    return dict(zip(people, reveal_all(ctx, list(people.values()), "naming who read and changed what"), strict=True))


def _line(one: Access, names: dict[int, str]) -> Line:
    entry, account, person = one
    who = names[person.id] if person else STRANGER if account else BOT
    at = time_in_words(entry.at.astimezone(LONDON).time())
    return Line(at, who, WHY_NOT.get(entry.what, entry.what), entry.about, entry.result == "refused")
