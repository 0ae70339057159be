"""Teams is there when it is configured, and is not even imported when it is not."""

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from integrations.environment import read_settings
from integrations.server import build
from integrations.settings import Profile, Settings, UnsafeSetting
from storage.database import open_database

LOOK = """
import sys
from integrations.server import build
from integrations.settings import Settings
from storage.database import open_database
build(Settings(profile=sys.argv[1]), open_database(sys.argv[2]))
print(sorted({name.partition(".")[0] for name in sys.modules} & {"microsoft_teams", "httpx", "msal", "jwt", "fastapi"}))
"""
ALL = {"MACE_TEAMS_APP_ID": "app", "MACE_TEAMS_APP_SECRET": "Canarysecret", "MACE_TEAMS_TENANT_ID": "tenant"}
DEVELOPMENT = {"MACE_PROFILE": "development"} | ALL
HERE = "http://127.0.0.1:9"


@pytest.mark.parametrize("profile", ["demo", "development"])
def test_not_configured_is_not_imported(profile: str, sqlite_url: str) -> None:
    command = [sys.executable, "-c", LOOK, profile, sqlite_url]
    looked = subprocess.run(command, capture_output=True, text=True, check=True)
    assert looked.stdout.strip() == "[]"


def test_configured_is_behind_the_guard(sqlite_url: str) -> None:
    settings = Settings(profile=Profile.DEVELOPMENT, teams_app_id="a", teams_app_secret="s", teams_tenant_id="t",
                        teams_openid_url=HERE)  # fmt: skip
    client = TestClient(build(settings, open_database(sqlite_url)))
    assert client.post("/api/messages", content=b"{}").status_code == 401
    plain = TestClient(build(Settings(profile=Profile.DEVELOPMENT), open_database(sqlite_url)))
    assert plain.post("/api/messages", content=b"{}").status_code == 404


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"MACE_TEAMS_APP_ID": ""}, "Set all three"),
        ({"MACE_TEAMS_APP_SECRET": ""}, "Set all three"),
        ({"MACE_TEAMS_TENANT_ID": ""}, "Set all three"),
        ({"MACE_PROFILE": "demo"}, "The demo lets everybody choose who they are"),
        ({"MACE_TEAMS_OPENID_URL": "https://evil.example/openidconfiguration"}, "MACE_TEAMS_OPENID_URL"),
        ({"MACE_TEAMS_OPENID_URL": "http://[::1"}, "MACE_TEAMS_OPENID_URL"),
        ({"MACE_TEAMS_TOKEN_URL": "https://evil.example/token"}, "MACE_TEAMS_TOKEN_URL"),
        ({"MACE_TEAMS_SERVICE_HOSTS": "https://smba.trafficmanager.net"}, "MACE_TEAMS_SERVICE_HOSTS"),
        ({"MACE_TEAMS_SERVICE_HOSTS": "*.trafficmanager.net"}, "MACE_TEAMS_SERVICE_HOSTS"),
        ({"MACE_TEAMS_SERVICE_HOSTS": "smba.trafficmanager.net,localhost@evil.example"}, "MACE_TEAMS_SERVICE_HOSTS"),
    ],
)
def test_what_may_not_start_says_why(monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], why: str) -> None:
    for name, value in (DEVELOPMENT | changed).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UnsafeSetting, match=why) as refused:
        read_settings()
    assert "Canarysecret" not in str(refused.value)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"MACE_TEAMS_OPENID_URL": f"{HERE}/openid", "MACE_TEAMS_TOKEN_URL": f"{HERE}/token"},
        {"MACE_TEAMS_SERVICE_HOSTS": "smba.trafficmanager.net, 127.0.0.1:56150"},
    ],
)
def test_what_may_start(monkeypatch: pytest.MonkeyPatch, more: dict[str, str]) -> None:
    for name, value in (DEVELOPMENT | more).items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert settings.has_teams
    assert "smba.trafficmanager.net" in settings.teams_hosts
    assert "Canarysecret" not in repr(settings)
