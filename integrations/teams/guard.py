"""Before any of Microsoft's own code: size, proof and shape of a request, and where it says we may answer (TRUST.md
T-03 to T-08, T-17).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from integrations.guard import whole_body
from integrations.settings import LOOPBACK
from integrations.teams.tokens import CHANNEL, Keys, NotProved

BEARER = re.compile(r"Bearer ([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII)
LONGEST_TOKEN = 8_192
DEEPEST = 40

Activity = Mapping[str, Any]


class Refused(Exception):
    """With the status that says so, and no word."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Hosts:
    """Where Teams may ask us to answer: exact names, and https.  `local`: a listed loopback host may be plain http."""

    names: frozenset[str]
    local: bool = False

    def allow(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            plain = self.local and parts.scheme == "http" and parts.hostname in LOOPBACK
            named = parts.netloc in self.names
            return named and (parts.scheme == "https" or plain) and not re.search(r"[?#\\\s@]|[^\x21-\x7e]", url)
        except ValueError:
            return False


@dataclass(frozen=True)
class Guard:
    keys: Keys
    hosts: Hosts

    async def proved(self, request: Request) -> Activity:
        """The activity, as Teams sent it; or Refused.  Nothing is read of a body before its token is proved."""
        body = await whole_body(request.receive)
        if body is None:
            raise Refused(413)
        claims = await self._claims(request.headers.getlist("Authorization"))
        activity = _shape(body)
        where = activity.get("serviceUrl")
        if activity.get("channelId") != CHANNEL or not isinstance(where, str) or not self.hosts.allow(where):
            raise Refused(401)
        if str(claims["serviceurl"]).rstrip("/") != where.rstrip("/"):
            raise Refused(401)
        return activity

    async def _claims(self, headers: list[str]) -> Mapping[str, Any]:
        found = BEARER.fullmatch(headers[0]) if len(headers) == 1 and len(headers[0]) < LONGEST_TOKEN else None
        if not found:
            raise Refused(401)
        try:
            return await self.keys.proved(found[1])
        except NotProved:
            raise Refused(401) from None


def _shape(body: bytes) -> Activity:
    try:
        activity = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400) from None
    if not isinstance(activity, dict) or _depth(activity) > DEEPEST:
        raise Refused(400)
    return activity


def _depth(value: Any, so_far: int = 0) -> int:
    if so_far > DEEPEST or not isinstance(value, dict | list):
        return so_far
    inside = value.values() if isinstance(value, dict) else value
    return max((_depth(one, so_far + 1) for one in inside), default=so_far)
