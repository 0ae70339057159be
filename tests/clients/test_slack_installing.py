"""Two Slacks that somebody else wrote add the running bot, in a browser, and each is answered with its own token."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from storage.database import Sessions, engine_of, open_database
from storage.levels import unsealed
from storage.records import SlackInstallation
from tests.browsing import SCREENSHOTS, a_browser
from tests.clients.node import free_port
from tests.clients.slack_emulated import CLIENT, CLIENT_SECRET, Emulated, emulated
from tests.clients.slack_front import Front
from tests.clients.slack_person import Person, read_message
from tests.clients.slack_stage import Stage
from tests.surfaces.slack_many import lets_in

ONE, TWO = "T000000001", "T000000002"


@dataclass
class Town:
    """`stage` is the first of the two workspaces; its cast is known."""

    stage: Stage
    slacks: dict[str, Emulated]
    front: Front
    address: str

    def adds(self, page: Page, team: str) -> str:
        """What somebody there reads in the end."""
        self.front.chosen = team
        page.goto(f"{self.address}/slack/install")
        page.get_by_role("button", name="coordinator").first.click()
        return page.locator("main").inner_text()

    def person(self, handle: str, team: str) -> Person:
        return Person(handle, self.slacks[team], self.front, self.stage.client)

    def says(self, handle: str, team: str, text: str) -> str:
        person = self.person(handle, team)
        assert person.sends(person.writes(text)) == 200
        _, answer = self.slacks[team].messages(handle)
        return read_message(answer).text


@pytest.fixture
def town(tmp_path: Path, sqlite_url: str) -> Iterator[Town]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        slacks = {}
        for team in (ONE, TWO):
            (tmp_path / team).mkdir()
            slacks[team] = stack.enter_context(emulated(tmp_path / team, f"{address}/slack/installed"))
        front = stack.enter_context(closing(Front(slacks)))
        sessions = open_database(sqlite_url)
        stack.callback(engine_of(sessions).dispose)
        slacks[ONE].lets_in(sessions)
        stage = Stage(tmp_path, sqlite_url, sessions, slacks[ONE], front, stack)
        stack.enter_context(stage.client)
        settings = {"SLACK_CLIENT_ID": CLIENT, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "PUBLIC_URL": address}
        stage.start(port, **settings)
        yield Town(stage, slacks, front, address)


@pytest.fixture
def page() -> Iterator[Page]:
    with a_browser() as browser:
        yield browser.new_page()


def tokens(sessions: Sessions) -> dict[str, str]:
    with sessions() as session:
        return {one.tenant: unsealed(one.token) for one in session.query(SlackInstallation) if one.token}


def test_two_workspaces_add_it_and_are_answered_each_with_its_own_token(town: Town, page: Page) -> None:
    sessions = town.stage.sessions
    assert f"to let in {TWO}. Then start again." in town.adds(page, TWO)
    assert tokens(sessions) == {}
    lets_in(sessions, TWO)
    for team in (ONE, TWO):
        assert "MACE bot is in your Slack" in town.adds(page, team)
    page.screenshot(path=SCREENSHOTS / "slack-installed.png")
    kept = tokens(sessions)
    assert {f"Bearer {token}": team for team, token in kept.items()}.items() <= town.front.homes.items()
    assert len(set(kept.values())) == 2

    assert "You have nothing open" in town.says("school", ONE, "mine")
    assert "999" in town.says("school", TWO, "mine")  # nobody knows them there
    town.stage.owes_a_welcome("charity")
    town.stage.is_sent()
    (letter,) = town.slacks[ONE].messages("charity")
    assert "Welcome: Camden MACE has added you" in read_message(letter).text


def test_a_page_that_is_opened_again_adds_nothing(town: Town, page: Page) -> None:
    town.adds(page, ONE)
    kept = tokens(town.stage.sessions)
    assert "MACE bot is not in your Slack yet" in page.goto(page.url).text()  # type: ignore[union-attr]
    assert tokens(town.stage.sessions) == kept
    page.get_by_role("link", name="Start again").click()
    assert page.get_by_role("button", name="coordinator").first.is_visible()
