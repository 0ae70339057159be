"""What is secret lies sealed in the database: with one installation's keys, and in its own column."""

import os
from base64 import b64decode, b64encode
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from storage.database import DatabaseProblem, Sessions, check_database, engine_of, open_database
from storage.keys import SAMPLE, CannotOpen, Keys, UnusableKeys, add_key, new_keys, read_keys
from storage.levels import Classified, Level, unsealed
from storage.migrating import configuration
from storage.records import Person, Record, Secret

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
CANARY = "Canary Testperson"
PERSON = "person.name"


@pytest.fixture
def with_a_person(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        session.add(Person(name=Classified(CANARY, Level.L2), email=Classified("canary@school.example", Level.L2)))
    return sessions


def raw_name(sessions: Sessions) -> str:
    with sessions() as session:
        return str(session.scalar(text("SELECT name FROM person")))


# --- the seal ---------------------------------------------------------------------------------------------------------


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    keys = Keys({1: OLD})
    first, second = keys.seal(b"a name", "person.name"), keys.seal(b"a name", "person.name")
    assert first != second
    assert keys.open(first, "person.name") == keys.open(second, "person.name") == b"a name"
    assert b"a name" not in first


def test_the_newest_key_seals_and_the_older_ones_still_open() -> None:
    """TRUST.md T-50."""
    before = Keys({1: OLD}).seal(b"a name", "person.name")
    both = Keys({1: OLD, 2: NEW})
    assert both.open(before, "person.name") == b"a name"
    after = both.seal(b"a name", "person.name")
    assert Keys({2: NEW}).open(after, "person.name") == b"a name"
    with pytest.raises(CannotOpen):
        Keys({1: OLD}).open(after, "person.name")


@pytest.mark.parametrize("at", range(0, 45, 4))
def test_one_changed_byte_is_noticed(at: int) -> None:
    sealed = bytearray(Keys({1: OLD}).seal(b"a name of some length", "person.name"))
    sealed[at] ^= 1
    with pytest.raises(CannotOpen):
        Keys({1: OLD}).open(bytes(sealed), "person.name")


@pytest.mark.parametrize("odd", [b"", b"\x01", b"a name", b"\x01\x01" + b"0" * 12])
def test_what_was_never_sealed_is_never_given_back(odd: bytes) -> None:
    with pytest.raises(CannotOpen):
        Keys({1: OLD}).open(odd, "person.name")


def test_keys_do_not_show_themselves() -> None:
    assert repr(Keys({1: OLD, 2: NEW})) == "<Keys [1, 2]>"


def test_a_secret_for_something_else_is_the_same_in_every_process_and_another_with_a_newer_key() -> None:
    assert Keys({1: OLD}).secret("sign-in") == Keys({1: OLD}).secret("sign-in") != Keys({1: OLD}).secret("another")
    assert Keys({1: OLD, 2: NEW}).secret("sign-in") == Keys({2: NEW}).secret("sign-in")


# --- the marks --------------------------------------------------------------------------------------------------------


def test_what_reads_the_same_has_the_same_mark() -> None:
    keys = Keys({1: OLD})
    marks = {keys.mark("name", name, "2011-05-14") for name in ("Zoë O'Brien", "ZOE OBRIEN", "zoe\u0308 o\u2019brien ")}
    assert len(marks) == 1
    others = {
        *(keys.mark("name", "Zoe OBrian", "2011-05-14"), keys.mark("name", "Zoe OBrien", "2011-05-15")),
        *(keys.mark("other", "Zoe OBrien", "2011-05-14"), keys.mark("name", "Zoe OBrien2", "011-05-14")),
        Keys({1: NEW}).mark("name", "Zoe OBrien", "2011-05-14"),
    }
    assert len(others) == 5
    assert not others & marks
    assert {len(mark) for mark in others | marks} == {32}  # 128 bits


def test_a_newer_key_changes_no_mark() -> None:
    assert Keys({1: OLD, 2: NEW}).mark("name", "Zoe") == Keys({1: OLD}).mark("name", "Zoe")


# --- in the database --------------------------------------------------------------------------------------------------


def test_every_secret_column_knows_its_place() -> None:
    secret = [
        (f"{table.name}.{column.name}", column.type.place)
        for table in Record.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Secret)
    ]
    assert len(secret) > 10
    assert all(name == place for name, place in secret)


def test_nothing_secret_can_be_read_in_the_database(with_a_person: Sessions) -> None:
    """TRUST.md T-47."""
    kept = b64decode(raw_name(with_a_person))
    assert CANARY.encode() not in kept
    assert SAMPLE.open(kept, "person.name") == f'"{CANARY}"'.encode()


def test_what_is_moved_to_another_column_does_not_open(with_a_person: Sessions) -> None:
    """TRUST.md T-49."""
    with with_a_person.begin() as session:
        session.execute(text("UPDATE person SET name = email"))
    with with_a_person() as session, pytest.raises(CannotOpen):
        session.query(Person).one()


def test_other_keys_are_noticed_before_anything_is_done(with_a_person: Sessions) -> None:
    others = open_database(engine_of(with_a_person).url.render_as_string(hide_password=False), Keys({1: OLD}))
    with pytest.raises(DatabaseProblem, match="sealed with other keys"):
        check_database(others)
    engine_of(others).dispose()


