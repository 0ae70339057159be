"""Meetings, what is on their agendas, and which agency is asked for what."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import L0, L1, L2, Living, Record
from storage.records.cases import Case
from storage.records.errands import MeetingCall
from storage.records.people import Agency, Partnership
from storage.records.verbs import Verb


class MeetingState(StrEnum):
    PLANNED = "planned"
    AGENDA_SENT = "agenda_sent"


class ItemKind(StrEnum):
    """The sections of an agenda (DOMAIN.md B.4)."""

    NEW = "new"
    REVIEW = "review"
    PERSON = "person of concern"
    LOCATION = "location"
    THEME = "theme"


class Meeting(Living, Record):
    """A panel meeting.  `agenda_version` is the agenda as it stands, `sent_version` the one last sent (0: none)."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("sent_version >= 0 AND sent_version <= agenda_version", name="sends_what_exists"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(info=L0)
    place: Mapped[str] = mapped_column(String(120), info=L1)
    state: Mapped[MeetingState] = mapped_column(info=L1)
    agenda_version: Mapped[int] = mapped_column(info=L1)
    sent_version: Mapped[int] = mapped_column(info=L1)
    send_on: Mapped[date | None] = mapped_column(index=True, info=L1)
    partnership: Mapped[Partnership] = relationship()
    call: Mapped[MeetingCall | None] = relationship()
    items: Mapped[list["AgendaItem"]] = relationship(order_by="AgendaItem.number", back_populates="meeting")


class AgendaItem(Record):
    """One line of an agenda.  In a message it is only ever its number.  `version`: of the agenda that first has it."""

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "number"), CheckConstraint("number > 0", name="counts_from_one"))
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int] = mapped_column(info=L1)
    version: Mapped[int] = mapped_column(info=L1)
    kind: Mapped[ItemKind] = mapped_column(info=L2)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("panel_case.id"), index=True)
    case: Mapped[Case | None] = relationship()
    meeting: Mapped[Meeting] = relationship(back_populates="items")
    asks: Mapped[list["AgendaAsk"]] = relationship(back_populates="item")


class AgendaAsk(Record):
    """What one agency is asked to do for one item: nobody else's agenda shows it."""

    __tablename__ = "agenda_ask"
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    verb: Mapped[Verb] = mapped_column(info=L1)
    item: Mapped[AgendaItem] = relationship(back_populates="asks")
    agency: Mapped[Agency] = relationship()
