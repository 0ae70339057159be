"""Which links still lead somewhere, and which browsers are still signed in."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from storage.records import SignInLink, Visit


def link_with(session: Session, token_hash: str, now: datetime) -> SignInLink | None:
    """One that still works."""
    return session.scalar(
        select(SignInLink)
        .where(SignInLink.token_hash == token_hash, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .with_for_update()
    )


def end_visits(session: Session, at: datetime) -> None:
    """Of everybody: they sign in again."""
    session.execute(update(Visit).where(Visit.ended_at.is_(None)).values(ended_at=at))


def visit_with(session: Session, cookie_hash: str) -> Visit | None:
    return session.scalar(
        select(Visit)
        .where(Visit.cookie_hash == cookie_hash, Visit.ended_at.is_(None))
        .options(joinedload(Visit.account))
    )
