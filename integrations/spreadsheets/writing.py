"""A table becomes a file that no spreadsheet takes for anything but text, numbers and days (TRUST.md T-64)."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.kit.sheets import FORMULA

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell

DAY = re.compile(r"(\d{2})/(\d{2})/(20\d{2})", re.ASCII)
NUMBER = re.compile(r"0|[1-9]\d{0,14}", re.ASCII)
LONGEST_FOOT = 250  # characters, of the 255 that Excel takes
Table = Sequence[Sequence[str]]


def as_csv(rows: Table, mark: str = "") -> bytes:
    """UTF-8, saying so in its first bytes: without them Excel guesses.  `mark`: what stands above the table."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_harmless(cell) for cell in row] for row in _marked(rows, mark))
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _marked(rows: Table, mark: str) -> Table:
    return [[mark], *rows] if mark else rows


def as_xlsx(rows: Table, mark: str = "") -> bytes:
    """The mark also stands at the foot of each page that is printed."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Actions"
    for down, row in enumerate(_marked(rows, mark), start=1):
        for across, text in enumerate(row, start=1):
            _write(sheet.cell(down, across), text)
    headings = 2 if mark else 1
    for cell in sheet[headings]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = f"A{headings + 1}"
    if sheet.oddFooter is not None and mark:
        sheet.oddFooter.center.text = mark.replace("&", "&&")[:LONGEST_FOOT]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: "Cell | MergedCell", text: str) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if day := _day(text):
        cell.value, cell.number_format = day, "DD/MM/YYYY"
    elif NUMBER.fullmatch(text):
        cell.value = int(text)
    elif text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"  # openpyxl took what begins with = for a formula
        cell.quotePrefix = text.startswith(FORMULA)


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
