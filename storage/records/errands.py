"""What is to be done outside the tracker besides sending messages, and what came of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import L0, L1, L2, Record


class Errand(Record):
    """Something outside is to be as the tracker says: for instance, a meeting is to be in a calendar.

    One row a thing, however often it changes.  Doing it twice is no harm, so that it needs no intent and no lookup.
    Without `due_at` it is done, or given up for `reason`.
    """

    __tablename__ = "errand"
    __table_args__ = (Index("ix_errand_due", "kind", "due_at"),)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True, info=L0)
    about: Mapped[str] = mapped_column(String(12), primary_key=True, info=L1)
    due_at: Mapped[datetime | None] = mapped_column(info=L1)
    attempts: Mapped[int] = mapped_column(info=L0)
    reason: Mapped[str | None] = mapped_column(String(200), info=L2)


class MeetingCall(Record):
    """The way into a meeting's call.  Apart from the meeting, whose version moves on only when a person changes it."""

    __tablename__ = "meeting_call"
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    url: Mapped[str] = mapped_column(String(1000), info=L1)
