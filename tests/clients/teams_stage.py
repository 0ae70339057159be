"""Everything that a journey through Teams needs: the tracker, the issuer, the running bot, a Playground a person."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from bot.kit.worktime import local_day, working_days_after
from integrations.teams.channel import Access, Teams
from scheduler.clock import tick
from storage.database import Sessions, engine_of, open_database
from storage.records import Delivery, DeliveryState, TeamsChat
from tests.cast import HOME, seed
from tests.clients.morning import working_morning
from tests.clients.playground import Chat, playground
from tests.clients.teams_proxy import Proxy
from tests.integrations.running import Running, running
from tests.scheduler.fakes import give
from tests.surfaces.teams_issuer import SECRET, Issuer

NOBODY_TO_TELL = "is lost and there is nobody to tell"  # the coordinator has not added the app there
APP = "00000000-0000-0000-0000-0000000000b0"
DAY = timedelta(days=1)
WINDOW = ViewportSize(width=1000, height=1400)


@dataclass
class Stage:
    sessions: Sessions
    issuer: Issuer
    proxies: dict[str, Proxy]
    browser: Browser
    until_the_end: ExitStack

    def opens(self, handle: str) -> Chat:
        """Somebody's Teams, in which they have just added the app."""
        page = self.until_the_end.enter_context(closing(self.browser.new_page(viewport=WINDOW)))
        return Chat(page, self.proxies[handle].playground)

    def reminds(self, agency: str) -> str:
        """Of an action due on the day after that morning."""
        morning = working_morning()
        tomorrow = working_days_after(local_day(morning), 1)
        (reference,) = give(self.sessions, "Camden", agency, tomorrow, now=morning - DAY)
        self.strikes()
        return reference

    def strikes(self, working_days: int = 0) -> None:
        """The clock, on the next working morning, or some working days later."""
        with ThreadPoolExecutor(1) as pool:  # the browser keeps an event loop in this thread
            pool.submit(asyncio.run, self._clock_strikes(working_morning(working_days))).result()

    def chats(self) -> int:
        """How many people the bot may write to."""
        with self.sessions() as session:
            return session.query(TeamsChat).count()

    def agendas_sent(self) -> int:
        with self.sessions() as session:
            return session.query(Delivery).filter_by(kind="agenda", state=DeliveryState.SENT).count()

    async def _clock_strikes(self, now: datetime) -> None:
        hosts = frozenset(proxy.host for proxy in self.proxies.values())
        urls = {"openid_url": self.issuer.openid_url, "token_url": self.issuer.token_url}
        teams = Teams(self.sessions, Access(APP, SECRET, HOME, hosts, local=True, **urls), lambda: now)
        async with teams.connected():
            await tick(self.sessions, {teams.platform.name: teams.platform}, lambda: now)


@contextmanager
def stage_in(where: Path, database: str, browser: Browser, *handles: str) -> Iterator[Stage]:
    with ExitStack() as stack:
        issuer = stack.enter_context(closing(Issuer(APP)))
        sessions = open_database(database)
        stack.callback(engine_of(sessions).dispose)
        with sessions.begin() as session:
            seed(session, "teams", datetime.now(UTC))
        proxies = {handle: stack.enter_context(closing(Proxy(issuer))) for handle in handles}
        for handle, proxy in proxies.items():
            stack.enter_context(playground(where, proxy, handle))
        server = stack.enter_context(_serving(where, database, issuer, [*proxies.values()]))
        for proxy in proxies.values():
            proxy.bot = server.address
        yield Stage(sessions, issuer, proxies, browser, stack)
        _, problems = server.stop()
        assert all(line.endswith(NOBODY_TO_TELL) for line in problems.splitlines()), problems


def _serving(where: Path, database: str, issuer: Issuer, proxies: list[Proxy]) -> AbstractContextManager[Running]:
    return running(
        where,
        *("serve", "--port", "0"),
        PROFILE="development",
        DATABASE_URL=database,
        TEAMS_APP_ID=APP,
        TEAMS_APP_SECRET=SECRET,
        TEAMS_TENANT_ID=HOME,
        TEAMS_SERVICE_HOSTS=",".join(proxy.host for proxy in proxies),
        TEAMS_OPENID_URL=issuer.openid_url,
        TEAMS_TOKEN_URL=issuer.token_url,
    )
