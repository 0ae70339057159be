"""Migrations run on a tracker that people use: whatever is in it stays, and what others refer to can be changed."""

import sqlite3
from contextlib import closing

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from integrations.demo.story import seed_story
from storage.database import DatabaseProblem, Sessions, engine_of, newest_migration, open_database
from storage.migrating import REFERS_TO_NOTHING, configuration, migrate, reshaping
from tests.cast import START
from tests.scheduler.fakes import sizes

ORPHAN = text("UPDATE agenda_ask SET agency_id = agency_id + 4040")


def brought_down(sessions: Sessions, revision: str) -> None:
    with reshaping(sessions) as connection:
        command.downgrade(configuration(connection), revision)


@pytest.mark.parametrize("revision", ["0004", "0003"])
def test_what_is_in_it_stays(sessions: Sessions, revision: str) -> None:
    seed_story(sessions, START)
    before = sizes(sessions)
    assert before["agenda_item"]
    assert before["agenda_ask"]
    brought_down(sessions, revision)
    with sessions() as session:
        known = set(inspect(session.connection()).get_table_names())
    migrate(sessions)
    assert sizes(sessions) == {table: rows if table in known else 0 for table, rows in before.items()}


def test_afterwards_sqlite_looks_again_at_what_is_referred_to(sqlite_url: str) -> None:
    sessions = open_database(sqlite_url)
    seed_story(sessions, START)
    migrate(sessions)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), sessions.begin() as session:
        session.execute(ORPHAN)
    engine_of(sessions).dispose()


def test_a_tracker_that_refers_to_what_is_not_there_is_left_as_it_is(sqlite_url: str) -> None:
    sessions = open_database(sqlite_url)
    seed_story(sessions, START)
    brought_down(sessions, "0004")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as careless:
        careless.execute(ORPHAN.text)  # SQLite looks only if it is told to
    with pytest.raises(DatabaseProblem, match=REFERS_TO_NOTHING[:40]):
        migrate(sessions)
    with sessions() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0004" < newest_migration()
    engine_of(sessions).dispose()
