"""What may not be deleted, and what was erased: a hold wins over every period (TRUST.md 3.6)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import L1, L2, Record

OPEN = text("ended_at IS NULL")


class HoldKind(StrEnum):
    COURT = "court case"
    INQUIRY = "inquiry or review"
    REQUEST = "request about personal data"
    OTHER = "another reason"


class Hold(Record):
    """A record that has to stay as it is, until somebody ends the hold."""

    __tablename__ = "hold"
    __table_args__ = (Index("uq_hold_open", "about", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),)
    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(12), info=L1)
    kind: Mapped[HoldKind] = mapped_column(info=L2)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(info=L1)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(info=L1)


class Erasure(Record):
    """What was secret in this record is gone; its reference and what was noted of it stay.

    The file of erasures knows it too: an older database that was restored does not.
    """

    __tablename__ = "erasure"
    about: Mapped[str] = mapped_column(String(12), primary_key=True, info=L1)
    at: Mapped[datetime] = mapped_column(info=L1)
