"""Slack's app manifest: what an administrator pastes to create the app, and nothing that the bot does not use."""

from typing import Any

from integrations.about import COLOUR, LONG, NAME, SHORT, offered

COMMAND, PATH = "/mace", "/slack/events"
INSTALL, INSTALLED = "/slack/install", "/slack/installed"
BOT_USER = "mace-bot"  # Slack's documentation allows small letters, digits and - _ .

SCOPES = {
    "app_mentions:read": "to answer when somebody mentions it in a channel: it says there that it works in private",
    "chat:write": "to send reminders, agendas and answers, and to bring its own messages up to date",
    "commands": f"to answer {COMMAND}",
    "im:history": "to read what people write to it in their private chat with it, and to look there whether a "
    "message of its own arrived before it sends it again",
    "im:write": "to open the private chat with somebody it has a message for",
}
EVENTS = {
    "app_home_opened": "somebody opens its home tab, which shows what they can do",
    "app_mention": "somebody mentions it in a channel that it was invited to",
    "message.im": "somebody writes in their private chat with it",
}
REMOVALS = {
    "app_uninstalled": "somebody removes it from their Slack (only where workspaces add it by themselves)",
    "tokens_revoked": "Slack ends its token (only where workspaces add it by themselves)",
}


def manifest(address: str, *, many: bool = False) -> dict[str, Any]:
    """`address`: where people reach the bot, without a slash at its end.

    `many`: workspaces add the app by themselves.
    """
    url = address + PATH
    return {
        "display_information": {
            "name": NAME,
            "description": SHORT,
            "long_description": LONG,
            "background_color": COLOUR,
        },
        "features": _features(url),
        "oauth_config": {"scopes": {"bot": [*SCOPES]}} | ({"redirect_urls": [address + INSTALLED]} if many else {}),
        "settings": _settings(url, many=many),
    }


def _features(url: str) -> dict[str, Any]:
    command = {
        "command": COMMAND,
        "url": url,
        "description": SHORT,
        "usage_hint": f"[{' | '.join(command.name for command in offered())}]",
        "should_escape": False,  # the bot reads the characters that were typed
    }
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": BOT_USER, "always_online": True},
        "slash_commands": [command],
    }


def _settings(url: str, *, many: bool) -> dict[str, Any]:
    """One workspace's token stands in the settings: it cannot run out."""
    return {
        "event_subscriptions": {"request_url": url, "bot_events": [*EVENTS, *(REMOVALS if many else ())]},
        "interactivity": {"is_enabled": True, "request_url": url},
        "org_deploy_enabled": many,
        "socket_mode_enabled": False,
        "token_rotation_enabled": many,
    }
