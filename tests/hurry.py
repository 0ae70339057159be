"""What a run of the tests need not do again and again: it saves half of the time, and no test can tell."""

import gc
import sqlite3
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Pool, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

KINDS: tuple[type[Dialect], ...] = (SQLiteDialect_pysqlite, PGDialect_psycopg)


def look_less_for_garbage() -> None:
    """What was imported stays for the whole run, and what is compiled, too."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def wait_for_no_disk() -> None:
    """Nobody pulls the plug."""

    def hurry(connection: Any, *_: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")

    event.listen(Pool, "checkout", hurry)


def compile_once() -> None:
    """Each test opens a database of its own, and SQLAlchemy would put each statement into SQL anew for each of them.

    What is kept was compiled for a dialect.  Two are equal if they are of one kind and seal with the same keys: those
    are the only settings of a dialect that we change, and what seals a column is kept with the statement.
    """
    kept: dict[Dialect, dict[Any, Any]] = defaultdict(dict)
    for kind in KINDS:
        kind.__eq__ = _alike  # type: ignore[assignment, method-assign]
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]

    def share(connection: Connection) -> None:
        if hasattr(connection.dialect, "mace_keys"):
            connection.execution_options(compiled_cache=kept[connection.dialect])

    event.listen(Engine, "engine_connect", share)


def _alike(one: Dialect, other: object) -> bool:
    if one is other:
        return True
    return type(one) is type(other) and getattr(one, "mace_keys", one) is getattr(other, "mace_keys", other)
