"""Somebody in Slack: what Slack sends us, signed, for what they do, and what their client does with our answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx2

from integrations.slack.manifest import PATH
from integrations.slack.modals import ANSWER
from tests.clients.slack_emulated import Emulated
from tests.clients.slack_shim import Shim
from tests.surfaces import Heard
from tests.surfaces.slack import FORM, JSON, filled, pressed, signed
from tests.surfaces.slack_limits import check_errors
from tests.surfaces.slack_seen import page, seen

SECRET = "what Slack signs with"
View = dict[str, Any]
EVENTS = count(1)


def read(view: View) -> Heard:
    return page(view, view["id"], {}, {})


def read_message(message: Mapping[str, Any]) -> Heard:
    return seen(message["blocks"], message["ts"])


@dataclass
class Person:
    handle: str
    slack: Emulated
    shim: Shim
    bot: httpx2.Client
    trigger: str = ""  # to use instead of a new one

    # --- lines ---

    def says_command(self, text: str) -> dict[str, Any]:
        """What comes back in the answer itself, for them alone; emulate does not keep it."""
        fields = {
            "command": "/mace",
            "text": text,
            "user_id": self.user,
            "team_id": self.slack.team,
            "channel_id": self.slack.direct(self.handle),
            "trigger_id": self._trigger(),
            "response_url": f"{self.shim.url}answer/1",
        }
        return self._sends(urlencode(fields), FORM)

    def writes(self, text: str) -> dict[str, Any]:
        """Keeps the line in the conversation, as Slack does, and returns the event, which emulate would not send."""
        channel = self.slack.direct(self.handle)
        kept = self.slack.asks("chat.postMessage", f"xoxp-{self.handle}", channel=channel, text=text)
        line = {"type": "message", "channel_type": "im", "text": text, "ts": kept["ts"], "team": self.slack.team}
        return self._event(line | {"channel": channel})

    def opens_home(self) -> None:
        channel = self.slack.direct(self.handle)
        self.sends(self._event({"type": "app_home_opened", "tab": "home", "channel": channel}))

    def sends(self, event: Mapping[str, Any], *, again: bool = False) -> int:
        headers = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"} if again else {}
        return self._post(json.dumps(event), JSON, headers).status_code

    # --- messages ---

    def presses(self, label: str, message: Mapping[str, Any], *, hidden: bool = False) -> None:
        channel = self.slack.direct(self.handle)
        ts = message.get("ts", "1.1")
        where = {
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": hidden},
            "channel": {"id": channel, "name": "directmessage"},
            "message": message,
            "response_url": f"{self.shim.url}answer/2",
        }
        self._interacts(pressed(where, label, seen(message["blocks"], ts).line(label)))

    # --- views ---

    def chooses(self, view: View, **answer: str) -> View:
        """In a field that is heard at once; the view as it is kept afterwards."""
        ((name, _),) = answer.items()
        state = filled(view, answer)
        action = {"block_id": name, "action_id": ANSWER, **state[name][ANSWER]}
        before = len(self.shim.calls)
        self._interacts({"type": "block_actions", **_in(view, state), "actions": [action]})
        changed = [call.answer["view"] for call in self.shim.calls[before:] if call.method == "views.update"]
        return dict(changed[-1]) if changed else view

    def goes(self, view: View, go: str) -> View:
        self._interacts(pressed(_in(view, filled(view, {})), "", go, go=True))
        return dict(self.shim.called("views.update")[-1].answer["view"])

    def submits(self, view: View, **answers: Any) -> View:
        back = self._submits(view, answers)
        assert back["response_action"] == "update", back
        kept = self.slack.asks("views.update", view_id=view["id"], view=back["view"])  # Slack does this by itself
        return dict(kept["view"])

    def submits_wrongly(self, view: View, **answers: Any) -> dict[str, str]:
        back = self._submits(view, answers)
        assert back["response_action"] == "errors", back
        check_errors(back["errors"], view)
        return dict(back["errors"])

    # --- how it is sent ---

    @property
    def user(self) -> str:
        return self.slack.people[self.handle]

    def _event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        about = {"type": "event_callback", "team_id": self.slack.team, "event_id": f"Ev{next(EVENTS)}"}
        return about | {"event": {**event, "user": self.user}}

    def _submits(self, view: View, answers: Mapping[str, Any]) -> dict[str, Any]:
        return self._interacts({"type": "view_submission", **_in(view, filled(view, answers))})

    def _interacts(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        person = {"id": self.user, "username": self.handle, "team_id": self.slack.team}
        own = {"user": person, "team": {"id": self.slack.team}, "trigger_id": self._trigger(), "api_app_id": "A1"}
        return self._sends(urlencode({"payload": json.dumps({**own, **payload})}), FORM)

    def _trigger(self) -> str:
        given, self.trigger = self.trigger or self.slack.trigger(self.handle), ""
        return given

    def _sends(self, body: str, kind: str) -> dict[str, Any]:
        answer = self._post(body, kind, {})
        assert answer.status_code == 200, answer.status_code
        return answer.json() if answer.content else {}

    def _post(self, body: str, kind: str, headers: Mapping[str, str]) -> httpx2.Response:
        """Slack waits three seconds."""
        stamped = signed(body.encode(), datetime.now(UTC), SECRET) | {"Content-Type": kind, **headers}
        return self.bot.post(PATH, content=body.encode(), headers=stamped, timeout=3)


def _in(view: View, state: Mapping[str, Any]) -> dict[str, Any]:
    shown = {**view, "state": {"values": state}}
    return {"container": {"type": "view", "view_id": view["id"]}, "view": shown}
