"""Who did, or read, or was refused what: one row each, in references and verbs, never in words people typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.context import Context
from storage.chain import Noted, enter
from storage.levels import Classified, unsealed
from storage.records import Account


def note(
    session: Session, at: datetime, account: Account | None, what: str, about: str = "", result: str = "done"
) -> None:
    """It is in the audit if and only if this transaction ends well."""
    account_id, person_id = (account.id, account.person_id) if account else (None, None)
    enter(session, Noted(at, account_id, person_id, what, about, result))


def note_of(session: Session, at: datetime, person_id: int, what: str, about: str, result: str) -> None:
    """The same of somebody for whom it was done outside chat."""
    enter(session, Noted(at, None, person_id, what, about, result))


def reader(ctx: Context, about: str) -> str:
    """Who reads, in words: it is written at the foot of every page that holds names (TRUST.md T-43)."""
    assert ctx.actor.person  # noqa: S101 -- nobody else may read one
    name: str = reveal(ctx, ctx.actor.person.name, "marking a page with its reader", about)
    return f"{name} ({'; '.join(post.words for post in ctx.actor.posts)})"


def reveal(ctx: Context, value: Classified, purpose: str, about: str) -> Any:
    """The one way out of a Classified: the value itself, and a row that says who read it and what for."""
    return reveal_all(ctx, [value], purpose, about)[0]


def reveal_all(ctx: Context, values: Sequence[Classified], purpose: str, about: str = "") -> list[Any]:
    """Several that are read together, in one row."""
    return opened(ctx.session, ctx.now, ctx.actor.account, values, purpose, about)


def opened(
    session: Session, at: datetime, account: Account | None, values: Sequence[Classified], purpose: str, about: str
) -> list[Any]:
    """The same for whom there is no account: whoever runs the installation."""
    if values:
        level = max(value.level for value in values)
        note(session, at, account, f"read {level.name}: {purpose}", about)
    return [unsealed(value) for value in values]
