"""mace-bot audit: whether it is as it was written, who may write to it, and what is deleted of it when it is old."""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from integrations.anchors import read_anchors
from integrations.environment import read_settings
from integrations.settings import UnsafeSetting
from integrations.tracker import opened_tracker
from storage.database import Sessions, check_database, engine_of, snapshot
from storage.verifying import Flaw, Verdict, verify

NOWHERE = "No borough"
WELL = "Fine: {}: {} as written."
NO_ANCHOR = "No anchor was looked at: if the end was cut off together with the head, that cannot be seen from inside."
FLAWS = {
    Flaw.CHANGED: "entry {seq}, of {at}, is not as it was written.",
    Flaw.MISSING: "entry {seq} is missing.",
    Flaw.CUT: "from entry {seq} on it was cut off or added to: its head says another end.",
    Flaw.UNKNOWN_KEY: (
        "entry {seq}, of {at}, was written with a key that MACE_KEYS_FILE does not hold. Put that key back into it: "
        "old entries need it."
    ),
    Flaw.OTHER: (
        "entry {seq} is another than the one that was anchored on {at}. It was written anew, or the database was "
        "restored from a backup made before that."
    ),
}
ENDS_EARLY = (
    "entry {seq} and what came after it is missing: it was there on {at}. The end was cut off, or the database was "
    "restored from a backup made before that."
)
KEPT = timedelta(days=6 * 365 + 2)
TOO_YOUNG = "The audit is kept for six years. Give a day that is longer ago."
ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
ODD_ROLE = "A role's name has small letters, digits and _ only, like mace_app."


def add_audit(verbs: Any) -> None:
    audit = verbs.add_parser("audit", help="who did or read what").add_subparsers(required=True, metavar="COMMAND")
    verify = audit.add_parser("verify", help="look at every entry, and name the first that is not as it was written")
    verify.add_argument("--anchor", type=Path, metavar="FILE", help="what was anchored (or MACE_AUDIT_ANCHOR)")
    verify.set_defaults(run=_verify)
    role = audit.add_parser("role", help="print what makes a role of Postgres that can only add to the audit")
    role.add_argument("--name", required=True, metavar="NAME", help="the role the bot is to connect as, like mace_app")
    role.set_defaults(run=_role)
    old = audit.add_parser("delete", help="delete what is older than six years, as the owner of the database")
    old.add_argument("--before", type=_day, required=True, metavar="DAY", help="like 2020-11-26")
    old.set_defaults(run=_delete)


def _verify(arguments: argparse.Namespace) -> None:
    """Exit code 1 if anything is wrong."""
    path = arguments.anchor or read_settings().audit_anchor
    anchors = read_anchors(path) if path else []
    with _checked() as sessions, snapshot(sessions) as connection:
        names = _names(connection)
        verdicts = list(verify(connection, anchors))
    for verdict in verdicts:
        print(_said(verdict, names))
    if not path:
        print(NO_ANCHOR)
    sys.exit(1 if any(one.flaw for one in verdicts) else 0)


def _said(verdict: Verdict, names: Mapping[int, str]) -> str:
    from bot.kit.words import moment_in_words

    name = names.get(verdict.chain, NOWHERE)
    if verdict.flaw is None:
        return WELL.format(name, "1 entry is" if verdict.entries == 1 else f"{verdict.entries:,} entries are")
    at = moment_in_words(verdict.at) if verdict.at else ""
    words = ENDS_EARLY if verdict.flaw is Flaw.CUT and verdict.at else FLAWS[verdict.flaw]
    return f"Wrong: {name}: {words.format(seq=verdict.seq, at=at)}"


def _names(connection: Connection) -> dict[int, str]:
    from storage.records import Partnership

    return dict(connection.execute(select(Partnership.id, Partnership.name)).all())


@contextmanager
def _checked() -> Iterator[Sessions]:
    with opened_tracker() as sessions:
        check_database(sessions)
        yield sessions


# --- what is old ------------------------------------------------------------------------------------------------------


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("give the day like 2020-11-26") from None


def _delete(arguments: argparse.Namespace) -> None:
    from storage.shortening import shorten

    now = datetime.now(UTC)
    before = datetime.combine(arguments.before, time(), UTC)
    if before > now - KEPT:
        raise UnsafeSetting(TOO_YOUNG)
    with _checked() as sessions, engine_of(sessions).begin() as connection:
        gone = shorten(connection, before, now)
    print("1 entry is deleted." if gone == 1 else f"{gone:,} entries are deleted.")


# --- who may write to it ----------------------------------------------------------------------------------------------

GRANTS = """\
-- Run this in the tracker database as its owner, after each mace-bot migrate; then let the bot connect as {role}.
-- Give it a password of its own (\\password {role}), or another way to sign in.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} LOGIN; END IF;
END $$;
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role};
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM {role};
REVOKE DELETE, TRUNCATE ON audit_head FROM {role};
-- With MACE_WORKERS:
DO $$ BEGIN
  IF to_regnamespace('mace_engine') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA mace_engine TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mace_engine TO {role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA mace_engine TO {role};
  END IF;
END $$;
"""


def _role(arguments: argparse.Namespace) -> None:
    if not ROLE.fullmatch(arguments.name):
        raise UnsafeSetting(ODD_ROLE)
    print(GRANTS.format(role=arguments.name), end="")
