"""mace-bot as a process of its own, as whoever installs it runs it."""

import os
import re
import select
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen, run

import httpx2

from tests.integrations import forked

MACE_BOT = str(Path(sys.executable).with_name("mace-bot"))
PATIENCE = 20.0  # seconds; nothing waits that long unless it is broken
ADDRESS = re.compile(r"http://127\.0\.0\.\d:\d+")


def mace_bot(where: Path, *arguments: str, **settings: str) -> "CompletedProcess[str]":
    """Run to its end, in a folder of its own, with these settings and no others."""
    return forked.run(where, arguments, environment(settings), within=60)


def started(where: Path, *arguments: str, **settings: str) -> "CompletedProcess[str]":
    """The same from its very start, as whoever installed it types it."""
    return run([MACE_BOT, *arguments], cwd=where, env=environment(settings), capture_output=True, text=True, timeout=60)


def problem(where: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """How it ended and the one sentence it left; it printed nothing else."""
    ended = mace_bot(where, *arguments, **settings)
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.returncode, ended.stderr.strip()


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MACE_")}
    return kept | {f"MACE_{name}": value for name, value in settings.items()}


@dataclass
class Running:
    """A server that has said where it listens."""

    process: "Popen[bytes]"
    address: str
    printed: str

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and what it wrote to stderr."""
        self.process.send_signal(how)
        printed, problems = self.process.communicate(timeout=PATIENCE)
        self.printed += printed.decode()
        return self.process.returncode, problems.decode()


@contextmanager
def running(where: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    process = Popen([MACE_BOT, *arguments], cwd=where, env=environment(settings), stdout=PIPE, stderr=PIPE)
    try:
        printed = _printed_up_to_the_address(process)
        address = ADDRESS.findall(printed)[0]
        assert httpx2.get(f"{address}/healthz", timeout=PATIENCE).text == "ok"  # it waits until there is an answer
        yield Running(process, address, printed)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _printed_up_to_the_address(process: "Popen[bytes]") -> str:
    assert process.stdout
    printed, deadline = "", time.monotonic() + PATIENCE
    while not re.search(ADDRESS.pattern + r"\s", printed):
        assert select.select([process.stdout], [], [], deadline - time.monotonic())[0], f"no address in: {printed}"
        chunk = os.read(process.stdout.fileno(), 65536).decode()
        assert chunk, f"it ended: {process.communicate()[1].decode()}"
        printed += chunk
    return printed
