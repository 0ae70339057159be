"""Actions agreed at a meeting: given, reminded about, blocked, said done, checked, ended."""

from collections.abc import Callable

from bot.context import Context
from bot.features.actions import (
    asking,
    chasing,
    confirming,
    deciding,
    giving,
    importing,
    late,
    minute,
    minute_giving,
    on_request,
    steps,
    telling,
)
from bot.features.actions.chasing import JOBS
from bot.features.actions.notices import DoneUndone, NoAction, Settled
from bot.features.actions.replying import reply_in_words, yes
from bot.features.actions.saying import marked, passed_on, stands
from bot.features.actions.steps import action_status, line_for, visible
from bot.kit.errors import Conflict
from bot.kit.forms import Form
from bot.lifecycles.action import ACTION
from bot.lifecycles.moving import acts_for
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from bot.wording import Meaning
from storage.records import WITH_OWNER, Action, ActionState

Run = Callable[[Context, Spoken], Reply | Opening]

CERTAIN = {
    "accept": Meaning("acknowledge"),
    "done": Meaning("say done", certain=True),
    "not mine": Meaning("not mine"),
    "more time": Meaning("more time"),
    "blocked": Meaning("blocked"),
    "not possible": Meaning("not possible"),
}


def _step(
    step: Callable[[Context, str, int | None], Action], then: Callable[[Context, Action], Reply]
) -> Callable[[Context, Spoken], Reply]:
    """A press: take the step, or say how the action stands now."""

    def run(ctx: Context, spoken: Spoken) -> Reply:
        try:
            reply = then(ctx, step(ctx, spoken.reference, spoken.seen))
        except Conflict:
            return stands(ctx, visible(ctx, spoken.reference))
        return reply if spoken.alone else Reply(reply.message)

    return run


def _settled(event: str) -> Callable[[Context, Action], Reply]:
    def say(ctx: Context, action: Action) -> Reply:
        return Reply(Settled(line_for(ctx, action), event, action.owner.words).message(), place=Place.INSTEAD)

    return say


def _agreed(ctx: Context, action: Action) -> Reply:
    return _settled("give" if action.changed_how == "agree" else "agree more time")(ctx, action)


def _undone(ctx: Context, action: Action) -> Reply:
    return Reply(DoneUndone(line_for(ctx, action)).message(), place=Place.INSTEAD)


def _instead(ctx: Context, action: Action) -> Reply:
    return Reply(stands(ctx, action).message, place=Place.INSTEAD)


def _contested(ctx: Context, action: Action) -> Reply:
    return passed_on(ctx, action, "contest", None)


def _opens(form: type[Form], event: str) -> Run:
    """A form about an action, if that step still fits; else how the action stands."""

    def run(ctx: Context, spoken: Spoken) -> Reply | Opening:
        action = visible(ctx, spoken.reference)
        fits = ACTION.table.step(action.state, event) and acts_for(ctx, ACTION, action, ACTION.table.who(event))
        return _form(ctx, spoken, action, form, bool(fits))

    return run


def _form(ctx: Context, spoken: Spoken, action: Action, form: type[Form], fits: bool) -> Reply | Opening:
    stale = spoken.seen is not None and spoken.seen != action.version
    return _stands(ctx, spoken) if stale or not fits else Opening(form, Subject(action.reference, action.version))


def _outcome(ctx: Context, spoken: Spoken) -> Reply | Opening:
    action = visible(ctx, spoken.reference)
    owns = action.owner_id in ctx.actor.post_ids
    return _form(ctx, spoken, action, asking.AddOutcome, owns and action.state is ActionState.DONE_CLAIMED)


def _later(ctx: Context, spoken: Spoken) -> Reply | Opening:
    """Also from a card that shows less than is so: a pause takes no step."""
    action = visible(ctx, spoken.reference)
    fits = action.owner_id in ctx.actor.post_ids and action.state in WITH_OWNER
    return Opening(asking.PauseReminders, Subject(action.reference)) if fits else _stands(ctx, spoken)


def _owner(word: str, press: Run) -> Run:
    """With a reference it is a press; without one a reply in words, which may have to ask which action is meant."""

    def run(ctx: Context, spoken: Spoken) -> Reply | Opening:
        if spoken.reference:
            return press(ctx, spoken)
        return reply_in_words(ctx, CERTAIN[word], spoken) or Reply(NoAction().message())

    return run


def _because(ctx: Context, spoken: Spoken) -> Reply:
    """A reason of the closed list, pressed after "not mine": its word comes before the reference."""
    chosen = spoken.rest.partition(" ")[0]
    try:
        action = steps.say_why(ctx, spoken.reference, chosen)
    except (Conflict, ValueError):
        return stands(ctx, visible(ctx, spoken.reference))
    return passed_on(ctx, action, "contest", None)


def _stands(ctx: Context, spoken: Spoken) -> Reply:
    return stands(ctx, action_status(ctx, spoken.reference))


def _add(form: type[Form]) -> Run:
    return lambda _ctx, _spoken: Opening(form)


