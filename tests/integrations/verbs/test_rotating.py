"""mace-bot keys: a newer key is added, everything is sealed again while people go on, and it says what lies where."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from integrations.cli import UNSAFE
from integrations.verbs.doctor import NO_KEY, OLD_KEY
from storage.keys import Keys, new_keys
from storage.records.base import sealed
from tests.integrations.running import mace_bot, problem
from tests.integrations.verbs.test_backups import (
    Settings,
    a_coordinator_begins_to_add_somebody,
    done,
    says,
    settings,
    the_coordinator_goes_on,
    tracker,
)

__all__ = ["settings"]  # a fixture
KEYS = "keys/mace.keys"
ADD = ("keys", "new", "--add", KEYS)


@pytest.fixture
def used(tmp_path: Path, settings: Settings, database_url: str) -> Settings:
    """An installation in use, whose database is empty but for a panel and one form that is not finished."""
    settings["DATABASE_URL"] = database_url
    (tmp_path / KEYS).write_text(new_keys(made_on=datetime.now(UTC).date()))
    a_coordinator_begins_to_add_somebody(tmp_path, settings)
    return settings


def under(printed: str) -> dict[int, int]:
    return {
        int(number): int(count)
        for number, count in re.findall(r"^Key (\d+).*: (\d+) values?\.$", printed, re.MULTILINE)
    }


def test_a_newer_key_while_people_go_on(tmp_path: Path, used: Settings) -> None:
    with tracker(tmp_path, used) as people:  # a process that was started before
        there = under(done(tmp_path, "keys", "status", **used))[1]
        assert there == 4
        assert done(tmp_path, *ADD).startswith("keys/mace.keys holds key 2 as well. Copy the file to every machine")
        assert "To seal them again with key 2: mace-bot keys rotate" in done(tmp_path, "keys", "status", **used)
        assert says(people, "resume").values["name"] == "Nia Testperson"
        rotated = done(tmp_path, "keys", "rotate", **used)
        assert "\n  1 in dialogue.answers\n" in rotated
        assert says(people, "resume").values["name"] == "Nia Testperson"
    status = done(tmp_path, "keys", "status", **used)
    assert rotated.startswith(f"Sealed again with key 2: {under(status)[2]} values.\n")
    assert under(status)[1] == 0
    assert "It stays in the file" in status
    assert "What is new is sealed with it." in status
    assert done(tmp_path, "keys", "rotate", **used).startswith("Everything is sealed with key 2 already.")
    the_coordinator_goes_on(tmp_path, used)


def test_a_key_that_seals_nothing_may_go_and_no_other(tmp_path: Path, used: Settings) -> None:
    for _ in range(2):
        done(tmp_path, *ADD)
        done(tmp_path, "keys", "rotate", **used)
    status = done(tmp_path, "keys", "status", **used)
    assert list(under(status)) == [1, 2, 3]
    assert re.search(r"Key 2, made on \w+day .*: 0 values\.\n  Once you keep no backup .* remove its line\.", status)
    assert status.count("remove its line") == 1
    lines = (tmp_path / KEYS).read_text().splitlines(keepends=True)
    (tmp_path / KEYS).write_text(lines[0] + lines[2])
    the_coordinator_goes_on(tmp_path, used)
    assert list(under(done(tmp_path, "keys", "status", **used))) == [1, 3]


def test_what_cannot_be_opened_is_told_of_and_kept(tmp_path: Path, used: Settings) -> None:
    done(tmp_path, *ADD)
    foreign = Keys({7: bytes(32)})
    with tracker(tmp_path, used) as sessions, sessions.begin() as session:
        session.execute(
            text("UPDATE dialogue SET unfinished = :it WHERE ended_at IS NULL"),
            {"it": sealed('"x"', foreign, "dialogue.unfinished")},
        )
        session.execute(text("UPDATE person SET email = 'readable'"))
    status = mace_bot(tmp_path, "keys", "status", **used)
    assert status.returncode == 1
    assert "Never sealed: 1 value." in status.stdout
    assert "Key 7: 1 value.\n  1 in dialogue.unfinished\n  It is not in the file" in status.stdout
    assert NO_KEY.format("2 values") in mace_bot(tmp_path, "doctor", **used).stdout
    for _ in range(2):
        rotated = mace_bot(tmp_path, "keys", "rotate", **used)
        assert (rotated.returncode, rotated.stderr) == (1, "")
        assert "Opened by none of these keys: 1 value in dialogue.unfinished." in rotated.stdout
        assert "Opened by none of these keys: 1 value in person.email." in rotated.stdout
        assert "Not sealed again yet" not in rotated.stdout
        assert "Everything is sealed" not in rotated.stdout


def test_backups_from_before_open_as_long_as_the_older_key_is_there(
    tmp_path: Path, used: Settings, new_disk: Callable[[str], str]
) -> None:
    done(tmp_path, "backup", "--out", "elsewhere/tracker", **used)
    done(tmp_path, *ADD)
    done(tmp_path, "keys", "rotate", **used)
    used["DATABASE_URL"] = new_disk("sqlite")
    done(tmp_path, "restore", "elsewhere/tracker", **used)
    assert under(done(tmp_path, "keys", "status", **used))[2] == 0
    done(tmp_path, "keys", "rotate", **used)
    assert under(done(tmp_path, "keys", "status", **used))[1] == 0
    the_coordinator_goes_on(tmp_path, used)


@pytest.mark.parametrize("verb", ["status", "rotate"])
def test_without_a_file_of_keys(verb: str, tmp_path: Path, sqlite_url: str) -> None:
    code, sentence = problem(tmp_path, "keys", verb, PROFILE="development", DATABASE_URL=sqlite_url)
    assert code == UNSAFE
    assert sentence.startswith("Set MACE_KEYS_FILE to your file of keys")


def test_what_is_no_file_of_keys_gets_no_key(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / KEYS).write_text("Canary")
    assert problem(tmp_path, *ADD) == (
        UNSAFE,
        "keys/mace.keys is no file of keys. Make one with: mace-bot keys new --out FILE",
    )
    assert (tmp_path / KEYS).read_text() == "Canary"


def test_the_doctor_tells_of_a_key_that_is_a_year_old(tmp_path: Path, used: Settings) -> None:
    """TRUST.md T-50."""
    today = datetime.now(UTC).date()
    for days, told in ((364, False), (365, True)):
        path = tmp_path / KEYS
        path.write_text(re.sub(r" 20\S+$", f" {today - timedelta(days=days)}", path.read_text().rstrip()))
        assert (OLD_KEY.format(days) in mace_bot(tmp_path, "doctor", **used).stdout) is told
