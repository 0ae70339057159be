"""The steps people take with an action, as the lifecycle's table allows them."""

from datetime import date

from bot.audit import reveal_all
from bot.context import Context
from bot.features.actions.notices import ActionLine
from bot.features.actions.reasons import NotMine
from bot.kit.errors import Conflict, NotFound, Refusal, or_not_found
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day, working_days_after
from bot.lifecycles.action import ACTION
from bot.lifecycles.moving import move
from bot.naming import name_to
from bot.outbox import mark_stale
from bot.permissions import May, needs
from bot.sharing import What, disclose, lift, strand_of
from storage.levels import Classified, Level
from storage.queries.actions import action_for
from storage.queries.posted import of_post, remove_now, tells_of
from storage.records import WITH_OWNER, Action, ActionState, BlockedBecause, Effect, Post, Priority, Purpose

PAST_DUE = 2  # working days
NOTHING: dict[str, None] = {"because": None, "why": None}  # no reason belongs to this step
UNBLOCKED: dict[str, None] = {"blocked_because": None, "blocked_at": None}
ANSWERED: dict[str, None] = {"asked_due_on": None}  # whoever says more than "more time" does not wait for that any more


def visible(ctx: Context, reference: str) -> Action:
    return or_not_found(action_for(ctx.session, ctx.actor, reference))


@needs(May.DO_ACTIONS)
def action_status(ctx: Context, reference: str) -> Action:
    return visible(ctx, reference)


@needs(May.DO_ACTIONS)
def accept(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "accept", seen)
    return action


@needs(May.DO_ACTIONS)
def say_done(ctx: Context, reference: str, seen: int | None, outcome: Classified | None = None) -> Action:
    """`outcome` is what they wrote beside it: kept in the tracker, never repeated in a message."""
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "say done", seen, outcome=outcome, effect=None, **NOTHING, **UNBLOCKED, **ANSWERED)
    return action


@needs(May.DO_ACTIONS)
def add_outcome(ctx: Context, reference: str, effect: str, outcome: str | None) -> Action:
    """What came of it, by its owner, until it is checked: asked for once, and no step of its own."""
    action = visible(ctx, reference)
    if action.owner_id not in ctx.actor.post_ids or action.state is not ActionState.DONE_CLAIMED:
        raise Conflict
    action.effect = Effect(effect)
    action.outcome = Classified(outcome, Level.L4) if outcome else action.outcome
    mark_stale(ctx.session, reference, ctx.now)
    return action


@needs(May.DO_ACTIONS)
def undo(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "undo", seen, outcome=None, effect=None, **NOTHING)
    return action


@needs(May.DO_ACTIONS)
def contest(
    ctx: Context, reference: str, seen: int | None, why: Classified | None = None, because: str | None = None
) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "contest", seen, because=because, why=why, **ANSWERED)
    return action


@needs(May.DO_ACTIONS)
def say_why(ctx: Context, reference: str, because: str) -> Action:
    """Why it is not theirs, by whoever said so: asked for once, and no step of its own."""
    action = visible(ctx, reference)
    if action.changed_by_id != ctx.actor.person_id or action.state is not ActionState.CONTESTED:
        raise Conflict
    action.because = NotMine(because).value
    mark_stale(ctx.session, reference, ctx.now)
    return action


@needs(May.DO_ACTIONS)
def block(
    ctx: Context, reference: str, seen: int | None, because: BlockedBecause, why: Classified | None = None
) -> Action:
    action = visible(ctx, reference)
    move(
        ctx, ACTION, action, "block", seen, because=because.value, blocked_because=because, blocked_at=ctx.now, why=why
    )
    return action


@needs(May.DO_ACTIONS)
def unblock(ctx: Context, reference: str, seen: int | None) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "unblock", seen, **NOTHING, **UNBLOCKED)
    return action


@needs(May.DO_ACTIONS)
def say_not_possible(
    ctx: Context, reference: str, seen: int | None, because: str | None, why: Classified | None = None
) -> Action:
    action = visible(ctx, reference)
    move(ctx, ACTION, action, "say not possible", seen, because=because, why=why, **UNBLOCKED, **ANSWERED)
    return action


@needs(May.DO_ACTIONS)
def ask_for_more_time(
    ctx: Context, reference: str, seen: int | None, until: date, why: Classified | None = None
) -> Action:
    action = visible(ctx, reference)
    latest = max(action.due_on, ctx.today)
    if action.state in WITH_OWNER and until <= latest:
        example = day_in_words(working_days_after(latest, 3))
        raise Refusal(
            f"It is already due by {day_in_words(action.due_on)}. Give a later day, like: need till {example}."
        )
    move(ctx, ACTION, action, "ask for more time", seen, asked_due_on=until, why=why)
    return action


@needs(May.DO_ACTIONS)
def pause(ctx: Context, reference: str, days: int) -> tuple[Action, date]:
    """No reminder for so many working days, and for two past its due day at most (DOMAIN.md B.1).  It is no step: what
    is shown stays as it is, and the coordinator can see it.
    """
    action = visible(ctx, reference)
    if action.owner_id not in ctx.actor.post_ids or action.state not in WITH_OWNER:
        raise Conflict
    latest = working_days_after(action.due_on, PAST_DUE)
    if latest <= ctx.today:
        raise Refusal("This is late, so its reminders go on. Ask for more time instead, or say what is in the way.")
    action.paused_until = min(working_days_after(ctx.today, days), latest)
    mark_stale(ctx.session, reference, ctx.now)
    return action, action.paused_until


@needs(May.DO_ACTIONS)
def keep_note(ctx: Context, reference: str, note: Classified) -> Action:
    """Beside an action that stays as it is, under what was written there before."""
    action = visible(ctx, reference)
    if action.owner_id not in ctx.actor.post_ids or action.state not in WITH_OWNER:
        raise Conflict
    action.why = joined(ctx, reference, action.why, note)
    mark_stale(ctx.session, reference, ctx.now)
    return action


def joined(ctx: Context, reference: str, *notes: Classified | None) -> Classified | None:
    """One under the other."""
    written = [one for one in notes if one]
    if len(written) < 2:
        return next(iter(written), None)
    words = reveal_all(ctx, written, "putting notes together", reference)
    return Classified("\n".join(words), Level.L4)


@needs(May.HAND_ON_ACTIONS)
def pass_on(ctx: Context, reference: str, seen: int | None, owner: Post) -> Action:
    """By the lead of an agency, to another of its posts there."""
    action = visible(ctx, reference)
    if (owner.agency_id, owner.partnership_id) != (action.owner.agency_id, action.partnership_id):
        raise NotFound
    return to_another(ctx, action, "pass on", seen, owner)


def to_another(ctx: Context, action: Action, event: str, seen: int | None, owner: Post) -> Action:
    """What stood in chat for its owner before is taken away, and the new agency learns what the case is called."""
    before, changed = action.owner_id, {"owner": owner, "asked_due_on": None, "outcome": None, "paused_until": None}
    if move(ctx, ACTION, action, event, seen, **changed, **NOTHING, **UNBLOCKED) and before != owner.id:
        remove_now(ctx.session, ctx.now, of_post(before), tells_of(action.reference))
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
        action.state is ActionState.OPEN and action.priority is Priority.HIGH,
    )
