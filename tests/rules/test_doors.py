"""Every way in is listed here with who may use it: a route, a listener or a verb that is not fails."""

import argparse
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from bot.commands import COMMANDS
from bot.dialogues import FORMS
from integrations.cli import _parser
from integrations.server import build
from integrations.settings import Profile, Settings
from integrations.slack.channel import Access as SlackAccess
from integrations.slack.channel import Slack
from integrations.slack.installations import Oauth
from integrations.slack.many import ManySlacks
from integrations.teams.channel import Access as TeamsAccess
from integrations.teams.channel import Teams
from storage.database import Sessions, open_database

ANYBODY = "anybody who reaches the server"
DEMO = "whoever is at the demo, with invented people; from our own page alone"
SLACK = "whoever Slack signs for, as the account they are"
TEAMS = "whoever Microsoft signs for, as the account they are"
INSTALLER = "whoever runs the installation, at its own machine"

LINK = "whoever has a link that the bot gave them in chat, once"
MICROSOFT = "whoever Microsoft's tenant signs for, as the account they are"
SIGNED_IN = "whoever is signed in, as the account they are; what changes something, from our own page alone"

ROUTES = {
    **dict.fromkeys(("GET /healthz", "GET /readyz"), ANYBODY),
    **dict.fromkeys(
        (
            *("GET /story", "GET /sent", "GET /new", "GET /picture", "POST /picture"),
            *("POST /be", "POST /say", "POST /form/{dialogue_id}", "POST /delete", "POST /clock"),
        ),
        DEMO,
    ),
    **dict.fromkeys(("GET /", "GET /static"), ANYBODY),
    **dict.fromkeys(("GET /pages/in/{token}", "POST /pages/in/{token}"), LINK),
    **dict.fromkeys(("GET /pages/microsoft", "GET /pages/microsoft/back"), MICROSOFT),
    **dict.fromkeys(
        (
            *(
                "GET /pages",
                "GET /pages/actions",
                "GET /pages/flags",
                "GET /pages/access",
                "GET /pages/blockages",
                "GET /pages/post",
                "GET /pages/post/{number}",
                "GET /pages/read/{reference}",
                "GET /pages/who/{reference}",
                "GET /pages/talk",
                "GET /pages/import",
                "GET /pages/import/{reference}",
                "POST /pages/import",
                "POST /pages/import/{reference}",
            ),
            *("POST /pages/say", "POST /pages/form/{dialogue_id}", "POST /pages/delete", "POST /pages/out"),
        ),
        SIGNED_IN,
    ),
    "POST /slack/events": SLACK,
    "GET /slack/install": ANYBODY,
    "GET /slack/installed": "whoever began to install in that browser; kept only from a Slack that a panel lets in",
    "POST /api/messages": TEAMS,
    "GET /metrics": "whoever has the token of MACE_METRICS_TOKEN; without one there is no such page",
}
MANY_SLACKS = {"GET /slack/install", "GET /slack/installed"}
LISTENERS = {
    **dict.fromkeys(("slack slash", "slack message", "slack mention", "slack opened_home"), SLACK),
    **dict.fromkeys(("slack pressed", "slack gone", "slack submitted", "slack chosen", "slack closed"), SLACK),
    "slack ended": "whoever Slack signs for; the token itself is asked whether it is so",
    **dict.fromkeys(("teams message", "teams executed", "teams added", "teams removed"), TEAMS),
}
VERBS = dict.fromkeys(
    (
        *(
            "demo",
            "serve",
            "worker",
            "migrate",
            "say",
            "backup",
            "restore",
            "doctor",
            "retention",
            "subject-export",
            "subject-erase",
            "keys new",
            "keys status",
            "keys rotate",
            "panel new",
            "panel let-in",
            "import actions",
            "import undo",
            "export actions",
        ),
        *("audit verify", "audit role", "audit delete"),
        *("slack manifest", "teams package", "simulate"),
    ),
    INSTALLER,
)


@pytest.fixture
def sessions(sqlite_url: str) -> Sessions:
    return open_database(sqlite_url)


def routes(found: list[BaseRoute], before: str = "") -> Iterator[str]:
    for route in found:
        if isinstance(route, Mount):
            yield from routes(list(route.routes), before + route.path) if route.routes else [f"GET {route.path}"]
        elif isinstance(route, Route) and isinstance(route.app, Starlette):
            yield from routes(list(route.app.routes))
        elif isinstance(route, Route):
            yield from (f"{method} {before}{route.path}" for method in sorted((route.methods or set()) - {"HEAD"}))


def verbs(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    under = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for name, child in (under[0].choices if under else {}).items():
        yield from verbs(child, f"{before}{name} ")
    if not under:
        yield before.strip()


def test_every_route_is_listed(sessions: Sessions) -> None:
    demo = build(Settings(profile=Profile.DEMO), sessions)
    real = Settings(profile=Profile.DEVELOPMENT)
    real.slack_bot_token = real.slack_signing_secret = real.teams_app_secret = SecretStr("s")
    real.entra_app_secret = real.metrics_token = SecretStr("s")
    real.teams_app_id = real.entra_app_id = "a"
    real.teams_tenant_id = real.entra_tenant_id = "t"
    many = real.model_copy(update={"slack_bot_token": SecretStr(""), "slack_client_id": "c"})
    found = {*routes(demo.routes), *routes(build(real, sessions).routes)}
    assert found == ROUTES.keys() - MANY_SLACKS
    assert found | {*routes(build(many, sessions).routes)} == ROUTES.keys()


def test_every_listener_is_listed(sessions: Sessions) -> None:
    """TRUST.md T-30."""

    def now() -> datetime:
        return datetime.now(UTC)

    slack = Slack(sessions, SlackAccess("s", "x"), now).app
    teams = Teams(sessions, TeamsAccess("a", "s", "t", frozenset()), now).app
    many = ManySlacks(sessions, "s", Oauth("c", "s", "https://bot.example"), now).workspace().app
    listeners = [*slack._async_listeners, *many._async_listeners]
    heard = {f"slack {one.ack_function.__name__}" for one in listeners}
    own = [handler for _, handler in teams.router._routes if handler.__module__.startswith("integrations")]
    heard |= {f"teams {handler.__name__}" for handler in own}
    assert heard == LISTENERS.keys()


def test_every_verb_is_listed() -> None:
    assert set(verbs(_parser())) == VERBS.keys()


def test_every_command_and_form_leads_to_a_use_case_that_asks_who_it_is() -> None:
    """A command for everybody says so by needing nothing; what it does still asks."""
    for_everybody = {command.name for command in COMMANDS if command.needs is None}
    assert for_everybody == {"resume", "start over", "help"}
    assert all(re.fullmatch(r"[a-z ]+", command.name) for command in COMMANDS)
    assert len(FORMS) == len({row.finish for row in FORMS.values()})
