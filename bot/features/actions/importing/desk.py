"""Whose tracker is on the table, and who is at it: a coordinator at their page, or whoever runs the installation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import opened
from bot.context import Context
from bot.features.actions.importing.columns import Column, Means, Table, keys
from bot.features.actions.importing.owners import Known, Posts
from bot.features.actions.importing.rows import Report, Surroundings, dry_run
from bot.kit.sheets import Row
from bot.kit.worktime import local_day
from storage.levels import Classified, Level
from storage.queries.imports import layout_of, open_cases_in, posts_with_holders
from storage.records import Account, Import, Partnership

LOOKING = "looking at a tracker to import"


@dataclass(frozen=True)
class Desk:
    """`account`: None for whoever runs the installation."""

    session: Session
    partnership: Partnership
    now: datetime
    account: Account | None = None

    @property
    def today(self) -> date:
        return local_day(self.now)

    def open(self, values: Sequence[Classified], purpose: str, about: str = "") -> list[Any]:
        return opened(self.session, self.now, self.account, values, purpose, about)

    def layout(self) -> tuple[dict[str, str], dict[str, int]]:
        """How the columns of the last tracker were decided, and who was meant by which name."""
        saved = layout_of(self.session, self.partnership.id)
        if saved is None:
            return {}, {}
        columns, owners = self.open([saved.columns, saved.owners], "the columns of a tracker")
        return dict(
            zip(keys([heading for heading, _ in columns]), [means for _, means in columns], strict=True)
        ), owners


@dataclass(frozen=True)
class Look:
    """A tracker that was handed in, as it now stands."""

    imported: Import
    table: Table
    report: Report
    posts: Sequence[Known]
    chosen: Mapping[str, int]


def desk_of(ctx: Context, partnership: Partnership) -> Desk:
    return Desk(ctx.session, partnership, ctx.now, ctx.actor.account)


def look(desk: Desk, imported: Import) -> Look:
    assert imported.sheet is not None  # noqa: S101 -- only a draft is looked at
    columns, owners, sheet = desk.open([imported.columns, imported.owners, imported.sheet], LOOKING, imported.reference)
    rows = tuple(Row(number, tuple(cells)) for number, cells in sheet["rows"])
    table = Table(sheet["name"], tuple(Column(one, Means(means)) for one, means in columns), rows, sheet["others"])
    posts = known_posts(desk)
    cases = frozenset(open_cases_in(desk.session, desk.partnership.id))
    report = dry_run(table, Surroundings(Posts(posts, dict(owners)), cases, desk.today, imported.due_on))
    return Look(imported, table, report, posts, owners)


def known_posts(desk: Desk) -> list[Known]:
    found = posts_with_holders(desk.session, desk.partnership.id, desk.today)
    names = desk.open([one.name for _, one in found if one], "finding the posts that a tracker means")
    held = iter(names)
    return [Known(post.id, post.title, post.agency.name, next(held) if one else "") for post, one in found]


def sealed_columns(columns: Sequence[Column]) -> Classified:
    return Classified([[one.heading, one.means.value] for one in columns], Level.L2)
