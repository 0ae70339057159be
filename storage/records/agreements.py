"""Information sharing agreements, what agencies were shown under them, and what was shared in an emergency."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L0, L1, L2, Living, Record, Secret, Several
from storage.records.people import Agency, Partnership

IN_AGREEMENT = text("share_id IS NULL")
STANDS = text("lifted_at IS NULL")


class Strand(StrEnum):
    """What a record is about (DOMAIN.md C)."""

    CHILD = "child"
    PERSON = "person of concern"
    PLACE = "place"
    THEME = "theme"


class Purpose(StrEnum):
    """What something is shared for."""

    PANEL = "panel"
    ACTIONS = "actions"
    TRANSFER = "transfer"


class Direction(StrEnum):
    """`in` is written down and nothing more: what comes in is never checked."""

    BOTH = "both"
    OUT = "out"
    IN = "in"


class AgreementState(StrEnum):
    IN_FORCE = "in_force"
    ENDED = "ended"


class ShareState(StrEnum):
    """`open`: nobody has reviewed it yet; `kept`: reviewed, and open until a day."""

    OPEN = "open"
    KEPT = "kept"
    ENDED = "ended"


class Agreement(Living, Record):
    """What one agency may be shown by one partnership (TRUST.md 4.4).  Its basis in law is data: the law changes."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("highest BETWEEN 2 AND 4", name="covers_a_level"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix_agreement_of", "partnership_id", "agency_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    state: Mapped[AgreementState] = mapped_column(info=L1)
    purposes: Mapped[list[str]] = mapped_column(Several, info=L1)
    strands: Mapped[list[str]] = mapped_column(Several, info=L2)
    highest: Mapped[int] = mapped_column(info=L1)
    direction: Mapped[Direction] = mapped_column(info=L1)
    basis: Mapped[str] = mapped_column(String(120), info=L1)
    starts_on: Mapped[date] = mapped_column(info=L1)
    review_on: Mapped[date] = mapped_column(info=L1)
    ends_on: Mapped[date | None] = mapped_column(info=L1)
    signed_by: Mapped[str] = mapped_column(String(120), info=L1)
    document: Mapped[str] = mapped_column(String(120), info=L1)
    partnership: Mapped[Partnership] = relationship()
    agency: Mapped[Agency] = relationship()

    @property
    def lapses_on(self) -> date:
        """The last day on which anything new may be shown under it."""
        return min(self.review_on, self.ends_on or self.review_on)


class EmergencyShare(Living, Record):
    """Something opened to an agency because it could not wait.  It is reviewed afterwards (TRUST.md 4.4)."""

    __tablename__ = "emergency_share"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    about: Mapped[str] = mapped_column(String(12), index=True, info=L1)
    state: Mapped[ShareState] = mapped_column(info=L1)
    reason: Mapped[str] = mapped_column(String(40), info=L2)
    why: Mapped[Classified] = mapped_column(Secret(Level.L4))
    shared_at: Mapped[datetime] = mapped_column(info=L1)
    open_until: Mapped[date | None] = mapped_column(info=L1)
    partnership: Mapped[Partnership] = relationship()
    agency: Mapped[Agency] = relationship()


class Disclosure(Record):
    """What an agency was shown for the first time, and under which version of which agreement.

    Without one: before the register was begun, or in an emergency.  `part`: the number of an agenda's item.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        Index(
            "uq_disclosure_once",
            *("agency_id", "about", "part", "level"),
            unique=True,
            sqlite_where=IN_AGREEMENT,
            postgresql_where=IN_AGREEMENT,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    about: Mapped[str] = mapped_column(String(12), index=True, info=L1)
    part: Mapped[int] = mapped_column(info=L1)
    strand: Mapped[Strand] = mapped_column(info=L2)
    level: Mapped[int] = mapped_column(info=L0)
    purpose: Mapped[Purpose | None] = mapped_column(info=L1)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    agreement_version: Mapped[int | None] = mapped_column(info=L1)
    share_id: Mapped[int | None] = mapped_column(ForeignKey("emergency_share.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(info=L1)
    agency: Mapped[Agency] = relationship()


class Withdrawal(Record):
    """A coordinator's decision that an agency may read no more of something it was given."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        Index(
            "uq_withdrawal_stands",
            *("agency_id", "about"),
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    about: Mapped[str] = mapped_column(String(12), info=L1)
    why: Mapped[Classified] = mapped_column(Secret(Level.L4))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(info=L1)
    lifted_at: Mapped[datetime | None] = mapped_column(info=L1)
