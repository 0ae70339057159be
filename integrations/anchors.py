"""Where the anchors of the audit are kept, a line each: in a file that is only added to, in syslog, or in both."""

import json
import logging
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from logging.handlers import SYSLOG_UDP_PORT, SysLogHandler
from pathlib import Path

from bot.kit.words import moment_in_words
from integrations.settings import Settings, UnsafeSetting
from scheduler.anchoring import ANCHORED, Keep
from storage.database import Sessions
from storage.queries.health import jobs_run
from storage.verifying import Anchor

OLD = timedelta(hours=3)
NO_ANCHOR = (
    "Nothing outside the database knows where the audit ends, so its end could be cut off unnoticed. Set "
    "MACE_AUDIT_ANCHOR to a file, best on another machine, or MACE_AUDIT_SYSLOG to your syslog."
)
OLD_ANCHOR = (
    "Where the audit ends was not written to MACE_AUDIT_ANCHOR or MACE_AUDIT_SYSLOG for hours: {}. Check that the bot "
    "runs and may write there, and read its log."
)
UNREADABLE = "{} cannot be read. Check that it is there and is yours."
ODD_LINE = "Line {} of {} is no anchor of the audit. Take the file that MACE_AUDIT_ANCHOR names, as the bot wrote it."


def keeper_of(settings: Settings) -> Keep | None:
    """None: nothing is set."""
    ways: list[Keep] = []
    if settings.audit_anchor:
        ways.append(partial(_to_file, settings.audit_anchor))
    if settings.audit_syslog:
        ways.append(partial(_to_syslog, settings.audit_syslog))
    return partial(_by_each, ways) if ways else None


def _by_each(ways: Sequence[Keep], anchors: Sequence[Anchor]) -> None:
    for keep in ways:
        keep(anchors)


def _to_file(path: Path, anchors: Sequence[Anchor]) -> None:
    with path.open("a") as file:
        file.writelines(f"{_line(one)}\n" for one in anchors)
        file.flush()
        os.fsync(file.fileno())


def _to_syslog(address: str, anchors: Sequence[Anchor]) -> None:
    host, _, port = address.partition(":")
    to = address if address.startswith("/") else (host, int(port or SYSLOG_UDP_PORT))
    handler = _Syslog(to, SysLogHandler.LOG_AUTHPRIV)
    handler.ident = "mace-bot audit: "
    try:
        for one in anchors:
            handler.emit(logging.makeLogRecord({"msg": _line(one), "levelname": "INFO"}))
    finally:
        handler.close()


class _Syslog(SysLogHandler):
    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 -- logging calls it so
        """A library's handler would hide it, and then nobody would know that nothing was kept."""
        raise


def _line(anchor: Anchor) -> str:
    return json.dumps({**vars(anchor), "at": anchor.at.isoformat()})


def read_anchors(path: Path) -> list[Anchor]:
    """From such a file, or from lines of syslog, which begin with more."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, ValueError):
        raise UnsafeSetting(UNREADABLE.format(path)) from None
    return [_anchor(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _anchor(path: Path, number: int, line: str) -> Anchor:
    try:
        told = json.loads(line[line.index("{") :])
        return Anchor(datetime.fromisoformat(told["at"]), int(told["chain"]), int(told["seq"]), str(told["mac"]))
    except (KeyError, TypeError, ValueError):
        raise UnsafeSetting(ODD_LINE.format(number, path)) from None


def wrong_with_anchors(settings: Settings, sessions: Sessions, now: datetime) -> Iterator[str]:
    """For the doctor."""
    if keeper_of(settings) is None:
        yield NO_ANCHOR
        return
    with sessions() as session:
        last = jobs_run(session).get(ANCHORED)
    if last is None or now - last > OLD:
        yield OLD_ANCHOR.format(f"the last time was {moment_in_words(last)}" if last else "it never was")
