"""How an action stands, in words, and what can still be done with it."""

from datetime import date

from bot.context import Context
from bot.features.actions.notices import ActionStands, MarkedDone, PassedOn
from bot.features.actions.reasons import NotMine, in_words
from bot.features.actions.steps import line_for
from bot.kit.lifecycle import Party
from bot.kit.words import day_in_words
from bot.lifecycles.action import ACTION
from bot.lifecycles.moving import acts_for, who_did
from bot.replies import Place, Reply
from storage.records import WITH_OWNER, Action, ActionState

OWN, LEAD, RUN, DECIDE = {Party.OWNER}, {Party.LEAD}, {Party.COORDINATOR}, {Party.COORDINATOR, Party.CHAIR}
TOLD = (RUN, "They told me it is done", "record done")
END = ((DECIDE, "Cancel it", "cancel action"), (DECIDE, "Replace it", "replace"))
TO_DO = (
    (OWN, "Done", "done"),
    (OWN, "I need more time", "more time"),
    (OWN, "Remind me later", "remind later"),
    (OWN, "It is blocked", "blocked"),
    (OWN, "Not possible any more", "not possible"),
    (OWN | LEAD, "Not mine", "not mine"),
    (LEAD, "Pass it on", "pass on"),
    (RUN, "Give it to another post", "give"),
    TOLD,
    *END,
)
CHECK = ((OWN, "Undo", "undo"), (RUN, "Send it back", "send back"))
AGAIN = ((DECIDE, "Open it again", "reopen"),)

# What each party can still do, in the order in which it is offered.
BUTTONS: dict[ActionState, tuple[tuple[set[Party], str, str], ...]] = {
    ActionState.PROPOSED: ((DECIDE, "Give it", "agree"), (RUN, "Give it to another post", "give"), END[0]),
    ActionState.OPEN: ((OWN, "I will do it", "accept"), *TO_DO),
    ActionState.ACKNOWLEDGED: TO_DO,
    ActionState.BLOCKED: (
        (OWN, "Done", "done"),
        (OWN | RUN, "Not blocked any more", "unblock"),
        (OWN | DECIDE, "Escalate it", "escalate"),
        (OWN, "Not possible any more", "not possible"),
        (RUN, "Give it to another post", "give"),
        TOLD,
        *END,
    ),
    ActionState.CONTESTED: ((RUN, "Give it to a post", "give"), *END),
    ActionState.DONE_CLAIMED: ((RUN, "Confirm it is done", "confirm"), *CHECK),
    ActionState.NOT_POSSIBLE_CLAIMED: ((RUN, "Agree that it is not possible", "agree not possible"), *CHECK),
    ActionState.DONE: AGAIN,
    ActionState.NOT_POSSIBLE: AGAIN,
    ActionState.CANCELLED: AGAIN,
}
MORE_TIME = ((DECIDE, "Agree more time", "agree"), (DECIDE, "Keep the date", "keep the date"))

# What the word for a state leaves out.
FURTHER = {
    ActionState.PROPOSED: "It is only proposed. The coordinator or the chair decides whether to give it.",
    ActionState.ACKNOWLEDGED: "Its owner said that they will do it.",
    ActionState.CONTESTED: "Its owner says that it is not theirs. The coordinator decides who does it.",
    ActionState.NOT_POSSIBLE_CLAIMED: "Its owner says that it is not possible any more. The coordinator decides.",
    ActionState.NOT_POSSIBLE: "It was not possible any more.",
    ActionState.CANCELLED: "It was cancelled.",
    ActionState.SUPERSEDED: "Another action takes its place.",
    ActionState.ENTERED_IN_ERROR: "It was entered in error, and is on no list.",
}


def marked(ctx: Context, action: Action) -> Reply:
    if action.state is not ActionState.DONE_CLAIMED:
        return stands(ctx, action)
    notice = MarkedDone(
        line_for(ctx, action), action.changed_at, noted=bool(action.outcome), asks=action.effect is None
    )
    return Reply(notice.message(), place=Place.INSTEAD)


def passed_on(ctx: Context, action: Action, event: str, until: date | None) -> Reply:
    """A reason why it is not theirs is asked for once, and not demanded."""
    asks = event == "contest" and action.because is None
    reasons = ((one.label, f"because {one.value} {action.reference}") for one in NotMine) if asks else ()
    notice = PassedOn(line_for(ctx, action), event, until, action.partnership.contact, tuple(reasons))
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
        further(action),
    )
    return Reply(notice.message())


def further(action: Action) -> tuple[str, ...]:
    """What the word for its state leaves out: sentences, the reason among them."""
    because = in_words(action.because)
    paused = action.state in WITH_OWNER and action.paused_until
    after = action.successor.reference if action.successor else ""
    return tuple(
        sentence
        for sentence in (
            FURTHER.get(action.state, ""),
            f"Because: {because[:1].lower()}{because[1:]}." if because else "",
            f"See {after}." if after else "",
            f"Its reminders are paused until {day_in_words(paused)}." if paused else "",
        )
        if sentence
    )


def still(ctx: Context, action: Action) -> tuple[tuple[str, str], ...]:
    """The buttons that work for this person in this state, drawn at this version."""
    asked = MORE_TIME if action.asked_due_on else ()
    sides = {party for party in OWN | LEAD | DECIDE if acts_for(ctx, ACTION, action, {party})}
    return tuple(
        (label, f"{command} {action.reference} @{action.version}")
        for who, label, command in (*asked, *BUTTONS.get(action.state, ()))
        if who & sides and not (command == TOLD[2] and OWN & sides)
    )
