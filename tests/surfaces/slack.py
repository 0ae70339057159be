"""Slack, driven by requests as Slack signs them, into a workspace that holds every payload to Slack's limits."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.ports import Address
from integrations.slack.channel import Access
from integrations.slack.channel import Slack as Channel
from integrations.slack.manifest import PATH
from integrations.slack.modals import ANSWER
from storage.database import Sessions
from tests.cast import HOME
from tests.surfaces import Heard
from tests.surfaces.slack_limits import all_options, elements
from tests.surfaces.slack_seen import seen
from tests.surfaces.slack_workspace import Workspace

SECRET, TOKEN = "signed by nobody else", "xoxb-a-bot"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Slack:
    name = "slack"
    home = HOME  # the workspace that the app is installed in

    def __init__(self, sessions: Sessions) -> None:
        self.workspace = Workspace(TOKEN)
        access = Access(SECRET, TOKEN, api_url=f"{self.workspace.url}api/")
        self.at, self.numbers = datetime(2026, 6, 9, tzinfo=UTC), count(1)
        self.channel = Channel(sessions, access, self.now)
        self.platform = self.channel.platform
        self.client = TestClient(Starlette(routes=self.channel.routes))
        self.client.__enter__()  # one event loop, and not one a request

    def now(self) -> datetime:
        return self.at

    def close(self) -> None:
        self.client.__exit__(None, None, None)
        self.workspace.close()

    # --- what a transcript does ---

    def says(self, who: Address, text: str, now: datetime, replying_to: str = "") -> Heard:
        return self.turn(who, now, lambda: self.event(message_event(self, who, text, replying_to)))

    def presses(self, who: Address, on: Heard, label: str, now: datetime) -> Heard:
        line = on.line(label)
        where = self._view(on.sent_as) if ":" in on.sent_as else self._message(who, on.sent_as)
        return self.turn(who, now, lambda: self.interaction(who, pressed(where, label, line)))

    def submits(self, who: Address, page: Heard, answers: Mapping[str, Any], go: str, now: datetime) -> Heard:
        page = self._chooses(who, page, answers, now) if go == "on" else page
        if not page.form:
            return page
        state = filled(self.workspace.views[page.form], answers)
        view = self._view(page.form, state)
        typed = {name: _kept(element) for name, block in state.items() for element in block.values()}
        if go != "on":
            self.workspace.typed[page.form.partition(":")[0]] = typed
            return self.turn(who, now, lambda: self.interaction(who, pressed(view, "", go, go=True)))

        def submit() -> None:
            back = self.interaction(who, {"type": "view_submission", **view})
            self.workspace.submitted(who.user, page.form, typed, back.json())

        return self.turn(who, now, submit)

    def hears(self, who: Address) -> list[Heard]:
        arrived = [one for kind, one in self.workspace.front.pop(who.user, []) if kind == "message"]
        assert not self.workspace.wrong, self.workspace.wrong
        return arrived

    def shows(self, who: Address, on: Heard) -> Heard:
        return seen(self.workspace.messages[on.sent_as]["blocks"], on.sent_as)

    # --- how it is done ---

    def _chooses(self, who: Address, page: Heard, answers: Mapping[str, Any], now: datetime) -> Heard:
        """Some fields are heard as soon as something is chosen in them: here, after all others are filled."""
        for block in self.workspace.views[page.form]["blocks"]:
            if block.get("dispatch_action") and answers.get(block["block_id"]):
                page = self._chose(who, page, block["block_id"], answers, now)
        return page

    def _chose(self, who: Address, page: Heard, name: str, answers: Mapping[str, Any], now: datetime) -> Heard:
        here = {other: given for other, given in answers.items() if other in page.questions}
        state = filled(self.workspace.views[page.form], here)
        self.workspace.typed[page.form.partition(":")[0]] = here
        action = {"block_id": name, "action_id": ANSWER, **state[name][ANSWER]}
        event = {"type": "block_actions", **self._view(page.form, state), "actions": [action]}
        before = len(self.workspace.front[who.user])
        self.at = now
        self.interaction(who, event)
        changed = [one for kind, one in self.workspace.front[who.user][before:] if kind == "view"]
        del self.workspace.front[who.user][before:]
        return changed[-1] if changed else page

    def turn(self, who: Address, now: datetime, does: Callable[[], object]) -> Heard:
        """What is in front of them afterwards: a modal if there is one, else the messages that came back."""
        self.at = now
        before = len(self.workspace.front[who.user])
        does()
        assert not self.workspace.wrong, self.workspace.wrong
        shown = self.workspace.front[who.user][before:]
        del self.workspace.front[who.user][before:]
        views = [one for kind, one in shown if kind == "view"]
        return views[-1] if views else _together([one for _, one in shown])

    def event(self, event: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        return self.post(json.dumps(event), JSON, status, headers)

    def interaction(self, who: Address, payload: Mapping[str, Any]) -> Response:
        person = {"id": who.user, "username": who.user, "name": who.user, "team_id": who.tenant}
        own = {"user": person, "team": {"id": who.tenant}, "trigger_id": self.workspace.trigger(who.user)}
        return self.post(urlencode({"payload": json.dumps({"api_app_id": "A1", **own, **payload})}), FORM)

    def slash(self, who: Address, text: str, now: datetime, channel: str = "") -> Heard:
        channel = channel or self.workspace.direct(who.user)

        def say() -> None:
            fields = {
                "command": "/mace",
                "text": text,
                "user_id": who.user,
                "team_id": who.tenant,
                "channel_id": channel,
                "trigger_id": self.workspace.trigger(who.user),
                "response_url": self.workspace.answer_url(channel, "", who.user),
            }
            if answer := self.post(urlencode(fields), FORM).text:
                self.workspace._post_hidden({**json.loads(answer), "channel": channel, "user": who.user})

        return self.turn(who, now, say)

    def post(
        self, body: str, content_type: str, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Response:
        given = signed(body.encode(), self.at) | {"Content-Type": content_type, **(headers or {})}
        response = self.client.post(PATH, content=body.encode(), headers=given)
        assert response.status_code == status, response.status_code
        return response

    def _message(self, who: Address, ts: str) -> dict[str, Any]:
        message = self.workspace.messages[ts]
        hidden = bool(message.get("hidden"))
        container = {"type": "message", "message_ts": ts, "channel_id": message["channel"], "is_ephemeral": hidden}
        if thread := message.get("thread_ts"):
            container["thread_ts"] = thread
        return {
            "container": container,
            "channel": {"id": message["channel"], "name": "directmessage"},
            "message": {"ts": ts, "text": message["text"], "blocks": message["blocks"]},
            "response_url": self.workspace.answer_url(message["channel"], ts, who.user),
        }

    def _view(self, version: str, state: Mapping[str, Any] | None = None) -> dict[str, Any]:
        view_id, _, hashed = version.partition(":")
        drawn = self.workspace.views[version]
        own = {"id": view_id, "hash": hashed, "team_id": self.home, "app_installed_team_id": self.home}
        return {
            "container": {"type": "view", "view_id": view_id},
            "view": {**drawn, **own, "state": {"values": state or {}}},
        }


def signed(body: bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac.hexdigest()}"}


def message_event(slack: Slack, who: Address, text: str, thread: str = "", **more: Any) -> dict[str, Any]:
    """A line in the direct message, as Slack writes it: & < > are escaped."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    number = next(slack.numbers)
    event = {
        "type": "message",
        "channel": slack.workspace.direct(who.user),
        "channel_type": "im",
        "user": who.user,
        "text": escaped,
        "ts": f"{int(slack.at.timestamp())}.{number:06}",
        "team": who.tenant,
    }
    shared = who.tenant != slack.home
    return {
        "type": "event_callback",
        "team_id": slack.home,
        "api_app_id": "A1",
        "event_id": f"Ev{number:08}",
        "event": event
        | ({"thread_ts": thread} if thread else {})
        | ({"user_team": who.tenant} if shared else {})
        | more,
        "authorizations": [{"team_id": slack.home, "user_id": "BOT", "is_bot": True}],
        "is_ext_shared_channel": shared,
    }


