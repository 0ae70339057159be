"""Once an hour it goes out of the database where each chain of the audit ends: a cut end cannot be seen from inside."""

from collections.abc import Callable, Sequence
from datetime import datetime

from storage.database import Sessions
from storage.queries.health import note_run
from storage.verifying import Anchor, ends_now

ANCHORED = "anchor the audit"  # in the table of what the clock has done
Keep = Callable[[Sequence[Anchor]], None]


def anchor(sessions: Sessions, keep: Keep, now: datetime) -> None:
    """That it was done is written when it is kept: the doctor looks."""
    with sessions() as session:
        ends = ends_now(session.connection(), now)
    keep(ends)
    with sessions.begin() as session:
        note_run(session, ANCHORED, now)
