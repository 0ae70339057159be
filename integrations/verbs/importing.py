"""mace-bot import and export: a borough's tracker comes in from a spreadsheet, and goes out as one again."""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from sqlalchemy.orm import Session

from bot.kit.sheets import Why
from integrations.settings import UnsafeSetting
from integrations.tracker import in_the_tracker

if TYPE_CHECKING:
    from bot.features.actions.importing.desk import Desk, Look

T = TypeVar("T")
NO_BOROUGH = "There is no panel called {}. Make it first: mace-bot panel new."
NO_COLUMN = "There is no column “{}”. Say it as the tracker does, like: --column 'Lead=owner'"
NO_FILE = "{} cannot be read. Check that it is there, and yours to read."
NOT_OUT = "{} cannot be written. Name a file that is not there yet, ending in .xlsx or .csv, in a folder of yours."
NO_IMPORT = "There is no import {}. Check its reference."
NOT_A_DAY = "{} is not a date that is still to come. Give it like this: --due '27 March 2026'"
WORDS = {True: "with what people wrote.", False: "without what people wrote."}
DELETE_IT = "The coordinators are told. Delete it when you no longer need it."
DRY = "Nothing was imported."
DONE = (
    "Imported as {0}. Nobody has been told. A coordinator starts it in chat: start import {0}\n"
    "To take it back: mace-bot import undo {0}"
)


class _DryRun(Exception):
    """What was looked at is forgotten with its transaction."""


def add_importing(verbs: Any) -> None:
    imports = verbs.add_parser("import", help="bring a borough's tracker in").add_subparsers(
        required=True, metavar="COMMAND"
    )
    actions = imports.add_parser("actions", help="bring its actions in from a spreadsheet; they wait for Start")
    actions.add_argument("file", type=Path, metavar="FILE", help="an .xlsx or .csv file with a row of headings")
    actions.add_argument("--borough", required=True, metavar="NAME", help="whose tracker it is, like Camden")
    actions.add_argument("--dry-run", action="store_true", help="only say what would become of each row")
    actions.add_argument("--due", default="", metavar="DATE", help="by when what has no date is due")
    actions.add_argument(
        "--column", action="append", default=[], metavar="HEADING=MEANING", help="what a column is, like 'Lead=owner'"
    )
    actions.set_defaults(run=_import)
    undo = imports.add_parser("undo", help="take an import back, but for what somebody has acted on")
    undo.add_argument("reference", metavar="REF", help="of the import, like N-7K2F9")
    undo.set_defaults(run=_undo)

    exports = verbs.add_parser("export", help="write a borough's tracker").add_subparsers(
        required=True, metavar="COMMAND"
    )
    out = exports.add_parser("actions", help="write its actions into a spreadsheet, in the borough's own columns")
    out.add_argument("out", type=Path, metavar="OUT", help="a new file, ending in .xlsx or .csv")
    out.add_argument("--borough", required=True, metavar="NAME", help="whose tracker it is, like Camden")
    out.add_argument("--reason", required=True, choices=[*Why], help="why; it is written down")
    out.add_argument("--for", required=True, dest="name", metavar="NAME", help="who has it: somebody with a post there")
    words = "also what people wrote, which may name children; CODE is a second person's"
    out.add_argument("--with-words", metavar="CODE", nargs="?", const="", help=words)
    out.set_defaults(run=_export)


def _import(arguments: argparse.Namespace) -> None:
    from bot.kit.errors import Refusal
    from integrations.spreadsheets.intake import read_sheets

    try:
        data = arguments.file.read_bytes()
    except OSError:
        raise UnsafeSetting(NO_FILE.format(arguments.file)) from None
    try:
        sheets = read_sheets(data, arguments.file.name)
    except Refusal as refusal:
        raise UnsafeSetting(str(refusal)) from None
    try:
        reference = _at_the_desk(arguments.borough, lambda desk: _bring(desk, sheets, data, arguments))
    except _DryRun:
        print(DRY)
    else:
        print(DONE.format(reference))


