"""The web page with the tests' cast on it, and one browser tab without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe

import pytest
from bs4 import BeautifulSoup
from httpx2 import Response
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from integrations.server import elsewhere
from integrations.site import demo_pages
from integrations.web.chat import chat_app
from integrations.web.platform import WebPlatform
from integrations.web.stage import Persona, Stage, StoryStep
from scheduler.clock import tick
from storage.database import Sessions, engine_of, open_database
from tests.cast import CAST, HOME, START, seed
from tests.surfaces.core import Core
from tests.world import World

STORY = (
    StoryStep("A nurse answers a reminder", "nurse", "She gets one message a day.", "Press Done, then Undo"),
    StoryStep("Nothing here names a child", "", "The last page lists every message that was sent."),
)


@dataclass
class Site:
    """A stage on which the clock is moved by hand."""

    sessions: Sessions
    now: datetime = START
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        people = [
            Persona(handle, posts[0][2], posts[0][1], ", ".join(one[0] for one in posts))
            for handle, (_, posts) in CAST.items()
        ]
        stage = Stage(lambda: people, STORY, lambda: self.now, self.move_on, HOME, elsewhere())
        chat = Mount("/", chat_app(self.sessions, stage, "secret"))
        self.app = Starlette(routes=[*demo_pages(self.sessions, lambda: self.now), chat])

    async def move_on(self) -> None:
        self.now += timedelta(days=1)
        await self.deliver()

    async def deliver(self) -> None:
        await tick(self.sessions, {"web": WebPlatform(self.sessions, lambda: self.now)}, lambda: self.now)


@dataclass
class Tab:
    """One person at the page; `post` sends what a form drawn for them would send."""

    client: TestClient
    you: str = ""

    def page(self, path: str = "/") -> BeautifulSoup:
        response = self.client.get(path)
        assert response.status_code == 200
        return BeautifulSoup(response.text, "html.parser")

    def own(self) -> dict[str, str]:
        token = self.page().select("input[name=token]")[0]["value"]
        return {"token": str(token), "you": self.you, "request": token_urlsafe(16)}

    def post(self, path: str, **fields: str | list[str]) -> Response:
        return self.client.post(path, data={**self.own(), **fields})

    def says(self, line: str) -> Response:
        response = self.post("/say", line=line)
        assert response.status_code == 303, words(response)
        return response

    def opens(self, line: str) -> str:
        """A form, from the button that says this line; returns where it is sent to."""
        self.post("/say", press=line, label=line)
        return str(self.page().select(".form form")[-1]["action"])

    def lines(self) -> list[str]:
        return [one.get_text(strip=True) for one in self.page().select(".me .line")]

    def cards(self) -> list[str]:
        return [one.get_text(" ", strip=True) for one in self.page().select(".card")]


def words(response: Response) -> str:
    return BeautifulSoup(response.text, "html.parser").get_text(" ", strip=True)


@pytest.fixture
def site(sessions: Sessions) -> Site:
    """On either database."""
    return _site(sessions)


@pytest.fixture
def quick_site(sqlite_url: str) -> Iterator[Site]:
    """For what the database has no part in."""
    sessions = open_database(sqlite_url)
    yield _site(sessions)
    engine_of(sessions).dispose()


def _site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        seed(session, "web", START)
    return Site(sessions)


def tab(site: Site, you: str = "") -> Tab:
    made = Tab(TestClient(site.app, follow_redirects=False))
    if you:
        assert made.post("/be", handle=you).status_code == 303
        made.you = you
    return made


@pytest.fixture
def world(sessions: Sessions) -> Iterator[World]:
    """The cast in chat, on either database; their own pages are beside it."""
    surface = Core(sessions)
    with sessions.begin() as session:
        seed(session, surface.name, START)
    yield World(sessions, surface)
    surface.close()
