"""Partnerships, agencies, posts, the people who hold them, and the accounts they use."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L0, L1, L2, Record, Secret


class Role(StrEnum):
    """What a post may do in its own partnership (DOMAIN.md B.1)."""

    AGENCY_MEMBER = "agency_member"
    AGENCY_LEAD = "agency_lead"
    COORDINATOR = "coordinator"
    CHAIR = "chair"
    HEAD = "head"  # of service, or a BCU superintendent or designated nurse
    STRATEGIC = "strategic"


class Partnership(Record):
    """One borough's MACE, and whom to call there."""

    __tablename__ = "partnership"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True, info=L0)
    police: Mapped[str] = mapped_column(String(80), info=L0)
    mash_phone: Mapped[str] = mapped_column(String(40), info=L0)
    mash_hours: Mapped[str] = mapped_column(String(80), info=L0)
    contact: Mapped[str] = mapped_column(String(120), info=L0)


class Workspace(Record):
    """A Slack workspace, Teams tenant or web site that may talk to us, and the partnership that let it in."""

    __tablename__ = "workspace"
    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(120), primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    partnership: Mapped[Partnership] = relationship()


class Agency(Record):
    """An organisation.  One NHS trust or charity may sit on several partnerships."""

    __tablename__ = "agency"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True, info=L2)


class Post(Record):
    """What work is given to: it outlives whoever holds it (peer review, paragraphs 109-110)."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("partnership_id", "agency_id", "title"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    title: Mapped[str] = mapped_column(String(80), info=L2)
    role: Mapped[Role] = mapped_column(info=L1)
    on_panel: Mapped[bool] = mapped_column(info=L2)
    partnership: Mapped[Partnership] = relationship()
    agency: Mapped[Agency] = relationship()

    @property
    def words(self) -> str:
        return f"{self.title}, {self.agency.name}"


class Person(Record):
    """Somebody who works with children: never a child."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Classified] = mapped_column(Secret(Level.L2))
    email: Mapped[Classified | None] = mapped_column(Secret(Level.L2))
    reminded_at: Mapped[time | None] = mapped_column(info=L2)  # in London, on working days; None: half past nine
    by_mail: Mapped[bool] = mapped_column(default=False, server_default=false(), info=L2)  # e-mail first, by choice


class Holding(Record):
    """Who holds a post, from which day, and until when; or who is its deputy.  On any day a post has one of each."""

    __tablename__ = "holding"
    __table_args__ = (
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="ends_after_it_starts"),
        Index(
            "uq_holding_open",
            "post_id",
            "deputy",
            unique=True,
            sqlite_where=text("until_day IS NULL"),
            postgresql_where=text("until_day IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_day: Mapped[date] = mapped_column(info=L2)
    until_day: Mapped[date | None] = mapped_column(info=L2)
    deputy: Mapped[bool] = mapped_column(default=False, server_default=false(), info=L2)
    post: Mapped[Post] = relationship()

    @property
    def words(self) -> str:
        return f"Deputy for {self.post.words}" if self.deputy else self.post.words


class ClosedDays(Record):
    """Days, both included, on which nobody of a partnership works, or of one agency there, or one person."""

    __tablename__ = "closed_days"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_it_starts"),
        CheckConstraint("(person_id IS NULL) <> (partnership_id IS NULL)", name="is_of_somebody"),
        CheckConstraint("agency_id IS NULL OR partnership_id IS NOT NULL", name="is_of_an_agency_there"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    partnership_id: Mapped[int | None] = mapped_column(ForeignKey("partnership.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_day: Mapped[date] = mapped_column(info=L2)
    last_day: Mapped[date] = mapped_column(index=True, info=L2)
    partnership: Mapped[Partnership | None] = relationship()
    agency: Mapped[Agency | None] = relationship()


class Account(Record):
    """One Slack, Teams or web identity.  Without a person it is somebody we do not know yet.

    `stopped_until`: nothing is looked up for them by reference before (`bot/features/misses.py`).
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("platform", "tenant", "user"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(20), info=L1)
    tenant: Mapped[str] = mapped_column(String(120), info=L1)
    user: Mapped[str] = mapped_column(String(120), info=L2)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    last_used_at: Mapped[datetime] = mapped_column(info=L2)
    stopped_until: Mapped[datetime | None] = mapped_column(info=L2)
    person: Mapped[Person | None] = relationship()


class Invitation(Record):
    """A code by which one person may link an account, once.  Only its hash is kept."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True, info=L2)
    expires_at: Mapped[datetime] = mapped_column(info=L1)
    used_at: Mapped[datetime | None] = mapped_column(info=L1)
    person: Mapped[Person] = relationship()


class TeamsChat(Record):
    """Where the bot writes to somebody in Teams, as Teams last said.  There is none until they add the app."""

    __tablename__ = "teams_chat"
    tenant: Mapped[str] = mapped_column(String(120), primary_key=True, info=L1)
    user: Mapped[str] = mapped_column(String(120), primary_key=True, info=L2)
    conversation: Mapped[str] = mapped_column(String(400), info=L1)
    service_url: Mapped[str] = mapped_column(String(400), info=L0)


class JoinRequest(Record):
    """Somebody we do not know asks a partnership to let them in."""

    __tablename__ = "join_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    asked: Mapped[Classified] = mapped_column(Secret(Level.L2))
    asked_at: Mapped[datetime] = mapped_column(info=L1)
    added_at: Mapped[datetime | None] = mapped_column(info=L1)
    account: Mapped[Account] = relationship()
    partnership: Mapped[Partnership] = relationship()
