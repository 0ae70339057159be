"""What is read on signed-in pages alone: asked for in chat, each of these lines answers with the way there."""

from collections.abc import Callable, Mapping

from bot.context import Context
from bot.features.access import access_log
from bot.features.actions.reading import list_actions, read_action
from bot.features.cases import read_case, read_emergency, who_is_this
from bot.features.escalations.reading import list_blockages, read_escalation
from bot.features.flags import list_flags, read_flag
from bot.features.handover import handover_pack
from bot.features.meetings.reading import read_agenda
from bot.features.mine import my_page
from bot.features.pages import PATH, way_to
from bot.features.referrals.reading import read_referral
from bot.features.shares.reading import read_share
from bot.kit.errors import NotFound
from bot.kit.messages import Notice
from bot.permissions import May
from bot.replies import Place, Reply
from bot.tables import Command, Spoken

WHO = f"{PATH}/who"
IMPORTS = f"{PATH}/import"
READERS: Mapping[str, Callable[[Context, str], Notice]] = {
    "A": read_action,
    "B": read_escalation,
    "C": read_case,
    "E": read_emergency,
    "F": read_flag,
    "M": read_agenda,
    "R": read_referral,
    "S": read_share,
}


def _page(ctx: Context, spoken: Spoken, path: str, label: str, page: Callable[[], Notice]) -> Reply:
    notice = page() if spoken.signed_in else way_to(ctx, path, label)
    return Reply(notice.message(), place=Place.ONLY_YOU)


def _pages(ctx: Context, spoken: Spoken) -> Reply:
    return _page(ctx, spoken, PATH, "Your pages", lambda: my_page(ctx))


def _read(ctx: Context, spoken: Spoken) -> Reply:
    """Whether there is such a thing, and whether they may read it, only the page says."""
    reference = spoken.reference
    if reference[0] not in READERS:
        raise NotFound
    path = f"{PATH}/read/{reference}"
    return _page(ctx, spoken, path, f"Read {reference}", lambda: READERS[reference[0]](ctx, reference))


def _who(ctx: Context, spoken: Spoken) -> Reply:
    reference = spoken.reference
    return _page(ctx, spoken, f"{WHO}/{reference}", "Who is this?", lambda: who_is_this(ctx, reference))


def _list(ctx: Context, spoken: Spoken) -> Reply:
    return _page(ctx, spoken, f"{PATH}/actions", "Actions that are not done", lambda: list_actions(ctx))


def _flags(ctx: Context, spoken: Spoken) -> Reply:
    return _page(ctx, spoken, f"{PATH}/flags", "Flags on records", lambda: list_flags(ctx))


def _blockages(ctx: Context, spoken: Spoken) -> Reply:
    return _page(ctx, spoken, f"{PATH}/blockages", "What is blocked", lambda: list_blockages(ctx))


def _pack(ctx: Context, spoken: Spoken) -> Reply:
    path = f"{PATH}/post/{spoken.rest}" if spoken.rest.isdecimal() else f"{PATH}/post"
    return _page(ctx, spoken, path, "The handover pack", lambda: handover_pack(ctx, spoken.rest))


def _access(ctx: Context, spoken: Spoken) -> Reply:
    return _page(ctx, spoken, f"{PATH}/access", "Who read and changed what", lambda: access_log(ctx))


def _import(ctx: Context, _spoken: Spoken) -> Reply:
    """A page with more on it than a message can hold: a file, and what its columns mean."""
    return Reply(way_to(ctx, IMPORTS, "Import a tracker").message(), place=Place.ONLY_YOU)


COMMANDS = (
    Command("pages", "Open your own pages, where names may be read", _pages, needs=May.READ),
    Command("read", "Read something with its names", _read, needs=May.READ, takes="R-7K2F9"),
    Command("who", "See who an action is about", _who, needs=May.READ, takes="A-7K2F9"),
    Command("action list", "Print the actions that are not done", _list, needs=May.READ),
    Command("flag list", "Print the flags on records", _flags, needs=May.READ),
    Command("blockage list", "Print what is blocked", _blockages, needs=May.SEE_BLOCKAGES),
    Command("handover pack", "Print what your post has open, and who held it", _pack, needs=May.READ),
    Command("import", "Bring in the tracker that was a spreadsheet", _import, needs=May.IMPORT),
    Command("access log", "See who read and changed what", _access, needs=May.SEE_ACCESS),
)
