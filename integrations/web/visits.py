"""Who is signed in to their own pages, in which browser: kept on the server, and ended there (TRUST.md 6.1)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.audit import note
from bot.features.pages import hashed
from bot.replies import Sender
from integrations.web.turns import Visitor, own_account
from storage.database import Sessions
from storage.queries.pages import link_with, visit_with
from storage.records import Account, SignInLink, Visit

IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=8)
NOTED_EVERY = timedelta(minutes=1)  # so that looking at pages does not write each time


@dataclass(frozen=True)
class SignedIn:
    """`cookie` is this browser's own secret; `path` is where it was going."""

    cookie: str
    path: str


def use_link(sessions: Sessions, token: str, now: datetime) -> SignedIn | None:
    """Once.  None: it was used before, or is too old, or never was a link."""
    with sessions.begin() as session:
        link = link_with(session, hashed(token), now)
        if link is None:
            note(session, now, None, "sign in by a link", result="refused")
            return None
        link.used_at = now
        return SignedIn(_started(session, session.get_one(Account, link.account_id), now, link), link.path)


def sign_in(visitor: Visitor) -> str:
    """Somebody whom an identity provider vouches for; returns the cookie."""
    with visitor.sessions.begin() as session:
        return _started(session, own_account(session, visitor), visitor.now)


def _started(session: Session, account: Account, now: datetime, link: SignInLink | None = None) -> str:
    cookie = secrets.token_urlsafe(32)
    session.add(Visit(account_id=account.id, cookie_hash=hashed(cookie), started_at=now, seen_at=now))
    note(session, now, account, "sign in by a link" if link else "sign in")
    return cookie


def visitor_with(sessions: Sessions, cookie: str, now: datetime) -> Visitor | None:
    """Who is signed in; or None, also if they were away for too long."""
    with sessions.begin() as session:
        visit = visit_with(session, hashed(cookie))
        if visit is None or now - visit.seen_at > IDLE or now - visit.started_at > LONGEST:
            return None
        if now - visit.seen_at > NOTED_EVERY:
            visit.seen_at = now
        account = visit.account
        return Visitor(sessions, Sender(account.platform, account.tenant, account.user), now)


def sign_out(sessions: Sessions, cookie: str, now: datetime) -> None:
    with sessions.begin() as session:
        if visit := visit_with(session, hashed(cookie)):
            visit.ended_at = now
            note(session, now, visit.account, "sign out")
