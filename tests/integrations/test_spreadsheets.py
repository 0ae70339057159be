"""Files from somebody else: read as they are, or refused in a sentence, whatever is in them."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.kit.errors import Refusal
from bot.kit.sheets import FORMULA
from integrations.spreadsheets import child, intake
from integrations.spreadsheets.intake import LARGEST, TOO_HARD, read_sheets
from integrations.spreadsheets.writing import as_csv, as_xlsx

HEADINGS = ["Action", "Owner", "Due"]
BROKEN = "That is no .xlsx workbook, or a damaged one."
ACTS = "That workbook has macros, embedded files or links to other files."
SHEET = "xl/worksheets/sheet1.xml"
TOO_MUCH = "That workbook unpacks to more than a tracker may hold."
MIDNIGHT = datetime.fromisoformat("2026-06-12T00:00")
AFTERNOON = datetime.fromisoformat("2026-06-12T14:30")
SECRET = "Zebra Canaryname"


def workbook(fill: Callable[[Worksheet], None]) -> bytes:
    book = Workbook()
    fill(book.worksheets[0])
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_workbook() -> bytes:
    def fill(sheet: Worksheet) -> None:
        sheet.append(HEADINGS)
        sheet.append([SECRET, "Police", "12/6"])

    return workbook(fill)


def cells(data: bytes, name: str = "tracker.xlsx") -> list[tuple[str, ...]]:
    return [row.cells for row in read_sheets(data, name)[0].rows]


def refused(data: bytes, name: str = "tracker.xlsx") -> str:
    with pytest.raises(Refusal) as refusal:
        read_sheets(data, name)
    assert "Canary" not in str(refusal.value)
    return str(refusal.value)


def with_part(name: str, content: bytes, data: bytes | None = None) -> bytes:
    """A workbook with one more part, or another instead of its own."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data or a_workbook())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


# --- as people have them ---


def test_a_workbook_is_read_as_people_see_it() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "Camden MACE tracker"
        sheet.merge_cells("A1:C1")
        sheet.append([])
        sheet.append([*HEADINGS, "Note"])
        sheet.append(["Check flag", "Police", MIDNIGHT, True])
        sheet.append(["x", " y ", date(2026, 6, 12), 3])
        sheet.append(["two\nlines", "“quoted”", time(14, 30), 2.5])
        sheet.append(["", None, AFTERNOON, 46185.0])
        sheet["A1048576"] = "far below"

    read = read_sheets(workbook(fill), "Tracker.XLSX")[0].rows
    assert [(row.number, row.cells) for row in read] == [
        (1, ("Camden MACE tracker",)),
        (3, ("Action", "Owner", "Due", "Note")),
        (4, ("Check flag", "Police", "12/06/2026", "TRUE")),
        (5, ("x", " y ", "12/06/2026", "3")),
        (6, ("two\nlines", "“quoted”", "14:30", "2.5")),
        (7, ("", "", "12/06/2026 14:30", "46185")),
        (1_048_576, ("far below",)),
    ]


def test_only_sheets_that_are_seen_are_read_and_formulas_are_never_worked_out() -> None:
    book = Workbook()
    book.worksheets[0].append(HEADINGS)
    book.worksheets[0].append(["=1+1", '=HYPERLINK("http://evil.example")', "y"])
    hidden = book.create_sheet("Hidden")
    hidden.append([SECRET])
    hidden.sheet_state = "hidden"
    book.create_sheet("Closed").append(["z"])
    read = read_sheets(saved(book), "t.xlsx")
    assert [(sheet.name, [row.cells for row in sheet.rows]) for sheet in read] == [
        ("Sheet", [tuple(HEADINGS), ("", "", "y")]),
        ("Closed", [("z",)]),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "Action,Owner\r\nCafé “x”,O’Neil\r\n".encode("utf-8-sig"),
        "Action,Owner\r\nCafé “x”,O’Neil\r\n".encode(),
        "Action,Owner\r\nCafé “x”,O’Neil\r\n".encode("cp1252"),
        "Action;Owner\nCafé “x”;O’Neil\n".encode(),
        "Action\tOwner\nCafé “x”\tO’Neil\n".encode("utf-16"),
        '"Action","Owner"\n"Café “x”","O’Neil"'.encode(),
    ],
)
def test_a_csv_is_read_in_every_encoding_and_with_every_separator(data: bytes) -> None:
    assert cells(data, "t.csv") == [("Action", "Owner"), ("Café “x”", "O’Neil")]


