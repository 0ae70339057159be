"""Deleting what is old of the audit: on purpose, by whoever owns the database, and so that the rest still verifies."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, text, update

from storage.chain import ENTRY, HEAD, append
from storage.verifying import DELETED

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"


def shorten(connection: Connection, before: datetime, now: datetime) -> int:
    """Each chain up to the last entry written before then.  It goes on with an entry that says so: returns how many."""
    chains = connection.scalars(select(HEAD.c.chain).order_by(HEAD.c.chain).with_for_update()).all()
    ends = {chain: last for chain in chains if (last := _last_before(connection, chain, before))}
    if not ends:
        return 0
    with _unguarded(connection):
        gone = sum(_deleted(connection, chain, last) for chain, last in ends.items())
    own = {"at": now, "account_id": None, "person_id": None, "what": DELETED, "result": "done"}
    append(connection, [(chain, own | {"about": str(last)}) for chain, last in ends.items()])
    return gone


def _last_before(connection: Connection, chain: int, before: datetime) -> int | None:
    """The newest entry of a chain always stays, and whatever came after one that stays."""
    there = ENTRY.c.chain == chain
    first, newest = connection.execute(select(func.min(ENTRY.c.seq), func.max(ENTRY.c.seq)).where(there)).one()
    stays = connection.scalar(select(func.min(ENTRY.c.seq)).where(there, ENTRY.c.at >= before)) or newest
    return stays - 1 if first is not None and stays > first else None


def _deleted(connection: Connection, chain: int, last: int) -> int:
    mac = connection.scalar(select(ENTRY.c.mac).where(ENTRY.c.chain == chain, ENTRY.c.seq == last))
    connection.execute(update(HEAD).where(HEAD.c.chain == chain).values(gone=mac))
    return connection.execute(delete(ENTRY).where(ENTRY.c.chain == chain, ENTRY.c.seq <= last)).rowcount


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """In the same transaction: nobody else ever sees the audit without its triggers."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        yield
        connection.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
        return
    triggers: dict[str, str] = dict(connection.execute(text(TRIGGERS)).all())
    for name in triggers:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    for made in triggers.values():
        connection.exec_driver_sql(made)
