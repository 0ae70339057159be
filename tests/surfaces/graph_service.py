"""Microsoft Graph and its token endpoint on the loopback: it does what we ask of it, and goes wrong as it is told."""

import re
from collections.abc import Callable
from threading import Event
from time import time
from typing import Any
from urllib.parse import unquote

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.loopback import LOST, Answer, Asked, Loopback

APP, SECRET, TENANT = "graph-app", "secret-of-graph", "home"
SCOPE = "https://graph.microsoft.com/.default"
BY_CERTIFICATE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MAILBOX = "mace@camden.example"
ALL = ("Mail.Send", "Calendars.ReadWrite", "User.ReadBasic.All", "TeamsAppInstallation.ReadWriteSelfForUser.All")
CATALOGUE = "7c1d3e5f-0a2b-4c6d-8e9f-1a2b3c4d5e6f"  # the app's id there
TAKEN = "taken, and then this is answered all the same"


def refusal(status: int, code: str, **headers: str) -> Answer:
    words = "Zebra Testperson's own words"  # nobody is ever to read them
    return status, headers, {"error": {"code": code, "message": words}}


class GraphService:
    """`trouble`: what it answers instead, one call after the other; with TAKEN before an answer it does it as well."""

    def __init__(self, *roles: str, certificate: RSAPublicKey | None = None) -> None:
        self.roles, self.certificate = roles or ALL, certificate
        self.trouble: list[Answer | tuple[str, Answer]] = []
        self.trouble_adding: list[Answer | tuple[str, Answer]] = []  # to somebody's Teams
        self.calls: list[str] = []
        self.letters: list[dict[str, Any]] = []
        self.events: dict[str, dict[str, Any]] = {}
        self.has_event = Event()
        self.calls_in_teams = True
        self.people: dict[str, list[str]] = {}  # the ids behind each address
        self.added: set[str] = set()
        self.given: set[str] = set()
        self.tokens = 0
        self.server = Loopback(self._asked)
        self.token_url = f"{self.server.url}/{TENANT}/oauth2/v2.0/token"
        self.url = f"{self.server.url}/v1.0"

    def close(self) -> None:
        self.server.close()

    def forgets(self) -> None:
        """No token that it gave works any more."""
        self.given.clear()

    def _asked(self, asked: Asked) -> Answer:
        if self.server.url + asked.path == self.token_url:
            return self._token(asked.fields())
        self.calls.append(f"{asked.method} {asked.path}")
        shown = {name.lower(): value for name, value in asked.headers.items()}.get("authorization", "")
        if shown.removeprefix("Bearer ") not in self.given:
            return refusal(401, "InvalidAuthenticationToken")
        waiting = self.trouble_adding if asked.path.endswith("/installedApps") else self.trouble
        problem = waiting.pop(0) if waiting else None
        if problem is None:
            return self._done(asked)
        if problem[0] == TAKEN:
            self._done(asked)
            problem = problem[1]
        return problem  # type: ignore[return-value]

    def _done(self, asked: Asked) -> Answer:
        path = unquote(asked.path)
        if path.endswith("/teamwork/installedApps"):
            return self._add(path.split("/")[3], asked.fields())
        known: dict[str, Callable[[dict[str, Any]], Answer]] = {
            f"POST /v1.0/users/{MAILBOX}/sendMail": self._send,
            f"POST /v1.0/users/{MAILBOX}/events": self._event,
            "GET /v1.0/users": self._find,
            f"GET /v1.0/users/{MAILBOX}/calendar": lambda _: (200, {}, {"id": "calendar", "name": "Calendar"}),
        }
        answer = known.get(f"{asked.method} {path}")
        return answer(asked.fields()) if answer else refusal(404, "ResourceNotFound")

    def _send(self, fields: dict[str, Any]) -> Answer:
        """The SDK writes its first letters large, and Graph reads them either way."""
        self.letters.append({name[:1].lower() + name[1:]: value for name, value in fields.items()})
        return 202, {}, b""

    def _event(self, fields: dict[str, Any]) -> Answer:
        """The same transactionId is the same event."""
        made = self.events.setdefault(fields["transactionId"], fields)
        self.has_event.set()
        link = f"https://teams.example/l/meetup-join/{len(self.events)}?context=%7b%7d&x=1"
        call = {"joinUrl": link} if self.calls_in_teams and fields["isOnlineMeeting"] else None
        return 201, {}, {**made, "id": "event", "onlineMeeting": call}

    def _find(self, fields: dict[str, Any]) -> Answer:
        address = re.fullmatch(r"mail eq '(.*)' or userPrincipalName eq '\1'", fields["$filter"])
        assert address
        assert (fields["$select"], fields["$top"]) == ("id", "2"), "no more than is needed"
        return 200, {}, {"value": [{"id": one} for one in self.people.get(address[1].replace("''", "'"), [])]}

    def _add(self, person: str, fields: dict[str, Any]) -> Answer:
        if fields["teamsApp@odata.bind"] != f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{CATALOGUE}":
            return refusal(404, "NotFound")
        if person in self.added:
            return refusal(409, "Conflict")
        self.added.add(person)
        return 201, {}, b""

    # --- who asks ---

    def _token(self, fields: dict[str, Any]) -> Answer:
        right = {"grant_type": "client_credentials", "client_id": APP, "scope": SCOPE}
        if {name: fields.get(name) for name in right} != right or not self._proved(fields):
            return 401, {}, {"error": "invalid_client", "error_description": "wrong secret-of-graph"}
        self.tokens += 1
        claims = {"roles": list(self.roles), "n": self.tokens}
        token = jwt.encode(claims, "a key that only Microsoft has, of good length", "HS256")
        self.given.add(token)
        return 200, {}, {"token_type": "Bearer", "expires_in": 3600, "access_token": token}

    def _proved(self, fields: dict[str, Any]) -> bool:
        if self.certificate is None:
            return bool(fields.get("client_secret") == SECRET)
        shown = fields.get("client_assertion", "")
        try:
            claims = jwt.decode(shown, self.certificate, ["PS256"], audience=self.token_url, issuer=APP, subject=APP)
        except jwt.InvalidTokenError:
            return False
        thumbprint = jwt.get_unverified_header(shown).get("x5t#S256", "")
        short = claims["exp"] - time() < 600
        return short and len(thumbprint) == 43 and fields.get("client_assertion_type") == BY_CERTIFICATE


__all__ = ["LOST", "TAKEN", "GraphService", "refusal"]