def test_the_separator_is_what_most_lines_have_whatever_stands_in_them() -> None:
    assert cells(b"Action,Owner\n;;,;\n", "t.csv") == [("Action", "Owner"), (";;", ";")]
    assert cells(b"Action;Owner\na, b, c;d\n", "t.csv") == [("Action", "Owner"), ("a, b, c", "d")]
    assert cells(b"Camden, all of it\nAction;Owner\nx;y\n", "t.csv")[1:] == [("Action", "Owner"), ("x", "y")]


def test_a_csv_cell_may_have_lines_of_its_own() -> None:
    assert cells(b'Action,Owner\r\n"a, b\r\nc ""d""",x\r\n,,\r\n\r\ny,z,,', "t.csv") == [
        ("Action", "Owner"),
        ('a, b\r\nc "d"', "x"),
        ("y", "z"),
    ]


# --- hostile (TRUST.md T-65) ---


def test_a_file_of_another_kind_is_refused() -> None:
    """TRUST.md T-65: by what is in it, and not by its name."""
    assert refused(a_workbook(), "tracker.csv").startswith("The name of that file ends in .csv, and what is in it")
    assert refused(b"Action,Owner\n", "tracker.xlsx").startswith("The name of that file ends in .xlsx")
    assert refused(b"\xd0\xcf\x11\xe0" + b"x" * 99).startswith("That is an old .xls file, or one with a password.")
    for name in ("tracker.xlsm", "tracker.xls", "tracker", "", "tracker.xlsx.exe", "x.zip"):
        assert refused(a_workbook(), name).startswith("I read .xlsx and .csv files.")
    assert refused(b"x" * (LARGEST + 1), "t.csv").startswith("That file is larger than 5 MB.")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"PK\x03\x04" + b"\x00" * 500, a_workbook()[:-400], a_workbook()[:2000]]
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    """TRUST.md T-65."""
    assert refused(data).startswith(BROKEN)


def test_a_bomb_does_not_go_off() -> None:
    """TRUST.md T-65: the bytes are counted while they come, so no lie in the archive helps."""
    zeros = with_part("xl/media/image1.png", bytes(30 * 1024 * 1024))
    assert len(zeros) < 100_000
    assert refused(zeros).startswith(TOO_MUCH)
    flat = with_part("xl/sharedStrings.xml", b"<sst>" + b"<si><t>lol</t></si>" * 2_000_000 + b"</sst>")
    assert refused(flat).startswith(TOO_MUCH)
    many = a_workbook()
    out = io.BytesIO(many)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(600):
            archive.writestr(f"xl/x{number}.xml", "<a/>")
    assert refused(out.getvalue()).startswith(TOO_MUCH)
    lying = bytearray(zeros)
    at = lying.rindex(b"xl/media/image1.png") - 46 + 24
    lying[at : at + 4] = (100).to_bytes(4, "little")
    assert refused(bytes(lying))


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst>&b;</sst>',
        b'<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><sst/>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst>&f;</sst>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><sst>&a;</sst>'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_no_document_type_is_read(xml: bytes, part: str) -> None:
    """TRUST.md T-65: no entity, from here or from elsewhere, in whatever encoding."""
    assert refused(with_part(part, xml)).startswith(BROKEN)


