"""A tracker is handed in, decided about, imported and taken back: by a coordinator, or at the server's own machine."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.audit import note
from bot.features.actions.importing.columns import Table, check, decided, keys, propose
from bot.features.actions.importing.desk import Desk, Look, look, sealed_columns
from bot.features.actions.importing.rows import Planned, Verdict, kept_of
from bot.kit.errors import Conflict, Refusal
from bot.kit.references import new_reference
from bot.kit.sheets import Row, Sheet
from bot.lifecycles.action import ACTION
from bot.lifecycles.imports import IMPORT
from bot.lifecycles.moving import advance
from storage.levels import Classified, Level
from storage.queries.imports import (
    brought_by,
    imported_before,
    layout_of,
    open_cases_in,
    references_among,
    rows_brought,
)
from storage.records import Action, ActionState, Case, Import, ImportedRow, ImportState, TrackerLayout

BEFORE = "This file was imported before, as {0}. To import it again, take that back first: undo import {0}"
NOTHING = "No row of it is ready. Look at what is to be decided, or correct the file and hand it in again."


def hand_in(desk: Desk, sheets: Sequence[Sheet], digest: str) -> Import:
    """It does nothing yet: it is looked at, and forgotten in some days unless it is imported."""
    if before := imported_before(desk.session, desk.partnership.id, digest):
        raise Refusal(BEFORE.format(before.reference))
    saved, owners = desk.layout()
    table = propose(sheets, saved)
    draft = Import(
        reference=new_reference("N"),
        partnership_id=desk.partnership.id,
        state=ImportState.DRAFT,
        digest=digest,
        columns=sealed_columns(table.columns),
        owners=Classified(owners, Level.L2),
        sheet=_sealed(table),
        changed_at=desk.now,
        changed_how="hand in",
        changed_by_id=desk.account.person_id if desk.account else None,
    )
    desk.session.add(draft)
    desk.session.flush()
    note(desk.session, desk.now, desk.account, "import: hand in", draft.reference)
    return draft


def _sealed(table: Table) -> Classified:
    rows = [[row.number, list(row.cells)] for row in table.rows]
    return Classified({"name": table.name, "others": table.others, "rows": rows}, Level.L4)


def decide(
    desk: Desk, imported: Import, columns: Sequence[str], owners: Mapping[str, int], due_on: date | None
) -> None:
    """What the columns mean, who is meant by a name, and by when for what has no day."""
    seen = look(desk, imported)
    known = {post.id for post in seen.posts}
    imported.columns = sealed_columns(decided(seen.table.columns, columns))
    imported.owners = Classified(
        dict(seen.chosen) | {name: one for name, one in owners.items() if one in known}, Level.L2
    )
    imported.due_on = due_on
    imported.changed_at = desk.now
    desk.session.flush()


def bring_in(desk: Desk, imported: Import, seen: int | None = None) -> bool:
    """All or nothing.  The actions wait: nobody is told or reminded before Start.  False: it was done already."""
    if imported.changed_how == "import":
        return False
    _at(imported, "import", seen)
    looked = look(desk, imported)
    check(looked.table.columns)
    if not looked.report.of(Verdict.OK):
        raise Refusal(NOTHING)
    _bring(desk, looked)
    _save_layout(desk, looked)
    take(desk, imported, "import", seen, sheet=None)
    return True


def _bring(desk: Desk, looked: Look) -> None:
    cases = open_cases_in(desk.session, desk.partnership.id)
    ready = len(looked.report.of(Verdict.OK))
    references = iter(_new_references(desk, ready))
    for row, plan in zip(looked.table.rows, looked.report.rows, strict=True):
        action = _action(desk, plan, cases, next(references)) if plan.verdict is Verdict.OK else None
        desk.session.add(_row(looked, row, plan, action, frozenset(cases)))
    desk.session.flush()


def _new_references(desk: Desk, count: int) -> list[str]:
    """So many at once that two might be the same."""
    found: set[str] = set()
    while len(found) < count:
        more = {new_reference("A") for _ in range(count - len(found))}
        found |= more - references_among(desk.session, more)
    return sorted(found)


def _action(desk: Desk, plan: Planned, cases: Mapping[str, Case], reference: str) -> Action:
    case = cases.get(plan.case)
    action = Action(
        reference=reference,
        partnership_id=desk.partnership.id,
        owner_id=plan.post_id,
        case=case,
        verb=plan.verb,
        due_on=plan.due_on,
        state=ActionState.PROPOSED,
        agreed_at=desk.now,
        changed_at=desk.now,
        changed_how="import",
        changed_by_id=desk.account.person_id if desk.account else None,
    )
    desk.session.add(action)
    return action


def _row(looked: Look, row: Row, plan: Planned, action: Action | None, cases: frozenset[str]) -> ImportedRow:
    columns = looked.table.columns
    names = keys([column.heading for column in columns])
    cells = {
        name: kept
        for at, (name, column) in enumerate(zip(names, columns, strict=True))
        if (kept := kept_of(column.means, row.cell(at), cases))
    }
    return ImportedRow(
        import_id=looked.imported.id,
        action=action,
        number=row.number,
        owner_id=plan.post_id,
        due_on=plan.due_on,
        cells=Classified(cells, Level.L4),
        words=Classified(plan.words, Level.L4) if plan.words else None,
    )


def _save_layout(desk: Desk, looked: Look) -> None:
    saved = layout_of(desk.session, desk.partnership.id)
    columns, owners = sealed_columns(looked.table.columns), Classified(dict(looked.chosen), Level.L2)
    if saved is None:
        desk.session.add(
            TrackerLayout(partnership_id=desk.partnership.id, columns=columns, owners=owners, saved_at=desk.now)
        )
    else:
        saved.columns, saved.owners, saved.saved_at = columns, owners, desk.now


# --- taking it back ---


def take_back(desk: Desk, imported: Import, seen: int | None = None) -> list[Action]:
    """All that nobody has answered.  What somebody has acted on stays; returns that."""
    if imported.state is not ImportState.UNDONE:
        _at(imported, "undo import", seen)
        for action in brought_by(desk.session, imported):
            _take_back(desk, action)
        for row in rows_brought(desk.session, imported):
            if row.action is None or row.action.state is ActionState.ENTERED_IN_ERROR:
                desk.session.delete(row)
        take(desk, imported, "undo import", seen, sheet=None)
    return list(brought_by(desk.session, imported))


def _take_back(desk: Desk, action: Action) -> None:
    step = ACTION.table.step(action.state, "take back")
    if step:
        advance(desk.session, ACTION, action, step, desk.now, desk.account)


def take(desk: Desk, imported: Import, event: str, seen: int | None, **given: object) -> None:
    _at(imported, event, seen)
    step = IMPORT.table.step(imported.state, event)
    assert step  # noqa: S101 -- _at() looked
    advance(desk.session, IMPORT, imported, step, desk.now, desk.account, **given)


def _at(imported: Import, event: str, seen: int | None) -> None:
    if IMPORT.table.step(imported.state, event) is None or (seen is not None and seen != imported.version):
        raise Conflict
