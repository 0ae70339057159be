"""The doctor: each thing that can be wrong is made wrong once, and said in a sentence that says what to do."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from integrations.cli import main
from integrations.verbs.doctor import _examined
from scheduler.jobs import JOBS, run_jobs
from storage.database import Sessions, engine_of
from storage.keys import new_keys
from storage.records import (
    Account,
    Agency,
    Agreement,
    AgreementState,
    Delivery,
    Direction,
    JobRun,
    Partnership,
    Workspace,
)
from tests.cast import START, seed
from tests.integrations.web.openid import Provider
from tests.loopback import Answer, Loopback
from tests.scheduler.fakes import give
from tests.surfaces.graph_service import APP, CATALOGUE, MAILBOX, TENANT, GraphService, refusal
from tests.surfaces.graph_service import SECRET as GRAPH_SECRET
from tests.surfaces.slack_directory import CLIENT, Installed
from tests.surfaces.slack_directory import SECRET as CLIENT_SECRET
from tests.surfaces.slack_many import ManySlacks
from tests.surfaces.teams_issuer import SECRET, Issuer

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SCHOOL = "Hollow Oak School"
Settings = Callable[..., None]
Seen = Callable[..., list[str]]


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Settings:
    def change(**settings: str) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"MACE_{name}", value)

    return change


@pytest.fixture
def installation(sessions: Sessions, database_url: str, set_to: Settings) -> Sessions:
    """One that is well: people in Slack, a clock that went a moment ago."""
    set_to(PROFILE="development", DATABASE_URL=database_url)
    with sessions.begin() as session:
        seed(session, "slack", datetime.now(UTC))
    run_jobs(sessions, datetime.now(UTC))
    return sessions


@pytest.fixture
def wrong(capsys: pytest.CaptureFixture[str]) -> Seen:
    """What is wrong.  The exit code says whether anything is, and no line names anybody."""

    def look(*arguments: str) -> list[str]:
        with pytest.raises(SystemExit) as ended:
            main(["doctor", *arguments])
        printed, problems = capsys.readouterr()
        lines = printed.splitlines()
        assert problems == ""
        assert lines
        assert all(line.startswith(("Fine: ", "Wrong: ", "Note: ")) for line in lines)
        assert not [line for line in lines if "Testperson" in line or "secret-of" in line or "xox" in line]
        found = [line.removeprefix("Wrong: ") for line in lines if line.startswith("Wrong: ")]
        assert ended.value.code == (1 if found else 0)
        return found

    return look


def owed(sessions: Sessions, ago: timedelta, **changes: object) -> None:
    """One message to the school, and what has become of it."""
    now = datetime.now(UTC)
    give(sessions, "Camden", SCHOOL, date(2026, 6, 23), now - ago)
    with sessions.begin() as session:
        school = session.query(Account).filter(Account.user == "school").one()
        newest = session.query(Delivery).order_by(Delivery.id.desc()).first()
        assert newest
        session.execute(update(Delivery).where(Delivery.id == newest.id).values({"account_id": school.id, **changes}))


def test_an_installation_that_is_well(installation: Sessions, wrong: Seen) -> None:
    owed(installation, timedelta(0))
    assert wrong() == []
    assert wrong("--online") == []  # nothing is configured, and nothing is asked


def test_a_panel_without_a_sharing_agreement_is_noted_and_nothing_wrong(
    installation: Sessions, capsys: pytest.CaptureFixture[str]
) -> None:
    with installation.begin() as session:
        session.add(an_agreement_of(session, "Camden"))
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    noted = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Note: ")]
    assert [line.split()[1] for line in noted] == ["Bromley", "Islington"]
    assert all("has not recorded a sharing agreement, so nothing is held back" in line for line in noted)
    assert ended.value.code == 0


def an_agreement_of(session: Session, borough: str) -> Agreement:
    return Agreement(
        reference="G-7K2FS",
        partnership=session.query(Partnership).filter_by(name=borough).one(),
        agency=session.query(Agency).filter_by(name=SCHOOL).one(),
        state=AgreementState.IN_FORCE,
        direction=Direction.BOTH,
        purposes=[],
        strands=[],
        highest=2,
        starts_on=START.date(),
        review_on=START.date(),
        basis="",
        signed_by="",
        document="",
        changed_at=START,
        changed_how="add",
    )


# --- settings, and the database ---------------------------------------------------------------------------------------


def test_a_setting_that_is_not_safe(installation: Sessions, set_to: Settings, wrong: Seen) -> None:
    set_to(SLACK_BOT_TOKEN="secret-of-slack")
    (problem,) = wrong()
    assert problem.startswith("Slack needs MACE_SLACK_BOT_TOKEN and MACE_SLACK_SIGNING_SECRET.")


def test_production_in_which_nobody_is_let_in(sqlite_url: str, tmp_path: Path, set_to: Settings, wrong: Seen) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/mace").write_text(new_keys())
    (tmp_path / "keys/mace").chmod(0o600)
    set_to(PROFILE="production", DATABASE_URL=sqlite_url, KEYS_FILE=str(tmp_path / "keys/mace"))
    set_to(PUBLIC_URL="https://bot.example")
    (problem,) = wrong()
    assert problem.startswith("No workspace or tenant is let in")


def test_the_demo(set_to: Settings, wrong: Seen) -> None:
    set_to(PROFILE="demo")
    (problem,) = wrong()
    assert problem.startswith("The demo needs no doctor")


def test_a_database_that_is_not_there(tmp_path: Path, set_to: Settings, wrong: Seen) -> None:
    set_to(PROFILE="development", DATABASE_URL=f"sqlite:///{tmp_path}/none/mace.sqlite")
    (problem,) = wrong()
    assert problem.startswith("The tracker database cannot be opened.")


def test_a_database_of_another_age_or_sealed_with_other_keys(
    installation: Sessions, tmp_path: Path, set_to: Settings, wrong: Seen
) -> None:
    (tmp_path / "other").write_text(new_keys())
    (tmp_path / "other").chmod(0o600)
    set_to(KEYS_FILE=str(tmp_path / "other"))
    assert wrong()[0].startswith("The tracker database was sealed with other keys.")
    with installation.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    (problem,) = wrong()
    assert problem.startswith("The tracker database is older than this program.")


def test_a_database_that_breaks_meanwhile(installation: Sessions, wrong: Seen) -> None:
    with installation.begin() as session:
        session.execute(text("ALTER TABLE delivery RENAME TO gone"))
    (problem,) = wrong()
    assert problem.startswith("The tracker database")


def test_a_disk_that_is_nearly_full(
    sqlite_url: str, set_to: Settings, wrong: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(PROFILE="development", DATABASE_URL=sqlite_url)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=12_345_678))
    assert wrong()[0].startswith("The disk of the tracker database has 12 MB left. Make room")


# --- the clock --------------------------------------------------------------------------------------------------------


def test_a_clock_that_never_went_and_one_that_has_stopped(installation: Sessions, wrong: Seen) -> None:
    run_jobs(installation, START)
    (problem,) = wrong()
    assert "due: the last time was Tuesday 9 June 2026, 9:30am. Start the bot with mace-bot serve" in problem
    with installation.begin() as session:
        session.execute(delete(JobRun))
    (problem,) = wrong()
    assert "due: it never has. Start the bot" in problem


def test_a_job_that_fails_each_time(installation: Sessions, wrong: Seen) -> None:
    with installation.begin() as session:
        session.execute(update(JobRun).where(JobRun.job == JOBS[0].name).values(at=datetime.now(UTC) - HOUR))
    (problem,) = wrong()
    assert problem.startswith("The job “remind about actions” does not come to its end: the last time was ")


def test_a_clock_that_is_not_the_database_servers(installation: Sessions, set_to: Settings) -> None:
    late = datetime.now(UTC) + 10 * MINUTE
    run_jobs(installation, late)
    found = [line for line in _examined(late, online=False) if line.startswith("Wrong")]
    theirs = "Wrong: The clocks of this machine and of the database server are 10 minutes apart, so the bot on"
    assert [line[: len(theirs)] for line in found] == ([theirs] if is_postgres(installation) else [])


def is_postgres(sessions: Sessions) -> bool:
    return engine_of(sessions).dialect.name == "postgresql"


# --- messages ---------------------------------------------------------------------------------------------------------


def test_what_is_due_for_long_and_not_sent(installation: Sessions, wrong: Seen) -> None:
    owed(installation, HOUR)
    assert wrong() == ["1 message is due for 15 minutes or more. Check that the bot runs, and read its log."]
    owed(installation, HOUR)
    assert wrong()[0].startswith("2 messages are due")


def test_what_a_process_that_has_gone_holds(installation: Sessions, wrong: Seen) -> None:
    owed(installation, HOUR, state="sending", owner="x", leased_until=datetime.now(UTC) - 10 * MINUTE)
    (problem,) = wrong()
    assert problem.startswith("1 message is in the hand of a process that has gone.")


def test_what_waits_because_nothing_gets_through(installation: Sessions, wrong: Seen) -> None:
    waits = {"state": "pending", "due_at": datetime.now(UTC) + MINUTE, "reason": "Slack does not let the bot in"}
    for _ in range(2):
        owed(installation, HOUR, **waits, waits_since=START)
    (problem,) = wrong()
    assert problem.startswith(
        "Slack does not let the bot in: 2 messages are waiting since Tuesday 9 June 2026, 9:30am. They go by themselves"
    )


def test_what_nobody_knows_about(installation: Sessions, wrong: Seen) -> None:
    owed(installation, 2 * HOUR, state="ambiguous")
    (problem,) = wrong()
    assert problem.startswith("1 message is perhaps not arrived")


def test_a_platform_on_which_all_fails(installation: Sessions, wrong: Seen) -> None:
    """TRUST.md T-83."""
    owed(installation, HOUR, state="failed", reason="Zebra Testperson is gone")
    (problem,) = wrong()
    assert problem.startswith("Nothing has arrived in Slack in the last day, and 1 message is given up.")
    owed(installation, HOUR, state="sent", sent_at=datetime.now(UTC))
    assert wrong() == []


def test_a_platform_that_says_nothing_any_more(installation: Sessions, wrong: Seen) -> None:
    with installation.begin() as session:
        session.execute(update(Account).values(last_used_at=START - timedelta(days=300)))
    assert wrong() == []  # nobody was written to
    owed(installation, HOUR, state="sent", sent_at=datetime.now(UTC))
    (problem,) = wrong()
    assert problem.startswith("Nobody has said anything in Slack since Wednesday 13 August 2025, 9:30am, though")
    assert "/slack/events" in problem


# --- tokens -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def slack() -> Iterator[tuple[Loopback, dict[str, Answer]]]:
    """What it answers to auth.test."""
    said: dict[str, Answer] = {"next": (200, {}, {"ok": True})}
    server = Loopback(lambda _: said["next"])
    yield server, said
    server.close()


def test_slacks_token(
    installation: Sessions, slack: tuple[Loopback, dict[str, Answer]], set_to: Settings, wrong: Seen
) -> None:
    server, said = slack
    set_to(SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="secret-of-slack", SLACK_API_URL=f"{server.url}/api/")
    assert wrong("--online") == []
    said["next"] = (200, {}, {"ok": False, "error": "token_revoked"})
    assert wrong() == []
    (problem,) = wrong("--online")
    assert problem.startswith("Slack does not take the token of MACE_SLACK_BOT_TOKEN: the app has been removed there")
    said["next"] = (503, {}, {})
    (problem,) = wrong("--online")
    assert problem.startswith("Slack does not answer.")


def test_the_tokens_of_several_slacks(installation: Sessions, set_to: Settings, wrong: Seen) -> None:
    with closing(ManySlacks(installation)) as many:
        with installation.begin() as session:
            home = session.query(Workspace).one()
            session.add(Workspace(platform="slack", tenant="second", partnership_id=home.partnership_id))
        for team in ("home", "second"):
            assert many.installs(Installed(team, rotates=True)).status_code == 200
        set_to(SLACK_CLIENT_ID=CLIENT, SLACK_CLIENT_SECRET=CLIENT_SECRET, SLACK_SIGNING_SECRET="secret-of-slack")
        set_to(SLACK_API_URL=f"{many.directory.url}api/", PUBLIC_URL="https://bot.example")
        assert wrong("--online") == []  # those of June have run out by now, and were renewed
        assert wrong("--online") == []
        many.directory.ends("second")
        (problem,) = wrong("--online")
        assert problem.startswith("Slack does not take the token of the workspace second:")


def test_teams_token_and_keys(installation: Sessions, set_to: Settings, wrong: Seen) -> None:
    with closing(Issuer("app")) as issuer:
        set_to(TEAMS_APP_ID="app", TEAMS_APP_SECRET=SECRET, TEAMS_TENANT_ID="home")
        set_to(TEAMS_OPENID_URL=issuer.openid_url, TEAMS_TOKEN_URL=issuer.token_url)
        assert wrong("--online") == []
        set_to(TEAMS_APP_SECRET="secret-of-last-year")
        (problem,) = wrong("--online")
        assert problem.startswith(
            "Microsoft gives the bot no token to write to Teams with. Check that the client secret"
        )
        set_to(TEAMS_APP_SECRET=SECRET, TEAMS_OPENID_URL=f"{issuer.url}/elsewhere")
        (problem,) = wrong("--online")
        assert problem.startswith("Microsoft's public keys cannot be read, so nothing from Teams is believed.")


def test_microsofts_sign_in(installation: Sessions, set_to: Settings, wrong: Seen) -> None:
    with closing(Provider()) as provider:
        set_to(ENTRA_APP_ID="app", ENTRA_APP_SECRET="secret-of-entra", ENTRA_TENANT_ID="home")
        set_to(ENTRA_OPENID_URL=provider.openid_url)
        assert wrong("--online") == []
        provider.broken = True
        (problem,) = wrong("--online")
        assert problem.startswith("Microsoft's sign-in does not answer. Check MACE_ENTRA_TENANT_ID")


@pytest.fixture
def graph(set_to: Settings) -> Iterator[GraphService]:
    with closing(GraphService()) as service:
        set_to(GRAPH_APP_ID=APP, GRAPH_APP_SECRET=GRAPH_SECRET, GRAPH_TENANT_ID=TENANT)
        set_to(GRAPH_URL=service.url, GRAPH_TOKEN_URL=service.token_url)
        yield service


def test_graphs_token(installation: Sessions, graph: GraphService, set_to: Settings, wrong: Seen) -> None:
    set_to(GRAPH_MAIL_FROM=MAILBOX)
    assert wrong("--online") == []
    assert graph.tokens == 1
    set_to(GRAPH_APP_SECRET="secret-of-last-year")
    (problem,) = wrong("--online")
    assert problem.startswith("Microsoft gives the bot no token for Graph. Check that the client secret")


def test_graphs_calendar(installation: Sessions, graph: GraphService, set_to: Settings, wrong: Seen) -> None:
    set_to(GRAPH_CALENDAR=MAILBOX)
    assert wrong("--online") == []
    graph.trouble = [refusal(403, "ErrorAccessDenied")]
    (problem,) = wrong("--online")
    assert problem.startswith(
        "Graph does not let the bot use the calendar of MACE_GRAPH_CALENDAR (403 ErrorAccessDenied). Give it Calendars."
    )
    graph.trouble = [refusal(503, "ServiceUnavailable")]
    (problem,) = wrong("--online")
    assert problem.startswith("Microsoft Graph does not answer.")


def test_what_nobody_consented_to_is_named(
    installation: Sessions, graph: GraphService, set_to: Settings, wrong: Seen
) -> None:
    with closing(Issuer("app")) as issuer:
        set_to(TEAMS_APP_ID="app", TEAMS_APP_SECRET=SECRET, TEAMS_TENANT_ID="home", GRAPH_TEAMS_APP=CATALOGUE)
        set_to(TEAMS_OPENID_URL=issuer.openid_url, TEAMS_TOKEN_URL=issuer.token_url)
        assert wrong("--online") == []
        graph.roles = ("User.ReadBasic.All",)
        (problem,) = wrong("--online")
    assert problem.startswith("Nobody has consented to TeamsAppInstallation.ReadWriteSelfForUser.All for")
