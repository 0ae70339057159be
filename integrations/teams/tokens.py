"""The token that Microsoft signs for each request from Teams, and the keys that prove it."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import jwt

log = logging.getLogger(__name__)

ISSUER = "https://api.botframework.com"
SCOPE = f"{ISSUER}/.default"
OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
CHANNEL = "msteams"
REQUIRED = ["iss", "aud", "exp", "serviceurl"]
SKEW = timedelta(minutes=5)
WITHIN = 5  # seconds, to answer us about keys
LOOK_AGAIN = 3600.0  # seconds between two looks for a key that we do not know


class NotProved(Exception):
    """This request is not from Teams, as far as we can tell."""


@dataclass
class Keys:
    """Microsoft's public keys, from one fixed address, kept by their id.

    The SDK's own check fetches them on the event loop, every five minutes and for every unknown id, and asks an
    address that an unproved token names.  Here an unknown id costs one look an hour, whoever makes it up (TRUST.md
    T-03 to T-05).
    """

    app_id: str
    openid_url: str = OPENID_URL
    known: dict[str, jwt.PyJWK] = field(default_factory=dict)
    looked_at: float = -LOOK_AGAIN
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def proved(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that Microsoft signed for us a moment ago, for Teams."""
        try:
            key = await self._key_of(token)
            return jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self.app_id,
                issuer=ISSUER,
                leeway=SKEW,
                options={"require": REQUIRED, "strict_aud": True},
            )
        except (jwt.InvalidTokenError, ValueError) as wrong:  # ValueError: what base64 and JSON make of anything
            raise NotProved(type(wrong).__name__) from None

    async def _key_of(self, token: str) -> jwt.PyJWK:
        header = jwt.get_unverified_header(token)
        key_id = str(header.get("kid", ""))
        if key_id not in self.known:
            await self.look()
        if header.get("alg") != "RS256" or key_id not in self.known:
            raise NotProved("unknown key")
        return self.known[key_id]

    async def look(self) -> None:
        """Not more than once an hour, except while we have none.  If it fails, the keys we have stay good.

        Whoever comes while somebody looks waits for what they find.
        """
        async with self.looking:
            now = time.monotonic()
            if now - self.looked_at >= (LOOK_AGAIN if self.known else WITHIN):
                self.looked_at = now
                await self._fetch()

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=WITHIN) as client:
                where = (await client.get(self.openid_url)).raise_for_status().json()["jwks_uri"]
                found = (await client.get(where)).raise_for_status().json()["keys"]
            self.known = {str(one["kid"]): jwt.PyJWK(one, "RS256") for one in found if _is_for_teams(one)}
        except (httpx.HTTPError, jwt.PyJWKError, ValueError, LookupError, TypeError) as error:
            log.error("the keys that prove requests from Teams could not be fetched: %s", type(error).__name__)


def _is_for_teams(key: Mapping[str, Any]) -> bool:
    return CHANNEL in key.get("endorsements", ()) and key.get("kty") == "RSA"
