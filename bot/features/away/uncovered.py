"""Posts that nobody answers for while their holder is away: somebody of the panel is told before they go."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.away.notices import NobodyAnswers
from bot.kit.messages import Notice
from bot.kit.worktime import DAY, local_day, working_days_between
from bot.outbox import owe
from bot.tables import Owed
from storage.queries.people import holder_of, holding_of, posts_with
from storage.records import ClosedDays, Delivery, Post, Role

BRIEF = 1  # working day: what waits for so long harms nobody


def uncovered(ctx: Context) -> tuple[Post, ...]:
    """One's own posts that have no deputy."""
    held = (one.post for one in ctx.actor.holdings if not one.deputy)
    return tuple(post for post in held if not holding_of(ctx.session, post.id, ctx.today, deputy=True))


def tell_others(ctx: Context, days: ClosedDays) -> None:
    """Everything that is for such a post waits meanwhile, a new referral too: so it is not the leaver's to know alone
    (TRUST.md T-75).
    """
    if working_days_between(days.first_day - DAY, days.last_day) <= BRIEF:
        return
    for post in uncovered(ctx):
        for other in _others(ctx, post):
            owe(ctx.session, "nobody_answers", other, about=f"V-{post.id}", version=days.id, at=ctx.now)


def _others(ctx: Context, post: Post) -> Sequence[Post]:
    for role in (Role.COORDINATOR, Role.CHAIR):
        there = posts_with(ctx.session, role, post.partnership_id)
        if others := [one for one in there if _is_with_another(ctx, one)]:
            return others
    return ()


def _is_with_another(ctx: Context, post: Post) -> bool:
    holder = holder_of(ctx.session, post.id, ctx.today)
    return holder is not None and holder.id != ctx.actor.person_id


def _write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """Unless the days are taken back, or somebody deputises by now."""
    post, today = session.get_one(Post, int(delivery.about.removeprefix("V-"))), local_day(now)
    days = session.get(ClosedDays, delivery.about_version)
    if days is None or days.last_day < today or holding_of(session, post.id, today, deputy=True):
        return None
    names = bool(delivery.post and delivery.post.role is Role.COORDINATOR)
    return NobodyAnswers(post.partnership.name, post.words, days.first_day, days.last_day, names)


OWED = (Owed("nobody_answers", _write),)
