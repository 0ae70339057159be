"""Bringing the tracker database up to the shape this program was written for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from storage.database import (
    MIGRATIONS,
    NEWER,
    DatabaseProblem,
    Sessions,
    engine_of,
    in_words,
    newest_migration,
    open_database,
)

REFERS_TO_NOTHING = (
    "In the tracker database something refers to what is not there, so nothing was changed. Restore a backup: "
    "mace-bot restore FILE"
)


def migrate(sessions: Sessions) -> None:
    """All or nothing: on both databases the migrations run in one transaction."""
    try:
        with reshaping(sessions) as connection:
            command.upgrade(configuration(connection), "head")
    except SQLAlchemyError as error:
        raise DatabaseProblem(in_words(error)) from None
    except CommandError:  # it stands at a migration that we do not have
        raise DatabaseProblem(NEWER) from None


@contextmanager
def reshaping(sessions: Sessions) -> Iterator[Connection]:
    """A transaction in which SQLite looks only at its end whether everything that is referred to is there.

    To change a table it makes a new one, and does not let the old one go while others refer to it.  It can be told to
    look away only before the transaction begins (sqlite.org/lang_altertable.html, 7).
    """
    with engine_of(sessions).connect() as connection:
        looks = _sqlite_looks(connection) if connection.dialect.name == "sqlite" else nullcontext()
        with looks, connection.begin():
            yield connection
            if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise DatabaseProblem(REFERS_TO_NOTHING)


@contextmanager
def _sqlite_looks(connection: Connection) -> Iterator[None]:
    """Away, until it is done.  On SQLAlchemy's own connection a transaction would begin first."""
    driver = connection.connection.driver_connection
    assert driver  # noqa: S101 -- it has just been opened
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def configuration(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def write_migration(what_for: str) -> None:
    """For developers: the next migration, from the difference between the records and an empty database brought up."""
    with TemporaryDirectory() as folder:
        sessions = open_database(f"sqlite:///{folder}/empty.sqlite")
        migrate(sessions)
        with engine_of(sessions).connect() as connection:
            number = f"{int(newest_migration()) + 1:04}"
            command.revision(configuration(connection), what_for, autogenerate=True, rev_id=number)
        engine_of(sessions).dispose()


if __name__ == "__main__":
    write_migration(sys.argv[1])
