"""Somebody adds the app to their own Slack: once, in ten minutes, in one browser, from where a panel lets people in."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.kit.messages import Message, Paragraph
from bot.ports import Address
from integrations.slack.keeping import Kept
from integrations.slack.manifest import SCOPES
from storage.database import Sessions, engine_of, open_database
from storage.records import SlackInstallState, SlackTeam
from tests.cast import HOME, START, seed
from tests.loopback import LOST, Answer
from tests.making import an_action
from tests.surfaces.slack import message_event
from tests.surfaces.slack_directory import CLIENT, Installed
from tests.surfaces.slack_many import SECOND, ManySlacks, asked_of_slack, begins, ends, installed, lets_in, words
from tests.world import World

BUSY: Answer = (429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"})
HERE = Installed(HOME)
MESSAGE = Message("A word.", (Paragraph("A word for you."),))


@pytest.fixture
def browser(many: ManySlacks) -> Iterator[TestClient]:
    with many.browser() as browser:
        yield browser


# --- the journey ------------------------------------------------------------------------------------------------------


def test_from_the_link_to_an_answer(many: ManySlacks, sessions: Sessions, browser: TestClient) -> None:
    asked = asked_of_slack(browser.get("/slack/install"))
    assert asked | {"state": ""} == {
        "state": "",
        "client_id": CLIENT,
        "scope": ",".join(SCOPES),
        "redirect_uri": "https://bot.example/slack/installed",
    }
    page = ends(browser, state=asked["state"], code=many.directory.code(HERE))
    assert page.status_code == 200
    assert "MACE bot is in your Slack" in words(page)
    assert "write: help" in words(page)
    assert installed(sessions) == {HOME: many.token()}
    (given,) = [given for method, given in many.directory.calls if method == "oauth.v2.access"]
    assert given["redirect_uri"] == asked["redirect_uri"]
    assert "You have nothing open" in World(sessions, many).person("school").says("mine")
    assert {token for token, _ in many.directory.spoke} == {many.token()}


def test_two_workspaces_are_each_answered_with_their_own_token(many: ManySlacks, sessions: Sessions) -> None:
    lets_in(sessions, SECOND)
    tokens = {}
    for team in (HOME, SECOND):
        assert many.installs(Installed(team)).status_code == 200
        tokens[team] = many.token()
    world = World(sessions, many)
    for team, says in ((HOME, "You have nothing open"), (SECOND, "999")):
        many.goes_to(team)
        many.directory.spoke.clear()
        assert says in world.person("school", team).says("mine")
        assert set(many.directory.spoke) == {(tokens[team], team)}


def test_what_is_sent_to_both_at_once_is_not_mixed_up(many: ManySlacks, sessions: Sessions) -> None:
    lets_in(sessions, SECOND)
    for team in (HOME, SECOND):
        many.installs(Installed(team))

    async def sent() -> None:
        async with many.channel.connected():
            letters = [(team, n) for n in range(5) for team in (HOME, SECOND)]
            await asyncio.gather(
                *(many.platform.send(Address(team, f"{team}{n}"), MESSAGE, f"{team}{n}") for team, n in letters)
            )
            lines = [many.platform.made[key].platform.client.session for key in many.platform.made]  # type: ignore[attr-defined]
            assert lines[0] is lines[1] is not None  # connections are used again

    asyncio.run(sent())
    for team, workspace in many.directory.workspaces.items():
        assert set(workspace.channels) == {f"{team}{n}" for n in range(5)}
        assert len(workspace.messages) == 5


def test_an_installation_takes_the_place_of_the_one_before(many: ManySlacks, sessions: Sessions) -> None:
    many.installs(HERE)
    many.directory.ends(HOME)
    many.installs(HERE)
    assert installed(sessions) == {HOME: many.token()}
    assert "You have nothing open" in World(sessions, many).person("school").says("mine")


# --- what is bound to the browser -------------------------------------------------------------------------------------


def test_the_state_cannot_be_guessed_and_is_not_kept(many: ManySlacks, sessions: Sessions, browser: TestClient) -> None:
    states = {begins(browser) for _ in range(3)}
    assert len(states) == 3
    assert all(len(state) >= 43 for state in states)  # 256 bits in base64
    with sessions() as session:
        kept = " ".join(session.scalars(select(SlackInstallState.hashed)))
    assert not [word for word in (*states, browser.cookies["mace-slack-install"]) if word in kept]


@pytest.mark.parametrize(("url", "secure"), [("https://bot.example", True), ("http://127.0.0.1:8000", False)])
def test_the_cookie_is_for_this_alone(sessions: Sessions, url: str, secure: bool) -> None:
    slack = ManySlacks(sessions, url)
    said = slack.client.get("/slack/install").headers["set-cookie"]
    slack.close()
    parts = {part.strip().lower() for part in said.split(";")[1:]}
    assert parts == {"httponly", "max-age=600", "path=/slack/installed", "samesite=lax"} | (
        {"secure"} if secure else set()
    )


def nothing_was_done(many: ManySlacks, sessions: Sessions, page: Any) -> None:
    assert page.status_code == 400
    assert "once, for 10 minutes, in the browser it was begun in" in words(page)
    assert '<a href="/slack/install">Start again</a>' in page.text
    assert many.directory.calls == []
    assert installed(sessions) == {}


@pytest.mark.parametrize("state", [None, "", "another", "x" * 10_000, "\0"])
def test_without_the_state_nothing_is_done(
    many: ManySlacks, sessions: Sessions, browser: TestClient, state: str | None
) -> None:
    begins(browser)
    query = {"code": many.directory.code(HERE)} | ({} if state is None else {"state": state})
    nothing_was_done(many, sessions, ends(browser, **query))


def test_in_another_browser_nothing_is_done(many: ManySlacks, sessions: Sessions, browser: TestClient) -> None:
    """Somebody is sent a link by which they would add the app for another, or another's app.  TRUST.md T-14."""
    state, code = begins(browser), many.directory.code(HERE)
    with many.browser() as victim:
        nothing_was_done(many, sessions, ends(victim, state=state, code=code))
        begins(victim)
        nothing_was_done(many, sessions, ends(victim, state=state, code=code))
    assert ends(browser, state=state, code=code).status_code == 200


