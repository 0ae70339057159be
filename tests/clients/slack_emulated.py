"""A Slack that we did not write: npm's emulate with our cast in it, asked through its own Web API what it keeps."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from bs4 import BeautifulSoup
from sqlalchemy import update

from storage.database import Sessions
from storage.records import Account, Workspace
from tests.cast import CAST, LEAVER, seed
from tests.clients.node import eventually, free_port, started

PACKAGE = "emulate/dist/index.js"
BOT = "xoxb-the-bot"
SCOPES = ["chat:write", "im:history", "im:write"]  # emulate refuses what needs another
CLIENT, CLIENT_SECRET = "1.1", "-"
APP: dict[str, Any] = {
    "app_id": "A1",
    "client_id": CLIENT,
    "client_secret": CLIENT_SECRET,
    "name": "MACE",
    "bot_name": "mace",
}
SEED: dict[str, Any] = {
    "users": [{"name": handle, "real_name": name} for handle, (name, _) in CAST.items()] + [{"name": LEAVER}],
    "tokens": [
        {"token": BOT, "type": "bot", "user": "mace", "app_id": "A1", "scopes": SCOPES},
        *({"token": f"xoxp-{handle}", "user": handle} for handle in CAST),  # may do anything
    ],
    "strict_scopes": True,
}


@dataclass
class Emulated:
    """Differs from Slack: ids are its own, any token is taken, and `oldest` and include_all_metadata change nothing."""

    url: str
    client: httpx2.Client
    team: str = ""
    people: dict[str, str] = field(default_factory=dict)  # handle -> user id

    def __post_init__(self) -> None:
        members = self.asks("users.list", "xoxp-nurse")["members"]
        self.people = {one["name"]: one["id"] for one in members}
        self.team = members[0]["team_id"]

    def asks(self, method: str, token: str = BOT, **given: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        answer: dict[str, Any] = self.client.post(f"/api/{method}", json=given, headers=headers).json()
        assert answer["ok"], (method, answer["error"])
        return answer

    def direct(self, handle: str) -> str:
        return str(self.asks("conversations.open", users=self.people[handle])["channel"]["id"])

    def messages(self, handle: str) -> list[dict[str, Any]]:
        """In their conversation with the bot, oldest first."""
        found: list[dict[str, Any]] = self.asks("conversations.history", channel=self.direct(handle))["messages"]
        return found[::-1]

    def trigger(self, handle: str) -> str:
        """Opens one view within three seconds, as Slack's do; nothing in Slack's own API makes one."""
        return str(self.asks("views.generateTriggerId", user_id=self.people[handle])["trigger_id"])

    def expired_trigger(self, handle: str) -> str:
        made = self.asks("views.generateTriggerId", user_id=self.people[handle])
        eventually(lambda: time.time() >= made["expires_at"])
        return str(made["trigger_id"])

    def keeps(self, view: Mapping[str, Any]) -> str:
        """The words of a view, if this version is what is kept.  Only emulate's own page shows it; no method does."""
        page = BeautifulSoup(self.client.get("/", params={"tab": "views"}).text, "html.parser")
        rows = [[cell.get_text() for cell in row.select("td")] for row in page.select("tr")]
        (words,) = [row[4] for row in rows if row and (row[0], row[5]) == (view["id"], view["hash"])]
        return words

    def lets_in(self, sessions: Sessions) -> None:
        """The cast of the tests, by the names that this Slack has for them."""
        with sessions.begin() as session:
            seed(session, "slack", datetime.now(UTC))
            session.execute(update(Workspace).values(tenant=self.team))
            for account in session.query(Account):
                account.tenant, account.user = self.team, self.people[account.user]


@contextmanager
def emulated(where: Path, back_to: str = "") -> Iterator[Emulated]:
    """`back_to`: where it sends people who have added the app."""
    seed = SEED | {"oauth_apps": [APP | {"redirect_uris": [back_to]}]}
    (where / "seed.json").write_text(json.dumps({"slack": seed}))
    port = free_port()
    arguments = ("start", "--service", "slack", "--port", str(port), "--seed", "seed.json")
    with (
        started(PACKAGE, *arguments, where=where, port=port) as slack,
        httpx2.Client(base_url=slack.address, trust_env=False) as client,
    ):
        yield Emulated(slack.address, client)
