"""mace-bot: the demo, the server, the migrations, the bot in a terminal, and what Slack and Teams are set up with."""

import argparse
import errno
import gc
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

from integrations.environment import read_settings
from integrations.settings import Profile, Settings, UnsafeSetting
from integrations.tracker import check_safe, open_tracker
from integrations.verbs.auditing import add_audit
from integrations.verbs.backups import add_backups
from integrations.verbs.doctor import add_doctor
from integrations.verbs.importing import add_importing
from integrations.verbs.keeping import add_keeping, check_erasures
from integrations.verbs.keys import add_keys
from integrations.verbs.panels import add_panel
from integrations.verbs.setups import add_setups
from integrations.verbs.simulating import add_simulate
from integrations.verbs.worker import add_worker, check_workers, prepare_workers
from storage.database import DatabaseProblem, Sessions, check_database, engine_of

UNSAFE, NO_DATABASE, BUSY = 2, 3, 4  # exit codes
HERE = ip_address("127.0.0.1")
VERBS = (
    *(add_audit, add_backups, add_doctor, add_keys, add_keeping, add_importing, add_panel, add_setups, add_simulate),
)
LAST_ANSWERS = 5  # seconds after SIGTERM in which requests may still end
NOT_THE_DEMO = (
    "The demo lets everybody choose who they are, so it is there for this machine alone. "
    "Take --host away, or set MACE_PROFILE."
)


class PortBusy(Exception):
    """Another program listens on the port already."""


def main(argv: Sequence[str] | None = None) -> None:
    arguments = _parser().parse_args(argv)
    os.umask(0o077)  # what we write is for its owner only
    try:
        arguments.run(arguments)
    except UnsafeSetting as problem:
        _stop(problem, UNSAFE)
    except DatabaseProblem as problem:
        _stop(problem, NO_DATABASE)
    except PortBusy as problem:
        _stop(problem, BUSY)


def _stop(problem: Exception, code: int) -> None:
    print(problem, file=sys.stderr)
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mace-bot",
        description="A bot for multi-agency child exploitation (MACE) panels.",
        epilog="Settings come from the environment: MACE_PROFILE (demo, development or production), "
        "MACE_DATABASE_URL and MACE_PUBLIC_URL.",
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_servers(verbs)
    migrate = verbs.add_parser("migrate", help="bring the tracker database up to this version")
    migrate.set_defaults(run=_migrate)
    say = verbs.add_parser("say", help="talk to the bot in the terminal (demo profile only)")
    say.add_argument("line", metavar="LINE", help='what to say, like "help"')
    say.add_argument(
        "--as",
        dest="person",
        required=True,
        metavar="PERSON",
        help="who says it, like nurse; a wrong name lists them all",
    )
    say.set_defaults(run=_say)
    for add in VERBS:
        add(verbs)
    return parser


def _add_servers(verbs: Any) -> None:
    demo = verbs.add_parser("demo", help="try the bot in a browser, with invented people and data")
    demo.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    demo.add_argument(
        "--data", type=Path, default=Path("var"), metavar="DIR", help="the folder that keeps the demo's data (var)"
    )
    demo.set_defaults(run=_demo)

    serve = verbs.add_parser("serve", help="run the bot")
    serve.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    serve.add_argument(
        "--host",
        type=ip_address,
        default=HERE,
        metavar="ADDRESS",
        help="the IP address to listen at (127.0.0.1); in a container 0.0.0.0",
    )
    serve.set_defaults(run=_serve)
    add_worker(verbs)


