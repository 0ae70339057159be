"""Whether our clock is that of the database server: a lease is safe only among clocks that agree (RELIABILITY.md 5)."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from scheduler.postman import Now
from storage.database import Sessions, engine_of
from storage.queries.health import clock_of_the_server

AGREE = timedelta(seconds=30)  # a quarter of a lease: two clocks that both agree with the server's are a half apart
EVERY = timedelta(seconds=10)  # between two looks at the server's clock
APART = (
    "The clocks of this machine and of the database server are {} apart, so the bot on this machine sends nothing. Let "
    "both take the time from the network (NTP)."
)

log = logging.getLogger(__name__)


def agreement_of(sessions: Sessions, now: Now) -> "Agreement | None":
    """None: the database has no machine of its own."""
    return Agreement(sessions, now) if engine_of(sessions).dialect.name == "postgresql" else None


class Agreement:
    """To be asked before each round: the server is, now and then."""

    def __init__(self, sessions: Sessions, now: Now) -> None:
        self.sessions, self.now = sessions, now
        self.looked_at: datetime | None = None
        self.found = ""

    def problem(self) -> str:
        """In a sentence; "": they agree, as far as we know.  A database that does not answer is others' news."""
        if self.looked_at is None or abs(self.now() - self.looked_at) >= EVERY:
            try:
                self.found, self.looked_at = self._look(), self.now()
            except SQLAlchemyError as error:
                log.warning("the database server's clock cannot be read: %s", type(error).__name__)
        return self.found

    def _look(self) -> str:
        with self.sessions() as session:
            before = self.now()
            theirs = clock_of_the_server(session)
            found = apart(theirs, before, self.now())
        if found:
            log.error(found)
        return found


def apart(theirs: datetime | None, before: datetime, after: datetime) -> str:
    """`theirs` was read between these two: however long that took, it is no difference."""
    gap = max(before - theirs, theirs - after) if theirs else timedelta(0)
    return APART.format(_in_words(gap)) if gap > AGREE else ""


def _in_words(gap: timedelta) -> str:
    seconds = round(gap.total_seconds())
    return f"{seconds} seconds" if seconds < 120 else f"{round(seconds / 60)} minutes"
