"""Replies in words: an exact "done" is taken at once; anything else is proposed, for one press to confirm."""

from bot.context import Context
from bot.features.actions import steps
from bot.features.actions.asking import BlockAction, MoreTime, NotPossibleAnyMore
from bot.features.actions.notices import HowToAnswer, NoAction, Proposed, StaysOpen, WhichAction
from bot.features.actions.reasons import in_words
from bot.features.actions.saying import marked, passed_on, stands, still
from bot.features.actions.steps import line_for
from bot.kit.errors import Conflict, or_not_found
from bot.kit.forms import Form
from bot.kit.references import new_reference
from bot.lifecycles.action import ACTION
from bot.permissions import May, needs
from bot.replies import Opening, Reply, Subject
from bot.tables import Spoken
from bot.wording import Kind, Meaning
from storage.levels import Classified, Level
from storage.queries.actions import open_actions_of, proposal_for
from storage.queries.flags import flags_waiting_for
from storage.records import Action, BlockedBecause, Proposal

SHORT_LIST = 5
NOTE = "keep a note"  # no step: the action stays as it is

# What each kind proposes; the others are answered at once.
EVENTS: dict[Kind, str] = {
    "say done": "say done",
    "partly": NOTE,
    "not done": NOTE,
    "more time": "ask for more time",
    "not mine": "contest",
    "theirs": "contest",
    "blocked": "block",
    "not possible": "say not possible",
    "acknowledge": "accept",
}
# These ask for what the words did not say, or whenever it is to be chosen again.
ASKS: dict[str, type[Form]] = {
    "ask for more time": MoreTime,
    "block": BlockAction,
    "say not possible": NotPossibleAnyMore,
}
LINES = {
    "accept": "accept",
    "say done": "done",
    "contest": "not mine",
    "ask for more time": "more time",
    "block": "blocked",
    "say not possible": "not possible",
}
STAYS = ("more time", "blocked", "unblock")  # what is offered beside what is not done yet


@needs(May.DO_ACTIONS)
def propose(ctx: Context, action: Action, meaning: Meaning) -> Proposal:
    """Keep what was meant, and the words, until it is confirmed.

    The words are a secret: people name children in them.
    """
    proposal = Proposal(
        reference=new_reference("P"),
        person_id=ctx.actor.person_id,
        action=action,
        event=EVENTS[meaning.kind],
        seen=action.version,
        until=meaning.until,
        because=meaning.because,
        note=Classified(meaning.note, Level.L4) if meaning.note else None,
        made_at=ctx.now,
    )
    ctx.session.add(proposal)
    ctx.session.flush()
    return proposal


def proposed(ctx: Context, reference: str) -> Proposal:
    """Their own; and of an action that they still see, because it may be another's by now."""
    proposal = or_not_found(proposal_for(ctx.session, ctx.actor, reference))
    steps.visible(ctx, proposal.action.reference)
    return proposal


@needs(May.DO_ACTIONS)
def settle(ctx: Context, reference: str) -> tuple[Proposal, Action]:
    """Take the step that was proposed.  A second press finds it taken, and changes nothing."""
    proposal = proposed(ctx, reference)
    about, seen, note = proposal.action.reference, proposal.seen, proposal.note
    before, proposal.settled_at = proposal.settled_at, proposal.settled_at or ctx.now
    match proposal.event:
        case "say done":
            steps.say_done(ctx, about, seen, note)
        case "accept":
            steps.accept(ctx, about, seen)
        case "contest":
            steps.contest(ctx, about, seen, note)
        case "block":
            steps.block(ctx, about, seen, BlockedBecause(proposal.because or ""), note)
        case "ask for more time":
            steps.ask_for_more_time(ctx, about, seen, proposal.until or ctx.today, note)
        case _ if note and not before:
            steps.keep_note(ctx, about, note)
    return proposal, proposal.action


def reply_in_words(ctx: Context, meaning: Meaning, spoken: Spoken) -> Reply | None:
    """Which action is meant, then what: asked with a short list where there are several.

    None: it need not be about an action.
    """
    actions, named = _meant(ctx, spoken)
    if meaning.kind not in EVENTS:
        return _asked_back(ctx, actions, meaning.kind, sure=named or meaning.kind == "help")
    if not actions:
        return None if meaning.kind == "acknowledge" else Reply(NoAction().message())
    if len(actions) > 1:
        return Reply(_which(ctx, actions, meaning).message())
    return _about(ctx, actions[0], meaning, spoken)


def _meant(ctx: Context, spoken: Spoken) -> tuple[list[Action], bool]:
    """And whether the message that was answered, or a reference, says so."""
    mine = open_actions_of(ctx.session, ctx.actor)
    named = [spoken.reference] if spoken.reference else list(spoken.subjects)
    return [action for action in mine if not named or action.reference in named], bool(named)


