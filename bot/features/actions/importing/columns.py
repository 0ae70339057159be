"""Which row of a tracker has its headings, and what each column means: proposed here, decided by the coordinator."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.kit.errors import Refusal
from bot.kit.forms import Choice
from bot.kit.references import find_reference
from bot.kit.sheets import Row, Sheet
from bot.kit.words import plain, tidy


class Means(Choice):
    """What a column of a tracker is to the bot."""

    ACTION = "action", "What is to be done"
    OWNER = "owner", "Who does it"
    AGENCY = "agency", "Which agency"
    DUE = "due", "By when"
    STATUS = "status", "Whether it is done"
    MEETING = "meeting", "The day of the meeting"
    CASE = "case", "Case, by its reference (C-7K2F9)"
    KEEP = "keep", "Keep it, and show it in no message"
    LEAVE = "leave", "Do not import"


ONCE = (Means.ACTION, Means.OWNER, Means.AGENCY, Means.DUE, Means.STATUS, Means.MEETING, Means.CASE)
# In this order: of "Child's name" and "Name of lead" the first to fit is meant.
HEADINGS: tuple[tuple[Means, re.Pattern[str]], ...] = tuple(
    (means, re.compile(words))
    for means, words in (
        (
            Means.LEAVE,
            r"\b(?:child|children|young person|yp|subject|victim|suspect|perpetrator|nominal|surname|forename|"
            r"initials?|first name|dob|d\.o\.b|date of birth|born|age|address|postcode|school|ethnicity|gender|nhs no|"
            r"(?:mosaic|lcs|liquid ?logic|framework ?i|cris|pnc|case) ?(?:id|no|number|ref|reference)|"
            r"parent|mother|father|carer)\b|^names?$",
        ),
        (Means.DUE, r"\b(?:due|deadline|target|time ?scale|time ?frame|completed? by|completion date|when)\b"),
        (Means.MEETING, r"\bdate (?:of|agreed|set|raised)|\bmeeting\b|\bpanel date|\bmace date|^date$"),
        (Means.STATUS, r"\bstatus\b|^(?:completed?|done|closed|open/closed|progress)\??$"),
        (Means.AGENCY, r"\b(?:agency|agencies|organi[sz]ation|service|team)\b"),
        (Means.OWNER, r"\b(?:owner|lead|who|responsible|responsibility|assigned|allocated to|action by)\b|^for$"),
        (
            Means.KEEP,
            r"\b(?:item|no|number|ref|completed|rag|risk|notes?|updates?|comments?|outcome|priority|category|theme)\b",
        ),
        (Means.ACTION, r"\b(?:actions?|task|what|recommendations?|decision|to do|agreed)\b"),
    )
)
LOOKED_AT = 20  # rows, from the top
NO_HEADINGS = (
    "I found no row with headings. The tracker needs one with at least a column for the action and one for who does "
    "it, like: Action, Owner, Due. Add it, and try again."
)
NO_ACTION = "Say which column says what is to be done, and which says who does it or which agency."
TWICE = "Two columns are to be “{}”. Choose one of them, and keep the other or leave it out."


@dataclass(frozen=True)
class Column:
    heading: str
    means: Means


@dataclass(frozen=True)
class Table:
    """The sheet that is meant, from its headings on."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    others: int = 0  # sheets that are not read

    def at(self, means: Means) -> int | None:
        return next((at for at, column in enumerate(self.columns) if column.means is means), None)


def keys(headings: Sequence[str]) -> list[str]:
    """What a column is known by, when two have the same heading."""
    return [f"{heading}#{list(headings[:at]).count(heading)}" for at, heading in enumerate(headings)]


def propose(sheets: Sequence[Sheet], saved: Mapping[str, str]) -> Table:
    """The best sheet; each column as it was decided last time, else as its heading and what is in it say."""
    found = [(score, sheet, at) for sheet in sheets for score, at in [_headings(sheet, saved)] if score >= 2]
    if not found:
        raise Refusal(NO_HEADINGS)
    _, sheet, at = max(found, key=lambda one: one[0])
    below = sheet.rows[at + 1 :]
    width = max(len(row.cells) for row in sheet.rows[at:])
    headings = [sheet.rows[at].cell(one) for one in range(width)]
    return Table(sheet.name, tuple(_columns(headings, below, saved)), below, len(sheets) - 1)


def _headings(sheet: Sheet, saved: Mapping[str, str]) -> tuple[int, int]:
    """How many cells of the best row are headings that we know, and which row that is; the first of equals."""
    scores = [
        (len({means for cell in row.cells if (means := _by_heading(cell, saved))}), -at)
        for at, row in enumerate(sheet.rows[:LOOKED_AT])
    ]
    score, at = max(scores, default=(0, 0))
    return score, -at


def _by_heading(heading: str, saved: Mapping[str, str]) -> Means | None:
    words = plain(tidy(heading)).rstrip(":")
    if not words or len(words) > 60:
        return None
    known = next((one for one in saved if one.rpartition("#")[0] == heading), None)
    return Means(saved[known]) if known else next((means for means, found in HEADINGS if found.search(words)), None)


def _columns(headings: Sequence[str], rows: Sequence[Row], saved: Mapping[str, str]) -> list[Column]:
    """What nobody knows is left out, because it may name somebody."""
    columns: list[Column] = []
    for at, (heading, key) in enumerate(zip(headings, keys(headings), strict=True)):
        means = Means(saved[key]) if key in saved else _by_content(rows, at) or _by_heading(heading, {}) or Means.LEAVE
        taken = means in ONCE and any(one.means is means for one in columns)
        columns.append(Column(heading, (Means.KEEP if means is not Means.CASE else Means.LEAVE) if taken else means))
    return columns


def _by_content(rows: Sequence[Row], at: int) -> Means | None:
    """References of cases are known by their look, whatever stands above them."""
    cells = [cell for row in rows if (cell := row.cell(at).strip())]
    cases = sum(find_reference(cell).startswith("C-") for cell in cells)
    return Means.CASE if cases * 2 > len(cells) else None


def decided(columns: Sequence[Column], chosen: Sequence[str]) -> tuple[Column, ...]:
    """What the coordinator chose for each, or a Refusal that says why that cannot be."""
    known = {one.value for one in Means}
    new = tuple(
        Column(column.heading, Means(choice) if choice in known else column.means)
        for column, choice in zip(columns, [*chosen, *([""] * len(columns))], strict=False)
    )
    for means in ONCE:
        if sum(column.means is means for column in new) > 1:
            raise Refusal(TWICE.format(means.label))
    check(new)
    return new


def check(columns: Sequence[Column]) -> None:
    there = {column.means for column in columns}
    if Means.ACTION not in there or there.isdisjoint({Means.OWNER, Means.AGENCY}):
        raise Refusal(NO_ACTION)
