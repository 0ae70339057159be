"""E-mail is there when it is configured, and is not even imported when it is not."""

import subprocess
import sys

import pytest
from pydantic import SecretStr

from bot.context import Site
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
print(sorted({name.partition(".")[0] for name in sys.modules} & {"aiosmtplib", "icalendar"}))
"""
DEVELOPMENT = {
    "MACE_PROFILE": "development",
    "MACE_MAIL_HOST": "smtp.example",
    "MACE_MAIL_USER": "mace",
    "MACE_MAIL_PASSWORD": "Canarysecret",
    "MACE_MAIL_FROM": "mace@camden.example",
}


@pytest.mark.parametrize("profile", ["demo", "development"])
def test_not_configured_is_not_imported(profile: str, sqlite_url: str) -> None:
    command = [sys.executable, "-c", LOOK, profile, sqlite_url]
    looked = subprocess.run(command, capture_output=True, text=True, check=True)
    assert looked.stdout.strip() == "[]"


@pytest.mark.parametrize("host", ["", "smtp.example"])
def test_the_sessions_know_whether_e_mail_is_sent(host: str, sqlite_url: str) -> None:
    sessions = open_database(sqlite_url)
    settings = Settings(profile=Profile.DEVELOPMENT, mail_host=host, mail_from="mace@camden.example")
    build(settings, sessions)
    with sessions() as session:
        site: Site = session.info["site"]
        assert site.sends_mail is bool(host)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"MACE_MAIL_HOST": ""}, "needs MACE_MAIL_HOST and MACE_MAIL_FROM"),
        ({"MACE_MAIL_FROM": ""}, "needs MACE_MAIL_HOST and MACE_MAIL_FROM"),
        ({"MACE_MAIL_HOST": "", "MACE_MAIL_FROM": ""}, "needs MACE_MAIL_HOST and MACE_MAIL_FROM"),
        ({"MACE_MAIL_USER": ""}, "belong together"),
        ({"MACE_MAIL_PASSWORD": ""}, "belong together"),
        ({"MACE_MAIL_FROM": "MACE <mace@camden.example>"}, "e-mail addresses and nothing else"),
        ({"MACE_MAIL_REPLY_TO": "mace"}, "e-mail addresses and nothing else"),
        ({"MACE_MAIL_PORT": "smtp"}, "Check MACE_MAIL_PORT"),
        ({"MACE_PROFILE": "demo"}, "The demo's people are invented"),
    ],
)
def test_what_may_not_start_says_why(monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], why: str) -> None:
    for name, value in (DEVELOPMENT | changed).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UnsafeSetting, match=why) as refused:
        read_settings()
    assert "Canarysecret" not in str(refused.value)


def test_what_may_start_and_shows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in DEVELOPMENT.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert (settings.has_mail, settings.mail_port) == (True, 587)
    assert "Canarysecret" not in repr(settings)


@pytest.mark.parametrize(
    ("profile", "host", "plain"),
    [("development", "127.0.0.1", True), ("development", "smtp.example", False), ("production", "127.0.0.1", False)],
)
def test_only_a_developers_own_machine_does_without_tls(profile: str, host: str, plain: bool) -> None:
    settings = Settings(profile=Profile(profile), mail_host=host, mail_password=SecretStr("s"))
    assert settings.mail_without_tls is plain
