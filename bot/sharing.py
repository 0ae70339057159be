"""What leaves to another agency: the one check against its sharing agreement, and the record of what was shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.audit import note
from bot.context import Context
from bot.kit.errors import NotAllowed
from storage.levels import Level
from storage.queries.agreements import (
    agencies_that_run,
    agreements_with,
    is_open_to,
    register_is_begun,
    was_shown,
    withdrawal_from,
)
from storage.records import (
    AgendaItem,
    Agreement,
    AgreementState,
    Direction,
    Disclosure,
    ItemKind,
    Purpose,
    Strand,
)

NEEDS_REVIEW = "Ask the coordinator. Your agency's sharing agreement needs review."
WITHDRAWN = "Ask the coordinator. They decided that this is no longer to be read here."
STRAND_OF = {
    ItemKind.NEW: Strand.CHILD,
    ItemKind.REVIEW: Strand.CHILD,
    ItemKind.PERSON: Strand.PERSON,
    ItemKind.LOCATION: Strand.PLACE,
    ItemKind.THEME: Strand.THEME,
}


class HeldBack(NotAllowed):
    """Ask the coordinator. This is held back from your agency."""


@dataclass(frozen=True)
class What:
    """Something of a partnership's, as another agency would be shown it; `part` is the number of an agenda's item."""

    partnership_id: int
    agency_id: int
    about: str
    strand: Strand
    level: Level
    purpose: Purpose
    part: int = 0


def strand_of(item: AgendaItem | None) -> Strand:
    """An action about no item is taken to be about a child."""
    return STRAND_OF[item.kind] if item else Strand.CHILD


def may_share(agreements: Iterable[Agreement], what: What, today: date) -> Agreement | None:
    """The agreement that lets this out today; or None, and nothing of L2 or above may go (TRUST.md 4.4).

    In force from its first day to the day of its review, or its last day if that comes first.
    """
    return next((one for one in agreements if _covers(one, what) and _in_force(one, today)), None)


def _covers(agreement: Agreement, what: What) -> bool:
    return (
        (agreement.partnership_id, agreement.agency_id) == (what.partnership_id, what.agency_id)
        and agreement.direction is not Direction.IN
        and what.purpose in agreement.purposes
        and what.strand in agreement.strands
        and what.level <= agreement.highest
    )


def _in_force(agreement: Agreement, today: date) -> bool:
    return agreement.state is AgreementState.IN_FORCE and agreement.starts_on <= today <= agreement.lapses_on


def disclose(ctx: Context, what: What) -> str:
    """What to say instead of showing it; or nothing, if it may be shown.

    What an agency is shown for the first time is kept, with its agreement, and stays readable when that has lapsed.
    Until a partnership has recorded its first agreement, nothing is held back for want of one.
    """
    if what.agency_id in agencies_that_run(ctx.session, what.partnership_id):
        return ""
    if is_open_to(ctx.session, [what.agency_id], what.about, ctx.today):
        return ""
    if withdrawal_from(ctx.session, what.agency_id, what.about):
        return WITHDRAWN
    if was_shown(ctx.session, what.agency_id, what.about, what.part, what.level):
        return ""
    agreement = may_share(agreements_with(ctx.session, what.partnership_id, what.agency_id), what, ctx.today)
    if agreement is None and register_is_begun(ctx.session, what.partnership_id):
        note(ctx.session, ctx.now, ctx.actor.account, f"held back {what.level.name}", what.about, "needs an agreement")
        return NEEDS_REVIEW
    _keep(ctx, what, agreement)
    return ""


def _keep(ctx: Context, what: What, agreement: Agreement | None) -> None:
    ctx.add(
        Disclosure(
            partnership_id=what.partnership_id,
            agency_id=what.agency_id,
            about=what.about,
            part=what.part,
            strand=what.strand,
            level=_level(what, agreement),
            purpose=what.purpose,
            agreement_id=agreement.id if agreement else None,
            agreement_version=agreement.version if agreement else None,
            person_id=ctx.actor.person_id,
            at=ctx.now,
        )
    )
    under = f"{agreement.reference} version {agreement.version}" if agreement else "no register yet"
    note(ctx.session, ctx.now, ctx.actor.account, f"shown {what.level.name}: {under}", what.about)


def _level(what: What, agreement: Agreement | None) -> int:
    """Whoever is given an action is given all of it that the agreement allows that day."""
    allowed = agreement.highest if agreement else Level.L4
    return max(what.level, allowed) if what.purpose is Purpose.ACTIONS else what.level


def shared_with(ctx: Context, about: str) -> bool:
    """Whether it is open to an agency of the reader's in an emergency."""
    return is_open_to(ctx.session, {post.agency_id for post in ctx.actor.posts}, about, ctx.today)


def lift(ctx: Context, agency_id: int, about: str) -> None:
    """Whoever gives something anew takes back that it was withdrawn."""
    if standing := withdrawal_from(ctx.session, agency_id, about):
        standing.lifted_at = ctx.now
        ctx.session.flush()
