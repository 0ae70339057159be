"""The log: lines that nobody can make up, and nothing in them that anybody typed, whichever door they came by."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import select, text
from starlette.testclient import TestClient

from bot.kit.errors import whereabouts
from integrations.logs import JsonLines, PlainLines
from integrations.server import build
from integrations.settings import Profile, Settings
from storage.database import Sessions, engine_of
from storage.records import Workspace
from tests.cast import HOME, seed
from tests.integrations.running import running
from tests.integrations.test_hostile import CANARY, INVOKE, PAYLOADS, SCHOOL
from tests.integrations.test_production import ready, safe
from tests.integrations.web.openid import Provider
from tests.loopback import Loopback
from tests.rules.test_doors import ROUTES
from tests.surfaces.slack import FORM, JSON, signed
from tests.surfaces.teams import APP
from tests.surfaces.teams_issuer import SECRET, Issuer

__all__ = ["ready", "safe"]  # fixtures
KEYS = {"time", "level", "logger", "message", "error"}
SIGNING = "signing-secret"
PLACE = re.compile(r"[A-Za-z]+ in [a-z_]+\.py:\d+ \S+", re.ASCII)


def record(logger: str, words: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    caught = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(logger, logging.ERROR, "/a/b/c.py", 7, words, values, caught, "does")


def raised() -> ValueError:
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        return error


def test_a_line_has_fields_from_a_closed_list() -> None:
    told = json.loads(JsonLines().format(record("bot.x", "delivery %s is lost", 4)))
    assert datetime.fromisoformat(told.pop("time")).tzinfo == UTC
    assert told == {"level": "ERROR", "logger": "bot.x", "message": "delivery 4 is lost"}


@pytest.mark.parametrize("odd", ["a\r\nERROR bot: made up", "a\u2028b", "a\x85b", "a\x00b", "\ud800"])
@pytest.mark.parametrize("lines", [JsonLines(), PlainLines()])
def test_nobody_can_make_up_a_line(odd: str, lines: logging.Formatter) -> None:
    """TRUST.md T-67."""
    line = lines.format(record("bot.x", "%s", odd))
    assert len(line.splitlines()) == 1
    if isinstance(lines, JsonLines):
        assert json.loads(line)["message"] == odd
        assert line.isascii()


def test_of_an_exception_only_its_kind_and_where_it_was() -> None:
    for lines in (JsonLines(), PlainLines()):
        line = lines.format(record("bot.x", "it failed", error=raised()))
        assert "ValueError at test_logs.py:" in line
        assert CANARY not in line
    assert whereabouts(None) == "NoneType at "


def test_a_library_may_quote_what_it_was_given_so_only_the_place_is_told() -> None:
    line = JsonLines().format(record("slack_sdk.web", "sending %s", {"text": CANARY}, error=raised()))
    assert json.loads(line)["message"] == "error in c.py:7 does"
    assert CANARY not in line


# --- every door -------------------------------------------------------------------------------------------------------


class Lines(logging.Handler):
    """Every line that a log at its most talkative would have."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler, root = Lines(), logging.getLogger()
    before, level = root.handlers[:], root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.kept
    root.setLevel(level)
    root.handlers[:] = before


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with closing(Issuer(APP)) as made:
        yield made


@pytest.fixture
def bot(sessions: Sessions, issuer: Issuer, lines: list[str]) -> Iterator[TestClient]:
    """The whole server, on both platforms, with sign-in and figures."""
    with sessions.begin() as session:
        seed(session, "slack", datetime.now(UTC))
        home = session.scalars(select(Workspace)).one().partnership_id
        session.add(Workspace(platform="teams", tenant=HOME, partnership_id=home))
    slack = Loopback(lambda _: (200, {}, {"ok": False, "error": "channel_not_found"}))
    with closing(slack), closing(Provider()) as provider:
        settings = Settings(
            profile=Profile.DEVELOPMENT,
            slack_bot_token=SecretStr("xoxb-1"),
            slack_signing_secret=SecretStr(SIGNING),
            slack_api_url=f"{slack.url}/api/",
            teams_app_id=APP,
            teams_app_secret=SecretStr(SECRET),
            teams_tenant_id=HOME,
            teams_openid_url=issuer.openid_url,
            teams_token_url=issuer.token_url,
            teams_service_hosts=issuer.server.host,
            entra_app_id="app",
            entra_app_secret=SecretStr("app-secret"),
            entra_tenant_id=HOME,
            entra_openid_url=provider.openid_url,
            metrics_token=SecretStr("a" * 32),
        )
        with TestClient(build(settings, sessions), raise_server_exceptions=False, follow_redirects=False) as client:
            yield client


