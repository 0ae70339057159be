"""Choices that come from the tracker and that more than one form offers."""

from collections.abc import Iterable

from bot.context import Context
from bot.kit.forms import Option
from storage.queries.people import partnerships, posts_in
from storage.records import Role


def all_boroughs(ctx: Context) -> Iterable[Option]:
    return (Option(str(one.id), one.name) for one in partnerships(ctx.session))


def own_boroughs(ctx: Context) -> Iterable[Option]:
    """Those whose panel this person coordinates."""
    runs = ctx.actor.where(Role.COORDINATOR)
    return (Option(str(one.id), one.name) for one in partnerships(ctx.session) if one.id in runs)


def own_posts(ctx: Context) -> Iterable[Option]:
    """The posts of those boroughs."""
    several = len(ctx.actor.where(Role.COORDINATOR)) > 1
    for post in posts_in(ctx.session, ctx.actor):
        yield Option(str(post.id), f"{post.partnership.name}: {post.words}" if several else post.words)
