"""mace-bot in a terminal: what it prints, how it ends, and that every problem is one sentence and no traceback."""

import signal
import socket
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest

from integrations.cli import BUSY, NO_DATABASE, UNSAFE, main
from tests.integrations.running import mace_bot, problem, running, started

VERBS = (
    *("demo", "serve", "worker", "migrate", "say", "backup", "restore", "keys new", "keys status", "keys rotate"),
    *("panel new", "panel let-in", "slack manifest", "teams package"),
)
FIRST_WORDS = {verb.split()[0] for verb in VERBS}
TABLES = ("person", "action", "meeting", "transfer", "dialogue", "account")


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was started once and stopped: its database."""
    where = tmp_path_factory.mktemp("demo")
    with running(where, "demo", "--port", "0", "--data", "data") as demo:
        demo.stop()
    assert (where / "data" / "tracker.csv").exists(), "it is to be brought in"
    return where / "data" / "mace.sqlite"


@pytest.fixture
def demo_url(demo_file: Path, tmp_path: Path) -> str:
    with closing(sqlite3.connect(demo_file)) as demo, closing(sqlite3.connect(tmp_path / "copy.sqlite")) as copy:
        demo.backup(copy)
    return f"sqlite:///{tmp_path / 'copy.sqlite'}"


# --- help -------------------------------------------------------------------------------------------------------------


def test_help_names_every_verb_and_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    printed = " ".join(capsys.readouterr().out.split())
    for word in (
        *FIRST_WORDS,
        "MACE_PROFILE",
        "MACE_DATABASE_URL",
        "MACE_PUBLIC_URL",
        "demo, development or production",
    ):
        assert word in printed


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb.split(), "--help"])
    assert ended.value.code == 0
    assert f"mace-bot {verb}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["dance"], ["say", "help"], ["demo", "--port", "many"], ["slack"], ["teams", "package"]]
)
def test_what_cannot_be_understood_shows_how_to_use_it(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: mace-bot")


def test_the_installed_command_is_the_same_program(tmp_path: Path) -> None:
    ended = started(tmp_path, "--help")
    assert ended.returncode == 0
    assert all(verb in ended.stdout for verb in FIRST_WORDS)
    assert list(tmp_path.iterdir()) == []


# --- settings it will not start with ----------------------------------------------------------------------------------


def test_an_unknown_profile(tmp_path: Path) -> None:
    code, sentence = problem(tmp_path, "serve", PROFILE="Canary")
    assert (code, sentence) == (UNSAFE, "Check MACE_PROFILE. MACE_PROFILE is demo, development or production.")


def test_only_the_demo_lets_one_choose_who_one_is(tmp_path: Path, demo_url: str) -> None:
    code, sentence = problem(tmp_path, "say", "--as", "nurse", "mine", PROFILE="development", DATABASE_URL=demo_url)
    assert code == UNSAFE
    assert sentence.startswith("Only the demo profile lets you choose who you are.")


# --- databases it cannot use ------------------------------------------------------------------------------------------


@contextmanager
def changed(url: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        yield connection


def sizes(url: str) -> dict[str, int]:
    with changed(url) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}  # noqa: S608 -- ours


def test_a_database_that_is_empty_or_in_no_folder(tmp_path: Path) -> None:
    assert problem(tmp_path, "serve", DATABASE_URL="sqlite:///empty.sqlite") == (
        NO_DATABASE,
        "The tracker database is empty. Run: mace-bot migrate",
    )
    code, sentence = problem(tmp_path, "migrate", DATABASE_URL="sqlite:///no/such/folder.sqlite")
    assert code == NO_DATABASE
    assert "Check that the folder in MACE_DATABASE_URL exists" in sentence


@pytest.mark.parametrize(
    ("version", "says"), [("0000", "older than this program"), ("9999", "newer than this program")]
)
def test_a_database_of_another_age(tmp_path: Path, demo_url: str, version: str, says: str) -> None:
    with changed(demo_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    code, sentence = problem(tmp_path, "serve", DATABASE_URL=demo_url)
    assert code == NO_DATABASE
    assert says in sentence


def test_a_newer_database_is_not_migrated(tmp_path: Path, demo_url: str) -> None:
    with changed(demo_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    code, sentence = problem(tmp_path, "migrate", DATABASE_URL=demo_url)
    assert code == NO_DATABASE
    assert "newer than this program" in sentence


def test_a_database_that_another_program_holds(tmp_path: Path, demo_url: str) -> None:
    with changed(demo_url) as connection:
        connection.execute("BEGIN IMMEDIATE")
        code, sentence = problem(tmp_path, "serve", DATABASE_URL=demo_url)
    assert code == NO_DATABASE
    assert sentence.startswith("The tracker database is locked: another program is using it.")


def test_an_address_that_is_no_database(tmp_path: Path) -> None:
    code, sentence = problem(tmp_path, "serve", DATABASE_URL="mace.sqlite")
    assert code == NO_DATABASE
    assert sentence.startswith("MACE_DATABASE_URL is not the address of a database")


def test_a_folder_for_the_demo_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, sentence = problem(tmp_path, "demo", "--port", "0", "--data", "file")
    assert code == NO_DATABASE
    assert sentence == "The folder file cannot be made. Choose another with --data."


# --- ports ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["demo", "serve"])
def test_a_port_in_use(tmp_path: Path, demo_url: str, verb: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, sentence = problem(tmp_path, verb, "--port", str(port), DATABASE_URL=demo_url)
    assert code == BUSY
    assert sentence.startswith(f"Port {port} is in use or not allowed.")
    assert "make demo PORT=" in sentence
    assert not (tmp_path / "var").exists()


def test_a_port_that_cannot_be(tmp_path: Path) -> None:
    code, sentence = problem(tmp_path, "demo", "--port", "70000")
    assert code == BUSY
    assert sentence.startswith("Port 70000 is in use or not allowed.")


# --- migrating, and talking in the terminal ---------------------------------------------------------------------------


def test_migrating_twice_is_fine_and_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    for _ in range(2):
        ended = mace_bot(tmp_path, "migrate", DATABASE_URL="sqlite:///mace.sqlite")
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "The tracker database is up to date.\n", "")
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_say_as_one_of_the_people(tmp_path: Path, demo_url: str) -> None:
    ended = mace_bot(tmp_path, "say", "--as", "nurse", "help", DATABASE_URL=demo_url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("What I can do")
    assert "mine" in ended.stdout


def test_say_as_nobody_lists_the_people(tmp_path: Path, demo_url: str) -> None:
    ended = mace_bot(tmp_path, "say", "--as", "nobody", "help", DATABASE_URL=demo_url)
    assert ended.stdout.startswith("There is nobody called that. You can be:")
    assert "  nurse: Named nurse, Thames Gate NHS Trust" in ended.stdout


# --- the demo ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_starts_answers_and_stops_quietly(tmp_path: Path, how: signal.Signals) -> None:
    with running(tmp_path, "demo", "--port", "0", "--data", "data") as demo:
        for path, words in (("/healthz", "ok"), ("/readyz", "ready")):
            answer = httpx2.get(demo.address + path)
            assert (answer.status_code, answer.text) == (200, words)
        code, problems = demo.stop(how)
    assert code in (0, -how, 128 + how)
    assert problems == ""
    assert "Every person and every case is invented" in demo.printed


def test_a_second_start_keeps_what_the_first_left(tmp_path: Path) -> None:
    data = ("demo", "--port", "0", "--data", "data")
    with running(tmp_path, *data) as demo:
        demo.stop()
    url = f"sqlite:///{tmp_path / 'data' / 'mace.sqlite'}"
    mace_bot(tmp_path, "say", "--as", "charity", "refer", DATABASE_URL=url)
    before = sizes(url)
    with running(tmp_path, *data) as demo:
        demo.stop()
    assert sizes(url) == before
    assert before["dialogue"] == 1
    for path in (tmp_path / "data").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
