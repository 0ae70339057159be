"""mace-bot simulate: half a year in virtual time with invented people, and whether every promise was kept."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storage.database import Sessions, engine_of, open_database

MOST_BOROUGHS, NOT_KEPT = 33, 1


def add_simulate(verbs: Any) -> None:
    simulate = verbs.add_parser(
        "simulate", help="half a year in virtual time with invented people, in a database of its own that is deleted"
    )
    simulate.add_argument("--boroughs", type=_boroughs, default=3, metavar="COUNT", help="how many, up to 33 (3)")
    simulate.add_argument("--weeks", type=_some, default=3, metavar="COUNT", help="how long (3)")
    simulate.add_argument("--seed", type=int, default=1, metavar="NUMBER", help="the same seed, the same half year (1)")
    simulate.add_argument(
        "--speed", type=_speed, default=0.0, metavar="TIMES", help="how many times as fast as the clock, or max (max)"
    )
    simulate.set_defaults(run=_simulate)


def _some(given: str) -> int:
    if not given.isdecimal() or int(given) < 1:
        raise argparse.ArgumentTypeError("give a number, 1 or more")
    return int(given)


def _boroughs(given: str) -> int:
    if (count := _some(given)) > MOST_BOROUGHS:
        raise argparse.ArgumentTypeError(f"London has {MOST_BOROUGHS} boroughs")
    return count


def _speed(given: str) -> float:
    return 0.0 if given == "max" else float(_some(given))


def _simulate(arguments: argparse.Namespace) -> None:
    from integrations.simulation.report import report
    from integrations.simulation.running import Run, run

    with thrown_away() as sessions:
        told, kept = report(run(Run(sessions, arguments.boroughs, arguments.weeks, arguments.seed, arguments.speed)))
    print(told)
    sys.exit(0 if kept else NOT_KEPT)


@contextmanager
def thrown_away() -> Iterator[Sessions]:
    """Whatever MACE_DATABASE_URL says.  What is lost with the machine need not wait for the disk."""
    from sqlalchemy import event

    from storage.migrating import migrate

    with TemporaryDirectory(prefix="mace") as folder:
        sessions = open_database(f"sqlite:///{Path(folder) / 'simulated.sqlite'}")
        event.listen(engine_of(sessions), "connect", _in_a_hurry)
        migrate(sessions)
        yield sessions
        engine_of(sessions).dispose()


def _in_a_hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")
