"""mace-bot audit: the first entry that is not as it was written, anchors outside, and a role that can only add."""

import json
import re
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from bot.audit import note
from bot.conversation import hear
from bot.replies import Line, Sender
from integrations.anchors import NO_ANCHOR, keeper_of, wrong_with_anchors
from integrations.cli import UNSAFE, main
from integrations.settings import Profile, Settings
from integrations.verbs.auditing import GRANTS
from scheduler.anchoring import anchor
from scheduler.engine import SCHEMA
from storage.database import Sessions, engine_of, open_database
from storage.verifying import verify
from tests.cast import HOME, START, seed
from tests.integrations.running import problem
from tests.integrations.test_production import LET_IN, PANEL
from tests.integrations.verbs.test_backups import done

HOUR = timedelta(hours=1)
Seen = Callable[..., list[str]]


@pytest.fixture
def tracker(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    monkeypatch.setenv("MACE_DATABASE_URL", sqlite_url)
    sessions = open_database(sqlite_url)
    with sessions.begin() as session:
        seed(session, "core", START)
    goes_on(sessions, START)
    return sessions


def goes_on(sessions: Sessions, now: datetime, turns: int = 3) -> None:
    """Each time the coordinator asks, an entry is written."""
    for _ in range(turns):
        hear(sessions, Sender("core", HOME, "coordinator"), Line("mine", private=True), now)


@pytest.fixture
def verified(capsys: pytest.CaptureFixture[str]) -> Seen:
    """What it prints; it ends with 1 if anything is wrong."""

    def look(*arguments: str) -> list[str]:
        with pytest.raises(SystemExit) as ended:
            main(["audit", "verify", *arguments])
        printed, problems = capsys.readouterr()
        assert problems == ""
        assert ended.value.code == (1 if "Wrong: " in printed else 0)
        return printed.splitlines()

    return look


def tampered(sessions: Sessions, *statements: str) -> None:
    """By whoever has the file."""
    path = engine_of(sessions).url.database
    assert path
    engine_of(sessions).dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


# --- verify -----------------------------------------------------------------------------------------------------------


def test_an_audit_that_is_as_it_was_written(tracker: Sessions, verified: Seen) -> None:
    fine, hint = verified()
    assert fine == "Fine: Camden: 3 entries are as written."
    assert hint.startswith("No anchor was looked at")


def test_the_first_entry_that_was_changed_is_named(tracker: Sessions, verified: Seen) -> None:
    tampered(tracker, "UPDATE audit SET person_id = NULL WHERE seq >= 2")
    assert verified()[0] == "Wrong: Camden: entry 2, of Tuesday 9 June 2026, 9:30am, is not as it was written."


def test_the_first_entry_that_is_missing_is_named(tracker: Sessions, verified: Seen) -> None:
    tampered(tracker, "DELETE FROM audit WHERE seq = 2")
    assert verified()[0] == "Wrong: Camden: entry 2 is missing."


def test_an_end_that_was_cut_off_is_seen_beside_the_head(tracker: Sessions, verified: Seen) -> None:
    tampered(tracker, "DELETE FROM audit WHERE seq = 3")
    assert verified()[0].startswith("Wrong: Camden: from entry 3 on it was cut off or added to")


def test_a_key_that_is_not_there(tracker: Sessions, verified: Seen) -> None:
    tampered(tracker, "UPDATE audit SET key = 2")
    assert verified()[0].startswith("Wrong: Camden: entry 1, of Tuesday 9 June 2026, 9:30am, was written with a key")


# --- anchors ----------------------------------------------------------------------------------------------------------


def kept(path: Path) -> Settings:
    return Settings(profile=Profile.DEVELOPMENT, audit_anchor=path)


def anchored(sessions: Sessions, settings: Settings, now: datetime) -> None:
    keep = keeper_of(settings)
    assert keep
    anchor(sessions, keep, now)


def test_an_end_that_was_cut_off_with_its_head_is_seen_beside_an_anchor(
    tracker: Sessions, verified: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TRUST.md T-51: without an anchor nobody could know."""
    anchors = tmp_path / "anchors"
    anchored(tracker, kept(anchors), START)
    goes_on(tracker, START + HOUR)
    anchored(tracker, kept(anchors), START + HOUR)
    assert len(anchors.read_text().splitlines()) == 2
    assert verified("--anchor", str(anchors)) == ["Fine: Camden: 6 entries are as written."]
    cut = "UPDATE audit_head SET seq = 4, mac = (SELECT mac FROM audit WHERE seq = 4)"
    tampered(tracker, "DELETE FROM audit WHERE seq > 4", cut)
    assert verified()[0] == "Fine: Camden: 4 entries are as written."
    monkeypatch.setenv("MACE_AUDIT_ANCHOR", str(anchors))
    (line,) = verified()
    assert line.startswith("Wrong: Camden: entry 5 and what came after it is missing: it was there on Tuesday 9 June")
    assert line.endswith("or the database was restored from a backup made before that.")


def test_after_a_restore_the_later_anchors_are_said_in_words(
    tmp_path: Path, tracker: Sessions, verified: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchors = tmp_path / "anchors"
    main(["backup", "--out", str(tmp_path / "backup")])
    goes_on(tracker, START + HOUR)
    anchored(tracker, kept(anchors), START + HOUR)
    monkeypatch.setenv("MACE_DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite")
    main(["restore", str(tmp_path / "backup")])
    lines = verified("--anchor", str(anchors))
    assert "restored from a backup made before that" in "".join(line for line in lines if "Camden" in line)
    assert "Fine: No borough: 2 entries are as written." in verified(), "that there was a backup, and that it came back"


def test_what_is_no_file_of_anchors(tracker: Sessions, tmp_path: Path) -> None:
    (tmp_path / "odd").write_text('{"at": "2026-06-09T08:30:00+00:00", "chain": 1}\n')
    for name, says in (("odd", "Line 1 of"), ("none", "cannot be read")):
        with pytest.raises(SystemExit) as ended:
            main(["audit", "verify", "--anchor", str(tmp_path / name)])
        assert ended.value.code == UNSAFE, says


def test_anchors_go_to_syslog(tracker: Sessions, verified: Seen, tmp_path: Path) -> None:
    """And come back from its lines, which begin with more."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as log, closing(socket.socket()) as _:
        log.bind(str(tmp_path / "log"))
        log.settimeout(5)
        anchored(tracker, Settings(profile=Profile.DEVELOPMENT, audit_syslog=str(tmp_path / "log")), START)
        line = log.recv(4096).decode().rstrip("\0")
    assert re.fullmatch(r"<86>mace-bot audit: \{.*\}", line)
    (tmp_path / "syslog").write_text(f"Jun  9 08:30:00 bot {line[4:]}\n")
    assert verified("--anchor", str(tmp_path / "syslog")) == ["Fine: Camden: 3 entries are as written."]


def test_anchors_go_to_a_syslog_on_another_machine(tracker: Sessions) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as log:
        log.bind(("127.0.0.1", 0))
        log.settimeout(5)
        address = f"127.0.0.1:{log.getsockname()[1]}"
        anchored(tracker, Settings(profile=Profile.DEVELOPMENT, audit_syslog=address), START)
        assert json.loads(log.recv(4096).decode().rstrip("\0").partition("audit: ")[2])["seq"] == 3


def test_the_doctor_says_when_no_anchor_is_kept(tracker: Sessions, tmp_path: Path) -> None:
    nothing = Settings(profile=Profile.PRODUCTION)
    assert list(wrong_with_anchors(nothing, tracker, START)) == [NO_ANCHOR]
    never, away = kept(tmp_path / "anchors"), kept(tmp_path / "none/anchors")
    assert "it never was" in "".join(wrong_with_anchors(never, tracker, START))
    anchored(tracker, never, START)
    assert list(wrong_with_anchors(never, tracker, START + 2 * HOUR)) == []
    with pytest.raises(FileNotFoundError):
        anchored(tracker, away, START + 4 * HOUR)
    (old,) = wrong_with_anchors(away, tracker, START + 4 * HOUR)
    assert "the last time was Tuesday 9 June 2026, 9:30am" in old


def test_no_syslog_is_no_anchor(tracker: Sessions, tmp_path: Path) -> None:
    settings = Settings(profile=Profile.DEVELOPMENT, audit_syslog=str(tmp_path / "none"))
    with pytest.raises(OSError, match="No such file"):
        anchored(tracker, settings, START)
    assert "it never was" in "".join(wrong_with_anchors(settings, tracker, START))


def test_the_doctor_of_an_installation_looks_at_the_anchor(
    tracker: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MACE_PROFILE", "development")
    monkeypatch.setenv("MACE_AUDIT_ANCHOR", str(tmp_path / "anchors"))
    for says in ("Wrong: Where the audit ends was not written", "Fine: the end of the audit is kept"):
        with pytest.raises(SystemExit):
            main(["doctor"])
        assert says in capsys.readouterr().out
        anchored(tracker, kept(tmp_path / "anchors"), datetime.now(UTC))


# --- what is old ------------------------------------------------------------------------------------------------------


def test_what_is_older_than_six_years_is_deleted_and_nothing_younger(
    tracker: Sessions, verified: Seen, capsys: pytest.CaptureFixture[str]
) -> None:
    year = datetime.now(UTC).year
    with tracker.begin() as session:
        for years in (9, 8, 7):
            note(session, datetime(year - years, 1, 1, tzinfo=UTC), None, "long ago")
        note(session, START, None, "lately")
    with pytest.raises(SystemExit) as ended:
        main(["audit", "delete", "--before", f"{year - 5}-01-01"])
    assert ended.value.code == UNSAFE
    assert "kept for six years" in capsys.readouterr().err
    main(["audit", "delete", "--before", f"{year - 7}-01-02"])
    assert capsys.readouterr().out == "3 entries are deleted.\n"
    assert "Fine: No borough: 2 entries are as written." in verified()


# --- a role that can only add -----------------------------------------------------------------------------------------

REFUSED = (
    "UPDATE audit SET what = 'another'",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "DELETE FROM audit_head",
    "ALTER TABLE audit DISABLE TRIGGER USER",
    "DROP TRIGGER audit_stays ON audit",
    "DROP TABLE audit",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "UPDATE alembic_version SET version_num = '0001'",
)


def test_a_role_of_postgres_that_can_only_add(
    postgresql_url: str, admin: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """TRUST.md T-51."""
    owner = open_database(postgresql_url)
    with owner.begin() as session:
        seed(session, "core", START)
    main(["audit", "role", "--name", "only_adds"])
    grants = capsys.readouterr().out
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for _ in range(2):  # it is run again after each migration
            connection.exec_driver_sql(grants.replace("%", "%%"))
    app = open_database(make_url(postgresql_url).set(username="only_adds").render_as_string(hide_password=False))
    try:
        goes_on(app, START)
        for statement in REFUSED:
            with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), app.begin() as session:
                session.execute(text(statement))
        with app() as session:
            assert [(one.entries, one.flaw) for one in verify(session.connection())] == [(3, None)]
    finally:
        for sessions in (app, owner):
            engine_of(sessions).dispose()
        with engine.connect() as connection:
            connection.execute(text("DROP OWNED BY only_adds"))
        engine.dispose()
        admin.execute(text("DROP ROLE only_adds"))


def test_a_role_with_an_odd_name(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Mace", "a b", 'x"; DROP TABLE audit; --', ""):
        with pytest.raises(SystemExit) as ended:
            main(["audit", "role", "--name", name])
        assert ended.value.code == UNSAFE
        printed, problem = capsys.readouterr()
        assert (printed, problem.startswith("A role's name has small letters")) == ("", True)
    assert "DROP" not in GRANTS
    assert f"to_regnamespace('{SCHEMA}')" in GRANTS


# --- as whoever runs it does ------------------------------------------------------------------------------------------


def test_in_a_terminal(tmp_path: Path) -> None:
    settings = {"PROFILE": "development", "DATABASE_URL": "sqlite:///mace.sqlite"}
    for verb in (("migrate",), PANEL, LET_IN):
        done(tmp_path, *verb, **settings)
    assert "Fine: No borough: 2 entries are as written." in done(tmp_path, "audit", "verify", **settings)
    code, sentence = problem(tmp_path, "audit", "verify", **settings, AUDIT_ANCHOR="none")
    assert (code, sentence) == (UNSAFE, "none cannot be read. Check that it is there and is yours.")
