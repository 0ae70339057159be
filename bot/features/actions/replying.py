"""Replies in words to a reminder: an exact "done" is taken at once; anything else is proposed, for one press to
confirm.
"""

from bot.context import Context
from bot.features.actions import steps
from bot.features.actions.notices import NoAction, Proposed, WhichAction
from bot.features.actions.saying import marked, passed_on, stands
from bot.features.actions.steps import line_for
from bot.kit.errors import Conflict, NotFound
from bot.kit.references import new_reference
from bot.permissions import May, needs
from bot.replies import Reply
from bot.tables import Spoken
from bot.wording import Meaning
from storage.levels import Classified, Level
from storage.queries.actions import open_actions_of, proposal_for
from storage.queries.flags import flags_waiting_for
from storage.records import Action, Proposal

SHORT_LIST = 5
ASKS = {"ask for more time": "when", "block": "block", "say not possible": "say not possible"}  # a form asks the rest
LINES = {
    "accept": "accept",
    "say done": "done",
    "contest": "not mine",
    "ask for more time": "more time",
    "block": "blocked",
    "say not possible": "not possible",
}


@needs(May.DO_ACTIONS)
def propose(ctx: Context, action: Action, meaning: Meaning) -> Proposal:
    """Keep what was meant, and the words, until it is confirmed.

    The words are a secret: people name children in them.
    """
    proposal = Proposal(
        reference=new_reference("P"),
        person_id=ctx.actor.person_id,
        action=action,
        event=meaning.event,
        seen=action.version,
        until=meaning.until,
        note=Classified(meaning.note, Level.L4) if meaning.note else None,
        made_at=ctx.now,
    )
    ctx.session.add(proposal)
    ctx.session.flush()
    return proposal


def proposed(ctx: Context, reference: str) -> Proposal:
    proposal = proposal_for(ctx.session, ctx.actor, reference)
    if proposal is None:
        raise NotFound
    return proposal


@needs(May.DO_ACTIONS)
def settle(ctx: Context, reference: str) -> tuple[Proposal, Action]:
    """Take the step that was proposed.  A second press finds it taken, and changes nothing."""
    proposal = proposed(ctx, reference)
    action = proposal.action
    proposal.settled_at = proposal.settled_at or ctx.now
    match proposal.event:
        case "say done":
            steps.say_done(ctx, action.reference, proposal.seen, proposal.note)
        case "accept":
            steps.accept(ctx, action.reference, proposal.seen)
        case "contest":
            steps.contest(ctx, action.reference, proposal.seen, proposal.note)
        case _:
            steps.ask_for_more_time(ctx, action.reference, proposal.seen, proposal.until or ctx.today)
    return proposal, action


def reply_in_words(ctx: Context, meaning: Meaning, spoken: Spoken) -> Reply:
    """Which action is meant, then what: asked with a short list where there are several."""
    actions = _meant(ctx, spoken)
    if not actions:
        return Reply(NoAction().message())
    if len(actions) > 1:
        return Reply(_which(ctx, actions, meaning).message())
    action = actions[0]
    if meaning.certain and not _means_a_flag(ctx, spoken):
        try:
            return marked(ctx, steps.say_done(ctx, action.reference, None))
        except Conflict:
            return stands(ctx, action)
    if meaning.event in ASKS and meaning.until is None:
        return Reply(Proposed(line_for(ctx, action), ASKS[meaning.event], None, noted=False, proposal="").message())
    return Reply(_proposed(ctx, action, meaning).message())


def _meant(ctx: Context, spoken: Spoken) -> list[Action]:
    mine = open_actions_of(ctx.session, ctx.actor)
    named = [spoken.reference] if spoken.reference else list(spoken.subjects)
    return [action for action in mine if action.reference in named] if named else list(mine)


def _means_a_flag(ctx: Context, spoken: Spoken) -> bool:
    """Perhaps: nothing says what was done, and a flag waits for the same person."""
    named = spoken.reference or spoken.subjects
    return not named and bool(flags_waiting_for(ctx.session, ctx.actor))


def _which(ctx: Context, actions: list[Action], meaning: Meaning) -> WhichAction:
    short = actions[:SHORT_LIST]
    choices = tuple((line_for(ctx, action), _line_for(ctx, action, meaning)) for action in short)
    return WhichAction(choices, meaning.event, len(actions) - len(short))


def _line_for(ctx: Context, action: Action, meaning: Meaning) -> str:
    """A plain step is a line of its own; one with words or a day in it is a stored proposal."""
    if meaning.note or meaning.until:
        return f"yes {propose(ctx, action, meaning).reference}"
    return f"{LINES[meaning.event]} {action.reference} @{action.version}"


def _proposed(ctx: Context, action: Action, meaning: Meaning) -> Proposed:
    proposal = propose(ctx, action, meaning)
    return Proposed(
        line_for(ctx, action), meaning.event, meaning.until, noted=bool(meaning.note), proposal=proposal.reference
    )


def yes(ctx: Context, spoken: Spoken) -> Reply:
    try:
        proposal, action = settle(ctx, spoken.reference)
    except Conflict:
        return stands(ctx, proposed(ctx, spoken.reference).action)
    if proposal.event == "say done":
        return marked(ctx, action)
    return stands(ctx, action) if proposal.event == "accept" else passed_on(ctx, action, proposal.event, proposal.until)
