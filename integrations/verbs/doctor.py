"""mace-bot doctor: says in words what is wrong with an installation, and what to do about it."""

import argparse
import asyncio
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from integrations.anchors import wrong_with_anchors
from integrations.environment import read_settings
from integrations.settings import Profile, Settings, UnsafeSetting
from integrations.tracker import check_safe, open_tracker, sqlite_file
from integrations.verbs.worker import nobody_sends
from storage.database import DatabaseProblem, Sessions, check_database, engine_of, in_words
from storage.records.base import keys_of

FINE, WRONG, NOTE = "Fine: ", "Wrong: ", "Note: "
LITTLE = 500  # megabytes
NO_DEMO = "The demo needs no doctor: make demo-reset starts it over. Set MACE_PROFILE to that of your installation."
YEAR = timedelta(days=365)  # TRUST.md T-50
OLD_KEY = (
    "The key that seals is {} days old. Within a month or so, add a newer one and seal everything again with it: "
    "OPERATIONS.md says how, under “A newer key”."
)
NO_KEY = (
    "The file of keys lacks a key that {} in the tracker lie under. Put it back, or nobody can read them: "
    "mace-bot keys status says which."
)
NO_REGISTER = (
    "{} has not recorded a sharing agreement, so nothing is held back there for want of one. Its coordinator begins "
    "the register by writing to the bot: add agreement."
)
DISK = "The disk of the tracker database has {} MB left. Make room, or what people tell the bot will not be kept."


def add_doctor(verbs: Any) -> None:
    doctor = verbs.add_parser("doctor", help="say what is wrong with this installation, and what to do")
    doctor.add_argument("--online", action="store_true", help="ask Slack and Microsoft, too, if they take its tokens")
    doctor.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace) -> None:
    """Exit code 1 if anything is wrong; a note is nothing wrong.  Backups are none of its business."""
    wrong = False
    for line in _examined(datetime.now(UTC), online=arguments.online):
        print(line, flush=True)
        wrong |= line.startswith(WRONG)
    sys.exit(1 if wrong else 0)


def _examined(now: datetime, *, online: bool) -> Iterator[str]:
    """What comes first is needed for what comes after it."""
    try:
        settings = read_settings()
        if settings.profile is Profile.DEMO:
            raise UnsafeSetting(NO_DEMO)
        sessions = open_tracker(settings)
        try:
            yield from _inside(settings, sessions, now, online=online)
        finally:
            engine_of(sessions).dispose()
    except (UnsafeSetting, DatabaseProblem) as problem:
        yield f"{WRONG}{problem}"
    except SQLAlchemyError as error:
        yield f"{WRONG}{in_words(error)}"


def _inside(settings: Settings, sessions: Sessions, now: datetime, *, online: bool) -> Iterator[str]:
    check_database(sessions)
    yield f"{FINE}the tracker database answers, is of this version, and opens with these keys."
    check_safe(settings, sessions)
    yield f"{FINE}the settings are safe."
    yield from _told("the key that seals is less than a year old.", _old_key(sessions, now))
    yield from _told("every key that something is sealed with is in the file of keys.", _no_key(sessions))
    yield from _told("there is room on the disk of the tracker database.", _disk(settings.database_url))
    yield from _tracker(sessions, now)
    if settings.in_production or settings.audit_anchor or settings.audit_syslog:
        yield from _told(
            "the end of the audit is kept outside the database.", wrong_with_anchors(settings, sessions, now)
        )
    if settings.workers:
        yield from _told("a worker sends what is due.", nobody_sends(sessions, now))
    if online:
        from integrations.verbs.online import asked

        for fine, problems in asyncio.run(asked(settings, sessions, lambda: now)):
            yield from _told(fine, problems)


def _tracker(sessions: Sessions, now: datetime) -> list[str]:
    from integrations.verbs.checkups import CHECKUPS
    from storage.queries.agreements import registers_not_begun

    with sessions.begin() as session:
        told = [line for fine, look in CHECKUPS.items() for line in _told(fine, look(session, now))]
        return [*told, *(f"{NOTE}{NO_REGISTER.format(name)}" for name in registers_not_begun(session))]


def _told(fine: str, problems: Iterable[str]) -> list[str]:
    return [f"{WRONG}{problem}" for problem in problems] or [f"{FINE}{fine}"]


def _old_key(sessions: Sessions, now: datetime) -> Iterator[str]:
    """The sample key has no age."""
    keys = keys_of(engine_of(sessions).dialect)
    age = now.date() - keys.made_on.get(keys.newest, now.date())
    if age >= YEAR:
        yield OLD_KEY.format(age.days)


def _no_key(sessions: Sessions) -> Iterator[str]:
    from storage.resealing import lying

    keys, under = keys_of(engine_of(sessions).dialect), sum(lying(sessions).values(), Counter[int]())
    missing = sum(count for number, count in under.items() if number not in keys.roots)
    if missing:
        yield NO_KEY.format("1 value" if missing == 1 else f"{missing:,} values")


def _disk(url: str) -> Iterator[str]:
    if file := sqlite_file(url):
        left = shutil.disk_usage(file.parent).free // 1_000_000
        if left < LITTLE:
            yield DISK.format(left)