def test_it_works_once(many: ManySlacks, sessions: Sessions, browser: TestClient) -> None:
    state = begins(browser)
    kept = browser.cookies["mace-slack-install"]
    assert ends(browser, state=state, error="access_denied").status_code == 400
    assert "mace-slack-install" not in browser.cookies
    browser.cookies.set("mace-slack-install", kept)
    nothing_was_done(many, sessions, ends(browser, state=state, code=many.directory.code(HERE)))


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (10, 400), (60, 400)])
def test_it_works_for_ten_minutes(many: ManySlacks, browser: TestClient, minutes: int, status: int) -> None:
    state = begins(browser)
    many.at += timedelta(minutes=minutes)
    assert ends(browser, state=state, code=many.directory.code(HERE)).status_code == status


def test_what_was_begun_and_not_ended_is_forgotten(many: ManySlacks, sessions: Sessions, browser: TestClient) -> None:
    begins(browser)
    many.at += timedelta(minutes=11)
    begins(browser)
    with sessions() as session:
        assert session.query(SlackInstallState).count() == 1


# --- what Slack says, and who is let in -------------------------------------------------------------------------------


def test_a_workspace_that_nobody_let_in_is_refused_and_its_token_given_back(
    many: ManySlacks, sessions: Sessions
) -> None:
    page = many.installs(Installed(SECOND))
    assert page.status_code == 403
    assert f"Ask whoever runs MACE bot for your panel to let in {SECOND}." in words(page)
    assert installed(sessions) == {}
    assert many.directory.tokens == {}
    lets_in(sessions, SECOND)
    assert many.installs(Installed(SECOND)).status_code == 200


def test_it_is_refused_even_if_the_token_cannot_be_given_back(many: ManySlacks, sessions: Sessions) -> None:
    many.directory.next["auth.revoke"] = [BUSY]
    assert many.installs(Installed(SECOND)).status_code == 403
    assert installed(sessions) == {}


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (BUSY, 503, "Slack did not answer. Start again in a few minutes."),
        (LOST, 503, "Slack did not answer. Start again in a few minutes."),
        ((200, {}, {"ok": False, "error": "bad_client_secret"}), 502, "its log says why"),
    ],
)
def test_slack_does_not_give_a_token(
    many: ManySlacks, sessions: Sessions, answer: Answer, status: int, says: str
) -> None:
    many.directory.next["oauth.v2.access"] = [answer]
    page = many.installs(HERE)
    assert (page.status_code, says in words(page)) == (status, True)
    assert installed(sessions) == {}


def test_somebody_chose_cancel(many: ManySlacks, sessions: Sessions, browser: TestClient) -> None:
    page = ends(browser, state=begins(browser), error="access_denied")
    assert page.status_code == 400
    assert "somebody chose not to add the app, or may not add apps" in words(page)
    assert many.directory.calls == []


