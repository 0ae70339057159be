"""Who is acting, when, and in which transaction."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.kit.worktime import local_day
from storage.queries.people import Actor


@dataclass(frozen=True)
class Context:
    session: Session
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The day it is in London."""
        return local_day(self.now)
