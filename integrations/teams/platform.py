"""Teams as a chat platform: personal chats, with every way in which Teams refuses put into our three."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from microsoft_teams.api import Account, SentActivity
from microsoft_teams.api.activities import MessageActivityInput
from microsoft_teams.apps import App
from sqlalchemy.exc import SQLAlchemyError

from bot.kit.messages import Message
from bot.ports import Address, CannotTell, Down, TryLater, Undeliverable, Unknown, undivided
from integrations.microsoft import NOT_LET_IN, OurToken
from integrations.teams.cards import Card, activity, cards
from integrations.teams.guard import Hosts
from integrations.teams.pacing import SEND, teams_pace
from storage.database import Sessions
from storage.queries.people import home_of
from storage.records import TeamsChat

log = logging.getLogger(__name__)

LATER = timedelta(minutes=1)

NOT_ADDED = "they have not added the app in Teams"
REMOVED = "they have removed or blocked the app in Teams"
CLOSED = "their Teams chat is closed"
ELSEWHERE = "their Teams chat is at an address that is not allowed"
AWAY = "Teams cannot be reached"


@dataclass(frozen=True)
class Chat:
    """A conversation, and where it is reached."""

    conversation: str
    service_url: str


class TeamsPlatform:
    """Implements bot.ports.ChatPlatform."""

    name = "teams"

    def __init__(self, app: App, token: OurToken, hosts: Hosts, sessions: Sessions) -> None:
        self.app, self.token, self.hosts, self.sessions = app, token, hosts, sessions
        self.chats: dict[Address, Chat] = {}
        self.pace = teams_pace()

    async def send(self, to: Address, message: Message, key: str) -> str:  # noqa: ARG002 -- Teams keeps no key of ours
        card = undivided(cards(message), "Teams")
        return await self.post(await self.chat_with(to), card)

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        card = undivided(cards(message), "Teams")
        await self.replace(await self.chat_with(to), sent_as, card)

    async def find(self, to: Address, key: str, since: datetime) -> str | None:  # noqa: ARG002 -- see below
        """Teams cannot be asked what arrived."""
        raise CannotTell

    # --- one activity ---

    async def post(self, chat: Chat, card: Card, only: Account | None = None) -> str:
        """`only`: in a conversation of several, only this member sees it."""
        conversations = self._at(chat).conversations
        sent = _activity(card)
        if only is None:
            return (await self._asked(conversations.create_activity(chat.conversation, sent))).id
        targeted = sent.with_recipient(only, is_targeted=True)
        return (await self._asked(conversations.create_targeted_activity(chat.conversation, targeted))).id

    async def replace(self, chat: Chat, sent_as: str, card: Card) -> str:
        call = self._at(chat).conversations.update_activity(chat.conversation, sent_as, _activity(card))
        await self._asked(call)
        return sent_as

    def _at(self, chat: Chat) -> Any:
        """Looked at again each time: an address was kept, and could have been changed where it was (TRUST.md T-06)."""
        if not self.hosts.allow(chat.service_url):
            raise Undeliverable(ELSEWHERE)
        return self.app.api.clone(service_url=chat.service_url)

    async def _asked(self, call: Awaitable[SentActivity]) -> SentActivity:
        try:
            return await call
        except httpx.HTTPStatusError as error:
            if error.response.status_code == 401:
                self.token.forget()
            raise _meant(error.response) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):  # it has not left us
            raise Down(AWAY) from None
        except httpx.HTTPError:
            raise Unknown from None

    # --- whom we may write to, and where ---

    async def chat_with(self, to: Address) -> Chat:
        chat = self.chats.get(to) or await asyncio.to_thread(self._kept, to)
        if chat is None:
            raise Undeliverable(NOT_ADDED)
        self.chats[to] = chat
        return chat

    async def keep(self, to: Address, chat: Chat) -> None:
        """As Teams says with every activity: an address may change.  What was said is heard even if this fails."""
        if self.chats.get(to) == chat:
            return
        try:
            if await asyncio.to_thread(self._keep, to, chat):
                self.chats[to] = chat
        except SQLAlchemyError as error:  # two at once, for instance: the next activity tries again
            log.error("where somebody is in Teams was not kept: %s", type(error).__name__)

    async def forget(self, to: Address) -> None:
        self.chats.pop(to, None)
        await asyncio.to_thread(self._keep, to, None)

    def _kept(self, to: Address) -> Chat | None:
        with self.sessions() as session:
            row = session.get(TeamsChat, (to.tenant, to.user))
            return Chat(row.conversation, row.service_url) if row else None

    def _keep(self, to: Address, chat: Chat | None) -> bool:
        """False: we write to nobody of that tenant, because nobody let it in."""
        with self.sessions.begin() as session:
            if chat and home_of(session, self.name, to.tenant) is None:
                return False
            if row := session.get(TeamsChat, (to.tenant, to.user)):
                session.delete(row)
                session.flush()
            if chat:
                session.add(
                    TeamsChat(
                        tenant=to.tenant, user=to.user, conversation=chat.conversation, service_url=chat.service_url
                    )
                )
            return True


def _activity(card: Card) -> MessageActivityInput:
    return MessageActivityInput.model_validate(activity(card))


def _meant(response: httpx.Response) -> Exception:
    status = response.status_code
    if status == 429:
        return TryLater(_after(response), SEND)
    if status == 401:
        return Down(NOT_LET_IN, _after(response))
    if status == 412:
        return TryLater(_after(response))
    if status >= 500 or status == 408:
        return Unknown()
    if status == 403:
        return Undeliverable(REMOVED)
    if status not in (404, 410):
        log.error("Teams refused a call of ours: %s %s", status, _code(response))
        return Undeliverable(f"Teams refused it ({status})")
    return Undeliverable(CLOSED)


def _after(response: httpx.Response) -> timedelta:
    seconds = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() and len(seconds) < 6 else LATER


def _code(response: httpx.Response) -> str:
    """Microsoft's own word, and nothing else of the answer."""
    try:
        return str(response.json()["error"]["code"])[:60]
    except (ValueError, LookupError, TypeError):
        return ""
