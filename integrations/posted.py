"""What an adapter writes into the ledger once a message stands in somebody's private chat."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.posted import now_shows, tells
from bot.replies import Reply, Sender
from storage.database import Sessions
from storage.queries.people import account_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ledger:
    sessions: Sessions
    now: Callable[[], datetime]

    async def shows(self, to: Sender, sent_as: str, reply: Reply, *, instead: bool = False) -> None:
        """`instead` of what stood there before.  The answer has arrived, and stays so even if this fails."""
        if instead or tells(reply):
            try:
                await asyncio.to_thread(self._write, to, sent_as, reply)
            except SQLAlchemyError as error:
                log.error("details in chat are in no ledger: %s", type(error).__name__)

    def _write(self, to: Sender, sent_as: str, reply: Reply) -> None:
        with self.sessions.begin() as session:
            if account := account_of(session, to.platform, to.tenant, to.user):
                now_shows(session, account, sent_as, reply, self.now())
