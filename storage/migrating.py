"""Bringing the tracker database up to the shape this program was written for."""

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError

from storage.database import MIGRATIONS, DatabaseProblem, Sessions, engine_of, in_words


def migrate(sessions: Sessions) -> None:
    """All or nothing: on both databases the migrations run in one transaction."""
    try:
        with engine_of(sessions).begin() as connection:
            command.upgrade(configuration(connection), "head")
    except SQLAlchemyError as error:
        raise DatabaseProblem(in_words(error)) from None


def configuration(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
