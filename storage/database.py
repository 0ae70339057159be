"""Opening the tracker database.  SQLite and Postgres behave the same from here up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from storage.keys import SAMPLE, CannotOpen, Keys
from storage.records.base import keys_of, opened

Sessions = sessionmaker[Session]

BUSY_MS = 2_000  # Slack gives up on us after three seconds
PRAGMAS = (
    *("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {BUSY_MS}"),
    *("secure_delete = ON", "trusted_schema = OFF", "temp_store = MEMORY"),  # TRUST.md 3.2
)
STALLED = "20s"  # in the middle of a transaction: less than a lease of the postman
MIGRATIONS = Path(__file__).parent / "migrations"
NEWER = (
    "The tracker database is newer than this program. Install the newer version of MACE bot, or restore the "
    "older database."
)
OTHER_KEYS = (
    "The tracker database was sealed with other keys. Set MACE_KEYS_FILE to the file of keys it was made with, and "
    "MACE_PROFILE to its profile."
)
NO_ADDRESS = (
    "MACE_DATABASE_URL is not the address of a database that this installation can use. It looks like "
    "sqlite:///var/mace.sqlite or postgresql+psycopg://user@server/name."
)


class DatabaseProblem(Exception):
    """The tracker database cannot be used.  The message says what to do."""


def open_database(url: str, keys: Keys = SAMPLE) -> Sessions:
    """Without `keys` everybody can read what it seals: for invented people."""
    try:
        engine = create_engine(url, hide_parameters=True, **_options(url))  # a logged error shows nothing people typed
    except (ArgumentError, ImportError, ValueError):
        raise DatabaseProblem(NO_ADDRESS) from None
    engine.dialect.mace_keys = keys  # type: ignore[attr-defined] # where storage/records/base.py looks for them
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", _prepare_postgres)
    return sessionmaker(engine, expire_on_commit=False)


def _options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        # one writer: whoever waits for it is woken in turn, where SQLite itself would look again now and then
        seconds = BUSY_MS / 1000
        return {"connect_args": {"timeout": seconds}, "pool_size": 1, "max_overflow": 0, "pool_timeout": seconds}
    return {"pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: Any, _record: Any) -> None:
    """A replica that is frozen or cut off would keep its rows from all others, for hours."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{STALLED}'")
    connection.commit()


def _begin(connection: Connection) -> None:
    """Take SQLite's write lock first: without it 8 threads kept 50 of 400 updates (HOUSE.md 8)."""
    connection.exec_driver_sql("BEGIN" if "only_reads" in connection.get_execution_options() else "BEGIN IMMEDIATE")


@contextmanager
def snapshot(sessions: Sessions) -> Iterator[Connection]:
    """The database as it is at one moment, while others go on writing."""
    engine = engine_of(sessions)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            yield connection.execution_options(only_reads=True)
        else:
            reading = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            reading.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")  # whoever reads may be slow
            yield reading


def engine_of(sessions: Sessions) -> Engine:
    engine = sessions.kw["bind"]
    assert isinstance(engine, Engine)  # noqa: S101 -- open_database() made it
    return engine


def newest_migration() -> str:
    """The revision this program was written for, read from the file names: importing alembic takes longer than
    starting.
    """
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str:
    """Empty if no migration has run yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def check_database(sessions: Sessions) -> None:
    """Raise DatabaseProblem unless the database is there, can be written to, and is as old as this program."""
    try:
        with sessions.begin() as session:
            found = revision_of(session.connection())
    except SQLAlchemyError as error:
        raise DatabaseProblem(in_words(error)) from None
    wanted = newest_migration()
    if not found:
        raise DatabaseProblem("The tracker database is empty. Run: mace-bot migrate")
    if found < wanted:
        raise DatabaseProblem("The tracker database is older than this program. Run: mace-bot migrate")
    if found > wanted:
        raise DatabaseProblem(NEWER)
    with sessions.begin() as session:
        check_keys(session.connection())


def check_keys(connection: Connection) -> None:
    """By the first person in it: there is always one."""
    name = connection.scalar(text("SELECT name FROM person ORDER BY id LIMIT 1"))
    try:
        if name:
            opened(name, keys_of(connection.dialect), "person.name")
    except CannotOpen:
        raise DatabaseProblem(OTHER_KEYS) from None


def in_words(error: SQLAlchemyError) -> str:
    reason = str(getattr(error, "orig", error)).lower()
    if "locked" in reason:
        return "The tracker database is locked: another program is using it. Stop that program, then try again."
    if "unable to open" in reason or "no such file" in reason:
        return "The tracker database cannot be opened. Check that the folder in MACE_DATABASE_URL exists and is yours."
    if "not a database" in reason:
        return "The file in MACE_DATABASE_URL is not a tracker database. Check the address."
    if isinstance(error, OperationalError):
        return "The tracker database does not answer. Check MACE_DATABASE_URL, and that the database server is running."
    return "The tracker database cannot be used. Check MACE_DATABASE_URL."
