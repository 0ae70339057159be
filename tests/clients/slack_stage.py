"""Everything that a journey through Slack needs: the tracker, the running bot, the shim, and emulate."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from bot.kit.references import new_reference
from bot.kit.worktime import local_day, working_days_after
from bot.outbox import owe
from integrations.slack.platform import SlackPlatform, web_client
from scheduler.clock import tick
from scheduler.postman import deliver_due
from scheduler.recovering import TAKEN_WITHIN
from storage.database import Sessions, engine_of, open_database
from storage.levels import Classified, Level
from storage.records import Account, Delivery, DeliveryState, JoinRequest, Partnership
from tests.clients.morning import working_morning
from tests.clients.node import eventually
from tests.clients.slack_emulated import BOT, Emulated, emulated
from tests.clients.slack_person import SECRET, Person
from tests.clients.slack_shim import Shim
from tests.integrations.running import Running, running
from tests.scheduler.fakes import give

DAY = timedelta(days=1)
NOT_SHOWN = "error: an answer in Slack was not shown: "  # what may be in the log


@dataclass
class Stage:
    where: Path
    database: str
    sessions: Sessions
    slack: Emulated
    shim: Shim
    until_the_end: ExitStack
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(trust_env=False))

    def start(self, port: int = 0, **settings: str) -> None:
        """`mace-bot serve`, by the clock on the wall; in one workspace, if the settings do not say otherwise."""
        server = self.until_the_end.enter_context(
            running(
                self.where,
                *("serve", "--port", str(port)),
                PROFILE="development",
                DATABASE_URL=self.database,
                SLACK_SIGNING_SECRET=SECRET,
                SLACK_API_URL=f"{self.shim.url}api/",
                **settings or {"SLACK_BOT_TOKEN": BOT},
            )
        )
        self.until_the_end.callback(_stop, server)
        self.client.base_url = server.address

    def person(self, handle: str) -> Person:
        return Person(handle, self.slack, self.shim, self.client)

    def opened(self) -> dict[str, Any]:
        """The modal that was opened last, as it is kept."""
        return dict(self.shim.called("views.open")[-1].answer["view"])

    def reminds(self, agency: str) -> str:
        """Of an action due on the day after that morning."""
        tomorrow = working_days_after(local_day(working_morning()), 1)
        (reference,) = give(self.sessions, "Camden", agency, tomorrow, now=working_morning() - DAY)
        self.strikes()
        return reference

    def strikes(self) -> None:
        """The clock, on the next working morning."""
        platform = SlackPlatform(web_client(BOT, f"{self.shim.url}api/", timeout=10))
        asyncio.run(tick(self.sessions, {platform.name: platform}, working_morning))
        a_moment_later = working_morning() + timedelta(seconds=2)  # Slack takes one message a second in a conversation
        asyncio.run(deliver_due(self.sessions, {platform.name: platform}, lambda: a_moment_later))

    def owes_a_welcome(self, handle: str) -> None:
        """A letter that goes out at any hour."""
        now = datetime.now(UTC)
        with self.sessions.begin() as session:
            account = session.query(Account).filter_by(user=self.slack.people[handle]).one()
            camden = session.query(Partnership).filter_by(name="Camden").one()
            asked = Classified({}, Level.L2)
            request = JoinRequest(
                reference=new_reference("J"), account=account, partnership=camden, asked=asked, asked_at=now
            )
            session.add(request)
            session.flush()
            owe(session, "welcome", account, about=request.reference, version=1, at=now)

    def is_unknown(self) -> None:
        """Waits until nobody knows whether the only letter arrived, and lets pass what has to before anybody asks."""

        def unknown() -> bool:
            with self.sessions.begin() as session:
                letter = session.query(Delivery).one()
                if letter.state is DeliveryState.AMBIGUOUS and letter.meant_at:
                    letter.meant_at -= TAKEN_WITHIN
                return letter.state is DeliveryState.AMBIGUOUS

        eventually(unknown)

    def is_sent(self) -> str:
        """Waits until the only letter is; returns what the ledger calls it."""

        def sent() -> str | None:
            with self.sessions() as session:
                letter = session.query(Delivery).one()
                return letter.sent_as if letter.state is DeliveryState.SENT else None

        return str(eventually(sent))


@contextmanager
def stage_in(where: Path, database: str) -> Iterator[Stage]:
    with ExitStack() as stack:
        slack = stack.enter_context(emulated(where))
        shim = stack.enter_context(closing(Shim(slack.url)))
        sessions = open_database(database)
        stack.callback(engine_of(sessions).dispose)
        slack.lets_in(sessions)
        stage = Stage(where, database, sessions, slack, shim, stack)
        stack.enter_context(stage.client)
        yield stage


def _stop(server: Running) -> None:
    _, problems = server.stop()
    assert all(line.startswith(NOT_SHOWN) for line in problems.splitlines()), problems
