"""Flags on agencies' own records: asked for, confirmed, changed and taken off again (review, paragraphs 126-127)."""

from collections.abc import Callable, Iterable
from datetime import date

from bot.context import Context
from bot.features.flags.forms import AskForFlag, Fate, FlagIsOn, FlagNews, MoveFlags, NoFlag
from bot.features.flags.notices import Flags, FlagsAsked, FlagsTold
from bot.features.flags.reading import list_flags, read_flag
from bot.features.flags.reminding import JOBS, OWED
from bot.features.flags.saying import grouped, how_it_stands
from bot.features.flags.steps import (
    ask_for_flags,
    case_to_flag,
    confirm,
    confirm_change,
    confirm_removal,
    decline,
    flag_status,
    flags_here,
    held_back,
    keep,
    move_flags,
    remove,
    tell_news,
    transfer_to_follow,
    visible,
    was_never_on,
)
from bot.kit.errors import Conflict
from bot.kit.forms import Form
from bot.lifecycles.flag import TO_DO
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from storage.records import Flag, FlagState, Role

SHOWN = 10


def _stands(ctx: Context, flag: Flag) -> Reply:
    return Reply(how_it_stands(ctx, flag).message(), place=Place.INSTEAD)


def _beside(spoken: Spoken, reply: Reply) -> Reply:
    """A message about several flags is not replaced by the answer to one of them."""
    return reply if spoken.alone else Reply(reply.message)


def _one(ctx: Context, spoken: Spoken) -> Reply:
    return Reply(how_it_stands(ctx, flag_status(ctx, spoken.reference)).message(), place=Place.ONLY_YOU)


def _list(ctx: Context, _spoken: Spoken) -> Reply:
    """What waits for an answer first."""
    flags = sorted(flags_here(ctx), key=lambda flag: flag.state not in TO_DO)
    groups = grouped(ctx, flags[:SHOWN])
    held = sum(flag.state is not FlagState.ASKED for flag in flags)
    waiting = sum(flag.state in TO_DO for flag in flags)
    own = not ctx.actor.where(Role.COORDINATOR)
    notice = Flags(groups, len(flags), held, waiting, max(len(flags) - SHOWN, 0), own)
    return Reply(notice.message(), place=Place.ONLY_YOU)


def _step(step: Callable[[Context, str, int | None], Flag]) -> Callable[[Context, Spoken], Reply]:
    def run(ctx: Context, spoken: Spoken) -> Reply:
        try:
            return _beside(spoken, _stands(ctx, step(ctx, spoken.reference, spoken.seen)))
        except Conflict:
            return _beside(spoken, _stands(ctx, visible(ctx, spoken.reference)))

    return run


def _asks(form: type[Form], *states: FlagState) -> Callable[[Context, Spoken], Reply | Opening]:
    """A form about a flag, unless the button that asks for it no longer fits."""

    def run(ctx: Context, spoken: Spoken) -> Reply | Opening:
        flag = flag_status(ctx, spoken.reference)
        stale = spoken.seen is not None and spoken.seen != flag.version
        if stale or flag.state not in states or flag.owner_id not in ctx.actor.post_ids:
            return _beside(spoken, _stands(ctx, flag))
        return Opening(form, about=Subject(flag.reference, flag.version))

    return run


def _answered(step: Callable[..., Flag]) -> Callable[[Context, Form, Subject], Reply]:
    def run(ctx: Context, form: Form, about: Subject) -> Reply:
        try:
            return _stands(ctx, step(ctx, about.reference, about.seen, form))
        except Conflict:
            return _stands(ctx, visible(ctx, about.reference))

    return run


# --- the coordinator's ------------------------------------------------------------------------------------------------


def _ask(ctx: Context, spoken: Spoken) -> Opening:
    return Opening(AskForFlag, about=Subject(case_to_flag(ctx, spoken.reference).reference))


def _asked(ctx: Context, form: AskForFlag, about: Subject) -> Reply:
    asked, already = ask_for_flags(ctx, about.reference, form)
    held = [flag for flag in asked if held_back(ctx, flag)]
    notice = FlagsAsked(about.reference, _names(asked), _names(already), _names(held), form.by)
    return Reply(notice.message(), place=Place.INSTEAD)


