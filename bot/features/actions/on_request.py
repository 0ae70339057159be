"""Chasing: who has not taken on an action or is late, and one reminder to each of them now, once a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from bot.audit import note
from bot.context import Context
from bot.features.actions.chasing import REMINDER, is_unanswered
from bot.kit.messages import Notice
from bot.kit.paging import paged
from bot.kit.words import day_in_words
from bot.kit.worktime import is_working_time, local, local_day, working_days_between
from bot.outbox import owe
from bot.permissions import May, needs
from bot.readers import at_work
from bot.replies import Place, Reply
from bot.tables import Command, Spoken
from storage.levels import Level
from storage.queries.daily import people_told
from storage.queries.day import actions_to_chase
from storage.records import Action, Post

SHOWN = 10
TOLD, NOBODY = "Reminded today already", "Nobody answers for this post now"


@dataclass(frozen=True)
class Chaseable:
    """What one post has not taken on or is late with; `not_now`: why it is not reminded, or ''."""

    post: str
    what: str
    not_now: str


@dataclass(frozen=True)
class Chase(Notice):
    level = Level.L2
    posts: tuple[Chaseable, ...]
    count: int
    ready: int
    working_time: bool
    at: int
    of: int


@dataclass(frozen=True)
class Chased(Notice):
    level = Level.L2
    reminded: tuple[Chaseable, ...]
    others: tuple[Chaseable, ...]
    working_time: bool


@dataclass(frozen=True)
class _Behind:
    """A post with its actions, and why it is not reminded now."""

    post: Post
    actions: Sequence[Action]
    not_now: str


@needs(May.GIVE_ACTIONS)
def who_is_behind(ctx: Context, page: str) -> Chase:
    behind = list(_behind(ctx))
    here = paged(behind, page, SHOWN)
    ready = sum(not one.not_now for one in behind)
    posts = tuple(_line(ctx, one) for one in here.items)
    return Chase(posts, here.count, ready, is_working_time(ctx.now), here.at, here.of)


@needs(May.GIVE_ACTIONS)
def remind_now(ctx: Context) -> Chased:
    """Each is owed what a morning's reminder would be, so that it comes merged, and with the same buttons."""
    if not is_working_time(ctx.now):
        return Chased((), (), working_time=False)
    behind = list(_behind(ctx))
    reminded = [one for one in behind if not one.not_now and _remind(ctx, one)]
    others = (_line(ctx, one, TOLD) for one in behind if one not in reminded)
    return Chased(tuple(_line(ctx, one) for one in reminded), tuple(others), working_time=True)


def _remind(ctx: Context, behind: _Behind) -> bool:
    """Whether this is new: the ledger takes the same chasing of a day once, whoever presses, and how often.  Of what is
    urgent and not taken on they are reminded each day as it is.
    """
    owed = [one for one in behind.actions if not is_unanswered(one, ctx.today) and _owe(ctx, behind.post, one)]
    for action in owed:
        note(ctx.session, ctx.now, ctx.actor.account, "chased", action.reference)
    return bool(owed)


def _owe(ctx: Context, post: Post, action: Action) -> bool:
    about, once = (action.reference, action.version), f"chased:{ctx.today}"
    return owe(ctx.session, REMINDER, post, about=about[0], version=about[1], at=ctx.now, once=once)


def _behind(ctx: Context) -> Iterator[_Behind]:
    midnight = local(ctx.today, time.min)
    found = actions_to_chase(ctx.session, ctx.actor, ctx.today, midnight)
    works = at_work(ctx.session, {one.owner_id for one in found}, ctx.now)
    first = {post: min(people, key=people.__getitem__) for post, people in works.items()}
    told = people_told(ctx.session, set(first.values()), midnight)
    for owner, some in groupby(found, key=lambda one: one.owner):
        actions, reader = list(some), first.get(owner.id)
        back = works[owner.id][reader] if reader else None
        done = reader in told or all(is_unanswered(one, ctx.today) for one in actions)
        yield _Behind(owner, actions, TOLD if done and reader else _away(back, ctx.now))


def _away(back: datetime | None, now: datetime) -> str:
    """Whoever is not at work is not chased there: their reminders wait for them as it is."""
    if back is None:
        return NOBODY
    return f"Away until {day_in_words(local_day(back))}" if back > now and is_working_time(now) else ""


def _line(ctx: Context, behind: _Behind, otherwise: str = "") -> Chaseable:
    late = [one.due_on for one in behind.actions if one.due_on < ctx.today]
    return Chaseable(behind.post.words, _what(late, len(behind.actions), ctx.today), behind.not_now or otherwise)


def _what(late: Sequence[date], count: int, today: date) -> str:
    said = [f"{count - len(late)} not taken on"] if count > len(late) else []
    if late:
        days = working_days_between(min(late), today)
        said.append(f"{len(late)} late, by up to {days} working {'day' if days == 1 else 'days'}")
    return " and ".join(said)


def _chase(ctx: Context, spoken: Spoken) -> Reply:
    notice = remind_now(ctx) if spoken.rest == "now" else who_is_behind(ctx, spoken.rest)
    return Reply(notice.message(), place=Place.ONLY_YOU)


COMMANDS = (
    Command("chase", "See who is late or has not taken on an action, and remind them", _chase, needs=May.GIVE_ACTIONS),
)
