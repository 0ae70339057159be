"""Microsoft's issuer as it looks from the loopback: it publishes a key, signs requests, and gives a bot its token."""

import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from time import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from tests.loopback import Answer, Asked, Loopback

ISSUER = "https://api.botframework.com"
SCOPE = f"{ISSUER}/.default"
KEY_ID = "the-only-key"
SECRET = "app-secret"
LIFETIME = 3600  # seconds
Said = tuple[int, dict[str, Any]]  # status, and what becomes JSON


@cache
def signing_key() -> RSAPrivateKey:
    """Made once a process, by the first issuer: it takes a tenth of a second."""
    return generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """`asked` counts the requests for "metadata", "keys" and "token"; `given` holds the tokens the bot was given."""

    def __init__(self, app_id: str, secret: str = SECRET, tenant: str = "home") -> None:
        self.app_id, self.secret, self.tenant = app_id, secret, tenant
        self.asked: Counter[str] = Counter()
        self.given: list[str] = []
        self.public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key().public_key()))
        self.server = Loopback(self._asked)
        self.url = self.server.url
        self.openid_url = f"{self.url}/v1/.well-known/openidconfiguration"
        self.keys_url = f"{self.url}/v1/.well-known/keys"  # beside the metadata: the SDK looks there without reading it
        self.token_url = f"{self.url}/{tenant}/oauth2/v2.0/token"

    def close(self) -> None:
        self.server.close()

    def _asked(self, asked: Asked) -> Answer:
        known: dict[str, tuple[str, Callable[[dict[str, str]], Said]]] = {
            self.openid_url: ("metadata", self.metadata),
            self.keys_url: ("keys", self.keys),
            self.token_url: ("token", self.access_token),
        }
        name, answer = known.get(self.url + asked.path, ("unknown", _unknown))
        self.asked[name] += 1
        status, said = answer(asked.fields())
        return status, {}, said

    def token(self, service_url: str, **claims: Any) -> str:
        """What Microsoft sends with each request from Teams; a claim of None is left out."""
        claims = {"iss": ISSUER, "aud": self.app_id, "serviceurl": service_url, **_times(), **claims}
        return signed({name: value for name, value in claims.items() if value is not None})

    # --- what a bot asks for ---

    def metadata(self, _: dict[str, str]) -> Said:
        return 200, {
            "issuer": ISSUER,
            "jwks_uri": self.keys_url,
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    def keys(self, _: dict[str, str]) -> Said:
        return 200, {"keys": [{**self.public, "use": "sig", "kid": KEY_ID, "endorsements": ["msteams"]}]}

    def access_token(self, asked: dict[str, str]) -> Said:
        expected = {
            "grant_type": "client_credentials",
            "client_id": self.app_id,
            "client_secret": self.secret,
            "scope": SCOPE,
        }
        wrong = sorted(name for name in expected if asked.get(name) != expected[name])
        if wrong:
            return 401, {"error": "invalid_client", "error_description": f"wrong: {', '.join(wrong)}"}
        claims = {"iss": self.url, "aud": ISSUER, "appid": self.app_id, "jti": str(len(self.given)), **_times()}
        self.given.append(signed(claims))
        return 200, {"token_type": "Bearer", "expires_in": LIFETIME, "access_token": self.given[-1]}


def signed(claims: dict[str, Any], key: RSAPrivateKey | None = None, kid: str = KEY_ID) -> str:
    return jwt.encode(claims, key or signing_key(), "RS256", {"kid": kid})


def _times() -> dict[str, int]:
    now = int(time())
    return {"iat": now, "nbf": now, "exp": now + LIFETIME}


def _unknown(_: dict[str, str]) -> Said:
    return 404, {"error": "not_found"}
