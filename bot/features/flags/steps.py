"""Asking agencies for flags on their own records, and their answers, as the lifecycle's table allows them."""

from collections.abc import Iterable
from datetime import date

from bot.context import Context
from bot.features.flags.forms import AskForFlag, Fate, FlagIsOn, FlagNews, MoveFlags, NoFlag
from bot.kit.errors import NotFound, Refusal, or_not_found
from bot.kit.references import new_reference
from bot.lifecycles.flag import FLAG, REVIEWED_EVERY, ask_for_removal, keep_flags, send_change
from bot.lifecycles.moving import begun, move, tell
from bot.naming import name_to
from bot.need_to_know import not_close
from bot.outbox import owe
from bot.permissions import May, needs
from bot.sharing import What, disclose, lift
from storage.levels import Classified, Level
from storage.queries.cases import case_for
from storage.queries.flags import flag_for, flags_about, flags_held_by
from storage.queries.people import coordinators_of, posts_in
from storage.queries.transfers import transfer_for
from storage.records import Case, CaseState, Flag, FlagState, Post, Purpose, Role, Strand, Transfer, TransferState
from storage.records.flags import STANDS, WANTED

CLOSED = "That case is closed. Say open again {} first, if the panel talks about the child again."
ONE_EACH = "Choose one post for each agency. Say ask for flag again to choose."
ELSEWHERE = "That post is in another borough than the case. Say ask for flag again to choose."
NOT_YET = "{} has not acknowledged that transfer yet. Ask again when it has: until then the flags stay."


def visible(ctx: Context, reference: str) -> Flag:
    """Closed to somebody who knows the child or the family, like the case itself."""
    flag = or_not_found(flag_for(ctx.session, ctx.actor, reference))
    not_close(ctx, flag.case)
    return flag


@needs(May.RUN_FLAGS)
def case_to_flag(ctx: Context, reference: str) -> Case:
    case = or_not_found(case_for(ctx.session, ctx.actor, reference))
    if case.state is CaseState.CLOSED:
        raise Refusal(CLOSED.format(reference))
    return case


@needs(May.RUN_FLAGS)
def ask_for_flags(ctx: Context, reference: str, form: AskForFlag) -> tuple[list[Flag], list[Flag]]:
    """Those that are asked now, and those of agencies that were asked before."""
    case = case_to_flag(ctx, reference)
    posts = _posts(ctx, case, form.posts)
    there = {flag.agency_id: flag for flag in flags_about(ctx.session, case)}
    already = [there[post.agency_id] for post in posts if _is_wanted(there.get(post.agency_id))]
    asked = [
        _asked(ctx, case, post, there.get(post.agency_id), form)
        for post in posts
        if not _is_wanted(there.get(post.agency_id))
    ]
    return asked, already


def _is_wanted(flag: Flag | None) -> bool:
    return flag is not None and flag.state in WANTED


def _posts(ctx: Context, case: Case, chosen: list[str]) -> list[Post]:
    own = {str(post.id): post for post in posts_in(ctx.session, ctx.actor)}
    posts = [own[one] for one in chosen if one in own and own[one].partnership_id == case.partnership_id]
    if len(posts) < len(chosen):
        raise NotFound(ELSEWHERE)
    if len({post.agency_id for post in posts}) < len(posts):
        raise Refusal(ONE_EACH)
    return posts


def _asked(ctx: Context, case: Case, post: Post, flag: Flag | None, form: AskForFlag) -> Flag:
    """An agency is asked once for each case: asked again, it is the same flag."""
    name_to(ctx.session, case, [post.agency_id])
    given = {"owner": post, "says": [one.value for one in form.says], "asked_on": ctx.today, "due_on": form.by}
    given |= {"review_on": ctx.today + REVIEWED_EVERY, "declined": None, "changes": None}
    if flag:
        move(ctx, FLAG, flag, "ask again", None, **given)
    else:
        flag = _new(ctx, case, post, given)
    lift(ctx, post.agency_id, flag.reference)
    return flag


def _new(ctx: Context, case: Case, post: Post, given: dict[str, object]) -> Flag:
    own = {"reference": new_reference("F"), "case": case, "agency": post.agency, "state": FlagState.ASKED}
    flag = ctx.add(Flag(**own, **given, **begun(ctx, "ask")))
    tell(ctx, [post], "flag_asked", flag)
    return flag


def held_back(ctx: Context, flag: Flag) -> str:
    """What to say to its agency instead of what it should say, if no agreement lets it read that."""
    what = What(flag.case.partnership_id, flag.agency_id, flag.reference, Strand.CHILD, Level.L2, Purpose.ACTIONS)
    return disclose(ctx, what)


