"""Whatever part of the tracker is gone, people read a sentence with a code, and nothing of what broke."""

import re
from collections import defaultdict
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import event, text

from bot.commands import COMMANDS
from bot.context import Site
from bot.kit.messages import to_text
from bot.tables import Command
from storage.database import engine_of, open_database
from storage.records import Record
from tests.bot.test_access import says
from tests.cast import START, seed
from tests.making import an_action
from tests.surfaces.core import Core
from tests.world import World

TABLES = [table.name for table in Record.metadata.sorted_tables]
WORD = re.compile(r"\w+")
USERS = ("coordinator", "school", "stranger")
OWNER = "Safeguarding lead, Hollow Oak School"
INSIDES = re.compile(
    r"select|insert into|sqlite|postgres|psycopg|sqlalchemy|traceback|no such|\.py\b|error:|/tmp", re.I
)


@pytest.fixture(scope="module")
def needs(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, Command]]]:
    """By table, who says what for which it is needed: heard once, while everything is there."""
    copyfile(empty_sqlite, path := tmp_path_factory.mktemp("whole") / "mace.sqlite")
    sessions = open_database(f"sqlite:///{path}")
    sessions.configure(info={"site": Site("https://bot.example")})
    with sessions.begin() as session:
        seed(session, Core.name, START)
    world, asked, found = World(sessions, Core(sessions)), set[str](), defaultdict(list)
    reference = an_action(world, OWNER, "12 June 2026")
    event.listen(engine_of(sessions), "before_cursor_execute", lambda *given: asked.update(WORD.findall(given[2])))
    for user in USERS:
        for command in COMMANDS:
            asked.clear()
            says(world, user, _line(command, reference))
            for table in asked.intersection(TABLES):
                found[table].append((user, command))
    engine_of(sessions).dispose()
    assert {"account", "action", "audit", "delivery", "panel_case"} <= found.keys()
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what people read is the same, and it takes long
@pytest.mark.parametrize("table", TABLES)
def test_whatever_table_is_gone_nobody_reads_what_broke(
    core: World, caplog: pytest.LogCaptureFixture, needs: dict[str, list[tuple[str, Command]]], table: str
) -> None:
    """TRUST.md T-41: at each table, by each command that needs it, as somebody who may do much, little, or nothing."""
    reference = an_action(core, OWNER, "12 June 2026")
    with core.sessions.begin() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO canary_gone"))
    for user, command in needs.get(table, ()):
        reply = says(core, user, _line(command, reference))
        words = to_text(reply.message) if reply.message else str(reply.page)
        assert not INSIDES.search(words.replace("Choose", "")), (command.name, words)
        assert "canary" not in words
        if "something went wrong" in words.casefold():
            assert re.search(r"this code: [0-9A-F]{4}\.", words), words
    assert all(one.getMessage().startswith(("fault ", "a turn from")) for one in caplog.records)


def _line(command: Command, reference: str) -> str:
    return f"{command.name} {reference if command.takes else ''}".strip()
