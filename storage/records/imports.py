"""Trackers that were spreadsheets before: what was handed in, what became of each row, and how a borough lays its own
out.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.actions import Action
from storage.records.base import L1, L2, Living, Record, Secret
from storage.records.people import Partnership


class ImportState(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    STARTED = "started"
    UNDONE = "undone"


class Import(Living, Record):
    """`sheet`: what is in the file, until it is imported.  `columns`: [heading, what it means].  `owners`: the post
    that was chosen for a name.  `digest`: of the file, so that it is not imported twice.
    """

    __tablename__ = "import_of_tracker"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    state: Mapped[ImportState] = mapped_column(info=L1)
    digest: Mapped[str] = mapped_column(String(64), info=L2)
    columns: Mapped[Classified] = mapped_column(Secret(Level.L2))
    owners: Mapped[Classified] = mapped_column(Secret(Level.L2))
    due_on: Mapped[date | None] = mapped_column(info=L1)
    sheet: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    partnership: Mapped[Partnership] = relationship()


class ImportedRow(Record):
    """One row as it was: `cells` by column, `words` what the panel wrote is to be done.  `owner_id` and `due_on` as
    they were read: while the action still has them, the export gives the row's own text.
    """

    __tablename__ = "imported_row"
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import_of_tracker.id"), index=True)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), unique=True)
    number: Mapped[int] = mapped_column(info=L1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    due_on: Mapped[date | None] = mapped_column(info=L1)
    cells: Mapped[Classified] = mapped_column(Secret(Level.L4))
    words: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    action: Mapped[Action | None] = relationship()


class TrackerExport(Record):
    """A borough's tracker was written into a file: whose it is, and why (TRUST.md T-79).  `agreed_by_id`: the second
    person, if what people wrote is in it.
    """

    __tablename__ = "export_of_tracker"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(String(20), info=L1)
    at: Mapped[datetime] = mapped_column(info=L1)
    partnership: Mapped[Partnership] = relationship()

    @property
    def with_words(self) -> bool:
        return self.agreed_by_id is not None


class TrackerLayout(Record):
    """How a partnership's tracker looks: proposed for the next file, and written again by the export."""

    __tablename__ = "tracker_layout"
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), primary_key=True)
    columns: Mapped[Classified] = mapped_column(Secret(Level.L2))
    owners: Mapped[Classified] = mapped_column(Secret(Level.L2))
    saved_at: Mapped[datetime] = mapped_column(info=L1)
