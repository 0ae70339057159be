"""Somebody at their own pages: a browser without JavaScript, signed in by the link that the bot gave them in chat."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from integrations.site import pages_app
from integrations.web.pages import Pages
from tests.world import Someone, World


def app_of(world: World, **how: Any) -> Starlette:
    return pages_app(Pages(world.sessions, lambda: world.now, **{"secure": True} | how), [], [])


@dataclass
class Browser:
    world: World
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = TestClient(app_of(self.world), base_url="https://bot.example", follow_redirects=False)

    def opens(self, path: str) -> Response:
        return self.client.get(path)

    def reads(self, path: str = "/pages") -> str:
        """What is on the page."""
        response = self.opens(path)
        assert response.status_code == 200, words(response)
        return words(response)

    def sends(self, path: str, token: str | None = None, **fields: str) -> Response:
        """What a form on the page would send."""
        own = self.token() if token is None else token
        return self.client.post(path, data={"token": own, **fields})

    def token(self) -> str:
        found = soup(self.opens("/pages")).select_one("input[name=token]")
        return str(found["value"]) if found else ""

    def presses(self, label: str, path: str = "/pages") -> Response:
        """A button on that page, and what it leads to."""
        page = soup(self.opens(path))
        form = next(one for one in page.select("form") if one.button and one.button.get_text(" ", strip=True) == label)
        fields = {str(one["name"]): str(one["value"]) for one in form.select("input[name]")}
        return self.client.post(str(form["action"]), data=fields)

    def fills_in(self, **answers: str) -> Response:
        """The open form, and on."""
        form = soup(self.opens("/pages/talk")).select(".form form")[-1]
        fields = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[type=hidden]")}
        return self.client.post(str(form["action"]), data=fields | {"go": "on"} | answers)


def soup(response: Response) -> BeautifulSoup:
    """What keeps a reference on one line is read as if it were not there."""
    page = BeautifulSoup(response.text, "html.parser")
    for kept in page.select(".ref"):
        kept.unwrap()
    page.smooth()
    return page


def words(response: Response) -> str:
    main = soup(response).select_one("main")
    assert main, response.text
    return main.get_text(" ", strip=True)


def link_of(person: Someone, line: str = "pages") -> str:
    return person.says(line).links["Open the page"].removeprefix("https://bot.example")


def signed_in(world: World, handle: str, line: str = "pages") -> Browser:
    browser = Browser(world)
    response = browser.client.post(link_of(world.person(handle), line))
    assert response.status_code == 303, words(response)
    return browser


def cookie_of(response: Response) -> Mapping[str, str]:
    """Its parts, with small letters."""
    parts = [part.strip().partition("=") for part in response.headers["Set-Cookie"].split(";")]
    return {name.lower(): value for name, _, value in parts}
