"""What the posts of a person have open, counted in chat; and the whole pack for whoever takes one over, on its page
(peer review, paragraphs 109-113).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.audit import reader, reveal_all
from bot.context import Context
from bot.kit.messages import Notice
from bot.kit.paging import Paged, paged
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from bot.permissions import May, needs
from bot.posts import Brief, Thing, action_thing, as_post, brief_of
from bot.replies import Place, Reply
from bot.tables import Command, Spoken
from storage.levels import Level
from storage.queries.day import actions_given_at, last_meetings
from storage.queries.people import holders_with, who_held
from storage.records import Holding, Person, Post, Role

MEETINGS = 3
YEAR = timedelta(days=365)
HOLDERS = 5


@dataclass(frozen=True)
class MyPost(Notice):
    """One post a page: a nurse may sit on thirty panels."""

    level = Level.L2
    brief: Brief
    at: int
    of: int


@dataclass(frozen=True)
class Tenure:
    """Who holds it since when, and who did before.  `holders`: how many in the last 12 months."""

    now: str
    since: date | None
    before: tuple[str, ...]
    holders: int
    deputy: str


@dataclass(frozen=True)
class HandoverPack(Notice):
    """Level L2: names of colleagues, and none of a child.  `year`: the month until which a chair is to stay at the
    least: 12 months (peer review, recommendation 11).  `others`: the reader's other posts, and which page they are.
    """

    level = Level.L2
    brief: Brief
    agency: str
    contact: str
    coordinators: tuple[str, ...]
    tenure: Tenure
    year: str
    decided: tuple[tuple[date, tuple[Thing, ...]], ...]
    others: tuple[tuple[str, int], ...]
    reader: str
    at: datetime


@needs(May.READ)
def my_post(ctx: Context, page: str) -> MyPost:
    here = _one(ctx, page)
    return MyPost(brief_of(ctx, here.items[0], here.at), here.at, here.of)


def _one(ctx: Context, page: str) -> Paged[Holding]:
    return paged(ctx.actor.holdings, page, 1)


@needs(May.READ)
def handover_pack(ctx: Context, page: str) -> HandoverPack:
    """As long as they hold the post, or deputise: who has left reads nothing of it any more."""
    here = _one(ctx, page)
    holding = here.items[0]
    post, tenure = holding.post, _tenure(ctx, holding.post)
    return HandoverPack(
        brief=brief_of(ctx, holding, here.at),
        agency=post.agency.name,
        contact=post.partnership.contact,
        coordinators=_coordinators(ctx, post),
        tenure=tenure,
        year=_a_year_on(tenure.since) if tenure.since and post.role is Role.CHAIR else "",
        decided=_decided(as_post(ctx, holding), post),
        others=_others(ctx, here.at),
        reader=reader(ctx, _about(post)),
        at=ctx.now,
    )


def _others(ctx: Context, at: int) -> tuple[tuple[str, int], ...]:
    everything = enumerate(ctx.actor.holdings, start=1)
    return tuple((f"{one.words}, {one.post.partnership.name}", number) for number, one in everything if number != at)


def _a_year_on(day: date) -> str:
    return f"{day:%B} {day.year + 1}"


def _about(post: Post) -> str:
    return f"V-{post.id}"


def _coordinators(ctx: Context, post: Post) -> tuple[str, ...]:
    found = holders_with(ctx.session, Role.COORDINATOR, post.partnership_id, ctx.today)
    names = reveal_all(ctx, [person.name for _, person in found], "naming the coordinators", _about(post))
    return tuple(f"{name}, {one.words}" for name, (one, _) in zip(names, found, strict=True))


def _tenure(ctx: Context, post: Post) -> Tenure:
    """Nobody is named who held it longer ago than the last five."""
    rows = who_held(ctx.session, post.id)
    held = [one for one, _ in rows if not one.deputy]
    now = next((one for one in held if _is_held(one, ctx.today)), None)
    deputy = next((one for one, _ in rows if one.deputy and _is_held(one, ctx.today)), None)
    before = [one for one in held if one is not now][:HOLDERS]
    names = _names(ctx, post, [row for row in rows if row[0] in (now, deputy, *before)])
    return Tenure(
        now=names[now.id] if now else "",
        since=now.from_day if now else None,
        before=tuple(f"{names[one.id]}, {_span(one)}" for one in before),
        holders=len({one.person_id for one in held if _is_held(one, ctx.today, ctx.today - YEAR)}),
        deputy=f"{names[deputy.id]}, {_span(deputy)}" if deputy else "",
    )


def _names(ctx: Context, post: Post, rows: Sequence[tuple[Holding, Person]]) -> dict[int, str]:
    names = reveal_all(ctx, [person.name for _, person in rows], "who held a post", _about(post))
    return {holding.id: name for (holding, _), name in zip(rows, names, strict=True)}


def _is_held(holding: Holding, today: date, since: date | None = None) -> bool:
    """On that day; or on any since then."""
    return holding.from_day <= today and (holding.until_day is None or holding.until_day >= (since or today))


def _span(holding: Holding) -> str:
    began = f"from {day_in_words(holding.from_day)}"
    return f"{began} to {day_in_words(holding.until_day)}" if holding.until_day else began


def _decided(ctx: Context, post: Post) -> tuple[tuple[date, tuple[Thing, ...]], ...]:
    """For the post's agency, at each of the last meetings, as far as this post may know of it."""
    meetings = last_meetings(ctx.session, post.partnership_id, ctx.now, MEETINGS)
    found = actions_given_at(ctx.session, ctx.actor, post.agency_id, [one.id for one in meetings])
    told: dict[int, list[Thing]] = {one.id: [] for one in meetings}
    for action in found:
        assert action.item  # noqa: S101 -- they were asked for by their items
        item = "" if action.case and action.case.protected else f"Item {action.item.number}: "
        told[action.item.meeting_id].append(action_thing(action, post.agency_id, item))
    return tuple((local_day(one.starts_at), tuple(told[one.id])) for one in meetings)


def _my_post(ctx: Context, spoken: Spoken) -> Reply:
    return Reply(my_post(ctx, spoken.rest).message(), place=Place.ONLY_YOU)


COMMANDS = (Command("my post", "See what your post has open", _my_post, needs=May.READ),)
