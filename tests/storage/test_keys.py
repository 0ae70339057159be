"""What is secret lies sealed in the database: with one installation's keys, and in its own column."""

from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from storage.database import DatabaseProblem, Sessions, check_database, engine_of, open_database
from storage.keys import SAMPLE, CannotOpen, Keys, UnusableKeys, new_keys, read_keys
from storage.levels import Classified, Level, unsealed
from storage.migrating import configuration
from storage.records import Person, Record, Secret

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
CANARY = "Canary Testperson"


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
