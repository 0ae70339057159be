"""What the doctor asks Slack and Microsoft: whether they take the installation's tokens."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.ports import TryLater, Undeliverable, Unknown
from integrations.outside import IN_TEAMS, PERMISSIONS, graph_of
from integrations.settings import Settings
from scheduler.postman import Now
from storage.database import Sessions

if TYPE_CHECKING:
    from integrations.graph.client import Graph
    from integrations.slack.installations import Installations

SLACK_REFUSES = (
    "Slack does not take the token of {}: the app has been removed there, or the token was taken back. Add the app "
    "again, as OPERATIONS.md says."
)
SLACK_AWAY = "Slack does not answer. Check that this machine reaches {}."
TEAMS_REFUSES = (
    "Microsoft gives the bot no token to write to Teams with. Check that the client secret in MACE_TEAMS_APP_SECRET "
    "has not run out, and make a new one in Entra if it has."
)
TEAMS_KEYS = (
    "Microsoft's public keys cannot be read, so nothing from Teams is believed. Check that this machine reaches {}."
)
ENTRA_AWAY = "Microsoft's sign-in does not answer. Check MACE_ENTRA_TENANT_ID, and that this machine reaches {}."
GRAPH_REFUSES = (
    "Microsoft gives the bot no token for Graph. Check that the client secret in MACE_GRAPH_APP_SECRET or the "
    "certificate has not run out, and make a new one in Entra if it has."
)
GRAPH_AWAY = "Microsoft Graph does not answer. Check that this machine reaches {}."
NOT_CONSENTED = (
    "Nobody has consented to {} for the registration in MACE_GRAPH_APP_ID, so the bot cannot add itself in Teams for "
    "people. Give it in Entra, as OPERATIONS.md says."
)
NO_CALENDAR = (
    "Graph does not let the bot use the calendar of {} ({}). Give it Calendars.ReadWrite for that mailbox, as "
    "OPERATIONS.md says, and wait for up to two hours."
)
WITHIN = 10  # seconds
Token = Callable[[], Awaitable[str]]
Answers = list[tuple[str, list[str]]]  # what is fine, and what is wrong


async def asked(settings: Settings, sessions: Sessions, now: Now) -> Answers:
    """Of what is configured, and no more."""
    answers: Answers = []
    if settings.has_slack:
        answers.append(("Slack takes the bot's tokens.", [one async for one in _slack(settings, sessions, now)]))
    if settings.has_teams:
        answers.append(("Microsoft lets the bot write to Teams.", [one async for one in _teams(settings)]))
    if settings.has_entra:
        answers.append(("people can sign in with Microsoft.", [one async for one in _entra(settings)]))
    if settings.has_graph:
        answers.append(("Microsoft lets the bot use Graph.", [one async for one in _graph(settings)]))
    return answers


async def _slack(settings: Settings, sessions: Sessions, now: Now) -> AsyncIterator[str]:
    from integrations.slack.platform import NotLetIn, asked, web_client

    client = web_client("", settings.slack_api_url, WITHIN)
    for place, token in _tokens(settings, sessions, client, now):
        try:
            await asked(client.auth_test(token=await token()))
        except (Undeliverable, NotLetIn):
            yield SLACK_REFUSES.format(place)
        except (TryLater, Unknown):
            yield SLACK_AWAY.format(settings.slack_api_url)


def _tokens(settings: Settings, sessions: Sessions, client: Any, now: Now) -> Iterator[tuple[str, Token]]:
    """Where each is for, and how to get it: one that has run out is renewed, as the server would."""
    if not settings.has_many_slacks:
        yield "MACE_SLACK_BOT_TOKEN", _given(settings.slack_bot_token.get_secret_value())
        return
    from integrations.slack.installations import Installations, Oauth
    from integrations.slack.keeping import Kept

    oauth = Oauth(settings.slack_client_id, settings.slack_client_secret.get_secret_value(), settings.public_url)
    installations = Installations(Kept(sessions), client, oauth, now)
    for tenant in installations.kept.tenants():
        yield f"the workspace {tenant}", partial(_spoken, installations, tenant)


def _given(token: str) -> Token:
    async def get() -> str:
        return token

    return get


async def _spoken(installations: "Installations", tenant: str) -> str:
    return (await installations.voice(tenant)).token


async def _teams(settings: Settings) -> AsyncIterator[str]:
    from integrations.microsoft import TOKEN_URL, OurToken
    from integrations.teams.tokens import OPENID_URL, SCOPE, Keys

    url = settings.teams_token_url or TOKEN_URL.format(tenant=settings.teams_tenant_id)
    keys = Keys(settings.teams_app_id, settings.teams_openid_url or OPENID_URL)
    try:
        await OurToken(settings.teams_app_id, settings.teams_app_secret.get_secret_value(), url, SCOPE)()
    except TryLater:
        yield TEAMS_REFUSES
    await keys.look()
    if not keys.known:
        yield TEAMS_KEYS.format(keys.openid_url)


async def _entra(settings: Settings) -> AsyncIterator[str]:
    import httpx2

    from integrations.web.entra import OPENID_URL

    url = settings.entra_openid_url or OPENID_URL.format(tenant=settings.entra_tenant_id)
    try:
        async with httpx2.AsyncClient(timeout=WITHIN) as client:
            (await client.get(url)).raise_for_status().json()["authorization_endpoint"]
    except (httpx2.HTTPError, ValueError, LookupError, TypeError):
        yield ENTRA_AWAY.format(url)


async def _graph(settings: Settings) -> AsyncIterator[str]:
    """Whether Mail.Send is there, nobody can ask without sending: it may be given in Exchange, for one mailbox."""
    graph = graph_of(settings)
    assert graph  # noqa: S101 -- it is configured
    async with graph.http:
        try:
            token = await graph.token()
        except TryLater:
            yield GRAPH_REFUSES
            return
        if settings.graph_teams_app and (missing := _missing(token)):
            yield NOT_CONSENTED.format(" and ".join(missing))
        if settings.graph_calendar:
            async for problem in _calendar(graph, settings):
                yield problem


def _missing(token: str) -> list[str]:
    """What Microsoft writes into it is for Graph to check, and for us to read."""
    import jwt

    given = jwt.decode(token, options={"verify_signature": False}).get("roles", ())
    return [name for name, (_, setting) in PERMISSIONS.items() if setting == IN_TEAMS and name not in given]


async def _calendar(graph: "Graph", settings: Settings) -> AsyncIterator[str]:
    from integrations.graph.calendar import look
    from integrations.graph.client import URL, Refused

    try:
        await look(graph, settings.graph_calendar)
    except Refused as refused:
        yield NO_CALENDAR.format("MACE_GRAPH_CALENDAR", refused)
    except (TryLater, Unknown):
        yield GRAPH_AWAY.format(settings.graph_url or URL)
