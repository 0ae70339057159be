"""One whole turn, hear("mine"), on SQLite; and sqlite3 alone, doing the very statements that the turn did, but for the
entries of the audit, which cannot be written twice.
"""

import json
import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event

from bot.conversation import hear
from bot.replies import Line, Sender
from storage.database import engine_of, open_database
from storage.migrating import migrate
from tests.cast import HOME, START, seed
from tests.scheduler.fakes import give

ROUNDS, TURNS = 15, 100
Statement = tuple[str, Any]


def replayed(path: Path, statements: list[Statement]) -> Callable[[], None]:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")

    def turn() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in statements:
            cursor = connection.execute(sql, values)
            if cursor.description:
                cursor.fetchall()
        connection.execute("COMMIT")

    return turn


def microseconds(turn: Callable[[], object], clock: Callable[[], float]) -> float:
    begun = clock()
    for _ in range(TURNS):
        turn()
    return (clock() - begun) / TURNS * 1e6


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mace.sqlite"
        sessions = open_database(f"sqlite:///{path}")
        migrate(sessions)
        with sessions.begin() as session:
            seed(session, "core", START)
        give(sessions, "Camden", "Thames Gate NHS Trust", (START + timedelta(days=5)).date(), count=3)
        now = START

        def ours() -> None:
            nonlocal now
            now += timedelta(seconds=1)  # as in life: the account was last used a moment later
            hear(sessions, Sender("core", HOME, "nurse"), Line("mine", private=True, typed=False), now)

        statements: list[Statement] = []

        def listen(_connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
            if not sql.startswith(("BEGIN", "INSERT INTO audit ", "UPDATE audit_head ")):
                statements.append((sql, values))

        ours()
        event.listen(engine_of(sessions), "before_cursor_execute", listen)
        ours()
        event.remove(engine_of(sessions), "before_cursor_execute", listen)
        raw = replayed(path, statements)
        figures: dict[str, dict[str, float]] = {}
        for kind, clock in (("cpu_us", time.thread_time), ("wall_us", time.perf_counter)):
            rounds = [(microseconds(ours, clock), microseconds(raw, clock)) for _ in range(ROUNDS)]
            mine, bare = median(one for one, _ in rounds), median(one for _, one in rounds)
            figures[kind] = {"ours": round(mine), "raw": round(bare), "ratio": round(mine / bare, 2)}
        engine_of(sessions).dispose()
    print(json.dumps({"statements": len(statements), "rounds": ROUNDS, "turns_a_round": TURNS, **figures}))  # noqa: T201 -- what it is for


if __name__ == "__main__":
    main()
