"""The ledger of what is owed, and what was heard (RELIABILITY.md 1)."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.levels import Classified, Level
from storage.records.base import L0, L1, L2, Record, Secret
from storage.records.people import Account, Post

DUE, HELD, UNKNOWN = text("state = 'pending'"), text("leased_until IS NOT NULL"), text("state = 'ambiguous'")
SENT, LOST = text("sent_at IS NOT NULL"), text("state IN ('failed', 'expired')")
DAILY_LITE, DAILY_PG = text("daily = 1"), text("daily")
BESIDE_LITE, BESIDE_PG = text("daily = 1 AND state = 'pending'"), text("daily AND state = 'pending'")
SORTED = text("state = 'pending' AND shard IS NOT NULL")


class DeliveryState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"  # by a coordinator


class Haste(IntEnum):
    """Who goes first: a broadcast holds up no reminder, and nothing holds up what is urgent."""

    URGENT = 0
    SOON = 1
    BROADCAST = 2


class Delivery(Record):
    """One thing one post (or an account we do not know yet) is to be told.

    It is owed as a fact: what kind, about what, at which version.  Who holds the post, and the words, are settled when
    it is sent.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "haste", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_delivery_shard", "shard", "haste", "due_at", sqlite_where=SORTED, postgresql_where=SORTED),
        Index("ix_delivery_held", "leased_until", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_delivery_unknown", "id", sqlite_where=UNKNOWN, postgresql_where=UNKNOWN),
        Index("ix_delivery_sent", "sent_at", sqlite_where=SENT, postgresql_where=SENT),
        Index("ix_delivery_lost", "due_at", sqlite_where=LOST, postgresql_where=LOST),
        Index("ix_delivery_sent_as", "account_id", "sent_as"),
        Index("ix_delivery_daily", "account_id", "meant_at", sqlite_where=DAILY_LITE, postgresql_where=DAILY_PG),
        Index("ix_delivery_daily_due", "post_id", "due_at", sqlite_where=BESIDE_LITE, postgresql_where=BESIDE_PG),
        CheckConstraint("post_id IS NOT NULL OR account_id IS NOT NULL", name="is_to_somebody"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(String(160), unique=True, info=L1)
    kind: Mapped[str] = mapped_column(String(40), info=L1)
    about: Mapped[str] = mapped_column(String(12), index=True, info=L1)
    about_version: Mapped[int] = mapped_column(info=L1)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    haste: Mapped[int] = mapped_column(default=Haste.SOON, server_default=str(Haste.SOON.value), info=L0)
    daily: Mapped[bool] = mapped_column(default=False, server_default=false(), info=L1)  # bot/kinds.py
    shard: Mapped[str | None] = mapped_column(String(141), info=L1)  # None: not sorted, as where one process sends all
    due_at: Mapped[datetime] = mapped_column(info=L1)
    expires_at: Mapped[datetime | None] = mapped_column(info=L1)
    state: Mapped[DeliveryState] = mapped_column(info=L1)
    owner: Mapped[str | None] = mapped_column(String(40), info=L0)
    leased_until: Mapped[datetime | None] = mapped_column(info=L0)
    attempts: Mapped[int] = mapped_column(info=L0)
    waits_since: Mapped[datetime | None] = mapped_column(info=L1)  # nothing got through to where it goes; and `reason`
    round: Mapped[int] = mapped_column(default=0, server_default=text("0"), info=L1)  # how often it was sent again
    repeated: Mapped[bool] = mapped_column(default=False, server_default=false(), info=L1)  # though it may have arrived
    to_deputy: Mapped[bool] = mapped_column(default=False, server_default=false(), info=L1)
    reason: Mapped[str | None] = mapped_column(String(200), info=L2)
    meant_at: Mapped[datetime | None] = mapped_column(info=L1)  # the last time that it was about to be sent
    sent_at: Mapped[datetime | None] = mapped_column(info=L1)
    letter: Mapped[str | None] = mapped_column(String(160), info=L1)
    sent_as: Mapped[str | None] = mapped_column(String(200), info=L1)
    message: Mapped[Classified | None] = mapped_column(Secret(Level.L1))
    post: Mapped[Post | None] = relationship()
    account: Mapped[Account | None] = relationship()


class StaleCard(Record):
    """A message that was sent and may show what is no longer so: it is brought up to date where it stands.

    One row a message, however often things change.  Doing it twice is no harm, so that it needs no ledger.
    """

    __tablename__ = "stale_card"
    letter: Mapped[str] = mapped_column(String(160), primary_key=True, info=L1)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True, info=L1)
    attempts: Mapped[int] = mapped_column(info=L0)
    account: Mapped[Account] = relationship()


class Tried(Record):
    """A way that a delivery took in vain: in the same round it is not taken a second time."""

    __tablename__ = "tried"
    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    round: Mapped[int] = mapped_column(info=L1)
    at: Mapped[datetime] = mapped_column(info=L1)
    reason: Mapped[str] = mapped_column(String(200), info=L2)
    account: Mapped[Account] = relationship()


class Heard(Record):
    """A request a platform sent us: the same one again gets the same answer and no second effect."""

    __tablename__ = "heard"
    platform: Mapped[str] = mapped_column(String(20), primary_key=True, info=L0)
    request: Mapped[str] = mapped_column(String(200), primary_key=True, info=L0)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(index=True, info=L1)
    reply: Mapped[Classified] = mapped_column(Secret(Level.L2))


class WebMessage(Record):
    """The web channel's own store: what was said on the page, as Slack and Teams would keep it."""

    __tablename__ = "web_message"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime] = mapped_column(info=L1)
    key: Mapped[str | None] = mapped_column(String(200), unique=True, info=L1)
    line: Mapped[Classified | None] = mapped_column(Secret(Level.L4))
    message: Mapped[Classified | None] = mapped_column(Secret(Level.L2))
    dialogue_id: Mapped[int | None] = mapped_column(ForeignKey("dialogue.id"))


class JobRun(Record):
    """When each of the clock's jobs last came to its end: how the doctor sees that the clock is going."""

    __tablename__ = "job_run"
    job: Mapped[str] = mapped_column(String(60), primary_key=True, info=L0)
    at: Mapped[datetime] = mapped_column(info=L0)


class ShardHeld(Record):
    """Which process sent last in one part of the outbox: it alone knows the pace there (storage/queries/shards.py)."""

    __tablename__ = "shard"
    name: Mapped[str] = mapped_column(String(141), primary_key=True, info=L1)
    held_by: Mapped[str] = mapped_column(String(40), info=L0)