def knock(bot: TestClient) -> None:
    """At every door of the list, with the canary in every place that a stranger can fill."""
    odd = {"Cookie": f"mace={quote(CANARY)}", "Authorization": f"Bearer {CANARY}", "User-Agent": CANARY}
    for route in ROUTES:
        method, _, path = route.partition(" ")
        path = re.sub(r"{\w+}", quote(CANARY), path)
        bot.request(method, f"{path}?code={quote(CANARY)}&state={quote(CANARY)}", headers=odd, content=CANARY)


def said_in_slack(bot: TestClient) -> None:
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": SCHOOL.user, "text": CANARY, "ts": "1.1"}
    slash = {"command": "/mace", "text": CANARY, "user_id": SCHOOL.user, "team_id": HOME, "trigger_id": "1"}
    called = {"type": "event_callback", "event_id": CANARY, "team_id": HOME, "event": event}
    for body, kind in (
        (json.dumps(called), JSON),
        (urlencode(slash), FORM),
        *((urlencode({"payload": json.dumps(one)}), FORM) for one in PAYLOADS),
    ):
        headers = signed(body.encode(), datetime.now(UTC), SIGNING) | {"Content-Type": kind}
        assert bot.post("/slack/events", content=body.encode(), headers=headers).status_code in (200, 503)


def said_in_teams(bot: TestClient, issuer: Issuer) -> None:
    service = f"http://{issuer.server.host}"
    who = {"id": "29:x", "name": CANARY, "aadObjectId": SCHOOL.user}
    talk = {"id": "a:x", "conversationType": "personal", "tenantId": HOME}
    activity = {"channelId": "msteams", "serviceUrl": service, "from": who, "conversation": talk, "id": CANARY}
    activity |= {"recipient": {"id": f"28:{APP}"}, "channelData": {"tenant": {"id": HOME}}, "text": CANARY}
    for kind in ({"type": "message"}, INVOKE, {"type": "installationUpdate", "action": "add"}):
        headers = {"Authorization": f"Bearer {issuer.token(service)}"}
        assert bot.post("/api/messages", json=activity | kind, headers=headers).status_code == 200


QUOTES = {  # Postgres quotes the whole row that it refuses
    "postgresql": "ALTER TABLE heard ADD CONSTRAINT never CHECK (false) NOT VALID",
    "sqlite": "CREATE TRIGGER never BEFORE INSERT ON heard BEGIN SELECT RAISE(ABORT, 'never'); END",
}


@pytest.mark.parametrize("broken", ["", "gone", "refuses"])
def test_no_door_leads_into_the_log(
    bot: TestClient, issuer: Issuer, sessions: Sessions, lines: list[str], broken: str
) -> None:
    """Also while a table is gone, and while the database refuses what it is given, and says what that was.

    TRUST.md T-40.
    """
    if broken:
        breaks = {"gone": "ALTER TABLE account RENAME TO gone", "refuses": QUOTES[engine_of(sessions).dialect.name]}
        with sessions.begin() as session:
            session.execute(text(breaks[broken]))
    knock(bot)
    said_in_slack(bot)
    said_in_teams(bot, issuer)
    faults = [line for line in lines if json.loads(line)["message"].startswith("fault ")]
    assert len(faults) > 1 if broken else faults == []
    for line in lines:
        assert json.loads(line).keys() <= KEYS
        assert CANARY.split()[1] not in line, line


def test_production_keeps_such_a_log(tmp_path: Path, ready: dict[str, str]) -> None:
    more = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SIGNING}
    body = json.dumps([CANARY])  # a shape that Slack does not send
    with running(tmp_path, "serve", "--port", "0", **ready, **more) as server:
        headers = signed(body.encode(), datetime.now(UTC), SIGNING) | {"Content-Type": JSON}
        assert httpx2.post(f"{server.address}/slack/events", content=body, headers=headers).status_code == 200
        _, log = server.stop()
    (line,) = log.splitlines()
    assert json.loads(line)["message"].startswith("a request from Slack was not understood: ")
    assert json.loads(line)["level"] == "WARNING"
