"""Forms that ask beside a step for its reason, a day, or what came of it."""

from collections.abc import Callable
from typing import Annotated, ClassVar, TypeVar

from bot.choices import InTheWay
from bot.context import Context
from bot.features.actions import deciding, steps
from bot.features.actions.notices import RemindersPaused, Settled
from bot.features.actions.reasons import Again, Helped, HowLong, Missing, Mistake, NotNeeded, NotPossible
from bot.features.actions.saying import marked, passed_on, stands
from bot.features.actions.steps import line_for
from bot.kit.answers import ComingDay, Story
from bot.kit.errors import Conflict
from bot.kit.forms import Ask, Form
from bot.kit.worktime import working_days_after
from bot.replies import Place, Reply, Subject
from storage.levels import Classified, Level
from storage.queries.actions import proposal_pressed
from storage.records import Action, BlockedBecause

F = TypeVar("F", bound=Form)

PAGE = "The action"
BESIDE = Ask(
    PAGE,
    "Is there anything to add?",
    "It stays in the tracker, and is read on a signed-in page only.",
    long=True,
    private=True,
    optional=True,
)


class MoreTime(Form):
    """Ask for more time"""

    send: ClassVar[str] = "Ask for more time"

    until: Annotated[ComingDay, Ask(PAGE, "Until when do you need?", "For example, 27 March 2026, or Friday")]
    why: Annotated[Story | None, BESIDE] = None


class PauseReminders(Form):
    """Remind me later"""

    send: ClassVar[str] = "Pause the reminders"

    days: Annotated[HowLong, Ask(PAGE, "For how long?", "The day by which it is due stays as it is.")]


class BlockAction(Form):
    """What is in the way?"""

    send: ClassVar[str] = "Tell the coordinator"

    because: Annotated[InTheWay, Ask(PAGE, "What stands in the way?", "Choose what comes nearest.")]
    why: Annotated[Story | None, BESIDE] = None


class NotPossibleAnyMore(Form):
    """Not possible any more"""

    send: ClassVar[str] = "Tell the coordinator"

    because: Annotated[NotPossible, Ask(PAGE, "Why is it not possible any more?")]
    why: Annotated[Story | None, BESIDE] = None


class AddOutcome(Form):
    """What came of it?"""

    send: ClassVar[str] = "Keep this"

    effect: Annotated[Helped, Ask(PAGE, "Did it help?", "As you see it today.")]
    outcome: Annotated[Story | None, BESIDE] = None


class SendBack(Form):
    """Send an action back"""

    send: ClassVar[str] = "Send it back"

    missing: Annotated[Missing, Ask(PAGE, "What is missing?", "Its owner is told this, in these words.")]
    why: Annotated[Story | None, BESIDE] = None


class CancelAction(Form):
    """Cancel an action"""

    send: ClassVar[str] = "Cancel this action"

    because: Annotated[NotNeeded, Ask(PAGE, "Why is it cancelled?")]
    why: Annotated[Story | None, BESIDE] = None


class EnteredInError(Form):
    """Entered in error"""

    send: ClassVar[str] = "Take it off every list"

    because: Annotated[Mistake, Ask(PAGE, "What was the mistake?", "It leaves every list and count.")]


class ReopenAction(Form):
    """Open an action again"""

    send: ClassVar[str] = "Open it again"

    because: Annotated[Again, Ask(PAGE, "Why is it opened again?")]
    due_on: Annotated[ComingDay, Ask(PAGE, "By when is it to be done?", "For example, 27 March 2026, or Friday")]


def _settles(step: Callable[[Context, Subject, F], Action], event: str) -> Callable[[Context, F, Subject], Reply]:
    """What a coordinator decided, or how the action stands when somebody was quicker."""

    def finish(ctx: Context, form: F, about: Subject) -> Reply:
        try:
            action = step(ctx, about, form)
        except Conflict:
            return stands(ctx, steps.visible(ctx, about.reference))
        return Reply(Settled(line_for(ctx, action), event, action.owner.words).message(), place=Place.INSTEAD)

    return finish


def asked(ctx: Context, form: MoreTime, about: Subject) -> Reply:
    try:
        action = steps.ask_for_more_time(
            ctx, about.reference, about.seen, form.until, _why(ctx, about, "ask for more time", form)
        )
    except Conflict:
        return stands(ctx, steps.visible(ctx, about.reference))
    return passed_on(ctx, action, "ask for more time", form.until)


def paused(ctx: Context, form: PauseReminders, about: Subject) -> Reply:
    try:
        action, until = steps.pause(ctx, about.reference, int(form.days))
    except Conflict:
        return stands(ctx, steps.visible(ctx, about.reference))
    shortened = until < working_days_after(ctx.today, int(form.days))
    return Reply(RemindersPaused(line_for(ctx, action), until, shortened).message(), place=Place.INSTEAD)


def blocked(ctx: Context, form: BlockAction, about: Subject) -> Reply:
    try:
        action = steps.block(
            ctx, about.reference, about.seen, BlockedBecause(form.because), _why(ctx, about, "block", form)
        )
    except Conflict:
        return stands(ctx, steps.visible(ctx, about.reference))
    return passed_on(ctx, action, "block", None)


def not_possible(ctx: Context, form: NotPossibleAnyMore, about: Subject) -> Reply:
    try:
        why = _why(ctx, about, "say not possible", form)
        action = steps.say_not_possible(ctx, about.reference, about.seen, form.because.value, why)
    except Conflict:
        return stands(ctx, steps.visible(ctx, about.reference))
    return passed_on(ctx, action, "say not possible", None)


def outcome_added(ctx: Context, form: AddOutcome, about: Subject) -> Reply:
    try:
        action = steps.add_outcome(ctx, about.reference, form.effect.value, form.outcome)
    except Conflict:
        return stands(ctx, steps.visible(ctx, about.reference))
    return marked(ctx, action)


def _send_back(ctx: Context, about: Subject, form: SendBack) -> Action:
    return deciding.send_back(ctx, about.reference, about.seen, form.missing.value, form.why)


def _cancel(ctx: Context, about: Subject, form: CancelAction) -> Action:
    return deciding.cancel(ctx, about.reference, about.seen, form.because.value, form.why)


def _in_error(ctx: Context, about: Subject, form: EnteredInError) -> Action:
    return deciding.enter_in_error(ctx, about.reference, about.seen, form.because.value)


def _reopen(ctx: Context, about: Subject, form: ReopenAction) -> Action:
    return deciding.reopen(ctx, about.reference, about.seen, form.due_on, form.because.value)


sent_back, cancelled = _settles(_send_back, "send back"), _settles(_cancel, "cancel")
in_error, reopened = _settles(_in_error, "enter in error"), _settles(_reopen, "reopen")


def _why(
    ctx: Context, about: Subject, event: str, form: MoreTime | BlockAction | NotPossibleAnyMore
) -> Classified | None:
    """What they type here, under what they wrote before they pressed for this form."""
    pressed = proposal_pressed(ctx.session, ctx.actor, about.reference, event, about.seen)
    return steps.joined(ctx, about.reference, pressed.note if pressed else None, secret(form.why))


def secret(words: str | None) -> Classified | None:
    return Classified(words, Level.L4) if words else None
