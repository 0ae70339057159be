"""Stands between the Playground and our bot: signs what it says, as Microsoft would, and asks the bot for its token."""

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx2

from tests.surfaces.teams_issuer import Issuer

MESSAGES, CONNECTOR = "/api/messages", "/_connector"
Answer = tuple[int, bytes]


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
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.endpoint, self.service_url = f"http://{self.host}{MESSAGES}", f"http://{self.host}{CONNECTOR}"
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.client.close()

    def told(self) -> list[Any]:
        """The activities that the bot was told of."""
        return [call.given for call in self.calls if call.path == MESSAGES]

    def written(self) -> list[Any]:
        """What the bot wrote, or answered."""
        return [call.answer if call.path == MESSAGES else call.given for call in self.calls]

    def passes(self, method: str, path: str, body: bytes, proof: str) -> Answer:
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

    def _to(self, url: str, method: str, body: bytes, proof: str = "") -> Answer:
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


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: the second would wait 40 ms for the first to be acknowledged

        def do_HEAD(self) -> None:
            """The Playground waits until somebody is there."""
            self.says(200, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.says(*proxy.passes(self.command, self.path, body, self.headers.get("Authorization", "")))

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 -- the names are the base class's

        def says(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    return Handler