def _names(flags: Iterable[Flag]) -> tuple[str, ...]:
    return tuple(sorted(flag.agency.name for flag in flags))


def _told(about: str, event: str, flags: list[Flag], until: date | None = None, receiving: str = "") -> Reply:
    by = until or max((flag.due_on for flag in flags), default=None)
    return Reply(FlagsTold(about, event, _names(flags), by, receiving).message(), place=Place.INSTEAD)


def _keep(ctx: Context, spoken: Spoken) -> Reply:
    kept, until = keep(ctx, spoken.reference)
    return _beside(spoken, _told(spoken.reference, "keep", kept, until))


def _remove(ctx: Context, spoken: Spoken) -> Reply:
    return _beside(spoken, _told(spoken.reference, "remove", remove(ctx, spoken.reference)))


def _news(ctx: Context, spoken: Spoken) -> Opening:
    return Opening(FlagNews, about=Subject(case_to_flag(ctx, spoken.reference).reference))


def _told_news(ctx: Context, form: FlagNews, about: Subject) -> Reply:
    return _told(about.reference, "change", tell_news(ctx, about.reference, form))


def _move(ctx: Context, spoken: Spoken) -> Opening:
    return Opening(MoveFlags, about=Subject(transfer_to_follow(ctx, spoken.reference).reference))


def _moved(ctx: Context, form: MoveFlags, about: Subject) -> Reply:
    transfer, told = move_flags(ctx, about.reference, form)
    event = "remove" if form.fate is Fate.REMOVE else "change"
    return _told(about.reference, event, told, receiving=transfer.receiving.name)


RUN, ANSWER, CASE, EXAMPLE = May.RUN_FLAGS, May.ANSWER_FLAGS, "C-7K2F9", "F-7K2F9"

COMMANDS = (
    Command("flags", "List the flags on records that we believe there are", _list, needs=ANSWER),
    Command("flag", "See what a flag should say, and how it stands", _one, needs=ANSWER, takes=EXAMPLE),
    Command(
        "flag is on",
        "Say where a flag stands on your record",
        _asks(FlagIsOn, FlagState.ASKED, FlagState.DECLINED, FlagState.CONFIRMED),
        needs=ANSWER,
        takes=EXAMPLE,
    ),
    Command(
        "no flag",
        "Say that you cannot put a flag on",
        _asks(NoFlag, FlagState.ASKED),
        needs=ANSWER,
        takes=EXAMPLE,
        listed=False,
    ),
    Command(
        *("flag is changed", "Say that you changed a flag", _step(confirm_change)),
        needs=ANSWER,
        takes=EXAMPLE,
        listed=False,
    ),
    Command("flag is off", "Say that you took a flag off", _step(confirm_removal), needs=ANSWER, takes=EXAMPLE),
    Command(
        *("flag was never on", "Say that you never put a flag on", _step(was_never_on)),
        needs=ANSWER,
        takes=EXAMPLE,
        listed=False,
    ),
    Command("ask for flag", "Ask agencies to put a flag on their records", _ask, needs=RUN, takes=CASE),
    Command("flag news", "Tell whoever holds a flag what has changed", _news, needs=RUN, takes=CASE),
    Command("keep flags", "Say that flags are still needed", _keep, needs=RUN, takes=CASE, listed=False),
    Command("remove flags", "Ask agencies to take flags off", _remove, needs=RUN, takes=CASE),
    Command("move flags", "Decide about flags when a child moves", _move, needs=RUN, takes="T-7K2F9"),
)
FORMS = (
    Guided(AskForFlag, _asked),
    Guided(FlagIsOn, _answered(confirm)),
    Guided(NoFlag, _answered(decline)),
    Guided(FlagNews, _told_news),
    Guided(MoveFlags, _moved),
)

__all__ = ["COMMANDS", "FORMS", "JOBS", "OWED", "list_flags", "read_flag"]
