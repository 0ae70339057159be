"""The dry run: what would become of each row of a tracker, with a sentence where something is to be decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.features.actions.importing.cells import GENERAL, DayRead, is_finished, nearest_verb, read_due
from bot.features.actions.importing.columns import Means, Table
from bot.features.actions.importing.owners import Match, Posts, called
from bot.kit.references import find_reference, without_reference
from bot.kit.sheets import Row
from bot.kit.words import day_in_words
from storage.records import Verb


class Verdict(StrEnum):
    OK = "ready"
    DECIDE = "to decide"
    REFUSED = "refused"
    DONE = "done already"
    OTHER = "not an action"


NOTHING = "It does not say what is to be done."
TAKEN = " {} is taken, as you chose."


@dataclass(frozen=True)
class Planned:
    """One row.  `owner`: how the tracker calls who does it."""

    number: int
    verdict: Verdict
    says: tuple[str, ...] = ()
    owner: str = ""
    post_id: int | None = None
    due_on: date | None = None
    verb: Verb = GENERAL
    case: str = ""
    words: str = ""


@dataclass(frozen=True)
class Surroundings:
    """`default`: the day for rows that have none.  `cases`: the references of the open cases of the partnership."""

    posts: Posts
    cases: frozenset[str]
    today: date
    default: date | None = None


@dataclass(frozen=True)
class Report:
    rows: tuple[Planned, ...]
    left_out: Mapping[str, int]  # heading -> cells

    def of(self, verdict: Verdict) -> list[Planned]:
        return [one for one in self.rows if one.verdict is verdict]

    @property
    def general(self) -> int:
        """How many say only that they are to be reported back."""
        return sum(one.verb is GENERAL for one in self.of(Verdict.OK))

    @property
    def to_name(self) -> tuple[str, ...]:
        """The names for which somebody has to choose a post."""
        return tuple(dict.fromkeys(one.owner for one in self.rows if one.owner and one.post_id is None))


def dry_run(table: Table, around: Surroundings) -> Report:
    return Report(tuple(_planned(table, row, around) for row in table.rows), left_out(table, around.cases))


def left_out(table: Table, cases: frozenset[str]) -> dict[str, int]:
    """Of each column from which something is not kept, how much: never what."""
    counted = Counter(
        column.heading or f"column {at + 1}"
        for at, column in enumerate(table.columns)
        for row in table.rows
        if row.cell(at).strip() and kept_of(column.means, row.cell(at), cases) != row.cell(at)
    )
    return dict(counted)


def kept_of(means: Means, cell: str, cases: frozenset[str]) -> str:
    """A child is known here by a reference, and is not let in by name; nor by a name beside it."""
    if means is Means.CASE:
        reference = find_reference(cell)
        return "" if reference not in cases else reference if without_reference(cell) else cell
    return "" if means is Means.LEAVE else cell


def _planned(table: Table, row: Row, around: Surroundings) -> Planned:
    cell = {means: row.cell(at).strip() if (at := table.at(means)) is not None else "" for means in Means}
    if not (cell[Means.ACTION] or cell[Means.OWNER] or cell[Means.AGENCY]):
        return Planned(row.number, Verdict.OTHER)
    if is_finished(cell[Means.STATUS]):
        return Planned(row.number, Verdict.DONE)
    if not cell[Means.ACTION]:
        return Planned(row.number, Verdict.REFUSED, (NOTHING,))
    due = _due(cell, around)
    who = around.posts.match(cell[Means.OWNER], cell[Means.AGENCY])
    case = find_reference(cell[Means.CASE])
    return Planned(
        row.number,
        _verdict(due, who),
        tuple(filter(None, (due.why, due.said, who.why, who.said))),
        called(cell[Means.OWNER], cell[Means.AGENCY]),
        who.post.id if who.post else None,
        due.day,
        nearest_verb(cell[Means.ACTION]),
        case if case in around.cases else "",
        cell[Means.ACTION],
    )


def _due(cell: Mapping[Means, str], around: Surroundings) -> DayRead:
    met = read_due(cell[Means.MEETING], around.today, around.today).day if cell[Means.MEETING] else None
    due = read_due(cell[Means.DUE], met or around.today, around.today)
    if due.missing and around.default:
        return DayRead(around.default, said=due.why + TAKEN.format(day_in_words(around.default)))
    return due


def _verdict(due: DayRead, who: Match) -> Verdict:
    if due.why and not due.missing:
        return Verdict.REFUSED
    return Verdict.OK if due.day and who.post else Verdict.DECIDE


def summary(report: Report) -> Sequence[tuple[str, int]]:
    return [(verdict.value, len(found)) for verdict in Verdict if (found := report.of(verdict))]
