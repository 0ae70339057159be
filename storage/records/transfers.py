"""Children who move from one borough to another, and who is responsible meanwhile."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L1, L2, Living, Record, Secret
from storage.records.people import Partnership, Post


class TransferState(StrEnum):
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"


class Transfer(Living, Record):
    """A hand-over between two MACEs (DOMAIN.md B.5).  The responsible partnership is never empty."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("origin_id <> receiving_id", name="crosses_a_boundary"),
        CheckConstraint("responsible_id IN (origin_id, receiving_id)", name="responsible_is_a_side"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    origin_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    receiving_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    responsible_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    state: Mapped[TransferState] = mapped_column(info=L1)
    status_in_law: Mapped[str] = mapped_column(String(40), info=L2)
    length_of_stay: Mapped[str] = mapped_column(String(40), info=L2)
    child: Mapped[Classified] = mapped_column(Secret(Level.L4))
    origin: Mapped[Partnership] = relationship(foreign_keys=origin_id)
    receiving: Mapped[Partnership] = relationship(foreign_keys=receiving_id)
    responsible: Mapped[Partnership] = relationship(foreign_keys=responsible_id)
    contact: Mapped[Post | None] = relationship()
