"""The Slack channel as the server mounts it: one address for everything, behind the guard."""

import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from integrations.slack.answering import Answers
from integrations.slack.app import Listeners, bolt_app
from integrations.slack.guard import Guard
from integrations.slack.platform import OFFICIAL, SlackPlatform, web_client
from storage.database import Sessions

log = logging.getLogger(__name__)

PATH = "/slack/events"
ANSWER_URLS = "https://hooks.slack.com/"
ANSWERED_WITHIN, SENT_WITHIN = 2, 10  # seconds: Slack waits three for an answer
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,128}")
OURS = (200, 503)


@dataclass(frozen=True)
class Access:
    """What Slack gave us when the app was installed, and where it is."""

    signing_secret: str
    bot_token: str
    api_url: str = OFFICIAL


def slack_platform(access: Access) -> SlackPlatform:
    return SlackPlatform(web_client(access.bot_token, access.api_url, SENT_WITHIN))


def slack_app(sessions: Sessions, access: Access, now: Callable[[], datetime]) -> AsyncApp:
    own_urls = ANSWER_URLS if access.api_url == OFFICIAL else access.api_url.removesuffix("api/")
    client = web_client(access.bot_token, access.api_url, ANSWERED_WITHIN)
    return bolt_app(Listeners(sessions, Answers(SlackPlatform(client), own_urls), now), access.bot_token)


def slack_route(app: AsyncApp, access: Access, now: Callable[[], datetime]) -> Route:
    async def take(request: Request) -> Response:
        return await _taken(app, request)

    guard = Middleware(Guard, secret=access.signing_secret, now=now)
    return Route(PATH, take, methods=["POST"], middleware=[guard])


def slack_socket(app: AsyncApp, app_token: str) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Socket Mode, for a developer's own workspace, which then needs no public address."""

    @asynccontextmanager
    async def connected() -> AsyncIterator[None]:
        if not app_token:
            yield
            return
        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

        handler = AsyncSocketModeHandler(app, app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]

    return connected


async def _taken(app: AsyncApp, request: Request) -> Response:
    """Whatever Slack signed gets 200, except an event whose answer should be tried again."""
    try:
        heard = AsyncBoltRequest(body=(await request.body()).decode(), headers=_headers(request.headers))
        if heard.body.get("type") == "url_verification":
            return _challenged(heard.body)
        heard.body["retried"] = "x-slack-retry-num" in request.headers
        response = await app.async_dispatch(heard)
    except Exception as odd:  # a shape that Slack does not send today
        log.warning("a request from Slack was not understood: %s", type(odd).__name__)
        return Response()
    if response.status not in OURS:
        return Response()
    return Response(response.body, response.status, {"Content-Type": response.first_headers()["content-type"]})


def _headers(headers: Mapping[str, str]) -> dict[str, Any]:
    return dict(headers)


def _challenged(body: Mapping[str, Any]) -> Response:
    challenge = str(body.get("challenge", ""))
    return PlainTextResponse(challenge if CHALLENGE.fullmatch(challenge) else "")