# --- by its agency ----------------------------------------------------------------------------------------------------


@needs(May.ANSWER_FLAGS)
def flag_status(ctx: Context, reference: str) -> Flag:
    return visible(ctx, reference)


@needs(May.ANSWER_FLAGS)
def flags_here(ctx: Context) -> list[Flag]:
    return list(flags_held_by(ctx.session, ctx.actor))


@needs(May.ANSWER_FLAGS)
def confirm(ctx: Context, reference: str, seen: int | None, form: FlagIsOn) -> Flag:
    flag = visible(ctx, reference)
    place = Classified(form.place, Level.L4) if form.place else None
    systems = [one.value for one in form.systems]
    move(ctx, FLAG, flag, "confirm", seen, systems=systems, place=place, placed_on=form.placed_on, declined=None)
    return flag


@needs(May.ANSWER_FLAGS)
def decline(ctx: Context, reference: str, seen: int | None, form: NoFlag) -> Flag:
    flag = visible(ctx, reference)
    move(ctx, FLAG, flag, "decline", seen, declined=form.declined.value)
    return flag


@needs(May.ANSWER_FLAGS)
def confirm_change(ctx: Context, reference: str, seen: int | None) -> Flag:
    flag = visible(ctx, reference)
    move(ctx, FLAG, flag, "confirm change", seen)
    return flag


@needs(May.ANSWER_FLAGS)
def confirm_removal(ctx: Context, reference: str, seen: int | None) -> Flag:
    flag = visible(ctx, reference)
    move(ctx, FLAG, flag, "confirm removal", seen)
    return flag


@needs(May.ANSWER_FLAGS)
def was_never_on(ctx: Context, reference: str, seen: int | None) -> Flag:
    flag = visible(ctx, reference)
    move(ctx, FLAG, flag, "was never on", seen)
    return flag


# --- by the coordinator -----------------------------------------------------------------------------------------------


def _one_or_all(ctx: Context, reference: str) -> list[Flag]:
    """One flag, or all of a case."""
    case = case_for(ctx.session, ctx.actor, reference)
    if case:
        return list(flags_about(ctx.session, case))
    flag = visible(ctx, reference)
    if flag.case.partnership_id not in ctx.actor.where(Role.COORDINATOR):
        raise NotFound
    return [flag]


@needs(May.RUN_FLAGS)
def keep(ctx: Context, reference: str) -> tuple[list[Flag], date]:
    return keep_flags(ctx, _one_or_all(ctx, reference))


@needs(May.RUN_FLAGS)
def remove(ctx: Context, reference: str) -> list[Flag]:
    """And those that were asked to be removed before."""
    flags = _one_or_all(ctx, reference)
    ask_for_removal(ctx, flags)
    return [flag for flag in flags if flag.state is FlagState.REMOVAL_ASKED]


@needs(May.RUN_FLAGS)
def tell_news(ctx: Context, reference: str, form: FlagNews) -> list[Flag]:
    return send_change(ctx, case_to_flag(ctx, reference), [one.value for one in form.changes])


@needs(May.RUN_FLAGS)
def transfer_to_follow(ctx: Context, reference: str) -> Transfer:
    """Out of a borough they run, and as far as a transfer goes today."""
    transfer = transfer_for(ctx.session, ctx.actor, reference)
    if transfer is None or transfer.origin_id not in ctx.actor.where(Role.COORDINATOR):
        raise NotFound
    if transfer.state is not TransferState.ACKNOWLEDGED:
        raise Refusal(NOT_YET.format(transfer.receiving.name))
    return transfer


@needs(May.RUN_FLAGS)
def move_flags(ctx: Context, reference: str, form: MoveFlags) -> tuple[Transfer, list[Flag]]:
    """The receiving borough is told once, whatever becomes of the flags here."""
    transfer = transfer_to_follow(ctx, reference)
    case = case_for(ctx.session, ctx.actor, form.case)
    if case is None or case.partnership_id != transfer.origin_id:
        raise NotFound("That case is with another borough than the child is leaving. Say move flags to choose again.")
    stood = bool(flags_about(ctx.session, case, STANDS))
    removes = form.fate is Fate.REMOVE
    told = ask_for_removal(ctx, flags_about(ctx.session, case)) if removes else send_change(ctx, case, ["moved"])
    if stood:
        _tell_receiving(ctx, transfer, coordinators_of(ctx.session, transfer.receiving_id))
    return transfer, told


def _tell_receiving(ctx: Context, transfer: Transfer, posts: Iterable[Post]) -> None:
    about, version = transfer.reference, transfer.version
    for post in posts:
        owe(ctx.session, "flags_elsewhere", post, about=about, version=version, at=ctx.now, once="flags")
