"""The one function that moves anything through its lifecycle, and tells whom the table says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from bot.audit import note
from bot.context import Context
from bot.kit.errors import Conflict, NotAllowed
from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.outbox import mark_stale, owe
from storage.queries.people import coordinators_of
from storage.records import Account, Post


class Moving(Protocol):
    """A record with a life of its own: see storage.records.Living."""

    reference: str
    version: int
    changed_at: datetime
    changed_how: str
    changed_by_id: int | None
    state: Any


@dataclass(frozen=True)
class Life:
    """A lifecycle's table, and which posts (or accounts) each party of a record means today."""

    table: Lifecycle
    sides: Callable[[Session, Any, Party], Sequence[Post | Account]]


def move(ctx: Context, life: Life, record: Moving, event: str, seen: int | None = None, **given: object) -> bool:
    """Take a step, with what is `given` for it (columns of the record).

    False: this person took that very step already, so nothing happens and nothing is wrong.

    Raises Conflict for a step that the present state does not allow, or a button drawn at an older version;
    NotAllowed for somebody whose step it is not.  Nothing has changed then.
    """
    step = life.table.step(record.state, event)
    if not acts_for(ctx, life, record, life.table.who(event)):
        raise NotAllowed(f"Only {_names(life.table.who(event))} can do that.")
    if step is None or (seen is not None and seen != record.version):
        if record.changed_how == event and record.changed_by_id == ctx.actor.person_id:
            return False
        raise Conflict
    advance(ctx.session, life, record, step, ctx.now, ctx.actor.account, **given)
    return True


def advance(
    session: Session, life: Life, record: Moving, step: Step, now: datetime, by: Account | None, **given: object
) -> None:
    """Take a step that is already known to be right: the clock calls this itself."""
    for name, value in given.items():
        setattr(record, name, value)
    if step.to is not None:
        record.state = step.to
    record.changed_at, record.changed_how, record.changed_by_id = now, step.event, by.person_id if by else None
    flag_modified(record, "changed_at")  # a step is a change, even when every column ends up the same
    session.flush()  # the version moves on here; two at once: one of them starts its turn again
    note(session, now, by, f"{life.table.noun}: {step.event}", record.reference)
    mark_stale(session, record.reference, now)
    for party, kind in step.tells.items():
        for to in life.sides(session, record, party):
            owe(session, kind, to, about=record.reference, version=record.version, at=now)


def begun(ctx: Context, how: str) -> dict[str, Any]:
    """The columns with which a record's life begins."""
    return {"changed_at": ctx.now, "changed_how": how, "changed_by_id": ctx.actor.person_id}


def tell(ctx: Context, posts: Iterable[Post], kind: str, record: Moving) -> None:
    """Owe each of these posts the news of a record as it now stands."""
    for post in posts:
        owe(ctx.session, kind, post, about=record.reference, version=record.version, at=ctx.now)


def acts_for(ctx: Context, life: Life, record: object, parties: set[Party]) -> bool:
    return any(
        isinstance(side, Post) and side.id in ctx.actor.post_ids
        for party in parties
        for side in life.sides(ctx.session, record, party)
    )


def by_coordinators(session: Session, record: Any, _party: Party) -> Sequence[Post]:
    """The sides of what only the coordinators of its partnership move."""
    return coordinators_of(session, record.partnership_id)


_WORDS = {
    Party.OWNER: "the post it was given to",
    Party.LEAD: "the lead of its agency",
    Party.COORDINATOR: "the coordinator",
    Party.CHAIR: "the chair",
    Party.ORIGIN: "the borough the child is leaving",
    Party.RECEIVING: "the receiving borough",
    Party.RAISER: "whoever raised it",
    Party.LEVEL: "whoever is to settle it now",
}


def _names(parties: set[Party]) -> str:
    return " or ".join(sorted(_WORDS[party] for party in parties if party in _WORDS))


def who_did(life: Life, record: Moving) -> str:
    """Who took the last step, as a side and never as a name."""
    return _names(life.table.who(record.changed_how)) or "its author"
