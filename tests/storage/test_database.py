"""The tracker database: nothing is lost or let out, and whoever runs it is told in a sentence what is wrong."""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from storage.database import (
    DatabaseProblem,
    Sessions,
    check_database,
    engine_of,
    newest_migration,
    open_database,
    snapshot,
)
from storage.levels import Classified, Level, unsealed
from storage.migrating import configuration, migrate
from storage.records import (
    Account,
    Agency,
    Delivery,
    DeliveryState,
    Dialogue,
    Holding,
    Partnership,
    Person,
    Post,
    Record,
    Role,
    Transfer,
    TransferState,
)
from tests.cast import START, seed


@pytest.fixture
def seeded(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        seed(session, "core", START)
    return sessions


def first(session: Session, record: type[Any]) -> Any:
    return session.scalars(select(record).order_by(record.id)).first()


# --- two at once ------------------------------------------------------------------------------------------------------


def test_whoever_stalls_in_a_transaction_does_not_keep_others_out(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.STALLED", "100ms")
    stalled, other = open_database(postgresql_url), open_database(postgresql_url)
    with other.begin() as session:
        seed(session, "core", START)
    taken = select(Person.id).with_for_update()
    session = stalled()
    assert session.scalars(taken).all()
    with other.begin() as waiting:
        waiting.execute(text("SET LOCAL lock_timeout = '20s'"))
        assert waiting.scalars(taken).all()
    with pytest.raises(DBAPIError):
        session.scalars(taken).all()
    session.close()
    engine_of(stalled).dispose()
    engine_of(other).dispose()


def test_a_backup_may_be_read_slowly(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.STALLED", "100ms")
    sessions = open_database(postgresql_url)
    with snapshot(sessions) as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"
    with sessions() as session:
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "100ms"
    engine_of(sessions).dispose()


def test_eight_threads_that_read_and_then_write_lose_nothing(seeded: Sessions) -> None:
    """The trap is SQLite's: it begins late by default, and keeps one update in eight without a word (HOUSE.md 8)."""

    def count(_number: int) -> None:
        for _ in range(25):
            with seeded.begin() as session:
                account = session.get_one(Account, 1, with_for_update=True)
                account.last_used_at += timedelta(seconds=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    with seeded() as session:
        assert session.get_one(Account, 1).last_used_at == START + timedelta(seconds=200)


# --- what columns keep ------------------------------------------------------------------------------------------------


def test_a_moment_comes_back_as_the_same_moment_in_utc(seeded: Sessions) -> None:
    for zone in (UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))):
        with seeded.begin() as session:
            first(session, Account).last_used_at = START.astimezone(zone)
        with seeded() as session:
            back = first(session, Account).last_used_at
        assert back == START
        assert back.utcoffset() == timedelta()


def test_a_time_without_a_zone_is_refused(seeded: Sessions) -> None:
    with seeded() as session, pytest.raises(StatementError, match="a time without a zone"):
        session.execute(update(Account).values(last_used_at=datetime(2026, 6, 9, 9, 30)))  # noqa: DTZ001 -- the point
    with seeded() as session, pytest.raises(StatementError, match="a time without a zone"):
        session.scalars(select(Account).where(Account.last_used_at > datetime(2026, 6, 9))).all()  # noqa: DTZ001 -- the point


def test_a_secret_comes_out_opaque_at_the_level_of_its_column(seeded: Sessions) -> None:
    with seeded() as session:
        name = first(session, Person).name
    assert isinstance(name, Classified)
    assert name.level is Level.L2
    assert repr(name) == "<Classified L2>"
    assert unsealed(name) == "Ngozi Testperson"


def test_choices_are_stored_as_the_words_that_people_know(seeded: Sessions) -> None:
    with seeded() as session:
        roles = set(session.scalars(text("SELECT DISTINCT role FROM post")))
    assert roles == {"agency_member", "coordinator", "chair"}


def test_sqlite_wipes_what_is_deleted_and_puts_nothing_elsewhere(sqlite_url: str) -> None:
    """TRUST.md 3.2."""
    wanted = {"secure_delete": 1, "trusted_schema": 0, "temp_store": 2, "foreign_keys": 1, "journal_mode": "wal"}
    with opened(sqlite_url) as sessions, sessions.begin() as session:
        assert {name: session.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted


def test_an_error_of_the_database_does_not_say_what_was_written(seeded: Sessions) -> None:
    """As far as it is ours to say: to a failed check Postgres itself adds the row, so nobody logs an error's text."""
    with pytest.raises(IntegrityError) as raised, seeded.begin() as session:
        session.add(Transfer(**a_transfer(session) | {"contact_id": 4040, "child": Classified("Canary", Level.L4)}))
    assert "Canary" not in str(raised.value)
    assert "INSERT INTO transfer" in str(raised.value)


# --- what the database itself refuses ---------------------------------------------------------------------------------


def a_transfer(session: Session) -> dict[str, Any]:
    camden, bromley = (
        session.scalars(select(Partnership.id).where(Partnership.name == name)).one() for name in ("Camden", "Bromley")
    )
    return {
        "reference": "T-1",
        "origin_id": camden,
        "receiving_id": bromley,
        "responsible_id": camden,
        "state": TransferState.NOTIFIED,
        "status_in_law": "none",
        "length_of_stay": "permanent",
        "child": Classified("one", Level.L4),
        "changed_at": START,
        "changed_how": "notify",
    }


def a_dialogue(session: Session) -> dict[str, Any]:
    return {
        "account_id": first(session, Account).id,
        "form": "ReferChild",
        "about": "",
        "page": "",
        "typed": False,
        "started_at": START,
        "touched_at": START,
        "ended_at": START,
        "ended_as": "sent",
    }


def a_delivery(session: Session) -> dict[str, Any]:
    return {
        "once": "a",
        "kind": "agenda",
        "about": "M-1",
        "about_version": 1,
        "post_id": first(session, Post).id,
        "due_at": START,
        "state": DeliveryState.PENDING,
        "attempts": 0,
    }


def a_holding(session: Session) -> dict[str, Any]:
    """Of a post that nobody holds yet."""
    post = Post(
        partnership=first(session, Partnership),
        agency=first(session, Agency),
        title="New",
        role=Role.CHAIR,
        on_panel=True,
    )
    session.add(post)
    session.flush()
    return {"post_id": post.id, "person_id": first(session, Person).id, "from_day": date(2026, 1, 5)}


REFUSED: dict[str, tuple[type[Record], Callable[[Session], dict[str, Any]], Callable[[dict[str, Any]], Any]]] = {
    "a transfer to the borough itself": (Transfer, a_transfer, lambda it: {"receiving_id": it["origin_id"]}),
    "a transfer that a third borough answers for": (Transfer, a_transfer, lambda it: {"responsible_id": 2}),
    "a transfer that nobody answers for": (Transfer, a_transfer, lambda _: {"responsible_id": None}),
    "a form that keeps answers after its end": (Dialogue, a_dialogue, lambda _: {"answers": Classified({}, Level.L4)}),
    "a message to nobody": (Delivery, a_delivery, lambda _: {"post_id": None}),
    "a message to a post that does not exist": (Delivery, a_delivery, lambda _: {"post_id": 4040}),
    "a post held until before it was held": (Holding, a_holding, lambda _: {"until_day": date(2026, 1, 4)}),
}


def test_the_database_refuses_what_cannot_be(seeded: Sessions) -> None:
    for what, (record, sound, odd) in REFUSED.items():
        with seeded() as session:
            it = sound(session)
            with session.begin_nested() as harmless:  # first, that it would be taken without the oddity
                session.add(record(**it))
                session.flush()
                harmless.rollback()
            try:
                with session.begin_nested():
                    session.add(record(**it | odd(it)))
            except IntegrityError:
                continue
            pytest.fail(f"it took {what}")


@pytest.mark.parametrize("deputy", [False, True])
def test_a_post_has_one_holder_and_one_deputy_and_may_pass_to_another(seeded: Sessions, deputy: bool) -> None:
    with seeded.begin() as session:
        held: Holding = first(session, Holding)
        other = session.scalars(select(Person.id).where(Person.id != held.person_id)).first()
        second = {"post_id": held.post_id, "person_id": other, "from_day": date(2026, 6, 9), "deputy": deputy}
        if deputy:
            held = Holding(**second | {"from_day": date(2026, 1, 5)})
            session.add(held)
            session.flush()
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Holding(**second))
        held.until_day = date(2026, 6, 8)
        session.flush()
        session.add(Holding(**second))


def test_the_same_message_is_owed_once(seeded: Sessions) -> None:
    with seeded.begin() as session:
        session.add(Delivery(**a_delivery(session)))
        session.flush()
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Delivery(**a_delivery(session) | {"kind": "another"}))


# --- migrations -------------------------------------------------------------------------------------------------------


def plain(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})


