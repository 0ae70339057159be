"""mace-bot retention, subject-export and subject-erase: what is kept, for how long, and a person's own rights."""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from integrations.environment import read_settings
from integrations.settings import Settings, UnsafeSetting
from integrations.tracker import open_tracker
from storage.database import Sessions, check_database, engine_of
from storage.erasures import Erasures, NoErasures

NO_FILE = (
    "Erasing needs MACE_ERASURES_FILE: a file outside the database and beside the backups, so that a backup that is "
    "restored later does not bring back what was erased."
)
LOST = (
    "Something was erased from this database, and the file of erasures is not there. Set MACE_ERASURES_FILE to it. "
    "If it is lost, put a copy of it back: without it a restored backup brings back what was erased."
)
DRY = "Nothing was changed. To do it: mace-bot {}"


def add_keeping(verbs: Any) -> None:
    retention = verbs.add_parser("retention", help="show what has been kept for its time; with apply, delete it")
    retention.add_argument("do", nargs="?", choices=("apply",), help="delete it now, and ask about the rest")
    retention.add_argument("--dry-run", action="store_true", help="only show it, as without apply")
    retention.set_defaults(run=_retention)
    export = verbs.add_parser("subject-export", help="write what is held about the child of one record into two files")
    export.add_argument("reference", metavar="REF", help="of a referral, an action or a transfer, like R-7K2F9")
    export.add_argument("--out", type=Path, required=True, metavar="NAME", help="writes NAME.json and NAME.txt")
    export.set_defaults(run=_export)
    erase = verbs.add_parser("subject-erase", help="show what would go, and what would stay; with --yes, erase it")
    erase.add_argument("reference", metavar="REF", help="of a case, a referral, an action or a transfer, like C-7K2F9")
    erase.add_argument("--yes", action="store_true", help="erase it for good: a case with its referral and its actions")
    erase.add_argument("--only-this", action="store_true", help="erase this one record, and not what belongs to it")
    erase.set_defaults(run=_erase)


def check_erasures(settings: Settings, sessions: Sessions) -> int:
    """Before anybody is served: what was erased is erased again in a database that was restored.  How many records."""
    from bot.erasing import erase_again
    from storage.queries.retention import anything_erased

    try:
        with sessions.begin() as session:
            file = settings.erasures_file
            if file is None or not file.exists():
                if anything_erased(session):
                    raise UnsafeSetting(LOST)
                return 0
            return erase_again(session, Erasures(file).when(), datetime.now(UTC))
    except NoErasures as problem:
        raise UnsafeSetting(str(problem)) from None


def _retention(arguments: argparse.Namespace) -> None:
    from bot.features.retention import apply_some, ask_about, due_now

    settings, now = read_settings(), datetime.now(UTC)
    with _tracker(settings) as sessions:
        with sessions() as session:
            for due in due_now(session, settings.keeps, now):
                asks = "a coordinator is asked" if due.asked else "deleted"
                print(f"{due.what:<56} {due.days:>6} days {due.count:>8} {asks}")
        if arguments.do is None or arguments.dry_run:
            print(DRY.format("retention apply"))
            return
        while _in(sessions, lambda session: apply_some(session, settings.keeps, now)):
            pass
        _in(sessions, lambda session: ask_about(session, settings.keeps, now))
        print("Done.")


def _export(arguments: argparse.Namespace) -> None:
    from bot.subjects import export_subject, in_text

    reference = _reference(arguments.reference)
    with _tracker(read_settings()) as sessions:
        held = _in(sessions, lambda session: export_subject(session, reference, datetime.now(UTC)))
    files = {".json": json.dumps(held, indent=2, ensure_ascii=False) + "\n", ".txt": in_text(held)}
    for ending, text in files.items():
        _write(arguments.out.with_name(arguments.out.name + ending), text)
    print(
        f"{arguments.out}.json and {arguments.out}.txt hold what is held about {reference}. "
        "Read them before you give them to anybody: where it says check, others may be named."
    )


def _erase(arguments: argparse.Namespace) -> None:
    settings, reference = read_settings(), _reference(arguments.reference)
    alone, file = arguments.only_this, settings.erasures_file
    if file is None:
        raise UnsafeSetting(NO_FILE)
    with _tracker(settings) as sessions:
        if not arguments.yes:
            print(*_in(sessions, lambda session: _foreseen(session, reference, alone, settings)), sep="\n")
            print(DRY.format(f"subject-erase {reference}{' --only-this' if alone else ''} --yes"))
            return
        gone = _in(sessions, lambda session: _for_good(session, reference, alone, file))
    print(f"Erased: the details of {', '.join(gone)}. What stands in chat is removed when the server runs.")


def _foreseen(session: Session, reference: str, alone: bool, settings: Settings) -> list[str]:
    from bot.erasing import to_erase
    from bot.remains import foreseen

    return list(foreseen(session, reference, to_erase(session, reference, alone=alone), settings.keeps))


def _for_good(session: Session, reference: str, alone: bool, file: Path) -> list[str]:
    """In the file while the transaction is open: whatever breaks, it is in both or will be."""
    from bot.erasing import erase

    now = datetime.now(UTC)
    gone = erase(session, reference, now, alone=alone)
    Erasures(file).add(now, *gone)
    return gone


def _reference(given: str) -> str:
    from bot.kit.references import find_reference

    if reference := find_reference(given):
        return reference
    raise UnsafeSetting("That is no reference. It looks like R-7K2F9; check each character.")


def _in(sessions: Sessions, does: Callable[[Session], Any]) -> Any:
    from bot.kit.errors import Refusal

    try:
        with sessions.begin() as session:
            return does(session)
    except (Refusal, NoErasures) as problem:
        raise UnsafeSetting(str(problem)) from None


@contextmanager
def _tracker(settings: Settings) -> Iterator[Sessions]:
    sessions = open_tracker(settings)
    check_database(sessions)
    try:
        yield sessions
    finally:
        engine_of(sessions).dispose()


def _write(path: Path, text: str) -> None:
    """For its owner only, and never over another file."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UnsafeSetting(f"{path} is there already. Choose another name after --out.") from None
    except OSError:
        raise UnsafeSetting(f"{path} cannot be written. Check that its folder is there and is yours.") from None
