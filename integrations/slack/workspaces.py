"""The bot in one workspace, and in many: each has its own token and connections, and nothing of another's."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime

from aiohttp import ClientSession, ClientTimeout

from bot.kit.messages import Message
from bot.ports import Address, CannotTell, TryLater, Undeliverable, Unknown
from integrations.posted import Ledger
from integrations.slack.answering import Answers
from integrations.slack.app import Listeners
from integrations.slack.bolt import bolt_app
from integrations.slack.installations import Installations
from integrations.slack.pacing import slack_pace
from integrations.slack.platform import OFFICIAL, NotLetIn, SlackPlatform, web_client
from storage.database import Sessions

ANSWER_URLS = "https://hooks.slack.com/"
ANSWERED_WITHIN, SENT_WITHIN = 2, 10  # seconds: Slack waits three for an answer
Lines = tuple[ClientSession, ClientSession] | tuple[None, None]


class Workspace:
    """`platform` is the postman's, who has time; people who wait for an answer have a client of their own."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime], api_url: str, token: str = "") -> None:
        own_urls = ANSWER_URLS if api_url == OFFICIAL else api_url.removesuffix("api/")
        speaking = SlackPlatform(web_client(token, api_url, ANSWERED_WITHIN))
        answers = Answers(speaking, own_urls, Ledger(sessions, now))
        self.answering = answers.client
        self.platform = SlackPlatform(web_client(token, api_url, SENT_WITHIN))
        self.app = bolt_app(Listeners(sessions, answers, now))

    def use(self, lines: Lines) -> None:
        self.answering.session, self.platform.client.session = lines

    def speak_with(self, token: str) -> None:
        self.answering.token = self.platform.client.token = token


class Workspaces:
    """Implements bot.ports.ChatPlatform in all of them."""

    name = SlackPlatform.name

    def __init__(self, installations: Installations, make: Callable[[], Workspace]) -> None:
        self.installations, self.make, self.pace = installations, make, slack_pace()
        self.made: dict[tuple[str, datetime], Workspace] = {}  # one that was installed anew has other conversations
        self.lines: Lines = (None, None)

    async def at(self, team: str, enterprise: str = "") -> Workspace:
        voice = await self.installations.voice(team, enterprise)
        key = (voice.tenant, voice.installed_at)
        if key not in self.made:
            self.made[key] = self.make()
            self.made[key].use(self.lines)
        self.made[key].speak_with(voice.token)
        return self.made[key]

    def use(self, lines: Lines) -> None:
        self.lines = lines
        for workspace in self.made.values():
            workspace.use(lines)

    async def send(self, to: Address, message: Message, key: str) -> str:
        """If its token is not taken, that is asked about: this workspace alone may have removed the app."""
        workspace = await self.at(to.tenant)
        try:
            return await workspace.platform.send(to, message, key)
        except NotLetIn:
            with suppress(TryLater, Unknown):  # of the question, and not of the letter
                await self.installations.check(to.tenant)
            raise

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        await (await self.at(to.tenant)).platform.update(to, sent_as, message)

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        try:
            workspace = await self.at(to.tenant)
        except Undeliverable:
            raise CannotTell from None
        return await workspace.platform.find(to, key, since)


@asynccontextmanager
async def lines_to_slack() -> AsyncIterator[Lines]:
    """While the server runs: one connection is used again and again, for those who wait and for the postman."""
    async with AsyncExitStack() as stack:
        waits = (ClientTimeout(total=seconds) for seconds in (ANSWERED_WITHIN, SENT_WITHIN))
        answering, sending = [await stack.enter_async_context(ClientSession(timeout=one)) for one in waits]
        yield answering, sending
