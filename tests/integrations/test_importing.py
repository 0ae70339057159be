"""mace-bot import and export, from an empty database to the same file again."""

import re
from pathlib import Path

import pytest

from integrations.spreadsheets.intake import read_sheets
from integrations.spreadsheets.writing import as_xlsx
from tests.integrations.running import mace_bot
from tests.integrations.test_panels import CAMDEN, DEVELOPMENT

ROWS = [
    ["MACE tracker", "", "", "", ""],
    ["Action", "Lead", "By when", "YP", "RAG"],
    ["Check flag", "Cal (council)", "12/12", "Quillon Vexbury", "=1+1"],
    ["Share intel", "MACE coordinator", "ASAP", "", "red"],
    ["Meet", "MACE coordinator", "31/02/2027", "", ""],
    ["Old one", "Bob", "", "", ""],
]


@pytest.fixture
def where(tmp_path: Path) -> Path:
    assert mace_bot(tmp_path, "migrate", **DEVELOPMENT).returncode == 0
    assert mace_bot(tmp_path, "panel", "new", *CAMDEN, **DEVELOPMENT).returncode == 0
    (tmp_path / "tracker.xlsx").write_bytes(as_xlsx(ROWS))
    return tmp_path


def test_a_tracker_comes_in_goes_out_and_is_taken_back(where: Path) -> None:
    """TRUST.md T-79: the export is for whoever has the server's own machine, and never over another file."""
    brings = ("import", "actions", "tracker.xlsx", "--borough", "Camden", "--due", "30 December")
    dry = mace_bot(where, *brings, "--dry-run", **DEVELOPMENT)
    assert "Row 3 (ready): “Cal (council)” is read as MACE coordinator, Camden Council." in dry.stdout, dry.stderr
    assert "Row 5 (refused): The date 31/02/2027 does not exist." in dry.stdout
    assert "Row 6 (to decide): It has no date." in dry.stdout
    assert "Cells left out of YP: 1\n" in dry.stdout
    assert "2 ready, 1 to decide, 1 refused\nNothing was imported.\n" in dry.stdout
    assert "Vexbury" not in dry.stdout

    done = mace_bot(where, *brings, **DEVELOPMENT)
    (reference,) = set(re.findall(r"N-\w{5}", done.stdout))
    assert f"start import {reference}" in done.stdout
    again = mace_bot(where, *brings, **DEVELOPMENT)
    assert (again.returncode, f"imported before, as {reference}" in again.stderr) == (2, True)

    takes = ("export", "actions", "out.xlsx", "--borough", "Camden", "--reason", "handover")
    assert mace_bot(where, *takes, **DEVELOPMENT).stdout.startswith("out.xlsx has 4 rows")
    assert (where / "out.xlsx").stat().st_mode & 0o077 == 0
    out = [
        [row.cell(at) for at in range(5)] for row in read_sheets((where / "out.xlsx").read_bytes(), "o.xlsx")[0].rows
    ]
    assert out == [[*row[:3], "" if row[3] != "YP" else "YP", row[4]] for row in ROWS[1:]]
    over = mace_bot(where, *takes, **DEVELOPMENT)
    assert (over.returncode, "not there yet" in over.stderr) == (2, True)

    undone = mace_bot(where, "import", "undo", reference.lower(), **DEVELOPMENT)
    assert undone.stdout == f"{reference} is taken back.\n"
    assert mace_bot(where, *brings, **DEVELOPMENT).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import", "actions", "tracker.xlsx", "--borough", "Bromley"), "There is no panel called Bromley."),
        (("import", "actions", "nothing.xlsx", "--borough", "Camden"), "nothing.xlsx cannot be read."),
        (("import", "actions", "mace.sqlite", "--borough", "Camden"), "I read .xlsx and .csv files."),
        (("import", "actions", "tracker.xlsx", "--borough", "Camden", "--due", "soon"), "soon is not a date"),
        (("import", "actions", "tracker.xlsx", "--borough", "Camden", "--column", "Wat=due"), "no column “Wat”"),
        (
            ("import", "actions", "tracker.xlsx", "--borough", "Camden", "--column", "RAG=action"),
            "Two columns are to be",
        ),
        (("import", "undo", "N-22222"), "There is no import N-22222."),
        (("export", "actions", "out.pdf", "--borough", "Camden", "--reason", "meeting"), "ending in .xlsx or .csv"),
        (("export", "actions", "out.csv", "--borough", "Bromley", "--reason", "meeting"), "no panel called Bromley"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    where: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    told = mace_bot(where, *arguments, **DEVELOPMENT)
    assert (told.returncode, told.stdout) == (2, "")
    assert sentence in told.stderr
    assert not list(where.glob("out.*"))
