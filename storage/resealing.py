"""Whatever lies sealed with an older key is sealed again with the newest, some rows at a time, while the bot runs
(TRUST.md 3.2, T-50).

Nothing is remembered about how far it came: what lies under which key can be seen without opening it, so that after a
crash it just goes on.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, TableClause, Text, bindparam, func, select, tuple_, update
from sqlalchemy import column as named
from sqlalchemy import table as called
from sqlalchemy.orm import Session

from storage.database import Sessions, engine_of, snapshot
from storage.keys import FORMAT, CannotOpen, Keys
from storage.records import AuditEntry, Record, Secret
from storage.records.base import keys_of, opened, sealed

ROWS = 200  # a transaction
START = 3  # characters of base64, which hold the format, the number of the key, and two bits of chance


@dataclass(frozen=True)
class Resealed:
    """What one transaction did in one column: rows sealed again, and rows that open with none of our keys."""

    place: str
    done: int
    closed: int


def lying(sessions: Sessions) -> dict[str, Counter[int]]:
    """How many values lie under which key, by table and column.  Under 0: what was never sealed."""
    with snapshot(sessions) as connection:
        return {_place(column): _numbers(connection, column) for column in _secret_columns()}


def proving(sessions: Sessions) -> set[int]:
    """The keys with which the audit is chained.  An entry cannot be chained anew, so these keys stay."""
    with snapshot(sessions) as connection:
        return set(connection.execute(select(AuditEntry.key).distinct()).scalars())


def reseal(sessions: Sessions) -> Iterator[Resealed]:
    """Once through the tracker, a transaction a step.  Rows that somebody is changing are left for the next time."""
    for column in _secret_columns():
        yield from _reseal(sessions, column)


def _secret_columns() -> Iterator[Column[Any]]:
    for table in Record.metadata.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, Secret))


def _place(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def _as_it_lies(column: Column[Any]) -> TableClause:
    """Its table with the sealed text, and with no version, no moment and nobody in it that could change."""
    key = [named(one.name, one.type) for one in column.table.primary_key]
    return called(column.table.name, *key, named(column.name, Text))


def _numbers(connection: Connection, column: Column[Any]) -> Counter[int]:
    table, found = _as_it_lies(column), Counter[int]()
    start = func.substr(table.c[column.name], 1, START)
    for text, count in connection.execute(select(start, func.count()).where(start.is_not(None)).group_by(start)):
        found[_number(text)] += count
    return found


def _number(start: str) -> int:
    try:
        form, number, _ = b64decode(f"{start}A", validate=True)
    except ValueError:
        return 0
    return number if form == FORMAT else 0


def _starts(number: int) -> list[str]:
    return [b64encode(bytes((FORMAT, number, chance << 6))).decode()[:START] for chance in range(4)]


def _reseal(sessions: Sessions, column: Column[Any]) -> Iterator[Resealed]:
    keys, last = keys_of(engine_of(sessions).dialect), None
    while ids := _next(sessions, column, keys.newest, last):
        with sessions.begin() as session:
            done = _sealed_again(session, column, ids, keys)
        last = ids[-1]
        yield done


def _next(
    sessions: Sessions, column: Column[Any], newest: int, last: tuple[Any, ...] | None
) -> Sequence[tuple[Any, ...]]:
    """Which rows.  In a large table the look takes long, and holds nobody up."""
    *key, text = _as_it_lies(column).c
    older = select(*key).where(func.substr(text, 1, START).not_in(_starts(newest))).order_by(*key).limit(ROWS)
    with snapshot(sessions) as connection:
        rows = connection.execute(older.where(tuple_(*key) > tuple_(*last)) if last else older)
        return [tuple(row) for row in rows]


def _sealed_again(session: Session, column: Column[Any], ids: Sequence[tuple[Any, ...]], keys: Keys) -> Resealed:
    """Only where it still lies as it was read: a process that runs meanwhile is not overwritten.

    Nor is anybody waited for with rows in hand: whoever wants those, and has the one we wait for, would wait for ever.
    """
    place, table = _place(column), _as_it_lies(column)
    *key, text = table.c
    these = select(*key, text).where(tuple_(*key).in_(ids), text.is_not(None))
    rows = session.execute(these.with_for_update(key_share=True, skip_locked=True)).all()
    changes = [change for row in rows if (change := _change(tuple(row), keys, place))]
    if not changes:
        return Resealed(place, 0, len(rows))
    here = [one == bindparam(f"key_{number}") for number, one in enumerate(key)]
    swap = update(table).where(*here, text == bindparam("before")).values({text: bindparam("after")})
    swapped = session.connection().execute(swap, changes)
    return Resealed(place, swapped.rowcount, len(rows) - len(changes))


def _change(row: tuple[Any, ...], keys: Keys, place: str) -> dict[str, Any] | None:
    *key, before = row
    try:
        after = sealed(opened(before, keys, place), keys, place)
    except CannotOpen:
        return None
    return {f"key_{number}": one for number, one in enumerate(key)} | {"before": before, "after": after}
