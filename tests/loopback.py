"""A small server on a free loopback port, for whatever a test lets our bot talk to."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, Mapping[str, str], Any]  # status, headers, and bytes, or what becomes JSON
LOST: Answer = (0, {}, {})  # the connection ends without an answer


@dataclass(frozen=True)
class Asked:
    method: str
    target: str  # path and query
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def proof(self) -> str:
        return self.headers.get("Authorization", "")

    def fields(self) -> dict[str, Any]:
        """Of the query, and of a body that is JSON or a form."""
        written = self.body.decode()
        inside = json.loads(written) if written[:1] == "{" else dict(parse_qsl(written))
        return dict(parse_qsl(urlsplit(self.target).query)) | inside


class Loopback:
    def __init__(self, answers: Callable[[Asked], Answer]) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answers))
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _handler(answers: Callable[[Asked], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are used again, as in life
        wbufsize = -1  # head and body in one packet: the second would wait 40 ms for the first to be acknowledged

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, said = answers(Asked(self.command, self.path, dict(self.headers), body))
            if not status:
                self.close_connection = True
                return
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            more = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, value in {**headers, **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815 -- the names are the base class's

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    return Handler
