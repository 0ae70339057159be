"""What may lie between us and a platform: it resets, refuses, waits and loses, and remembers what it let through."""

import socket
import struct
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Condition, Event, Lock, Thread
from typing import Any

WELL = "well"


class Fault(StrEnum):
    RESET_BEFORE = "reset before it is taken"
    RESET_AFTER = "reset after it is taken"
    BUSY = "429"
    TIMEOUT_BEFORE, TIMEOUT_AFTER = "408, not taken", "408, taken"
    BROKEN_BEFORE, BROKEN_AFTER = "500 to 504, not taken", "500 to 504, taken"
    SLOW = "taken, and answered too late"
    HALF_OPEN = "never answered, and not taken"


NOT_TAKEN = {Fault.RESET_BEFORE, Fault.BUSY, Fault.TIMEOUT_BEFORE, Fault.BROKEN_BEFORE, Fault.HALF_OPEN}
CUT = {Fault.RESET_BEFORE, Fault.RESET_AFTER}
MUTE = {Fault.SLOW, Fault.HALF_OPEN}
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset
LATE = 40.0  # seconds; all our clients have given up by then


@dataclass
class Proxy:
    """`about`: whom a request is about, and whether it is a letter or a question; None: it goes through as it is."""

    upstream: str  # host and port
    about: Callable[[str, bytes], tuple[str, str] | None]
    random: Random
    chance: float
    seen: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # what came of each, by whom
    lock: Lock = field(default_factory=Lock)
    over: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.in_hand, self.changed = 0, Condition(self.lock)
        self.server = _Server(self)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def taken(self) -> None:
        """Waits until all is taken or dropped that was ever asked, also by whoever has given up waiting for it."""
        with socket.create_connection(("127.0.0.1", self.server.server_port)) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)  # nothing: whatever came before it has been accepted by now
        with self.changed:
            assert self.changed.wait_for(lambda: self.in_hand == 0, LATE)

    def count(self, change: int) -> None:
        with self.changed:
            self.in_hand += change
            self.changed.notify_all()

    def fault(self, path: str, body: bytes) -> Fault | None:
        about = self.about(path, body)
        if about is None:
            return None
        with self.lock:
            who, what = about
            fault = self.random.choice(list(Fault)) if self.random.random() < self.chance else None
            self.seen[who].append(f"{what}: {fault or WELL}")
            return fault


class _Server(ThreadingHTTPServer):
    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.proxy.count(+1)
        super().process_request(request, client_address)

    def handle_error(self, *_: object) -> None:
        """Clients give up: that is no news."""


class _Handler(BaseHTTPRequestHandler):
    """One request a connection, so that what is in hand is what is accepted."""

    server: _Server
    in_hand = True
    wbufsize = -1

    def finish(self) -> None:
        self.out_of_hand()
        super().finish()

    def out_of_hand(self) -> None:
        if self.in_hand:
            self.in_hand = False
            self.server.proxy.count(-1)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.proxy.fault(self.path, body)
        answer = (0, {}, b"") if fault in NOT_TAKEN else self._taken(body)
        self.out_of_hand()
        if fault in CUT:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        if fault in MUTE:
            self.server.proxy.over.wait(LATE)
        if fault in CUT | MUTE:
            self.close_connection = True
            return
        self._answer(*(answer if fault is None else _refused(fault, self.server.proxy.random)))

    do_GET = do_PUT = do_POST  # noqa: N815 -- the names are the base class's

    def _taken(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = HTTPConnection(self.server.proxy.upstream, timeout=30)
        upstream.request(self.command, self.path, body, dict(self.headers))
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        return answer.status, {"Content-Type": answer.getheader("Content-Type") or ""}, content

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


def _refused(fault: Fault, random: Random) -> tuple[int, dict[str, str], bytes]:
    """As a gateway writes it: no JSON."""
    if fault is Fault.BUSY:
        return 429, {"Retry-After": str(random.randint(1, 30))}, b""
    timeout = fault in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER)
    return (408 if timeout else random.choice([500, 502, 503, 504])), {}, b"<html>no</html>"
