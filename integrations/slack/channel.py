"""The Slack channel as the server mounts it: one address for everything, behind the guard."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

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
    app_token: str = ""  # for Socket Mode
    api_url: str = OFFICIAL


class Slack:
    """`platform` is the postman's, who has time; people who wait for an answer have a client of their own."""

    def __init__(self, sessions: Sessions, access: Access, now: Callable[[], datetime]) -> None:
        own_urls = ANSWER_URLS if access.api_url == OFFICIAL else access.api_url.removesuffix("api/")
        answers = Answers(SlackPlatform(web_client(access.bot_token, access.api_url, ANSWERED_WITHIN)), own_urls)
        self.access, self.now, self.answering = access, now, answers.client
        self.platform = SlackPlatform(web_client(access.bot_token, access.api_url, SENT_WITHIN))
        self.app = bolt_app(Listeners(sessions, answers, now), access.bot_token)

    @property
    def routes(self) -> list[BaseRoute]:
        if not self.access.signing_secret:
            return []
        guard = Middleware(Guard, secret=self.access.signing_secret, now=self.now)
        return [Route(PATH, self._take, methods=["POST"], middleware=[guard])]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """While the server runs: one connection to Slack is used again and again."""
        async with AsyncExitStack() as stack:
            for client in (self.answering, self.platform.client):
                waits = ClientTimeout(total=client.timeout)
                client.session = await stack.enter_async_context(ClientSession(timeout=waits))
            if self.access.app_token:
                await stack.enter_async_context(_socket(self.app, self.access.app_token))
            yield

    async def _take(self, request: Request) -> Response:
        return await _taken(self.app, request)


@asynccontextmanager
async def _socket(app: AsyncApp, app_token: str) -> AsyncIterator[None]:
    """Socket Mode, for a developer's own workspace, which then needs no public address."""
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    handler = AsyncSocketModeHandler(app, app_token)
    connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call] # it tries for ever
    try:
        yield
    finally:
        connecting.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _taken(app: AsyncApp, request: Request) -> Response:
    """Whatever Slack signed gets 200, except an event whose answer should be tried again."""
    try:
        heard = AsyncBoltRequest(body=(await request.body()).decode(), headers=_headers(request.headers))
        if heard.body.get("type") == "url_verification":
            return _challenged(heard.body)
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
