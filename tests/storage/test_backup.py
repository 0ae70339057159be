"""A backup: everything in it, nothing of it readable, from either database to either; and what is not restored."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Text, inspect, select, text, type_coerce

from integrations.demo.story import seed_story
from storage.backup import (
    DAMAGED,
    LENGTH,
    MAGIC,
    MARK,
    NEWER_BACKUP,
    NOT_A_BACKUP,
    NOT_EMPTY,
    OTHER_KEYS,
    ROWS,
    CannotRestore,
    restoring,
    write_backup,
)
from storage.database import NEWER, DatabaseProblem, Sessions, check_database, engine_of, open_database
from storage.keys import SAMPLE, Keys
from storage.levels import Classified, Level, unsealed
from storage.migrating import configuration, migrate, reshaping
from storage.records import Account, Heard, Person, Record, Secret
from tests.cast import START
from tests.conftest import DATABASES
from tests.scheduler.fakes import sizes
from tests.storage.test_migrating import sizes_then

NewDisk = Callable[[str], str]
OWN = Keys({1: bytes(range(32))})


@pytest.fixture
def full(database_url: str) -> Iterator[Sessions]:
    with opened(database_url) as sessions:
        fill(sessions)
        yield sessions


def fill(sessions: Sessions) -> None:
    """The demo's cases and more, so that a table needs several chunks."""
    seed_story(sessions, START)
    with sessions.begin() as session:
        account = session.scalars(select(Account)).first()
        session.add_all(a_request(str(number), account) for number in range(2 * ROWS + 1))


def a_request(number: str, account: Account | None) -> Heard:
    assert account
    reply = Classified({"said": f"Canary {number}"}, Level.L2)
    return Heard(platform="core", request=number, account_id=account.id, at=START, reply=reply)


@pytest.fixture(scope="module")
def backup(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    copyfile(empty_sqlite, file := tmp_path_factory.mktemp("full") / "mace.sqlite")
    with opened(f"sqlite:///{file}") as sessions:
        fill(sessions)
        return backup_of(sessions)


def backup_of(sessions: Sessions) -> bytes:
    file = io.BytesIO()
    write_backup(sessions, file, START)
    return file.getvalue()


@contextmanager
def opened(url: str, keys: Keys = OWN) -> Iterator[Sessions]:
    sessions = open_database(url, keys)
    try:
        yield sessions
    finally:
        engine_of(sessions).dispose()


def restore(sessions: Sessions, backup: bytes) -> None:
    with restoring(sessions, io.BytesIO(backup)) as restored:
        assert restored.made_at == START


def everything(sessions: Sessions) -> dict[str, list[Any]]:
    """What is sealed as it lies there."""
    with sessions() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(*map(as_it_lies, table.columns)))), key=repr)
            for table in Record.metadata.sorted_tables
        }


def as_it_lies(column: Any) -> Any:
    return type_coerce(column, Text) if isinstance(column.type, Secret) else column


@pytest.mark.parametrize("kind", DATABASES)
def test_everything_comes_back_on_either_database(full: Sessions, new_disk: NewDisk, kind: str) -> None:
    with opened(new_disk(kind)) as new, opened(new_disk("sqlite")) as third:
        restore(new, backup_of(full))
        assert everything(new) == everything(full)
        restore(third, backup_of(new))
        assert everything(third) == everything(full)
        assert sizes(new)["heard"] > 2 * ROWS
        check_database(new)
        with new.begin() as session:
            assert "Ngozi Ashdown" in {unsealed(person.name) for person in session.scalars(select(Person))}


@pytest.mark.parametrize("kind", DATABASES)
def test_what_is_added_later_is_numbered_on(full: Sessions, new_disk: NewDisk, kind: str) -> None:
    with full.begin() as session:
        people = session.scalars(select(Person.id)).all()
    with opened(new_disk(kind)) as new:
        restore(new, backup_of(full))
        with new.begin() as session:
            session.add(added := Person(name=Classified("New Testperson", Level.L2)))
            session.flush()
            assert added.id == max(people) + 1


