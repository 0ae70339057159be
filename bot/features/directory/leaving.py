"""Leaving a post, and handing it over: what is open stays with the post (peer review, paragraphs 109-113)."""

from datetime import datetime, timedelta

from bot.context import Context
from bot.features.directory.forms import HandOver, LeavePost
from bot.features.directory.inviting import invite
from bot.kit.errors import NotFound
from bot.outbox import owe
from bot.permissions import May, needs
from storage.levels import Classified, Level
from storage.queries.people import coordinators_of, holding_of, posts_in
from storage.records import Holding, Person, Post


@needs(May.LEAVE)
def leave_post(ctx: Context, form: LeavePost) -> Post:
    """From today it is nobody's, and the coordinator is told."""
    post = next((one for one in ctx.actor.posts if str(one.id) == form.post), None)
    if post is None:
        raise NotFound
    _end(ctx, post)
    for coordinator in coordinators_of(ctx.session, post.partnership_id):
        owe(
            *(ctx.session, "post_left", coordinator),
            about=f"V-{post.id}",
            version=1,
            at=ctx.now,
            once=ctx.today.isoformat(),
        )
    return post


@needs(May.ADD_PEOPLE)
def hand_over(ctx: Context, form: HandOver) -> tuple[Post, str, datetime]:
    """To a successor, who gets a code; whoever held the post holds it no more."""
    post = next((one for one in posts_in(ctx.session, ctx.actor) if str(one.id) == form.post), None)
    if post is None:
        raise NotFound
    _end(ctx, post)
    person = ctx.add(Person(name=Classified(form.name, Level.L2), email=Classified(form.email, Level.L2)))
    ctx.add(Holding(post_id=post.id, person_id=person.id, from_day=ctx.today))
    return post, *invite(ctx.session, person, ctx.now)


def _end(ctx: Context, post: Post) -> None:
    """Yesterday was their last day; who began today has not held it at all."""
    holding = holding_of(ctx.session, post.id, ctx.today)
    if holding is None:
        return
    if holding.from_day >= ctx.today:
        ctx.session.delete(holding)
    else:
        holding.until_day = ctx.today - timedelta(days=1)
    ctx.session.flush()
