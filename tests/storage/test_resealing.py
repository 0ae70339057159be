"""Another key: what lies under an older one is sealed again while others write, and a crash loses nothing (T-50)."""

import sys
from collections import Counter
from collections.abc import Iterator
from signal import SIGKILL
from subprocess import run
from typing import Any

import pytest
from sqlalchemy import event, select, text

from integrations.demo.story import seed_story
from storage.database import Sessions, engine_of, open_database
from storage.keys import SAMPLE, Keys
from storage.levels import Classified, Level, unsealed
from storage.records import Account, Heard, Living, Person, Record, Secret
from storage.records.base import sealed
from storage.resealing import ROWS, lying, reseal
from tests.cast import START

BOTH = Keys({**SAMPLE.roots, 2: bytes(range(32, 64))})
ONLY_NEW = Keys({2: BOTH.roots[2]})
PERSON = "person.name"


@pytest.fixture
def full(sessions: Sessions) -> Sessions:
    """The demo's cases, and so many requests that they need several transactions; all under key 1."""
    seed_story(sessions, START)
    with sessions.begin() as session:
        account = session.scalars(select(Account)).first()
        assert account
        replies = (Classified({"said": f"Canary {number}"}, Level.L2) for number in range(2 * ROWS + 1))
        for number, reply in enumerate(replies):
            session.add(Heard(platform="core", request=str(number), account_id=account.id, at=START, reply=reply))
    return sessions


@pytest.fixture
def newer(full: Sessions, database_url: str) -> Iterator[Sessions]:
    """The same database, as a process has it that knows the new key."""
    sessions = open_database(database_url, BOTH)
    engine_of(full).dispose()  # SQLite lets one process write
    yield sessions
    engine_of(sessions).dispose()


def keys_in_use(sessions: Sessions) -> Counter[int]:
    return sum(lying(sessions).values(), Counter())


def everything(sessions: Sessions) -> dict[str, list[Any]]:
    """What is in each secret column, opened."""
    with sessions.begin() as session:
        return {
            column.type.place: [
                unsealed(one) for one in session.scalars(select(column).order_by(*table.primary_key)) if one
            ]
            for table in Record.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, Secret)
        }


def test_all_of_it_is_sealed_again_and_the_old_key_opens_nothing_more(newer: Sessions, database_url: str) -> None:
    before, there = everything(newer), keys_in_use(newer)
    assert there.keys() == {1}
    done = Counter[str]()
    for step in reseal(newer):
        done[step.place] += step.done
        assert step.closed == 0
    assert done.total() == there.total()
    assert done["heard.reply"] == 2 * ROWS + 1
    assert keys_in_use(newer) == {2: there.total()}
    only_new = open_database(database_url, ONLY_NEW)
    engine_of(newer).dispose()
    assert everything(only_new) == before
    engine_of(only_new).dispose()
    assert sum(step.done for step in reseal(newer)) == 0


def test_nothing_looks_changed_by_anybody(newer: Sessions) -> None:
    def seen() -> list[tuple[Any, ...]]:
        living = [one for one in Record.__subclasses__() if issubclass(one, Living)]
        assert len(living) > 3
        with newer.begin() as session:
            return [
                tuple(row)
                for one in living
                for row in session.execute(select(one.version, one.changed_at, one.changed_how, one.changed_by_id))
            ]

    before = seen()
    assert any(reseal(newer))
    assert seen() == before != []


# --- a crash ----------------------------------------------------------------------------------------------------------

KILLED = """
import os, sys
from signal import SIGKILL
from sqlalchemy import event
from storage.database import engine_of
from storage.records.base import sealed
from storage.resealing import reseal
from tests.storage.test_resealing import BOTH, open_database

url, moment, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
sessions = open_database(url, BOTH)

@event.listens_for(engine_of(sessions), moment)
def doom(*what):
    global times
    times -= moment == "commit" or what[2].startswith("UPDATE")
    if times == 0:
        os.kill(os.getpid(), SIGKILL)

for step in reseal(sessions):
    pass
"""


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute", "commit"])
def test_killed_in_the_middle_it_goes_on_and_everything_opens(
    newer: Sessions, database_url: str, moment: str, times: int
) -> None:
    """TRUST.md T-50: invariant 10, whenever it dies."""
    before, there = everything(newer), keys_in_use(newer)
    engine_of(newer).dispose()
    killed = run([sys.executable, "-c", KILLED, database_url, moment, str(times)], check=False, timeout=60)
    assert killed.returncode == -SIGKILL
    half = keys_in_use(newer)
    assert half.total() == there.total()
    assert half[1] > 0
    assert (half[2] > 0) is (times > 1)
    assert everything(newer) == before
    assert sum(step.done for step in reseal(newer)) == half[1]
    assert keys_in_use(newer) == {2: there.total()}
    assert everything(newer) == before


# --- while others write -----------------------------------------------------------------------------------------------


def test_what_changes_between_the_look_and_the_swap_is_not_overwritten(newer: Sessions) -> None:
    theirs = sealed('"Canary Married"', SAMPLE, PERSON)

    def somebody_is_quicker(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE person"):
            cursor.connection.cursor().execute(f"UPDATE person SET name = '{theirs}' WHERE id = 1")  # noqa: S608

    event.listen(engine_of(newer), "before_cursor_execute", somebody_is_quicker)
    done = Counter[str]()
    for step in reseal(newer):
        done[step.place] += step.done
    with newer.begin() as session:
        assert unsealed(session.get_one(Person, 1).name) == "Canary Married"
        assert done[PERSON] == session.query(Person).count() - 1


def test_a_row_in_somebodys_hand_is_left_for_the_next_time(postgresql_url: str) -> None:
    """On SQLite nobody else has any."""
    sessions, newer = open_database(postgresql_url), open_database(postgresql_url, BOTH)
    seed_story(sessions, START)
    people = sum(keys_in_use(sessions)[number] for number in (1,))
    with sessions.begin() as somebody:
        somebody.execute(text("UPDATE person SET by_mail = true WHERE id = 1"))
        left = people - sum(step.done for step in reseal(newer))
        assert left > 0
    assert sum(step.done for step in reseal(newer)) == left
    for one in (sessions, newer):
        engine_of(one).dispose()


def test_what_does_not_open_is_told_of_and_holds_nothing_up(newer: Sessions) -> None:
    with newer.begin() as session:
        session.execute(text("UPDATE person SET name = (SELECT max(child) FROM transfer) WHERE id = 1"))
        session.execute(text("UPDATE person SET name = 'readable' WHERE id = 2"))
    there = lying(newer)[PERSON]
    assert there[0] == 1
    closed = Counter[str]()
    for step in reseal(newer):
        closed[step.place] += step.closed
    assert +closed == {PERSON: 2}
    with newer.begin() as session:
        assert session.scalar(text("SELECT name FROM person WHERE id = 2")) == "readable"
    assert lying(newer)[PERSON] == {0: 1, 1: 1, 2: there.total() - 2}