def test_a_database_that_is_migrated_and_empty_takes_it_too(full: Sessions, new_disk: NewDisk) -> None:
    with opened(new_disk("sqlite")) as new:
        migrate(new)
        restore(new, backup_of(full))
        assert sizes(new) == sizes(full)


def test_a_backup_of_an_older_version_is_brought_up(full: Sessions, new_disk: NewDisk) -> None:
    """Version 0003 knew no seal."""
    before = sizes_then(full)
    with reshaping(full) as connection:
        command.downgrade(configuration(connection), "0003")
    backup = backup_of(full)
    for migrated in (False, True):
        with opened(new_disk("sqlite")) as new:
            if migrated:
                migrate(new)
            restore(new, backup)
            assert sizes_then(new) == before
            check_database(new)
            with new() as session:
                assert "Ashdown" not in "".join(session.scalars(text("SELECT name FROM person")))


class WhileOthersWrite(io.BytesIO):
    """After each chunk something more is heard, as by a server that goes on."""

    others: Sessions
    more = 0

    def write(self, data: Any) -> int:
        with self.others.begin() as session:
            session.add(a_request(f"later {self.more}", session.scalars(select(Account)).first()))
        self.more += 1
        return super().write(data)


def test_it_is_one_moment_while_others_go_on_writing(full: Sessions, database_url: str, new_disk: NewDisk) -> None:
    before, file = sizes(full), WhileOthersWrite()
    with opened(database_url) as file.others, opened(new_disk("sqlite")) as new:
        write_backup(full, file, START)
        restore(new, file.getvalue())
        assert file.more > 10
        assert sizes(full)["heard"] == before["heard"] + file.more
        assert sizes(new)["heard"] - before["heard"] in (0, 1)  # the moment comes after the first bytes of the file
        assert {**sizes(new), "heard": 0} == {**before, "heard": 0}


def test_nothing_of_it_can_be_read_without_the_keys(backup: bytes) -> None:
    """TRUST.md T-47."""
    for word in (b"Camden", b"action_given", b"person", b"2026-06", b"revision", b"Ashdown"):
        assert word not in backup


# --- what is not restored ---------------------------------------------------------------------------------------------


def chunks(backup: bytes) -> list[bytes]:
    """The head of the file, then each chunk with its length."""
    at, found = len(MAGIC) + MARK, [backup[: len(MAGIC) + MARK]]
    while at < len(backup):
        end = at + LENGTH + int.from_bytes(backup[at : at + LENGTH])
        found.append(backup[at:end])
        at = end
    return found


def swapped(parts: list[bytes]) -> list[bytes]:
    return [*parts[:3], parts[4], parts[3], *parts[5:]]


def changed(parts: list[bytes]) -> list[bytes]:
    return [*parts[:4], parts[4][:-1] + bytes([parts[4][-1] ^ 1]), *parts[5:]]


SPOILT: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "cut after a chunk": lambda parts: parts[:-1],
    "cut in a chunk": lambda parts: [*parts[:-2], parts[-2][:40]],
    "cut in a length": lambda parts: [*parts[:-1], b"\0\0"],
    "without a chunk": lambda parts: [*parts[:4], *parts[5:]],
    "in another order": swapped,
    "one bit changed": changed,
    "something after it": lambda parts: [*parts, b"\0"],
    "one chunk twice": lambda parts: [*parts[:5], parts[4], *parts[5:]],
    "a length beyond all": lambda parts: [*parts[:4], b"\xff" * LENGTH + parts[4], *parts[5:]],
    "no chunk at all": lambda parts: parts[:1],
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_backup_that_is_damaged_restores_nothing(backup: bytes, new_disk: NewDisk, how: str) -> None:
    spoilt = b"".join(SPOILT[how](chunks(backup)))
    assert spoilt != backup
    with opened(new_disk("sqlite")) as new:
        with pytest.raises(CannotRestore, match=DAMAGED):
            restore(new, spoilt)
        assert inspect(engine_of(new)).get_table_names() == []


