"""A new installation, from an empty database to a coordinator who can add people."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversation import answer, hear
from bot.replies import Line, Reply, Sender
from storage.database import Sessions, engine_of, open_database
from storage.records import AuditEntry
from tests.integrations.running import mace_bot
from tests.surfaces import Heard
from tests.surfaces.core import seen

DEVELOPMENT = {"PROFILE": "development", "DATABASE_URL": "sqlite:///mace.sqlite"}
CAMDEN = (
    *("--borough", "Camden", "--police", "Central North", "--mash-phone", "020 7946 0101"),
    *("--mash-hours", "Monday to Friday, 9am to 5pm", "--contact", "mace@camden.example"),
    *("--agency", "Camden Council", "--name", "Cal Testperson", "--email", "cal@camden.example"),
)
CAL = Sender("slack", "T0123ABCD", "U1")


@pytest.fixture
def where(tmp_path: Path) -> Path:
    assert mace_bot(tmp_path, "migrate", **DEVELOPMENT).returncode == 0
    return tmp_path


def says(sessions: Sessions, text: str, who: Sender = CAL) -> Heard:
    return seen(hear(sessions, who, Line(text, private=True, typed=False), datetime.now(UTC)))


def test_from_nothing_to_a_coordinator(where: Path) -> None:
    made = mace_bot(where, "panel", "new", *CAMDEN, **DEVELOPMENT)
    assert "Camden has a panel" in made.stdout, made.stderr
    (code,) = re.findall(r"[2-9B-Z]{4}-[2-9B-Z]{4}", made.stdout)
    let_in = mace_bot(where, "panel", "let-in", "--borough", "Camden", "--slack", "T0123ABCD", **DEVELOPMENT)
    assert let_in.stdout == "Camden lets in T0123ABCD.\n"

    sessions = open_database(f"sqlite:///{where / 'mace.sqlite'}")
    assert "020 7946 0101" in says(sessions, "help")
    assert "I have a code" not in says(sessions, "help", Sender("slack", "T-elsewhere", "U1")).buttons
    page = says(sessions, "link")
    linked: Reply = answer(sessions, CAL, int(page.form), {"code": code}, datetime.now(UTC))
    assert "MACE coordinator, Camden Council, Camden" in seen(linked)
    assert "add person" in says(sessions, "help").text
    with sessions() as session:
        assert {one.what for one in session.query(AuditEntry)} >= {"found a panel", "let a workspace in"}
    engine_of(sessions).dispose()


def test_twice_changes_nothing_and_says_what_to_do(where: Path) -> None:
    """TRUST.md T-80."""
    mace_bot(where, "panel", "new", *CAMDEN, **DEVELOPMENT)
    for arguments, sentence in (
        (("new", *CAMDEN), "Camden has a panel already. Its coordinator adds people, in chat: add person."),
        (("let-in", "--borough", "Bromley", "--slack", "T1"), "There is no panel called Bromley."),
    ):
        again = mace_bot(where, "panel", *arguments, **DEVELOPMENT)
        assert (again.returncode, again.stdout) == (2, "")
        assert sentence in again.stderr
    mace_bot(where, "panel", "let-in", "--borough", "Camden", "--teams", "a-tenant", **DEVELOPMENT)
    again = mace_bot(where, "panel", "let-in", "--borough", "Camden", "--teams", "a-tenant", **DEVELOPMENT)
    assert (again.returncode, again.stderr) == (2, "a-tenant is let in already.\n")
