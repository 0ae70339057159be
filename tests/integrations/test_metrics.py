"""What Prometheus reads: counts from the ledger, for whoever has the token, with nobody and no case in them."""

import re
from datetime import date, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import text, update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.ports import Down, TryLater, Undeliverable, Unknown
from integrations import microsoft
from integrations.environment import read_settings
from integrations.graph import client
from integrations.mail import smtp
from integrations.metrics import metrics_page, reason_class
from integrations.server import build
from integrations.settings import Profile, Settings, UnsafeSetting
from integrations.slack import platform as slack
from integrations.teams import platform as teams
from scheduler.jobs import JOBS, run_jobs
from scheduler.outcomes import NO_ANSWER
from storage.database import Sessions, engine_of, open_database
from storage.records import Delivery
from tests.cast import START, seed
from tests.scheduler.fakes import Postbox, deliver, give

TOKEN = "a" * 32
DUE = date(2026, 6, 23)
SCHOOL, NHS, CHARITY, HOUSING, POLICE = (
    "Hollow Oak School",
    "Thames Gate NHS Trust",
    "Streetwise",
    "Camden Housing",
    "Police",
)
LATER = START + timedelta(minutes=10)
Figures = dict[str, float]


@pytest.fixture
def told(sessions: Sessions) -> Sessions:
    """The cast on one platform."""
    with sessions.begin() as session:
        seed(session, "core", START)
    return sessions


def figures(sessions: Sessions) -> Figures:
    """By name and labels, as they are written."""
    with TestClient(Starlette(routes=[metrics_page(sessions, lambda: LATER, TOKEN)])) as prometheus:
        answer = prometheus.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        " ".join([one.name.removeprefix("mace_"), *one.labels.values()]): one.value
        for family in families
        for one in family.samples
        if one.name.startswith("mace_")
    }


def test_everything_that_can_become_of_a_message_is_counted(told: Sessions) -> None:
    for agency in (SCHOOL, NHS, CHARITY, HOUSING, POLICE):
        give(told, "Camden", agency, DUE)
    box = Postbox(
        can_tell=False,
        nurse=[Unknown()],
        charity=[TryLater(timedelta(hours=1))],
        police=[Undeliverable("their Teams chat is closed")],
    )
    deliver(told, START, box)
    give(told, "Camden", SCHOOL, DUE, START + timedelta(minutes=5), count=3)
    give(told, "Camden", SCHOOL, DUE, LATER + timedelta(hours=1))  # not due yet, and never tried
    found = figures(told)
    assert found == {
        "oldest_owed_seconds": 300,
        "deliveries_owed action_given": 3,
        "deliveries_put_off action_given": 1,
        "deliveries_held_back action_given": 1,
        "deliveries_ambiguous action_given core": 1,
        "deliveries_sent_last_day action_given core": 1,
        "deliveries_sent_last_day not_delivered core": 2,
        "deliveries_failed_last_day action_given account_closed": 1,
        "deliveries_failed_last_day action_given not_joined": 1,
    }


def test_what_waits_because_nothing_gets_through_is_put_off_and_not_held_back(told: Sessions) -> None:
    give(told, "Camden", SCHOOL, DUE)
    deliver(told, START, Postbox(school=[Down("Slack cannot be reached", timedelta(hours=1))]))
    assert figures(told) == {"oldest_owed_seconds": 0, "deliveries_put_off action_given": 1}


def test_what_is_in_hand_and_when_the_clock_last_looked(told: Sessions) -> None:
    give(told, "Camden", SCHOOL, DUE)
    with told.begin() as session:
        session.execute(update(Delivery).values(state="sending", owner="x", leased_until=LATER))
    run_jobs(told, START)
    found = figures(told)
    assert found.pop("deliveries_in_hand action_given") == 1
    assert found.pop("oldest_owed_seconds") == 0
    assert found == {f"job_last_run_timestamp_seconds {job.name}": START.timestamp() for job in JOBS}


def test_a_day_later_it_is_no_longer_lately(told: Sessions) -> None:
    give(told, "Camden", SCHOOL, DUE, START - timedelta(days=1))
    give(told, "Camden", HOUSING, DUE, START - timedelta(days=1))
    deliver(told, START - timedelta(days=1), Postbox())
    assert not [name for name in figures(told) if "last_day" in name]


def test_no_label_says_who_or_about_what(told: Sessions) -> None:
    """TRUST.md T-40."""
    (about,) = give(told, "Camden", SCHOOL, DUE)
    deliver(told, START, Postbox(school=[Undeliverable("Zebra Canaryname has left")], coordinator=[Unknown()]))
    names = " ".join(figures(told))
    assert "failed_last_day action_given other" in names
    assert not re.search(f"{about}|Canary|Camden|school|home|[A-Z]-", names)


def test_each_reason_that_the_program_gives_has_a_class() -> None:
    given = {*slack.REASONS.values(), teams.NOT_ADDED, teams.REMOVED, teams.CLOSED, teams.ELSEWHERE, NO_ANSWER}
    given |= {slack.AWAY, slack.NOT_LET_IN, teams.AWAY, microsoft.NOT_LET_IN, client.AWAY, smtp.NOT_OURS}
    assert {reason: reason_class(reason) for reason in given if reason_class(reason) == "other"} == {}
    assert reason_class(str(slack.Refused("odd"))) == "refused"
    assert reason_class(None) == "other"


# --- who may read it --------------------------------------------------------------------------------------------------


def server(sessions: Sessions, token: str) -> TestClient:
    return TestClient(build(Settings(profile=Profile.DEVELOPMENT, metrics_token=SecretStr(token)), sessions))


def test_without_the_token_there_is_nothing_there(told: Sessions) -> None:
    with_token, without = server(told, TOKEN), server(told, "")
    assert with_token.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    wrong = ["", f"Bearer {TOKEN[1:]}", f"Bearer {TOKEN}a", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer \xe9"]
    for header in wrong:
        answer = with_token.get("/metrics", headers={b"Authorization": header.encode("latin-1")})
        assert (answer.status_code, answer.text) == (404, "Not Found"), header
    for header in ("Bearer ", f"Bearer {TOKEN}"):
        assert without.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_a_database_that_cannot_be_read_is_said_in_a_sentence(sqlite_url: str) -> None:
    sessions = open_database(sqlite_url)
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE delivery RENAME TO lost"))
    answer = server(sessions, TOKEN).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.text[:20]) == (503, "The tracker database")
    engine_of(sessions).dispose()


@pytest.mark.parametrize("token", ["a" * 31, "secret", " " * 40, "a" * 31 + "\n", "ä" * 40])
def test_a_token_that_can_be_guessed_is_refused(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACE_METRICS_TOKEN", token)
    with pytest.raises(UnsafeSetting, match=r"^MACE_METRICS_TOKEN is too easy to guess\.") as refused:
        read_settings()
    assert token not in str(refused.value)
