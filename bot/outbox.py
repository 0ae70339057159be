"""Owing messages: each is a fact in the ledger, owed once.  Nothing here touches a network."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, String, cast, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.kinds import COMES, Comes
from storage.queries.cards import cards_about
from storage.queries.deliveries import owed_among
from storage.records import Account, Delivery, DeliveryState, Errand, Haste, Post, Record, StaleCard

LIVE = timedelta(days=30)  # for so long a message is brought up to date

Row = dict[str, object]

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
    haste: Haste = Haste.SOON,
) -> bool:
    """Owe `to` a message of this kind about this reference.

    The same `once` is owed only once, ever: the database says so.
    """
    own, side = _row(kind, about, version, at, once, expires, haste), "post" if isinstance(to, Post) else "account"
    row = own | {"once": f"{own['once']}:{side}:{to.id}", f"{side}_id": to.id}
    return session.scalar(_insert_once(session).values(**row).returning(Delivery.id)) is not None


def not_owed_yet(session: Session, kind: str, wanted: Iterable[tuple[str, str, int]]) -> list[str]:
    """Of (reference, once, post) the references of what owe() would owe."""
    keys = {f"{kind}:{about}:{once}:post:{post}": about for about, once, post in wanted}
    there = owed_among(session, list(keys))
    return [about for key, about in keys.items() if key not in there]


def owe_to_each(
    session: Session,
    kind: str,
    posts: Select[int],
    *,
    about: str,
    version: int,
    at: datetime,
    expires: datetime | None = None,
) -> None:
    """A broadcast: owe each of these posts the same, as owe() would one after the other, in one statement."""
    own, (post,) = _row(kind, about, version, at, "", expires, Haste.BROADCAST), posts.subquery().c
    same = [literal(value, getattr(Delivery, name).type) for name, value in own.items() if name != "once"]
    rows = select(literal(f"{own['once']}:post:") + cast(post, String), post, *same)
    rows = rows.where(post.is_not(None))  # without any condition SQLite takes ON CONFLICT for that of a join
    columns = ["once", "post_id", *(name for name in own if name != "once")]
    session.execute(_insert_once(session).from_select(columns, rows))


def _row(kind: str, about: str, version: int, at: datetime, once: str, expires: datetime | None, haste: Haste) -> Row:
    return {
        "once": f"{kind}:{about}:{once or version}",
        "kind": kind,
        "about": about,
        "about_version": version,
        "haste": haste,
        "daily": COMES.get(kind) is Comes.DAILY,
        "due_at": at,
        "expires_at": expires,
        "state": DeliveryState.PENDING,
        "attempts": 0,
    }


def _insert_once(session: Session) -> postgresql.Insert | sqlite.Insert:
    return _insert(session, Delivery).on_conflict_do_nothing(index_elements=["once"])


def owe_errand(session: Session, kind: str, about: str, now: datetime) -> None:
    """It is run when there is something that runs it; after a change, again."""
    row = {"kind": kind, "about": about, "due_at": now, "attempts": 0}
    insert = _insert(session, Errand).values(**row)
    session.execute(insert.on_conflict_do_update(index_elements=["kind", "about"], set_={"due_at": now, "attempts": 0}))


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