def test_a_code_that_slack_does_not_know(many: ManySlacks, sessions: Sessions, browser: TestClient) -> None:
    page = ends(browser, state=begins(browser), code="<script>alert(1)</script>")
    assert page.status_code == 502
    assert "script" not in page.text


def test_each_page_is_safe_and_says_one_thing(many: ManySlacks, browser: TestClient) -> None:
    for page in (
        many.installs(HERE),
        many.installs(Installed("T<b>")),
        ends(browser, state="x"),
        browser.get("/slack/install"),
    ):
        assert page.headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert not [secret for secret in many.directory.secrets if secret in page.text]
        assert "<b>" not in page.text
        assert page.status_code == 302 or len(re.findall("<h1>", page.text)) == 1


# --- organisations ----------------------------------------------------------------------------------------------------


def grid_event(many: ManySlacks, text: str, user: str = "school", org: str = "E1") -> dict[str, Any]:
    """As Slack sends it from a workspace of an organisation."""
    event = message_event(many, Address(many.home, user), text)
    about = {"enterprise_id": org, "team_id": many.home, "is_enterprise_install": True}
    return event | about | {"authorizations": [about | {"user_id": "BOT", "is_bot": True}]}


def test_an_organisation_adds_it_once_for_its_workspaces(many: ManySlacks, sessions: Sessions) -> None:
    lets_in(sessions, "E1")
    assert many.installs(Installed(HOME, "E1", org_wide=True)).status_code == 200
    assert installed(sessions) == {"E1": many.token()}
    many.event(grid_event(many, "mine"))
    (answer,) = World(sessions, many).person("school").hears()
    assert "You have nothing open" in answer


def test_a_reminder_finds_the_organisation_of_a_workspace(many: ManySlacks, sessions: Sessions) -> None:
    """It knows nothing but the workspace: which organisation that is part of was learnt when somebody there wrote."""
    lets_in(sessions, "E1")
    many.installs(Installed(HOME, "E1", org_wide=True))
    many.event(grid_event(many, "help", "coordinator"))
    world = World(sessions, many)
    world.person("coordinator").hears()
    an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    world.tick()
    assert "The panel gave you this action" in world.person("school").hears_one()


def test_its_workspaces_may_be_learnt_by_several_at_once(many: ManySlacks, sessions: Sessions) -> None:
    lets_in(sessions, "E1")
    many.installs(Installed(HOME, "E1", org_wide=True))
    kept, at_once = Kept(sessions), Barrier(4)

    def heard(team: str) -> bool:
        at_once.wait()
        return kept.voice(team, "E1", START) is not None

    with ThreadPoolExecutor(4) as threads:
        for number in range(20):
            assert all(threads.map(heard, [f"T{number}"] * 4))
    with sessions() as session:
        assert session.query(SlackTeam).count() == 20


def test_a_workspace_of_its_own_comes_first(many: ManySlacks, sessions: Sessions) -> None:
    lets_in(sessions, "E1")
    many.installs(Installed(HOME, "E1"))
    own = many.token()
    many.installs(Installed(HOME, "E1", org_wide=True))
    many.event(grid_event(many, "mine"))
    assert {token for token, _ in many.directory.spoke} == {own}


def test_an_organisation_that_nobody_let_in_is_refused(many: ManySlacks, sessions: Sessions) -> None:
    """Though one of its workspaces is let in."""
    page = many.installs(Installed(HOME, "E1", org_wide=True))
    assert page.status_code == 403
    assert "to let in E1." in words(page)
    assert installed(sessions) == {}


def test_another_organisation_does_not_get_this_ones_token(many: ManySlacks, sessions: Sessions) -> None:
    lets_in(sessions, "E1")
    many.installs(Installed(HOME, "E1", org_wide=True))
    many.event(grid_event(many, "mine", org="E2"))
    assert many.directory.spoke == []


# --- what lies in the database ----------------------------------------------------------------------------------------


def test_no_token_lies_in_the_file_in_clear(sqlite_url: str) -> None:
    """TRUST.md T-12."""
    sessions = open_database(sqlite_url)
    with sessions.begin() as session:
        seed(session, "slack", START)
    many = ManySlacks(sessions)
    many.installs(Installed(HOME, rotates=True))
    many.close()
    engine_of(sessions).dispose()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert HOME.encode() in kept
    assert not [secret for secret in many.directory.secrets if secret.encode() in kept]
