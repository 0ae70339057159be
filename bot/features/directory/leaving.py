"""Leaving a post, handing it over, and naming a deputy: what is open stays with the post (peer review, 109-113)."""

from collections.abc import Iterable
from datetime import date, datetime

from bot.context import Context
from bot.features.directory.forms import HandOver, LeavePost, NameDeputy
from bot.features.directory.inviting import end, invite
from bot.kit.errors import or_not_found
from bot.outbox import owe
from bot.permissions import May, needs
from storage.levels import Classified, Level
from storage.queries.joining import account_used_last
from storage.queries.people import coordinators_of, holding_of, posts_in, posts_to_cover
from storage.records import Holding, Person, Post


@needs(May.LEAVE)
def leave_post(ctx: Context, form: LeavePost) -> Holding:
    """From today it is nobody's, and the coordinator is told; or it has no deputy, and its holder is told."""
    holding = or_not_found(next((one for one in ctx.actor.holdings if str(one.post_id) == form.post), None))
    end(ctx.session, holding, ctx.today)
    if holding.deputy:
        _tell(ctx, "deputy_left", [holding.post], holding.post)
    else:
        _tell(ctx, "post_left", coordinators_of(ctx.session, holding.post.partnership_id), holding.post)
    return holding


@needs(May.ADD_PEOPLE)
def hand_over(ctx: Context, form: HandOver) -> tuple[Holding, str, datetime]:
    """To a successor, who gets a code; whoever held the post holds it no more."""
    post = or_not_found(next((one for one in posts_in(ctx.session, ctx.actor) if str(one.id) == form.post), None))
    _end(ctx, holding_of(ctx.session, post.id, ctx.today))
    return _begin(ctx, form, post)


@needs(May.NAME_DEPUTY)
def name_deputy(ctx: Context, form: NameDeputy) -> tuple[Holding, str, datetime]:
    """Who gets a code; an earlier deputy is none any more, and the coordinators of that borough are told."""
    post = or_not_found(next((one for one in posts_to_cover(ctx.session, ctx.actor) if str(one.id) == form.post), None))
    _end(ctx, holding_of(ctx.session, post.id, ctx.today, deputy=True))
    others = [one for one in coordinators_of(ctx.session, post.partnership_id) if one.id not in ctx.actor.post_ids]
    _tell(ctx, "deputy_named", others, post)
    return _begin(ctx, form, post, deputy=True, until=form.until)


def _end(ctx: Context, holding: Holding | None) -> None:
    """Whoever does not do it themselves is told, where they were last; who has not joined has nothing to be told."""
    account = account_used_last(ctx.session, holding.person_id) if holding else None
    if holding and account:
        kind, once = "deputy_passed_on" if holding.deputy else "post_passed_on", f"{holding.id}"
        owe(ctx.session, kind, account, about=f"V-{holding.post_id}", version=1, at=ctx.now, once=once)
    end(ctx.session, holding, ctx.today)


def _tell(ctx: Context, kind: str, whom: Iterable[Post], of: Post) -> None:
    """Once a day."""
    for post in whom:
        owe(ctx.session, kind, post, about=f"V-{of.id}", version=1, at=ctx.now, once=ctx.today.isoformat())


def _begin(
    ctx: Context, form: HandOver | NameDeputy, post: Post, *, deputy: bool = False, until: date | None = None
) -> tuple[Holding, str, datetime]:
    """With a code for them, and until when it works."""
    person = ctx.add(Person(name=Classified(form.name, Level.L2), email=Classified(form.email, Level.L2)))
    holding = Holding(post_id=post.id, person_id=person.id, from_day=ctx.today, until_day=until, deputy=deputy)
    return ctx.add(holding), *invite(ctx.session, person, ctx.now)
