"""From the start of the process to its first answer, and its memory then: mace-bot serve, and bare Starlette."""

import json
import os
import socket
import sys
import time
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen, run
from tempfile import TemporaryDirectory

ROUNDS = 7
MACE_BOT = str(Path(sys.executable).with_name("mace-bot"))
BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
app = Starlette(routes=[Route("/readyz", lambda request: PlainTextResponse("ready"))])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False)
"""


def measured(command: list[str], port: int, environment: dict[str, str]) -> tuple[float, float]:
    """Milliseconds to the first answer, and megabytes of resident memory after it."""
    begun = time.perf_counter()
    process = Popen([*command, str(port)], env=environment, stdout=DEVNULL)
    try:
        while not answers(port):
            time.sleep(0.002)
        return (time.perf_counter() - begun) * 1000, resident(process.pid)
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            return b" 200 " in connection.recv(200)
    except ConnectionError:
        return False


def resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def main() -> None:
    with TemporaryDirectory() as folder:
        settings = {"MACE_DATABASE_URL": f"sqlite:///{folder}/mace.sqlite", "MACE_PROFILE": "demo"}
        environment = os.environ | settings
        run([MACE_BOT, "migrate"], env=environment, check=True, stdout=DEVNULL)
        commands = {"ours": [MACE_BOT, "serve", "--port"], "bare": [sys.executable, "-c", BARE]}
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                found[name].append(measured(command, free_port(), environment))
    ready = {name: median(ms for ms, _ in results) for name, results in found.items()}
    memory = {name: median(mb for _, mb in results) for name, results in found.items()}
    report = {
        "rounds": ROUNDS,
        "ready_ms": {name: round(ms) for name, ms in ready.items()},
        "ready_ratio": round(ready["ours"] / ready["bare"], 2),
        "memory_mb": {name: round(mb, 1) for name, mb in memory.items()},
        "memory_ratio": round(memory["ours"] / memory["bare"], 2),
    }
    print(json.dumps(report))  # noqa: T201 -- what it is for


if __name__ == "__main__":
    main()
