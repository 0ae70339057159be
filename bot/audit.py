"""Who did, or read, or was refused what: one row each, in references and verbs, never in words people typed."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.context import Context
from storage.levels import Classified, unsealed
from storage.records import Account, AuditEntry


def note(
    session: Session, at: datetime, account: Account | None, what: str, about: str = "", result: str = "done"
) -> None:
    session.add(
        AuditEntry(
            at=at,
            account_id=account.id if account else None,
            person_id=account.person_id if account else None,
            what=what,
            about=about,
            result=result,
        )
    )


def reader(ctx: Context, about: str) -> str:
    """Who reads, in words: it is written at the foot of every page that holds names (TRUST.md T-43)."""
    assert ctx.actor.person  # noqa: S101 -- nobody else may read one
    name: str = reveal(ctx, ctx.actor.person.name, "marking a page with its reader", about)
    return f"{name} ({'; '.join(post.words for post in ctx.actor.posts)})"


def reveal(ctx: Context, value: Classified, purpose: str, about: str) -> Any:
    """The one way out of a Classified: the value itself, and a row that says who read it and what for."""
    note(ctx.session, ctx.now, ctx.actor.account, f"read {value.level.name}: {purpose}", about)
    return unsealed(value)
