"""The tracker as a table again: in the borough's own columns, each row as it came in but for what has changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.audit import note_of
from bot.features.actions.importing.columns import Column, Means, keys
from bot.features.actions.importing.desk import Desk
from bot.features.actions.importing.taking import Taking, take_away
from bot.lifecycles.action import ACTION
from storage.queries.imports import actions_of_tracker, layout_of, rows_of_tracker
from storage.records import Action, ActionState, ImportedRow

OWN = (  # for a borough that never had a spreadsheet
    Column("Action", Means.ACTION),
    Column("Owner", Means.OWNER),
    Column("Agency", Means.AGENCY),
    Column("Due", Means.DUE),
    Column("Status", Means.STATUS),
    Column("Case", Means.CASE),
)
AS_IT_CAME = (ActionState.PROPOSED, ActionState.OPEN)


@dataclass(frozen=True)
class Exported:
    """`table`: headings, then rows.  `mark`: what its file begins with."""

    mark: str
    table: list[list[str]]


def export_actions(desk: Desk, taking: Taking) -> Exported:
    """Whoever asks has to be at the server's own machine."""
    (taken, mark), columns = take_away(desk, taking), _columns(desk)
    table = [[column.heading for column in columns]]
    table += _as_it_came(desk, columns, taken.reference) if taken.with_words else _as_it_is(desk, columns)
    table += [_own(columns, action) for action in actions_of_tracker(desk.session, desk.partnership.id)]
    what, result = f"exported a tracker: {taken.why}", f"{len(table) - 1} rows"
    note_of(desk.session, desk.now, taken.person_id, what, taken.reference, result)
    if taken.agreed_by_id:
        note_of(desk.session, desk.now, taken.agreed_by_id, "agreed to an export", taken.reference, "done")
    return Exported(mark, table)


def _columns(desk: Desk) -> Sequence[Column]:
    layout = layout_of(desk.session, desk.partnership.id)
    if layout is None:
        return OWN
    columns = desk.open([layout.columns], "the columns of a tracker")[0]
    return [Column(heading, Means(means)) for heading, means in columns]


def _as_it_is(desk: Desk, columns: Sequence[Column]) -> list[list[str]]:
    """What the bot itself knows: no word that somebody wrote is opened.  A row that is no action has nothing else."""
    rows = rows_of_tracker(desk.session, desk.partnership.id)
    return [_own(columns, row.action) for row, _ in rows if row.action]


def _as_it_came(desk: Desk, columns: Sequence[Column], about: str) -> list[list[str]]:
    found = [row for row, _ in rows_of_tracker(desk.session, desk.partnership.id)]
    cells = desk.open([row.cells for row in found], "exporting a tracker", about)
    return [_imported(columns, row, own) for row, own in zip(found, cells, strict=True)]


def _imported(columns: Sequence[Column], row: ImportedRow, cells: Mapping[str, str]) -> list[str]:
    names = keys([column.heading for column in columns])
    own = _own(columns, row.action) if row.action else None
    if own and not cells:  # its details were erased
        return own
    changed = _changed(row)
    return [
        own[at] if own and column.means in changed else cells.get(name, "")
        for at, (name, column) in enumerate(zip(names, columns, strict=True))
    ]


def _changed(row: ImportedRow) -> set[Means]:
    """What the row no longer says rightly."""
    action = row.action
    if action is None:
        return set()
    changed = {Means.OWNER, Means.AGENCY} if action.owner_id != row.owner_id else set()
    changed |= {Means.DUE} if action.due_on != row.due_on else set()
    return changed | ({Means.STATUS} if action.state not in AS_IT_CAME else set())


def _own(columns: Sequence[Column], action: Action) -> list[str]:
    """An action as the bot knows it."""
    agency = any(column.means is Means.AGENCY for column in columns)
    said = {
        Means.ACTION: action.verb.value.capitalize(),
        Means.OWNER: action.owner.title if agency else action.owner.words,
        Means.AGENCY: action.owner.agency.name,
        Means.DUE: _written(action.due_on),
        Means.STATUS: ACTION.table.words[action.state].capitalize(),
        Means.CASE: action.case.reference if action.case else "",
    }
    return [said.get(column.means, "") for column in columns]


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
