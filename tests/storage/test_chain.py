"""The audit: whatever happens it verifies, and whatever is changed afterwards shows (TRUST.md T-51, invariant 8)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.audit import note
from storage.chain import ENTRY, HEAD
from storage.database import Sessions, engine_of, open_database
from storage.keys import Keys
from storage.migrating import configuration, migrate, reshaping
from storage.records import Account, Action, AuditEntry, AuditHead, Partnership
from storage.shortening import shorten
from storage.verifying import Anchor, Flaw, Verdict, ends_now, verify
from tests.cast import START, seed
from tests.scheduler.fakes import give

SCHOOL = "Hollow Oak School"
MINUTE = timedelta(minutes=1)
ONE, TWO = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def cast(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        seed(session, "core", START)
    return sessions


def verdicts(sessions: Sessions, *anchors: Anchor) -> list[Verdict]:
    with sessions() as session:
        return list(verify(session.connection(), anchors))


def flaws(sessions: Sessions, *anchors: Anchor) -> list[tuple[int, Flaw, int]]:
    return [(one.chain, one.flaw, one.seq) for one in verdicts(sessions, *anchors) if one.flaw]


def chain_named(sessions: Sessions, name: str) -> int:
    with sessions() as session:
        return session.scalars(select(Partnership.id).where(Partnership.name == name)).one()


def noted(sessions: Sessions, count: int, about: str = "", user: str = "") -> None:
    with sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.user == user)).first()
        for number in range(count):
            note(session, START + number * MINUTE, account, "read", about)


def breaks(session: Session, what: str) -> None:
    note(session, START, None, what)
    raise ZeroDivisionError


def unguarded(connection: Connection) -> None:
    """What whoever owns the database can do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
    else:
        for trigger in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {trigger}"))


# --- which chain ------------------------------------------------------------------------------------------------------


def test_an_entry_is_in_the_chain_of_what_it_is_about_or_of_where_its_author_writes_from(cast: Sessions) -> None:
    (action,) = give(cast, "Islington", "Islington Council", START.date())
    camden, islington = (chain_named(cast, name) for name in ("Camden", "Islington"))
    noted(cast, 2, action, "school")
    noted(cast, 1, "", "school")
    noted(cast, 1, "A-22222", "school")
    noted(cast, 3)
    assert {one.chain: one.entries for one in verdicts(cast)} == {0: 3, camden: 2, islington: 2}


# --- while it is written ----------------------------------------------------------------------------------------------


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(cast: Sessions) -> None:
    noted(cast, 1)
    with pytest.raises(ZeroDivisionError), cast.begin() as session:
        breaks(session, "lost")
    with cast.begin() as session:
        note(session, START, None, "kept")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            breaks(session, "lost in a savepoint")
        with session.begin_nested():
            note(session, START, None, "kept in a savepoint")
    with cast() as session:
        told = session.scalars(select(AuditEntry.what).order_by(AuditEntry.seq)).all()
    assert told == ["read", "kept", "kept in a savepoint"]
    assert flaws(cast) == []


def test_nobody_waits_while_another_is_still_at_work(postgresql_url: str) -> None:
    """The head of a chain is locked only when its transaction ends."""
    sessions = open_database(postgresql_url)
    noted(sessions, 1)
    with sessions.begin() as slow:
        note(slow, START, None, "slow")
        slow.flush()
        with sessions.begin() as quick:
            quick.execute(text("SET LOCAL lock_timeout = '1s'"))
            note(quick, START, None, "quick")
    with sessions() as session:
        assert session.scalars(select(AuditEntry.what).order_by(AuditEntry.seq)).all() == ["read", "quick", "slow"]
    assert flaws(sessions) == []
    engine_of(sessions).dispose()


