"""A replica of the postman in a process of its own, which ends where it is told to; nothing of ours knows of it."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from ctypes import c_double
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import psycopg  # noqa: F401 -- see below
from sqlalchemy import event
from sqlalchemy.orm import configure_mappers

from bot.kit.messages import Message
from bot.kit.pace import Pace
from bot.kit.worktime import is_working_time
from bot.letters import says_it_may_repeat
from bot.ports import Address, CannotTell, Unknown
from scheduler.postman import deliver_due
from storage.database import Sessions, engine_of, open_database
from tests.cast import START

REPLY, ANSWER = "after the reply", "after the answer"
NAMES = {"ambiguous": "doubt", "claimed": "claim", "sending": "intent", "sent": "mark"}  # of a transaction
IDLE = 0.01  # seconds between two rounds

configure_mappers()  # what a process does first is done before it is forked from this one, so that many can be killed
is_working_time(START)


@dataclass(frozen=True)
class Clock:
    """The same for all replicas: it may go faster than ours, and is put on by hand."""

    began: float
    speed: float
    ahead: c_double  # without a lock: who is killed with one in hand would stop all others

    def __call__(self) -> datetime:
        return START + timedelta(seconds=(time.time() - self.began) * self.speed + self.ahead.value)


@dataclass(frozen=True)
class Part:
    """What one replica is, and where it ends."""

    database: str
    sink: str
    clock: Clock
    can_tell: bool = True
    point: str = ""
    signal: int = 0


class Doom:
    """Strikes its own process at one point, once.  A transaction is known by the state that it writes."""

    def __init__(self, sessions: Sessions, point: str, signal: int) -> None:
        self.point, self.signal, self.here = point, signal, threading.local()
        if point:
            self._listen(sessions)

    def _listen(self, sessions: Sessions) -> None:
        event.listen(engine_of(sessions), "before_cursor_execute", self._note)
        event.listen(engine_of(sessions), "commit", lambda _: self.strike(f"before the {self._name()}"))
        event.listen(sessions, "after_commit", self._after)
        event.listen(sessions, "after_begin", self._begin)

    def strike(self, point: str) -> None:
        if point == self.point:
            self.point = ""
            os.kill(os.getpid(), self.signal)

    def _begin(self, *_: object) -> None:
        self.here.states = set()

    def _note(self, _connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        if "UPDATE delivery" in statement:
            first: Mapping[str, Any] = given[0] if isinstance(given, list) else given
            self.here.states.add(first.get("state"))
            self.strike(f"as the {self._name()} is written")

    def _name(self) -> str:
        return next((name for state, name in NAMES.items() if state in getattr(self.here, "states", ())), "")

    def _after(self, _session: object) -> None:
        self.strike(f"after the {self._name()}")


class Wire:
    """Implements bot.ports.ChatPlatform, over HTTP."""

    name = "core"

    def __init__(self, part: Part, doom: Doom, http: aiohttp.ClientSession) -> None:
        self.part, self.doom, self.http, self.pace = part, doom, http, Pace()

    async def send(self, to: Address, message: Message, key: str) -> str:
        sent_as = await self._asked("send", key, marked=says_it_may_repeat(message))
        self.doom.strike(REPLY)
        return str(sent_as)

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        raise AssertionError("nothing is changed here")

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        if not self.part.can_tell:
            raise CannotTell
        sent_as = await self._asked("find", key)
        self.doom.strike(ANSWER)
        return sent_as

    async def _asked(self, what: str, key: str, **more: object) -> str | None:
        given = {"key": key, "pid": os.getpid(), **more}
        try:
            async with self.http.post(f"{self.part.sink}/{what}", json=given) as response:
                answer: dict[str, str | None] = await response.json()
        except aiohttp.ClientError:
            raise Unknown from None
        return answer["sent_as"]


def live(part: Part) -> None:
    """Round after round, until it is killed.  It says nothing: what went wrong with it was our doing."""
    logging.disable(logging.CRITICAL)
    sessions = open_database(part.database)
    if part.database.startswith("sqlite"):
        event.listen(engine_of(sessions), "connect", _checkpoints)
    asyncio.run(_rounds(part, sessions, Doom(sessions, part.point, part.signal)))


def _checkpoints(connection: Any, _record: object) -> None:
    """With every commit, so that many kills fall into one."""
    connection.execute("PRAGMA wal_autocheckpoint = 1")


async def _rounds(part: Part, sessions: Sessions, doom: Doom) -> None:
    async with aiohttp.ClientSession() as http:
        wire = Wire(part, doom, http)
        while True:
            with suppress(Exception):  # as the clock does: the next round comes in any case
                await deliver_due(sessions, {wire.name: wire}, part.clock)
            await asyncio.sleep(IDLE)
