"""The spreadsheet that the demo's panel kept its actions in, as people type them, for its coordinator to bring in."""

import csv
from datetime import datetime
from pathlib import Path

from bot.kit.worktime import local_day, working_days_after

CHILD = "Robin Madeup"


def write_tracker(folder: Path, now: datetime) -> None:
    """Unless there is one: whoever changed it keeps what they changed."""
    path = folder / "tracker.csv"
    if not path.exists():
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(_rows(now))


def _rows(now: datetime) -> list[tuple[str, ...]]:
    one, two, three = (working_days_after(local_day(now), days) for days in (4, 6, 8))
    return [
        ("Action", "Lead", "Due", "Status", "Child", "Update"),
        ("Check flag on SystmOne", "Ngozi (NHS)", f"{one:%d/%m/%Y}", "", CHILD, "chased twice"),
        ("Share info with the school", "Named nurse", f"{two.day} {two:%B}", "Open", CHILD, ""),
        ("Home visit", "Chidi", f"{three:%A} {three.day} {three:%b}", "", CHILD, ""),
        ("Call the clinic", "Somebody at YJS", "ASAP", "", CHILD, ""),
        ("Update the plan", "Bob", "", "Complete", CHILD, "done at the last panel"),
    ]
