"""The demo's own time: it starts on a working morning, and can be moved on to the next."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import func, select

from bot.kit.worktime import is_working_day, local, local_day, working_days_after
from storage.database import Sessions
from storage.records import Account, WebMessage

MORNING = time(9, 30)


def first_morning(now: datetime) -> datetime:
    """9:30am in London, today if people work today, else on the next working day."""
    today = local_day(now)
    return local(today if is_working_day(today) else working_days_after(today, 1), MORNING)


@dataclass
class DemoClock:
    """Runs as fast as any clock, from `at`, which it showed when the wall clock showed `since`."""

    at: datetime
    since: datetime

    @classmethod
    def going_on(cls, sessions: Sessions) -> "DemoClock":
        """From the last thing that happened in the demo, so that a second start does not go back in time."""
        with sessions() as session:
            seen = [session.scalar(select(func.max(moment))) for moment in (Account.last_used_at, WebMessage.at)]
        wall = datetime.now(UTC)
        return cls(max((moment for moment in seen if moment), default=first_morning(wall)), wall)

    def now(self) -> datetime:
        return (self.at + (datetime.now(UTC) - self.since)).astimezone(UTC)

    def to_next_working_morning(self) -> None:
        self.at, self.since = local(working_days_after(local_day(self.now()), 1), MORNING), datetime.now(UTC)