def _bring(desk: "Desk", sheets: Any, data: bytes, arguments: argparse.Namespace) -> str:
    from bot.features.actions.importing.bringing import bring_in, decide, hand_in
    from bot.features.actions.importing.desk import look

    draft = hand_in(desk, sheets, sha256(data).hexdigest())
    columns = _chosen(look(desk, draft), arguments.column)
    decide(desk, draft, columns, {}, _day(arguments.due, desk.today))
    _report(look(desk, draft))
    if arguments.dry_run:
        raise _DryRun
    bring_in(desk, draft)
    return draft.reference


def _chosen(looked: "Look", given: list[str]) -> list[str]:
    """For each column of the tracker what was said of it; or nothing."""
    said = {heading: means for heading, _, means in (one.rpartition("=") for one in given)}
    headings = [column.heading for column in looked.table.columns]
    for heading in said:
        if heading not in headings:
            raise UnsafeSetting(NO_COLUMN.format(heading))
    return [said.get(heading, "") for heading in headings]


def _day(text: str, today: date) -> date | None:
    from bot.kit.words import read_coming_day

    day = read_coming_day(text, today) if text else None
    if text and (day is None or day < today):
        raise UnsafeSetting(NOT_A_DAY.format(text))
    return day


def _report(looked: "Look") -> None:
    """Columns, then each row that is not simply ready, then how many there are of each kind."""
    from bot.features.actions.importing.rows import summary

    for column in looked.table.columns:
        print(f"{column.heading or '(no heading)'}: {column.means.label.lower()}")
    for heading, count in looked.report.left_out.items():
        print(f"Cells left out of {heading}: {count}")
    for row in looked.report.rows:
        for sentence in row.says:
            print(f"Row {row.number} ({row.verdict.value}): {sentence}")
    print(", ".join(f"{count} {verdict}" for verdict, count in summary(looked.report)))


def _undo(arguments: argparse.Namespace) -> None:
    stays = in_the_tracker(lambda session, now: _take_back(session, arguments.reference.upper(), now))
    print(f"{arguments.reference.upper()} is taken back.")
    if stays:
        print(f"These stay, because their owners have acted on them: {', '.join(stays)}.")


def _take_back(session: Session, reference: str, now: datetime) -> list[str]:
    from bot.features.actions.importing.bringing import take_back
    from bot.features.actions.importing.desk import Desk
    from bot.kit.errors import NotFound
    from storage.queries.imports import import_named

    imported = import_named(session, reference)
    if imported is None:
        raise NotFound(NO_IMPORT.format(reference))
    return [action.reference for action in take_back(Desk(session, imported.partnership, now), imported)]


def _export(arguments: argparse.Namespace) -> None:
    from bot.features.actions.importing.exporting import export_actions
    from bot.features.actions.importing.taking import Taking
    from integrations.spreadsheets.writing import as_csv, as_xlsx

    writes = {".xlsx": as_xlsx, ".csv": as_csv}.get(arguments.out.suffix.casefold())
    if writes is None:
        raise UnsafeSetting(NOT_OUT.format(arguments.out))
    taking = Taking(Why(arguments.reason), arguments.name, arguments.with_words)
    with _new_file(arguments.out) as file:
        made = _at_the_desk(arguments.borough, lambda desk: export_actions(desk, taking))
        file.write(writes(made.table, made.mark))
    print(f"{arguments.out} has {len(made.table) - 1} rows, {WORDS[taking.code is not None]} {DELETE_IT}")


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """For its owner only, and never over another; known to be writable before anybody is told, and gone if nothing
    comes of it.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise UnsafeSetting(NOT_OUT.format(path)) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except OSError:
        path.unlink()
        raise UnsafeSetting(NOT_OUT.format(path)) from None
    except BaseException:
        path.unlink()
        raise


def _at_the_desk(borough: str, does: Callable[["Desk"], T]) -> T:
    from bot.features.actions.importing.desk import Desk
    from bot.kit.errors import NotFound
    from storage.queries.people import partnership_named

    def run(session: Session, now: datetime) -> T:
        partnership = partnership_named(session, borough)
        if partnership is None:
            raise NotFound(NO_BOROUGH.format(borough))
        return does(Desk(session, partnership, now))

    return in_the_tracker(run)
