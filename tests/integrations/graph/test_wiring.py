"""Graph is there when it is configured, and is not even imported when it is not."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.context import Site
from bot.ports import TryLater
from integrations.environment import read_settings
from integrations.server import build
from integrations.settings import Profile, Settings, UnsafeSetting
from storage.database import open_database
from tests.integrations.graph.conftest import client_of
from tests.integrations.running import PATIENCE
from tests.surfaces.graph_service import APP, CATALOGUE, MAILBOX, SECRET, TENANT, GraphService
from tests.world import World

LOOK = """
import sys
from integrations.server import build
from integrations.settings import Settings
from storage.database import open_database
build(Settings(profile=sys.argv[1]), open_database(sys.argv[2]))
print(sorted({name.partition(".")[0] for name in sys.modules} & {"msgraph", "kiota_abstractions", "httpx", "jwt"}))
"""
DEVELOPMENT = {
    "MACE_PROFILE": "development",
    "MACE_GRAPH_APP_ID": "app",
    "MACE_GRAPH_APP_SECRET": "Canarysecret",
    "MACE_GRAPH_TENANT_ID": "home",
    "MACE_GRAPH_MAIL_FROM": MAILBOX,
}
TEAMS = {"MACE_TEAMS_APP_ID": "a", "MACE_TEAMS_APP_SECRET": "s", "MACE_TEAMS_TENANT_ID": "t"}


@pytest.mark.parametrize("profile", ["demo", "development"])
def test_not_configured_is_not_imported(profile: str, sqlite_url: str) -> None:
    command = [sys.executable, "-c", LOOK, profile, sqlite_url]
    looked = subprocess.run(command, capture_output=True, text=True, check=True)
    assert looked.stdout.strip() == "[]"


def configured(monkeypatch: pytest.MonkeyPatch, **changed: str) -> Settings:
    for name, value in (DEVELOPMENT | changed).items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_with_a_mailbox_the_bot_sends_e_mail(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    settings, sessions = configured(monkeypatch), open_database(sqlite_url)
    build(settings, sessions)
    with sessions() as session:
        site: Site = session.info["site"]
        assert site.sends_mail
    assert "Canarysecret" not in repr(settings)


def test_the_servers_clock_runs_errands(core: World, service: GraphService) -> None:
    core.now = datetime.now(UTC)
    cal = core.person("coordinator")
    cal.says("add meeting")
    cal.presses("Use the form instead")
    day = (core.now + timedelta(days=30)).date().isoformat()
    assert "Meeting planned" in cal.submits(borough="Camden", day=day, at="2pm", place="Room 4")
    settings = Settings(profile=Profile.DEVELOPMENT, graph_app_id=APP, graph_tenant_id=TENANT, graph_calendar=MAILBOX)
    settings.graph_app_secret = SecretStr(SECRET)
    settings.graph_url, settings.graph_token_url = service.url, service.token_url
    with TestClient(build(settings, core.sessions)):
        assert service.has_event.wait(PATIENCE)


NEEDS = "Microsoft Graph needs MACE_GRAPH_APP_ID"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"MACE_GRAPH_APP_ID": ""}, NEEDS),
        ({"MACE_GRAPH_TENANT_ID": ""}, NEEDS),
        ({"MACE_GRAPH_APP_SECRET": ""}, NEEDS),
        ({"MACE_GRAPH_CERTIFICATE_FILE": "/nowhere"}, NEEDS),
        ({"MACE_GRAPH_APP_ID": "", "MACE_GRAPH_APP_SECRET": "", "MACE_GRAPH_TENANT_ID": ""}, NEEDS),
        ({"MACE_GRAPH_APP_SECRET": "", "MACE_GRAPH_CERTIFICATE_FILE": "/nowhere"}, "has to be a file in PEM"),
        ({"MACE_GRAPH_MAIL_FROM": ""}, "is to do nothing"),
        ({"MACE_GRAPH_MAIL_FROM": "mace"}, "are e-mail addresses and nothing else"),
        ({"MACE_GRAPH_CALENDAR": "mace"}, "are e-mail addresses and nothing else"),
        ({"MACE_GRAPH_TEAMS_APP": CATALOGUE}, "It needs the MACE_TEAMS_ settings"),
        ({"MACE_GRAPH_TEAMS_APP": "mace", **TEAMS}, "is the id of the app in your catalogue"),
        ({"MACE_GRAPH_URL": "https://graph.evil.example/v1.0"}, "Take MACE_GRAPH_URL"),
        ({"MACE_GRAPH_TOKEN_URL": "https://evil.example"}, "Take MACE_GRAPH_URL"),
        ({"MACE_GRAPH_URL": "http://127.0.0.1:1/v1.0", "MACE_PROFILE": "production"}, "Take MACE_GRAPH_URL"),
        ({"MACE_MAIL_HOST": "smtp.example", "MACE_MAIL_FROM": MAILBOX}, "Take away what you do not need"),
        ({"MACE_PROFILE": "demo"}, "The demo's people are invented"),
    ],
)
def test_what_may_not_start_says_why(monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], why: str) -> None:
    with pytest.raises(UnsafeSetting) as refused:
        configured(monkeypatch, **changed)
    assert why in str(refused.value)
    assert "Canarysecret" not in str(refused.value)


# --- a certificate instead of a secret --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def written(folder: Path, key: RSAPrivateKey, own: bytes = b"") -> Path:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mace")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    file = folder / "mace.pem"
    file.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM) + (own or pem(key)))
    return file


def pem(key: object) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined,no-any-return]


def test_a_certificate_proves_who_asks(key: RSAPrivateKey, tmp_path: Path) -> None:
    assert asked_with(written(tmp_path, key), key.public_key())


def test_another_certificate_does_not(key: RSAPrivateKey, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TryLater):
        asked_with(written(tmp_path, generate_private_key(public_exponent=65537, key_size=2048)), key.public_key())
    assert "invalid_client" in caplog.text


def asked_with(certificate: Path, expected: RSAPublicKey) -> str:
    service = GraphService(certificate=expected)
    try:
        return asyncio.run(client_of(service, "", certificate).token())
    finally:
        service.close()


def test_only_an_rsa_key_with_its_certificate_starts(
    key: RSAPrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, key)
    settings = configured(monkeypatch, MACE_GRAPH_APP_SECRET="", MACE_GRAPH_CERTIFICATE_FILE=str(file))
    assert settings.graph_certificate_file == file
    for odd in (written(tmp_path, key, pem(new_ec_key(SECP256R1()))).read_bytes(), pem(key), b"", b"\xff"):
        file.write_bytes(odd)
        with pytest.raises(UnsafeSetting, match="has to be a file in PEM"):
            read_settings()
