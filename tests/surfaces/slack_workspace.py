"""A workspace that stands in for Slack on the loopback: it keeps what it is sent, and refuses what Slack would."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import count
from time import time
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tests.loopback import LOST, Answer, Loopback
from tests.surfaces import Heard
from tests.surfaces.slack_limits import check_errors, check_message, check_view
from tests.surfaces.slack_seen import State, page, seen


class Refused(Exception):
    """With Slack's word for why."""


class Workspace:
    def __init__(self, token: str) -> None:
        self.token, self.numbers = token, count(1)
        self.channels: dict[str, str] = {}  # person -> their conversation with the bot
        self.messages: dict[str, dict[str, Any]] = {}  # by ts
        self.views: dict[str, dict[str, Any]] = {}  # every version, by "id:hash"
        self.latest: dict[str, str] = {}  # view id -> its version now
        self.owners: dict[str, str] = {}  # view id -> person
        self.typed: dict[str, State] = {}  # view id -> what is in its fields
        self.homes: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, str] = {}  # each opens one view, for one person
        self.urls: dict[str, tuple[str, str, str]] = {}  # to answer on -> channel, message, person
        self.front: dict[str, list[tuple[str, Heard]]] = defaultdict(list)  # what each person was shown
        self.next: dict[str, list[Answer]] = defaultdict(list)  # what a method answers instead of doing it
        self.lose: set[str] = set()  # methods that do it, and whose answer is lost
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.wrong: list[str] = []
        self.server = Loopback(lambda asked: self.call(asked.path, asked.fields(), asked.proof))
        self.url = f"{self.server.url}/"

    def close(self) -> None:
        self.server.close()

    # --- what a person's own client does ---

    def direct(self, user: str) -> str:
        return self.channels.setdefault(user, f"D{len(self.channels) + 1:08}")

    def trigger(self, user: str) -> str:
        made = f"{next(self.numbers)}.{int(time())}.fake"
        self.triggers[made] = user
        return made

    def answer_url(self, channel: str, ts: str, user: str) -> str:
        url = f"{self.url}answer/{next(self.numbers)}"
        self.urls[urlsplit(url).path] = (channel, ts, user)
        return url

    def submitted(self, user: str, form: str, state: State, answer: Mapping[str, Any]) -> None:
        """What the client shows after a view was submitted, from what came back on that request."""
        match answer:
            case {"response_action": "errors", "errors": errors}:
                self._checked(check_errors, errors, self.views[form])
                self.front[user].append(("view", page(self.views[form], form, state, errors)))
            case {"response_action": "update", "view": view}:
                self._show(user, form.partition(":")[0], view, state)
            case _:
                self.wrong.append(f"an answer to a submission: {answer}")

    # --- the Web API ---

    def call(self, path: str, given: dict[str, Any], token: str) -> Answer:
        if path in self.urls:
            return self._answered(path, given)
        method = path.removeprefix("/api/")
        self.calls.append((method, given))
        if self.next[method]:
            return self.next[method].pop(0)
        if token != f"Bearer {self.token}":
            return 200, {}, {"ok": False, "error": "invalid_auth"}
        try:
            done = {"ok": True, **self.METHODS[method](self, given)}
        except Refused as refused:
            return 200, {}, {"ok": False, "error": str(refused)}
        return LOST if method in self.lose else (200, {}, done)

    def _open_direct(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": self.direct(given["users"])}}

    def _post(self, given: dict[str, Any]) -> dict[str, Any]:
        user = self._person_in(given["channel"])
        return {"ts": self._kept(user, given)["ts"], "channel": given["channel"]}

    def _post_hidden(self, given: dict[str, Any]) -> dict[str, Any]:
        self._checked(check_message, given)
        sent_as = f"{int(time())}.{next(self.numbers):06}"
        self.messages[sent_as] = {**given, "ts": sent_as, "hidden": True}
        self.front[given["user"]].append(("message", seen(given["blocks"], sent_as)))
        return {"message_ts": sent_as}

    def _update(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["ts"] not in self.messages:
            raise Refused("message_not_found")
        self._kept(self._person_in(given["channel"]), given, "changed")
        return {"ts": given["ts"]}

    def _history(self, given: dict[str, Any]) -> dict[str, Any]:
        kept = [one for one in self.messages.values() if one["channel"] == given["channel"]]
        kept = [one for one in kept if float(one["ts"]) >= float(given.get("oldest", 0))]
        return {"messages": kept[::-1], "has_more": False}

    def _open_view(self, given: dict[str, Any]) -> dict[str, Any]:
        user = self.triggers.pop(given["trigger_id"], None)
        if user is None:
            raise Refused("exchanged_trigger_id")
        view_id = f"V{next(self.numbers)}"
        self.owners[view_id] = user
        return self._show(user, view_id, given["view"], {})

    def _update_view(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["view_id"] not in self.owners:
            raise Refused("not_found")
        typed = self.typed.pop(given["view_id"], {})
        return self._show(self.owners[given["view_id"]], given["view_id"], given["view"], typed)

    def _publish(self, given: dict[str, Any]) -> dict[str, Any]:
        self._checked(check_view, given["view"])
        self.homes[given["user_id"]] = given["view"]
        return {"view": given["view"]}

    METHODS: ClassVar[dict[str, Callable[..., dict[str, Any]]]] = {
        "conversations.open": _open_direct,
        "conversations.history": _history,
        "conversations.replies": _history,
        "chat.postMessage": _post,
        "chat.postEphemeral": _post_hidden,
        "chat.update": _update,
        "views.open": _open_view,
        "views.update": _update_view,
        "views.publish": _publish,
    }

    # --- keeping and showing ---

    def _person_in(self, channel: str) -> str:
        found = next((user for user, own in self.channels.items() if own == channel), None)
        if found is None:
            raise Refused("channel_not_found")
        return found

    def _kept(self, user: str, given: dict[str, Any], how: str = "message") -> dict[str, Any]:
        self._checked(check_message, given)
        ts = given.get("ts") or f"{int(time())}.{next(self.numbers):06}"
        kept = self.messages[ts] = {**given, "ts": ts, "type": "message"}
        self.front[user].append((how, seen(kept["blocks"], ts)))
        return kept

    def _answered(self, path: str, given: dict[str, Any]) -> Answer:
        channel, ts, user = self.urls[path]
        self.calls.append(("response_url", given))
        if given.get("replace_original"):
            self.front[user].append(("message", seen(given["blocks"], ts)))
            self._checked(check_message, given)
        else:
            self._post_hidden({**given, "channel": channel, "user": user})
        return 200, {}, {"ok": True}

    def _show(self, user: str, view_id: str, view: dict[str, Any], typed: State) -> dict[str, Any]:
        """A field that was there before keeps what is in it."""
        self._checked(check_view, view)
        if self.owners.get(view_id) != user:
            view_id = f"V{next(self.numbers)}"
            self.owners[view_id] = user
        before = self.views.get(self.latest.get(view_id, ""), {"blocks": ()})
        kept = {block.get("block_id") for block in before["blocks"] if block["type"] == "input"}
        typed = {name: value for name, value in typed.items() if name in kept}
        version = self.latest[view_id] = f"{view_id}:{next(self.numbers)}"
        self.views[version] = view
        shown = seen(view["blocks"], version) if view["callback_id"] == "said" else page(view, version, typed, {})
        self.front[user].append(("view", shown))
        return {"view": {"id": view_id, "hash": version.partition(":")[2]}}

    def _checked(self, check: Callable[..., None], *given: Any) -> None:
        """What Slack would not take is refused, and fails the test at the end of the turn."""
        try:
            check(*given)
        except AssertionError as wrong:
            self.wrong.append(str(wrong))
            raise Refused("invalid_blocks") from None