def test_many_at_once_in_several_chains(cast: Sessions) -> None:
    """Also the first of all, when there is no head to lock yet, and whatever the order in which they note."""
    actions = [
        give(cast, borough, agency, START.date())[0]
        for borough, agency in (("Camden", SCHOOL), ("Islington", "Islington Council"))
    ]
    together = Barrier(4)

    def work(number: int) -> None:
        together.wait()
        for _ in range(10):
            with cast.begin() as session:
                for about in ("", *actions[:: 1 if number % 2 else -1]):
                    note(session, START, None, f"thread {number}", about)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sorted(one.entries for one in verdicts(cast)) == [40, 40, 40]
    assert flaws(cast) == []


def test_many_at_once_about_one_thing(cast: Sessions) -> None:
    """Their chain is found and its end locked in one question."""
    (action,) = give(cast, "Camden", SCHOOL, START.date())
    noted(cast, 1, action)
    together = Barrier(4)

    def work(number: int) -> None:
        together.wait()
        for _ in range(10):
            with cast.begin() as session:
                note(session, START, None, f"thread {number}", action)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert [one.entries for one in verdicts(cast) if one.chain == chain_named(cast, "Camden")] == [41]
    assert flaws(cast) == []


# --- the database refuses ---------------------------------------------------------------------------------------------

