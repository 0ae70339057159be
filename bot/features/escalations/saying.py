"""How an escalation stands, in words: its line in a push, and the whole ladder with posts and days for who asks."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.choices import InTheWay
from bot.context import Context
from bot.features.escalations.notices import EscalationLine, EscalationStands, Standing, Step
from bot.kit.words import day_in_words
from bot.lifecycles.escalation import ESCALATION, LADDER, climbs_on, settle_by, what_next
from bot.lifecycles.moving import acts_for
from bot.replies import Place, Reply
from storage.queries.escalations import TOP, who_settles
from storage.records import BlockedBecause, Escalation, EscalationState

NOBODY_SAID, BY_CLOCK = "Nobody has said", "the clock, because it was late"
PRESSES = (  # event, label, line
    ("settle", "Say how it was settled", "settle"),
    ("object", "I do not agree", "object"),
    ("climb", "Take it one level up", "climb"),
    ("record unresolved", "Record that it is unresolved", "record unresolved"),
    ("withdraw", "Withdraw it", "withdraw escalation"),
)


def because(reason: BlockedBecause | None) -> str:
    return InTheWay(reason.value).label if reason else NOBODY_SAID


def line_of(session: Session, escalation: Escalation) -> EscalationLine:
    return EscalationLine(
        escalation.reference,
        escalation.version,
        escalation.partnership.name,
        escalation.action.verb.value,
        escalation.action.reference,
        escalation.level,
        LADDER[escalation.level].who,
        settle_by(session, escalation),
        what_next(session, escalation),
    )


def instead(session: Session, escalation: Escalation) -> str:
    """Who stands in, if nobody has a post for its level."""
    at = who_settles(session, escalation, escalation.level)[0]
    return "" if at == escalation.level else _stand_in(at)


def _stand_in(at: int) -> str:
    return LADDER[at].who if at in LADDER else "the coordinators"


def standing(ctx: Context, escalation: Escalation) -> Standing:
    raised_by = escalation.raised_by
    return Standing(
        line_of(ctx.session, escalation),
        ESCALATION.table.words[escalation.state],
        escalation.action.owner.agency.name,
        because(escalation.reason),
        raised_by.words if raised_by else BY_CLOCK,
        escalation.raised_at,
        bool(escalation.at_risk),
        tuple(_ladder(ctx.session, escalation)),
        tuple(_may(ctx, escalation)),
    )


def _ladder(session: Session, escalation: Escalation) -> Iterator[Step]:
    for level, rung in LADDER.items():
        at, posts = who_settles(session, escalation, level)
        words = "; ".join(post.words for post in posts)
        held = words if at == level else f"nobody, so {_stand_in(at)} stand in"
        here = level == escalation.level and escalation.state is EscalationState.OPEN
        yield Step(level, rung.who, held, _when(session, escalation, level), here)


def _when(session: Session, escalation: Escalation, level: int) -> str:
    if level < escalation.level or escalation.state is not EscalationState.OPEN:
        return ""
    if level == escalation.level and (by := settle_by(session, escalation)):
        return f"to settle it by {day_in_words(by)}"
    if level == escalation.level + 1 and (on := climbs_on(session, escalation)):
        return f"from {day_in_words(on)} on"
    days = LADDER[level].days
    return f"{days} working days to settle it" if days else "until the next meeting"


def _may(ctx: Context, escalation: Escalation) -> Iterator[tuple[str, str]]:
    """The buttons that work for this person in this state, drawn at this version."""
    table = ESCALATION.table
    for event, label, line in PRESSES:
        fits = {"climb": escalation.level < TOP, "record unresolved": escalation.level == TOP}.get(event, True)
        if fits and table.step(escalation.state, event) and acts_for(ctx, ESCALATION, escalation, table.who(event)):
            yield label, f"{line} {escalation.reference} @{escalation.version}"


def shown(ctx: Context, escalation: Escalation, told: str = "") -> Reply:
    notice = EscalationStands(standing(ctx, escalation), told, escalation.partnership.contact)
    return Reply(notice.message(), place=Place.INSTEAD if told else Place.ONLY_YOU)
