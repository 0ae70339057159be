"""Choices that more than one feature offers, most of them from the tracker."""

from collections.abc import Iterable

from bot.context import Context
from bot.kit.forms import Choice, Option
from storage.queries.cases import open_cases_of
from storage.queries.people import partnerships, posts_beside, posts_in
from storage.records import BlockedBecause, Role


class InTheWay(Choice):
    """Peer review, paragraph 91: was the agency there, senior enough, aware of its duty, or barred by its own rules."""

    NOT_AT_TABLE = BlockedBecause.NOT_AT_TABLE.value, "An agency that is needed is not at the panel"
    NOT_SENIOR_ENOUGH = BlockedBecause.NOT_SENIOR_ENOUGH.value, "Nobody who comes can decide it"
    DUTY_NOT_UNDERSTOOD = BlockedBecause.DUTY_NOT_UNDERSTOOD.value, "An agency does not see it as its duty"
    LAW_OR_PROTOCOL = BlockedBecause.LAW_OR_PROTOCOL.value, "The law or a protocol does not allow it"
    CAPACITY = BlockedBecause.CAPACITY.value, "Not enough people or time"
    WAITING = BlockedBecause.WAITING.value, "It waits for another action"


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


def posts_at_own_panels(ctx: Context) -> Iterable[Option]:
    """All posts that can be given an action where this person holds one."""
    several = len(ctx.actor.where()) > 1
    for post in posts_beside(ctx.session, ctx.actor):
        yield Option(str(post.id), f"{post.partnership.name}: {post.words}" if several else post.words)


def own_agencys_posts(ctx: Context) -> Iterable[Option]:
    """The posts of the agencies that this person leads, where they lead them."""
    leads = {(one.agency_id, one.partnership_id) for one in ctx.actor.posts if one.role is Role.AGENCY_LEAD}
    for post in posts_beside(ctx.session, ctx.actor):
        if (post.agency_id, post.partnership_id) in leads:
            yield Option(str(post.id), post.words)


def own_cases(ctx: Context) -> Iterable[Option]:
    """The open cases of those boroughs, each as the coordinator's own agency knows it."""
    agencies = {post.partnership_id: post.agency_id for post in ctx.actor.posts if post.role is Role.COORDINATOR}
    for case in open_cases_of(ctx.session, ctx.actor):
        known_as = case.called_by(agencies[case.partnership_id])
        yield Option(case.reference, f"{known_as}, {case.reference}" if known_as else f"{case.reference}, protected")