def test_not_even_an_empty_document_type_is_read() -> None:
    """TRUST.md T-65: in a workbook that is sound otherwise."""
    with zipfile.ZipFile(io.BytesIO(a_workbook())) as archive:
        rows = archive.read(SHEET)
    assert cells(with_part(SHEET, rows))
    assert refused(with_part(SHEET, b"<!DOCTYPE worksheet>" + rows)).startswith(BROKEN)


@pytest.mark.parametrize(
    "name",
    [
        *("xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml", "xl/externalLinks/externalLink1.xml"),
        *("xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.xml", "customUI/customUI.xml"),
    ],
)
def test_nothing_that_acts_is_read(name: str) -> None:
    """TRUST.md T-65."""
    assert refused(with_part(name, b"<a/>")).startswith(ACTS)


def test_macros_under_another_name_and_links_that_fetch_are_refused() -> None:
    """TRUST.md T-65: and a hyperlink in a cell is no harm."""
    types = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    assert refused(with_part("[Content_Types].xml", types)).startswith(ACTS)
    link = '<R><Relationship Id="r1" Type="http://x/{}" Target="http://evil.example" TargetMode="External"/></R>'
    for kind in ("attachedTemplate", "image", "oleObject"):
        assert refused(with_part("xl/worksheets/_rels/sheet1.xml.rels", link.format(kind).encode())).startswith(ACTS)

    def fill(sheet: Worksheet) -> None:
        sheet.append(HEADINGS)
        sheet["A2"] = "see"
        sheet["A2"].hyperlink = "https://camden.example/x"

    assert cells(workbook(fill)) == [tuple(HEADINGS), ("see",)]


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/evil.xml", "xl/../../evil.xml", "C:evil.xml", "xl\\..\\evil.xml"]
)
def test_no_path_leads_out(name: str) -> None:
    """TRUST.md T-65."""
    assert refused(with_part(name, b"<a/>")).startswith(BROKEN)


def test_no_archive_is_in_the_archive() -> None:
    """TRUST.md T-65."""
    for nested in (a_workbook(), b"\xd0\xcf\x11\xe0 x", b"MZ x"):
        assert refused(with_part("xl/media/image1.png", nested)).startswith(ACTS)


def test_an_archive_with_a_password_is_refused() -> None:
    """TRUST.md T-65."""
    data = bytearray(a_workbook())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data)).startswith("That workbook has a password.")


def test_too_many_rows_columns_and_letters_are_refused() -> None:
    """TRUST.md T-65: 200,000 rows, and what a sheet says of its own size is not believed."""
    many = b"Action,Owner\n" + b"x,y\n" * 200_000
    assert refused(many, "t.csv").startswith("A sheet has more than 5,000 rows.")

    def rows(sheet: Worksheet) -> None:
        for _ in range(6_000):
            sheet.append(["x", "y"])

    assert refused(workbook(rows)).startswith("A sheet has more than 5,000 rows.")
    assert refused(("x," * 200).encode() + b"x\n", "t.csv").startswith("Row 1 has more than 60 columns.")
    assert refused(workbook(lambda sheet: sheet.append(["x"] * 61))).startswith("Row 1 has more than 60 columns.")
    assert refused(b"a,b\n" + b"x" * 4_001 + b",y", "t.csv").startswith("Row 2 has a cell with more than 4,000")
    assert refused(b'a,b\n"' + b"x" * 200_000 + b'",y', "t.csv").startswith("Line ")


