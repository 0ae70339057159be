"""What every response carries, and what is refused before the bot hears of it."""

import re

import pytest
from httpx2 import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from integrations.guard import LARGEST
from integrations.web.guard import HEADERS, NOT_FROM_HERE, OLD_PAGE, TOO_LARGE
from tests.integrations.web.conftest import Site, tab, words
from tests.rules.test_doors import routes


def carries_headers(response: Response) -> bool:
    return all(response.headers.get(name) == value for name, value in HEADERS.items())


def test_every_route_carries_the_headers(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    paths = {re.sub(r"\{\w+\}", "1", route.split()[1]) for route in routes(quick_site.app.routes)}
    assert len(paths) > 15
    for path in [*paths, "/static/style.css", "/static/nothing.css", "/nothing"]:
        assert carries_headers(nurse.client.get(path)), path
        assert carries_headers(nurse.client.post(path)), path


def test_no_page_has_script_or_style_in_it(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    nurse.opens("refer")
    for path in ("/", "/story", "/sent", "/picture?as=slack", "/picture?as=teams", "/new?after=0&you=nurse"):
        page = nurse.page(path)
        assert not [one for one in page.find_all("script") if not one.get("src") or one.get_text()]
        assert not page.find_all("style")
        assert not [
            one for one in page.find_all(True) if any(name == "style" or name[:2] == "on" for name in one.attrs)
        ]


def test_https_alone_makes_the_cookie_secure(quick_site: Site) -> None:
    plain = TestClient(quick_site.app).get("/")
    cookie = plain.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert "Strict-Transport-Security" not in plain.headers
    safe = TestClient(quick_site.app, base_url="https://mace.example").get("/")
    assert safe.headers["Set-Cookie"].endswith("; secure")
    assert safe.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_a_changed_cookie_is_nobodys(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    assert "Conversation as Named nurse" in nurse.page().title.get_text()  # type: ignore[union-attr]
    forged = TestClient(quick_site.app, cookies={"mace": "e30=" + nurse.client.cookies["mace"][4:]})
    assert "Choose who you are" in forged.get("/").text


@pytest.mark.parametrize("token", [None, "", "wrong", "ümläut"])
def test_a_form_without_our_token_does_nothing(quick_site: Site, token: str | None) -> None:
    nurse = tab(quick_site, "nurse")
    fields = nurse.own() | {"line": "help"}
    response = nurse.client.post("/say", data={**fields, "token": token} if token is not None else {"line": "help"})
    assert response.status_code == 403
    assert OLD_PAGE in words(response)
    assert nurse.lines() == []


def test_the_token_of_another_session_does_nothing(quick_site: Site) -> None:
    nurse, other = tab(quick_site, "nurse"), tab(quick_site, "nurse")
    assert nurse.client.post("/say", data=other.own() | {"line": "help"}).status_code == 403
    assert nurse.lines() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://testserver:81"},
    ],
)
def test_a_form_on_another_site_does_nothing(quick_site: Site, headers: dict[str, str]) -> None:
    nurse = tab(quick_site, "nurse")
    response = nurse.client.post("/say", data=nurse.own() | {"line": "help"}, headers=headers)
    assert response.status_code == 403
    assert NOT_FROM_HERE in words(response)
    assert nurse.lines() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "http://testserver"},
    ],
)
def test_a_form_of_our_own_is_heard(quick_site: Site, headers: dict[str, str]) -> None:
    nurse = tab(quick_site, "nurse")
    assert nurse.client.post("/say", data=nurse.own() | {"line": "help"}, headers=headers).status_code == 303
    assert nurse.lines() == ["help"]


@pytest.mark.parametrize("path", ["/be", "/say", "/form/1", "/delete", "/clock", "/picture"])
def test_a_huge_body_is_refused(quick_site: Site, path: str) -> None:
    """TRUST.md T-66."""
    nurse = tab(quick_site, "nurse")
    response = nurse.client.post(path, content=b"line=" + b"x" * LARGEST)
    assert response.status_code == 413
    assert TOO_LARGE in words(response)


def test_a_thousand_fields_are_refused(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    response = nurse.client.post("/say", content=b"&".join(b"a=%d" % number for number in range(1000)))
    assert response.status_code == 400
    assert "I could not read that" in words(response)


def test_a_fault_is_told_in_words_and_without_details(quick_site: Site) -> None:
    """TRUST.md T-41."""
    nurse = tab(quick_site, "nurse")
    fields = nurse.own()
    with quick_site.sessions.begin() as session:
        session.execute(text("DROP TABLE web_message"))
    client = TestClient(quick_site.app, raise_server_exceptions=False, cookies={"mace": nurse.client.cookies["mace"]})
    response = client.post("/say", data=fields | {"line": "help"})
    assert response.status_code == 500
    assert "Sorry, something went wrong on our side" in words(response)
    assert "web_message" not in response.text
    assert carries_headers(response)
