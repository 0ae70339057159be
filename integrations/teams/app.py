"""Teams' door: each listener takes one turn of the bot, and answers in the conversation or in place of a card."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from microsoft_teams.api import Account, ActivityBase
from microsoft_teams.api.activities import (
    AdaptiveCardInvokeActivity,
    InstalledActivity,
    MessageActivity,
    UninstalledActivity,
)
from microsoft_teams.apps import ActivityContext, App

from bot.conversation import answer, hear
from bot.kit.forms import Raw
from bot.ports import Address, TryLater, Undeliverable, Unknown
from bot.replies import Line, Place, Reply, Sender, said
from integrations.posted import Ledger
from integrations.teams.cards import CARD, Card, cards
from integrations.teams.forms import page_card
from integrations.teams.platform import Chat, TeamsPlatform
from integrations.teams.reading import (
    Pressed,
    Where,
    answered,
    answers_of,
    line_of,
    pressed,
    request_of,
    sender,
    where_of,
)
from storage.database import Sessions

log = logging.getLogger(__name__)

OLD_CARD = "I do not know this button any more. Say help to see what I can do."
LONGEST_WAIT = 4.0  # seconds: Teams waits fifteen for us
FILE = "application/vnd.microsoft.teams.file"
AUDIO = ("audio/", "application/vnd.microsoft.card.audio", "application/vnd.microsoft.activity.voice")


@dataclass(frozen=True)
class Listeners:
    sessions: Sessions
    platform: TeamsPlatform
    now: Callable[[], datetime]
    ledger: Ledger
    settled: deque[str] = field(default_factory=lambda: deque(maxlen=1_000))  # requests, of this process

    # --- messages: typed lines, and buttons whose answer comes below ---

    async def message(self, ctx: ActivityContext[MessageActivity]) -> None:
        """Sent again, it is answered again only if the answer did not arrive."""
        request = request_of(ctx.activity)
        who, where = await self._known(ctx.activity)
        if who is None or where is None or (request and request in self.settled):
            return
        how = self._typed if ctx.activity.value is None else self._pressed
        if await how(who, where, ctx.activity):
            self.settled.append(request)

    async def _typed(self, who: Sender, where: Where, activity: MessageActivity) -> bool:
        kinds = [str(one.content_type) for one in activity.attachments or ()]
        spoken = any(kind.startswith(AUDIO) for kind in kinds)
        files = spoken or any(kind.startswith(FILE) for kind in kinds)
        line = Line(line_of(activity), where.private, replying_to=answered(activity), files=files, recording=spoken)
        reply = await self._hear(who, line, request_of(activity))
        return await self._below(who, where, reply, activity.from_)

    async def _pressed(self, who: Sender, where: Where, activity: MessageActivity) -> bool:
        """In a channel as in a chat, the answer is only for the person who pressed."""
        button = pressed(activity.value) or (None if where.private else Pressed())
        if button is None:
            return await self._below(who, where, said(OLD_CARD), activity.from_)
        if button.go and where.private:
            reply = await asyncio.to_thread(self._submit, who, button, request_of(activity))
            return await self._instead(who, where, reply)
        line = Line(button.line, where.private, typed=False, replying_to=where.message)
        reply = await self._hear(who, line, request_of(activity))
        if reply.place is Place.INSTEAD and where.private:
            return await self._instead(who, where, reply)
        return await self._below(who, where, reply, activity.from_)

    # --- forms: Action.Execute ---

    async def executed(self, ctx: ActivityContext[AdaptiveCardInvokeActivity]) -> Any:
        """A page of a form.  The SDK lets no refresh through that nobody pressed: its update would lead to another."""
        activity = ctx.activity
        who, where = await self._known(activity)
        button = pressed(activity.value.action.data)
        if who is None or where is None or not where.private:
            return None
        if button is None or not button.go:
            reply = said(OLD_CARD)
        else:
            reply = await asyncio.to_thread(self._submit, who, button, request_of(activity))
        return await self._in_place(who, where, reply)

    def _submit(self, who: Sender, button: Pressed, request: str) -> Reply:
        """Only a look, if this is not the page that was on the card."""
        looked = answer(self.sessions, who, button.form, {}, self.now(), "show")
        if looked.page is None or looked.page.heading != button.page:
            return looked
        raw: Raw = answers_of(looked.page, button.fields)
        return answer(self.sessions, who, button.form, raw, self.now(), button.go, request)

    async def _in_place(self, who: Sender, where: Where, reply: Reply) -> dict[str, Any]:
        """The card to show in place of the one that was pressed.

        The message is updated too, or Teams would show the old card after a reload; and first, because that empties
        the fields that somebody has begun to fill.
        """
        first, *rest = drawn(reply)
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT):
                await _patiently(partial(self.platform.replace, _chat(where), where.message, first))
        await self.ledger.shows(who, where.message, reply, instead=True)
        for card in rest:
            await self._posted(who, where, card, reply)
        return {"statusCode": 200, "type": CARD, "value": first.content}

    # --- coming and going ---

    async def added(self, ctx: ActivityContext[InstalledActivity]) -> None:
        """The first contact: what the bot can do, or for somebody we do not know, whom to call."""
        who, where = await self._known(ctx.activity)
        if who and where and where.private and ctx.activity.action == "add":
            line = Line("help", private=True, typed=False)
            reply = await self._hear(who, line, request_of(ctx.activity))
            await self._below(who, where, reply, ctx.activity.from_)

    async def removed(self, ctx: ActivityContext[UninstalledActivity]) -> None:
        who, where = sender(ctx.activity), where_of(ctx.activity)
        if who and where and where.private:
            await self.platform.forget(Address(who.tenant, who.user))

    # --- all ---

    async def _known(self, activity: ActivityBase) -> tuple[Sender | None, Where | None]:
        """Who it is; and their chat with us is kept, because later we write first."""
        who, where = sender(activity), where_of(activity)
        if who and where and where.private:
            await self.platform.keep(Address(who.tenant, who.user), _chat(where))
        return who, where

    async def _hear(self, who: Sender, line: Line, request: str) -> Reply:
        return await asyncio.to_thread(hear, self.sessions, who, line, self.now(), request)

    async def _below(self, who: Sender, where: Where, reply: Reply, person: Account) -> bool:
        only = None if where.private else person
        return all([await self._posted(who, where, card, reply, only) for card in drawn(reply)])

    async def _instead(self, who: Sender, where: Where, reply: Reply) -> bool:
        """Below, if the message that was pressed is gone: nobody presses and sees nothing happen."""
        shown = drawn(reply)
        replaced = await _patiently(partial(self.platform.replace, _chat(where), where.message, shown[0]))
        if replaced:
            await self.ledger.shows(who, where.message, reply, instead=True)
        return all([await self._posted(who, where, card, reply) for card in (shown[1:] if replaced else shown)])

    async def _posted(self, who: Sender, where: Where, card: Card, reply: Reply, only: Account | None = None) -> bool:
        """What is said in a channel is level L0: if it cannot be said to one person there, it is said to all."""
        chat = _chat(where)
        posted = await _patiently(partial(self.platform.post, chat, card, only))
        if posted and where.private:
            await self.ledger.shows(who, posted, reply)
        return bool(posted or (only is not None and await _patiently(partial(self.platform.post, chat, card))))


async def _patiently(attempt: Callable[[], Awaitable[str]]) -> str:
    """Once more if Teams was busy: a person who typed a line does not come back for its answer.

    The message's id, or nothing if it did not arrive.
    """
    for last in (False, True):
        try:
            return await attempt()
        except TryLater as later:
            await asyncio.sleep(0 if last else min(later.after.total_seconds(), LONGEST_WAIT))
        except (Undeliverable, Unknown) as failed:
            log.error("an answer in Teams did not arrive: %s", type(failed).__name__)
            return ""
    log.error("an answer in Teams did not arrive: Teams is busy")
    return ""


def drawn(reply: Reply) -> list[Card]:
    if reply.page:
        return [page_card(reply.page)]
    return cards(reply.message) if reply.message else []


def _chat(where: Where) -> Chat:
    return Chat(where.conversation, where.service_url)


def teams_app(listeners: Listeners, app: App) -> App:
    app.on_message(listeners.message)
    app.on_card_action(listeners.executed)
    app.on_install_add(listeners.added)
    app.on_install_remove(listeners.removed)
    return app
