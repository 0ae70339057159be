"""What a coordinator or a chair decides about an action, as the lifecycle's table allows it."""

from datetime import date

from bot.context import Context
from bot.features.actions.steps import ANSWERED, NOTHING, UNBLOCKED, hand_over, to_another, visible
from bot.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from bot.kit.references import new_reference
from bot.kit.words import day_in_words
from bot.lifecycles.action import ACTION
from bot.lifecycles.moving import begun, move, tell
from bot.naming import name_to
from bot.permissions import May, needs
from storage.levels import Classified, Level
from storage.queries.people import post_is_held, posts_with
from storage.records import Action, ActionState, Post, Role, Verb


@needs(May.DECIDE_ACTIONS)
def agree(ctx: Context, reference: str, seen: int | None) -> Action:
    """To what was proposed, or to more time: whichever waits for an answer."""
    action = visible(ctx, reference)
    if action.state is ActionState.PROPOSED or action.changed_how == "agree":
        _agree_proposal(ctx, action, seen)
    elif _asked(ctx, action, "agree more time"):
        _needs_chair(ctx, action)
        given = {"due_on": action.asked_due_on, "asked_due_on": None, "extensions": action.extensions + 1}
        move(ctx, ACTION, action, "agree more time", seen, **given, **NOTHING)
    return action


def _agree_proposal(ctx: Context, action: Action, seen: int | None) -> None:
    """Why it was proposed was written for the coordinator: it does not go to the owner with the action."""
    _in_time(ctx, action)
    if move(ctx, ACTION, action, "agree", seen, agreed_at=ctx.now, **NOTHING):
        if action.case:
            name_to(ctx.session, action.case, [action.owner.agency_id])
        hand_over(ctx, action)


def _in_time(ctx: Context, action: Action) -> None:
    """What was proposed can be given while there is a day left to do it in."""
    if action.state is ActionState.PROPOSED and action.due_on <= ctx.today:
        was = day_in_words(action.due_on)
        raise Refusal(f"It was to be done by {was}, which is past. Cancel it, and add it with a later day.")


@needs(May.DECIDE_ACTIONS)
def keep_the_date(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    if _asked(ctx, action, "keep the date"):
        _needs_chair(ctx, action)
        move(ctx, ACTION, action, "keep the date", seen, asked_due_on=None, **NOTHING)
    return action


def _asked(ctx: Context, action: Action, event: str) -> bool:
    """Whether more time still waits for an answer; a second press of the same answer is no mistake."""
    if action.asked_due_on is None and (action.changed_how, action.changed_by_id) != (event, ctx.actor.person_id):
        raise Conflict
    return action.asked_due_on is not None


def _needs_chair(ctx: Context, action: Action) -> None:
    """More time for the second time is for the chair to agree (DOMAIN.md B.3), where somebody is one today."""
    posts = posts_with(ctx.session, Role.CHAIR, action.partnership_id) if action.extensions else ()
    chairs = [post for post in posts if post_is_held(ctx.session, post.id, ctx.today, deputy=False)]
    if chairs and not ctx.actor.post_ids & {post.id for post in chairs}:
        raise NotAllowed("More time was agreed before, so the chair decides this time. The chair is asked.")


@needs(May.GIVE_ACTIONS)
def confirm(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "confirm", seen)
    return action


@needs(May.GIVE_ACTIONS)
def record_done(ctx: Context, reference: str, seen: int | None) -> Action:
    """Told by phone, or by somebody who has neither Teams nor Slack.  Its owner hears that it is written down."""
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "record done", seen, **NOTHING, **UNBLOCKED, **ANSWERED)
    return action


@needs(May.GIVE_ACTIONS)
def agree_not_possible(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "agree not possible", seen)
    return action


@needs(May.GIVE_ACTIONS)
def send_back(ctx: Context, reference: str, seen: int | None, missing: str, why: str | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "send back", seen, because=missing, why=_secret(why))
    return action


@needs(May.GIVE_ACTIONS)
def give(ctx: Context, reference: str, seen: int | None, owner: Post) -> Action:
    """To another post of the same partnership, or back to the same one."""
    action = visible(ctx, reference)
    if owner.partnership_id != action.partnership_id:
        raise NotFound
    _in_time(ctx, action)
    return to_another(ctx, action, "give", seen, owner)


@needs(May.DECIDE_ACTIONS)
def cancel(ctx: Context, reference: str, seen: int | None, because: str, why: str | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "cancel", seen, because=because, why=_secret(why), asked_due_on=None, **UNBLOCKED)
    return action


@needs(May.GIVE_ACTIONS)
def enter_in_error(ctx: Context, reference: str, seen: int | None, because: str) -> Action:
    """It leaves every list and count; the tracker keeps that it was there."""
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "enter in error", seen, because=because, why=None, asked_due_on=None, **UNBLOCKED)
    return action


@needs(May.DECIDE_ACTIONS)
def reopen(ctx: Context, reference: str, seen: int | None, due_on: date, because: str) -> Action:
    action = visible(ctx, reference)
    again: dict[str, object] = {"due_on": due_on, "agreed_at": ctx.now, "extensions": 0}
    again |= dict.fromkeys(("outcome", "effect", "why", "paused_until"))
    if move(ctx, ACTION, action, "reopen", seen, because=because, **again):
        hand_over(ctx, action)
    return action


@needs(May.DECIDE_ACTIONS)
def replace(ctx: Context, reference: str, seen: int | None, owner: Post, verb: Verb, due_on: date) -> Action:
    """Ended, with another that follows it: about the same, given to whoever is to do it now."""
    action = visible(ctx, reference)
    if owner.partnership_id != action.partnership_id:
        raise NotFound
    if action.state is ActionState.SUPERSEDED and action.successor and action.changed_by_id == ctx.actor.person_id:
        return action.successor
    after = Action(
        reference=new_reference("A"),
        partnership_id=action.partnership_id,
        owner=owner,
        item=action.item,
        case=action.case,
        verb=verb,
        due_on=due_on,
        priority=action.priority,
        state=ActionState.OPEN,
        agreed_at=ctx.now,
        **begun(ctx, "give"),
    )
    move(ctx, ACTION, action, "replace", seen, successor=after, asked_due_on=None, **NOTHING, **UNBLOCKED)
    if after.case:
        name_to(ctx.session, after.case, [owner.agency_id])
    tell(ctx, [owner], "action_given", ctx.add(after))
    hand_over(ctx, after)
    return after


def _secret(words: str | None) -> Classified | None:
    return Classified(words, Level.L4) if words else None
