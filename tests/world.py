"""A world to play a transcript in: a seeded tracker, one surface, a clock that moves when it is told to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.kit.worktime import local, local_day, working_days_after
from bot.ports import Address
from scheduler.clock import tick
from scheduler.postman import deliver_due
from storage.database import Sessions
from storage.queries.deliveries import next_due
from tests.cast import HOME, START
from tests.surfaces import Heard, Surface


@dataclass
class World:
    sessions: Sessions
    surface: Surface
    now: datetime = START
    people: dict[str, "Someone"] = field(default_factory=dict)
    by_hand: bool = False  # what a transcript starts from is made on the surface, too

    def person(self, handle: str, tenant: str = HOME) -> "Someone":
        return self.people.setdefault(f"{tenant}/{handle}", Someone(self, Address(tenant, handle)))

    def tick(self) -> None:
        """The clock does its work, and the postman delivers; also what the pace holds back for some seconds."""
        platforms = {self.surface.platform.name: self.surface.platform}
        asyncio.run(tick(self.sessions, platforms, lambda: self.now))
        at = self.now
        while (at := self._next(at)) < self.now + timedelta(seconds=5):
            asyncio.run(deliver_due(self.sessions, platforms, self._at(at)))

    def _at(self, moment: datetime) -> Callable[[], datetime]:
        return lambda: moment

    def _next(self, after: datetime) -> datetime:
        with self.sessions() as session:
            return next_due(session, after) or datetime.max.replace(tzinfo=UTC)

    def moves_on(self, *, working_days: int = 0, **span: int) -> None:
        """Let time pass, then tick.  Working days end at 9:30am."""
        if working_days:
            self.now = local(working_days_after(local_day(self.now), working_days), time(9, 30))
        self.now += timedelta(**span)
        self.tick()


@dataclass
class Someone:
    """A person at the surface: what they do, and what they have in front of them."""

    world: World
    address: Address
    front: Heard = field(default_factory=lambda: Heard(""))

    def says(self, text: str, replying_to: Heard | None = None) -> Heard:
        return self._sees(
            self.world.surface.says(self.address, text, self.world.now, replying_to.sent_as if replying_to else "")
        )

    def presses(self, label: str, on: Heard | None = None) -> Heard:
        return self._sees(self.world.surface.presses(self.address, on or self.front, label, self.world.now))

    def submits(self, go: str = "on", **answers: Any) -> Heard:
        """Answers by name of the question; of a choice, the kept value or the words on the page."""
        given = {name: self._kept(name, answer) for name, answer in answers.items()}
        return self._sees(self.world.surface.submits(self.address, self.front, given, go, self.world.now))

    def _kept(self, name: str, answer: Any) -> Any:
        options = {label: value for value, label in self.front.options.get(name, {}).items()}
        return [options.get(one, one) for one in answer] if isinstance(answer, list) else options.get(answer, answer)

    def hears(self) -> list[Heard]:
        """What has arrived since they last looked."""
        return self.world.surface.hears(self.address)

    def sees_now(self, on: Heard) -> Heard:
        """What stands now where that message stood."""
        return self.world.surface.shows(self.address, on)

    def hears_one(self) -> Heard:
        letters = self.hears()
        assert len(letters) == 1, [letter.text.split("\n")[0] for letter in letters]
        return self._sees(letters[0])

    def _sees(self, heard: Heard) -> Heard:
        self.front = heard
        return heard
