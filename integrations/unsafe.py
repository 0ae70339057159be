"""What an installation may not be set to: a sentence each, that says why and what to change."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from bot.kit.keeps import keeps_from
from integrations.settings import LOOPBACK, Settings

NO_KEYS = (
    "The production profile seals what it keeps, and needs MACE_KEYS_FILE. "
    "Make the file with: mace-bot keys new --out FILE"
)
KEYS_BESIDE = (
    "MACE_KEYS_FILE is in the folder of the database, so that whoever takes one has both. Keep it in another folder, "
    "and back it up apart from the database."
)
ERASURES_BESIDE = (
    "MACE_ERASURES_FILE is in the folder of the database, so that both may be lost, or put back, together. Keep it in "
    "another folder, beside the backups."
)
NOT_HTTPS = "The production profile needs the https address that people reach the bot at, in MACE_PUBLIC_URL."
SLACK_NEEDS_BOTH = (
    "Slack needs MACE_SLACK_BOT_TOKEN and MACE_SLACK_SIGNING_SECRET. Set both, or neither to do without Slack. "
    "In the development profile MACE_SLACK_APP_TOKEN can take the place of the secret."
)
MANY_NEED_ALL = (
    "Several Slack workspaces need MACE_SLACK_CLIENT_ID, MACE_SLACK_CLIENT_SECRET and MACE_SLACK_SIGNING_SECRET. "
    "Set all three, or neither of the first two to serve one workspace."
)
ONE_OR_MANY = (
    "MACE_SLACK_BOT_TOKEN and MACE_SLACK_APP_TOKEN are for one Slack workspace, MACE_SLACK_CLIENT_ID is for several. "
    "Take away what you do not need."
)
NO_SLACK_IN_DEMO = (
    "The demo lets everybody choose who they are, so it cannot be connected to Slack. "
    "Set MACE_PROFILE to development, or take the MACE_SLACK_ variables away."
)
NO_SOCKET = (
    "MACE_SLACK_APP_TOKEN opens Socket Mode, which can lose what people press. It is for the development profile only."
)
ODD_SLACK = "Take MACE_SLACK_API_URL away. Only the development profile may have one, and only on this machine."
TEAMS_NEEDS_ALL = (
    "Teams needs MACE_TEAMS_APP_ID, MACE_TEAMS_APP_SECRET and MACE_TEAMS_TENANT_ID. "
    "Set all three, or none to do without Teams."
)
NO_TEAMS_IN_DEMO = (
    "The demo lets everybody choose who they are, so it cannot be connected to Teams. "
    "Set MACE_PROFILE to development, or take the MACE_TEAMS_ variables away."
)
ENTRA_NEEDS_ALL = (
    "Signing in with Microsoft needs MACE_ENTRA_APP_ID, MACE_ENTRA_APP_SECRET and MACE_ENTRA_TENANT_ID. "
    "Set all three, or none to let people sign in by a link that the bot gives them."
)
ODD_ENTRA = "Take MACE_ENTRA_OPENID_URL away. Only the development profile may have it, and only on this machine."
ODD_TEAMS = (
    "Take MACE_TEAMS_OPENID_URL and MACE_TEAMS_TOKEN_URL away. Only the development profile may have them, and only on "
    "this machine."
)
ODD_HOST = (
    "MACE_TEAMS_SERVICE_HOSTS is a list of host names apart by commas, like smba.trafficmanager.net. "
    "Only the development profile may name this machine."
)
GUESSABLE = (
    "MACE_METRICS_TOKEN is too easy to guess. It needs 32 letters and digits or more, and nothing else. "
    "Make one with: openssl rand -hex 32"
)
LONG = re.compile(r"[A-Za-z0-9]{32,}", re.ASCII)
WORKERS_NEED_POSTGRES = (
    "MACE_WORKERS lets several processes send, and needs Postgres. Set MACE_DATABASE_URL to a Postgres database, or "
    "take MACE_WORKERS away: with SQLite mace-bot serve sends by itself."
)
MAIL_NEEDS_BOTH = "E-mail needs MACE_MAIL_HOST and MACE_MAIL_FROM. Set both, or take all MACE_MAIL_ variables away."
MAIL_USER_NEEDS_BOTH = (
    "MACE_MAIL_USER and MACE_MAIL_PASSWORD belong together. "
    "Set both, or neither if your mail server knows this machine by its address."
)
NO_MAIL_IN_DEMO = (
    "The demo's people are invented, so it sends no e-mail. "
    "Set MACE_PROFILE to development, or take the MACE_MAIL_ variables away."
)
ODD_MAIL_ADDRESS = (
    "MACE_MAIL_FROM and MACE_MAIL_REPLY_TO are e-mail addresses and nothing else, like mace@camden.example."
)
ONE_WAY_OF_MAIL = (
    "E-mail goes by MACE_MAIL_HOST and MACE_MAIL_FROM, or by MACE_GRAPH_MAIL_FROM. Take away what you do not need."
)
ADDRESS = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)


def _wrong_with_production(settings: Settings) -> Iterator[str]:
    if not settings.in_production:
        return
    if settings.keys_file is None:
        yield NO_KEYS
    elif _is_beside(settings.keys_file, settings.database_url):
        yield KEYS_BESIDE
    if not settings.public_url.startswith("https://"):
        yield NOT_HTTPS


def _is_beside(keys: Path, database_url: str) -> bool:
    scheme, _, database = database_url.partition(":///")
    return scheme.startswith("sqlite") and Path(database).resolve().parent == keys.resolve().parent


def is_here(url: str) -> bool:
    try:
        return urlsplit(url).scheme == "http" and urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def _wrong_with_teams(settings: Settings) -> Iterator[str]:
    given = (settings.teams_app_id, settings.teams_app_secret.get_secret_value(), settings.teams_tenant_id)
    urls = [url for url in (settings.teams_openid_url, settings.teams_token_url) if url]
    developing = settings.in_development
    if settings.in_demo and any(given):
        yield NO_TEAMS_IN_DEMO
    if any(given) and not all(given):
        yield TEAMS_NEEDS_ALL
    if urls and not (developing and all(map(is_here, urls))):
        yield ODD_TEAMS
    if not all(HOST.fullmatch(host) or (developing and is_here(f"http://{host}")) for host in settings.teams_hosts):
        yield ODD_HOST


def _wrong_with_mail(settings: Settings) -> Iterator[str]:
    addresses = [one for one in (settings.mail_from, settings.mail_reply_to) if one]
    has_server = bool(settings.mail_host)
    user, password = settings.mail_user, settings.mail_password.get_secret_value()
    if settings.in_demo and settings.has_mail:
        yield NO_MAIL_IN_DEMO
    if has_server != bool(settings.mail_from) or ((user or password) and not has_server):
        yield MAIL_NEEDS_BOTH
    if has_server and settings.graph_mail_from:
        yield ONE_WAY_OF_MAIL
    if bool(user) != bool(password):
        yield MAIL_USER_NEEDS_BOTH
    if not all(map(ADDRESS.fullmatch, addresses)):
        yield ODD_MAIL_ADDRESS


def _wrong_with_entra(settings: Settings) -> Iterator[str]:
    given = (settings.entra_app_id, settings.entra_app_secret.get_secret_value(), settings.entra_tenant_id)
    if any(given) and not all(given):
        yield ENTRA_NEEDS_ALL
    local = settings.in_development and is_here(settings.entra_openid_url)
    if settings.entra_openid_url and not local:
        yield ODD_ENTRA


def _wrong_with_metrics(settings: Settings) -> Iterator[str]:
    token = settings.metrics_token.get_secret_value()
    if token and not LONG.fullmatch(token):
        yield GUESSABLE


def _wrong_with_keeping(settings: Settings) -> Iterator[str]:
    try:
        keeps_from(settings.keep_days)
    except ValueError as odd:
        yield str(odd)
    if settings.erasures_file and _is_beside(settings.erasures_file, settings.database_url):
        yield ERASURES_BESIDE


def _wrong_with_workers(settings: Settings) -> Iterator[str]:
    if settings.workers and not settings.database_url.startswith("postgresql"):
        yield WORKERS_NEED_POSTGRES


def _wrong_with_slack(settings: Settings) -> Iterator[str]:
    token, secret, app = (
        bool(one.get_secret_value())
        for one in (settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token)
    )
    client = (settings.has_many_slacks, bool(settings.slack_client_secret.get_secret_value()))
    developing = settings.in_development
    if settings.in_demo and (token or secret or app or any(client)):
        yield NO_SLACK_IN_DEMO
    if app and not developing:
        yield NO_SOCKET
    if any(client) and (token or app):
        yield ONE_OR_MANY
    if any(client) and not (all(client) and secret):
        yield MANY_NEED_ALL
    if not any(client) and token != (secret or app):
        yield SLACK_NEEDS_BOTH
    url = settings.slack_api_url
    local = developing and urlsplit(url).hostname in LOOPBACK and url.endswith("/api/")
    if url != type(settings).model_fields["slack_api_url"].default and not local:
        yield ODD_SLACK


def wrongs(settings: Settings) -> Iterator[str]:
    checks = (
        *(_wrong_with_slack, _wrong_with_teams, _wrong_with_entra, _wrong_with_mail, _wrong_with_metrics),
        *(_wrong_with_workers, _wrong_with_keeping, _wrong_with_production),
    )
    return chain.from_iterable(check(settings) for check in checks)