def pressed(where: Mapping[str, Any], label: str, line: str, *, go: bool = False) -> dict[str, Any]:
    """As the client reports a press.  A button that has gone since is still on somebody's screen."""
    blocks = (where.get("view") or where["message"])["blocks"]
    buttons = [one for block in blocks for one in elements(block) if one["type"] == "button" and one["value"] == line]
    assert buttons or not go, f"no button for {line}"
    button = buttons[0] if buttons else {"action_id": "say:0", "value": line}
    action = {"type": "button", "block_id": "b", "action_id": button["action_id"], "value": line, "action_ts": "1.1"}
    return {"type": "block_actions", **where, "actions": [action]}


def filled(view: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a view whose fields hold these answers; a field that is not mentioned is left empty."""
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert answers.keys() <= inputs.keys(), f"no field for {answers.keys() - inputs.keys()} among {list(inputs)}"
    return {
        name: {element["action_id"]: {"type": element["type"], **_put(element, answers.get(name))}}
        for name, element in inputs.items()
    }


def _put(element: Mapping[str, Any], answer: Any) -> dict[str, Any]:
    match element["type"]:
        case "plain_text_input":
            return {"value": answer or None}
        case "checkboxes" | "multi_static_select":
            return {"selected_options": [_option(element, one) for one in answer or []]}
    return {"selected_option": _option(element, answer) if answer else None}


def _option(element: Mapping[str, Any], answer: str) -> Any:
    """The option with this value or these words; else what only a broken client sends."""
    options = all_options(element)
    return next((one for one in options if answer in (one["value"], one["text"]["text"])), {"value": answer})


def _kept(element: Mapping[str, Any]) -> Any:
    if "selected_options" in element:
        return [one["value"] for one in element["selected_options"]] or None
    if "selected_option" in element:
        return element["selected_option"] and element["selected_option"]["value"]
    return element["value"] or ""


def _together(messages: list[Heard]) -> Heard:
    assert messages, "nothing came back"
    buttons = {label: line for message in messages for label, line in message.buttons.items()}
    links = {label: url for message in messages for label, url in message.links.items()}
    return Heard("\n".join(message.text for message in messages), buttons, links, sent_as=messages[-1].sent_as)
