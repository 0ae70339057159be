"""mace-bot backup and restore: the whole tracker in one sealed file, and the way back from a lost disk."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from integrations.environment import read_settings
from integrations.settings import UnsafeSetting
from integrations.tracker import opened_tracker
from integrations.verbs.keeping import check_erasures
from storage.database import Sessions, check_database

AS_IT_WAS = "The tracker is as it was on {}. What people told the bot after that is lost: ask them to tell it again."
ERASED_AGAIN = "The details of {} had been erased since, and are erased again."
NOTHING_DUE = "No message came due after that."
CAME_DUE = (
    "{} came due after that and may have been sent. The bot asks Slack about each before it sends it again. "
    "Teams cannot be asked: what was for Teams is held, and coordinators find it by saying: not sent."
)


def add_backups(verbs: Any) -> None:
    backup = verbs.add_parser("backup", help="write the whole tracker into one sealed file, while the bot runs")
    backup.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    backup.add_argument("--force", action="store_true", help="replace the file if it is there")
    backup.set_defaults(run=_backup)
    restore = verbs.add_parser("restore", help="load a backup into an empty database, before the bot is started")
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup")
    restore.set_defaults(run=_restore)


def _backup(arguments: argparse.Namespace) -> None:
    from storage.backup import write_backup

    now = datetime.now(UTC)
    with opened_tracker() as sessions, _new_file(arguments.out, force=arguments.force) as file:
        check_database(sessions)
        _noted(sessions, now, "make a backup")
        write_backup(sessions, file, now)
    print(
        f"{arguments.out} holds the whole tracker, sealed. Keep it on another machine.\n"
        f"Keep a copy of the file of keys as well, apart from it: without the keys nobody can restore it."
    )


def _restore(arguments: argparse.Namespace) -> None:
    from bot.kit.words import moment_in_words
    from scheduler.reconciling import live_again
    from storage.backup import CannotRestore, restoring

    now = datetime.now(UTC)
    try:
        with opened_tracker() as sessions, _old_file(arguments.file) as file, restoring(sessions, file) as restored:
            settings = read_settings()
            erased = check_erasures(settings, restored.sessions)
            unknown = live_again(restored.sessions, restored.made_at, now, mail=settings.has_mail, keeps=settings.keeps)
            _noted(restored.sessions, now, "restore a backup")
    except CannotRestore as problem:
        raise UnsafeSetting(str(problem)) from None
    messages = "1 message" if unknown == 1 else f"{unknown} messages"
    print(AS_IT_WAS.format(moment_in_words(restored.made_at)))
    print(CAME_DUE.format(messages) if unknown else NOTHING_DUE)
    if erased:
        print(ERASED_AGAIN.format("1 record" if erased == 1 else f"{erased} records"))


def _noted(sessions: Sessions, now: datetime, what: str) -> None:
    from bot.audit import note

    with sessions.begin() as session:
        note(session, now, None, what)


@contextmanager
def _new_file(out: Path, *, force: bool) -> Iterator[BinaryIO]:
    """It takes its name when it is whole, so that a backup that fails replaces none."""
    try:
        with TemporaryDirectory(dir=out.parent, prefix=".backup-") as folder:
            part = Path(folder, "part")
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if not force:
                out.touch(exist_ok=False)
            part.replace(out)
    except FileExistsError:
        raise UnsafeSetting(f"{out} is there already. Choose another name, or replace it with --force.") from None
    except OSError:
        raise UnsafeSetting(f"{out} cannot be written. Check that its folder is there and has room.") from None


@contextmanager
def _old_file(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError:
        raise UnsafeSetting(f"{path} cannot be read. Check that it is there and is yours.") from None
