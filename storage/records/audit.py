"""Who did, asked for or was refused what, in chains in which any later change shows (TRUST.md 3.4)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import L0, L1, Record

NOBODYS = 0  # the chain of what belongs to no partnership


class AuditEntry(Record):
    """References and verbs only.  `chain` is the number of a partnership; `key`, that of the key that `mac` is with.

    The database itself refuses to change or delete a row.
    """

    __tablename__ = "audit"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True, info=L1)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(80), info=L1)
    about: Mapped[str] = mapped_column(String(12), index=True, info=L1)
    result: Mapped[str] = mapped_column(String(40), info=L1)
    key: Mapped[int] = mapped_column(info=L0)
    mac: Mapped[str] = mapped_column(String(64), info=L0)


class AuditHead(Record):
    """Where a chain ends: whoever adds to it locks this row.  `gone`: the mac of the last entry deleted as too old."""

    __tablename__ = "audit_head"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(info=L0)
    mac: Mapped[str] = mapped_column(String(64), info=L0)
    gone: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"), info=L0)
