"""Entries of the audit, chained, beside the same rows inserted plainly: one turn after another, and many at once."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import note
from storage.chain import ADD
from storage.database import Sessions
from storage.records import Account
from tests.benchmarks.ledger import alternately, databases, timed
from tests.benchmarks.start import report
from tests.cast import START
from tests.scheduler.fakes import give

ENTRIES = 3_000
EACH = (1, 3, 100)  # entries a transaction: a turn writes some three
PLAIN = count(1)  # a chain of its own, so that nothing is in its way


def chained(sessions: Sessions, account: Account, about: str, each: int) -> float:
    """Entries a second."""

    def write(session: Session) -> None:
        for _ in range(each):
            note(session, START, account, "read", about)

    return rate(sessions, each, write)


def plain(sessions: Sessions, account: Account, about: str, each: int) -> float:
    own: dict[str, Any] = {
        "account_id": account.id,
        "person_id": account.person_id,
        "what": "read",
        "about": about,
        "result": "done",
    }
    own |= {"chain": -1, "at": START, "key": 1, "mac": "0" * 64}
    return rate(
        sessions,
        each,
        lambda session: session.execute(ADD, [own | {"seq": next(PLAIN)} for _ in range(each)]),
    )


def rate(sessions: Sessions, each: int, write: Callable[..., object]) -> float:
    def work() -> None:
        for _ in range(ENTRIES // each):
            with sessions.begin() as session:
                write(session)

    return ENTRIES / timed(work)


def main() -> None:
    with databases() as opened:
        for name, sessions in opened.items():
            (about,) = give(sessions, "Camden", "Hollow Oak School", START.date())
            with sessions() as session:
                account = session.scalars(select(Account).where(Account.user == "school")).one()
            for each in EACH:
                sides = (partial(side, sessions, account, about, each) for side in (chained, plain))
                ours, bare = alternately(*sides)
                report(f"{name}: audit, {each} at once, chained beside plain", ours, "/s", bare, "ratio >= 0.6")


if __name__ == "__main__":
    main()
