"""Stands between our bot and emulate, which reads bodies only; and lets things go wrong when a test says so."""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from httpx2 import Client, Response

from tests.loopback import LOST as NO_WORD
from tests.loopback import Answer, Asked, Loopback

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
        self.server = Loopback(self._asked)
        self.url = f"{self.server.url}/"

    def close(self) -> None:
        self.closing.set()
        self.server.close()
        self.client.close()

    def _asked(self, asked: Asked) -> Answer:
        said = self.take(asked.path, asked.fields(), asked.proof)
        if said is None:
            return NO_WORD
        return said.status_code, {"Retry-After": said.headers.get("Retry-After", "")}, said.content

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
        answer = self.ask(path, given, token)
        call.answer = answer.json()
        return None if trouble else answer

    def ask(self, path: str, given: Mapping[str, Any], token: str) -> Response:
        return self.client.post(self.slack + path, json=given, headers={"Authorization": token})
