"""Who reads what is owed to a post, and from when on: whoever works first, the holder before the deputy."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.kit.worktime import days_from, local_day, working_moment
from storage.queries.away import readers_of
from storage.records import Person


def reader_of(session: Session, post_id: int, now: datetime) -> tuple[Person | None, datetime]:
    """Who, and when they work next: at once, if that is now.  Nobody, if the post has neither holder nor deputy."""
    first = min(at_work(session, post_id, now).items(), key=lambda one: one[1], default=None)
    return first or (None, working_moment(now))


def at_work(session: Session, post_id: int, now: datetime) -> dict[Person, datetime]:
    """Who may read it, in the order in which they would if all worked, and when each works next."""
    closed: dict[Person, set[date]] = {}
    rows = readers_of(session, post_id, local_day(now))
    for person, joined, days in rows:
        if joined == rows[0][1]:
            closed.setdefault(person, set()).update(days_from(days.first_day, days.last_day) if days else ())
    return {person: working_moment(now, days) for person, days in closed.items()}