def test_chunks_of_two_backups_do_not_mix(full: Sessions, new_disk: NewDisk) -> None:
    one, other = chunks(backup_of(full)), chunks(backup_of(full))
    with opened(new_disk("sqlite")) as new, pytest.raises(CannotRestore, match=DAMAGED):
        restore(new, b"".join([*one[:4], other[4], *one[5:]]))


def test_other_keys_do_not_open_it(backup: bytes, new_disk: NewDisk) -> None:
    with opened(new_disk("sqlite"), SAMPLE) as new, pytest.raises(CannotRestore, match=OTHER_KEYS[:40]):
        restore(new, backup)


def test_a_missing_older_key_is_noticed(database_url: str, new_disk: NewDisk) -> None:
    """The file is sealed with the newest key, and what lies in it with the one of its day."""
    with opened(database_url, OWN) as old, old.begin() as session:
        session.add(Person(name=Classified("Old Testperson", Level.L2)))
    newest = {2: bytes(32)}
    with opened(database_url, Keys(OWN.roots | newest)) as both, opened(new_disk("sqlite"), Keys(newest)) as new:
        backup = backup_of(both)
        with pytest.raises(DatabaseProblem, match="sealed with other keys"):
            restore(new, backup)
        assert inspect(engine_of(new)).get_table_names() == []


@pytest.mark.parametrize("odd", [b"", b"PK\x03\x04", MAGIC[:-1], b"x" * 5_000])
def test_what_is_no_backup_is_said_to_be_none(odd: bytes, new_disk: NewDisk) -> None:
    with opened(new_disk("sqlite")) as new, pytest.raises(CannotRestore, match=NOT_A_BACKUP):
        restore(new, odd)


def test_a_backup_of_a_newer_version_is_refused(full: Sessions, new_disk: NewDisk) -> None:
    with full.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with opened(new_disk("sqlite")) as new, pytest.raises(CannotRestore, match=NEWER_BACKUP):
        restore(new, backup_of(full))


@pytest.mark.parametrize("kind", DATABASES)
def test_a_database_that_holds_something_is_left_alone(backup: bytes, new_disk: NewDisk, kind: str) -> None:
    with opened(new_disk(kind)) as new:
        migrate(new)
        with new.begin() as session:
            session.add(Person(name=Classified("Only Testperson", Level.L2)))
        with pytest.raises(CannotRestore, match=NOT_EMPTY):
            restore(new, backup)
        assert (sizes(new)["person"], sizes(new)["action"]) == (1, 0)
    with opened(new_disk(kind)) as another:
        with another.begin() as session:
            session.execute(text("CREATE TABLE somebody_elses (id INTEGER)"))
        with pytest.raises(CannotRestore, match=NOT_EMPTY):
            restore(another, backup)
        assert inspect(engine_of(another)).get_table_names() == ["somebody_elses"]


def test_a_database_that_is_newer_than_the_program_is_left_alone(backup: bytes, new_disk: NewDisk) -> None:
    with opened(new_disk("sqlite")) as new:
        migrate(new)
        with new.begin() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(DatabaseProblem, match=NEWER[:40]):
            restore(new, backup)


def restore_and_die(sessions: Sessions, backup: bytes) -> None:
    with restoring(sessions, io.BytesIO(backup)) as restored:
        assert sizes(restored.sessions)["person"]
        raise InterruptedError


def test_what_fails_afterwards_takes_everything_back(backup: bytes, new_disk: NewDisk) -> None:
    for kind in DATABASES:
        with opened(new_disk(kind)) as new:
            with pytest.raises(InterruptedError):
                restore_and_die(new, backup)
            assert inspect(engine_of(new)).get_table_names() == []


def test_every_column_is_of_a_kind_that_a_backup_can_hold() -> None:
    """JSON's own kinds, days, moments and times of day: anything else has to be taught to storage/backup.py first."""
    kept = {
        getattr(column.type, "impl_instance", column.type).python_type
        for table in Record.metadata.tables.values()
        for column in table.columns
    }
    assert {one.__name__ for one in kept if not issubclass(one, str)} == {"int", "bool", "date", "datetime", "time"}
