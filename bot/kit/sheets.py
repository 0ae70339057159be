"""A table as somebody's spreadsheet has it: rows of text, with the number that each has there."""

from dataclasses import dataclass
from enum import StrEnum

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 5_000, 60, 4_000
# what a spreadsheet would take for a formula (TRUST.md T-64)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Why(StrEnum):
    """Why somebody takes a tracker away: a closed list, because it stands in the audit (TRUST.md T-79)."""

    MEETING = "meeting"
    HANDOVER = "handover"
    INSPECTION = "inspection"
    LEAVING = "leaving"


@dataclass(frozen=True)
class Row:
    number: int
    cells: tuple[str, ...]

    def cell(self, at: int) -> str:
        return self.cells[at] if at < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """Rows that hold nothing are left out."""

    name: str
    rows: tuple[Row, ...]
