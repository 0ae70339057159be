"""The tracker database as an installation has it: at its address, with its keys."""

import os
import sys

from integrations.settings import Profile, Settings, UnsafeSetting
from storage.database import Sessions, open_database
from storage.keys import SAMPLE, Keys, UnusableKeys, read_keys
from storage.queries.people import anybody_let_in

SAMPLE_KEY = "MACE_KEYS_FILE holds the sample key, which anybody can read. Make your own: mace-bot keys new --out FILE"
NOBODY_LET_IN = (
    "No workspace or tenant is let in, so the bot would answer nobody. Let one in first: mace-bot panel let-in"
)
DEBUGGING = (
    "Python's development or debug mode is on, which may write what people typed to the log. "
    "Take PYTHONDEVMODE and PYTHONASYNCIODEBUG away."
)


def open_tracker(settings: Settings) -> Sessions:
    return open_database(settings.database_url, _keys(settings))


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
    with sessions.begin() as session:
        if not anybody_let_in(session):
            raise UnsafeSetting(NOBODY_LET_IN)
