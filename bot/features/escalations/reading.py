"""An escalation with how it was settled, and the whole register for paper: on a signed-in page only."""

from bot.audit import reader, reveal
from bot.context import Context
from bot.features.escalations.notices import BlockageList, EscalationPage
from bot.features.escalations.register import the_register
from bot.features.escalations.saying import standing
from bot.features.escalations.steps import visible
from bot.permissions import May, needs
from bot.sharing import What, disclose, strand_of
from storage.levels import Level
from storage.queries.cases import is_close_to
from storage.records import Action, Escalation, Purpose, Role

NOT_YOURS = "How it was settled is read by the coordinators, and by the agency whose action it is."


@needs(May.READ)
def read_escalation(ctx: Context, reference: str) -> EscalationPage:
    escalation = visible(ctx, reference)
    held_back = _held_back(ctx, escalation) if escalation.settlement else ""
    words = None if held_back else escalation.settlement
    return EscalationPage(
        standing(ctx, escalation),
        reveal(ctx, words, "reading how an escalation was settled", reference) if words else "",
        held_back,
        reader(ctx, reference),
        ctx.now,
    )


def _held_back(ctx: Context, escalation: Escalation) -> str:
    """What people write about an action goes to its owner's agency as an agreement lets such words out (level L4)."""
    action = escalation.action
    if action.case and is_close_to(ctx.session, ctx.actor, action.case):
        return NOT_YOURS
    if action.partnership_id in ctx.actor.where(Role.COORDINATOR):
        return ""
    own = {post.agency_id for post in ctx.actor.posts if post.partnership_id == action.partnership_id}
    return disclose(ctx, _what(action)) if action.owner.agency_id in own else NOT_YOURS


def _what(action: Action) -> What:
    whose, agency, strand = action.partnership_id, action.owner.agency_id, strand_of(action.item)
    return What(whose, agency, action.reference, strand, Level.L4, Purpose.ACTIONS)


@needs(May.SEE_BLOCKAGES)
def list_blockages(ctx: Context) -> BlockageList:
    return BlockageList(tuple(the_register(ctx)), reader(ctx, ""), ctx.now)
