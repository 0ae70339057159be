"""Owing messages: each is a fact in the ledger, owed once.  Nothing here touches a network."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.queries.cards import cards_about
from storage.records import Account, Delivery, DeliveryState, Post, Record, StaleCard

LIVE = timedelta(days=30)  # for so long a message is brought up to date

log = logging.getLogger(__name__)


def owe(
    session: Session,
    kind: str,
    to: Post | Account,
    *,
    about: str,
    version: int,
    at: datetime,
    once: str = "",
    expires: datetime | None = None,
) -> bool:
    """Owe `to` a message of this kind about this reference.

    The same `once` is owed only once, ever: the database says so.
    """
    side = "post" if isinstance(to, Post) else "account"
    row = {
        "once": f"{kind}:{about}:{once or version}:{side}:{to.id}",
        "kind": kind,
        "about": about,
        "about_version": version,
        f"{side}_id": to.id,
        "due_at": at,
        "expires_at": expires,
        "state": DeliveryState.PENDING,
        "attempts": 0,
    }
    return session.scalar(_insert_once(session, row)) is not None


def _insert_once(session: Session, row: dict[str, object]) -> Insert:
    insert = _insert(session, Delivery)
    return insert.values(**row).on_conflict_do_nothing(index_elements=["once"]).returning(Delivery.id)


def mark_stale(session: Session, about: str, now: datetime) -> None:
    """What was said about it is brought up to date wherever it stands."""
    insert = _insert(session, StaleCard).from_select(
        ["letter", "account_id", "due_at", "attempts"], cards_about(about, now - LIVE, now)
    )
    session.execute(
        insert.on_conflict_do_update(index_elements=["letter", "account_id"], set_={"due_at": now, "attempts": 0})
    )


def _insert(session: Session, record: type[Record]) -> postgresql.Insert | sqlite.Insert:
    """The dialect's own, which knows about conflicts."""
    dialect = session.get_bind().dialect.name
    return postgresql.insert(record) if dialect == "postgresql" else sqlite.insert(record)


def each_alone(session: Session, references: Iterable[str], work: Callable[[str], None]) -> None:
    """A savepoint an item: one that cannot be done is logged by its reference, and all the others are done."""
    for reference in references:
        try:
            with session.begin_nested():
                work(reference)
        except Exception as error:
            log.error("%s is left out: %s", reference, type(error).__name__)
