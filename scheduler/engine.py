"""Procrastinate: which process drains which shard, across hosts (RELIABILITY.md 3).

Its jobs say that there is something to do, and nothing else.  What is owed stands in the ledger, so any of them may be
lost, or done twice.
"""

import asyncio
from contextlib import suppress
from datetime import datetime

from procrastinate import App, PsycopgConnector, __version__
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from scheduler.clock import STOP_WITHIN, safely
from scheduler.drains import Drains
from scheduler.postman import Now
from scheduler.shards import sort_due
from storage.database import DatabaseProblem, Sessions, engine_of, in_words
from storage.queries.shards import Shard

SCHEMA = "mace_engine"  # apart from the tracker, so that it is in no backup
DRAIN = "drain"
AT_ONCE = 100  # shards in one process
BEATS, DEAD = 5, 20  # seconds from one sign of life of a worker to the next; and without one, until its shards are free
AGAIN = 5  # seconds, after Postgres was away


def prepare_engine(sessions: Sessions) -> None:
    """One of another version is made anew: all that is lost with it is who was about to look where."""
    try:
        with sessions.begin() as session:
            if _version(session) != __version__:
                _make(session)
    except SQLAlchemyError as error:
        raise DatabaseProblem(in_words(error)) from None


def check_engine(sessions: Sessions) -> None:
    """Raise DatabaseProblem unless prepare_engine() was run by this version."""
    with sessions.begin() as session:
        if _version(session) != __version__:
            raise DatabaseProblem("The tracker database is not prepared for workers. Run: mace-bot migrate")


def _version(session: Session) -> str | None:
    asked = text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")
    found: str | None = session.scalar(asked, {"schema": SCHEMA})
    return found


def _make(session: Session) -> None:
    for several in (
        f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}; SET LOCAL search_path = {SCHEMA}",
        SchemaManager.get_schema(),
        f"COMMENT ON SCHEMA {SCHEMA} IS '{__version__}'",
    ):  # of several statements psycopg takes no parameters, not even none
        session.connection().exec_driver_sql(several, execution_options={"no_parameters": True})


def last_beat(session: Session) -> datetime | None:
    """When a worker last gave a sign of life."""
    beat: datetime | None = session.scalar(text(f"SELECT max(last_heartbeat) FROM {SCHEMA}.procrastinate_workers"))  # noqa: S608 -- ours
    return beat


class Engine:
    """`app` is to be opened by whoever runs it, while they do."""

    def __init__(self, sessions: Sessions, now: Now) -> None:
        self.sessions, self.now = sessions, now
        address = engine_of(sessions).url.set(drivername="postgresql").render_as_string(hide_password=False)
        own = {"options": f"-c search_path={SCHEMA}"}
        self.app = App(connector=PsycopgConnector(conninfo=address, kwargs=own, min_size=1, max_size=4))

    async def hand_out(self) -> None:
        """Once for each shard in which there is something to do, unless somebody is about to look there already."""
        await self._free_the_dead()
        for shard in await asyncio.to_thread(sort_due, self.sessions, self.now()):
            job = self.app.configure_task(DRAIN, lock=shard.name, queueing_lock=shard.name)
            with suppress(AlreadyEnqueued):
                await job.defer_async(platform=shard.platform, tenant=shard.tenant)

    async def _free_the_dead(self) -> None:
        """Procrastinate does not do so by itself (its issues 1408 and 1518).  What is due is handed out anew."""
        for job in await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD):
            await self.app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    async def work(self, drains: Drains) -> None:
        """Until `drains` are stopped, through whatever befalls Postgres."""

        async def drain(platform: str, tenant: str) -> None:
            await safely(drains.drain(Shard(platform, tenant)))

        self.app.task(name=DRAIN)(drain)
        while not drains.stopped.is_set():
            await safely(self._work())
            with suppress(TimeoutError):
                await asyncio.wait_for(drains.stopped.wait(), AGAIN)

    async def _work(self) -> None:
        await self.app.run_worker_async(
            concurrency=AT_ONCE,
            delete_jobs="always",
            fetch_job_polling_interval=AGAIN,
            update_heartbeat_interval=BEATS,
            stalled_worker_timeout=DEAD,
            shutdown_graceful_timeout=STOP_WITHIN,
            install_signal_handlers=False,
        )
