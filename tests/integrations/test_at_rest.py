"""What people say is planted in the tracker by real journeys, and then looked for where it lies (TRUST.md T-12, T-47).

Nothing is found in the bytes of the database, of SQLite's WAL, of a backup and of the log; all of it is found once the
secret columns are opened with the keys, or else it was never there and the search proves nothing.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from integrations.slack.keeping import Kept
from storage.backup import write_backup
from storage.database import Sessions, engine_of
from storage.levels import unsealed
from storage.records import Record, Secret, Workspace
from tests.cast import START, seed
from tests.conversations.test_referral import CHILD, SAFETY, YOU
from tests.conversations.test_same_child import refers
from tests.integrations.test_logs import lines
from tests.making import an_action
from tests.surfaces.web import Web
from tests.world import World

__all__ = ["lines"]  # a fixture
SCHOOL = "Safeguarding lead, Hollow Oak School"
IDENTITY = {"name": "Nia Canaryjoiner", "email": "canarymail@school.example"}
PLANTED = {
    *("Canarychild", "2011-03-04", "Canarystory", "Canarysafe Road", "Canaryphone"),
    *("Canarydraft", "Canaryborn", "Canaryoutcome", "Canarynote", "Canaryline"),
    *("Canarytransfer", "Canaryjoiner", "canarymail@school", "Chidi Testperson", "xoxe.xoxb-canary", "xoxe-1-canary"),
}


@pytest.fixture
def world(sessions: Sessions) -> Iterator[World]:
    """In the one channel whose conversation we keep ourselves."""
    with sessions.begin() as session:
        seed(session, "web", START)
    surface = Web(sessions)
    yield World(sessions, surface)
    surface.close()


@pytest.fixture
def tracker(world: World, lines: list[str]) -> Sessions:
    a_referral_a_draft_and_an_unfinished_answer(world)
    an_outcome_a_note_and_a_line(world)
    people_and_a_transfer(world)
    a_token(world.sessions)
    world.tick()
    assert lines
    return world.sessions


def a_referral_a_draft_and_an_unfinished_answer(world: World) -> None:
    child = {"child_name": "Quokka Canarychild", "born": "4 March 2011"}
    sent = refers(
        world.person("charity"), **child, event="Canarystory at 12 Canarysafe Road", reach="Canaryphone 020 7946 0999"
    )
    assert "Referral sent" in sent
    sam = world.person("police")
    sam.says("refer")
    sam.presses("Use the form instead")
    for page in (SAFETY, YOU):
        sam.submits(**page)
    sam.submits(**CHILD | {"child_name": "Canarydraft", "born": "Canaryborn last week"}, go="back")


def an_outcome_a_note_and_a_line(world: World) -> None:
    sam = world.person("school")
    for word in ("Canaryoutcome", "Canarynote"):
        an_action(world, SCHOOL, "12 June 2026")
        proposed = sam.says(f"done, {word} agreed a timetable")
        if word == "Canaryoutcome":
            assert "Marked as done" in sam.presses("Yes, mark it as done", on=proposed)
    sam.says("Canaryline, is that a word you know?")


def people_and_a_transfer(world: World) -> None:
    stranger, coordinator = world.person("stranger"), world.person("coordinator")
    stranger.says("hello")
    stranger.presses("Ask to join")
    asked = stranger.submits(borough="Camden", agency="Hollow Oak School", title="Deputy head", **IDENTITY)
    assert "is asked to add you" in asked
    coordinator.says("new transfer")
    coordinator.presses("Use the form instead")
    where = {"origin": "Camden", "receiving": "Bromley", "status_in_law": "child in need plan", "stay": "permanent"}
    assert "coordinator is told" in coordinator.submits(child="Canarytransfer", **where)


def a_token(sessions: Sessions) -> None:
    with sessions.begin() as session:
        home = session.scalars(select(Workspace)).first()
        assert home
        session.add(Workspace(platform="slack", tenant="T1", partnership_id=home.partnership_id))
    tokens = {"access_token": "xoxe.xoxb-canary", "refresh_token": "xoxe-1-canary"}
    assert Kept(sessions).install({"team": {"id": "T1"}, "app_id": "A1", "scope": "", **tokens}, START)


# --- where it lies ----------------------------------------------------------------------------------------------------


def on_the_disk(sessions: Sessions, folder: Path) -> bytes:
    """Every file of SQLite; of Postgres, every row of every table as text."""
    if engine_of(sessions).dialect.name == "sqlite":
        files = {path.suffix: path.read_bytes() for path in folder.glob("mace.sqlite*")}
        assert len(files[".sqlite-wal"]) > 100_000
        return b"".join(files.values())
    with engine_of(sessions).connect() as connection:
        tables = inspect(connection).get_table_names()
        assert len(tables) > len(Record.metadata.tables)
        rows = (connection.scalars(text(f'SELECT CAST(it AS text) FROM "{one}" it')) for one in tables)  # noqa: S608
        return "\n".join(row for some in rows for row in some).encode()


def opened(sessions: Sessions) -> str:
    """All that the secret columns hold."""
    columns = [one for table in Record.metadata.sorted_tables for one in table.columns if isinstance(one.type, Secret)]
    with sessions.begin() as session:
        held = [unsealed(value) for column in columns for value in session.scalars(select(column)) if value]
    return json.dumps(held, ensure_ascii=False)


def found(where: bytes) -> set[str]:
    return {canary for canary in PLANTED if canary.encode().lower() in where.lower()}


def test_nothing_that_people_said_lies_readable_and_the_keys_open_all_of_it(
    tracker: Sessions, tmp_path: Path, lines: list[str]
) -> None:
    """Invariant 10, in the files."""
    assert found(opened(tracker).encode()) == PLANTED
    kept = on_the_disk(tracker, tmp_path)
    assert b"Hollow Oak School" in kept  # what is not secret is found
    assert found(kept) == set()
    backup = io.BytesIO()
    write_backup(tracker, backup, START)
    assert len(backup.getvalue()) > 10_000
    assert found(backup.getvalue()) == set()
    assert found("\n".join(lines).encode()) == set()
