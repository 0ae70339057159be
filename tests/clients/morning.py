"""When the clock strikes in a journey with real servers: on a morning to come, whatever the hour is now."""

from datetime import UTC, datetime, time

from bot.kit.worktime import local, local_day, working_days_after


def working_morning(later: int = 0) -> datetime:
    """9:30 on the next working day, or some working days later: all that is owed by day until now is due then."""
    return local(working_days_after(local_day(datetime.now(UTC)), 1 + later), time(9, 30))
