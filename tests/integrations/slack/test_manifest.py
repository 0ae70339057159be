"""The manifest asks for what the code uses, and for nothing else; and Slack would take it."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import COMMANDS
from integrations.about import offered
from integrations.slack import bolt
from integrations.slack.manifest import EVENTS, REMOVALS, SCOPES, manifest
from tests.clients.slack_emulated import SCOPES as EMULATED

URL = "https://bot.example/slack/events"
MANIFEST, MANY = manifest("https://bot.example"), manifest("https://bot.example", many=True)
CODE = Path(bolt.__file__).parent

# What Slack's documentation says that each needs; what it names is only ever asked of private chats.
CALLS = {
    "auth_revoke": None,
    "auth_test": None,
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "conversations_history": "im:history",
    "conversations_open": "im:write",
    "conversations_replies": "im:history",
    "oauth_v2_access": None,
    "views_open": None,
    "views_publish": None,
    "views_update": None,
}
HEARD = {"app_home_opened": None, "app_mention": "app_mentions:read", "message.im": "im:history"}
NARROWED = {"message": "message.im"}  # heard in private chats only
IN_THE_MANIFEST = {"command", "event", "action", "view", "view_closed", "error"}  # what bolt.py may listen with

LIMITS = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4000),
    "features.bot_user.display_name": (1, 80),
    "features.slash_commands.0.command": (2, 32),
    "features.slash_commands.0.url": (1, 3000),
    "features.slash_commands.0.description": (1, 2000),
    "features.slash_commands.0.usage_hint": (1, 1000),
    "oauth_config.scopes.bot": (1, 255),
    "settings.event_subscriptions.bot_events": (1, 100),
}


def trees() -> Iterator[ast.AST]:
    for path in CODE.glob("*.py"):
        yield from ast.walk(ast.parse(path.read_text()))


def listens() -> Iterator[tuple[str, str]]:
    """How bolt.py listens, and to what: app.event("message") and the like."""
    for node in ast.walk(ast.parse(Path(bolt.__file__).read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="app"), attr=kind), args=[what, *_]):
                yield kind, ast.unparse(what).strip("'")


def test_scopes_and_events_are_these() -> None:
    """TRUST.md T-36: it reads no channel and no file, and looks nobody up."""
    assert MANIFEST["oauth_config"] == {
        "scopes": {"bot": ["app_mentions:read", "chat:write", "commands", "im:history", "im:write"]}
    }
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened", "app_mention", "message.im"]
    assert all(reason.startswith("to ") for reason in SCOPES.values())


def test_every_call_is_covered_by_a_scope_and_no_scope_is_more_than_that() -> None:
    named = {node.attr for node in trees() if isinstance(node, ast.Attribute)}
    calls = {name for name in named if "_" in name.strip("_") and hasattr(AsyncWebClient, name)}
    assert calls == set(CALLS), "say which scope it needs"
    needed = {*CALLS.values(), *HEARD.values(), "commands"} - {None}
    assert needed == set(SCOPES)
    assert set(EMULATED) <= set(SCOPES), "what the whole journeys get along with in the emulator"


def test_its_events_are_those_that_the_code_listens_to() -> None:
    found = list(listens())
    events = {NARROWED.get(what, what) for kind, what in found if kind == "event"}
    assert events == {*EVENTS, *REMOVALS}
    assert set(EVENTS) == set(HEARD)
    assert {kind for kind, _ in found} == IN_THE_MANIFEST, "Slack has to be told of shortcuts and the like"


def test_its_command_and_address_are_those_that_the_code_answers_at() -> None:
    assert MANIFEST["features"]["slash_commands"][0]["url"] == URL
    assert MANIFEST["settings"]["event_subscriptions"]["request_url"] == URL
    assert MANIFEST["settings"]["interactivity"] == {"is_enabled": True, "request_url": URL}


def test_the_hint_is_made_from_the_commands() -> None:
    hint = MANIFEST["features"]["slash_commands"][0]["usage_hint"]
    said = hint.strip("[]").split(" | ")
    assert said == [command.name for command in offered()]
    assert set(said) < {command.name for command in COMMANDS}
    assert {"refer", "mine", "help"} <= set(said)


def test_people_can_write_to_it_and_it_has_a_home() -> None:
    assert MANIFEST["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert MANIFEST["features"]["bot_user"] == {"display_name": "mace-bot", "always_online": True}


@pytest.mark.parametrize("other", ["org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled"])
def test_what_one_workspace_has_no_use_for_is_off(other: str) -> None:
    assert MANIFEST["settings"][other] is False
    assert "redirect_urls" not in MANIFEST["oauth_config"]


def test_many_workspaces_add_it_by_themselves_and_may_remove_it() -> None:
    """And ask for nothing more than one."""
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert MANY["oauth_config"] == {"scopes": scopes, "redirect_urls": ["https://bot.example/slack/installed"]}
    settings = MANY["settings"]
    assert (settings["org_deploy_enabled"], settings["token_rotation_enabled"]) == (True, True)
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["bot_events"] == [*EVENTS, "app_uninstalled", "tokens_revoked"]


@pytest.mark.parametrize("path", LIMITS)
def test_it_keeps_to_slacks_limits(path: str) -> None:
    found: Any = MANIFEST
    for step in path.split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    least, most = LIMITS[path]
    assert least <= len(found) <= most


def test_its_names_and_colour_have_slacks_shapes() -> None:
    assert set(MANIFEST) == {"display_information", "features", "oauth_config", "settings"}
    assert re.fullmatch(r"#[0-9a-f]{6}", MANIFEST["display_information"]["background_color"])
    assert re.fullmatch(r"[a-z0-9._-]+", MANIFEST["features"]["bot_user"]["display_name"])
    assert re.fullmatch(r"/[a-z]+", MANIFEST["features"]["slash_commands"][0]["command"])
    assert json.loads(json.dumps(MANIFEST)) == MANIFEST
