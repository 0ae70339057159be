"""mace-bot backup and restore, tried on a lost disk: a running tracker, its database gone, and people go on."""

import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import delete

from bot.conversation import answer, hear
from bot.replies import Line, Sender
from integrations.cli import NO_DATABASE, UNSAFE
from storage.database import Sessions, engine_of, open_database
from storage.keys import new_keys, read_keys
from storage.records import Delivery
from tests.integrations.running import mace_bot, problem, running
from tests.integrations.test_production import LET_IN, PANEL
from tests.surfaces import Heard
from tests.surfaces.core import seen

CAL = Sender("slack", "T0123ABCD", "U1")
DISKS = (("sqlite", "sqlite"), ("postgresql", "postgresql"), ("sqlite", "postgresql"))
Settings = dict[str, str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of the production profile, but for the database."""
    for folder in ("data", "keys", "elsewhere"):
        (tmp_path / folder).mkdir()
    (tmp_path / "keys/mace.keys").touch(mode=0o600)
    (tmp_path / "keys/mace.keys").write_text(new_keys())
    return {"PROFILE": "production", "KEYS_FILE": "keys/mace.keys", "PUBLIC_URL": "https://bot.example"}


@pytest.fixture
def ready(tmp_path: Path, settings: Settings) -> Settings:
    """An empty tracker on SQLite."""
    settings["DATABASE_URL"] = "sqlite:///data/mace.sqlite"
    done(tmp_path, "migrate", **settings)
    return settings


def done(where: Path, *arguments: str, **settings: str) -> str:
    ended = mace_bot(where, *arguments, **settings)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@contextmanager
def tracker(where: Path, settings: Settings) -> Iterator[Sessions]:
    url = settings["DATABASE_URL"].replace("sqlite:///data", f"sqlite:///{where}/data")
    sessions = open_database(url, read_keys(where / settings["KEYS_FILE"]))
    try:
        yield sessions
    finally:
        engine_of(sessions).dispose()


def says(sessions: Sessions, text: str) -> Heard:
    return seen(hear(sessions, CAL, Line(text, private=True, typed=False), datetime.now(UTC)))


def submits(sessions: Sessions, page: Heard, go: str = "on", **answers: object) -> Heard:
    return seen(answer(sessions, CAL, int(page.form), answers, datetime.now(UTC), go))


# --- a lost disk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "next_kind"), DISKS)
def test_a_lost_disk(
    kind: str, next_kind: str, tmp_path: Path, settings: Settings, new_disk: Callable[[str], str]
) -> None:
    settings["DATABASE_URL"] = "sqlite:///data/mace.sqlite" if kind == "sqlite" else new_disk(kind)
    a_coordinator_begins_to_add_somebody(tmp_path, settings)
    with running(tmp_path, "serve", "--port", "0", **settings) as bot:
        assert "holds the whole tracker, sealed" in done(tmp_path, "backup", "--out", "elsewhere/tracker", **settings)
        bot.stop()
    shutil.rmtree(tmp_path / "data")
    (tmp_path / "data").mkdir()

    settings["DATABASE_URL"] = "sqlite:///data/new.sqlite" if next_kind == "sqlite" else new_disk(next_kind)
    assert problem(tmp_path, "serve", **settings)[0] == NO_DATABASE
    told = done(tmp_path, "restore", "elsewhere/tracker", **settings)
    assert re.match(r"The tracker is as it was on \w+day \d+ \w+ \d{4}, .*[ap]m\.", told)
    assert told.endswith("\nNo message came due after that.\n")
    with running(tmp_path, "serve", "--port", "0", **settings) as bot:
        assert httpx2.get(f"{bot.address}/readyz").text == "ready"
        bot.stop()
    the_coordinator_goes_on(tmp_path, settings)


def a_coordinator_begins_to_add_somebody(where: Path, settings: Settings) -> None:
    done(where, "migrate", **settings)
    (code,) = re.findall(r"[2-9B-Z]{4}-[2-9B-Z]{4}", done(where, *PANEL, **settings))
    done(where, *LET_IN, **settings)
    with tracker(where, settings) as sessions:
        assert "Camden" in submits(sessions, says(sessions, "link"), code=code)
        begun = says(sessions, "add person")
        submits(sessions, begun, "save", name="Nia Testperson", email="nia@camden.example")
        with sessions.begin() as session:
            session.execute(delete(Delivery))  # her welcome is due by day, and by night it waits: tests run at any time


def the_coordinator_goes_on(where: Path, settings: Settings) -> None:
    with tracker(where, settings) as sessions:
        page = says(sessions, "resume")
        assert page.values["name"] == "Nia Testperson"
        page = submits(sessions, page, name="Nia Testperson", email="nia@camden.example")
        borough = next(iter(page.options["borough"]))
        post = {
            "borough": borough,
            "agency": "another",
            "title": "Youth worker",
            "does": "agency_member",
            "seat": "yes",
        }
        page = submits(sessions, page, **post)
        added = submits(sessions, page, **post, agency_name="Streetwise")
        assert "Added: Youth worker, Streetwise" in added
        assert re.search(r"[2-9B-Z]{4}-[2-9B-Z]{4}", added.text)


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_backup_is_for_its_owner_and_never_replaced_by_mistake(tmp_path: Path, ready: Settings) -> None:
    backup = tmp_path / "elsewhere/tracker"
    done(tmp_path, "backup", "--out", "elsewhere/tracker", **ready)
    first = backup.read_bytes()
    code, sentence = problem(tmp_path, "backup", "--out", "elsewhere/tracker", **ready)
    assert code == UNSAFE
    assert sentence.endswith("is there already. Choose another name, or replace it with --force.")
    assert backup.read_bytes() == first
    done(tmp_path, "backup", "--out", "elsewhere/tracker", "--force", **ready)
    assert backup.read_bytes() != first
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert list(backup.parent.iterdir()) == [backup]


def test_a_backup_that_fails_leaves_nothing_and_keeps_the_last_one(tmp_path: Path, ready: Settings) -> None:
    backup = tmp_path / "elsewhere/tracker"
    done(tmp_path, "backup", "--out", "elsewhere/tracker", **ready)
    first = backup.read_bytes()
    nowhere = ready | {"DATABASE_URL": "sqlite:///data/none.sqlite"}
    code, sentence = problem(tmp_path, "backup", "--out", "elsewhere/tracker", "--force", **nowhere)
    assert (code, sentence) == (NO_DATABASE, "The tracker database is empty. Run: mace-bot migrate")
    assert problem(tmp_path, "backup", "--out", "elsewhere/another", **nowhere)[0] == NO_DATABASE
    assert backup.read_bytes() == first
    assert list(backup.parent.iterdir()) == [backup]


def test_a_backup_needs_a_folder(tmp_path: Path, ready: Settings) -> None:
    code, sentence = problem(tmp_path, "backup", "--out", "no/folder", **ready)
    assert (code, sentence) == (UNSAFE, "no/folder cannot be written. Check that its folder is there and has room.")


def test_what_cannot_be_restored_is_said_in_a_sentence_and_changes_nothing(tmp_path: Path, ready: Settings) -> None:
    done(tmp_path, *PANEL, **ready)
    done(tmp_path, "backup", "--out", "elsewhere/tracker", **ready)
    (tmp_path / "elsewhere/text").write_text("Canary")
    (tmp_path / "elsewhere/cut").write_bytes((tmp_path / "elsewhere/tracker").read_bytes()[:-3])
    (tmp_path / "keys/other.keys").touch(mode=0o600)
    (tmp_path / "keys/other.keys").write_text(new_keys())
    new = ready | {"DATABASE_URL": "sqlite:///data/new.sqlite"}
    for name, changed, says_what in (
        ("none", {}, "cannot be read"),
        ("text", {}, "not a backup of MACE bot"),
        ("cut", {}, "damaged or not whole"),
        ("tracker", {"KEYS_FILE": "keys/other.keys"}, "does not open with these keys"),
        ("tracker", ready, "holds something already"),
    ):
        code, sentence = problem(tmp_path, "restore", f"elsewhere/{name}", **new | changed)
        assert (code, says_what in sentence) == (UNSAFE, True), sentence
    assert problem(tmp_path, "serve", **new)[1] == "The tracker database is empty. Run: mace-bot migrate"
    gone = new | {"DATABASE_URL": "sqlite:///gone/new.sqlite"}
    assert problem(tmp_path, "restore", "elsewhere/tracker", **gone)[0] == NO_DATABASE
