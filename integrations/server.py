"""The composition root: settings become one ASGI app with its clock."""

import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Protocol

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.ports import ChatPlatform
from integrations.anchors import keeper_of
from integrations.outside import doers, graph_of
from integrations.settings import Profile, Settings
from integrations.site import demo_pages, own_pages, site_of
from integrations.web.stage import Elsewhere, Persona, Stage, StoryStep
from scheduler.agreeing import Agreement, agreement_of
from scheduler.clock import Clock, tick
from scheduler.postman import Platforms
from storage.database import DatabaseProblem, Sessions, check_database

if TYPE_CHECKING:
    from integrations.graph.client import Graph
    from integrations.mail.channel import Post


def build(settings: Settings, sessions: Sessions) -> Starlette:
    """Everything on one port.  Only the demo profile lets people choose who they are."""
    if settings.profile is Profile.DEMO:
        return _demo(sessions)
    graph = graph_of(settings)
    channels = channels_of(settings, sessions, graph)
    platforms: Platforms = {channel.platform.name: channel.platform for channel in channels}
    routes = [route for channel in channels for route in channel.routes]
    routes += [*own_pages(settings, sessions, wall_clock), *_metrics(settings, sessions)]
    lines: list[Connected] = [one.connected for one in (*channels, graph) if one]
    agreement = agreement_of(sessions, wall_clock)
    keep = keeper_of(settings)
    clock = partial(Clock, sessions, platforms, wall_clock, doers(settings, graph), keep=keep, agreement=agreement)
    if settings.workers:
        from scheduler.engine import Engine

        engine = Engine(sessions, wall_clock)
        lines, clock = [*lines, engine.app.open_async], partial(clock, hand_out=engine.hand_out)
    return _app(sessions, clock, routes, lines, agreement)


def channels_of(settings: Settings, sessions: Sessions, graph: "Graph | None") -> list["Channel"]:
    """Those that are configured."""
    sessions.configure(info={"site": site_of(settings)})
    return [*_slack(settings, sessions), *_teams(settings, sessions), *_mail(settings, sessions, graph)]


def wall_clock() -> datetime:
    return datetime.now(UTC)


Connected = Callable[[], AbstractAsyncContextManager[object]]  # while the server runs


class Channel(Protocol):
    """Where people are written to, as the server mounts it.  One that is not configured is not even imported."""

    @property
    def platform(self) -> ChatPlatform: ...
    @property
    def routes(self) -> list[BaseRoute]: ...
    @property
    def connected(self) -> Connected: ...


def _slack(settings: Settings, sessions: Sessions) -> Iterator[Channel]:
    if settings.has_many_slacks:
        yield _many_slacks(settings, sessions)
    elif settings.has_slack:
        yield _one_slack(settings, sessions)


def _one_slack(settings: Settings, sessions: Sessions) -> Channel:
    from integrations.slack.channel import Access, Slack

    access = Access(
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        api_url=settings.slack_api_url,
    )
    return Slack(sessions, access, wall_clock)


def _many_slacks(settings: Settings, sessions: Sessions) -> Channel:
    from integrations.slack.installations import Oauth
    from integrations.slack.many import ManySlacks

    oauth = Oauth(settings.slack_client_id, settings.slack_client_secret.get_secret_value(), settings.public_url)
    secret = settings.slack_signing_secret.get_secret_value()
    return ManySlacks(sessions, secret, oauth, wall_clock, settings.slack_api_url)


def _teams(settings: Settings, sessions: Sessions) -> Iterator[Channel]:
    if not settings.has_teams:
        return
    warnings.filterwarnings("ignore", ".* is in preview and may change", FutureWarning)  # the SDK says so of itself
    from integrations.teams.channel import Access, Teams
    from integrations.teams.tokens import OPENID_URL

    access = Access(
        app_id=settings.teams_app_id,
        secret=settings.teams_app_secret.get_secret_value(),
        tenant=settings.teams_tenant_id,
        service_hosts=settings.teams_hosts,
        openid_url=settings.teams_openid_url or OPENID_URL,
        token_url=settings.teams_token_url,
        local=settings.profile is Profile.DEVELOPMENT,
    )
    yield Teams(sessions, access, wall_clock)


