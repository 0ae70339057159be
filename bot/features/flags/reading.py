"""A flag with where it is found, and the list of all of them with record numbers: on signed-in pages only."""

from bot.audit import reader, reveal, reveal_all
from bot.context import Context
from bot.features.flags.notices import FlagList, FlagPage
from bot.features.flags.saying import grouped, how_it_stands
from bot.features.flags.steps import flags_here, visible
from bot.permissions import May, needs
from storage.levels import Classified
from storage.records import Flag, Role

WHY = "reading a flag"


@needs(May.READ)
def read_flag(ctx: Context, reference: str) -> FlagPage:
    flag = visible(ctx, reference)
    place, number = _place(ctx, flag), _number(ctx, flag)
    return FlagPage(
        stands=how_it_stands(ctx, flag),
        place=reveal(ctx, place, WHY, reference) if place else "",
        record_number=reveal(ctx, number, WHY, reference) if number else "",
        reader=reader(ctx, reference),
        at=ctx.now,
    )


def _place(ctx: Context, flag: Flag) -> Classified | None:
    """For the post that answers for the flag and the coordinators, as the form that asks for it says."""
    runs = flag.case.partnership_id in ctx.actor.where(Role.COORDINATOR)
    return flag.place if runs or flag.owner_id in ctx.actor.post_ids else None


def _number(ctx: Context, flag: Flag) -> Classified | None:
    """Under which the reader's own agency has the child on file: for the post that answers for the flag alone."""
    if flag.owner_id not in ctx.actor.post_ids:
        return None
    return next((one.record_number for one in flag.case.agencies if one.agency_id == flag.agency_id), None)


@needs(May.READ)
def list_flags(ctx: Context) -> FlagList:
    flags = flags_here(ctx)
    numbered = [(flag.id, number) for flag in flags if (number := _number(ctx, flag))]
    told = reveal_all(ctx, [number for _, number in numbered], "the list of flags")
    numbers = dict(zip((one for one, _ in numbered), told, strict=True))
    return FlagList(grouped(ctx, flags, numbers), not ctx.actor.where(Role.COORDINATOR), reader(ctx, ""), ctx.now)
