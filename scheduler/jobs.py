"""What the clock does, and how one job is run: alone in its transaction."""

import logging
from datetime import datetime

from bot import dialogues
from bot.features import (
    actions,
    agreements,
    cases,
    directory,
    escalations,
    flags,
    meetings,
    referrals,
    removal,
    retention,
    shares,
)
from bot.tables import Job
from storage.database import Sessions
from storage.queries.health import note_run

log = logging.getLogger(__name__)

JOBS: tuple[Job, ...] = (
    *actions.JOBS,
    *escalations.JOBS,
    *meetings.JOBS,
    *cases.JOBS,
    *referrals.JOBS,
    *flags.JOBS,
    *directory.JOBS,
    *agreements.JOBS,
    *shares.JOBS,
    *dialogues.JOBS,
    *removal.JOBS,
    *retention.JOBS,
)


def run_jobs(sessions: Sessions, now: datetime) -> None:
    """Run each job once.  One that fails is logged and does not stop the others."""
    for job in JOBS:
        try:
            with sessions.begin() as session:
                job.run(session, now)
                note_run(session, job.name, now)
        except Exception as error:
            log.error("job %s failed: %s", job.name, type(error).__name__)
