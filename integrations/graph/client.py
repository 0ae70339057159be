"""Microsoft Graph as we use it: few connections, nothing sent twice, and what goes wrong put into our own words."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from kiota_abstractions.api_error import APIError
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from msgraph.generated.models.event import Event
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from bot.ports import Down, TryLater, Unknown
from integrations.microsoft import NOT_LET_IN, OurToken

T = TypeVar("T")
log = logging.getLogger(__name__)

URL = "https://graph.microsoft.com/v1.0"
SCOPE = "https://graph.microsoft.com/.default"
WITHIN = 10.0  # seconds
CONNECTIONS = 10  # with more of them httpx becomes slow (RELIABILITY.md 4)
LATER = timedelta(minutes=5)
AWAY = "Microsoft cannot be reached"


class Refused(Exception):
    """Graph understood, and will not do it: the status, and Microsoft's own word for why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class Graph:
    """One an event loop.  `client` is the SDK's, but over plain httpx: its own middleware sends again what may have
    arrived, follows redirects, and closes no connection.
    """

    def __init__(self, token: OurToken, url: str = URL) -> None:
        self.token = token
        self.http = httpx.AsyncClient(timeout=WITHIN, limits=httpx.Limits(max_connections=CONNECTIONS))
        shown = BaseBearerTokenAuthenticationProvider(_Shown(token, urlsplit(url).hostname or ""))
        adapter = GraphRequestAdapter(shown, client=self.http)
        adapter.base_url = url
        self.client = GraphServiceClient(request_adapter=adapter)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """While the server runs.  The SDK loads much of itself at its first call: that waits for nobody here."""
        warming = asyncio.create_task(asyncio.to_thread(self._warm))
        try:
            yield
        finally:
            await warming
            await self.http.aclose()

    def _warm(self) -> None:
        """Whoever reads an event, or almost anything else, brings in 1,200 modules: 1.3 seconds."""
        Event().get_field_deserializers()

    async def asked(self, call: Awaitable[T]) -> T:
        """Or Refused, TryLater or Unknown."""
        try:
            return await call
        except APIError as error:
            if error.response_status_code == 401:
                self.token.forget()
            raise _meant(error) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):  # it has not left us
            raise Down(AWAY, LATER) from None
        except httpx.HTTPError:
            raise Unknown from None


class _Shown(AccessTokenProvider):
    def __init__(self, token: OurToken, host: str) -> None:
        self.token, self.hosts = token, AllowedHostsValidator([host])

    async def get_authorization_token(
        self,
        uri: str,
        additional_authentication_context: dict[str, Any] = {},  # noqa: ARG002, B006 -- the SDK's own signature
    ) -> str:
        return await self.token() if self.hosts.is_url_host_valid(uri) else ""

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return self.hosts


def put_off(refused: Refused) -> Down:
    """What our settings or permissions are wrong for, and so for everybody, until somebody puts it right."""
    log.error("Graph refuses a call of ours: %s", refused)
    return Down(NOT_LET_IN, LATER)


def _meant(error: APIError) -> Exception:
    status = error.response_status_code or 0
    if status == 401:
        return Down(NOT_LET_IN, _after(error))
    if status == 429:
        return TryLater(_after(error))
    if status >= 500 or status == 408 or not status:
        return Unknown()
    return Refused(status, _code(error))


def _after(error: APIError) -> timedelta:
    seconds = (error.response_headers or {}).get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() and len(seconds) < 6 else LATER


def _code(error: APIError) -> str:
    """Microsoft's own word, and nothing else of the answer."""
    return str(getattr(getattr(error, "error", None), "code", "") or "")[:60]
