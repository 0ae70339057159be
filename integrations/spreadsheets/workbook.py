"""An .xlsx workbook: looked at as the archive it is before anything understands it, and then read (TRUST.md T-65)."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from zipfile import BadZipFile, ZipFile, ZipInfo

from bot.kit.sheets import MOST_COLUMNS
from integrations.spreadsheets.refusing import Unreadable

MOST_PARTS, LARGEST, STEEPEST, CHUNK = 500, 40 * 1024 * 1024, 150, 64 * 1024
SMALL = 1024 * 1024  # below it a steep ratio says nothing
ACTIVE = re.compile(r"vbaproject|macrosheets|externallinks|embeddings|activex|customui", re.IGNORECASE)
ODD_PATH = re.compile(r"^[/\\]|\\|\x00|:|(^|/)\.\.(/|$)")
NESTED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ")
HYPERLINK = "/hyperlink"

BROKEN = "That is no .xlsx workbook, or a damaged one. Open it in Excel, save it again as .xlsx, and try again."
PASSWORD = "That workbook has a password. Save it without one, and try again."  # noqa: S105 -- a sentence
TOO_MUCH = "That workbook unpacks to more than a tracker may hold. Copy the rows into a new workbook, and try again."
ACTS = (
    "That workbook has macros, embedded files or links to other files. Copy the rows into a new workbook, save it as "
    ".xlsx, and try again."
)


def read_workbook(data: bytes) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Its visible sheets.  A formula is what it last came to, and is never worked out."""
    _look_through(data)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()
                yield sheet.title, _rows(sheet)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SAXException, SyntaxError, BadZipFile):
        raise Unreadable(BROKEN) from None  # what openpyxl says to a workbook that is none


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
        yield [_text(value) for value in row]


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case datetime() if value.time() != time():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


# --- the archive ---


def _look_through(data: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or len({part.filename for part in parts}) < len(parts):
                raise Unreadable(TOO_MUCH)
            left = LARGEST
            for part in parts:
                left -= _look_at(archive, part, left)
    except (BadZipFile, NotImplementedError, EOFError, OSError, ValueError, SAXException):
        raise Unreadable(BROKEN) from None


def _look_at(archive: ZipFile, part: ZipInfo, left: int) -> int:
    """How many bytes it unpacks to, counted while it does: what the archive says of itself may be a lie."""
    if part.flag_bits & 1:
        raise Unreadable(PASSWORD)
    if ODD_PATH.search(part.filename):
        raise Unreadable(BROKEN)
    if ACTIVE.search(part.filename):
        raise Unreadable(ACTS)
    inflated = _inflated(archive, part, left)
    if inflated.startswith(NESTED):
        raise Unreadable(ACTS)
    if part.filename.casefold().endswith((".xml", ".rels", ".vml")):
        _parse(inflated)
    return len(inflated)


def _inflated(archive: ZipFile, part: ZipInfo, left: int) -> bytes:
    inflated = bytearray()
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            inflated += chunk
            steep = len(inflated) > SMALL and len(inflated) > STEEPEST * max(part.compress_size, 1)
            if len(inflated) > left or steep:
                raise Unreadable(TOO_MUCH)
    return bytes(inflated)


class _Looking(ContentHandler):
    """Macros under another name, and links that are more than a hyperlink."""

    def startElement(self, _name: str, attrs: Any) -> None:  # noqa: N802 -- SAX calls it that
        outward = attrs.get("TargetMode", "") == "External" and not attrs.get("Type", "").endswith(HYPERLINK)
        if outward or "macroEnabled" in attrs.get("ContentType", ""):
            raise Unreadable(ACTS)


def _parse(xml: bytes) -> None:
    """Once without any document type, so that no later parser meets one; in every encoding that it knows."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parseString

    try:
        parseString(xml, _Looking(), forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable(BROKEN) from None
