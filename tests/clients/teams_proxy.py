"""Stands between the Playground and our bot: signs what it says, as Microsoft would, and asks the bot for its token."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.loopback import Answer, Asked, Loopback
from tests.surfaces.teams_issuer import Issuer

MESSAGES, CONNECTOR = "/api/messages", "/_connector"
Said = tuple[int, bytes]


@dataclass(frozen=True)
class Call:
    """`path`: MESSAGES for what the bot is told; otherwise what the bot does."""

    method: str
    path: str
    given: Any
    status: int
    answer: Any


class Proxy:
    """Made before either of them, so that each can be told its address; then `bot` and `playground` are set."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer, self.client = issuer, httpx2.Client(trust_env=False, timeout=20)
        self.bot = self.playground = ""
        self.calls: list[Call] = []
        self.server = Loopback(self._asked)
        self.host = self.server.host
        self.endpoint, self.service_url = f"http://{self.host}{MESSAGES}", f"http://{self.host}{CONNECTOR}"

    def close(self) -> None:
        self.server.close()
        self.client.close()

    def _asked(self, asked: Asked) -> Answer:
        if asked.method == "HEAD":  # the Playground waits until somebody is there
            return 200, {}, b""
        status, content = self.passes(asked.method, asked.target, asked.body, asked.proof)
        return status, {}, content

    def told(self) -> list[Any]:
        """The activities that the bot was told of."""
        return [call.given for call in self.calls if call.path == MESSAGES]

    def posts(self) -> int:
        """How often the bot wrote by itself, or to answer a line."""
        return sum(call.path != MESSAGES for call in self.calls)

    def written(self) -> list[Any]:
        """What the bot wrote, or answered."""
        return [call.answer if call.path == MESSAGES else call.given for call in self.calls]

    def passes(self, method: str, path: str, body: bytes, proof: str) -> Said:
        given: Any = json.loads(body) if body else None
        if path == MESSAGES:
            said = self._to(self.bot + path, method, body, f"Bearer {self.issuer.token(given.get('serviceUrl'))}")
        elif proof.removeprefix("Bearer ") in self.issuer.given:
            said = self._to(self.playground + path, method, _card_alone(given, body))
        else:
            said = 401, b'{"error": {"code": "Unauthorized"}}'
        status, content = said
        self.calls.append(Call(method, path.removeprefix(CONNECTOR), given, status, _read(content)))
        return said

    def _to(self, url: str, method: str, body: bytes, proof: str = "") -> Said:
        headers = {"Content-Type": "application/json"} | ({"Authorization": proof} if proof else {})
        try:
            said = self.client.request(method, url, content=body, headers=headers)
        except (httpx2.TransportError, httpx2.UnsupportedProtocol):
            return 502, b""
        return said.status_code, said.content


def _card_alone(given: Any, body: bytes) -> bytes:
    """Teams shows the words above the card; the Playground would make two messages of it, and tell no id."""
    if not given or not given.get("attachments"):
        return body
    return json.dumps({name: value for name, value in given.items() if name != "text"}).encode()


def _read(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode()
