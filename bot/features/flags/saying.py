"""A flag in words: its line, what its reader may do with it, and how it stands."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import groupby

from bot.context import Context
from bot.features.flags.forms import Change, Declined, Says, System
from bot.features.flags.notices import Buttons, FlagLine, FlagStands, Held
from bot.features.flags.steps import held_back
from bot.lifecycles.flag import FLAG, TO_DO
from storage.records import Flag, Role
from storage.records import FlagState as S
from storage.records.flags import WANTED

ASK, CHANGES, OFF = "flag {0}", "flag is changed {0} @{1}", "flag is off {0} @{1}"
ON, NO, NEVER = "flag is on {0} @{1}", "no flag {0} @{1}", "flag was never on {0} @{1}"
ANSWERS = {
    S.ASKED: (("It is on", ON), ("What should it say?", ASK), ("We cannot put it on", NO)),
    S.CHANGE_SENT: (("It is changed", CHANGES), ("What has changed?", ASK)),
    S.REMOVAL_ASKED: (("It is off", OFF), ("It was never on", NEVER)),
    S.DECLINED: (("We put it on after all", ON),),
    S.CONFIRMED: (("Correct where it is", ON),),
}
WHO = ("Who is this?", "who {0}")
GONE = {S.REMOVED, S.LAPSED}
ENDED = {S.DECLINED, *GONE}


def answers(flag: Flag) -> Buttons:
    """For the post that answers for it."""
    offered = ANSWERS.get(flag.state, ())
    asked = (*offered, WHO) if flag.state in TO_DO else offered
    return tuple((label, line.format(flag.reference, flag.version)) for label, line in asked)


def line_of(flag: Flag, agency_id: int | None, today: date, may: Buttons) -> FlagLine:
    return FlagLine(
        place=flag.case.partnership.name,
        known_as=flag.case.called_by(agency_id),
        reference=flag.reference,
        version=flag.version,
        to_do=TO_DO.get(flag.state, ""),
        due_on=flag.due_on,
        late=flag.due_on < today,
        may=may,
    )


def _runs(ctx: Context, flag: Flag) -> bool:
    return flag.case.partnership_id in ctx.actor.where(Role.COORDINATOR)


def _line_for(ctx: Context, flag: Flag) -> FlagLine:
    """As its own agency reads it, or the coordinator's."""
    here = [post for post in ctx.actor.posts if post.partnership_id == flag.case.partnership_id]
    agencies = {post.agency_id for post in here}
    agency = flag.agency_id if flag.agency_id in agencies else next(iter(sorted(agencies)), None)
    return line_of(flag, agency, ctx.today, _may(ctx, flag))


def _may(ctx: Context, flag: Flag) -> Buttons:
    own = answers(flag) if flag.owner_id in ctx.actor.post_ids else ()
    if not _runs(ctx, flag):
        return tuple(one for one in own if one[1] != f"flag {flag.reference}")
    run: Buttons = (("Ask again", f"ask for flag {flag.case.reference}"),) if flag.state in ENDED else ()
    if flag.state in WANTED:
        run = (
            ("Still needed", f"keep flags {flag.reference}"),
            ("Ask to take it off", f"remove flags {flag.reference}"),
        )
    return tuple(one for one in (*own, *run) if one[1] != f"flag {flag.reference}")


def how_it_stands(ctx: Context, flag: Flag) -> FlagStands:
    """What it should say only as a sharing agreement allows, to whoever does not run the case."""
    held = "" if _runs(ctx, flag) else held_back(ctx, flag)
    return FlagStands(
        flag=_line_for(ctx, flag),
        agency=flag.agency.name,
        state=FLAG.table.words[flag.state],
        says=() if held else labels(Says, flag.says),
        changes=() if held or flag.state is not S.CHANGE_SENT else labels(Change, flag.changes),
        systems=labels(System, flag.systems),
        placed_on=flag.placed_on,
        declined=Declined(flag.declined).label if flag.declined else "",
        review_on=flag.review_on if flag.state in WANTED else None,
        contact=flag.case.partnership.contact,
        held_back=held,
        gone=flag.state in GONE,
    )


def labels(kind: type[Says | Change | System], kept: Collection[str] | None) -> tuple[str, ...]:
    return tuple(kind(one).label for one in kept or ())


Grouped = tuple[tuple[str, tuple[Held, ...]], ...]


def grouped(ctx: Context, flags: Iterable[Flag], numbers: dict[int, str] | None = None) -> Grouped:
    """By agency for who runs them, and else by borough; what is to be done first."""

    def group(flag: Flag) -> str:
        place = flag.case.partnership.name
        return f"{flag.agency.name}, {place}" if _runs(ctx, flag) else place

    ordered = sorted(flags, key=lambda flag: (group(flag), flag.state not in TO_DO, flag.due_on, flag.id))
    return tuple(
        (name, tuple(_held(ctx, flag, (numbers or {}).get(flag.id, "")) for flag in some))
        for name, some in groupby(ordered, key=group)
    )


def _held(ctx: Context, flag: Flag, number: str) -> Held:
    systems = labels(System, flag.systems)
    return Held(_line_for(ctx, flag), FLAG.table.words[flag.state], systems, flag.placed_on, number)
