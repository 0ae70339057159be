"""Signing in to one's own pages by a link from chat: used once, kept on the server, and ended there."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from integrations.web.guard import HEADERS
from storage.records import AuditEntry, SignInLink, Visit
from tests.integrations.web.signed_in import Browser, cookie_of, link_of, signed_in, words
from tests.scheduler.fakes import Postbox, deliver, give
from tests.world import World

GONE = "That link has been used or is too old. Ask the bot for a new one."


def noted(world: World) -> list[tuple[str, str]]:
    with world.sessions() as session:
        return [(one.what, one.result) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


# --- the link ---------------------------------------------------------------------------------------------------------


def test_looking_at_a_link_does_not_use_it_up(world: World) -> None:
    """TRUST.md T-45: mail scanners and link previews look."""
    link, browser = link_of(world.person("nurse")), Browser(world)
    for _ in range(2):
        looked = browser.opens(link)
        assert looked.status_code == 200
        assert "Go on only if you asked the bot for this link yourself" in words(looked)
        assert browser.client.head(link).status_code == 200
        assert "Set-Cookie" not in looked.headers
    response = browser.client.post(link)
    assert (response.status_code, response.headers["Location"]) == (303, "/pages")
    assert "What is yours" in browser.reads()


def test_a_link_leads_to_the_page_that_was_asked_for(world: World) -> None:
    response = Browser(world).client.post(link_of(world.person("nurse"), "action list"))
    assert response.headers["Location"] == "/pages/actions"


def test_a_link_works_once(world: World) -> None:
    link = link_of(world.person("nurse"))
    assert Browser(world).client.post(link).status_code == 303
    again = Browser(world).client.post(link)
    assert (again.status_code, GONE in words(again)) == (401, True)
    assert ("sign in by a link", "refused") in noted(world)


def test_a_link_works_for_ten_minutes(world: World) -> None:
    first, second = link_of(world.person("nurse")), link_of(world.person("nurse"))
    world.now += timedelta(minutes=9)
    assert Browser(world).client.post(first).status_code == 303
    world.now += timedelta(minutes=1)
    assert GONE in words(Browser(world).client.post(second))


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "é", "a" * 5_000])
def test_what_is_no_link_looks_the_same_and_opens_nothing(token: str, world: World) -> None:
    browser = Browser(world)
    assert words(browser.opens(f"/pages/in/{token}")) == words(browser.opens(link_of(world.person("nurse"))))
    assert GONE in words(browser.client.post(f"/pages/in/{token}"))


def test_another_site_cannot_sign_somebody_in_as_somebody_else(world: World) -> None:
    link, browser = link_of(world.person("nurse")), Browser(world)
    assert browser.client.post(link, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.client.post(link, headers={"Origin": "https://evil.example"}).status_code == 403
    assert browser.client.post(link, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_nothing_that_opens_a_page_is_kept(world: World) -> None:
    link = link_of(world.person("nurse"))
    browser = Browser(world)
    cookie = browser.client.post(link).cookies["__Host-mace"]
    with world.sessions() as session:
        assert session.scalars(select(SignInLink)).one().token_hash not in link
        assert session.scalars(select(Visit)).one().cookie_hash != cookie
        assert len(cookie) == 43


# --- the browser that is signed in ------------------------------------------------------------------------------------


def test_the_cookie_is_for_this_host_and_https_and_no_script(world: World) -> None:
    parts = cookie_of(Browser(world).client.post(link_of(world.person("nurse"))))
    assert parts.keys() == {"__host-mace", "httponly", "max-age", "path", "samesite", "secure"}
    assert (parts["path"], parts["samesite"], parts["max-age"]) == ("/", "lax", str(8 * 3600))


def test_whoever_is_away_for_a_quarter_of_an_hour_is_signed_out(world: World) -> None:
    browser = signed_in(world, "nurse")
    for _ in range(3):
        world.now += timedelta(minutes=15)
        assert browser.opens("/pages").status_code == 200
    world.now += timedelta(minutes=15, seconds=1)
    gone = browser.opens("/pages/read/R-7K2FS")
    assert gone.status_code == 401
    assert words(gone).startswith("Sign in to read this page")


def test_after_eight_hours_everybody_signs_in_again(world: World) -> None:
    browser = signed_in(world, "nurse")
    for _ in range(8 * 4):
        world.now += timedelta(minutes=15)
        assert browser.opens("/pages").status_code == 200
    world.now += timedelta(minutes=1)
    assert browser.opens("/pages").status_code == 401


def test_signing_out_ends_it_on_the_server(world: World) -> None:
    browser = signed_in(world, "nurse")
    cookie = browser.client.cookies["__Host-mace"]
    out = browser.presses("Sign out")
    assert (out.status_code, "You are signed out." in words(out)) == (200, True)
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    browser.client.cookies.set("__Host-mace", cookie)
    assert browser.opens("/pages").status_code == 401
    assert [what for what, _ in noted(world) if what.startswith("sign")] == ["sign in by a link", "sign out"]


def test_each_sign_in_has_a_cookie_of_its_own(world: World) -> None:
    first, second = signed_in(world, "nurse"), signed_in(world, "nurse")
    assert first.client.cookies["__Host-mace"] != second.client.cookies["__Host-mace"]
    first.presses("Sign out")
    assert second.opens("/pages").status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "x" * 5_000])
def test_a_made_up_cookie_opens_nothing(cookie: str, world: World) -> None:
    browser = Browser(world)
    browser.client.cookies.set("__Host-mace", cookie)
    assert browser.opens("/pages").status_code == 401


def test_whoever_leaves_reads_nothing_from_then_on(world: World) -> None:
    """The right is asked for anew each time (TRUST.md 8.3.2, 7.4.2).  TRUST.md T-22."""
    browser, school = signed_in(world, "school"), world.person("school")
    assert "Action list" in browser.opens("/pages").text
    school.says("leave")
    school.presses("Use the form instead")
    school.submits(post="Safeguarding lead, Hollow Oak School, Camden")
    for path in ("/pages", "/pages/actions", "/pages/read/R-7K2FS"):
        left = browser.reads(path)
        assert "I do not know you yet" in left
        assert "What is yours" not in left


def test_what_the_bot_sends_still_goes_where_people_read_it(world: World) -> None:
    signed_in(world, "nurse")
    give(world.sessions, "Camden", "Thames Gate NHS Trust", date(2026, 6, 23), world.now)
    box = Postbox()
    deliver(world.sessions, world.now, box)
    assert box.readers() == ["nurse"]


# --- what every answer carries, and what is refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/pages", "/pages/talk", "/pages/actions", "/pages/read/R-7K2FS", "/pages/in/x", "/pages/nothing"]
)
def test_every_answer_is_kept_nowhere_and_framed_nowhere(path: str, world: World) -> None:
    """TRUST.md T-45."""
    for browser in (Browser(world), signed_in(world, "nurse")):
        answer = browser.opens(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_without_https_in_front_the_cookie_has_a_plain_name(world: World) -> None:
    """The demo, and a developer's own machine."""
    from starlette.testclient import TestClient

    from tests.integrations.web.signed_in import app_of

    client = TestClient(app_of(world, secure=False), follow_redirects=False)
    parts = cookie_of(client.post(link_of(world.person("nurse"))))
    assert "mace-pages" in parts
    assert "secure" not in parts
    assert client.get("/pages").status_code == 200


@pytest.mark.parametrize("path", ["/pages/say", "/pages/form/1", "/pages/delete", "/pages/out"])
def test_a_form_that_our_page_did_not_draw_does_nothing(path: str, world: World) -> None:
    browser = signed_in(world, "nurse")
    for response in (
        browser.sends(path, token="x", line="help"),
        browser.sends(path, token="", line="help"),
        browser.sends(path, token=Browser(world).token(), line="help"),
        browser.client.post(path, data={"token": browser.token()}, headers={"Sec-Fetch-Site": "same-site"}),
    ):
        assert response.status_code == 403
    assert Browser(world).sends(path, line="help").status_code in (401, 403)
    assert browser.client.get(path).status_code in (404, 405)
    assert browser.opens("/pages").status_code == 200


def test_a_page_that_is_not_there_is_a_sentence(world: World) -> None:
    browser = signed_in(world, "nurse")
    for path in ("/pages/nothing", "/pages/read/nothing", "/pages/read/R-7K2FS%0A", "/pages/read/../actions%00"):
        missing = browser.opens(path)
        assert (missing.status_code, "There is no such page" in words(missing)) == (404, True)
