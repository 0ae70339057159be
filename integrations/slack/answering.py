"""What comes back, put where the person who asked will see it, and nobody else."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.kit.messages import Message
from bot.notices import FormNotOpened
from bot.ports import Address, CannotTell, TryLater, Undeliverable, Unknown
from bot.replies import Place, Reply, Sender
from integrations.posted import Ledger
from integrations.slack.blocks import Card, cards, payload
from integrations.slack.modals import View, form, said
from integrations.slack.platform import QUIET, USED, Refused, SlackPlatform, asked
from integrations.slack.reading import Where

log = logging.getLogger(__name__)

FAILED = (TryLater, Undeliverable, Unknown)
RETRIES_SPAN = timedelta(minutes=15)  # Slack sends an event again for about six minutes


@dataclass(frozen=True)
class Answers:
    """On the interaction itself where Slack lets us; otherwise in the conversation with that person."""

    platform: SlackPlatform
    own_urls: str  # how an address to answer on must begin
    ledger: Ledger

    @property
    def client(self) -> AsyncWebClient:
        return self.platform.client

    # --- to a line that was typed: Slack sends the event again if this fails ---

    async def line(self, where: Where, who: Sender, reply: Reply, key: str, again_since: datetime | None) -> None:
        message = told(reply)
        if reply.place is Place.ONLY_YOU and not where.private:
            await self._only_you(where, who.user, message)
        elif again_since and (found := await self._is_there(where, key, again_since)):
            await self._stands(where, who, found, message)
        else:
            await self._below(where, who, message, key)

    async def _is_there(self, where: Where, key: str, now: datetime) -> str | None:
        try:
            return await self.platform.found(where.channel, key, now - RETRIES_SPAN, where.thread)
        except (CannotTell, Undeliverable):
            return None

    async def _stands(self, where: Where, who: Sender, ts: str, message: Message, *, instead: bool = False) -> None:
        """What only one person sees goes by itself."""
        if where.private:
            await self.ledger.shows(who, ts, Reply(message), instead=instead)

    # --- to a press on a message ---

    async def press(self, where: Where, who: Sender, trigger: str, reply: Reply) -> None:
        message = reply.message
        if reply.page and not await self.open(trigger, form(reply.page)):
            message = told(reply)
        if not message:
            return
        instead = reply.place is Place.INSTEAD
        try:
            await self._press(where, who, message, instead=instead)
        except FAILED:  # there is a second way
            await self._on(where.url, message, replace=instead)

    async def _press(self, where: Where, who: Sender, message: Message, *, instead: bool) -> None:
        if where.hidden:
            await self._on(where.url, message, replace=instead)
        elif not where.private:
            await self._only_you(where, who.user, message)
        elif instead:
            await self._instead(where, who, message)
        else:
            await self._below(where, who, message)

    async def _below(self, where: Where, who: Sender, message: Message, key: str = "") -> None:
        thread: dict[str, Any] = {"thread_ts": where.thread} if where.thread else {}
        *before, last = cards(message)
        for card in before:
            await self._stands(where, who, await self.platform.post(where.channel, card, **thread), message)
        await self._stands(where, who, await self.platform.post(where.channel, last, key, **thread), message)

    async def _instead(self, where: Where, who: Sender, message: Message) -> None:
        first, *rest = cards(message)
        await asked(self.client.chat_update(channel=where.channel, ts=where.ts, **payload(first)))
        await self._stands(where, who, where.ts, message, instead=True)
        for card in rest:
            await self._stands(where, who, await self.platform.post(where.channel, card), message)

    async def _only_you(self, where: Where, user: str, message: Message) -> None:
        for card in cards(message):
            await asked(self.client.chat_postEphemeral(channel=where.channel, user=user, **payload(card)))

    async def _on(self, url: str, message: Message, *, replace: bool) -> None:
        for card in cards(message):
            await self.on(url, card, replace=replace)
            replace = False

    async def on(self, url: str, card: Card, *, replace: bool = False) -> None:
        """Only Slack's own address: the request is signed, and yet."""
        if not url.startswith(self.own_urls):
            raise Undeliverable("Slack gave no address to answer on")
        hook = AsyncWebhookClient(url, timeout=self.client.timeout, retry_handlers=[], logger=QUIET)
        call = hook.send(text=card.text, blocks=card.blocks, response_type="ephemeral", replace_original=replace)
        try:
            response = await call
        except Exception:  # whatever aiohttp makes of a lost connection
            raise Unknown from None
        if response.status_code != 200:
            raise Undeliverable(f"Slack refused it ({response.status_code})")

    # --- in a modal and on the home tab ---

    async def open(self, trigger: str, view: View) -> bool:
        """False: Slack did not open it, for instance because it took too long to ask.  Opened before is opened."""
        try:
            await asked(self.client.views_open(trigger_id=trigger, view=view))
        except Refused as refused:
            return refused.code == USED
        except FAILED:
            return False
        return True

    async def in_modal(self, view_id: str, reply: Reply) -> None:
        await asked(self.client.views_update(view_id=view_id, view=shown(reply)))

    async def keep(self, to: Sender, message: Message) -> None:
        """A modal forgets what it said: it is said in the conversation as well."""
        channel = await self.platform.direct(Address(to.tenant, to.user))
        for card in cards(message):
            await self.ledger.shows(to, await self.platform.post(channel, card), Reply(message))

    async def home(self, user: str, view: View) -> None:
        await asked(self.client.views_publish(user_id=user, view=view))


def shown(reply: Reply) -> View:
    return form(reply.page) if reply.page else said(told(reply))


def told(reply: Reply) -> Message:
    """In words: what was said, or that the form is not there."""
    return reply.message or FormNotOpened(reply.page.title if reply.page else "The form").message()