def test_migrated_from_empty_the_database_has_the_shape_of_the_records(sessions: Sessions) -> None:
    with engine_of(sessions).connect() as connection:
        assert compare_metadata(plain(connection), Record.metadata) == []


def test_that_comparison_would_see_a_difference(sessions: Sessions) -> None:
    with engine_of(sessions).begin() as connection:
        connection.execute(text("ALTER TABLE delivery DROP COLUMN reason"))
        connection.execute(text("DROP INDEX uq_holding_open"))
        assert len(compare_metadata(plain(connection), Record.metadata)) == 2


def test_what_names_a_check_is_in_the_database_too(sessions: Sessions) -> None:
    """Alembic does not compare checks, so they are counted here."""
    found = inspect(engine_of(sessions))
    for table in Record.metadata.sorted_tables:
        wanted = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
        assert {str(one["name"]) for one in found.get_check_constraints(table.name)} >= wanted, table.name


def test_migrating_twice_is_fine_and_every_step_can_be_taken_back(sessions: Sessions) -> None:
    migrate(sessions)
    check_database(sessions)
    with engine_of(sessions).begin() as connection:
        command.downgrade(configuration(connection), "base")
    assert inspect(engine_of(sessions)).get_table_names() == ["alembic_version"]
    migrate(sessions)
    check_database(sessions)
    with engine_of(sessions).connect() as connection:
        assert compare_metadata(plain(connection), Record.metadata) == []