CHANGES = (
    "UPDATE audit SET what = 'another'",
    "UPDATE audit SET mac = mac",
    "DELETE FROM audit",
    "INSERT OR REPLACE INTO audit SELECT * FROM audit",
    "TRUNCATE audit",
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_an_entry(cast: Sessions, change: str) -> None:
    """TRUST.md T-51."""
    noted(cast, 2)
    kind = engine_of(cast).dialect.name
    own = {"INSERT": "sqlite", "TRUNCATE": "postgresql"}.get(change.split()[0], kind)
    says = "only ever added to" if own == kind else "syntax error"
    with pytest.raises(DBAPIError, match=says), cast.begin() as session:
        session.execute(text(change))
    assert [one.entries for one in verdicts(cast)] == [2]
    assert flaws(cast) == []


# --- what shows -------------------------------------------------------------------------------------------------------


def changed(sessions: Sessions, *statements: Any) -> None:
    with sessions.begin() as session:
        unguarded(session.connection())
        for statement in statements:
            session.execute(statement)


def test_an_entry_that_is_missing_is_named(cast: Sessions) -> None:
    noted(cast, 5)
    changed(cast, ENTRY.delete().where(ENTRY.c.seq == 3))
    assert flaws(cast) == [(0, Flaw.MISSING, 3)]


def test_an_end_that_was_cut_off_shows_by_the_head_and_with_the_head_by_an_anchor(cast: Sessions) -> None:
    """TRUST.md T-51."""
    noted(cast, 5)
    with cast() as session:
        anchors = ends_now(session.connection(), START)
        fourth = session.scalars(select(AuditEntry.mac).where(AuditEntry.seq == 4)).one()
    assert flaws(cast, *anchors) == []
    changed(cast, ENTRY.delete().where(ENTRY.c.seq == 5))
    assert flaws(cast) == [(0, Flaw.CUT, 5)]
    changed(cast, update(HEAD).values(seq=4, mac=fourth))
    assert flaws(cast) == [], "from inside it cannot be seen"
    assert flaws(cast, *anchors) == [(0, Flaw.CUT, 5)]
    noted(cast, 3)
    assert flaws(cast) == []
    assert flaws(cast, *anchors) == [(0, Flaw.OTHER, 5)]


def test_a_chain_of_which_nothing_is_left_shows_by_an_anchor(cast: Sessions) -> None:
    noted(cast, 5)
    with cast() as session:
        anchors = ends_now(session.connection(), START)
    changed(cast, ENTRY.delete(), HEAD.delete())
    assert flaws(cast) == []
    assert flaws(cast, *anchors) == [(0, Flaw.CUT, 1)]


def test_a_beginning_that_was_cut_off_is_missing(cast: Sessions) -> None:
    noted(cast, 5)
    with cast() as session:
        second = session.scalars(select(AuditEntry.mac).where(AuditEntry.seq == 2)).one()
    changed(cast, ENTRY.delete().where(ENTRY.c.seq < 3), update(HEAD).values(gone=second))
    assert flaws(cast) == [(0, Flaw.MISSING, 1)]


def test_whoever_has_no_key_cannot_add_an_entry(cast: Sessions) -> None:
    noted(cast, 2)
    forged = select(ENTRY.c.chain, text("3"), *list(ENTRY.c)[2:]).where(ENTRY.c.seq == 2)
    changed(cast, ENTRY.insert().from_select(list(ENTRY.c), forged), update(HEAD).values(seq=3))
    assert flaws(cast) == [(0, Flaw.CHANGED, 3)]


# --- what is old ------------------------------------------------------------------------------------------------------


def test_what_is_old_is_deleted_on_purpose_and_the_rest_verifies(cast: Sessions) -> None:
    noted(cast, 5)  # a minute apart
    noted(cast, 2, "", "school")
    for before, gone, first in ((0, 0, 1), (3, 4, 4), (3, 1, 4)):
        with engine_of(cast).begin() as connection:
            assert shorten(connection, START + before * MINUTE, START + 9 * MINUTE) == gone
            assert connection.scalar(select(func.min(ENTRY.c.seq)).where(ENTRY.c.chain == 0)) == first
        assert flaws(cast) == []
        with pytest.raises(DBAPIError, match="only ever added to"), cast.begin() as session:
            session.execute(text("DELETE FROM audit"))
    changed(cast, ENTRY.delete().where(ENTRY.c.seq == 4, ENTRY.c.chain == 0))
    assert flaws(cast) == [(0, Flaw.MISSING, 1)]


# --- keys -------------------------------------------------------------------------------------------------------------


def test_an_old_key_proves_old_entries_and_without_it_nobody_can(database_url: str) -> None:
    for keys, entries in (({1: ONE}, 1), ({1: ONE, 2: TWO}, 2)):
        sessions = open_database(database_url, Keys(keys))
        noted(sessions, 1)
        assert [one.entries for one in verdicts(sessions)] == [entries]
        assert flaws(sessions) == []
        engine_of(sessions).dispose()
    for keys, flaw, seq in (({2: TWO}, Flaw.UNKNOWN_KEY, 1), ({1: TWO, 2: TWO}, Flaw.CHANGED, 1)):
        sessions = open_database(database_url, Keys(keys))
        assert flaws(sessions) == [(0, flaw, seq)]
        engine_of(sessions).dispose()


# --- what was written before there were chains ------------------------------------------------------------------------


def test_what_was_written_before_is_chained_by_the_migration(sessions: Sessions) -> None:
    with reshaping(sessions) as connection:
        command.downgrade(configuration(connection), "0018")
        for number in range(1, 4):
            connection.execute(
                text("INSERT INTO audit (id, at, what, about, result) VALUES (:id, :at, :what, 'A-1', 'done')"),
                {"id": 10 - number, "at": f"2026-06-0{number} 08:30:00.000000", "what": f"number {number}"},
            )
    migrate(sessions)
    noted(sessions, 1)
    with sessions() as session:
        found = session.execute(select(AuditEntry.what, AuditEntry.chain, AuditEntry.seq).order_by(AuditEntry.seq))
        assert found.all() == [("number 3", 0, 1), ("number 2", 0, 2), ("number 1", 0, 3), ("read", 0, 4)]
    assert flaws(sessions) == []
    with pytest.raises(DBAPIError, match="only ever added to"), sessions.begin() as session:
        session.execute(text("DELETE FROM audit"))


# --- anything ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(empty_sqlite: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    """One tracker for all the examples: each goes on where the last one ended."""
    path = tmp_path_factory.mktemp("kept") / "mace.sqlite"
    path.write_bytes(empty_sqlite.read_bytes())
    sessions = open_database(f"sqlite:///{path}")
    with sessions.begin() as session:
        seed(session, "core", START)
    give(sessions, "Camden", SCHOOL, START.date())
    give(sessions, "Islington", "Islington Council", START.date())
    noted(sessions, 7)
    noted(sessions, 5, "", "school")
    yield sessions
    engine_of(sessions).dispose()


def an_entry(session: Session, what: str, about: int, who: int) -> None:
    actions = session.scalars(select(Action.reference).order_by(Action.id)).all()
    account = session.scalars(select(Account).order_by(Account.id).offset(who).limit(1)).first() if who else None
    note(session, START + who * MINUTE, account, what, actions[about] if about < 2 else "", "done")


ENTRIES = some.lists(
    some.tuples(some.text(max_size=20).filter(lambda one: "\0" not in one), some.integers(0, 2), some.integers(0, 5)),
    max_size=4,
)
SLOWLY = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@SLOWLY
@given(turns=some.lists(some.tuples(ENTRIES, some.booleans()), max_size=5))
def test_after_whatever_happened_it_verifies(
    kept: Sessions, turns: list[tuple[list[tuple[str, int, int]], bool]]
) -> None:
    """TRUST.md 7, invariant 8: turns that end well, and turns that break."""
    before = sum(one.entries for one in verdicts(kept))
    for entries, ends_well in turns:
        with kept() as session, session.begin() as turn:
            for entry in entries:
                an_entry(session, *entry)
            if not ends_well:
                turn.rollback()
    found = verdicts(kept)
    assert [one for one in found if one.flaw] == []
    assert sum(one.entries for one in found) == before + sum(len(entries) for entries, well in turns if well)


ANOTHER: dict[str, Any] = {
    **dict.fromkeys(("chain", "seq", "key"), some.integers(0, 99)),
    **dict.fromkeys(("account_id", "person_id"), some.none() | some.integers(1, 9)),
    **dict.fromkeys(("what", "about", "result", "mac"), some.text("abcdefA-1 ", max_size=12)),
    "at": some.integers(1, 10**9).map(lambda one: START + timedelta(microseconds=one)),
}


@SLOWLY
@given(
    change=some.sampled_from(sorted(ANOTHER)).flatmap(lambda field: some.tuples(some.just(field), ANOTHER[field])),
    number=some.integers(0, 9),
)
def test_whatever_is_changed_afterwards_it_does_not(kept: Sessions, change: tuple[str, Any], number: int) -> None:
    """TRUST.md T-51: every column of the table, by whoever could take the triggers away."""
    assert ANOTHER.keys() == {column.name for column in ENTRY.columns}
    field, value = change
    with kept() as session:
        connection = session.connection()
        row = connection.execute(select(ENTRY).order_by(ENTRY.c.chain, ENTRY.c.seq).offset(number)).mappings().first()
        assert row
        if field in ("chain", "seq"):  # to a place that is free
            value += 1 + connection.scalar(select(func.max(ENTRY.c[field])))
        assume(value != row[field])
        unguarded(connection)
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        this = (ENTRY.c.chain == row["chain"]) & (ENTRY.c.seq == row["seq"])
        connection.execute(update(ENTRY).where(this).values({field: value}))
        wrong = [one for one in verify(connection) if one.flaw]
        session.rollback()
    assert wrong, f"{field} of {row['seq']} in {row['chain']}"
    assert flaws(kept) == []


def test_there_is_a_head_a_chain(cast: Sessions) -> None:
    noted(cast, 2)
    noted(cast, 1, "", "school")
    with cast() as session:
        ends = dict(
            session.execute(select(AuditEntry.chain, func.max(AuditEntry.seq)).group_by(AuditEntry.chain)).all()
        )
        assert ends == {one.chain: one.seq for one in session.scalars(select(AuditHead))}
