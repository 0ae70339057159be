"""The Slack channel as the server mounts it: one address for everything, behind the guard."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.ports import TryLater
from integrations.slack.guard import Guard
from integrations.slack.manifest import PATH
from integrations.slack.platform import OFFICIAL
from integrations.slack.workspaces import Workspace, lines_to_slack
from storage.database import Sessions

log = logging.getLogger(__name__)

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,128}")
OURS = (200, 503)
Answering = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


@dataclass(frozen=True)
class Access:
    """What Slack gave us when the app was installed, and where it is."""

    signing_secret: str
    bot_token: str
    app_token: str = ""  # for Socket Mode
    api_url: str = OFFICIAL


class Slack:
    """In the one workspace that the token is from."""

    def __init__(self, sessions: Sessions, access: Access, now: Callable[[], datetime]) -> None:
        self.access, self.now = access, now
        self.workspace = Workspace(sessions, now, access.api_url, access.bot_token)
        self.platform, self.app = self.workspace.platform, self.workspace.app

    @property
    def routes(self) -> list[BaseRoute]:
        secret = self.access.signing_secret
        return [door(secret, self.now, self.app.async_dispatch)] if secret else []

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            self.workspace.use(await stack.enter_async_context(lines_to_slack()))
            if self.access.app_token:
                await stack.enter_async_context(_socket(self.app, self.access.app_token))
            yield


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


def door(secret: str, now: Callable[[], datetime], answering: Answering) -> Route:
    """The one address that Slack sends to."""

    async def take(request: Request) -> Response:
        return await _taken(request, answering)

    return Route(PATH, take, methods=["POST"], middleware=[Middleware(Guard, secret=secret, now=now)])


async def _taken(request: Request, answering: Answering) -> Response:
    """Whatever Slack signed gets 200, except what should be tried again: Slack does so with an event."""
    try:
        heard = AsyncBoltRequest(body=(await request.body()).decode(), headers=_headers(request.headers))
        if heard.body.get("type") == "url_verification":
            return _challenged(heard.body)
        response = await answering(heard)
    except TryLater:
        return Response(status_code=503)
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
