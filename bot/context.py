"""Who is acting, when, and in which transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.kit.keeps import SAFE, Keeps
from bot.kit.worktime import local_day
from storage.queries.people import Actor
from storage.records import Record

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Site:
    """What the server says of itself: where a person's own pages are, and whether it can send e-mail.

    `signs_in`: the platform whose accounts sign in there by themselves.
    """

    address: str = ""  # without a slash at its end; empty: the site that the answer is read on
    signs_in: str = ""
    sends_mail: bool = False
    keeps: Keeps = SAFE


@dataclass(frozen=True)
class Context:
    session: Session
    actor: Actor
    now: datetime

    def add(self, record: R) -> R:
        """Keep a new record, and give it its key."""
        self.session.add(record)
        self.session.flush()
        return record

    @property
    def site(self) -> Site:
        return site_of(self.session)

    @property
    def today(self) -> date:
        """The day it is in London."""
        return local_day(self.now)


def site_of(session: Session) -> Site:
    """As the server told the sessions when it was put together."""
    site: Site = session.info.get("site", Site())
    return site
