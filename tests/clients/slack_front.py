"""One address for two emulated Slacks, as Slack's own is: a token says which; somebody who adds the app chooses."""

import json
from collections.abc import Mapping
from typing import Any

from httpx2 import Response

from tests.clients.slack_emulated import Emulated
from tests.clients.slack_shim import Shim
from tests.loopback import Answer, Asked


class Front(Shim):
    """Every emulated Slack calls its workspace the same: here each has an id of its own."""

    def __init__(self, slacks: Mapping[str, Emulated]) -> None:
        super().__init__("")
        self.slacks, self.homes = slacks, dict[str, str]()  # token -> team
        self.chosen = ""  # the team that somebody chooses next
        for team, slack in slacks.items():
            slack.team = team

    def _asked(self, asked: Asked) -> Answer:
        if asked.path == "/oauth/v2/authorize":
            return 302, {"Location": self.slacks[self.chosen].url + asked.target}, b""
        return super()._asked(asked)

    def ask(self, path: str, given: Mapping[str, Any], token: str) -> Response:
        if path == "/api/oauth.v2.access":
            return self._access(path, given, token)
        slack = self.slacks[self.homes[token]]
        return self.client.post(slack.url + path, json=given, headers={"Authorization": token})

    def _access(self, path: str, given: Mapping[str, Any], proof: str) -> Response:
        """Whoever gave out the code knows it."""
        for team, slack in self.slacks.items():
            answer = self.client.post(slack.url + path, json=given, headers={"Authorization": proof}).json()
            if answer["ok"]:
                answer["team"]["id"] = team
                self.homes[f"Bearer {answer['access_token']}"] = team
                break
        return Response(200, content=json.dumps(answer))
