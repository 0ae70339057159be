"""The whole tracker in one sealed file, the same for SQLite and Postgres, and the way back (TRUST.md T-47).

After MAGIC and a mark of its own, a backup is chunks: four bytes of length, then what Keys.seal() made of JSON.  The
mark, the chunk's number and whether it is the last are bound to it, so that a backup that was cut, put in another order
or mixed with another does not open.  Columns that are sealed stay sealed inside.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, BinaryIO

from alembic import command
from sqlalchemy import Connection, MetaData, Table, func, inspect, select
from sqlalchemy.orm import sessionmaker

from storage.database import (
    NEWER,
    DatabaseProblem,
    Sessions,
    check_keys,
    newest_migration,
    revision_of,
    snapshot,
)
from storage.keys import CannotOpen, Keys
from storage.migrating import configuration, reshaping
from storage.records.base import keys_of

MAGIC, MARK, LENGTH = b"MACE bot backup 1\n", 16, 4
ROWS, LONGEST = 200, 2**28  # rows a chunk, and bytes that no chunk reaches
NOT_A_BACKUP = "That file is not a backup of MACE bot. Choose another."
OTHER_KEYS = (
    "That backup does not open with these keys. Set MACE_KEYS_FILE to the file of keys it was made with, and "
    "MACE_PROFILE to its profile. If they are right, the file is damaged: use another backup."
)
DAMAGED = "That backup is damaged or not whole. Nothing was restored. Use another backup."
NEWER_BACKUP = "That backup was made by a newer version of MACE bot. Install that version, then restore it."
NOT_EMPTY = (
    "The database in MACE_DATABASE_URL holds something already. A backup is restored into an empty one only: make a "
    "new database, and set MACE_DATABASE_URL to it."
)
READ: dict[type, Callable[[str], object]] = {one: one.fromisoformat for one in (datetime, date, time)}


class CannotRestore(Exception):
    """And nothing was changed.  The message says what to do."""


@dataclass(frozen=True)
class Restored:
    """What was loaded, in a transaction that is still open."""

    sessions: Sessions
    made_at: datetime


# --- making one -------------------------------------------------------------------------------------------------------


def write_backup(sessions: Sessions, file: BinaryIO, now: datetime) -> None:
    """One moment of the tracker, while the server goes on."""
    with snapshot(sessions) as connection:
        documents = _documents(connection, now)
        for chunk in _sealed(documents, keys_of(connection.dialect)):
            file.write(chunk)


def _documents(connection: Connection, now: datetime) -> Iterator[object]:
    yield {"revision": revision_of(connection), "made_at": now}
    for table in _tables(connection).values():
        rows = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS)
        for some in connection.execute(rows).partitions():
            yield {"table": table.name, "columns": table.columns.keys(), "rows": [list(row) for row in some]}
    yield None


def _tables(connection: Connection) -> dict[str, Table]:
    """Those that others refer to come first."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def _sealed(documents: Iterable[object], keys: Keys) -> Iterator[bytes]:
    mark = secrets.token_bytes(MARK)
    yield MAGIC + mark
    for number, document in enumerate(documents):
        chunk = keys.seal(json.dumps(document, default=_plain).encode(), _place(mark, number, document is None))
        yield len(chunk).to_bytes(LENGTH) + chunk


def _place(mark: bytes, number: int, last: bool) -> str:
    return f"backup {mark.hex()} {number}{' last' if last else ''}"


def _plain(value: object) -> str:
    """SQLite's moments have no zone, and are in UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)


# --- and back ---------------------------------------------------------------------------------------------------------


@contextmanager
def restoring(sessions: Sessions, file: BinaryIO) -> Iterator[Restored]:
    """All or nothing: what the caller does with what was loaded is in the same transaction; or CannotRestore."""
    with reshaping(sessions) as connection:
        documents = _opened(file, keys_of(connection.dialect))
        head = _head(documents)
        _prepare(connection, head["revision"])
        _load(connection, documents)
        command.upgrade(configuration(connection), "head")
        check_keys(connection)
        inside = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        yield Restored(inside, datetime.fromisoformat(head["made_at"]))


def _opened(file: BinaryIO, keys: Keys) -> Iterator[Any]:
    """A document at a time.  The last chunk of the file has to be the one that was sealed as the last."""
    if file.read(len(MAGIC)) != MAGIC:
        raise CannotRestore(NOT_A_BACKUP)
    mark, length, number = file.read(MARK), file.read(LENGTH), 0
    while length:
        chunk = file.read(min(int.from_bytes(length), LONGEST))
        length = file.read(LENGTH)
        try:
            yield json.loads(keys.open(chunk, _place(mark, number, not length)))
        except CannotOpen:
            raise CannotRestore(DAMAGED if number else OTHER_KEYS) from None
        number += 1


def _head(documents: Iterator[Any]) -> Mapping[str, str]:
    head: Mapping[str, str] | None = next(documents, None)
    if head is None:
        raise CannotRestore(DAMAGED)
    if head["revision"] > newest_migration():
        raise CannotRestore(NEWER_BACKUP)
    return head


def _prepare(connection: Connection, revision: str) -> None:
    """An empty database gets the shape that the backup's had."""
    found = revision_of(connection)
    if found > newest_migration():
        raise DatabaseProblem(NEWER)
    tables = _tables(connection) if found else {}
    if any(connection.execute(select(table).limit(1)).first() for table in tables.values()):
        raise CannotRestore(NOT_EMPTY)
    if not found and inspect(connection).get_table_names():
        raise CannotRestore(NOT_EMPTY)
    change = command.downgrade if found > revision else command.upgrade
    change(configuration(connection), revision)


def _load(connection: Connection, documents: Iterator[Any]) -> None:
    tables = _tables(connection)
    for document in documents:
        if document:
            table, columns = tables[document["table"]], document["columns"]
            connection.execute(table.insert(), list(_rows(table, columns, document["rows"])))
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            _number_on(connection, table)


def _rows(table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    read = [READ.get(table.c[name].type.python_type) for name in columns]
    for row in rows:
        values = (how(value) if how and value is not None else value for how, value in zip(read, row, strict=True))
        yield dict(zip(columns, values, strict=True))


def _number_on(connection: Connection, table: Table) -> None:
    """Postgres counts apart from the rows: its next number comes after the highest there is."""
    for column in table.primary_key.columns:
        if column.type.python_type is int:
            counter = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
            connection.execute(select(func.setval(counter, func.max(column))))
