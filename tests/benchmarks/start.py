"""From the start of the process to its first answer, and its memory then: mace-bot serve, bare Starlette, bare Bolt."""

import json
import os
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen, run
from tempfile import TemporaryDirectory

from tests.surfaces.teams_issuer import Issuer

ROUNDS = 7
MACE_BOT = str(Path(sys.executable).with_name("mace-bot"))

SLACK = {"MACE_SLACK_BOT_TOKEN": "xoxb-a-bot", "MACE_SLACK_SIGNING_SECRET": "signed by nobody else"}
TEAMS = {"MACE_TEAMS_APP_ID": "app", "MACE_TEAMS_APP_SECRET": "a secret", "MACE_TEAMS_TENANT_ID": "home"}
CONFIGURED: dict[str, dict[str, str]] = {
    "the demo": {"MACE_PROFILE": "demo"},
    "nothing configured": {},
    "Slack only": SLACK,
    "Teams only": TEAMS,
    "Slack and Teams": SLACK | TEAMS,
}
SERVED = """
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False)
"""
STARLETTE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
app = Starlette(routes=[Route("/readyz", lambda request: PlainTextResponse("ready"))])
"""
BOLT = """
import re, sys, uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

async def authorize(enterprise_id, team_id):
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-a-bot")

async def only_ack(ack):
    await ack()

bolt = AsyncApp(signing_secret="signed by nobody else", authorize=authorize, process_before_response=True)
bolt.command("/mace")(only_ack)
bolt.action(re.compile(""))(only_ack)
bolt.view("form")(only_ack)
handler = AsyncSlackRequestHandler(bolt)
app = Starlette(routes=[
    Route("/readyz", lambda request: PlainTextResponse("ready")),
    Route("/slack/events", handler.handle, methods=["POST"]),
])
"""
BARE = {
    "bare Starlette": [sys.executable, "-c", STARLETTE + SERVED],
    "bare Bolt and Starlette": [sys.executable, "-c", BOLT + SERVED],
}
OURS = [MACE_BOT, "serve", "--port"]


def settings(folder: str, configured: dict[str, str]) -> dict[str, str]:
    """The environment without any MACE_ variable but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MACE_")}
    own = {"MACE_PROFILE": "development", "MACE_DATABASE_URL": f"sqlite:///{folder}/mace.sqlite"}
    return kept | own | configured


def measured(command: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Milliseconds to the first answer, and megabytes of resident memory after it."""
    port = free_port()
    begun = time.perf_counter()
    process = Popen([*command, str(port)], env=environment, stdout=DEVNULL)
    try:
        wait_for(port)
        return (time.perf_counter() - begun) * 1000, resident(process.pid)
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while not answers(port):
        assert time.monotonic() < deadline, "it does not start"
        time.sleep(0.002)


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


def report(name: str, value: float, unit: str, baseline: float, goal: str = "") -> None:
    figures = {"value": round(value, 2), "unit": unit, "baseline": round(baseline, 2)}
    print(json.dumps({"name": name, **figures, "ratio": round(value / baseline, 2), "goal": goal}))  # noqa: T201 -- what it is for


def main() -> None:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in (*CONFIGURED, *BARE)}
    with TemporaryDirectory() as folder, closing(Issuer("app")) as issuer:
        run([MACE_BOT, "migrate"], env=settings(folder, {}), check=True, stdout=DEVNULL)
        for _ in range(ROUNDS):
            for name, configured in CONFIGURED.items():
                keys = {"MACE_TEAMS_OPENID_URL": issuer.openid_url} if "Teams" in name else {}
                found[name].append(measured(OURS, settings(folder, configured | keys)))
            for name, command in BARE.items():
                found[name].append(measured(command, os.environ))
    ready, memory = ({name: median(one[which] for one in found[name]) for name in found} for which in (0, 1))
    for name in CONFIGURED:
        for bare in BARE:
            goal = "ratio <= 2" if "Bolt" in bare and "Teams" not in name else ""
            report(f"start to ready: {name}, beside {bare}", ready[name], "ms", ready[bare], goal)
            report(f"memory when ready: {name}, beside {bare}", memory[name], "MB", memory[bare])


if __name__ == "__main__":
    main()
