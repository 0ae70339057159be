"""What Slack and Teams are set up with, made on the command line; what is wrong is said in a sentence that helps."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from integrations.settings import Profile, Settings, UnsafeSetting
from integrations.slack.manifest import manifest
from integrations.teams.package import App, Developer, package

ADDRESS = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?")
GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
VERSION = re.compile(r"[0-9]{1,5}(\.[0-9]{1,5}){2}")
NAME = re.compile(r"\S.{0,31}")
PAGE = re.compile(r"https://[!-~]{1,2000}")

NOT_HTTPS = (
    "Slack and Teams reach the bot at an https address with nothing after the name, like https://bot.example. "
    "Give yours with --url, or set MACE_PUBLIC_URL."
)
NO_APP_ID = (
    "The app id is the Application (client) ID of the bot's registration in Entra, like "
    "8d2e7c1a-0f4b-4c62-9d3e-5a6b7c8d9e0f. Give yours with --app-id, or set MACE_TEAMS_APP_ID."
)
NO_GRAPH_ID = "The id after --graph-app-id is that of the registration in MACE_GRAPH_APP_ID."
ODD_VERSION = "The version after --app-version is three numbers with dots between them, like 1.0.1."
ODD_NAME = "The name after --developer has 1 to 32 characters."
ODD_PAGE = "The addresses after --website, --privacy and --terms begin with https:// and hold no spaces."
SOMEBODY = "Your MACE panel"
PLACEHOLDERS = (
    "What it says about you is not complete: before people use it, make it again with --developer, --website, "
    "--privacy and --terms."
)


def slack_manifest(url: str, *, many: bool = False) -> str:
    return json.dumps(manifest(_address(url), many=many), indent=2, ensure_ascii=False)


def teams_app(app_id: str, url: str, number: str, who: Developer, graph: str = "") -> App:
    """What is empty comes from the settings or from this program, or is a placeholder."""
    address = _address(url)
    pages = [page or address for page in (who.website, who.privacy, who.terms)]
    given = (app_id or _settings().teams_app_id).lower()
    app = App(given, number or version("mace-bot"), address, Developer(who.name or SOMEBODY, *pages), graph.lower())
    if wrong := next(_wrong_with(app), None):
        raise UnsafeSetting(wrong)
    return app


def write_teams_package(out: Path, app: App, *, force: bool) -> str:
    """And what to tell whoever asked for it."""
    try:
        with out.open("wb" if force else "xb") as file:
            file.write(package(app))
    except FileExistsError:
        raise UnsafeSetting(f"{out} is there already. Choose another name, or replace it with --force.") from None
    except OSError:
        raise UnsafeSetting(f"{out} cannot be written. Check that its folder exists and that it is a file.") from None
    told = f"{out} is version {app.version} of the app for {app.address}. OPERATIONS.md says where to upload it."
    return f"{told}\n{PLACEHOLDERS}" if _has_placeholders(app) else told


def _address(url: str) -> str:
    address = (url or _settings().public_url).lower().removesuffix("/")
    if not ADDRESS.fullmatch(address):
        raise UnsafeSetting(NOT_HTTPS)
    return address


def _settings() -> Settings:
    """Whichever profile: nothing is started."""
    return Settings(profile=Profile.DEMO)


def _wrong_with(app: App) -> Iterator[str]:
    who = app.developer
    if not GUID.fullmatch(app.id):
        yield NO_APP_ID
    if app.graph and not GUID.fullmatch(app.graph):
        yield NO_GRAPH_ID
    if not VERSION.fullmatch(app.version):
        yield ODD_VERSION
    if not NAME.fullmatch(who.name):
        yield ODD_NAME
    if not all(map(PAGE.fullmatch, (who.website, who.privacy, who.terms))):
        yield ODD_PAGE


def _has_placeholders(app: App) -> bool:
    who = app.developer
    return who.name == SOMEBODY or app.address in (who.website, who.privacy, who.terms)