def _demo(arguments: argparse.Namespace) -> None:
    from integrations.demo.clock import first_morning
    from integrations.demo.story import STORY, seed_story
    from integrations.demo.tracker import write_tracker

    listening = _listen(arguments.port)
    try:
        arguments.data.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise DatabaseProblem(f"The folder {arguments.data} cannot be made. Choose another with --data.") from None
    settings = Settings(profile=Profile.DEMO, database_url=f"sqlite:///{arguments.data / 'mace.sqlite'}")
    sessions = _migrated(settings)
    morning = first_morning(datetime.now(UTC))
    seed_story(sessions, morning)
    write_tracker(arguments.data, morning)
    port = listening.getsockname()[1]
    print(f"\nThe MACE bot is at http://127.0.0.1:{port}   (stop it with Ctrl+C)")
    print("\nWhat to try, in twenty minutes:")
    for number, (title, who, text, try_this) in enumerate(STORY, start=1):
        print(f"\n {number}. {title}{f' (be: {who})' if who else ''}\n    {text}\n    {try_this}.")
    print(
        f"\nEvery person and every case is invented. The data is in {arguments.data}; make demo-reset starts over.\n",
        flush=True,
    )
    _run(settings, sessions, listening)


def _serve(arguments: argparse.Namespace) -> None:
    settings = read_settings()
    if settings.profile is Profile.DEMO and not arguments.host.is_loopback:
        raise UnsafeSetting(NOT_THE_DEMO)
    sessions = open_tracker(settings)
    check_database(sessions)
    check_safe(settings, sessions)
    check_erasures(settings, sessions)
    if settings.workers:
        check_workers(sessions)
    listening = _listen(arguments.port, arguments.host)
    host = f"[{arguments.host}]" if arguments.host.version == 6 else arguments.host
    here = f"http://{host}:{listening.getsockname()[1]}"
    print(f"The MACE bot listens at {here} and people reach it at {settings.public_url}", flush=True)
    _run(settings, sessions, listening)


def _run(settings: Settings, sessions: Sessions, listening: socket.socket) -> None:
    with _nothing_to_collect():
        import uvicorn

        from integrations.logs import keep_log
        from integrations.server import build

        keep_log(as_json=settings.profile is Profile.PRODUCTION)
        app = build(settings, sessions)
    config = uvicorn.Config(
        app,
        log_config=None,  # its own would write the text of exceptions
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing needs what a proxy says of the sender, and anybody can say it (TRUST.md T-16)
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=LAST_ANSWERS,
    )
    with suppress(KeyboardInterrupt):  # Ctrl+C is how people stop it
        uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """While modules are imported nothing becomes garbage, and what they made is not looked at again: a tenth of the
    start.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def _listen(port: int, host: IPv4Address | IPv6Address = HERE) -> socket.socket:
    """Taken before anything else is done, so that a busy port changes nothing."""
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named: without it an answer may wait for 40 ms
    family = socket.AF_INET if host.version == 4 else socket.AF_INET6
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((str(host), port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", 0) == errno.EADDRNOTAVAIL:
            raise PortBusy(f"This machine has no address {host}. Choose another after --host.") from None
        raise PortBusy(
            f"Port {port} is in use or not allowed. Stop the other program, or choose another port: "
            f"--port {port + 1}, or make demo PORT={port + 1}"
        ) from None
    return listening


def _migrate(_arguments: argparse.Namespace) -> None:
    _migrated(read_settings())
    print("The tracker database is up to date.")


def _migrated(settings: Settings) -> Sessions:
    from storage.migrating import migrate

    sessions = open_tracker(settings)
    migrate(sessions)
    check_database(sessions)
    if settings.workers:
        prepare_workers(sessions)
    return sessions


def _say(arguments: argparse.Namespace) -> None:
    from integrations.demo.clock import DemoClock
    from integrations.demo.terminal import say

    settings = read_settings()
    if settings.profile is not Profile.DEMO:
        raise UnsafeSetting(
            "Only the demo profile lets you choose who you are. Set MACE_PROFILE to demo, or use Slack or Teams."
        )
    sessions = open_tracker(settings)
    check_database(sessions)
    print(say(sessions, arguments.person, arguments.line, DemoClock.going_on(sessions).now()))
    engine_of(sessions).dispose()
