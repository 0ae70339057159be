"""The log: one line a record, of fields from a closed list, and nothing in it that people typed (TRUST.md T-40)."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from bot.kit.errors import whereabouts

OURS = ("bot.", "integrations.", "scheduler.", "storage.")


def keep_log(*, as_json: bool) -> None:
    """From now on, of everything in this process, to standard error."""
    logging.raiseExceptions = False  # else a line that cannot be written is shown, with what was to stand in it
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class JsonLines(logging.Formatter):
    """A line break in a value is written as its escape, so that nobody can make up a line (TRUST.md T-67)."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(fields(record))


class PlainLines(logging.Formatter):
    """For reading while developing."""

    def format(self, record: logging.LogRecord) -> str:
        told = fields(record)
        line = f"{told['level'].lower()}: {told['message']}" + (f" ({told['error']})" if "error" in told else "")
        return " ".join(line.split())


def fields(record: logging.LogRecord) -> dict[str, str]:
    """Of an exception, only its kind and where it was."""
    told = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
    }
    error = record.exc_info[1] if record.exc_info else None
    return told | {"error": whereabouts(error)} if error else told


def _message(record: logging.LogRecord) -> str:
    """What we say names references at most; a library's words may quote what it was given, so they are left out."""
    if record.name.startswith(OURS):
        return record.getMessage()
    return f"{record.levelname.lower()} in {Path(record.pathname).name}:{record.lineno} {record.funcName}"
