"""What is stuck goes up a ladder, by people and by the clock, until somebody settles it (peer review, paragraphs 39 and
90-91).
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.context import Context
from bot.features.escalations import steps
from bot.features.escalations.clock import JOBS, tell_of
from bot.features.escalations.forms import Escalate, EscalateNow, Risk, Settle
from bot.features.escalations.notices import AtRisk
from bot.features.escalations.owed import OWED
from bot.features.escalations.register import blockages
from bot.features.escalations.saying import shown
from bot.features.escalations.steps import raise_it, to_escalate, visible
from bot.kit.errors import Conflict
from bot.kit.forms import Form
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from storage.records import BlockedBecause, Escalation, EscalationState

THERE = "It has been escalated already."
DID = {
    "raise": "You escalated it.",
    "climb": "You took it one level up.",
    "object": "You objected, so it is open again.",
    "settle": "You wrote how it was settled. Whoever raised it may object for two working days.",
    "withdraw": "You withdrew it.",
    "record unresolved": "You recorded that it is unresolved.",
}


def _opens(form: type[Form]) -> Callable[[Context, Spoken], Reply | Opening]:
    def run(ctx: Context, spoken: Spoken) -> Reply | Opening:
        action, there = to_escalate(ctx, spoken.reference)
        if there:
            return shown(ctx, there, THERE)
        reason = {"reason": action.blocked_because.value} if action.blocked_because else {}
        return Opening(form, about=Subject(action.reference), answers=reason)

    return run


def _stop_for_risk(ctx: Context, answers: Mapping[str, Any], about: Subject) -> Reply | None:
    """Whom to phone comes before any form."""
    if answers.get("risk") != Risk.YES:
        return None
    action, _ = to_escalate(ctx, about.reference)
    at = action.partnership
    notice = AtRisk(at.name, at.police, at.mash_phone, at.mash_hours, action.reference)
    return Reply(notice.message(), place=Place.INSTEAD)


def _raised(ctx: Context, form: Escalate, about: Subject) -> Reply:
    return _tell(ctx, raise_it(ctx, about.reference, BlockedBecause(form.reason.value), 1, at_risk=False))


def _raised_now(ctx: Context, form: EscalateNow, about: Subject) -> Reply:
    reason, level = BlockedBecause(form.reason.value), int(form.start.value)
    return _tell(ctx, raise_it(ctx, about.reference, reason, level, at_risk=True))


def _tell(ctx: Context, escalation: Escalation) -> Reply:
    """Of one that somebody else raised meanwhile only how it stands."""
    if (escalation.raised_at, escalation.changed_by_id) != (ctx.now, ctx.actor.person_id):
        return shown(ctx, escalation, THERE)
    tell_of(ctx.session, escalation, ctx.now)
    return shown(ctx, escalation, DID["raise"])


def _step(step: Callable[[Context, str, int | None], Escalation]) -> Callable[[Context, Spoken], Reply]:
    """A press: take the step, or say how it stands now."""

    def run(ctx: Context, spoken: Spoken) -> Reply:
        try:
            escalation = step(ctx, spoken.reference, spoken.seen)
        except Conflict:
            return shown(ctx, visible(ctx, spoken.reference))
        return shown(ctx, escalation, DID[escalation.changed_how])

    return run


def _stands(ctx: Context, spoken: Spoken) -> Reply:
    return shown(ctx, steps.stands(ctx, spoken.reference))


def _settle(ctx: Context, spoken: Spoken) -> Reply | Opening:
    escalation = steps.to_settle(ctx, spoken.reference)
    stale = spoken.seen is not None and spoken.seen != escalation.version
    if stale or escalation.state is not EscalationState.OPEN:
        return shown(ctx, escalation)
    return Opening(Settle, about=Subject(escalation.reference, escalation.version))


def _settled(ctx: Context, form: Settle, about: Subject) -> Reply:
    try:
        escalation = steps.settle(ctx, about.reference, about.seen, form.words)
    except Conflict:
        return shown(ctx, visible(ctx, about.reference))
    return shown(ctx, escalation, DID["settle"])


OWN, ACTION, EXAMPLE = May.ESCALATE, "A-7K2F9", "B-7K2F9"

COMMANDS = (
    Command("escalate", "Escalate an action that is stuck", _opens(Escalate), needs=OWN, takes=ACTION),
    Command(
        "escalate now",
        "Escalate an action while somebody may be at risk",
        _opens(EscalateNow),
        needs=OWN,
        takes=ACTION,
        listed=False,
    ),
    Command("escalation", "See how an escalation stands, and with whom", _stands, needs=OWN, takes=EXAMPLE),
    Command("climb", "Take an escalation one level up", _step(steps.climb), needs=OWN, takes=EXAMPLE),
    Command("settle", "Write how an escalation was settled", _settle, needs=OWN, takes=EXAMPLE),
    Command(
        "object",
        "Say that an escalation is not settled",
        _step(steps.object_to),
        needs=OWN,
        takes=EXAMPLE,
        listed=False,
    ),
    Command(
        "withdraw escalation",
        "Withdraw an escalation",
        _step(steps.withdraw),
        needs=OWN,
        takes=EXAMPLE,
        listed=False,
    ),
    Command(
        "record unresolved",
        "Record that an escalation is unresolved",
        _step(steps.record_unresolved),
        needs=OWN,
        takes=EXAMPLE,
        listed=False,
    ),
    Command("blockages", "See what is blocked, why and for how long", blockages, needs=May.SEE_BLOCKAGES),
)
FORMS = (
    Guided(Escalate, _raised, stops=_stop_for_risk),
    Guided(EscalateNow, _raised_now),
    Guided(Settle, _settled),
)

__all__ = ["COMMANDS", "FORMS", "JOBS", "OWED"]
