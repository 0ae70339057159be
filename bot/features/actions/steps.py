"""The steps people take with an action, as the lifecycle's table allows them."""

from datetime import date

from bot.context import Context
from bot.features.actions.notices import ActionLine
from bot.kit.errors import Conflict, NotFound, Refusal
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day, working_days_after
from bot.lifecycles.action import ACTION
from bot.lifecycles.moving import move
from bot.naming import name_to
from bot.permissions import May, needs
from bot.sharing import What, disclose, lift, strand_of
from storage.levels import Classified, Level
from storage.queries.actions import action_for
from storage.queries.posted import of_post, remove_now, tells_of
from storage.records import Action, ActionState, Post, Purpose


def visible(ctx: Context, reference: str) -> Action:
    action = action_for(ctx.session, ctx.actor, reference)
    if action is None:
        raise NotFound
    return action


@needs(May.DO_ACTIONS)
def action_status(ctx: Context, reference: str) -> Action:
    return visible(ctx, reference)


@needs(May.DO_ACTIONS)
def say_done(ctx: Context, reference: str, seen: int | None, outcome: Classified | None = None) -> Action:
    """`outcome` is what they wrote beside it: kept in the tracker, never repeated in a message."""
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "say done", seen, outcome=outcome)
    return action


@needs(May.DO_ACTIONS)
def undo(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "undo", seen, outcome=None)
    return action


@needs(May.DO_ACTIONS)
def contest(ctx: Context, reference: str, seen: int | None, why: Classified | None = None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "contest", seen, outcome=why)
    return action


@needs(May.DO_ACTIONS)
def ask_for_more_time(ctx: Context, reference: str, seen: int | None, until: date) -> Action:
    action = visible(ctx, reference)
    latest = max(action.due_on, ctx.today)
    if action.state is ActionState.OPEN and until <= latest:
        example = day_in_words(working_days_after(latest, 3))
        raise Refusal(
            f"It is already due by {day_in_words(action.due_on)}. Give a later day, like: need till {example}."
        )
    move(ctx, ACTION, action, "ask for more time", seen, asked_due_on=until)
    return action


@needs(May.GIVE_ACTIONS)
def confirm(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "confirm", seen)
    return action


@needs(May.GIVE_ACTIONS)
def send_back(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "send back", seen)
    return action


@needs(May.GIVE_ACTIONS)
def agree_more_time(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    if _asked(ctx, action, "agree more time"):
        move(ctx, ACTION, action, "agree more time", seen, due_on=action.asked_due_on, asked_due_on=None)
    return action


@needs(May.GIVE_ACTIONS)
def keep_the_date(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    if _asked(ctx, action, "keep the date"):
        move(ctx, ACTION, action, "keep the date", seen, asked_due_on=None)
    return action


def _asked(ctx: Context, action: Action, event: str) -> bool:
    """Whether more time still waits for an answer; a second press of the same answer is no mistake."""
    if action.asked_due_on is None and (action.changed_how, action.changed_by_id) != (event, ctx.actor.person_id):
        raise Conflict
    return action.asked_due_on is not None


@needs(May.GIVE_ACTIONS)
def give(ctx: Context, reference: str, seen: int | None, owner: Post) -> Action:
    """To another post of the same partnership, or back to the same one."""
    action = visible(ctx, reference)
    if owner.partnership_id != action.partnership_id:
        raise NotFound
    before = action.owner_id
    if move(ctx, ACTION, action, "give", seen, owner=owner, asked_due_on=None, outcome=None) and before != owner.id:
        remove_now(ctx.session, ctx.now, of_post(before), tells_of(reference))
    if action.case:
        name_to(ctx.session, action.case, [owner.agency_id])
    hand_over(ctx, action)
    return action


def hand_over(ctx: Context, action: Action) -> None:
    """To give it is a decision: what was withdrawn of it before is given again, as far as the agreement goes."""
    lift(ctx, action.owner.agency_id, action.reference)
    disclose(ctx, what_of(action))


def what_of(action: Action) -> What:
    """As its owner's agency is shown it."""
    whose, agency, strand = action.partnership_id, action.owner.agency_id, strand_of(action.item)
    return What(whose, agency, action.reference, strand, Level.L3, Purpose.ACTIONS)


def line_for(ctx: Context, action: Action) -> ActionLine:
    """As the agency of this person reads it: the owner's, or that of the coordinator."""
    posts = sorted(ctx.actor.posts, key=lambda post: post.id != action.owner_id)
    agency = next((post.agency_id for post in posts if post.partnership_id == action.partnership_id), None)
    return line_of(action, agency, ctx.today)


def line_of(action: Action, agency_id: int | None, today: date) -> ActionLine:
    case = action.case
    item = None if case and case.protected else action.item
    return ActionLine(
        action.partnership.name,
        action.verb.value,
        f"Item {item.number}, {day_in_words(local_day(item.meeting.starts_at))}" if item else "",
        case.called_by(agency_id) if case else "",
        case is not None,
        action.reference,
        action.version,
        action.due_on,
        action.due_on < today,
    )
