"""Nights in which the clocks change, a clock that is put right, and two years: each local occurrence comes once
(RELIABILITY.md 7.7).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from bot.features.actions.chasing import DAYS, WEEKLY
from bot.kinds import COMES, Comes
from bot.kit.messages import Message
from bot.kit.worktime import DIGEST_AT, LONDON, is_working_day, local_day, working_days_after
from bot.ports import Address
from scheduler.jobs import run_jobs
from storage.database import Sessions, engine_of, open_database
from storage.records import Action, DeliveryState, Priority
from tests.cast import seed
from tests.faults import Figures
from tests.scheduler.fakes import Postbox, deliver, give, ledger

AGENCIES = ("Hollow Oak School", "Streetwise", "Thames Gate NHS Trust")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)
USUAL = DAYS[Priority.NORMAL]
LONG = range(USUAL[-1] + WEEKLY, 600, WEEKLY)  # working days after the due day on which somebody is still reminded
Occurrence = tuple[str, date]


class Box(Postbox):
    """Knows on which local day each letter came."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.days = datetime.min.replace(tzinfo=UTC), Counter[tuple[str, date]]()

    async def send(self, to: Address, message: Message, key: str) -> str:
        if COMES.get(key.partition(":")[0]) is Comes.DAILY:
            self.days[to.user, local_day(self.now)] += 1
        return await super().send(to, message, key)


def night(sunday: date, every: timedelta) -> Iterator[datetime]:
    """A week from Friday on, now and then; the night itself by the minute, say, and once an hour back."""
    friday = datetime.combine(sunday - 2 * DAY, time(8), UTC)
    first, last = friday + 38 * HOUR, friday + 46 * HOUR  # Saturday 10pm to Sunday 6am
    yield from _by(friday, first, 4 * HOUR)
    yield from _by(first, first + 4 * HOUR, every)
    yield from _by(first + 3 * HOUR, last, every)
    yield from _by(last, friday + 7 * DAY, 4 * HOUR)


def years(start: datetime, days: int, every: timedelta, random: Random) -> Iterator[datetime]:
    """Now and then a step of an hour, either way."""
    now = start
    while now < start + days * DAY:
        yield now
        now += every + random.choice([*[0 * HOUR] * 8, HOUR, -HOUR])


def _by(first: datetime, last: datetime, step: timedelta) -> Iterator[datetime]:
    while first < last:
        yield first
        first += step


def lived(database: str, moments: Iterable[datetime], every: int = 30) -> Figures:
    """A new action every so many days, which nobody ever answers for."""
    sessions, box, day, last = open_database(database), Box(), 0, date.min
    for now in moments:
        if last == date.min:
            with sessions.begin() as session:
                seed(session, box.name, now)
        if local_day(now) > last and day % every == 0:
            _given(sessions, now)
        day, last = day + (local_day(now) > last), max(last, local_day(now))
        box.now = now
        run_jobs(sessions, now)
        deliver(sessions, now, box)
    figures = _figures(sessions, box, last)
    engine_of(sessions).dispose()
    return figures


def _given(sessions: Sessions, now: datetime) -> None:
    for working_days, agency in enumerate(AGENCIES, 1):
        give(sessions, "Camden", agency, working_days_after(local_day(now), working_days), now)


def _figures(sessions: Sessions, box: Box, last: date) -> Figures:
    """Each on its own day, not before half past nine; and one message a person a day."""
    with sessions() as session:
        expected = {one for action in session.scalars(select(Action)) for one in _occurrences(action, last)}
    came: Counter[Occurrence] = Counter()
    for row in ledger(sessions, "action_reminder"):
        if row.state is DeliveryState.SENT and row.sent_at:
            here = row.sent_at.astimezone(LONDON)
            came[row.about, here.date()] += here.time() >= DIGEST_AT
    again = sum((came - Counter(expected)).values()) + sum(size - 1 for size in box.days.values())
    return Figures(len(expected), 0, len(expected - came.keys()), again, 0)


def _occurrences(action: Action, last: date) -> Sequence[Occurrence]:
    """By the table, and after the day on which it was agreed; the last day may not be over."""
    days = [working_days_after(action.due_on, count) for count in (*USUAL, *LONG)]
    assert all(map(is_working_day, days))
    return [(action.reference, day) for day in days if local_day(action.agreed_at) < day < last]