def _asked_back(ctx: Context, actions: list[Action], kind: Kind, *, sure: bool) -> Reply | None:
    """Not understood, or asked what this is: never guessed, but the action and its buttons shown."""
    if len(actions) == 1:
        action = actions[0]
        contact = action.partnership.contact
        asked = kind == "help"
        return Reply(HowToAnswer(line_for(ctx, action), asked, still(ctx, action), contact).message())
    return Reply(_which(ctx, actions, Meaning(kind)).message()) if actions and sure else None


def _about(ctx: Context, action: Action, meaning: Meaning, spoken: Spoken) -> Reply:
    if meaning.certain and not _means_something_else(ctx, spoken):
        return _at_once(ctx, action)
    event = EVENTS[meaning.kind]
    if event == NOTE:
        return Reply(_stays(ctx, action, meaning).message())
    fits = ACTION.table.step(action.state, event)
    return Reply(_proposed(ctx, action, meaning).message()) if fits else _stands(ctx, action)


def _stands(ctx: Context, action: Action) -> Reply:
    """Where no step was taken: that it was read is written down."""
    return stands(ctx, steps.action_status(ctx, action.reference))


def _at_once(ctx: Context, action: Action) -> Reply:
    try:
        return marked(ctx, steps.say_done(ctx, action.reference, None))
    except Conflict:
        return _stands(ctx, action)


def _means_something_else(ctx: Context, spoken: Spoken) -> bool:
    """Perhaps: what was answered told of other things too; or nothing says what was done, and a flag waits."""
    if spoken.reference:
        return False
    if spoken.subjects:
        return not all(one.startswith("A-") for one in spoken.subjects)
    return bool(flags_waiting_for(ctx.session, ctx.actor))


def _which(ctx: Context, actions: list[Action], meaning: Meaning) -> WhichAction:
    short = actions[:SHORT_LIST]
    choices = tuple((line_for(ctx, action), _line_for(ctx, action, meaning)) for action in short)
    return WhichAction(choices, EVENTS.get(meaning.kind, meaning.kind), len(actions) - len(short), bool(meaning.note))


def _line_for(ctx: Context, action: Action, meaning: Meaning) -> str:
    """A plain step is a line of its own; one with words, a day or a reason in it is a stored proposal."""
    if meaning.note or meaning.until or meaning.because:
        return f"yes {propose(ctx, action, meaning).reference}"
    line = LINES.get(EVENTS.get(meaning.kind, ""))
    return f"{line} {action.reference} @{action.version}" if line else f"action {action.reference}"


def _proposed(ctx: Context, action: Action, meaning: Meaning) -> Proposed:
    proposal = propose(ctx, action, meaning)
    return Proposed(
        line_for(ctx, action),
        proposal.event,
        meaning.until,
        noted=bool(meaning.note),
        proposal=proposal.reference,
        because=in_words(meaning.because),
        asks=_asks(proposal),
    )


def _asks(proposal: Proposal) -> bool:
    """Whether the form has to ask for what the words did not say."""
    return proposal.event in ASKS and not (proposal.until or proposal.because)


def _stays(ctx: Context, action: Action, meaning: Meaning) -> StaysOpen:
    proposal = propose(ctx, action, meaning).reference if meaning.note else ""
    return StaysOpen(line_for(ctx, action), _offered(ctx, action), proposal)


def _offered(ctx: Context, action: Action) -> tuple[tuple[str, str], ...]:
    return tuple((label, line) for label, line in still(ctx, action) if line.startswith(STAYS))


def yes(ctx: Context, spoken: Spoken) -> Reply | Opening:
    """What was proposed; with words after its reference the form of that step instead, for another day or reason."""
    proposal = proposed(ctx, spoken.reference)
    if _asks(proposal) or (proposal.event in ASKS and len(spoken.rest.split()) > 1):
        return _form(ctx, proposal)
    try:
        proposal, action = settle(ctx, spoken.reference)
    except Conflict:
        return _stands(ctx, proposal.action)
    return _taken(ctx, proposal, action)


def _taken(ctx: Context, proposal: Proposal, action: Action) -> Reply:
    match proposal.event:
        case "say done":
            return marked(ctx, action)
        case "accept":
            return stands(ctx, action)
        case "keep a note":
            return Reply(StaysOpen(line_for(ctx, action), _offered(ctx, action), noted=True).message())
    return passed_on(ctx, action, proposal.event, proposal.until)


def _form(ctx: Context, proposal: Proposal) -> Reply | Opening:
    """What they wrote waits beside it, so that nobody writes it twice."""
    action = proposal.action
    if action.version != proposal.seen or ACTION.table.step(action.state, proposal.event) is None:
        return _stands(ctx, action)
    proposal.settled_at = ctx.now
    return Opening(ASKS[proposal.event], Subject(action.reference, proposal.seen))
