"""Actions agreed by a panel, and the steps people proposed in words and have not yet confirmed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L1, Living, Record, Secret
from storage.records.cases import Case
from storage.records.meetings import AgendaItem
from storage.records.people import Partnership, Post
from storage.records.verbs import Verb

TO_DO = text("state = 'open'")
WAITS = text("state IN ('done_claimed', 'contested') OR asked_due_on IS NOT NULL")  # for a coordinator


class ActionState(StrEnum):
    OPEN = "open"
    CONTESTED = "contested"
    DONE_CLAIMED = "done_claimed"
    DONE = "done"


class Action(Living, Record):
    """Something one post is to do by one day (DOMAIN.md B.3)."""

    __tablename__ = "action"
    __table_args__ = (
        Index("ix_action_to_do", "due_on", sqlite_where=TO_DO, postgresql_where=TO_DO),
        Index("ix_action_to_do_by", "owner_id", "due_on", sqlite_where=TO_DO, postgresql_where=TO_DO),
        Index("ix_action_waits", "partnership_id", "due_on", sqlite_where=WAITS, postgresql_where=WAITS),
        CheckConstraint("state IN ('open', 'contested', 'done_claimed', 'done')", name="known_state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("panel_case.id"), index=True)
    verb: Mapped[Verb] = mapped_column(info=L1)
    due_on: Mapped[date] = mapped_column(info=L1)
    asked_due_on: Mapped[date | None] = mapped_column(info=L1)
    state: Mapped[ActionState] = mapped_column(info=L1)
    outcome: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    agreed_at: Mapped[datetime] = mapped_column(info=L1)
    partnership: Mapped[Partnership] = relationship()
    owner: Mapped[Post] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    case: Mapped[Case | None] = relationship()


class Proposal(Record):
    """What somebody's words seemed to mean, waiting for one press: free text never rides in a button."""

    __tablename__ = "proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True, info=L1)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    event: Mapped[str] = mapped_column(String(40), info=L1)
    seen: Mapped[int] = mapped_column(info=L1)
    until: Mapped[date | None] = mapped_column(info=L1)
    note: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    made_at: Mapped[datetime] = mapped_column(info=L1)
    settled_at: Mapped[datetime | None] = mapped_column(info=L1)
    action: Mapped[Action] = relationship()
