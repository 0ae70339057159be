"""A platform that does as it is told, a process that dies, and work put straight into the tracker."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import event, func, select

from bot.kit.messages import Message, to_text
from bot.kit.pace import Pace
from bot.kit.references import new_reference
from bot.outbox import owe
from bot.ports import Address, CannotTell, Unknown
from scheduler.postman import deliver_due
from storage.database import Sessions, engine_of
from storage.records import Action, ActionState, Agency, Delivery, Partnership, Post, Record, Verb
from tests.cast import START

COUNTS = select(
    *(
        select(func.count()).select_from(table).scalar_subquery().label(table.name)
        for table in Record.metadata.sorted_tables
        if table.name != "audit_head"
    )
)


class Killed(BaseException):
    """kill -9, as far as the code can see."""


class Arrived(Unknown):
    """The platform took it, and its answer was lost on the way back."""


class Postbox:
    """A chat platform: what goes wrong with the letters to each person, one after the other; then nothing."""

    def __init__(self, name: str = "core", *, can_tell: bool = True, **trouble: Sequence[BaseException]) -> None:
        self.name, self.can_tell, self.pace = name, can_tell, Pace()
        self.trouble = {user: list(problems) for user, problems in trouble.items()}
        self.letters: list[tuple[str, str, str]] = []  # user, words, key
        self.updates: list[tuple[str, str, str]] = []  # user, id, words
        self.asked: list[str] = []
        self.dead = False

    async def send(self, to: Address, message: Message, key: str) -> str:
        problems = self.trouble.get(to.user)
        problem = problems.pop(0) if problems else None
        if problem is None or isinstance(problem, Arrived):
            self.letters.append((to.user, to_text(message), key))
        if problem:
            self.dead = isinstance(problem, Killed)
            raise problem
        return f"{self.name}-{len(self.letters)}"

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        problems = self.trouble.get(to.user)
        if problem := problems.pop(0) if problems else None:
            raise problem
        self.updates.append((to.user, sent_as, to_text(message)))

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        self.asked.append(key)
        if not self.can_tell:
            raise CannotTell
        return next((f"{self.name}-{n}" for n, (_, _, k) in enumerate(self.letters, 1) if k == key), None)

    def readers(self) -> list[str]:
        return sorted(user for user, _, _ in self.letters)


def deliver(sessions: Sessions, now: datetime, *platforms: Postbox) -> int:
    return asyncio.run(deliver_due(sessions, {one.name: one for one in platforms}, lambda: now))


def killed(sessions: Sessions, now: datetime, box: Postbox, before: int = 0) -> bool:
    """The process dies by this box, or before that commit; and commits nothing afterwards.  False: it lived."""
    commits = itertools.count(1)

    def commit(_connection: object) -> None:
        box.dead = box.dead or next(commits) == before
        if box.dead:
            raise Killed

    event.listen(engine_of(sessions), "commit", commit)
    try:
        deliver(sessions, now, box)
    except Killed:
        pass
    finally:
        event.remove(engine_of(sessions), "commit", commit)
    return box.dead


def ledger(sessions: Sessions, kind: str = "") -> list[Delivery]:
    with sessions() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        return [row for row in rows if kind in ("", row.kind)]


def sizes(sessions: Sessions) -> dict[str, int]:
    """How many rows there are of everything; but one for each chain of the audit comes by itself."""
    with sessions() as session:
        return dict(session.execute(COUNTS).one()._mapping)


def give(
    sessions: Sessions, borough: str, agency: str, due_on: date, now: datetime = START, count: int = 1
) -> list[str]:
    """Actions of one post, and the news of them owed to it."""
    references: list[str] = []
    with sessions.begin() as session:
        taken = set(session.scalars(select(Action.reference)))
        owner = session.scalars(
            select(Post).join(Partnership).join(Agency).where(Partnership.name == borough, Agency.name == agency)
        ).one()
        for _ in range(count):
            while (reference := new_reference("A")) in taken:  # of some thousand, two are the same now and then
                pass
            taken.add(reference)
            references.append(reference)
            session.add(
                Action(
                    reference=references[-1],
                    partnership_id=owner.partnership_id,
                    owner=owner,
                    verb=Verb.CHECK_FLAG,
                    due_on=due_on,
                    state=ActionState.OPEN,
                    agreed_at=now,
                    changed_at=now,
                    changed_how="give",
                )
            )
            session.flush()
            owe(session, "action_given", owner, about=references[-1], version=1, at=now)
    return references
