"""Migrations run on a tracker that people use: whatever is in it stays, and what others refer to can be changed."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import MetaData, Table, select, text
from sqlalchemy.exc import IntegrityError

from integrations.demo.story import seed_story
from storage.database import DatabaseProblem, Sessions, engine_of, newest_migration, open_database
from storage.migrating import REFERS_TO_NOTHING, configuration, migrate, reshaping
from storage.queries.daily import due_beside, people_told
from storage.records import Account, Holding
from tests.cast import START, seed
from tests.scheduler.fakes import sizes

SINCE = {
    "agreement",
    "case_at_agency",
    "disclosure",
    "flag",
    "panel_case",
}  # what the demo holds in tables that were not there yet
ORPHAN = text("UPDATE agenda_ask SET agency_id = agency_id + 4040")


def sizes_then(sessions: Sessions) -> dict[str, int]:
    """Of the tables that an older version had."""
    return {name: size for name, size in sizes(sessions).items() if name not in SINCE}


def brought_down(sessions: Sessions, revision: str) -> None:
    with reshaping(sessions) as connection:
        command.downgrade(configuration(connection), revision)


@pytest.mark.parametrize("revision", ["0004", "0003"])
def test_what_is_in_it_stays(sessions: Sessions, revision: str) -> None:
    seed_story(sessions, START)
    before = sizes_then(sessions)
    assert before["agenda_item"]
    assert before["agenda_ask"]
    brought_down(sessions, revision)
    migrate(sessions)
    assert sizes_then(sessions) == before


def test_what_people_do_already_is_on_record_as_given_to_their_agency(sessions: Sessions) -> None:
    """The update takes nothing from anybody, whatever the register of agreements will say later."""
    seed_story(sessions, START)
    brought_down(sessions, "0018")
    migrate(sessions)
    with sessions() as session:
        given = set(session.execute(text("SELECT about, agency_id, level, strand, purpose FROM disclosure")))
        owned = session.execute(
            text("SELECT action.reference, post.agency_id FROM action JOIN post ON post.id = action.owner_id")
        )
        assert given == {(about, agency, 4, "child", "actions") for about, agency in owned}
        assert len(given) > 3


def test_what_waits_at_the_update_comes_in_the_letter_of_the_day_and_what_was_sent_counts_as_one(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        seed(session, "core", START)
        account = session.scalars(select(Account).where(Account.user == "nurse")).one()
        nurse, person = account.id, account.person_id
        post = session.scalars(select(Holding.post_id).where(Holding.person_id == person)).first()
    assert person
    brought_down(sessions, "0030")
    kinds = ("action_reminder", "flag_reminder", "feedback_due", "flag_asked", "escalation_moved")
    rows: list[dict[str, object]] = [{"kind": one, "state": "pending"} for one in kinds]
    rows.append({"kind": "share_waits", "state": "sent", "meant_at": START, "account_id": nurse})
    given = {"about": "A-1", "about_version": 1, "attempts": 0, "post_id": post, "due_at": START}
    with sessions.begin() as session:
        before = Table("delivery", MetaData(), autoload_with=session.connection())
        for row in rows:
            session.execute(before.insert().values(once=row["kind"], **given, **row))
    migrate(sessions)
    with sessions.begin() as session:
        waiting = {one.kind for one in due_beside(session, [person], START.date(), START)}
        assert waiting == {"action_reminder", "flag_reminder", "feedback_due"}
        assert people_told(session, {person}, START - timedelta(hours=1)) == {person}
    brought_down(sessions, "0030")
    migrate(sessions)


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
