"""The Teams app package: what an administrator uploads, so that people can add the bot."""

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from integrations.about import COLOUR, LONG, NAME, SHORT, offered

HERE, ICONS = Path(__file__).parent, {"color": "color.png", "outline": "outline.png"}
SCHEMA = "1.30"  # the newest in npm's @microsoft/app-manifest
FULL_NAME = "MACE bot for multi-agency child exploitation panels"

# Only there.  In a team the bot could see who its members are, to say no more than that it works in private.
SCOPE = "personal"

NO_RESOURCE = "https://notapplicable"  # Microsoft's own word: nobody signs in by this

PERMISSIONS = {
    "identity": "to know who writes to it: Teams sends their id in your directory, and your directory's id, with each "
    "message. The bot does not look anybody up",
    "messageTeamMembers": "to write first, in the private chat with somebody who has added it: a reminder or an agenda",
}


@dataclass(frozen=True)
class Developer:
    """Who runs the bot, as Teams shows it to whoever thinks about adding it."""

    name: str
    website: str
    privacy: str
    terms: str


@dataclass(frozen=True)
class App:
    """`id`: of its registration in Entra.  `version`: Teams takes an update only if it is higher than before.  `graph`:
    the registration that may add this app for people, if any may.
    """

    id: str
    version: str
    address: str
    developer: Developer
    graph: str = ""


def package(app: App) -> bytes:
    """The same bytes for the same app: nothing in it says when it was made."""
    written = json.dumps(manifest(app), indent=2, ensure_ascii=False).encode()
    files = {"manifest.json": written} | {name: (HERE / name).read_bytes() for name in ICONS.values()}
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(_entry(name), content, ZIP_DEFLATED)
    return made.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # of 1 January 1980
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry


def manifest(app: App) -> dict[str, Any]:
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": app.version,
        "id": app.id,
        "developer": {
            "name": app.developer.name,
            "websiteUrl": app.developer.website,
            "privacyUrl": app.developer.privacy,
            "termsOfUseUrl": app.developer.terms,
        },
        "name": {"short": NAME, "full": FULL_NAME},
        "description": {"short": SHORT, "full": LONG},
        "icons": ICONS,
        "accentColor": COLOUR,
        "bots": [_bot(app.id)],
        "permissions": [*PERMISSIONS],
        "validDomains": [urlsplit(app.address).hostname],
        "defaultInstallScope": SCOPE,
        **({"webApplicationInfo": {"id": app.graph, "resource": NO_RESOURCE}} if app.graph else {}),
    }


def _bot(app_id: str) -> dict[str, Any]:
    commands = [{"title": command.name, "description": command.help} for command in offered()]
    return {
        "botId": app_id,
        "scopes": [SCOPE],
        "isNotificationOnly": False,
        "supportsFiles": False,
        "commandLists": [{"scopes": [SCOPE], "commands": commands}],
    }
