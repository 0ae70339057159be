"""An OpenID Connect provider on the loopback: it publishes a key, and gives an identity token for a code."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from time import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt

from tests.loopback import Answer, Asked, Loopback
from tests.surfaces.teams_issuer import KEY_ID, signed, signing_key

APP, SECRET, TENANT = "app", "app-secret", "home"


class Provider:
    """`claims` change what the next token says; None leaves one out.  `sent` holds the tokens it gave."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.sent: list[str] = []
        self.challenges: dict[str, dict[str, str]] = {}
        self.broken = False
        self.server = Loopback(self._asked)
        self.url = self.server.url
        self.openid_url = f"{self.url}/openid"

    def close(self) -> None:
        self.server.close()

    def signs_in(self, sent_to: str) -> dict[str, str]:
        """What the person's browser brings back from the page that it was sent to."""
        asked = dict(parse_qsl(urlsplit(sent_to).query))
        code = f"code-{len(self.challenges) + 1}"
        self.challenges[code] = asked
        return {"code": code, "state": asked["state"]}

    def _asked(self, asked: Asked) -> Answer:
        if self.broken:
            return 503, {}, {}
        match asked.path:
            case "/openid":
                return 200, {}, self._metadata()
            case "/keys":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key().public_key()))
                return 200, {}, {"keys": [{**public, "use": "sig", "kid": KEY_ID, "alg": "RS256"}]}
            case "/token":
                return self._token(asked)
        return 404, {}, {}

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _token(self, asked: Asked) -> Answer:
        """Only for the code's own challenge, and only with our secret (PKCE, RFC 7636)."""
        fields = asked.fields()
        wanted = self.challenges.pop(fields.get("code", ""), None)
        made = urlsafe_b64encode(sha256(fields.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if wanted is None or wanted["code_challenge"] != made or wanted["code_challenge_method"] != "S256":
            return 400, {}, {"error": "invalid_grant"}
        if not asked.proof and fields.get("client_secret") != SECRET:
            return 401, {}, {"error": "invalid_client"}
        now = int(time())
        claims = {"iss": self.url, "aud": APP, "sub": "s", "tid": TENANT, "oid": "nurse", "nonce": wanted["nonce"]}
        claims |= {"iat": now, "exp": now + 600} | self.claims
        self.sent.append(signed({name: value for name, value in claims.items() if value is not None}))
        return 200, {}, {"token_type": "Bearer", "access_token": "a", "expires_in": 600, "id_token": self.sent[-1]}
