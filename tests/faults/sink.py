"""A platform in a process of its own: it writes down what it takes before it answers, and can kill whoever calls it."""

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from json import dumps
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Lock
from typing import Any
from urllib.parse import urlsplit

from tests.loopback import LOST, Answer, Asked, Loopback

ARRIVED, TAKEN, ASKED = "it has arrived", "it is taken", "it is asked about"
Given = Mapping[str, Any]


@dataclass
class Order:
    """At the next such moment, do this to whoever calls."""

    moment: str
    signal: int


class Sink:
    def __init__(self, journal: Path) -> None:
        self.journal, self.lock = journal.open("a"), Lock()
        self.taken: dict[str, str] = {}
        self.orders: list[Order] = []

    def answer(self, asked: Asked) -> Answer:
        given = asked.fields()
        match asked.path:
            case "/send":
                return self._send(given)
            case "/find":
                return self._find(given)
        self.orders.append(Order(given["moment"], given["signal"]))
        return 200, {}, {}

    def _send(self, given: Given) -> Answer:
        if self._struck(ARRIVED, given):
            return LOST
        with self.lock:
            sent_as = self.taken.setdefault(given["key"], f"sink-{len(self.taken)}")
            self._note("sent again" if given["marked"] else "sent", given)
        self._struck(TAKEN, given)
        return 200, {}, {"sent_as": sent_as}

    def _find(self, given: Given) -> Answer:
        with self.lock:
            self._note("asked", given)
        self._struck(ASKED, given)
        return 200, {}, {"sent_as": self.taken.get(given["key"])}

    def _note(self, what: str, given: Given) -> None:
        self.journal.write(f"{what} {given['key']}\n")
        self.journal.flush()

    def _struck(self, moment: str, given: Given) -> bool:
        """Each order is for one caller."""
        with self.lock:
            order = next((one for one in self.orders if one.moment == moment), None)
            if order:
                self.orders.remove(order)
                os.kill(given["pid"], order.signal)
            return order is not None


def serve(journal: Path, says: Connection) -> None:
    loopback = Loopback(Sink(journal).answer)
    loopback.server.handle_error = lambda *_: None  # type: ignore[method-assign] # callers are killed: that is no news
    says.send(loopback.url)
    Event().wait()  # until it is killed


def tell(url: str, moment: str, signal: int) -> None:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("POST", "/order", dumps({"moment": moment, "signal": signal}))
    connection.getresponse().read()
    connection.close()


def taken(journal: Path) -> int:
    """How many letters, copies and all."""
    return len(re.findall(rb"^sent ", journal.read_bytes(), re.MULTILINE))


def read(journal: Path, what: str) -> Counter[str]:
    """How often each key was `sent`, `sent again` with a word that it may be a second copy, or `asked` about."""
    lines = (line.rsplit(" ", 1) for line in journal.read_text().splitlines())
    return Counter(key for kind, key in lines if kind == what)
