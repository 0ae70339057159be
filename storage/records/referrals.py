"""Referrals, and the dialogues in which people write them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L0, L1, L2, L3, Living, Record, Secret
from storage.records.people import Account, Partnership


class ReferralState(StrEnum):
    SUBMITTED = "submitted"
    SCREENING = "screening"
    CONCLUDED = "concluded"


class Outcome(StrEnum):
    """What came of it, as far as whoever sent it may know."""

    PLAN = "plan"
    GOES_ON = "goes_on"
    CLOSED = "closed"
    PASSED = "passed"


class Referral(Living, Record):
    """What somebody told us about a child.  The answers are kept whole, as they were given."""

    __tablename__ = "referral"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    sent_from_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), info=L2)
    state: Mapped[ReferralState] = mapped_column(info=L1)
    sent_at: Mapped[datetime] = mapped_column(info=L1)
    answers: Mapped[Classified] = mapped_column(Secret(Level.L4))
    outcome: Mapped[Outcome | None] = mapped_column(info=L1)  # once they were told
    sent_from: Mapped[Account] = relationship()
    partnership: Mapped[Partnership] = relationship()

    @property
    def sender_confirmed(self) -> bool:
        return self.person_id is not None


class Agree(StrEnum):
    """In what two referrals agree, so that they may be about the same child."""

    NAME_AND_BIRTH = "name and date of birth"


class Likeness(Record):
    """A mark of what a referral says of its child: two that are the same were the same words, which nobody can read
    from them (TRUST.md 3.3).
    """

    __tablename__ = "likeness"
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True)
    agree: Mapped[Agree] = mapped_column(primary_key=True, info=L0)
    mark: Mapped[str] = mapped_column(String(32), index=True, info=L3)


class Dialogue(Record):
    """A form being filled in.

    Its answers are its whole state; what did not parse is kept beside them as it was typed.
    """

    __tablename__ = "dialogue"
    __table_args__ = (
        Index(
            "ix_dialogue_open_person",
            "person_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_dialogue_open_account",
            "account_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("ended_at IS NULL OR answers IS NULL", name="forgets_when_it_ends"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    form: Mapped[str] = mapped_column(String(40), info=L1)
    about: Mapped[str] = mapped_column(String(12), info=L1)
    about_version: Mapped[int | None] = mapped_column(info=L1)
    page: Mapped[str] = mapped_column(String(40), info=L1)
    typed: Mapped[bool] = mapped_column(info=L0)
    answers: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    unfinished: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    started_at: Mapped[datetime] = mapped_column(info=L1)
    touched_at: Mapped[datetime] = mapped_column(info=L1)
    ended_at: Mapped[datetime | None] = mapped_column(info=L1)
    ended_as: Mapped[str | None] = mapped_column(String(40), info=L1)
    account: Mapped[Account] = relationship()
