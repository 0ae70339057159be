"""What no line can say, and only a signed-in page can: a tracker is handed in, looked at, decided about, imported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.context import Context
from bot.conversation import on_own_page
from bot.features.actions.importing import steps
from bot.features.actions.importing.columns import Means
from bot.features.actions.importing.desk import Look
from bot.features.actions.importing.rows import Planned, Verdict, summary
from bot.features.actions.importing.saying import import_stands
from bot.kit.errors import Refusal
from bot.kit.messages import Message
from bot.kit.sheets import Sheet
from bot.kit.words import day_in_words, read_coming_day
from bot.lifecycles.imports import IMPORT
from bot.replies import Sender
from storage.database import Sessions

R = TypeVar("R")
NOT_A_DAY = "Enter a date that is still to come, like 27 March 2026."
KEPT = "It is kept for the export, and does nothing."
SHOWN, NAMES = 300, 50  # rows and names on a page
NEEDS_LOOK = (Verdict.REFUSED, Verdict.DECIDE, Verdict.OK, Verdict.DONE, Verdict.OTHER)  # in this order
OPTIONS = tuple((one.value, one.label) for one in Means)


@dataclass(frozen=True)
class Trackers:
    """(id, name) of the boroughs; (reference, borough, how it stands) of what was handed in."""

    boroughs: tuple[tuple[int, str], ...]
    imports: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Draft:
    """A tracker with its dry run, in words.  `columns`: (heading, what it means, how many cells are left out)."""

    reference: str
    sheet: str
    others: int
    summary: tuple[tuple[str, int], ...]
    general: int
    columns: tuple[tuple[str, str, int], ...]
    to_name: tuple[str, ...]
    posts: tuple[tuple[int, str], ...]
    due_on: str
    rows: tuple[tuple[int, str, str], ...]
    more: int
    options: tuple[tuple[str, str], ...] = OPTIONS


@dataclass(frozen=True)
class AtThePage:
    """Who is signed in there, and when."""

    sessions: Sessions
    sender: Sender
    now: datetime

    def trackers(self) -> Trackers:
        return on_own_page(self.sessions, self.sender, self.now, _trackers)

    def hand_in(self, borough: int, sheets: Sequence[Sheet], digest: str) -> str:
        """Returns its reference."""
        return on_own_page(
            self.sessions, self.sender, self.now, lambda ctx: steps.hand_in(ctx, borough, sheets, digest)
        )

    def look_at(self, reference: str) -> Draft | Message:
        """Of what was imported, how it stands."""
        return self._about(reference, lambda ctx: _look_at(ctx, reference))

    def decide(self, reference: str, columns: Sequence[str], owners: Mapping[str, int], day: str, *, go: bool) -> None:
        """`go`: and import what is ready."""

        def does(ctx: Context) -> None:
            due_on = read_coming_day(day, ctx.today) if day.strip() else None
            if day.strip() and (due_on is None or due_on < ctx.today):
                raise Refusal(NOT_A_DAY)
            steps.decide(ctx, reference, columns, owners, due_on)
            if go:
                steps.bring_in(ctx, reference)

        self._about(reference, does)

    def _about(self, reference: str, use_case: Callable[[Context], R]) -> R:
        return on_own_page(self.sessions, self.sender, self.now, use_case, reference)


def _trackers(ctx: Context) -> Trackers:
    boroughs, imports = steps.own_trackers(ctx)
    return Trackers(
        tuple((one.id, one.name) for one in boroughs),
        tuple((one.reference, one.partnership.name, IMPORT.table.words[one.state]) for one in imports),
    )


def _look_at(ctx: Context, reference: str) -> Draft | Message:
    seen = steps.look_at(ctx, reference)
    if isinstance(seen, Look):
        return _draft(seen)
    message = import_stands(ctx, reference).message
    assert message  # noqa: S101 -- it always has words
    return message


def _draft(seen: Look) -> Draft:
    report, table = seen.report, seen.table
    names = {post.id: post.words for post in seen.posts}
    rows = sorted(report.rows, key=lambda row: NEEDS_LOOK.index(row.verdict))
    headings = [column.heading or f"column {at}" for at, column in enumerate(table.columns, start=1)]
    columns = zip(headings, table.columns, strict=True)
    return Draft(
        reference=seen.imported.reference,
        sheet=table.name,
        others=table.others,
        summary=tuple(summary(report)),
        general=report.general,
        columns=tuple((name, column.means.value, report.left_out.get(name, 0)) for name, column in columns),
        to_name=report.to_name[:NAMES],
        posts=tuple(names.items()),
        due_on=day_in_words(seen.imported.due_on) if seen.imported.due_on else "",
        rows=tuple((row.number, row.verdict.value, _said(row, names)) for row in rows[:SHOWN]),
        more=len(rows[SHOWN:]),
    )


def _said(row: Planned, names: Mapping[int, str]) -> str:
    if row.verdict in (Verdict.DONE, Verdict.OTHER):
        return KEPT
    ready = row.verdict is Verdict.OK and row.due_on and row.post_id
    what = f"{row.verb.value.capitalize()} by {day_in_words(row.due_on)}: {names[row.post_id]}." if ready else ""  # type: ignore[arg-type,index]
    return " ".join(filter(None, (what, *row.says)))
