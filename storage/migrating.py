"""Bringing the tracker database up to the shape this program was written for."""

import sys
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
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


def migrate(sessions: Sessions) -> None:
    """All or nothing: on both databases the migrations run in one transaction."""
    try:
        with engine_of(sessions).begin() as connection:
            command.upgrade(configuration(connection), "head")
    except SQLAlchemyError as error:
        raise DatabaseProblem(in_words(error)) from None
    except CommandError:  # it stands at a migration that we do not have
        raise DatabaseProblem(NEWER) from None


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
