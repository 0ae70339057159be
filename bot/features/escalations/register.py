"""The register of blockages: what holds up which agency, why, and for how long, across the panels that one oversees
(DOMAIN.md E.1).
"""

from collections.abc import Iterator
from itertools import groupby

from bot.context import Context
from bot.features.escalations.notices import Blockage, Blockages, Blocked
from bot.features.escalations.saying import because
from bot.kit.worktime import local_day, working_days_between
from bot.lifecycles.escalation import settle_by
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.tables import Spoken
from storage.queries.escalations import blocked_for
from storage.records import Action, Escalation

SHOWN = 4
Row = tuple[Action, Escalation | None]


@needs(May.SEE_BLOCKAGES)
def the_register(ctx: Context) -> list[Blocked]:
    """By reason, then by agency: one trust that the same protocol stops in two boroughs is one group."""
    rows = sorted(blocked_for(ctx.session, ctx.actor), key=_place)
    return [_group(ctx, *key, list(found)) for key, found in groupby(rows, key=_place)]


def _place(row: Row) -> tuple[str, str]:
    action, escalation = row
    return because(action.blocked_because or (escalation.reason if escalation else None)), action.owner.agency.name


def _group(ctx: Context, reason: str, agency: str, rows: list[Row]) -> Blocked:
    lines = sorted((_line(ctx, *row) for row in rows), key=lambda one: (-one.days, one.borough, one.action))
    return Blocked(reason, agency, len({one.borough for one in lines}), lines[0].days, tuple(lines))


def _line(ctx: Context, action: Action, escalation: Escalation | None) -> Blockage:
    since = min(filter(None, (action.blocked_at, escalation.raised_at if escalation else None)), default=ctx.now)
    return Blockage(
        action.partnership.name,
        action.verb.value,
        action.reference,
        working_days_between(local_day(since), ctx.today),
        f"level {escalation.level}" if escalation else "not escalated",
        settle_by(ctx.session, escalation) if escalation else action.due_on,
        escalation.reference if escalation else "",
    )


def blockages(ctx: Context, spoken: Spoken) -> Reply:
    """A page at a time: `blockages 2` is the second."""
    groups = the_register(ctx)
    page = int(spoken.rest) if spoken.rest.isdecimal() and len(spoken.rest) < 4 else 1
    shown = groups[(page - 1) * SHOWN : page * SHOWN] if page else []
    rest = max(len(groups) - page * SHOWN, 0)
    notice = Blockages(tuple(shown), sum(_counted(groups)), rest, f"blockages {page + 1}" if rest else "")
    return Reply(notice.message(), place=Place.ONLY_YOU)


def _counted(groups: list[Blocked]) -> Iterator[int]:
    return (len(one.lines) for one in groups)
