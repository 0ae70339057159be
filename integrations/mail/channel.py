"""E-mail as the server mounts it: it writes to people and hears nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from bot.kit.messages import Message
from bot.kit.pace import Pace
from bot.kit.worktime import local_day
from bot.ports import Address, CannotTell, Undeliverable
from integrations.mail.letters import Sending, drawn, message_id
from storage.database import Sessions
from storage.levels import unsealed
from storage.queries.people import MAIL, account_of, holdings_of
from storage.records import Person

Post = Callable[[EmailMessage], Awaitable[None]]  # hands one letter over; or TryLater, Undeliverable or Unknown

SENT_IS_SENT = "an e-mail cannot be changed"
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")  # as HTML takes it
ODD_ADDRESS = "the e-mail address that we have for them cannot be right"
NO_ADDRESS = "we have no e-mail address for them"


class MailPlatform:
    """Implements bot.ports.ChatPlatform.  An account's user is a number: the address is looked up for each letter."""

    name = MAIL

    def __init__(self, sessions: Sessions, post: Post, sending: Sending, now: Callable[[], datetime]) -> None:
        self.sessions, self.post, self.sending, self.now = sessions, post, sending, now
        self.pace = Pace(at_once=5)  # connections to one mail server

    async def send(self, to: Address, message: Message, key: str) -> str:
        now = self.now()
        address, phones = await asyncio.to_thread(self._whom, to, now)
        letter = drawn(message, key, address, replace(self.sending, phones=phones), now)
        await self.post(letter)
        return message_id(key, self.sending)

    async def update(self, to: Address, sent_as: str, message: Message) -> None:  # noqa: ARG002 -- see below
        """What was sent by e-mail stays as it is."""
        raise Undeliverable(SENT_IS_SENT)

    async def find(self, to: Address, key: str, since: datetime) -> str | None:  # noqa: ARG002 -- see below
        """A mail server cannot be asked what it took."""
        raise CannotTell

    def _whom(self, to: Address, now: datetime) -> tuple[str, tuple[str, ...]]:
        with self.sessions() as session:
            account = account_of(session, self.name, to.tenant, to.user)
            if account is None or account.person is None or account.person.email is None:
                raise Undeliverable(NO_ADDRESS)
            address = str(unsealed(account.person.email))
            if not ADDRESS.fullmatch(address):
                raise Undeliverable(ODD_ADDRESS)
            return address, _phones(session, account.person, now)


def _phones(session: Session, person: Person, now: datetime) -> tuple[str, ...]:
    """That each of their boroughs publishes."""
    places = {one.post.partnership for one in holdings_of(session, person.id, local_day(now))}
    return tuple(sorted(f"{place.name}: {place.mash_phone} ({place.mash_hours})" for place in places))


class Mail:
    def __init__(self, sessions: Sessions, post: Post, sending: Sending, now: Callable[[], datetime]) -> None:
        self.platform = MailPlatform(sessions, post, sending, now)
        self.routes: list[BaseRoute] = []

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        yield
