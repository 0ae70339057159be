"""The tracker database as an installation has it: at its address, with its keys."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from integrations.environment import read_settings
from integrations.settings import Profile, Settings, UnsafeSetting
from storage.database import DatabaseProblem, Sessions, check_database, engine_of, in_words, open_database
from storage.keys import SAMPLE, Keys, UnusableKeys, read_keys
from storage.queries.people import anybody_let_in

SAMPLE_KEY = "MACE_KEYS_FILE holds the sample key, which anybody can read. Make your own: mace-bot keys new --out FILE"
OPEN_FILE = "Others can read {0}, which is the tracker database. Let only the bot's own account read it: chmod 600 {0}"
NOBODY_LET_IN = (
    "No workspace or tenant is let in, so the bot would answer nobody. Let one in first: mace-bot panel let-in"
)
DEBUGGING = (
    "Python's development or debug mode is on, which may write what people typed to the log. "
    "Take PYTHONDEVMODE and PYTHONASYNCIODEBUG away."
)

T = TypeVar("T")


def open_tracker(settings: Settings) -> Sessions:
    return open_database(settings.database_url, _keys(settings))


@contextmanager
def opened_tracker() -> Iterator[Sessions]:
    """For a verb that is done with it at its end."""
    sessions = open_tracker(read_settings())
    try:
        yield sessions
    except SQLAlchemyError as error:
        raise DatabaseProblem(in_words(error)) from None
    finally:
        engine_of(sessions).dispose()


def in_the_tracker(does: Callable[[Session, datetime], T]) -> T:
    """One transaction of a verb.  What the bot refuses, its sentence says."""
    from bot.kit.errors import Refusal

    with opened_tracker() as sessions:
        check_database(sessions)
        try:
            with sessions.begin() as session:
                return does(session, datetime.now(UTC))
        except Refusal as refusal:
            raise UnsafeSetting(str(refusal)) from None


def _keys(settings: Settings) -> Keys:
    if settings.keys_file is None:
        return SAMPLE
    try:
        keys = read_keys(settings.keys_file)
    except UnusableKeys as problem:
        raise UnsafeSetting(str(problem)) from None
    if set(SAMPLE.roots.values()) & set(keys.roots.values()):
        raise UnsafeSetting(SAMPLE_KEY)
    return keys


def check_safe(settings: Settings, sessions: Sessions) -> None:
    """What production needs beyond its settings, before it listens; or UnsafeSetting."""
    if settings.profile is not Profile.PRODUCTION:
        return
    if sys.flags.dev_mode or os.environ.get("PYTHONASYNCIODEBUG"):
        raise UnsafeSetting(DEBUGGING)
    if (file := sqlite_file(settings.database_url)) and file.stat().st_mode & 0o077:
        raise UnsafeSetting(OPEN_FILE.format(file))
    with sessions.begin() as session:
        if not anybody_let_in(session):
            raise UnsafeSetting(NOBODY_LET_IN)


def sqlite_file(url: str) -> Path | None:
    """Nothing for Postgres, whose own people look after its disk."""
    place = make_url(url)
    return Path(place.database) if place.get_backend_name() == "sqlite" and place.database else None
