"""How soon mace-bot serve answers what Slack signed, a whole turn each time, beside bare Bolt that only acks."""

import asyncio
import json
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain, cycle
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from bot.conversation import answer, hear
from bot.kit.messages import Message
from bot.replies import Line, Page, Reply, Sender
from integrations.slack.blocks import cards
from integrations.slack.manifest import PATH
from integrations.slack.modals import form
from storage.database import Sessions, engine_of, open_database
from storage.migrating import migrate
from storage.records import Account, Heard, Person
from tests.benchmarks.start import BARE, CONFIGURED, OURS, free_port, report, settings, wait_for
from tests.cast import CAST, HOME, NOT_JOINED, seed
from tests.conversations.test_referral import SAFETY
from tests.scheduler.fakes import give
from tests.surfaces.slack import FORM, SECRET, filled, pressed, signed

RATE, SECONDS, ROUNDS = 20, 10, 6  # requests a second, for so long, so often
FLAT_OUT = 4  # seconds
TRIGGER, FIRST = "1000000000000", 10**12  # each request gets a number of its own, of the same length
END = b"\r\n\r\n"
YES = b'{"ok": true, "ts": "1.1", "channel": {"id": "D1"}, "view": {"id": "V1", "hash": "1"}}'
Steps = list[bytes]


# --- what people do, and what Slack sends for it ----------------------------------------------------------------------


def everybody(sessions: Sessions, now: datetime) -> list[Steps]:
    """Eight people, each with an action and an unfinished form of their own."""
    with sessions.begin() as session:
        seed(session, "slack", now)
        joined = select(Account.person_id).where(Account.person_id.is_not(None))
        (last,) = session.scalars(select(Person.id).where(Person.id.not_in(joined)))
        session.add(Account(platform="slack", tenant=HOME, user=NOT_JOINED, person_id=last, last_used_at=now))
    return [list(_steps(sessions, handle, now)) for handle in CAST]


def _steps(sessions: Sessions, handle: str, now: datetime) -> Iterator[bytes]:
    """They end where they began, so they can be taken again and again."""
    borough, agency, *_ = CAST[handle][1][0]
    (action,) = give(sessions, borough, agency, (now + timedelta(days=5)).date(), now)
    who = Sender("slack", HOME, handle)

    def hears(text: str) -> Reply:
        return hear(sessions, who, Line(text, private=True, typed=False), now)

    first = hears("refer").page
    assert first
    second = answer(sessions, who, first.dialogue_id, SAFETY, now).page
    answer(sessions, who, first.dialogue_id, {}, now, "back")
    card = _on_card(hears(f"action {action}").message)
    yield _interaction(handle, pressed(card, "", "mine"))
    yield _interaction(handle, pressed(card, "", f"done {action}"))
    yield _slash(handle, "help")
    yield _interaction(handle, {"type": "view_submission", **_on_view(first, SAFETY)})
    yield _interaction(handle, pressed(card, "", f"undo {action}"))
    yield _interaction(handle, pressed(_on_view(second, {}), "", "back", go=True))
    yield _slash(handle, "mine")


def _on_card(message: Message | None) -> dict[str, Any]:
    assert message
    (card,) = cards(message)
    return {
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1", "is_ephemeral": False},
        "channel": {"id": "D1", "name": "directmessage"},
        "message": {"ts": "1.1", "text": card.text, "blocks": card.blocks},
        "response_url": "https://hooks.slack.com/actions/1/2/3",
    }


def _on_view(page: Page | None, answers: dict[str, Any]) -> dict[str, Any]:
    assert page
    drawn = form(page)
    own = {"id": "V1", "hash": "1", "state": {"values": filled(drawn, answers)}}
    return {"container": {"type": "view", "view_id": "V1"}, "view": drawn | own}


def _interaction(handle: str, payload: dict[str, Any]) -> bytes:
    own = {"user": {"id": handle, "team_id": HOME}, "team": {"id": HOME}, "api_app_id": "A1", "trigger_id": TRIGGER}
    return urlencode({"payload": json.dumps(own | payload)}).encode()


def _slash(handle: str, text: str) -> bytes:
    who = {"user_id": handle, "team_id": HOME, "channel_id": "D1", "trigger_id": TRIGGER}
    return urlencode({"command": "/mace", "text": text, **who}).encode()


class Sink(asyncio.Protocol):
    """Whatever it is asked, it says yes, at once."""

    def connection_made(self, transport: Any) -> None:
        self.transport, self.got = transport, b""

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, ended, body = self.got.partition(END)
        if ended and len(body) >= _length(head):
            self.got = b""
            self.transport.write(_http("HTTP/1.1 200 OK\r\nContent-Type: application/json", YES))


def _http(head: str, body: bytes) -> bytes:
    return b"%b\r\nContent-Length: %d\r\n\r\n%b" % (head.encode(), len(body), body)


def _length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0] or 0)


