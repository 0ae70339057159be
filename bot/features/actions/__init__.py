"""Actions agreed at a meeting: given, reminded about, said done, checked."""

from collections.abc import Callable

from bot.context import Context
from bot.features.actions import steps
from bot.features.actions.chasing import JOBS, OWED
from bot.features.actions.giving import GiveAction, MoreTime, NewAction, added, asked, given
from bot.features.actions.notices import DoneUndone, Settled
from bot.features.actions.replying import passed_on, reply_in_words, yes
from bot.features.actions.saying import marked, stands
from bot.features.actions.steps import action_status, line_for, visible
from bot.kit.errors import Conflict
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from bot.wording import Meaning
from storage.records import Action, ActionState

CERTAIN = {
    "done": Meaning("say done", certain=True),
    "not mine": Meaning("contest"),
    "more time": Meaning("ask for more time"),
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


def _undone(ctx: Context, action: Action) -> Reply:
    return Reply(DoneUndone(line_for(ctx, action)).message(), place=Place.INSTEAD)


def _contested(ctx: Context, action: Action) -> Reply:
    return passed_on(ctx, action, "contest", None)


def _owner(
    word: str, press: Callable[[Context, Spoken], Reply | Opening]
) -> Callable[[Context, Spoken], Reply | Opening]:
    """With a reference it is a press; without one a reply in words, which may have to ask which action is meant."""

    def run(ctx: Context, spoken: Spoken) -> Reply | Opening:
        return press(ctx, spoken) if spoken.reference else reply_in_words(ctx, CERTAIN[word], spoken)

    return run


def _more_time(ctx: Context, spoken: Spoken) -> Reply | Opening:
    action = visible(ctx, spoken.reference)
    stale = spoken.seen is not None and spoken.seen != action.version
    if stale or action.state is not ActionState.OPEN or action.owner_id not in ctx.actor.post_ids:
        return stands(ctx, action)
    return Opening(MoreTime, about=Subject(action.reference, action.version))


def _give(ctx: Context, spoken: Spoken) -> Reply | Opening:
    action = visible(ctx, spoken.reference)
    if action.state not in (ActionState.OPEN, ActionState.CONTESTED):
        return stands(ctx, action)
    return Opening(GiveAction, about=Subject(action.reference, action.version))


def _stands(ctx: Context, spoken: Spoken) -> Reply:
    return stands(ctx, action_status(ctx, spoken.reference))


def _add(_ctx: Context, _spoken: Spoken) -> Opening:
    return Opening(NewAction)


OWN, RUN, EXAMPLE = May.DO_ACTIONS, May.GIVE_ACTIONS, "A-7K2F9"

COMMANDS = (
    Command("done", "Say an action is done", _owner("done", _step(steps.say_done, marked)), needs=OWN, takes=EXAMPLE),
    Command("more time", "Ask for more time for an action", _owner("more time", _more_time), needs=OWN, takes=EXAMPLE),
    Command(
        "not mine",
        "Say an action is not yours",
        _owner("not mine", _step(steps.contest, _contested)),
        needs=OWN,
        takes=EXAMPLE,
    ),
    Command("undo", "Take back what you said was done", _step(steps.undo, _undone), needs=OWN, takes=EXAMPLE),
    Command("yes", "Confirm what I understood", yes, needs=OWN, takes="P-7K2F9", listed=False),
    Command("action", "See how an action stands", _stands, needs=OWN, takes=EXAMPLE),
    Command("add action", "Give somebody an action", _add, needs=RUN),
    Command(
        "confirm", "Confirm that an action is done", _step(steps.confirm, _settled("confirm")), needs=RUN, takes=EXAMPLE
    ),
    Command(
        "send back",
        "Send an action back: not done yet",
        _step(steps.send_back, _settled("send back")),
        needs=RUN,
        takes=EXAMPLE,
    ),
    Command(
        "agree",
        "Agree more time",
        _step(steps.agree_more_time, _settled("agree more time")),
        needs=RUN,
        takes=EXAMPLE,
        listed=False,
    ),
    Command(
        "keep the date",
        "Keep the date",
        _step(steps.keep_the_date, _settled("keep the date")),
        needs=RUN,
        takes=EXAMPLE,
        listed=False,
    ),
    Command("give", "Give an action to another post", _give, needs=RUN, takes=EXAMPLE),
)
FORMS = (Guided(NewAction, added), Guided(GiveAction, given), Guided(MoreTime, asked))

__all__ = ["COMMANDS", "FORMS", "JOBS", "OWED", "reply_in_words"]
