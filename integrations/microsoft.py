"""The token that Microsoft gives the bot for itself: shown to Teams, and to Graph, with each call of ours."""

import base64
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot.ports import Down

log = logging.getLogger(__name__)

NOT_LET_IN = "Microsoft does not let the bot in"

TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"  # noqa: S105 -- an address
BY_CERTIFICATE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
WITHIN = 5  # seconds
RENEW = 300  # seconds before it runs out


@dataclass
class OurToken:
    """Fetched when it is needed, and kept until shortly before it runs out.

    We prove who asks by the secret, or by a certificate: then nothing that is secret leaves this machine.
    """

    app_id: str
    secret: str = field(repr=False)
    url: str
    scope: str
    certificate: Path | None = None
    kept: str = field(default="", repr=False)
    until: float = 0.0

    async def __call__(self, _scope: str | list[str] = "", _tenant: str | None = None) -> str:
        """As Teams' SDK asks for it; or Down, because nothing has been sent yet."""
        if time.monotonic() >= self.until:
            given = await self._asked()
            self.kept, self.until = str(given["access_token"]), time.monotonic() + int(given["expires_in"]) - RENEW
        return self.kept

    def forget(self) -> None:
        self.until = 0.0

    async def _asked(self) -> Mapping[str, Any]:
        fields = {"grant_type": "client_credentials", "client_id": self.app_id, "scope": self.scope, **self._proof()}
        try:
            async with httpx.AsyncClient(timeout=WITHIN) as client:
                answer = (await client.post(self.url, data=fields)).raise_for_status().json()
            return {"access_token": answer["access_token"], "expires_in": answer["expires_in"]}
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            log.error("Microsoft gave us no token (%s): %s", self.scope, _why(error))
            raise Down(NOT_LET_IN) from None

    def _proof(self) -> dict[str, str]:
        if self.certificate is None:
            return {"client_secret": self.secret}
        return {"client_assertion_type": BY_CERTIFICATE, "client_assertion": self._assertion(self.certificate)}

    def _assertion(self, certificate: Path) -> str:
        """As Microsoft wants it: entra/identity-platform/certificate-credentials."""
        pem, now = certificate.read_bytes(), int(time.time())
        print_of_it = sha256(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)).digest()
        claims = {"aud": self.url, "iss": self.app_id, "sub": self.app_id, "jti": str(uuid4())}
        return jwt.encode(
            {**claims, "nbf": now, "exp": now + RENEW},
            pem,
            "PS256",
            {"x5t#S256": base64.urlsafe_b64encode(print_of_it).rstrip(b"=").decode()},
        )


def _why(error: Exception) -> str:
    """Microsoft's own word, which names no secret: invalid_client is a wrong secret, or one that has run out."""
    if isinstance(error, httpx.HTTPStatusError):
        try:
            return str(json.loads(error.response.text).get("error", ""))[:60] or str(error.response.status_code)
        except (ValueError, AttributeError):
            return str(error.response.status_code)
    return type(error).__name__
