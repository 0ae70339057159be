"""How people get to their own pages: links that are used once, and the browsers that are signed in."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import L1, L2, Record
from storage.records.people import Account


class SignInLink(Record):
    """Asked for in chat: whoever opens it and presses the button is signed in as that account, once.

    Only its hash is kept.
    """

    __tablename__ = "sign_in_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=L2)
    path: Mapped[str] = mapped_column(String(60), info=L1)
    expires_at: Mapped[datetime] = mapped_column(info=L1)
    used_at: Mapped[datetime | None] = mapped_column(info=L1)


class Visit(Record):
    """A browser that is signed in, and as which account.  Only the hash of its cookie is kept."""

    __tablename__ = "visit"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    cookie_hash: Mapped[str] = mapped_column(String(64), unique=True, info=L2)
    started_at: Mapped[datetime] = mapped_column(info=L1)
    seen_at: Mapped[datetime] = mapped_column(info=L1)
    ended_at: Mapped[datetime | None] = mapped_column(info=L1)
    account: Mapped[Account] = relationship()
