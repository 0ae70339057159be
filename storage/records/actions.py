"""Actions agreed by a panel, and the steps people proposed in words and have not yet confirmed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L1, L2, Living, Record, Secret
from storage.records.cases import Case
from storage.records.meetings import AgendaItem
from storage.records.people import Partnership, Post
from storage.records.verbs import Verb

TO_DO = text("state IN ('open', 'acknowledged', 'blocked')")  # with its owner
WAITS = text(
    "state IN ('proposed', 'contested', 'done_claimed', 'not_possible_claimed') OR asked_due_on IS NOT NULL"
)  # for a coordinator


class ActionState(StrEnum):
    PROPOSED = "proposed"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CONTESTED = "contested"
    BLOCKED = "blocked"
    DONE_CLAIMED = "done_claimed"
    NOT_POSSIBLE_CLAIMED = "not_possible_claimed"
    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    ENTERED_IN_ERROR = "entered_in_error"


WITH_OWNER = (ActionState.OPEN, ActionState.ACKNOWLEDGED, ActionState.BLOCKED)
ENDED = (
    ActionState.DONE,
    ActionState.NOT_POSSIBLE,
    ActionState.CANCELLED,
    ActionState.SUPERSEDED,
    ActionState.ENTERED_IN_ERROR,
)


class Priority(StrEnum):
    NORMAL = "normal"
    HIGH = "high"


class BlockedBecause(StrEnum):
    """What stands in the way (peer review, paragraph 91, has the first four; paragraph 39 the fifth)."""

    NOT_AT_TABLE = "not_at_table"
    NOT_SENIOR_ENOUGH = "not_senior_enough"
    DUTY_NOT_UNDERSTOOD = "duty_not_understood"
    LAW_OR_PROTOCOL = "law_or_protocol"
    CAPACITY = "capacity"
    WAITING = "waiting"


class Effect(StrEnum):
    """What came of it for the child, as its owner sees it (peer review, paragraphs 82 and 149)."""

    LESS_RISK = "less_risk"
    NO_CHANGE = "no_change"
    TOO_EARLY = "too_early"


class Action(Living, Record):
    """Something one post is to do by one day (DOMAIN.md B.3)."""

    __tablename__ = "action"
    __table_args__ = (
        Index("ix_action_to_do", "due_on", sqlite_where=TO_DO, postgresql_where=TO_DO),
        Index("ix_action_to_do_by", "owner_id", "due_on", sqlite_where=TO_DO, postgresql_where=TO_DO),
        Index("ix_action_waits", "partnership_id", "due_on", sqlite_where=WAITS, postgresql_where=WAITS),
        CheckConstraint(f"state IN {tuple(one.value for one in ActionState)}", name="known_state"),
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
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL, server_default=Priority.NORMAL.value, info=L1)
    blocked_because: Mapped[BlockedBecause | None] = mapped_column(info=L1)
    blocked_at: Mapped[datetime | None] = mapped_column(info=L1)
    because: Mapped[str | None] = mapped_column(String(40), info=L2)  # of the last step that gave a reason
    why: Mapped[Classified | None] = mapped_column(Secret(Level.L4))  # and what was written beside it
    effect: Mapped[Effect | None] = mapped_column(info=L2)
    paused_until: Mapped[date | None] = mapped_column(info=L1)  # no reminder before this day, as its owner asked
    extensions: Mapped[int] = mapped_column(default=0, server_default=text("0"), info=L1)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    partnership: Mapped[Partnership] = relationship()
    owner: Mapped[Post] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    case: Mapped[Case | None] = relationship()
    successor: Mapped["Action | None"] = relationship(remote_side="Action.id")


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
    because: Mapped[str | None] = mapped_column(String(40), info=L1)
    note: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    made_at: Mapped[datetime] = mapped_column(info=L1)
    settled_at: Mapped[datetime | None] = mapped_column(info=L1)
    action: Mapped[Action] = relationship()
