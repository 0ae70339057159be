"""The server: alive, ready or not ready with the reason, and a clock that delivers by itself."""

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import httpx2
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Connection, make_url, text
from starlette.testclient import TestClient

from integrations.cli import BUSY, UNSAFE
from integrations.server import build
from integrations.settings import Profile, Settings
from storage.database import Sessions, engine_of, open_database
from tests.integrations.running import PATIENCE, mace_bot, problem, running

PROFILES = (Profile.DEMO, Profile.DEVELOPMENT)


@pytest.fixture(params=PROFILES)
def client(request: pytest.FixtureRequest, sessions: Sessions) -> Iterator[TestClient]:
    """A server with its clock ticking, of either profile and on either database."""
    with TestClient(build(Settings(profile=request.param), sessions), follow_redirects=False) as client:
        yield client


def test_alive_and_ready(client: TestClient) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").text) == (200, "ok")
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready")


@pytest.mark.parametrize(("version", "says"), [("0000", "older than this"), ("9999", "newer than this")])
def test_not_ready_with_a_database_of_another_age(sessions: Sessions, version: str, says: str) -> None:
    client = TestClient(build(Settings(profile=Profile.DEVELOPMENT), sessions))  # without its clock
    with sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": version})
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert says in answer.text
    assert client.get("/healthz").status_code == 200


def test_not_ready_while_the_database_is_away_and_ready_again_after(postgresql_url: str, admin: Connection) -> None:
    sessions, name = open_database(postgresql_url), make_url(postgresql_url).database
    client = TestClient(build(Settings(profile=Profile.DEVELOPMENT), sessions))
    assert client.get("/readyz").status_code == 200
    admin.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
    admin.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))  # noqa: S608 -- ours
    answer = client.get("/readyz")
    assert (answer.status_code, client.get("/healthz").status_code) == (503, 200)
    assert answer.text.startswith("The tracker database does not answer.")
    admin.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    assert client.get("/readyz").status_code == 200
    engine_of(sessions).dispose()


def test_development_shows_no_page_on_which_one_chooses_who_one_is(sqlite_url: str) -> None:
    sessions = open_database(sqlite_url)
    demo, development = (TestClient(build(Settings(profile=one), sessions)) for one in PROFILES)
    for path in ("/story", "/sent", "/new", "/picture"):
        assert demo.get(path).status_code in (200, 204, 400), path
        assert development.get(path).status_code == 404, path
    assert development.get("/").status_code == 401, "one's own pages: sign in"
    assert development.post("/be", data={"handle": "nurse"}).status_code == 404
    engine_of(sessions).dispose()


class Heard(logging.Handler):
    """Waits for a line in the log."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.lines, self.heard = wanted, list[str](), Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
        if self.wanted in record.getMessage():
            self.heard.set()


def test_a_clock_whose_database_is_broken_says_so_in_one_line_and_the_server_lives_on(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE delivery RENAME TO lost"))
    listening = Heard("a tick failed")
    logging.getLogger().addHandler(listening)
    try:
        with TestClient(build(Settings(profile=Profile.DEVELOPMENT), sessions)) as client:
            assert listening.heard.wait(PATIENCE)
            assert client.get("/healthz").status_code == 200
    finally:
        logging.getLogger().removeHandler(listening)
    (line,) = [line for line in listening.lines if "a tick failed" in line]
    assert line in ("a tick failed: OperationalError", "a tick failed: ProgrammingError")
    assert not [line for line in listening.lines if "Traceback" in line or "SELECT" in line]


# --- the demo, as a process -------------------------------------------------------------------------------------------


def test_a_reminder_arrives_although_nobody_does_anything(tmp_path: Path) -> None:
    with running(tmp_path, "demo", "--port", "0", "--data", "data") as demo:
        with httpx2.Client(base_url=demo.address, follow_redirects=True) as browser:
            token = BeautifulSoup(browser.get("/").text, "html.parser").select("input[name=token]")[0]["value"]
            browser.post("/be", data={"token": token, "handle": "nurse"})
            arrived = eventually(browser, "/new?you=nurse&after=0")
        _, problems = demo.stop()
    words = BeautifulSoup(arrived, "html.parser").get_text(" ", strip=True)
    assert "2 things wait for you" in words
    assert problems == ""


def eventually(browser: httpx2.Client, path: str) -> str:
    """Asks, as live.js does, until something has arrived."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        answer = browser.get(path)
        if "data-arrived" in answer.text:
            return answer.text
        Event().wait(0.1)
    raise AssertionError("nothing arrived")


def test_serve_says_where_it_listens(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": "sqlite:///mace.sqlite", "PROFILE": "development"}
    assert mace_bot(tmp_path, "migrate", **settings).returncode == 0
    with running(tmp_path, "serve", "--port", "0", **settings) as server:
        assert httpx2.get(f"{server.address}/readyz").text == "ready"
        assert httpx2.get(f"{server.address}/").headers["Location"] == "/pages"
        code, problems = server.stop()
    assert (code in (0, -15, 143), problems) == (True, "")


# --- in a container ---------------------------------------------------------------------------------------------------

DEVELOPMENT = {"DATABASE_URL": "sqlite:///mace.sqlite", "PROFILE": "development"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "a secret of a test"}


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    assert mace_bot(tmp_path, "migrate", **DEVELOPMENT).returncode == 0
    return tmp_path


def test_it_listens_at_another_address_if_it_is_told_to(tracker: Path) -> None:
    with running(tracker, "serve", "--port", "0", "--host", "127.0.0.2", **DEVELOPMENT) as server:
        assert server.address.startswith("http://127.0.0.2:")
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(server.address.replace("127.0.0.2", "127.0.0.1"))
        server.stop()


def test_an_address_of_another_machine(tracker: Path) -> None:
    code, sentence = problem(tracker, "serve", "--port", "0", "--host", "192.0.2.1", **DEVELOPMENT)
    assert (code, sentence) == (BUSY, "This machine has no address 192.0.2.1. Choose another after --host.")


def test_the_demo_is_there_for_its_own_machine_alone(tracker: Path) -> None:
    code, sentence = problem(tracker, "serve", "--port", "0", "--host", "0.0.0.0", **DEVELOPMENT | {"PROFILE": "demo"})  # noqa: S104 -- refused
    assert code == UNSAFE
    assert sentence.startswith("The demo lets everybody choose who they are")


def test_it_stops_within_ten_seconds_though_somebody_never_finishes_what_they_say(tracker: Path) -> None:
    begun = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000\r\n\r\nteam_id="
    with running(tracker, "serve", "--port", "0", **DEVELOPMENT | SLACK) as server, socket.socket() as slow:
        slow.connect(("127.0.0.1", int(server.address.rpartition(":")[2])))
        slow.sendall(begun)
        assert httpx2.get(f"{server.address}/healthz").text == "ok"  # so that it has begun to read
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 10