_more_time, _blocked = _opens(asking.MoreTime, "ask for more time"), _opens(asking.BlockAction, "block")
_not_possible = _opens(asking.NotPossibleAnyMore, "say not possible")
OWN, RUN, DECIDE, EXAMPLE = May.DO_ACTIONS, May.GIVE_ACTIONS, May.DECIDE_ACTIONS, "A-7K2F9"

# name, help, what it does, who may, and whether help lists it
ABOUT_ONE: tuple[tuple[str, str, Run, May, bool], ...] = (
    ("accept", "Say that you will do an action", _owner("accept", _step(steps.accept, _instead)), OWN, True),
    ("done", "Say an action is done", _owner("done", _step(steps.say_done, marked)), OWN, True),
    (
        "more time",
        "Ask for more time for an action",
        _owner("more time", _more_time),
        OWN,
        True,
    ),
    ("remind later", "Pause the reminders of an action", _later, OWN, True),
    ("not mine", "Say an action is not yours", _owner("not mine", _step(steps.contest, _contested)), OWN, True),
    (
        "blocked",
        "Say what stands in the way of an action",
        _owner("blocked", _blocked),
        OWN,
        True,
    ),
    ("unblock", "Say that an action is not blocked any more", _step(steps.unblock, _instead), OWN, True),
    (
        "not possible",
        "Say that an action is not possible any more",
        _owner("not possible", _not_possible),
        OWN,
        True,
    ),
    ("undo", "Take back what you said was done", _step(steps.undo, _undone), OWN, True),
    ("outcome", "Add what came of an action", _outcome, OWN, True),
    ("because", "Say why an action is not yours", _because, OWN, False),
    ("action", "See how an action stands", _stands, OWN, True),
    ("pass on", "Pass an action on inside your agency", _opens(giving.PassOn, "pass on"), May.HAND_ON_ACTIONS, True),
    ("confirm", "Confirm that an action is done", _step(deciding.confirm, _settled("confirm")), RUN, True),
    (
        "record done",
        "Write down that you were told it is done",
        _step(deciding.record_done, _settled("record done")),
        RUN,
        True,
    ),
    ("send back", "Send an action back: not done yet", _opens(asking.SendBack, "send back"), RUN, True),
    (
        "agree not possible",
        "Agree that an action is not possible any more",
        _step(deciding.agree_not_possible, _settled("agree not possible")),
        RUN,
        False,
    ),
    ("agree", "Agree to more time, or to an action that was proposed", _step(deciding.agree, _agreed), DECIDE, False),
    ("keep the date", "Keep the date", _step(deciding.keep_the_date, _settled("keep the date")), DECIDE, False),
    ("give", "Give an action to another post", _opens(giving.GiveAction, "give"), RUN, True),
    ("cancel action", "Cancel an action", _opens(asking.CancelAction, "cancel"), DECIDE, True),
    ("replace", "Replace an action by another", _opens(giving.ReplaceAction, "replace"), DECIDE, True),
    ("reopen", "Open an action again", _opens(asking.ReopenAction, "reopen"), DECIDE, True),
    ("entered in error", "Take an action off every list", _opens(asking.EnteredInError, "enter in error"), RUN, True),
)
COMMANDS = (
    *(
        Command(name, words, run, needs=may, takes=EXAMPLE, listed=listed)
        for name, words, run, may, listed in ABOUT_ONE
    ),
    Command("yes", "Confirm what I understood", yes, needs=OWN, takes="P-7K2F9", listed=False),
    Command(
        "propose action", "Propose an action between meetings", _add(giving.ProposeAction), needs=May.PROPOSE_ACTIONS
    ),
    Command("add action", "Give somebody an action", _add(giving.NewAction), needs=RUN),
    *confirming.COMMANDS,
    *on_request.COMMANDS,
    *late.COMMANDS,
    *minute.COMMANDS,
    *minute_giving.COMMANDS,
    *importing.COMMANDS,
)
FORMS = (
    Guided(giving.NewAction, giving.added),
    Guided(giving.ProposeAction, giving.proposed),
    Guided(giving.GiveAction, giving.given),
    Guided(giving.PassOn, giving.passed_to),
    Guided(giving.ReplaceAction, giving.replaced),
    Guided(asking.MoreTime, asking.asked),
    Guided(asking.PauseReminders, asking.paused),
    Guided(asking.BlockAction, asking.blocked),
    Guided(asking.NotPossibleAnyMore, asking.not_possible),
    Guided(asking.AddOutcome, asking.outcome_added),
    Guided(asking.SendBack, asking.sent_back),
    Guided(asking.CancelAction, asking.cancelled),
    Guided(asking.EnteredInError, asking.in_error),
    Guided(asking.ReopenAction, asking.reopened),
    *minute.FORMS,
    *importing.FORMS,
)
OWED = (*chasing.OWED, *telling.OWED, *importing.OWED)

__all__ = ["COMMANDS", "FORMS", "JOBS", "OWED", "reply_in_words"]
