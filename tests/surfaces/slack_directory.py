"""Slack's side of OAuth on the loopback: several workspaces at one address, codes and tokens that work once."""

from base64 import b64encode
from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.loopback import Answer, Asked, Loopback
from tests.surfaces.slack_workspace import Workspace

CLIENT, SECRET = "1.2", "known to Slack and to us"
BASIC = "Basic " + b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
HOURS = 12 * 3600  # in seconds: how long a token lasts that is renewed


@dataclass(frozen=True)
class Installed:
    """What somebody said yes to, in Slack."""

    team: str
    enterprise: str = ""
    org_wide: bool = False
    rotates: bool = False

    def __str__(self) -> str:
        return self.enterprise if self.org_wide else self.team


class Directory:
    def __init__(self, *teams: str) -> None:
        self.numbers, self.server = count(1), Loopback(self._asked)
        self.url = f"{self.server.url}/"
        self.workspaces = {team: Workspace("") for team in teams}
        for workspace in self.workspaces.values():
            workspace.url = self.url  # to answer on
        self.codes: dict[str, Installed] = {}
        self.refresh: dict[str, Installed] = {}
        self.tokens: dict[str, Installed] = {}  # those that work
        self.next: dict[str, list[Answer]] = defaultdict(list)  # what a method answers instead of doing it
        self.secrets: list[str] = [SECRET]  # whatever was given out, ever
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.spoke: list[tuple[str, str]] = []  # the token, and where what it did is seen

    def close(self) -> None:
        self.server.close()
        for workspace in self.workspaces.values():
            workspace.close()

    def code(self, installed: Installed) -> str:
        """Somebody chose their workspace, and Allow."""
        return self._made("code", installed, self.codes)

    def ends(self, tenant: str) -> None:
        """The app is removed there."""
        for given in (self.tokens, self.refresh):
            for secret in [secret for secret, installed in given.items() if str(installed) == tenant]:
                del given[secret]

    def half_a_day_passes(self) -> None:
        """Tokens that can be renewed have run out."""
        self.tokens = {token: installed for token, installed in self.tokens.items() if not installed.rotates}

    def _made(self, kind: str, installed: Installed, kept: dict[str, Installed]) -> str:
        made = f"{kind}-{installed}-{next(self.numbers)}"
        self.secrets.append(made)
        kept[made] = installed
        return made

    def _asked(self, asked: Asked) -> Answer:
        method, given = asked.path.removeprefix("/api/"), asked.fields()
        if method.startswith(("oauth.", "auth.")):
            self.calls.append((method, given))
            return self.next[method].pop(0) if self.next[method] else self._oauth(method, given, asked.proof)
        workspace = self._workspace(asked)
        return workspace.call(asked.path, given, "Bearer ") if workspace else _no("invalid_auth")

    def _workspace(self, asked: Asked) -> Workspace | None:
        answered = [one for one in self.workspaces.values() if asked.path in one.urls]
        installed = self.tokens.get(asked.proof.removeprefix("Bearer "))
        if answered or installed is None:
            return answered[0] if answered else None
        self.spoke.append((asked.proof.removeprefix("Bearer "), str(installed)))
        return self.workspaces[installed.team]

    def _oauth(self, method: str, given: dict[str, Any], proof: str) -> Answer:
        if method == "oauth.v2.access":
            return self._access(given) if proof == BASIC else _no("bad_client_secret")
        token = proof.removeprefix("Bearer ")
        if token not in self.tokens:
            return _no("token_revoked")
        if method == "auth.revoke":
            del self.tokens[token]
        return 200, {}, {"ok": True}

    def _access(self, given: dict[str, Any]) -> Answer:
        if given.get("grant_type") == "refresh_token":
            found, error = self.refresh.pop(given["refresh_token"], None), "invalid_refresh_token"
        else:
            found, error = self.codes.pop(given["code"], None), "invalid_code"
        return (200, {}, self._gives(found)) if found else _no(error)

    def _gives(self, to: Installed) -> dict[str, Any]:
        renewable = {"refresh_token": self._made("xoxe", to, self.refresh), "expires_in": HOURS} if to.rotates else {}
        return {
            "ok": True,
            "access_token": self._made("xoxe.xoxb" if to.rotates else "xoxb", to, self.tokens),
            **renewable,
            "token_type": "bot",
            "scope": "chat:write,im:write",
            "app_id": "A1",
            "team": None if to.org_wide else {"id": to.team, "name": "<b>Somewhere</b>"},
            "enterprise": {"id": to.enterprise, "name": "An organisation"} if to.enterprise else None,
            "is_enterprise_install": to.org_wide,
        }


def _no(error: str) -> Answer:
    return 200, {}, {"ok": False, "error": error}
