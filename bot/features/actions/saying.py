"""How an action stands, in words, and what can still be done with it."""

from bot.context import Context
from bot.features.actions.notices import ActionStands, MarkedDone
from bot.features.actions.steps import line_for
from bot.lifecycles.action import ACTION
from bot.lifecycles.moving import who_did
from bot.replies import Place, Reply
from storage.records import Action, ActionState


def marked(ctx: Context, action: Action) -> Reply:
    if action.state is not ActionState.DONE_CLAIMED:
        return stands(ctx, action)
    notice = MarkedDone(line_for(ctx, action), action.changed_at, noted=bool(action.outcome))
    return Reply(notice.message(), place=Place.INSTEAD)


def stands(ctx: Context, action: Action) -> Reply:
    by = "you" if action.changed_by_id == ctx.actor.person_id else who_did(ACTION, action)
    notice = ActionStands(
        line_for(ctx, action),
        ACTION.table.words[action.state],
        by,
        action.changed_at,
        still(ctx, action),
        action.partnership.contact,
    )
    return Reply(notice.message())


def still(ctx: Context, action: Action) -> tuple[tuple[str, str], ...]:
    """The buttons that work for this person in this state, drawn at this version."""
    owner = action.owner_id in ctx.actor.post_ids
    at = f"{action.reference} @{action.version}"
    match action.state:
        case ActionState.OPEN if owner:
            return (("Done", f"done {at}"), ("I need more time", f"more time {at}"), ("Not mine", f"not mine {at}"))
        case ActionState.DONE_CLAIMED if owner:
            return (("Undo", f"undo {at}"),)
        case ActionState.DONE_CLAIMED:
            return (("Confirm it is done", f"confirm {at}"), ("Send it back", f"send back {at}"))
        case ActionState.CONTESTED if not owner:
            return (("Give it to a post", f"give {at}"),)
    return ()