def _metrics(settings: Settings, sessions: Sessions) -> Iterator[BaseRoute]:
    if token := settings.metrics_token.get_secret_value():
        from integrations.metrics import metrics_page

        yield metrics_page(sessions, wall_clock, token)


def _mail(settings: Settings, sessions: Sessions, graph: "Graph | None") -> Iterator[Channel]:
    if not settings.has_mail:
        return
    from integrations.mail.channel import Mail
    from integrations.mail.letters import Sending

    sender = settings.mail_from or settings.graph_mail_from
    sending = Sending(sender, settings.mail_reply_to, site_of(settings).address)
    post = _by_graph(settings, graph) if graph and settings.graph_mail_from else _by_smtp(settings)
    yield Mail(sessions, post, sending, wall_clock)


def _by_graph(settings: Settings, graph: "Graph") -> "Post":
    from integrations.graph.mail import post

    return partial(post, graph, settings.graph_mail_from)


def _by_smtp(settings: Settings) -> "Post":
    from integrations.mail.smtp import Server, post

    server = Server(
        host=settings.mail_host,
        port=settings.mail_port,
        user=settings.mail_user,
        password=settings.mail_password.get_secret_value(),
        plain=settings.mail_without_tls,
    )
    return partial(post, server)


def _demo(sessions: Sessions) -> Starlette:
    from integrations.demo.clock import DemoClock
    from integrations.demo.people import TENANT, people
    from integrations.demo.story import STORY
    from integrations.web.chat import chat_app
    from integrations.web.platform import WebPlatform

    clock = DemoClock.going_on(sessions)
    platforms: Platforms = {WebPlatform.name: WebPlatform(sessions, clock.now)}

    async def move_on() -> None:
        clock.to_next_working_morning()
        await tick(sessions, platforms, clock.now)

    stage = Stage(
        people=lambda: [Persona(*one) for one in people(sessions, clock.now())],
        story=[StoryStep(*step) for step in STORY],
        now=clock.now,
        move_clock=move_on,
        tenant=TENANT,
        elsewhere=elsewhere(),
    )
    chat = Mount("/", chat_app(sessions, stage, token_urlsafe(32)))
    return _app(sessions, partial(Clock, sessions, platforms, clock.now), [*demo_pages(sessions, clock.now), chat])


def elsewhere() -> list[Elsewhere]:
    """What the chat platforms would be sent, which needs none of their packages."""
    from integrations.slack import blocks, modals
    from integrations.teams import cards, forms

    return [
        Elsewhere(
            "Teams",
            message=lambda message: [cards.activity(card) for card in cards.cards(message)],
            page=lambda page: cards.activity(forms.page_card(page)),
        ),
        Elsewhere(
            "Slack",
            message=lambda message: [blocks.payload(card) for card in blocks.cards(message)],
            page=modals.form,
        ),
    ]


def _app(
    sessions: Sessions,
    a_clock: Callable[[], Clock],
    routes: list[BaseRoute],
    lines: Sequence[Connected] = (),
    agreement: Agreement | None = None,
) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        clock = a_clock()
        clock.start()
        async with AsyncExitStack() as stack:
            for connected in lines:
                await stack.enter_async_context(connected())
            stack.push_async_callback(clock.stop)  # first of all: what is under way still needs the lines
            yield

    async def alive(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/healthz", alive), readiness(sessions, agreement), *routes], lifespan=lifespan)


def readiness(sessions: Sessions, agreement: Agreement | None) -> Route:
    """Whether the database answers, is of this program's age, and has our time."""

    def problem() -> str:
        try:
            check_database(sessions)
        except DatabaseProblem as wrong:
            return str(wrong)
        return agreement.problem() if agreement else ""

    async def ready(_request: Request) -> PlainTextResponse:
        found = await anyio.to_thread.run_sync(problem)
        return PlainTextResponse(found or "ready", status_code=503 if found else 200)

    return Route("/readyz", ready)