def test_what_an_older_version_kept_is_sealed_by_the_migration(with_a_person: Sessions) -> None:
    engine = engine_of(with_a_person)
    with engine.begin() as connection:
        command.downgrade(configuration(connection), "0003")
    assert raw_name(with_a_person) == f'"{CANARY}"'
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "head")
    assert CANARY not in raw_name(with_a_person)
    with with_a_person() as session:
        assert unsealed(session.query(Person).one().name) == CANARY


# --- the file of keys -------------------------------------------------------------------------------------------------


def a_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "keys"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_new_file_of_keys_can_be_read(tmp_path: Path) -> None:
    first, second = (read_keys(a_file(tmp_path, new_keys())) for _ in range(2))
    assert list(first.roots) == [1]
    assert first != second


def test_several_keys(tmp_path: Path) -> None:
    lines = [f"{number} {b64encode(root).decode()}" for number, root in ((1, OLD), (2, NEW))]
    assert read_keys(a_file(tmp_path, "\n\n".join(lines))) == Keys({1: OLD, 2: NEW})


@pytest.mark.parametrize(
    "odd",
    [
        *("", "1", "one two", f"1 {'A' * 10}", f"0 {b64encode(OLD).decode()}", f"256 {b64encode(OLD).decode()}"),
        *(f"1 {b64encode(OLD).decode()} more", "1 ø", f"1 {b64encode(OLD).decode()[:-1]}*"),
    ],
)
def test_a_file_that_holds_no_keys(odd: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableKeys, match="is no file of keys"):
        read_keys(a_file(tmp_path, odd))


def test_a_file_that_is_not_there_or_that_others_can_read(tmp_path: Path) -> None:
    with pytest.raises(UnusableKeys, match="cannot be read"):
        read_keys(tmp_path / "none")
    with pytest.raises(UnusableKeys, match=r"Others can read .* chmod 600"):
        read_keys(a_file(tmp_path, new_keys(), 0o640))


def test_a_number_that_is_there_twice(tmp_path: Path) -> None:
    """One of the two has sealed something, and nobody can say which."""
    with pytest.raises(UnusableKeys, match="is no file of keys"):
        read_keys(a_file(tmp_path, new_keys() + new_keys()))


def test_the_day_of_a_key_is_in_the_file_and_before_that_it_was_the_files_own(tmp_path: Path) -> None:
    path = a_file(tmp_path, new_keys() + new_keys(2, date(2026, 6, 9)))
    os.utime(path, (0, 0))
    assert read_keys(path).made_on == {1: date(1970, 1, 1), 2: date(2026, 6, 9)}


# --- one more key -----------------------------------------------------------------------------------------------------


def test_a_newer_key_is_added_and_the_older_ones_stay(tmp_path: Path) -> None:
    path = a_file(tmp_path, new_keys().rstrip(), 0o400)
    before = read_keys(path)
    assert add_key(path, date(2026, 6, 9)) == 2
    after = read_keys(path)
    assert (after.newest, after.roots[1], after.made_on[2]) == (2, before.roots[1], date(2026, 6, 9))
    assert path.stat().st_mode & 0o777 == 0o400
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    path, link = a_file(tmp_path, new_keys()), tmp_path / "link"
    link.symlink_to(path)
    assert add_key(link, date(2026, 6, 9)) == 2
    assert link.is_symlink()
    assert read_keys(path).newest == 2


def test_no_key_comes_after_the_last_number(tmp_path: Path) -> None:
    path = a_file(tmp_path, new_keys(255))
    with pytest.raises(UnusableKeys, match="holds key 255 already"):
        add_key(path, date(2026, 6, 9))
    assert read_keys(path).newest == 255


def test_a_process_learns_the_newer_key_when_it_meets_what_it_sealed(tmp_path: Path) -> None:
    path = a_file(tmp_path, new_keys())
    running = read_keys(path)
    before = running.seal(b"a name", PERSON)
    add_key(path, date(2026, 6, 9))
    other = read_keys(path)
    assert running.seal(b"a name", PERSON)[1] == 1
    assert running.open(other.seal(b"a name", PERSON), PERSON) == b"a name"
    assert running.seal(b"a name", PERSON)[1] == 2
    assert other.open(before, PERSON) == running.open(before, PERSON) == b"a name"


def test_a_process_keeps_what_it_has_when_the_file_is_gone_or_odd(tmp_path: Path) -> None:
    path = a_file(tmp_path, new_keys())
    running = read_keys(path)
    sealed = running.seal(b"a name", PERSON)
    for held in (new_keys(), "Canary"):
        path.write_text(held)
        with pytest.raises(CannotOpen):
            running.open(Keys({2: NEW}).seal(b"a name", PERSON), PERSON)
        assert running.open(sealed, PERSON) == b"a name"
    path.unlink()
    with pytest.raises(CannotOpen):
        running.open(Keys({2: NEW}).seal(b"a name", PERSON), PERSON)
    assert running.open(sealed, PERSON) == b"a name"
