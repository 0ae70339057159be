"""Whatever part of the tracker is gone, people read a sentence with a code, and nothing of what broke."""

import re

import pytest
from sqlalchemy import text

from bot.commands import COMMANDS
from bot.kit.messages import to_text
from storage.records import Record
from tests.bot.test_access import says
from tests.making import an_action
from tests.world import World

TABLES = [table.name for table in Record.metadata.sorted_tables]
INSIDES = re.compile(
    r"select|insert into|sqlite|postgres|psycopg|sqlalchemy|traceback|no such|\.py\b|error:|/tmp", re.I
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what people read is the same, and it takes long
@pytest.mark.parametrize("table", TABLES)
def test_whatever_table_is_gone_nobody_reads_what_broke(
    core: World, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    """TRUST.md T-41: at each table, by each command, as somebody who may do much, little, or nothing."""
    reference = an_action(core, "Safeguarding lead, Hollow Oak School", "12 June 2026")
    with core.sessions.begin() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO canary_gone"))
    for user in ("coordinator", "school", "stranger"):
        for command in COMMANDS:
            reply = says(core, user, f"{command.name} {reference if command.takes else ''}".strip())
            words = to_text(reply.message) if reply.message else str(reply.page)
            assert not INSIDES.search(words.replace("Choose", "")), (command.name, words)
            assert "canary" not in words
            if "something went wrong" in words.casefold():
                assert re.search(r"this code: [0-9A-F]{4}\.", words), words
    assert all(one.getMessage().startswith(("fault ", "a turn from")) for one in caplog.records)
