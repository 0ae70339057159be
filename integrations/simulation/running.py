"""Half a year in virtual time: the clock's jobs, the postman and the people, each when it is their turn."""

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot.context import Site
from bot.kit.pace import Pace
from bot.kit.worktime import DAY, DIGEST_AT, is_working_day, local
from integrations.simulation.lives import Lives
from integrations.simulation.talk import Talk
from integrations.simulation.town import Town
from integrations.simulation.weather import Pretend, Weather
from integrations.slack.pacing import POST, slack_pace
from integrations.teams.pacing import SEND, teams_pace
from scheduler.cards import refresh_cards
from scheduler.jobs import run_jobs
from scheduler.postman import deliver_due
from storage.database import Sessions
from storage.queries.deliveries import next_due
from storage.queries.people import MAIL

FIRST = date(2026, 10, 5)  # a Monday; in the half year after it the clocks change twice, and there are seven holidays
LOOKS = (time(0, 1), time(9), DIGEST_AT, time(12), time(15), time(17, 30))  # at the jobs; a server looks each minute


@dataclass
class Run:
    """`speed`: how many times as fast as the wall clock; 0 is as fast as it goes."""

    sessions: Sessions
    boroughs: int
    weeks: int
    seed: int
    speed: float = 0
    at: datetime = field(default_factory=lambda: local(FIRST, time.min).astimezone(UTC))
    logged: Counter[str] = field(default_factory=Counter)

    @property
    def end(self) -> datetime:
        return local(FIRST + timedelta(weeks=self.weeks), time.min).astimezone(UTC)

    def __post_init__(self) -> None:
        self.sessions.configure(info={"site": Site("https://bot.example", sends_mail=True)})
        with self.sessions.begin() as session:
            town = Town(session, self.boroughs, self.at)
        self.people = town.people
        weather = Weather(self.seed, FIRST)
        self.platforms = {one.name: one for one in self._platforms(weather)}
        self.lives = Lives(Talk(self.sessions), town.boroughs, self.seed, FIRST)
        self.days = self.working_days = 0

    def _platforms(self, weather: Weather) -> tuple[Pretend, ...]:
        return (
            Pretend("slack", slack_pace(), weather, self.now, of=POST, tells=True),
            Pretend("teams", teams_pace(), weather, self.now, of=SEND, tells=False),
            Pretend(MAIL, Pace(at_once=5), weather, self.now, of="", tells=False),
        )

    def now(self) -> datetime:
        return self.at

    async def live(self) -> None:
        """One thread for the database: the same turns come in the same order each time."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
        for nth in range(self.weeks * 7):
            await self._day(FIRST + nth * DAY)

    async def _day(self, day: date) -> None:
        if is_working_day(day):
            self.lives.begin(day, self.working_days)
            self.working_days += 1
        looks = [local(day, at).astimezone(UTC) for at in LOOKS]
        tomorrow = local(day + DAY, time.min).astimezone(UTC)
        while (at := self._next(looks, tomorrow)) < tomorrow:
            await self._wait(at)
            self.at = at
            if looks and looks[0] <= at:
                await asyncio.to_thread(run_jobs, self.sessions, looks.pop(0))
            await self._moment()
        self.at = tomorrow

    def _next(self, looks: list[datetime], tomorrow: datetime) -> datetime:
        with self.sessions() as session:
            due = next_due(session, self.at)
        return max(self.at, min(one for one in (due, self.lives.next_at, *looks[:1], tomorrow) if one))

    async def _wait(self, at: datetime) -> None:
        if self.speed:
            await asyncio.sleep((at - self.at).total_seconds() / self.speed)

    async def _moment(self) -> None:
        await asyncio.to_thread(self.lives.act, self.at)
        before = {name: len(one.arrived) for name, one in self.platforms.items()}
        await deliver_due(self.sessions, self.platforms, self.now)
        await refresh_cards(self.sessions, self.platforms, self.now)
        for name, one in self.platforms.items():
            for letter in one.arrived[before[name] :]:
                self.lives.read(letter)


class Listening(logging.Handler):
    """Counts what the log says of our own code, by the sentence and without what was put into it."""

    def __init__(self, counts: Counter[str]) -> None:
        super().__init__(logging.ERROR)
        self.counts = counts

    def emit(self, record: logging.LogRecord) -> None:
        self.counts[str(record.msg)] += 1


def run(one: Run) -> Run:
    listening, root = Listening(one.logged), logging.getLogger()
    root.addHandler(listening)
    try:
        asyncio.run(one.live())
    finally:
        root.removeHandler(listening)
    return one
