"""A Teams that stands in on the loopback: it keeps what it is sent, and refuses what Teams would."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.loopback import LOST, Answer, Asked, Loopback
from tests.surfaces import Heard
from tests.surfaces.teams_limits import check_activity
from tests.surfaces.teams_seen import seen

CREATED, UPDATED = 201, 200


class Service:
    """`versions` keeps every card ever shown, because people press what is on their screen."""

    def __init__(self, tokens: Callable[[], list[str]]) -> None:
        self.tokens, self.numbers = tokens, count(1)
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}  # (conversation, id) -> activity
        self.versions: dict[str, Mapping[str, Any]] = {}  # id:number -> card
        self.front: dict[str, list[Heard]] = defaultdict(list)  # what each conversation was shown
        self.next: list[Answer] = []  # answered instead of doing it
        self.lose = False  # do it, and lose the answer
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.wrong: list[str] = []
        self.server = Loopback(self._asked)
        self.host, self.url = self.server.host, f"{self.server.url}/uk/"

    def close(self) -> None:
        self.server.close()

    def _asked(self, asked: Asked) -> Answer:
        return self.call(asked.method, asked.target, json.loads(asked.body), asked.proof)

    def call(self, method: str, path: str, activity: dict[str, Any], token: str) -> Answer:
        url = urlsplit(path)
        _, _, _, conversation, _, *sent_as = unquote(url.path.removeprefix("/uk")).split("/")
        self.calls.append((method, conversation, activity))
        if self.next:
            return self.next.pop(0)
        if token.removeprefix("Bearer ") not in self.tokens():
            return 401, {}, {"error": {"code": "Unauthorized"}}
        only = "isTargetedActivity" in parse_qs(url.query)
        answer = (
            self._update(conversation, sent_as[0], activity) if sent_as else self._post(conversation, activity, only)
        )
        return LOST if self.lose else answer

    def _post(self, conversation: str, activity: dict[str, Any], only: bool) -> Answer:
        sent_as = f"{1_780_000_000_000 + next(self.numbers)}"
        return self._kept(conversation, sent_as, activity | {"only": only}, CREATED)

    def _update(self, conversation: str, sent_as: str, activity: dict[str, Any]) -> Answer:
        if (conversation, sent_as) not in self.messages:
            return 404, {}, {"error": {"code": "ActivityNotFoundInConversation"}}
        return self._kept(conversation, sent_as, activity, UPDATED)

    def _kept(self, conversation: str, sent_as: str, activity: dict[str, Any], status: int) -> Answer:
        try:
            check_activity(activity)
        except AssertionError as wrong:
            self.wrong.append(str(wrong))
            return 400, {}, {"error": {"code": "BadSyntax"}}
        self.messages[conversation, sent_as] = activity
        self.front[conversation].append(self.show(sent_as, activity["attachments"][0]["content"]))
        return status, {}, {"id": sent_as}

    def show(self, sent_as: str, card: Mapping[str, Any]) -> Heard:
        version = f"{sent_as}:{next(self.numbers)}"
        self.versions[version] = card
        return seen(card, sent_as, version)
