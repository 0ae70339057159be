"""What Slack sent, in our words: who, which line, which answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.replies import Sender

Body = Mapping[str, Any]

MARKUP = re.compile(r"<([^<>|\n]*)(?:\|([^<>\n]*))?>")  # what Slack made of an address, a link or a mention
MENTION = re.compile(r"^\s*<@[^<>]+>")
LONGEST_REQUEST = 200


@dataclass(frozen=True)
class Where:
    """The message that was pressed or written."""

    channel: str
    ts: str = ""
    thread: str = ""
    url: str = ""  # to answer on
    hidden: bool = False  # only the person who asked sees the message

    @property
    def private(self) -> bool:
        return self.channel.startswith("D")


def sender(body: Body) -> Sender | None:
    """Who acts, in the workspace that vouches for them.

    In a channel shared with others that is not the workspace our app is installed in.
    """
    match body:
        case {"event": {"user": str(user)} as event}:
            return _sender(_team_of(body, event), user)
        case {"user": {"id": str(user)} as person}:
            return _sender(person.get("team_id") or _id(body.get("team")), user)
        case {"user_id": str(user)}:
            return _sender(body.get("team_id"), user)
    return None


def _sender(team: Any, user: str) -> Sender | None:
    return Sender("slack", team, user) if isinstance(team, str) and team and user else None


def _team_of(body: Body, event: Body) -> Any:
    """Of a shared channel only what names the actor's own workspace counts."""
    own = event.get("user_team") or event.get("team")
    return own if own or body.get("is_ext_shared_channel") else body.get("team_id")


def _id(team: Any) -> Any:
    return team.get("id") if isinstance(team, Mapping) else team


def request_of(body: Body) -> str:
    """Slack's own id for it: sent again, it is the same."""
    view = body.get("view") or {}
    found = body.get("event_id") or body.get("trigger_id") or f"{view.get('id', '')}:{view.get('hash', '')}"
    return str(found)[:LONGEST_REQUEST]


def where_of(body: Body) -> Where:
    match body:
        case {"event": event}:
            return Where(_text(event, "channel"), _text(event, "ts"), _text(event, "thread_ts"))
        case {"container": container}:
            channel, ts, thread = (_text(container, name) for name in ("channel_id", "message_ts", "thread_ts"))
            return Where(channel, ts, thread, _text(body, "response_url"), bool(container.get("is_ephemeral")))
    return Where(_text(body, "channel_id"), url=_text(body, "response_url"), hidden=True)


def line_of(text: str) -> str:
    """The characters that the person saw when they typed them."""
    shown = MARKUP.sub(_shown, MENTION.sub("", text))
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def is_recording(file: Body) -> bool:
    """A clip of somebody's voice; Slack calls some of these a video, and some nothing at all."""
    return file.get("subtype") == "slack_audio" or str(file.get("mimetype")).startswith("audio/")


def _shown(found: re.Match[str]) -> str:
    target, label = found.groups()
    if label is not None:
        return f"{target[0]}{label}" if target[:1] in ("@", "#") else label
    return f"@{target[1:]}" if target.startswith("!") else target.removeprefix("mailto:")


def dialogue_of(view: Body) -> int:
    """0 for anything that is no id of ours."""
    kept = str(view.get("private_metadata", ""))
    return int(kept) if re.fullmatch(r"[0-9]{1,9}", kept) else 0


def answers_of(view: Body) -> dict[str, Any]:
    """Question -> what was given.  Whatever has another shape than Slack's counts as nothing."""
    values = (view.get("state") or {}).get("values") or {}
    return {name: _given(element) for name, block in values.items() for element in list(block.values())[:1]}


def _given(element: Body) -> Any:
    match element:
        case {"selected_options": list(options)}:
            return [str(one.get("value", "")) for one in options]
        case {"selected_option": {"value": str(value)}}:
            return value
        case {"value": str(value)}:
            return value
    return ""


def _text(body: Body, name: str) -> str:
    found = body.get(name)
    return found if isinstance(found, str) else ""
