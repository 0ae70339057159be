"""Raising what is stuck, and the steps people take with it, as the lifecycle's table allows them."""

from bot.context import Context
from bot.kit.errors import NotAllowed, Refusal, or_not_found
from bot.kit.lifecycle import Party
from bot.kit.references import new_reference
from bot.lifecycles.escalation import ESCALATION, LADDER, object_by
from bot.lifecycles.moving import acts_for, begun, move
from bot.permissions import May, needs
from storage.levels import Classified, Level
from storage.queries.actions import action_for
from storage.queries.escalations import TOP, escalation_for, live_escalation_of
from storage.records import ENDED, Action, ActionState, BlockedBecause, Escalation, EscalationState, Post, Role

OVER = "There is nothing to escalate: action {} is over, or its owner has said that it is done."
AT_THE_TOP = "It is at the top, level 5. The strategic group settles it, or records that it is unresolved."
NOT_THE_TOP = "Only the strategic group, level 5, can record that. {} is at level {}, with {}."
NOT_AT_LEVEL = "{} is at level {}, with {}. They write how it was settled."
TOO_LATE = "It could be objected to for two working days. Say escalate {} to raise it again."


def visible(ctx: Context, reference: str) -> Escalation:
    return or_not_found(escalation_for(ctx.session, ctx.actor, reference))


@needs(May.ESCALATE)
def to_escalate(ctx: Context, reference: str) -> tuple[Action, Escalation | None]:
    """An action of theirs that somebody still has to do, and the escalation that it has already."""
    action = or_not_found(action_for(ctx.session, ctx.actor, reference))
    if action.state in (*ENDED, ActionState.DONE_CLAIMED):
        raise Refusal(OVER.format(reference))
    return action, live_escalation_of(ctx.session, action.id)


@needs(May.ESCALATE)
def raise_it(ctx: Context, reference: str, reason: BlockedBecause, level: int, *, at_risk: bool) -> Escalation:
    """Or the one there is: two people may press at once, and an action has one at a time."""
    action, there = to_escalate(ctx, reference)
    if there:
        return there
    return ctx.add(
        Escalation(
            reference=new_reference("B"),
            partnership_id=action.partnership_id,
            action=action,
            level=level,
            level_since=ctx.now,
            reason=reason,
            at_risk=at_risk,
            raised_by=_as(ctx, action),
            raised_at=ctx.now,
            state=EscalationState.OPEN,
            **begun(ctx, "raise"),
        )
    )


def _as(ctx: Context, action: Action) -> Post:
    """The post of theirs by which the action is theirs to escalate."""
    here = [post for post in ctx.actor.posts if post.partnership_id == action.partnership_id]
    return min(here, key=lambda post: (post.id != action.owner_id, post.role is not Role.COORDINATOR))


@needs(May.ESCALATE)
def stands(ctx: Context, reference: str) -> Escalation:
    return visible(ctx, reference)


@needs(May.ESCALATE)
def climb(ctx: Context, reference: str, seen: int | None) -> Escalation:
    """One level up."""
    escalation = visible(ctx, reference)
    if escalation.state is EscalationState.OPEN and escalation.level == TOP and seen in (None, escalation.version):
        raise Refusal(AT_THE_TOP)
    move(ctx, ESCALATION, escalation, "climb", seen, level=min(escalation.level + 1, TOP), level_since=ctx.now)
    return escalation


@needs(May.ESCALATE)
def to_settle(ctx: Context, reference: str) -> Escalation:
    """Before anybody is asked for words: a form that is refused at its end has lost them."""
    escalation = visible(ctx, reference)
    if not acts_for(ctx, ESCALATION, escalation, {Party.LEVEL}):
        raise NotAllowed(NOT_AT_LEVEL.format(reference, escalation.level, LADDER[escalation.level].who))
    return escalation


@needs(May.ESCALATE)
def settle(ctx: Context, reference: str, seen: int | None, words: str) -> Escalation:
    escalation = visible(ctx, reference)
    written = Classified(words, Level.L4)
    move(ctx, ESCALATION, escalation, "settle", seen, settlement=written, settled_at=ctx.now)
    return escalation


@needs(May.ESCALATE)
def object_to(ctx: Context, reference: str, seen: int | None) -> Escalation:
    """It is open again at the level where it was settled, with as much time as before."""
    escalation = visible(ctx, reference)
    if escalation.state is EscalationState.RESOLVED or _too_late(ctx, escalation):
        raise Refusal(TOO_LATE.format(escalation.action.reference))
    move(ctx, ESCALATION, escalation, "object", seen, objected=True, settled_at=None, level_since=ctx.now)
    return escalation


def _too_late(ctx: Context, escalation: Escalation) -> bool:
    """Also while the clock has not closed it yet."""
    by = object_by(escalation)
    return escalation.state is EscalationState.SETTLED and by is not None and ctx.today > by


@needs(May.ESCALATE)
def withdraw(ctx: Context, reference: str, seen: int | None) -> Escalation:
    escalation = visible(ctx, reference)
    move(ctx, ESCALATION, escalation, "withdraw", seen)
    return escalation


@needs(May.ESCALATE)
def record_unresolved(ctx: Context, reference: str, seen: int | None) -> Escalation:
    escalation = visible(ctx, reference)
    if escalation.level < TOP:
        level = escalation.level
        raise Refusal(NOT_THE_TOP.format(reference, level, LADDER[level].who))
    move(ctx, ESCALATION, escalation, "record unresolved", seen)
    return escalation
