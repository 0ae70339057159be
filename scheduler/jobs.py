"""What the clock does, and how one job is run: in a transaction of its own, or some of its many things in each."""

import logging
import time
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

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
from bot.kit.parts import by
from bot.outbox import each_alone
from bot.tables import Job, JobOfMany
from storage.database import Sessions
from storage.queries.health import note_run

log = logging.getLogger(__name__)

AT_ONCE = 10  # things in one transaction: on SQLite nobody else writes meanwhile
ROOM = 0.005  # seconds in between: whoever waits for the database is woken by then
JOBS: tuple[Job | JobOfMany, ...] = (
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
            _run(sessions, job, now)
        except Exception as error:
            log.error("job %s failed: %s", job.name, type(error).__name__)


def _run(sessions: Sessions, job: Job | JobOfMany, now: datetime) -> None:
    if isinstance(job, JobOfMany):
        _each(sessions, job, now)
    with sessions.begin() as session:
        if isinstance(job, Job):
            job.run(session, now)
        note_run(session, job.name, now)


def _each(sessions: Sessions, job: JobOfMany, now: datetime) -> None:
    with sessions.begin() as session:
        found = job.find(session, now)
    for some in by(AT_ONCE, found):
        with sessions.begin() as session:
            each_alone(session, some, partial(_do, job, session, now))
        time.sleep(ROOM)


def _do(job: JobOfMany, session: Session, now: datetime, reference: str) -> None:
    job.do(session, reference, now)