class Client:
    """Slack's requests, on connections that are used again."""

    def __init__(self, port: int, people: list[Steps]) -> None:
        self.port, self.people = port, [cycle(steps) for steps in people]
        self.idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self.asked = 0

    async def ask(self, person: Iterator[bytes]) -> None:
        body = next(person).replace(TRIGGER.encode(), b"%d" % (FIRST + self.asked), 1)
        self.asked += 1
        signature = [f"{name}: {value}" for name, value in signed(body, datetime.now(UTC), SECRET).items()]
        head = [f"POST {PATH} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {FORM}", *signature]
        reader, writer = self.idle.popleft() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(_http("\r\n".join(head), body))
        told = await reader.readuntil(END)
        assert told.startswith(b"HTTP/1.1 200"), told
        await reader.readexactly(_length(told))
        self.idle.append((reader, writer))

    async def in_time(self, person: Iterator[bytes], at: float) -> float:
        """Milliseconds since the moment at which it was to be asked."""
        await self.ask(person)
        return (time.perf_counter() - at) * 1000

    def hang_up(self) -> None:
        """Before the server does, which it does after five seconds without a request."""
        for _, writer in self.idle:
            writer.close()
        self.idle.clear()


# --- how it is measured -----------------------------------------------------------------------------------------------


async def steadily(client: Client) -> list[float]:
    """Whether or not the last one has been answered, the next one comes."""
    client.hang_up()
    begun, asked = time.perf_counter() + 0.1, []
    for person, number in zip(cycle(client.people), range(RATE * SECONDS), strict=False):
        await _until(at := begun + number / RATE)
        asked.append(asyncio.create_task(client.in_time(person, at)))
    return await asyncio.gather(*asked)


async def _until(at: float) -> None:
    """The loop's own clock is a millisecond late."""
    await asyncio.sleep(max(at - time.perf_counter() - 0.002, 0))
    while time.perf_counter() < at:  # noqa: ASYNC110 -- nobody tells us
        await asyncio.sleep(0)


async def flat_out(client: Client) -> float:
    """How many a second, if eight people ask again as soon as they are answered."""
    client.hang_up()
    begun, before = time.perf_counter(), client.asked

    async def person(steps: Iterator[bytes]) -> None:
        while time.perf_counter() < begun + FLAT_OUT:
            await client.ask(steps)

    await asyncio.gather(*map(person, client.people))
    return (client.asked - before) / (time.perf_counter() - begun)


async def in_turns(measure: Callable[[Client], Awaitable[Any]], *clients: Client) -> list[tuple[Any, ...]]:
    rounds = [[await measure(client) for client in clients] for _ in range(ROUNDS)]
    return list(zip(*rounds, strict=True))


async def compared(ours: Client, bare: Client) -> None:
    first = [await ours.in_time(ours.people[0], time.perf_counter()) for _ in range(7)]
    for client in (ours, bare):
        await asyncio.gather(*map(client.ask, client.people))
    times, rates = await in_turns(steadily, ours, bare), await in_turns(flat_out, ours, bare)
    mine, theirs = (sorted(chain.from_iterable(rounds)) for rounds in times)
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("slowest", 1.0)):
        at = round(len(mine) * share) - 1
        report(f"{RATE} a second, {name}", mine[at], "ms", theirs[at], "value < 100" if name == "p99" else "")
    report("8 at once", median(rates[0]), "requests a second", median(rates[1]), "ratio >= 0.2")
    report("slowest of the first seven, beside what Slack waits", max(first), "ms", 3000, "ratio < 1")


@contextmanager
def served(command: list[str], environment: dict[str, str], people: list[Steps]) -> Iterator[Client]:
    port = free_port()
    process = Popen([*command, str(port)], env=environment, stdout=DEVNULL)
    try:
        wait_for(port)
        yield Client(port, people)
    finally:
        process.terminate()
        process.wait()


async def against_bare(people: list[Steps], folder: str) -> int:
    """Returns how many requests ours was asked."""
    async with await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0) as slack:
        url = f"http://127.0.0.1:{slack.sockets[0].getsockname()[1]}/api/"
        environment = settings(folder, CONFIGURED["Slack only"] | {"MACE_SLACK_API_URL": url})
        bolt = BARE["bare Bolt and Starlette"]
        with served(OURS, environment, people) as ours, served(bolt, dict(os.environ), people) as bare:
            await compared(ours, bare)
    return ours.asked


def main() -> None:
    with TemporaryDirectory() as folder:
        sessions = open_database(f"sqlite:///{Path(folder) / 'mace.sqlite'}")
        migrate(sessions)
        asked = asyncio.run(against_bare(everybody(sessions, datetime.now(UTC)), folder))
        with sessions() as session:
            heard = session.scalar(select(func.count()).select_from(Heard)) or 0
        engine_of(sessions).dispose()
    report("turns that took effect, of those asked for", heard, "turns", asked, "ratio = 1")


if __name__ == "__main__":
    main()
