"""Slack as a chat platform: direct messages, with every way in which Slack refuses put into our three."""

import logging
import time
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.kit.messages import Message
from bot.ports import Address, CannotTell, Down, TryLater, Undeliverable, Unknown, undivided
from integrations.slack.blocks import Card, cards, payload
from integrations.slack.pacing import HISTORY, OPEN, POST, UPDATE, slack_pace

log = logging.getLogger(__name__)

FROZEN = 60  # seconds: whoever took longer to open a conversation was frozen, and somebody else may have written there

QUIET = logging.getLogger("integrations.slack.quiet")  # for the SDK, which writes whole payloads below ERROR
QUIET.setLevel(logging.ERROR)

OFFICIAL = "https://slack.com/api/"
EVENT = "mace"  # the type of the metadata that carries our key
PAGES = 5  # of history to look through
LATER = timedelta(minutes=1)
TOLD_OF = timedelta(minutes=5)  # somebody has to put it right
SKEW = timedelta(minutes=5)  # between our clock and theirs

GONE = "their Slack account is closed"
CLOSED = "they cannot be written to in Slack"
REMOVED = "the app has been removed from their Slack"
NOT_LET_IN, AWAY = "Slack does not let the bot in", "Slack cannot be reached"
REASONS = {
    **dict.fromkeys(("user_not_found", "users_not_found", "user_disabled", "user_not_visible"), GONE),
    **dict.fromkeys(
        (
            *("channel_not_found", "not_in_channel", "is_archived", "cannot_dm_bot", "messages_tab_disabled"),
            *("restricted_action", "method_not_supported_for_channel_type", "message_not_found", "cant_update_message"),
        ),
        CLOSED,
    ),
    **dict.fromkeys(("invalid_refresh_token", "access_denied", "team_access_not_granted"), REMOVED),
}
USED = "exchanged_trigger_id"
REVOKED = {"account_inactive", "token_revoked"}
NO_SCOPE = "missing_scope"
OUTSIDE = {  # it is the bot's token, and not who is written to
    *REVOKED,
    *(NO_SCOPE, "token_expired", "invalid_auth", "not_authed", "no_permission", "not_allowed_token_type"),
    *("invalid_client_id", "bad_client_secret"),
}
CLOSED_FOR_NOW = {"service_unavailable", "team_added_to_org", "org_login_required", "ekm_access_denied"}
TRIGGERS = {USED, "expired_trigger_id", "invalid_trigger_id", "trigger_exchanged"}
BUSY = {"ratelimited", "rate_limited", "message_limit_exceeded"}
UNSURE = {"internal_error", "fatal_error", "request_timeout"}  # "some aspect of the operation" may have succeeded


class NotLetIn(Down):
    """With Slack's own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(NOT_LET_IN, TOLD_OF)
        self.code = code


class Refused(Undeliverable):
    """With Slack's own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(REASONS.get(code, f"Slack refused it ({code[:60]})"))
        self.code = code


def web_client(token: str, url: str, timeout: int) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=url or OFFICIAL, timeout=timeout, retry_handlers=[], logger=QUIET)


async def asked(call: Awaitable[Any], of: str = "") -> dict[str, Any]:
    """What Slack answers; or TryLater, Undeliverable or Unknown."""
    try:
        answer = await call
    except SlackApiError as error:
        raise _meant(error, of) from None
    except ClientConnectorError:  # it has not left us
        raise Down(AWAY) from None
    except (TimeoutError, ClientError, SlackClientError, OSError):
        raise Unknown from None
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def _meant(error: SlackApiError, of: str) -> Exception:
    response: Any = error.response
    status: int = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    if status == 429 or code in BUSY:
        return TryLater(_after(getattr(response, "headers", {})), of if status == 429 else "")
    if code in CLOSED_FOR_NOW:
        return Down(AWAY)
    if status >= 500 or code in UNSURE or not code:
        return Unknown()
    if code in OUTSIDE:
        log.error("Slack does not take the bot's token: %s", code)
        return NotLetIn(code)
    if code not in REASONS and code not in TRIGGERS:
        log.error("Slack refused a call of ours: %s", code)
    return Refused(code)


def _after(headers: Mapping[str, str]) -> timedelta:
    seconds = str(headers.get("Retry-After", ""))
    return timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() and len(seconds) < 6 else LATER


class SlackPlatform:
    """Implements bot.ports.ChatPlatform."""

    name = "slack"

    def __init__(self, client: AsyncWebClient) -> None:
        self.client, self.pace = client, slack_pace()
        self.channels: dict[Address, str] = {}

    async def send(self, to: Address, message: Message, key: str) -> str:
        card, begun = undivided(cards(message), "Slack"), time.monotonic()
        try:
            channel = await self.direct(to)
        except Unknown:  # nothing was posted yet
            raise Down(AWAY) from None
        if time.monotonic() - begun > FROZEN:
            raise TryLater
        try:
            return await self.post(channel, card, key)
        except Undeliverable:
            self.channels.pop(to, None)
            raise

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        shown = payload(undivided(cards(message), "Slack"))
        await asked(self.client.chat_update(channel=await self.direct(to), ts=sent_as, **shown), UPDATE)

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        """Our own messages of that conversation, newest first, back to `since`."""
        try:
            return await self.found(await self.direct(to), key, since)
        except Undeliverable:
            raise CannotTell from None

    async def direct(self, to: Address) -> str:
        """The conversation with one person."""
        if to not in self.channels:
            answer = await asked(self.client.conversations_open(users=to.user), OPEN)
            self.channels[to] = str(answer["channel"]["id"])
        return self.channels[to]

    async def post(self, channel: str, card: Card, key: str = "", **more: Any) -> str:
        if key:
            more["metadata"] = {"event_type": EVENT, "event_payload": {"k": key}}
        call = self.client.chat_postMessage(
            channel=channel,
            unfurl_links=False,
            unfurl_media=False,
            **payload(card),
            **more,
        )
        return str((await asked(call, POST))["ts"])

    async def found(self, channel: str, key: str, since: datetime, thread: str = "") -> str | None:
        cursor = ""
        for _ in range(PAGES):
            page = await self._page(channel, thread, oldest=f"{(since - SKEW).timestamp():.6f}", cursor=cursor)
            for message in page.get("messages", ()):
                if _key(message) == key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        raise CannotTell

    async def _page(self, channel: str, thread: str, **more: Any) -> dict[str, Any]:
        try:
            return await asked(self._history(channel, thread, **more), HISTORY)
        except NotLetIn as no:
            if no.code == NO_SCOPE:  # it may write, and not read what it wrote
                raise CannotTell from None
            raise

    def _history(self, channel: str, thread: str, **more: Any) -> Awaitable[Any]:
        more |= {"channel": channel, "include_all_metadata": True, "limit": 200}
        if thread:
            return self.client.conversations_replies(ts=thread, **more)
        return self.client.conversations_history(**more)


def _key(message: Mapping[str, Any]) -> str | None:
    """Of a message of ours; a person cannot set metadata."""
    metadata = message.get("metadata") or {}
    return metadata.get("event_payload", {}).get("k") if metadata.get("event_type") == EVENT else None
