"""What stands in people's chats that says more than a push may, and when it is taken away again (TRUST.md 4.3)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import L0, L1, L2, Record
from storage.records.people import Account

SHOWN = text("state = 'shown'")


class PostedState(StrEnum):
    SHOWN = "shown"
    REMOVING = "removing"
    REMOVED = "removed"  # or something less secret took its place
    NOT_REMOVED = "not removed"  # a coordinator has to see to it
    BY_HAND = "by hand"


class Posted(Record):
    """One message as it stands in one account's chat: of level L2 or above, about these references."""

    __tablename__ = "posted"
    __table_args__ = (
        UniqueConstraint("account_id", "sent_as"),
        Index("ix_posted_shown", "remove_at", sqlite_where=SHOWN, postgresql_where=SHOWN),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sent_as: Mapped[str] = mapped_column(String(200), info=L1)
    level: Mapped[int] = mapped_column(info=L0)
    about: Mapped[str] = mapped_column(Text, info=L1)  # with a space between them
    at: Mapped[datetime] = mapped_column(info=L1)
    remove_at: Mapped[datetime] = mapped_column(info=L1)
    at_once: Mapped[bool] = mapped_column(default=False, server_default=false(), info=L1)  # also while it is held
    state: Mapped[PostedState] = mapped_column(info=L1)
    reason: Mapped[str | None] = mapped_column(String(200), info=L2)
    ended_at: Mapped[datetime | None] = mapped_column(info=L1)
    account: Mapped[Account] = relationship()
