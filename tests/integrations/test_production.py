"""What the production profile refuses to start with: one sentence each, exit code 2 (TRUST.md T-19)."""

import signal
from base64 import b64encode
from pathlib import Path

import pytest

from integrations.cli import NO_DATABASE, UNSAFE
from storage.keys import SAMPLE, new_keys
from tests.integrations.running import mace_bot, problem, running, started

PANEL = (
    *("panel", "new", "--borough", "Camden", "--police", "Central North", "--mash-phone", "020 7946 0101"),
    *("--mash-hours", "Monday to Friday, 9am to 5pm", "--contact", "mace@camden.example"),
    *("--agency", "Camden Council", "--name", "Cal Testperson", "--email", "cal@camden.example"),
)
LET_IN = ("panel", "let-in", "--borough", "Camden", "--slack", "T0123ABCD")


@pytest.fixture
def safe(tmp_path: Path) -> dict[str, str]:
    """Settings that production starts with."""
    (tmp_path / "data").mkdir()
    (tmp_path / "keys").mkdir()
    assert mace_bot(tmp_path, "keys", "new", "--out", "keys/mace.keys").returncode == 0
    return {
        "PROFILE": "production",
        "DATABASE_URL": "sqlite:///data/mace.sqlite",
        "KEYS_FILE": "keys/mace.keys",
        "PUBLIC_URL": "https://bot.example",
    }


@pytest.fixture
def ready(tmp_path: Path, safe: dict[str, str]) -> dict[str, str]:
    for verb in (("migrate",), PANEL, LET_IN):
        ended = mace_bot(tmp_path, *verb, **safe)
        assert ended.returncode == 0, ended.stderr
    return safe


def test_it_starts_and_stops_and_keeps_no_name_readable(tmp_path: Path, ready: dict[str, str]) -> None:
    with running(tmp_path, "serve", "--port", "0", **ready) as bot:
        assert "people reach it at https://bot.example" in bot.printed
        code, problems = bot.stop(signal.SIGTERM)
    assert (code, problems) == (-signal.SIGTERM, "")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"Camden Council" in kept
    assert b"Testperson" not in kept
    assert b"cal@camden.example" not in kept


@pytest.mark.parametrize("verb", [("serve",), ("migrate",), PANEL, LET_IN])
def test_without_keys(verb: tuple[str, ...], tmp_path: Path) -> None:
    code, sentence = problem(tmp_path, *verb, PROFILE="production", PUBLIC_URL="https://bot.example")
    assert code == UNSAFE
    assert sentence.startswith("The production profile seals what it keeps, and needs MACE_KEYS_FILE.")
    assert list(tmp_path.iterdir()) == []


def refused(tmp_path: Path, safe: dict[str, str], **changed: str) -> str:
    code, sentence = problem(tmp_path, "serve", "--port", "0", **safe | changed)
    assert code == UNSAFE
    return sentence


def test_with_the_sample_key(tmp_path: Path, safe: dict[str, str]) -> None:
    (tmp_path / "keys/mace.keys").write_text(new_keys() + f"2 {b64encode(SAMPLE.roots[1]).decode()}\n")
    assert "holds the sample key" in refused(tmp_path, safe)


def test_with_keys_that_are_odd_open_to_others_or_beside_the_database(tmp_path: Path, safe: dict[str, str]) -> None:
    assert "cannot be read" in refused(tmp_path, safe, KEYS_FILE="keys/none")
    (tmp_path / "data/keys").write_text(new_keys())
    assert "in the folder of the database" in refused(tmp_path, safe, KEYS_FILE="data/keys")
    (tmp_path / "keys/mace.keys").chmod(0o644)
    assert "Others can read" in refused(tmp_path, safe)
    (tmp_path / "keys/mace.keys").write_text("Canary")
    assert "Canary" not in refused(tmp_path, safe)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"PUBLIC_URL": "http://bot.example"}, "needs the https address"),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, "needs the https address"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, "opens Socket Mode"),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "Take MACE_SLACK_API_URL away"),
        ({"TEAMS_OPENID_URL": "http://127.0.0.1:9/"}, "Take MACE_TEAMS_OPENID_URL"),
        ({"TEAMS_TOKEN_URL": "https://evil.example/"}, "Take MACE_TEAMS_OPENID_URL"),
        ({"TEAMS_SERVICE_HOSTS": "127.0.0.1:9"}, "MACE_TEAMS_SERVICE_HOSTS is a list"),
    ],
)
def test_with_what_is_only_for_developing(
    changed: dict[str, str], says: str, tmp_path: Path, safe: dict[str, str]
) -> None:
    """TRUST.md T-19."""
    assert says in refused(tmp_path, safe, **changed)


@pytest.mark.parametrize("name", ["PYTHONDEVMODE", "PYTHONASYNCIODEBUG"])
def test_in_debug_mode(name: str, tmp_path: Path, ready: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """TRUST.md T-19."""
    monkeypatch.setenv(name, "1")
    ended = started(tmp_path, "serve", "--port", "0", **ready)
    assert ended.returncode == UNSAFE
    assert "development or debug mode is on" in ended.stderr


def test_while_nobody_is_let_in(tmp_path: Path, safe: dict[str, str]) -> None:
    """TRUST.md T-08."""
    for verb in (("migrate",), PANEL):
        assert mace_bot(tmp_path, *verb, **safe).returncode == 0
    assert "No workspace or tenant is let in" in refused(tmp_path, safe)


def test_with_a_database_that_others_can_read(tmp_path: Path, ready: dict[str, str]) -> None:
    """TRUST.md 3.2."""
    (tmp_path / "data/mace.sqlite").chmod(0o640)
    assert refused(tmp_path, ready).endswith("Let only the bot's own account read it: chmod 600 data/mace.sqlite")


def test_with_the_keys_of_another_installation(tmp_path: Path, ready: dict[str, str]) -> None:
    (tmp_path / "keys/mace.keys").write_text(new_keys())
    code, sentence = problem(tmp_path, "serve", **ready)
    assert code == NO_DATABASE
    assert "sealed with other keys" in sentence


def test_a_file_of_keys_is_for_its_owner_and_never_replaced(tmp_path: Path) -> None:
    assert mace_bot(tmp_path, "keys", "new", "--out", "mace.keys").returncode == 0
    before = (tmp_path / "mace.keys").read_text()
    assert (tmp_path / "mace.keys").stat().st_mode & 0o777 == 0o600
    assert "is there already" in problem(tmp_path, "keys", "new", "--out", "mace.keys")[1]
    assert "cannot be written" in problem(tmp_path, "keys", "new", "--out", "no/folder")[1]
    assert (tmp_path / "mace.keys").read_text() == before
