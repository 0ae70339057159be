"""The web page as a chat platform: a message is delivered by writing it where its reader will look."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.kit.messages import STORED, Message
from bot.kit.pace import Pace
from bot.ports import Address, Undeliverable
from storage.database import Sessions
from storage.levels import Classified, Level
from storage.queries.deliveries import web_message_with
from storage.queries.people import account_of
from storage.records import WebMessage


class WebPlatform:
    """Implements bot.ports.ChatPlatform."""

    name = "web"

    def __init__(self, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self.sessions, self.now, self.pace = sessions, now, Pace()

    async def send(self, to: Address, message: Message, key: str) -> str:
        try:
            return await asyncio.to_thread(self._write, to, message, key)
        except IntegrityError:  # somebody wrote the same key at the same moment
            return await asyncio.to_thread(self._write, to, message, key)

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        await asyncio.to_thread(self._replace, to, sent_as, message)

    async def find(self, to: Address, key: str, since: datetime) -> str | None:  # noqa: ARG002 -- the key is enough
        return await asyncio.to_thread(self._find, key)

    def _write(self, to: Address, message: Message, key: str) -> str:
        with self.sessions.begin() as session:
            return str((web_message_with(session, key) or self._added(session, to, message, key)).id)

    def _added(self, session: Session, to: Address, message: Message, key: str) -> WebMessage:
        account = account_of(session, self.name, to.tenant, to.user)
        if account is None:
            raise Undeliverable("their account is gone")
        row = WebMessage(account_id=account.id, at=self.now(), key=key, message=sealed(message))
        session.add(row)
        session.flush()
        return row

    def _replace(self, to: Address, sent_as: str, message: Message) -> None:
        with self.sessions.begin() as session:
            account, row = account_of(session, self.name, to.tenant, to.user), session.get(WebMessage, int(sent_as))
            if account is None or row is None or row.account_id != account.id:
                raise Undeliverable("that message is gone")
            row.message = sealed(message)

    def _find(self, key: str) -> str | None:
        with self.sessions() as session:
            row = web_message_with(session, key)
            return str(row.id) if row else None


def sealed(message: Message) -> Classified:
    return Classified(STORED.dump_python(message, mode="json"), Level.L2)
