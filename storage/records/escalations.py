"""What is stuck and goes up a ladder of five levels until somebody settles it (DOMAIN.md B.7)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.actions import Action, BlockedBecause
from storage.records.base import L1, L2, Living, Record, Secret
from storage.records.people import Partnership, Post

LIVE = text("state IN ('open', 'settled')")


class EscalationState(StrEnum):
    """`settled`: somebody wrote how, and whoever raised it may still object."""

    OPEN = "open"
    SETTLED = "settled"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    UNRESOLVED = "unresolved_recorded"


class Escalation(Living, Record):
    """Of one action.  `raised_by` None: the clock did, which knows no reason and asked nobody about a risk."""

    __tablename__ = "escalation"
    __table_args__ = (
        Index("uq_escalation_live", "action_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        CheckConstraint("level BETWEEN 1 AND 5", name="is_on_the_ladder"),
        CheckConstraint("raised_by_id IS NULL OR reason IS NOT NULL", name="people_say_why"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    level: Mapped[int] = mapped_column(info=L1)
    level_since: Mapped[datetime] = mapped_column(info=L1)
    reason: Mapped[BlockedBecause | None] = mapped_column(info=L2)
    at_risk: Mapped[bool | None] = mapped_column(info=L2)
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    raised_at: Mapped[datetime] = mapped_column(info=L1)
    state: Mapped[EscalationState] = mapped_column(info=L1)
    settlement: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    settled_at: Mapped[datetime | None] = mapped_column(info=L1)
    objected: Mapped[bool] = mapped_column(default=False, server_default=false(), info=L1)
    partnership: Mapped[Partnership] = relationship()
    action: Mapped[Action] = relationship()
    raised_by: Mapped[Post | None] = relationship()
