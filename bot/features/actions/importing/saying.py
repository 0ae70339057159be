"""An imported tracker in words: the list that an owner is sent, and how it stands for the coordinator."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.actions.importing.notices import ImportList, ImportStands, TakenOn
from bot.features.actions.importing.steps import import_by_name, visible_import, waiting_lists
from bot.features.actions.steps import line_of
from bot.kit.forms import Option
from bot.kit.messages import Notice
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from bot.lifecycles.imports import IMPORT
from bot.replies import Place, Reply
from storage.queries.imports import brought_by, import_named, list_of_post
from storage.records import Action, ActionState, Delivery, ImportState, Partnership

SHOWN = 20


def write_list(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    imported, post = import_named(session, delivery.about), delivery.post
    if imported is None or post is None or imported.state is not ImportState.STARTED:
        return None
    found = list_of_post(session, imported, post.id)
    place, today = imported.partnership, local_day(now)
    notice = ImportList(
        place=place.name,
        reference=imported.reference,
        version=imported.version,
        actions=tuple(line_of(one, post.agency_id, today) for one in found[:SHOWN]),
        more=len(found[SHOWN:]),
        post=post.words,
        contact=place.contact,
    )
    return notice if found else None


def answered(ctx: Context, reference: str, mine: Sequence[Action], wrong: Sequence[Action] = ()) -> Reply:
    place = import_by_name(ctx, reference).partnership
    notice = TakenOn(place.name, reference, len(mine), len(wrong), place.contact)
    return Reply(notice.message(), place=Place.INSTEAD)


def to_check(ctx: Context) -> Iterable[Option]:
    for one in waiting_lists(ctx):
        yield Option(one.reference, f"{one.verb.value.capitalize()}, {day_in_words(one.due_on)}, {one.reference}")


def import_stands(ctx: Context, reference: str, stays: Sequence[Action] = ()) -> Reply:
    imported = visible_import(ctx, reference)
    place = ctx.session.get_one(Partnership, imported.partnership_id)
    brought = brought_by(ctx.session, imported)
    waiting = [one for one in brought if one.state is ActionState.PROPOSED]
    notice = ImportStands(
        place=place.name,
        reference=reference,
        version=imported.version,
        state=IMPORT.table.words[imported.state],
        actions=len(brought),
        waiting=len(waiting),
        owners=len({one.owner_id for one in waiting}),
        stays=tuple(one.reference for one in stays),
        may=_may(imported.state, f"{reference} @{imported.version}"),
        contact=place.contact,
    )
    return Reply(notice.message(), place=Place.INSTEAD)


def _may(state: ImportState, at: str) -> tuple[tuple[str, str], ...]:
    begin, back = ("Start, and tell each owner", f"start import {at}"), ("Undo the import", f"undo import {at}")
    page = ("Open the import page", "import")
    return {ImportState.WAITING: (begin, back, page), ImportState.STARTED: (page, back)}.get(state, (page,))
