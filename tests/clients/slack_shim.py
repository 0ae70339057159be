"""Stands between our bot and emulate, which reads bodies only; and lets things go wrong when a test says so."""

import json
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from httpx2 import Client, Response

LOST, SILENT = "Slack does it, and its answer is lost", "Slack does not answer"


@dataclass(frozen=True)
class Busy:
    """429: ask again after so many seconds."""

    seconds: int


@dataclass
class Call:
    method: str
    given: Mapping[str, Any]
    at: float
    answer: dict[str, Any] = field(default_factory=dict)


class Shim:
    def __init__(self, slack: str) -> None:
        self.slack, self.client, self.closing = slack, Client(trust_env=False), Event()
        self.calls: list[Call] = []
        self.next: dict[str, list[Busy | str]] = defaultdict(list)  # what goes wrong with a method's next calls
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.client.close()

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def take(self, path: str, given: Mapping[str, Any], token: str) -> Response | None:
        """None: the connection ends without a word."""
        call = Call(path.removeprefix("/api/"), given, time.monotonic())
        self.calls.append(call)
        trouble = self.next[call.method].pop(0) if self.next[call.method] else None
        if isinstance(trouble, Busy):
            return Response(429, headers={"Retry-After": str(trouble.seconds)}, json={"ok": False})
        if trouble == SILENT:
            self.closing.wait()
            return None
        answer = self.client.post(self.slack + path, json=given, headers={"Authorization": token})
        call.answer = answer.json()
        return None if trouble else answer


def _handler(shim: Shim) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are used again, as Slack's are

        def do_POST(self) -> None:
            url, length = urlsplit(self.path), int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            given = dict(parse_qsl(url.query)) | (json.loads(body) if body[:1] == "{" else dict(parse_qsl(body)))
            answer = shim.take(url.path, given, self.headers.get("Authorization", ""))
            self.close_connection = answer is None
            if answer is not None:
                self.send_response(answer.status_code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer.content)))
                self.send_header("Retry-After", answer.headers.get("Retry-After", ""))
                self.end_headers()
                self.wfile.write(answer.content)

        do_GET = do_POST  # noqa: N815 -- the name is the base class's

        def log_message(self, *_: Any) -> None:
            """Nothing on the screen."""

    return Handler