# --- what is wrong, in a sentence -------------------------------------------------------------------------------------


@contextmanager
def opened(url: str) -> Iterator[Sessions]:
    sessions = open_database(url)
    yield sessions
    engine_of(sessions).dispose()


def sentence(url: str, act: Callable[[Sessions], None] = check_database) -> str:
    with opened(url) as sessions, pytest.raises(DatabaseProblem) as problem:
        act(sessions)
    return str(problem.value)


def stamp(sessions: Sessions, revision: str) -> None:
    with sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})


def test_a_sound_database_passes(sessions: Sessions) -> None:
    check_database(sessions)


def test_an_older_one(sessions: Sessions) -> None:
    stamp(sessions, "0000")
    with pytest.raises(DatabaseProblem, match=r"older than this program\. Run: mace-bot migrate"):
        check_database(sessions)


def test_a_newer_one(sessions: Sessions) -> None:
    stamp(sessions, "9999")
    with pytest.raises(DatabaseProblem, match=r"newer than this program\. Install the newer version"):
        check_database(sessions)
    assert newest_migration() < "9999"


def test_migrating_a_newer_one_says_so_and_changes_nothing(sessions: Sessions) -> None:
    stamp(sessions, "9999")
    with pytest.raises(DatabaseProblem, match="newer than this program"):
        migrate(sessions)


def test_an_empty_one(database_url: str) -> None:
    with opened(database_url) as sessions:
        with engine_of(sessions).begin() as connection:
            command.downgrade(configuration(connection), "base")
        with pytest.raises(DatabaseProblem, match=r"is empty\. Run: mace-bot migrate"):
            check_database(sessions)
        with engine_of(sessions).begin() as connection:
            connection.execute(text("DROP TABLE alembic_version"))
        with pytest.raises(DatabaseProblem, match=r"is empty\. Run: mace-bot migrate"):
            check_database(sessions)


def test_a_locked_one(sqlite_url: str) -> None:
    other = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert sentence(sqlite_url) == (
        "The tracker database is locked: another program is using it. Stop that program, then try again."
    )
    other.close()


@pytest.mark.parametrize("act", [check_database, migrate])
def test_a_file_that_is_no_database(tmp_path: Path, act: Callable[[Sessions], None]) -> None:
    (tmp_path / "letter.txt").write_text("Dear all, " * 1000)
    assert "is not a tracker database. Check the address" in sentence(f"sqlite:///{tmp_path / 'letter.txt'}", act)
    assert (tmp_path / "letter.txt").read_text().startswith("Dear all")


@pytest.mark.parametrize("act", [check_database, migrate])
def test_a_folder_that_does_not_exist(tmp_path: Path, act: Callable[[Sessions], None]) -> None:
    assert "Check that the folder in MACE_DATABASE_URL exists" in sentence(f"sqlite:///{tmp_path / 'no/mace.db'}", act)


@pytest.mark.parametrize("act", [check_database, migrate])
def test_a_server_that_is_not_there(act: Callable[[Sessions], None]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        words = sentence(f"postgresql+psycopg://mace:Canary@127.0.0.1:{port}/mace", act)
    assert words == (
        "The tracker database does not answer. Check MACE_DATABASE_URL, and that the database server is running."
    )


def test_a_database_that_the_server_does_not_have(postgres: Any) -> None:
    nowhere = postgres.set(database=f"no_{uuid4().hex}").render_as_string(hide_password=False)
    assert "does not answer. Check MACE_DATABASE_URL" in sentence(nowhere)


@pytest.mark.parametrize("url", ["", "mace.sqlite", "sqlite:/mace", "oracle://x/y", "postgresql+nothing://x/y", "://"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(DatabaseProblem, match="MACE_DATABASE_URL"):
        open_database(url)
