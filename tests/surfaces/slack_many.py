"""One bot in several workspaces, which add it by OAuth: driven from one of them at a time."""

import re
from datetime import datetime
from itertools import count
from urllib.parse import parse_qsl, urlsplit

from httpx2 import Response
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from integrations.slack.installations import Oauth
from integrations.slack.many import ManySlacks as Channel
from storage.database import Sessions
from storage.levels import unsealed
from storage.records import Account, Partnership, SlackInstallation, Workspace
from tests.cast import HOME, START
from tests.surfaces.slack import SECRET, Slack
from tests.surfaces.slack_directory import CLIENT, Directory, Installed
from tests.surfaces.slack_directory import SECRET as CLIENT_SECRET

SECOND = "second"  # another workspace


class ManySlacks(Slack):
    def __init__(self, sessions: Sessions, public_url: str = "https://bot.example") -> None:
        self.directory = Directory(HOME, SECOND)
        self.at, self.numbers = START, count(1)
        self.public_url = public_url
        self.channel = self.another(sessions)  # type: ignore[assignment] # it is a channel as well
        self.platform = self.channel.platform
        self.client = self.browser()
        self.goes_to(HOME)

    def another(self, sessions: Sessions) -> Channel:
        """Of the same bot, as a second process would be."""
        oauth = Oauth(CLIENT, CLIENT_SECRET, self.public_url)
        return Channel(sessions, SECRET, oauth, self.now, f"{self.directory.url}api/")

    def now(self) -> datetime:
        return self.at

    def close(self) -> None:
        self.client.close()
        self.directory.close()

    def goes_to(self, team: str) -> None:
        """What is done from now on is done there."""
        self.home, self.workspace = team, self.directory.workspaces[team]

    # --- adding the app ---

    def browser(self) -> TestClient:
        app = Starlette(routes=self.channel.routes)
        return TestClient(app, base_url=self.public_url, follow_redirects=False)

    def installs(self, installed: Installed, browser: TestClient | None = None) -> Response:
        """The whole way, by somebody who says yes."""
        browser = browser or self.browser()
        return ends(browser, state=begins(browser), code=self.directory.code(installed))

    def token(self) -> str:
        """The one that was given out last."""
        return [*self.directory.tokens][-1]


def begins(browser: TestClient) -> str:
    """The state that Slack's page is asked to bring back."""
    return asked_of_slack(browser.get("/slack/install"))["state"]


def asked_of_slack(answer: Response) -> dict[str, str]:
    assert answer.status_code == 302
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def ends(browser: TestClient, **query: str) -> Response:
    return browser.get("/slack/installed", params=query)


def words(page: Response) -> str:
    return re.sub(r"<[^>]+>", " ", page.text)


def installed(sessions: Sessions) -> dict[str, str]:
    """Where, and with which token."""
    with sessions() as session:
        found = session.scalars(select(SlackInstallation)).all()
    return {one.tenant: unsealed(one.token) if one.token else "" for one in found}


def lets_in(sessions: Sessions, tenant: str) -> None:
    with sessions.begin() as session:
        camden = session.query(Partnership).filter_by(name="Camden").one()
        session.add(Workspace(platform="slack", tenant=tenant, partnership=camden))


def works_in(sessions: Sessions, handle: str, tenant: str) -> None:
    """From now on they write from there."""
    with sessions.begin() as session:
        session.query(Account).filter_by(user=handle).one().tenant = tenant
