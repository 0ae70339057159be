"""Slack is there when it is configured, and is not even imported when it is not."""

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from integrations.server import build
from integrations.settings import Profile, Settings, UnsafeSetting, read_settings
from storage.database import open_database
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
    plain = TestClient(build(Settings(profile=Profile.DEVELOPMENT), open_database(sqlite_url)))
    assert plain.post("/slack/events", content=b"{}", headers={"Content-Type": JSON}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"MACE_PROFILE": "development", "MACE_SLACK_BOT_TOKEN": "xoxb-1"}, "Set both"),
        ({"MACE_PROFILE": "development", "MACE_SLACK_SIGNING_SECRET": "s"}, "Set both"),
        ({"MACE_PROFILE": "demo", **BOTH}, "The demo lets everybody choose who they are"),
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


@pytest.mark.parametrize("more", [{}, {"MACE_SLACK_API_URL": "http://127.0.0.1:4003/api/"}])
def test_what_may_start(monkeypatch: pytest.MonkeyPatch, more: dict[str, str]) -> None:
    for name, value in ({"MACE_PROFILE": "development"} | BOTH | more).items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert settings.has_slack
    assert "xoxb-1" not in repr(settings)
