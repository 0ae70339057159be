"""Flags that agencies are asked to put on their own records of a child: where each stands, and who says so."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L1, L2, Living, Record, Secret, Several
from storage.records.cases import Case
from storage.records.people import Agency, Post


class FlagState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CHANGE_SENT = "change_sent"
    CHANGE_CONFIRMED = "change_confirmed"
    REMOVAL_ASKED = "removal_asked"
    REMOVED = "removed"
    LAPSED = "lapsed"


STANDS = (FlagState.CONFIRMED, FlagState.CHANGE_SENT, FlagState.CHANGE_CONFIRMED)
WANTED = (FlagState.ASKED, *STANDS)  # somebody wants it to be there
WAITS = (FlagState.ASKED, FlagState.CHANGE_SENT, FlagState.REMOVAL_ASKED)  # for the agency to say that it did so
HELD = (*WANTED, FlagState.REMOVAL_ASKED)  # it may be on a record


class Flag(Living, Record):
    """One per agency and case (DOMAIN.md B.8).  `owner`: the post that answers for it, of that agency.

    `asked_on`, `due_on`: of what the agency is asked for now.  `place`: where, in the agency's own words.
    """

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("case_id", "agency_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    case_id: Mapped[int] = mapped_column(ForeignKey("panel_case.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    state: Mapped[FlagState] = mapped_column(index=True, info=L1)
    says: Mapped[list[str]] = mapped_column(Several, info=L2)
    asked_on: Mapped[date] = mapped_column(info=L1)
    due_on: Mapped[date] = mapped_column(info=L1)
    review_on: Mapped[date] = mapped_column(info=L1)
    placed_on: Mapped[date | None] = mapped_column(info=L1)
    systems: Mapped[list[str] | None] = mapped_column(Several, info=L2)
    place: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    declined: Mapped[str | None] = mapped_column(String(40), info=L2)
    changes: Mapped[list[str] | None] = mapped_column(Several, info=L2)
    case: Mapped[Case] = relationship()
    agency: Mapped[Agency] = relationship()
    owner: Mapped[Post] = relationship()
