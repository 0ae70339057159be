"""Signing in with a Microsoft account: whoever the tenant vouches for, by object id; anything odd signs nobody in."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from httpx2 import Response
from pydantic import SecretStr
from starlette.testclient import TestClient

from integrations.environment import read_settings
from integrations.server import build
from integrations.settings import Profile, Settings, UnsafeSetting
from storage.database import Sessions
from tests.cast import START, seed
from tests.integrations.web.openid import APP, SECRET, TENANT, Provider
from tests.integrations.web.signed_in import words
from tests.surfaces import teams_issuer

NOT_SIGNED_IN = "Microsoft did not sign you in"


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def browser(sessions: Sessions, provider: Provider) -> TestClient:
    with sessions.begin() as session:
        seed(session, "teams", START)
    return a_browser(sessions, provider)


def a_browser(sessions: Sessions, provider: Provider) -> TestClient:
    settings = Settings(
        profile=Profile.DEVELOPMENT,
        public_url="https://bot.example",
        entra_app_id=APP,
        entra_app_secret=SecretStr(SECRET),
        entra_tenant_id=TENANT,
        entra_openid_url=provider.openid_url,
    )
    return TestClient(build(settings, sessions), base_url="https://bot.example", follow_redirects=False)


def goes_to_microsoft(browser: TestClient, to: str = "/pages") -> str:
    sent = browser.get("/pages/microsoft", params={"to": to})
    assert sent.status_code == 302
    return sent.headers["Location"]


def comes_back(browser: TestClient, provider: Provider, to: str = "/pages", **changed: str) -> Response:
    brought = provider.signs_in(goes_to_microsoft(browser, to)) | changed
    return browser.get("/pages/microsoft/back", params=brought)


def test_a_person_of_the_tenant_is_who_they_are_in_teams(browser: TestClient, provider: Provider) -> None:
    assert "Sign in with Microsoft" in words(browser.get("/pages"))
    back = comes_back(browser, provider, "/pages/actions")
    assert (back.status_code, back.headers["Location"]) == (303, "/pages/actions")
    assert "Ngozi Testperson" in words(browser.get("/pages/actions"))


def test_what_is_asked_of_microsoft(browser: TestClient, provider: Provider) -> None:
    """An identity and nothing else, with PKCE, state and nonce."""
    asked = dict(parse_qsl(urlsplit(goes_to_microsoft(browser)).query))
    assert asked["scope"] == "openid"
    assert asked["redirect_uri"] == "https://bot.example/pages/microsoft/back"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 30
    assert len(asked["nonce"]) >= 20
    assert dict(parse_qsl(urlsplit(goes_to_microsoft(browser)).query))["state"] != asked["state"]


def test_somebody_nobody_knows_yet_reads_whom_to_call(browser: TestClient, provider: Provider) -> None:
    provider.claims = {"oid": "somebody-new"}
    comes_back(browser, provider)
    assert "I do not know you yet" in words(browser.get("/pages"))


def refused(browser: TestClient, back: Response) -> None:
    assert (back.status_code, NOT_SIGNED_IN in words(back)) == (401, True)
    assert "__Host-mace" not in browser.cookies
    assert browser.get("/pages").status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        *({"iss": "https://evil.example"}, {"iss": None}, {"aud": "another"}, {"aud": None}, {"nonce": "another"}),
        *({"nonce": None}, {"exp": 1}, {"exp": None}, {"tid": "outside"}, {"tid": None}, {"oid": None}, {"oid": ""}),
        *({"oid": ["nurse"]}, {"tid": ["home"]}, {"iat": 99_999_999_999}),
    ],
    ids=str,
)
def test_a_token_that_says_anything_else_signs_nobody_in(
    claims: dict[str, Any], browser: TestClient, provider: Provider
) -> None:
    provider.claims = claims
    refused(browser, comes_back(browser, provider))


def test_a_token_that_somebody_else_signed(
    browser: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = generate_private_key(public_exponent=65537, key_size=2048)
    own = teams_issuer.signed
    monkeypatch.setattr("tests.integrations.web.openid.signed", lambda claims: own(claims, other))
    refused(browser, comes_back(browser, provider))


def test_an_answer_that_was_not_asked_for(browser: TestClient, provider: Provider) -> None:
    """TRUST.md T-14: state is used once, and only in the browser that began."""
    refused(browser, browser.get("/pages/microsoft/back"))
    refused(browser, comes_back(browser, provider, state="another"))
    refused(browser, comes_back(browser, provider, code="another"))
    refused(browser, browser.get("/pages/microsoft/back", params={"error": "access_denied", "state": "x"}))


def test_an_answer_in_another_browser_or_twice(sessions: Sessions, browser: TestClient, provider: Provider) -> None:
    other = a_browser(sessions, provider)
    brought = provider.signs_in(goes_to_microsoft(browser))
    refused(other, other.get("/pages/microsoft/back", params=brought))
    assert browser.get("/pages/microsoft/back", params=brought).status_code == 303
    browser.cookies.delete("__Host-mace")
    refused(browser, browser.get("/pages/microsoft/back", params=brought))


@pytest.mark.parametrize(
    "to",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "/pages//evil.example", "javascript:alert(1)"),
        *("/pages/../x", "/pages/read/R-7K2FS\n", "/pages/read/x", "", "/", "/pages/out", "pages", "/pages?x=1"),
        *("/pages/talk#x", "/PAGES", "/pages/in/x", "%2Fpages", "\t/pages"),
    ],
)
def test_afterwards_nobody_is_sent_anywhere_else(to: str, browser: TestClient, provider: Provider) -> None:
    """TRUST.md T-15."""
    assert comes_back(browser, provider, to).headers["Location"] == "/pages"


@pytest.mark.parametrize(
    "to",
    [
        *("/pages/actions", "/pages/flags", "/pages/blockages", "/pages/access", "/pages/post", "/pages/post/2"),
        *("/pages/talk", "/pages/read/R-7K2FS", "/pages/who/A-7K2FS", "/pages/import", "/pages/import/N-7K2FS"),
    ],
)
def test_afterwards_they_are_where_they_wanted_to_go(to: str, browser: TestClient, provider: Provider) -> None:
    assert comes_back(browser, provider, to).headers["Location"] == to


def test_while_microsoft_does_not_answer(
    browser: TestClient, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.broken = True
    with caplog.at_level(logging.DEBUG, "integrations"):
        away = browser.get("/pages/microsoft")
    assert (away.status_code, NOT_SIGNED_IN in words(away)) == (401, True)
    provider.broken = False
    assert comes_back(browser, provider).status_code == 303


def test_no_token_is_written_to_the_log(
    browser: TestClient, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for claims in ({}, {"tid": "outside"}, {"exp": 1}):
            provider.claims = claims
            comes_back(browser, provider)
    assert len(provider.sent) == 3
    assert not any(secret in caplog.text for secret in (*provider.sent, SECRET))


def test_in_teams_the_way_to_a_page_is_its_address_and_in_slack_a_link(sessions: Sessions, browser: TestClient) -> None:
    from bot.conversation import hear
    from bot.kit.messages import to_text
    from bot.replies import Line, Sender

    answer = hear(sessions, Sender("teams", "home", "nurse"), Line("pages", private=True), START).message
    assert answer
    assert to_text(answer).endswith("Open the page: https://bot.example/pages")
    assert "/pages/in/" not in to_text(answer)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"ENTRA_APP_ID": "a"}, "Signing in with Microsoft needs"),
        ({"ENTRA_APP_ID": "a", "ENTRA_APP_SECRET": "s"}, "Signing in with Microsoft needs"),
        ({"ENTRA_OPENID_URL": "https://evil.example/"}, "Take MACE_ENTRA_OPENID_URL away"),
    ],
)
def test_settings_that_are_half_there(given: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACE_PROFILE", "development")
    for name, value in given.items():
        monkeypatch.setenv(f"MACE_{name}", value)
    with pytest.raises(UnsafeSetting, match=says):
        read_settings()
