"""A .csv file as Excel, Google Sheets and databases write it: its encoding, its separator, its rows."""

import csv
import io
import re
from collections.abc import Iterator

from bot.kit.sheets import FORMULA
from integrations.spreadsheets.refusing import Unreadable

NO_TEXT = "That is no .csv file: there are characters in it that no text has. Save the tracker again as .csv."
BROKEN = "Line {} of that .csv file has a quotation mark that does not end. Save the tracker again as .csv."
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LINE_ENDS = re.compile(r"[\r\n]+")
SEPARATORS = (",", ";", "\t")


def read_commas(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    if CONTROLS.search(text):
        raise Unreadable(NO_TEXT)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        for row in rows:
            yield [_unquoted(cell) for cell in row]
    except csv.Error:
        raise Unreadable(BROKEN.format(rows.line_num)) from None


def _decoded(data: bytes) -> str:
    """Excel writes UTF-8 with a mark, "Unicode text" in UTF-16, and otherwise cp1252."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(NO_TEXT)


def _separator(text: str) -> str:
    """The one that most of the first lines have, and the fullest of them most of: the headings have no other."""
    lines = LINE_ENDS.split(text[:20_000])[:20]
    return max(SEPARATORS, key=lambda one: (sum(one in line for line in lines), max(line.count(one) for line in lines)))


def _unquoted(cell: str) -> str:
    """What our own export put before it goes again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
