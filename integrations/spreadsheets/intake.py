"""A file from somebody else becomes rows of text, or a sentence that says why not (TRUST.md T-65)."""

import json
import subprocess
import sys

from bot.kit.errors import Refusal
from bot.kit.sheets import Row, Sheet

LARGEST = 5 * 1024 * 1024  # bytes
LONGEST = 40  # seconds by the clock; the child stops itself after half of them on the processor
ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
TOO_LARGE = "That file is larger than 5 MB. Save the sheet with the actions as a file of its own, and try again."
WHICH = "I read .xlsx and .csv files. Open the tracker, choose Save as, and one of these."
OTHERWISE = "The name of that file ends in {}, and what is in it is something else. Save it again as .xlsx or .csv."
IS_OLD = "That is an old .xls file, or one with a password. Save it as .xlsx without a password, and try again."
TOO_HARD = "That file takes more time or memory than a tracker may. Copy the rows into a new workbook, and try again."


def read_sheets(data: bytes, name: str) -> tuple[Sheet, ...]:
    """Raises Refusal.  What reads the file is a process of its own, which has no secret and can write nothing."""
    kind = _kind(data, name)
    command = [sys.executable, "-I", "-B", "-m", "integrations.spreadsheets.child", kind]
    try:
        child = subprocess.run(  # noqa: S603 -- our own module, and nothing that was uploaded is in its name
            command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LONGEST, env={}, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise Refusal(TOO_HARD) from None
    said = json.loads(child.stdout)
    if "refused" in said:
        raise Refusal(said["refused"])
    return tuple(
        Sheet(sheet, tuple(Row(number, tuple(cells)) for number, cells in rows)) for sheet, rows in said["sheets"]
    )


def _kind(data: bytes, name: str) -> str:
    ending = name.casefold().rpartition(".")[2]
    if len(data) > LARGEST:
        raise Refusal(TOO_LARGE)
    if ending not in ("xlsx", "csv"):
        raise Refusal(WHICH)
    if data.startswith(OLD):
        raise Refusal(IS_OLD)
    if data.startswith(ZIP) != (ending == "xlsx"):
        raise Refusal(OTHERWISE.format(f".{ending}"))
    return ending
