"""Slack is there when it is configured, and is not even imported when it is not."""

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from integrations.environment import read_settings
from integrations.server import build
from integrations.settings import Profile, Settings, UnsafeSetting
from storage.database import engine_of, open_database
from tests.cast import START
from tests.surfaces.slack import JSON, signed

LOOK = """
import sys
from integrations.server import build
from integrations.settings import Settings
from storage.database import open_database
build(Settings(profile=sys.argv[1]), open_database(sys.argv[2]))
print(sorted({name.partition(".")[0] for name in sys.modules} & {"slack_bolt", "slack_sdk", "aiohttp"}))
"""
BOTH = {"MACE_SLACK_BOT_TOKEN": "xoxb-1", "MACE_SLACK_SIGNING_SECRET": "s"}
CLIENT = {"MACE_SLACK_CLIENT_ID": "1.2", "MACE_SLACK_CLIENT_SECRET": "xoxb-1"}
MANY = CLIENT | {"MACE_SLACK_SIGNING_SECRET": "s"}


@pytest.mark.parametrize("profile", ["demo", "development"])
def test_not_configured_is_not_imported(profile: str, sqlite_url: str) -> None:
    command = [sys.executable, "-c", LOOK, profile, sqlite_url]
    looked = subprocess.run(command, capture_output=True, text=True, check=True)
    assert looked.stdout.strip() == "[]"


def test_configured_is_behind_the_guard(sqlite_url: str) -> None:
    settings = Settings(profile=Profile.DEVELOPMENT, slack_bot_token="xoxb-1", slack_signing_secret="s")
    client = TestClient(build(settings, open_database(sqlite_url)))
    assert client.post("/slack/events", content=b"{}").status_code == 401
    assert client.post("/slack/events", content=b"{}", headers=signed(b"{}", START, "s")).status_code == 401  # too old
    assert client.get("/slack/install").status_code == 404
    plain = TestClient(build(Settings(profile=Profile.DEVELOPMENT), open_database(sqlite_url)))
    assert plain.post("/slack/events", content=b"{}", headers={"Content-Type": JSON}).status_code == 404


def test_many_workspaces_have_a_link_to_add_it_by(sqlite_url: str) -> None:
    settings = Settings(
        profile=Profile.DEVELOPMENT,
        public_url="https://bot.example",
        slack_client_id="1.2",
        slack_client_secret="c",
        slack_signing_secret="s",
    )
    sessions = open_database(sqlite_url)
    with TestClient(build(settings, sessions), follow_redirects=False) as client:  # and it starts
        assert client.post("/slack/events", content=b"{}").status_code == 401
        begun = client.get("/slack/install")
    engine_of(sessions).dispose()
    assert begun.status_code == 302
    assert begun.headers["location"].startswith("https://slack.com/oauth/v2/authorize?state=")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"MACE_PROFILE": "development", "MACE_SLACK_BOT_TOKEN": "xoxb-1"}, "Set both"),
        ({"MACE_PROFILE": "development", "MACE_SLACK_SIGNING_SECRET": "s"}, "Set both"),
        ({"MACE_PROFILE": "demo", **BOTH}, "The demo lets everybody choose who they are"),
        ({"MACE_PROFILE": "demo", "MACE_SLACK_CLIENT_ID": "1.2"}, "The demo lets everybody choose who they are"),
        (
            {"MACE_PROFILE": "development", **MANY, **BOTH},
            "for one Slack workspace, MACE_SLACK_CLIENT_ID is for several",
        ),
        ({"MACE_PROFILE": "development", **MANY, "MACE_SLACK_APP_TOKEN": "x"}, "Take away what you do not need"),
        ({"MACE_PROFILE": "development", **CLIENT}, "Set all three"),
        ({"MACE_PROFILE": "development", **MANY, "MACE_SLACK_CLIENT_ID": ""}, "Set all three"),
        ({"MACE_PROFILE": "development", **MANY, "MACE_SLACK_CLIENT_SECRET": ""}, "Set all three"),
        (
            {"MACE_PROFILE": "development", **BOTH, "MACE_SLACK_API_URL": "https://evil.example/api/"},
            "MACE_SLACK_API_URL",
        ),
        ({"MACE_PROFILE": "development", **BOTH, "MACE_SLACK_API_URL": "http://127.0.0.1:1/x"}, "MACE_SLACK_API_URL"),
    ],
)
def test_what_may_not_start_says_why(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], why: str) -> None:
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UnsafeSetting, match=why) as refused:
        read_settings()
    assert "xoxb-1" not in str(refused.value)


@pytest.mark.parametrize("given", [BOTH, BOTH | {"MACE_SLACK_API_URL": "http://127.0.0.1:4003/api/"}, MANY])
def test_what_may_start(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in ({"MACE_PROFILE": "development"} | given).items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert settings.has_slack
    assert "xoxb-1" not in repr(settings)
