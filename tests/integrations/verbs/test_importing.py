"""mace-bot import and export, from an empty database to the same file again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation import hear
from bot.kit.messages import to_text
from bot.replies import Line, Sender
from integrations.spreadsheets.intake import read_sheets
from integrations.spreadsheets.writing import as_xlsx
from storage.database import Sessions, engine_of, open_database
from storage.levels import Classified, Level
from storage.records import Account, Agency, Holding, Partnership, Person, Post, Role, Workspace
from tests.integrations.running import mace_bot
from tests.integrations.verbs.test_panels import CAMDEN, DEVELOPMENT

ROWS = [
    ["MACE tracker", "", "", "", ""],
    ["Action", "Lead", "By when", "YP", "RAG"],
    ["Check flag", "Cal (council)", "12/12", "Quillon Vexbury", "=1+1"],
    ["Share intel", "MACE coordinator", "ASAP", "", "red"],
    ["Meet", "MACE coordinator", "31/02/2027", "", ""],
    ["Old one", "Bob", "", "", ""],
]


TAKES = ("export", "actions", "out.xlsx", "--borough", "Camden", "--reason", "handover", "--for", "Cal Testperson")


@pytest.fixture
def where(tmp_path: Path) -> Path:
    assert mace_bot(tmp_path, "migrate", **DEVELOPMENT).returncode == 0
    assert mace_bot(tmp_path, "panel", "new", *CAMDEN, **DEVELOPMENT).returncode == 0
    (tmp_path / "tracker.xlsx").write_bytes(as_xlsx(ROWS))
    return tmp_path


def test_a_tracker_comes_in_goes_out_and_is_taken_back(where: Path) -> None:
    """TRUST.md T-64."""
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

    told = mace_bot(where, *TAKES, "--with-words", _code(where), **DEVELOPMENT)
    assert told.stdout.startswith("out.xlsx has 4 rows, with what people wrote."), told.stderr
    mark, *out = [
        [row.cell(at) for at in range(5)] for row in read_sheets((where / "out.xlsx").read_bytes(), "o.xlsx")[0].rows
    ]
    assert mark[0].startswith("CONFIDENTIAL. Cal Testperson had this on ")
    assert out == [[*row[:3], "" if row[3] != "YP" else "YP", row[4]] for row in ROWS[1:]]

    undone = mace_bot(where, "import", "undo", reference.lower(), **DEVELOPMENT)
    assert undone.stdout == f"{reference} is taken back.\n"
    assert mace_bot(where, *brings, **DEVELOPMENT).returncode == 0


def _code(where: Path) -> str:
    """Of a chair who has joined."""
    with tracker_in(where) as sessions:
        with sessions.begin() as session:
            camden = session.scalars(select(Partnership)).one()
            person = Person(name=Classified("Pat Testperson", Level.L2))
            there = {"partnership": camden, "agency": Agency(name="Police")}
            police = Post(**there, title="Chair", role=Role.CHAIR, on_panel=True)
            session.add_all((person, police, Workspace(platform="web", tenant="home", partnership=camden)))
            session.flush()
            session.add(Holding(post_id=police.id, person_id=person.id, from_day=date(2026, 1, 5)))
            account = {"platform": "web", "tenant": "home", "user": "pat", "last_used_at": datetime.now(UTC)}
            session.add(Account(person_id=person.id, **account))
        line = Line("agree export", private=True, typed=False)
        reply = hear(sessions, Sender("web", "home", "pat"), line, datetime.now(UTC))
    assert reply.message
    return to_text(reply.message).split("Camden: ")[1][:9]


@contextmanager
def tracker_in(where: Path) -> Iterator[Sessions]:
    """That of the development profile."""
    sessions = open_database(f"sqlite:///{where / 'mace.sqlite'}")
    try:
        yield sessions
    finally:
        engine_of(sessions).dispose()


def test_t79_an_export_is_for_its_owner_never_over_another_file_and_once_an_hour(where: Path) -> None:
    """TRUST.md T-79: what is refused leaves no file, and what cannot be written down was not exported."""
    (where / "out.xlsx").write_text("mine")
    over = mace_bot(where, *TAKES, **DEVELOPMENT)
    assert (over.returncode, "not there yet" in over.stderr) == (2, True)
    assert (where / "out.xlsx").read_text() == "mine"
    (where / "out.xlsx").unlink()
    for more, sentence in ((("--for", "Nobody Testperson"), "Say with --for"), (("--with-words",), "a second person")):
        told = mace_bot(where, *TAKES, *more, **DEVELOPMENT)
        assert (told.returncode, sentence in told.stderr) == (2, True)
        assert not (where / "out.xlsx").exists()
    done = mace_bot(where, *TAKES, **DEVELOPMENT)
    assert done.stdout.startswith("out.xlsx has 0 rows, without what people wrote. The coordinators are told."), done
    assert (where / "out.xlsx").stat().st_mode & 0o077 == 0
    other = tuple("out.csv" if one == "out.xlsx" else one for one in TAKES)
    again = mace_bot(where, *other, **DEVELOPMENT)
    assert (again.returncode, "less than an hour ago. It can be exported again on" in again.stderr) == (2, True)
    assert not (where / "out.csv").exists()


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
        ((*TAKES[:2], "out.pdf", *TAKES[3:]), "ending in .xlsx or .csv"),
        ((*TAKES[:2], "out.csv", *TAKES[3:], "--borough", "Bromley"), "no panel called Bromley"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    where: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    told = mace_bot(where, *arguments, **DEVELOPMENT)
    assert (told.returncode, told.stdout) == (2, "")
    assert sentence in told.stderr
    assert not list(where.glob("out.*"))
