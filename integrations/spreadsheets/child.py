"""The process that reads one uploaded file: little memory, little time, no file to write (TRUST.md T-65)."""

import json
import resource
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from bot.kit.sheets import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from integrations.spreadsheets.commas import read_commas
from integrations.spreadsheets.refusing import Unreadable
from integrations.spreadsheets.workbook import read_workbook

MEMORY, SECONDS, FILES = 512 * 1024 * 1024, 20, 64
MANY_ROWS = f"A sheet has more than {MOST_ROWS:,} rows. Keep the actions that matter in a file of their own."
MANY_COLUMNS = f"Row {{}} has more than {MOST_COLUMNS} columns. Remove those that are not needed."
LONG_CELL = f"Row {{}} has a cell with more than {LONGEST_CELL:,} characters. Shorten it."

Kept = list[tuple[int, list[str]]]


def main() -> None:
    _confine()
    sys.stdout.write(json.dumps(said(sys.stdin.buffer.read(), sys.argv[1])))


def said(data: bytes, kind: str) -> dict[str, Any]:
    try:
        return {"sheets": [*_kept(data, kind)]}
    except Unreadable as why:
        return {"refused": str(why)}


def _confine() -> None:
    """No core either: it would hold what is in the file."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, FILES),
    ):
        resource.setrlimit(what, (most, most))


def _kept(data: bytes, kind: str) -> Iterator[tuple[str, Kept]]:
    sheets = read_workbook(data) if kind == "xlsx" else [("csv", read_commas(data))]
    for name, rows in sheets:
        yield name, _rows(rows)


def _rows(rows: Iterable[list[str]]) -> Kept:
    """Without those that hold nothing.  It stops at the first that is too much, before the rest is read."""
    kept: Kept = []
    for number, cells in enumerate(rows, start=1):
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        kept.append((number, cells))
        if len(kept) > MOST_ROWS:
            raise Unreadable(MANY_ROWS)
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(MANY_COLUMNS.format(number))
        if max(map(len, cells)) > LONGEST_CELL:
            raise Unreadable(LONG_CELL.format(number))
    return kept


if __name__ == "__main__":
    main()
