"""Cases: a child whom a panel talks about, and what each agency calls that case."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L1, L2, Living, Record, Secret
from storage.records.people import Agency, Partnership, Person


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Case(Living, Record):
    """`child`: {"name", "born"} as they were given.  `protected`: somebody may be looking for the child, so that a
    message says neither codeword nor item (TRUST.md 4.2).
    """

    __tablename__ = "panel_case"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"), unique=True)
    state: Mapped[CaseState] = mapped_column(info=L1)
    protected: Mapped[bool] = mapped_column(info=L2)
    opened_at: Mapped[datetime] = mapped_column(info=L1)
    child: Mapped[Classified] = mapped_column(Secret(Level.L4))
    partnership: Mapped[Partnership] = relationship()
    agencies: Mapped[list["CaseAtAgency"]] = relationship(back_populates="case", lazy="selectin")

    def called_by(self, agency_id: int | None) -> str:
        """The codeword by which that agency knows it, or ''."""
        return next((one.codeword for one in self.agencies if one.agency_id == agency_id and not self.protected), "")


class CaseAtAgency(Record):
    """Two plain words that mean this case to one agency alone, and the number under which it has the child on file."""

    __tablename__ = "case_at_agency"
    __table_args__ = (UniqueConstraint("agency_id", "codeword"),)
    case_id: Mapped[int] = mapped_column(ForeignKey("panel_case.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    codeword: Mapped[str] = mapped_column(String(40), info=L1)
    record_number: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    case: Mapped[Case] = relationship(back_populates="agencies")
    agency: Mapped[Agency] = relationship()


class Closeness(Record):
    """Somebody knows the child or the family: what the case holds is closed to them, whatever they are given to do."""

    __tablename__ = "closeness"
    case_id: Mapped[int] = mapped_column(ForeignKey("panel_case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    said_at: Mapped[datetime] = mapped_column(info=L1)
    person: Mapped[Person] = relationship()


class EmergencyState(StrEnum):
    TO_REVIEW = "to review"
    REVIEWED = "reviewed"


class Emergency(Living, Record):
    """Break-glass: somebody read who a case is about without having anything to do with it, for an hour."""

    __tablename__ = "emergency"
    __table_args__ = (
        Index(
            "ix_emergency_to_review",
            "id",
            sqlite_where=text("state = 'to review'"),
            postgresql_where=text("state = 'to review'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    case_id: Mapped[int] = mapped_column(ForeignKey("panel_case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(40), info=L2)
    words: Mapped[Classified] = mapped_column(Secret(Level.L4))
    opened_at: Mapped[datetime] = mapped_column(info=L1)
    until: Mapped[datetime] = mapped_column(info=L1)
    state: Mapped[EmergencyState] = mapped_column(info=L1)
    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
