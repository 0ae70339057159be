"""The Teams channel as the server mounts it: one address for everything, behind the guard."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from microsoft_teams.api import JsonWebToken
from microsoft_teams.apps import App
from microsoft_teams.apps.events import ActivityEvent, CoreActivity
from microsoft_teams.common import ClientOptions
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from integrations.microsoft import TOKEN_URL, OurToken
from integrations.posted import Ledger
from integrations.teams.app import Listeners, teams_app
from integrations.teams.guard import Activity, Guard, Hosts, Refused
from integrations.teams.platform import TeamsPlatform
from integrations.teams.tokens import OPENID_URL, SCOPE, Keys
from storage.database import Sessions

log = logging.getLogger(__name__)
logging.getLogger("microsoft_teams").setLevel(logging.CRITICAL)  # it writes whole activities; we log what went wrong

PATH = "/api/messages"
SENT_WITHIN = 10.0  # seconds; the SDK itself would wait without end


@dataclass(frozen=True)
class Access:
    """The bot's own registration in Entra, and where Teams and its tokens are."""

    app_id: str
    secret: str = field(repr=False)
    tenant: str
    service_hosts: frozenset[str]
    openid_url: str = OPENID_URL
    token_url: str = ""
    local: bool = False  # a listed loopback host may be plain http: in the development profile only


class Teams:
    def __init__(self, sessions: Sessions, access: Access, now: Callable[[], datetime]) -> None:
        url = access.token_url or TOKEN_URL.format(tenant=access.tenant)
        token = OurToken(access.app_id, access.secret, url, SCOPE)
        hosts = Hosts(access.service_hosts, access.local)
        self.keys = Keys(access.app_id, access.openid_url)
        self.guard = Guard(self.keys, hosts)
        self.app = _sdk_app(access, token)
        self.platform = TeamsPlatform(self.app, token, hosts, sessions)
        teams_app(Listeners(sessions, self.platform, now, Ledger(sessions, now)), self.app)

    @property
    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self._take, methods=["POST"])]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """While the server runs.  The keys are fetched at once, and the server does not wait for them."""
        await self.app.initialize()
        looking = asyncio.create_task(self.keys.look())
        try:
            yield
        finally:
            looking.cancel()
            await self.app.api.http.http.aclose()

    async def _take(self, request: Request) -> Response:
        """Whatever is proved gets 200: after a few 500s Teams would stop delivering for a day."""
        try:
            activity = await self.guard.proved(request)
        except Refused as refused:
            return Response(status_code=refused.status)
        try:
            done = await self._processed(activity, request.headers["Authorization"].partition(" ")[2])
        except Exception as odd:  # a shape that Teams does not send today
            log.warning("an activity from Teams was not understood: %s", type(odd).__name__)
            return Response()
        return JSONResponse(done) if done else Response()

    async def _processed(self, activity: Activity, token: str) -> object:
        """By the SDK, past its own check of the token: see Keys."""
        on_request = self.app.server.on_request
        assert on_request  # noqa: S101 -- initialize() sets it
        event = ActivityEvent(body=CoreActivity.model_validate(activity), token=JsonWebToken(token))
        return (await on_request(event)).body


class _OurServer:
    """For the SDK, a server that it does not run and whose one route is our own, behind our guard."""

    def register_route(self, *_: object) -> None: ...

    def serve_static(self, *_: object) -> None: ...

    async def start(self, _port: int) -> None: ...

    async def stop(self) -> None: ...


def _sdk_app(access: Access, token: OurToken) -> App:
    return App(
        client_id=access.app_id,
        tenant_id=access.tenant,
        token=token,
        client=ClientOptions(timeout=SENT_WITHIN),
        http_server_adapter=_OurServer(),
        telemetry={"agent365": False},
        state=False,
    )
