"""Running errands: what is to be outside as the tracker says, done over the network and never inside a transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.features import directory, meetings
from bot.ports import TryLater, Undeliverable
from bot.tables import ErrandKind
from scheduler.postman import Now
from storage.database import Sessions
from storage.queries.errands import errands_due
from storage.records import Errand

log = logging.getLogger(__name__)

ERRANDS: dict[str, ErrandKind] = {row.kind: row for row in (*meetings.ERRANDS, *directory.ERRANDS)}
BATCH, ATTEMPTS = 20, 8  # attempts until the coordinator is told; it is tried for as long as it is wanted
LEASE = timedelta(minutes=2)
LONGEST = timedelta(hours=1)  # between two attempts
NO_ANSWER = "Microsoft did not answer"
Doers = Mapping[str, Callable[[Any], Awaitable[str]]]  # what does each kind; or raises as a platform's send() does
NO_DOERS: Doers = {}


@dataclass(frozen=True)
class Todo:
    """What to do, and by when this process has to have done it."""

    kind: ErrandKind
    about: str
    wanted: Any
    until: datetime
    attempts: int


async def run_errands(sessions: Sessions, doers: Doers, clock: Now) -> None:
    """Until none is left that is due.  A kind that nothing does here waits."""
    while todos := await asyncio.to_thread(_claim, sessions, doers.keys(), clock()):
        for todo in filter(None, todos):
            await _run(sessions, doers[todo.kind.kind], todo, clock)


def _claim(sessions: Sessions, kinds: Collection[str], now: datetime) -> list[Todo | None]:
    """Put off for as long as a lease lasts: another process leaves them alone, and a killed one loses nothing."""
    with sessions.begin() as session:
        due = errands_due(session, kinds, now, BATCH)
        for errand in due:
            errand.due_at, errand.attempts = now + LEASE, errand.attempts + 1
        return [_todo(session, errand, now) for errand in due]


def _todo(session: Session, errand: Errand, now: datetime) -> Todo | None:
    """One that cannot be read holds up no other."""
    kind = ERRANDS[errand.kind]
    try:
        with session.begin_nested():
            wanted = kind.wanted(session, errand.about, now)
    except Exception as error:
        log.error("errand %s %s cannot be read: %s", errand.kind, errand.about, type(error).__name__)
        return None
    if wanted is None:
        errand.due_at = None
        return None
    return Todo(kind, errand.about, wanted, now + LEASE, errand.attempts)


async def _run(sessions: Sessions, do: Callable[[Any], Awaitable[str]], todo: Todo, clock: Now) -> None:
    try:
        came_of_it = await do(todo.wanted)
    except Undeliverable as refused:
        await asyncio.to_thread(_settle, sessions, todo, clock(), None, str(refused))
    except Exception as error:  # busy, or nobody knows: it is done again, which is no harm
        log.warning("errand %s %s was not run: %s", todo.kind.kind, todo.about, type(error).__name__)
        again = clock() + _pause(todo.attempts, error.after if isinstance(error, TryLater) else timedelta(0))
        reason = NO_ANSWER if todo.attempts >= ATTEMPTS else None
        await asyncio.to_thread(_settle, sessions, todo, clock(), again, reason)
    else:
        await asyncio.to_thread(_done, sessions, todo, came_of_it, clock())


def _pause(attempts: int, asked: timedelta) -> timedelta:
    """Each time longer, up to an hour, and never shorter than it was asked for."""
    return min(asked + timedelta(minutes=2 ** min(attempts, ATTEMPTS)), max(asked, LONGEST))


def _done(sessions: Sessions, todo: Todo, came_of_it: str, now: datetime) -> None:
    with sessions.begin() as session:
        todo.kind.done(session, todo.about, came_of_it, now)
        _put(session, todo, None, None)


def _settle(sessions: Sessions, todo: Todo, now: datetime, again: datetime | None, reason: str | None) -> None:
    with sessions.begin() as session:
        _put(session, todo, again, reason)
        if reason:
            todo.kind.failed(session, todo.about, now)


def _put(session: Session, todo: Todo, due_at: datetime | None, reason: str | None) -> None:
    """Unless something changed meanwhile: then it is due again already."""
    errand = session.get_one(Errand, (todo.kind.kind, todo.about), with_for_update=True)
    errand.reason = reason
    if errand.due_at == todo.until:
        errand.due_at = due_at
