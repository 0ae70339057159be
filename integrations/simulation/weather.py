"""The platforms of the simulation: with the real limits, and with everything that goes wrong, by the seed alone."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from bot.kit.messages import Message
from bot.kit.pace import Pace
from bot.kit.worktime import local, local_day
from bot.ports import Address, CannotTell, Down, TryLater, Undeliverable, Unknown

BUSY, LOST_BEFORE, LOST_AFTER = 0.01, 0.003, 0.003  # of all calls
GONE = 0.04  # of all accounts, in half a year
CLOSED, BOUNCED = "their account is closed", "their mail server does not take it"
HALF_A_YEAR = 182
DOWN = 0.03  # of all workspaces, each day: for some hours


def chance(*what: object) -> Random:
    """The same for the same things, in whatever order they are asked about."""
    return Random("|".join(map(str, what)))  # noqa: S311 -- a simulation has to come out the same again


@dataclass(frozen=True)
class Arrived:
    at: datetime
    platform: str
    to: Address
    key: str
    message: Message


class Weather:
    """What goes wrong when: decided by the seed, the place and the moment, so that no order of calls matters."""

    def __init__(self, seed: int, first: date) -> None:
        self.seed, self.first = seed, first

    def is_down(self, platform: str, tenant: str, now: datetime) -> bool:
        day = local_day(now)
        odds = chance(self.seed, "down", platform, tenant, day)
        begins = local(day, time(odds.randrange(8, 15)))
        return odds.random() < DOWN and begins <= now < begins + timedelta(hours=odds.randrange(1, 6))

    def is_gone(self, platform: str, to: Address, now: datetime) -> bool:
        odds = chance(self.seed, "gone", platform, to)
        return odds.random() < GONE and local_day(now) >= self.first + timedelta(days=odds.randrange(HALF_A_YEAR))

    def call(self, *what: object) -> float:
        return chance(self.seed, "call", *what).random()


class Pretend:
    """Implements bot.ports.ChatPlatform.  `of`: the method that its 429 speaks of; e-mail has none."""

    def __init__(
        self, name: str, pace: Pace, weather: Weather, clock: Callable[[], datetime], *, of: str, tells: bool
    ) -> None:
        self.name, self.pace, self.weather, self.clock, self.of, self.tells = name, pace, weather, clock, of, tells
        self.arrived: list[Arrived] = []
        self.keys: dict[tuple[Address, str], str] = {}
        self.calls: Counter[str] = Counter()
        self.tried: Counter[object] = Counter()

    async def send(self, to: Address, message: Message, key: str) -> str:
        odds = self._try(to, "send")
        if odds < BUSY + LOST_BEFORE:
            self.calls["lost on the way"] += 1
            raise Unknown
        self.arrived.append(Arrived(self.clock(), self.name, to, key, message))
        sent_as = self.keys[to, key] = f"{self.name}-{len(self.arrived)}"
        if odds < BUSY + LOST_BEFORE + LOST_AFTER:
            self.calls["whose answer was lost"] += 1
            raise Unknown
        return sent_as

    async def update(self, to: Address, sent_as: str, message: Message) -> None:  # noqa: ARG002 -- nobody looks again
        self._try(to, "update")

    async def find(self, to: Address, key: str, since: datetime) -> str | None:  # noqa: ARG002 -- it forgets nothing
        if not self.tells:
            raise CannotTell
        self._try(to, "find")
        return self.keys.get((to, key))

    def _try(self, to: Address, what: str) -> float:
        """Or what a platform says instead.  References are never the same again, so that calls are counted instead."""
        now = self.clock()
        self.calls["in all"] += 1
        self.tried[to, what] += 1
        if self.weather.is_down(self.name, to.tenant, now):
            self.calls["while the platform was down"] += 1
            raise Down("it does not answer", timedelta(minutes=10))
        if self.weather.is_gone(self.name, to, now):
            raise Undeliverable(CLOSED if self.of else BOUNCED)
        odds = self.weather.call(self.name, to, what, self.tried[to, what])
        if odds < BUSY:
            self.calls["told to wait"] += 1
            raise TryLater(timedelta(seconds=30 + int(odds / BUSY * 600)), self.of)
        return odds
