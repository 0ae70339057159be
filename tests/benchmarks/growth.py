"""The same turns in a tracker of 1,000 actions and in one of a million, on both databases: people wait no longer."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from statistics import median

from sqlalchemy import select, text

from bot.conversation import hear
from bot.replies import Line, Sender
from scheduler.jobs import run_jobs
from storage.database import Sessions, engine_of
from storage.queries.daily import due_beside, people_told
from storage.records import Account
from tests.benchmarks.ledger import databases, timed
from tests.benchmarks.start import report
from tests.cast import CAST, HOME, START
from tests.scheduler.crowd import a_crowd
from tests.scheduler.fakes import give

SMALL, LARGE, POSTS = 1_000, 1_000_000, 1_000
TURNS, ROUNDS = 20, 9
NURSE, COORDINATOR = "nurse", "coordinator"
NUMBERED = {
    "postgresql": "SELECT n FROM generate_series(1, :size) AS t(n)",
    "sqlite": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < :size) SELECT n FROM t",
}
OLD = """
INSERT INTO action
    (reference, partnership_id, owner_id, verb, due_on, state, agreed_at, version, changed_at, changed_how)
SELECT 'B-' || n, (SELECT min(id) FROM partnership), (SELECT min(id) FROM post) + n % :posts, 'send_information',
    {day}, CASE WHEN n % 100 = 50 THEN 'open' ELSE 'done' END, :at, 1, :at, 'agree'
FROM ({numbered}) AS numbers
"""
LETTERS = """
INSERT INTO delivery
    (once, kind, about, about_version, post_id, account_id, due_at, meant_at, sent_at, state, attempts, daily)
SELECT 'old:' || n, CASE n % 3 WHEN 0 THEN 'flag_reminder' WHEN 1 THEN 'feedback_due' ELSE 'action_reminder' END,
    'B-' || n, 1, (SELECT min(id) FROM post) + n % :posts, (SELECT min(id) FROM account) + n % :posts,
    :at, :at, :at, 'sent', 1, {true}
FROM ({numbered}) AS numbers
"""
DAY = {"postgresql": "DATE '2024-01-01' + n % 730", "sqlite": "date('2024-01-01', '+' || (n % 730) || ' days')"}


def of_size(sessions: Sessions, size: int) -> str:
    """Years of actions, of which one in a hundred is not done, and as many reminders of different kinds.  Those who ask
    have many as well, and have done theirs.

    Returns an action of the nurse.
    """
    borough, agency, *_ = CAST[NURSE][1][0]
    (action,) = give(sessions, borough, agency, (START + timedelta(days=5)).date(), START)
    a_crowd(sessions, POSTS)
    kind = engine_of(sessions).dialect.name
    with sessions.begin() as session:
        at = START if kind == "postgresql" else f"{START:%Y-%m-%d %H:%M:%S.%f}+00"
        filled = text(OLD.format(day=DAY[kind], numbered=NUMBERED[kind]))
        session.execute(filled, {"size": size, "posts": POSTS, "at": at})
        told = text(LETTERS.format(true="true" if kind == "postgresql" else "1", numbered=NUMBERED[kind]))
        session.execute(told, {"size": size, "posts": POSTS, "at": at})
    with engine_of(sessions).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return action


def turns(sessions: Sessions, action: str) -> Iterator[tuple[str, Callable[[], object]]]:
    seconds = count(1)

    def says(who: str, *lines: str) -> Callable[[], object]:
        def turn() -> None:
            for line in lines:
                now = START + timedelta(seconds=next(seconds))
                hear(sessions, Sender("core", HOME, who), Line(line, private=True, typed=False), now)

        return turn

    yield "what I have open", says(NURSE, "mine")
    yield "how an action stands", says(NURSE, f"action {action}")
    yield "an action done, and taken back", says(NURSE, f"done {action}", f"undo {action}")
    yield "whether somebody has had the letter of the day, and what belongs into it", partial(of_the_day, sessions)
    yield "what a coordinator has open", says(COORDINATOR, "mine")
    yield "what did not arrive", says(COORDINATOR, "not sent")


def of_the_day(sessions: Sessions) -> None:
    """As the postman asks it of whoever is to be reminded."""
    with sessions() as session:
        nurse = session.scalars(select(Account.person_id).where(Account.user == NURSE)).one() or 0
        due_beside(session, [nurse], START.date(), START)
        people_told(session, {nurse}, START + timedelta(hours=1))


LATE = 1_000


def ticks(few: Sessions, many: Sessions) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """The clock with nothing to do: where nothing is late, and where this many are, are raised and are chased."""
    minutes = count(1)
    borough, agency, *_ = CAST[NURSE][1][0]
    give(many, borough, agency, START.date() - timedelta(days=20), START - timedelta(days=60), LATE)

    def idle(sessions: Sessions, day: datetime) -> Callable[[], object]:
        run_jobs(sessions, day)
        return lambda: run_jobs(sessions, day + timedelta(seconds=next(minutes)))

    for what, days in (("on the day they are raised", 0), ("three days later", 3)):
        day = START + timedelta(days=days)
        yield what, idle(few, day), idle(many, day)


def milliseconds(turn: Callable[[], object]) -> float:
    return timed(lambda: [turn() for _ in range(TURNS)]) / TURNS * 1000


def main() -> None:
    with databases() as small, databases() as large:
        for name in small:
            for what, few_late, many_late in ticks(small[name], large[name]):
                pairs = [(timed(few_late) * 1000, timed(many_late) * 1000) for _ in range(ROUNDS)]
                none, late = (median(one[which] for one in pairs) for which in (0, 1))
                report(f"{name}: an idle tick at {LATE:,} late actions beside none, {what}", late, "ms", none, "<= 3")
    with databases() as small, databases() as large:
        for name in small:
            sides = []
            for sessions, size in ((small[name], SMALL), (large[name], LARGE)):
                sides.append(dict(turns(sessions, of_size(sessions, size))))
            for what in sides[0]:
                rounds = [[milliseconds(side[what]) for side in sides] for _ in range(ROUNDS)]
                few, many = (median(one[which] for one in rounds) for which in (0, 1))
                report(f"{name}: {what}, {LARGE:,} actions beside {SMALL:,}", many, "ms", few, "ratio <= 1.3")


if __name__ == "__main__":
    main()
