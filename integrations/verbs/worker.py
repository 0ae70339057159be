"""mace-bot worker: a process that only sends, beside others on the same Postgres."""

import argparse
import asyncio
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any

from integrations.environment import read_settings
from integrations.settings import Profile, Settings, UnsafeSetting
from integrations.tracker import check_safe, open_tracker
from storage.database import Sessions, check_database, engine_of

if TYPE_CHECKING:
    from scheduler.drains import Drains
    from scheduler.engine import Engine

NOT_THE_DEMO = "The demo sends its messages by itself. Set MACE_PROFILE to that of your installation."
NO_WORKERS = (
    "Without MACE_WORKERS the bot sends its messages by itself, and a worker has nothing to do. If several processes "
    "are to send, set MACE_WORKERS to true for mace-bot serve and for each worker. It needs Postgres."
)
NOBODY_SENDS = (
    "No worker is running, so nobody is sent anything. Start one, with the same settings as the bot: mace-bot worker. "
    "If one runs, read its log."
)
ALIVE = timedelta(minutes=1)
NOT_INSTALLED = "Workers need procrastinate, which is not installed. Install the bot with its extra: workers."


def add_worker(verbs: Any) -> None:
    worker = verbs.add_parser("worker", help="send what is due, beside other workers on the same Postgres")
    worker.set_defaults(run=_worker)


def _worker(_arguments: argparse.Namespace) -> None:
    settings = read_settings()
    if settings.profile is Profile.DEMO:
        raise UnsafeSetting(NOT_THE_DEMO)
    if not settings.workers:
        raise UnsafeSetting(NO_WORKERS)
    sessions = open_tracker(settings)
    check_database(sessions)
    check_safe(settings, sessions)
    check_workers(sessions)
    asyncio.run(_work(settings, sessions))
    engine_of(sessions).dispose()


def check_workers(sessions: Sessions) -> None:
    """What serve needs as well, where workers send for it."""
    _engine().check_engine(sessions)


def prepare_workers(sessions: Sessions) -> None:
    _engine().prepare_engine(sessions)


def nobody_sends(sessions: Sessions, now: datetime) -> Iterator[str]:
    """For the doctor."""
    check_workers(sessions)
    with sessions.begin() as session:
        beat = _engine().last_beat(session)
    if beat is None or now - beat > ALIVE:
        yield NOBODY_SENDS


def _engine() -> ModuleType:
    try:
        from scheduler import engine
    except ImportError:
        raise UnsafeSetting(NOT_INSTALLED) from None
    return engine


async def _work(settings: Settings, sessions: Sessions) -> None:
    from integrations.anchors import keeper_of
    from integrations.logs import keep_log
    from integrations.outside import doers, graph_of
    from integrations.server import channels_of, wall_clock
    from scheduler.agreeing import agreement_of
    from scheduler.clock import Clock
    from scheduler.drains import Drains
    from scheduler.engine import Engine

    keep_log(as_json=settings.profile is Profile.PRODUCTION)
    graph = graph_of(settings)
    channels = channels_of(settings, sessions, graph)
    platforms = {channel.platform.name: channel.platform for channel in channels}
    agreement = agreement_of(sessions, wall_clock)
    engine, drains = Engine(sessions, wall_clock), Drains(sessions, platforms, wall_clock, agreement)
    async with AsyncExitStack() as stack:
        for connected in (*channels, graph):
            if connected:
                await stack.enter_async_context(connected.connected())
        await stack.enter_async_context(engine.app.open_async())
        keep = keeper_of(settings)
        clock = Clock(sessions, platforms, wall_clock, doers(settings, graph), engine.hand_out, keep, agreement)
        clock.start()
        stack.push_async_callback(clock.stop)
        await _until_told(engine, drains)


async def _until_told(engine: "Engine", drains: "Drains") -> None:
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, drains.stopped.set)
    working = asyncio.create_task(engine.work(drains))
    print("The worker sends what is due. Stop it with SIGTERM or Ctrl+C.", flush=True)
    await drains.stopped.wait()
    working.cancel()
    await working
