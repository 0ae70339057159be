"""What people do with an imported tracker: a coordinator starts it, and each owner says once what is theirs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.context import Context
from bot.features.actions.importing import bringing
from bot.features.actions.importing.desk import Desk, Look, desk_of, look
from bot.features.actions.steps import hand_over
from bot.kit.errors import Conflict, or_not_found
from bot.kit.sheets import Sheet
from bot.lifecycles.action import ACTION
from bot.lifecycles.imports import IMPORT
from bot.lifecycles.moving import move
from bot.outbox import mark_stale, owe
from bot.permissions import May, needs
from storage.queries.imports import brought_by, import_for, import_named, imports_of, list_for, lists_of
from storage.queries.people import partnerships
from storage.records import Action, ActionState, Import, ImportState, Partnership, Role

DRAFT_GONE = "It has been imported, or taken back. Open the page again to see how it stands."


@needs(May.IMPORT)
def own_trackers(ctx: Context) -> tuple[list[Partnership], Sequence[Import]]:
    """The boroughs whose tracker one may bring, and what was brought."""
    runs = ctx.actor.where(Role.COORDINATOR)
    return [one for one in partnerships(ctx.session) if one.id in runs], imports_of(ctx.session, ctx.actor)


@needs(May.IMPORT)
def hand_in(ctx: Context, partnership_id: int, sheets: Sequence[Sheet], digest: str) -> str:
    """Returns the reference."""
    runs = own_trackers(ctx)[0]
    borough = or_not_found(
        next((one for one in runs if one.id == partnership_id), runs[0] if not partnership_id else None)
    )
    return bringing.hand_in(desk_of(ctx, borough), sheets, digest).reference


@needs(May.IMPORT)
def look_at(ctx: Context, reference: str) -> Look | Import:
    """A draft with its dry run; or how what was imported stands."""
    imported = visible_import(ctx, reference)
    return look(_desk(ctx, imported), imported) if imported.state is ImportState.DRAFT else imported


@needs(May.IMPORT)
def decide(
    ctx: Context, reference: str, columns: Sequence[str], owners: Mapping[str, int], due_on: date | None
) -> None:
    imported = visible_import(ctx, reference)
    if imported.state is not ImportState.DRAFT:
        raise Conflict(DRAFT_GONE)
    bringing.decide(_desk(ctx, imported), imported, columns, owners, due_on)


@needs(May.IMPORT)
def bring_in(ctx: Context, reference: str) -> Import:
    imported = visible_import(ctx, reference)
    bringing.bring_in(_desk(ctx, imported), imported)
    return imported


@needs(May.IMPORT)
def start(ctx: Context, reference: str, seen: int | None) -> Import:
    """Each owner is sent one list.  A second press sends nothing more."""
    imported = visible_import(ctx, reference)
    if move(ctx, IMPORT, imported, "start", seen):
        waiting = [one for one in brought_by(ctx.session, imported) if one.state is ActionState.PROPOSED]
        for action in waiting:
            hand_over(ctx, action)
        for owner in {one.owner_id: one.owner for one in waiting}.values():
            owe(ctx.session, "import_list", owner, about=reference, version=imported.version, at=ctx.now)
    return imported


@needs(May.IMPORT)
def undo_import(ctx: Context, reference: str, seen: int | None) -> list[Action]:
    imported = visible_import(ctx, reference)
    return bringing.take_back(_desk(ctx, imported), imported, seen)


@needs(May.DO_ACTIONS)
def take_on(ctx: Context, reference: str, seen: int | None) -> list[Action]:
    """All of one's own list; nothing, if it was answered already."""
    own_list(ctx, reference, seen)
    return _take_on(ctx, reference, [])


@needs(May.DO_ACTIONS)
def not_right(
    ctx: Context, reference: str, seen: int | None, wrong: Collection[str]
) -> tuple[list[Action], list[Action]]:
    """Those that are wrong go back to the coordinator, and the rest is taken on."""
    contested = [one for one in own_list(ctx, reference, seen) if one.reference in wrong]
    for action in contested:
        move(ctx, ACTION, action, "contest")
    return contested, _take_on(ctx, reference, contested)


def _take_on(ctx: Context, reference: str, without: Collection[Action]) -> list[Action]:
    mine = [one for one in own_list(ctx, reference) if one not in without]
    for action in mine:
        move(ctx, ACTION, action, "take on")
    mark_stale(ctx.session, reference, ctx.now)
    return mine


def own_list(ctx: Context, reference: str, seen: int | None = None) -> Sequence[Action]:
    found = or_not_found(list_for(ctx.session, ctx.actor, reference))
    if seen is not None and seen != import_by_name(ctx, reference).version:
        raise Conflict
    return found


def waiting_lists(ctx: Context) -> Sequence[Action]:
    return lists_of(ctx.session, ctx.actor)


def visible_import(ctx: Context, reference: str) -> Import:
    return or_not_found(import_for(ctx.session, ctx.actor, reference))


def _desk(ctx: Context, imported: Import) -> Desk:
    return desk_of(ctx, ctx.session.get_one(Partnership, imported.partnership_id))


def import_by_name(ctx: Context, reference: str) -> Import:
    """Of a list that is one's own."""
    imported = import_named(ctx.session, reference)
    assert imported  # noqa: S101 -- own_list() found it
    return imported