@pytest.mark.parametrize(
    "data", [b"Action,\x00Owner\n", b"%PDF-1.7\x01", bytes(range(256)), b"a,b\nc,\x1b[2J", b"\xff\xfe\x00"]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    """TRUST.md T-65."""
    assert refused(data, "t.csv").startswith("That is no .csv file")


def test_a_quotation_mark_without_end_is_refused() -> None:
    """TRUST.md T-65."""
    assert refused(b'Action,Owner\nx,"y\n', "t.csv").startswith("Line 2 of that .csv file")


def test_what_takes_too_long_or_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """TRUST.md T-65: by the clock; and what the process dies of is not told."""
    monkeypatch.setattr(intake, "LONGEST", 0.001)
    assert refused(a_workbook()) == TOO_HARD


def test_the_reader_has_little_memory_no_file_to_write_and_no_secret() -> None:
    """TRUST.md T-65: asked of the child itself."""
    import subprocess
    import sys

    asked = (
        "import resource, integrations.spreadsheets.child as c; c._confine()\n"
        "print(*(resource.getrlimit(getattr(resource, f'RLIMIT_{one}'))[1] for one in ('AS', 'FSIZE', 'CORE')))\n"
        "try: bytearray(600 * 1024 * 1024); print('room')\n"
        "except MemoryError: print('none')\n"
        "import os; print(sorted(one for one in os.environ if one.startswith('MACE')))"
    )
    said = subprocess.run([sys.executable, "-I", "-c", asked], capture_output=True, text=True, check=True, env={})
    assert said.stdout.splitlines() == [f"{512 * 1024 * 1024} 0 0", "none", "[]"]


@settings(max_examples=25)
@given(st.binary(max_size=300), st.sampled_from(["csv", "xlsx"]), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, kind: str, as_zip: bool) -> None:
    """TRUST.md T-65: and nothing else, which would end the process that reads."""
    assert child.said((b"PK\x03\x04" if as_zip else b"") + data, kind).keys() < {"sheets", "refused"}


# --- what goes out (TRUST.md T-64) ---

EVIL = [f"{first}{rest}" for first in FORMULA for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x")', "x")]


def test_nothing_that_is_exported_is_a_formula() -> None:
    """TRUST.md T-64: it is text when a spreadsheet opens it, and the same text when we do."""
    rows = [HEADINGS, *([one, "x", one] for one in EVIL)]
    loaded = load_workbook(io.BytesIO(as_xlsx(rows))).worksheets[0]
    kinds = {cell.data_type for row in loaded.iter_rows() for cell in row}
    assert kinds == {"s"}
    assert all(loaded.cell(at, 1).quotePrefix for at in range(2, len(rows) + 1))
    with zipfile.ZipFile(io.BytesIO(as_xlsx(rows))) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    assert not [line for line in as_csv(rows).decode("utf-8-sig").splitlines() if line.strip('"').startswith(FORMULA)]
    assert all(cell.startswith("'") for cell in (as_csv([[one]]).decode("utf-8-sig").strip('"') for one in EVIL))
    in_xml = [tuple(cell.replace("\r", "\n") for cell in row) for row in rows[1:]]
    assert cells(as_xlsx(rows))[1:] == in_xml
    assert cells(as_csv(rows), "t.csv")[1:] == [tuple(row) for row in rows[1:]]


printed = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)


@settings(max_examples=25)
@given(st.lists(st.tuples(printed, printed), min_size=1, max_size=5))
def test_what_goes_out_comes_in_again(rows: list[tuple[str, str]]) -> None:
    """TRUST.md T-64: whatever it is, in both kinds of file; read without the process that is started for each."""
    table = [HEADINGS[:2], *rows]
    for data, kind in ((as_xlsx(table), "xlsx"), (as_csv(table), "csv")):
        ((_, read),) = child.said(data, kind)["sheets"]
        assert [cells for _, cells in read] == [list(row) for row in table]


def test_days_and_numbers_go_out_as_such_where_they_read_the_same() -> None:
    rows = [["12/06/2026", "007", "7", "31/02/2026", "12/6", "0", "1234567890123456"]]
    loaded = load_workbook(io.BytesIO(as_xlsx(rows))).worksheets[0]
    assert [cell.value for cell in loaded[1]] == [
        MIDNIGHT,
        *("007", 7, "31/02/2026", "12/6", 0, "1234567890123456"),
    ]
    assert cells(as_xlsx(rows)) == [tuple(rows[0])]
