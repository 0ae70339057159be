"""Slack's door: each listener takes one turn of the bot, and answers on the interaction."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltRequest

from bot.conversation import answer, hear
from bot.kit.forms import Raw
from bot.kit.messages import Message
from bot.notices import AnsweredInPrivate
from bot.replies import Line, Page, Reply, Sender
from integrations.slack.answering import FAILED, Answers, shown, told
from integrations.slack.blocks import cards
from integrations.slack.modals import form, home
from integrations.slack.reading import (
    Body,
    Where,
    answers_of,
    dialogue_of,
    is_recording,
    line_of,
    request_of,
    sender,
    where_of,
)
from storage.database import Sessions

log = logging.getLogger(__name__)

KEPT_WITHIN = 2  # seconds: Slack waits three for what a submission leads to
SPOKEN = (None, "file_share", "thread_broadcast")  # kinds of message that somebody wrote


@dataclass(frozen=True)
class Listeners:
    sessions: Sessions
    answers: Answers
    now: Callable[[], datetime]

    # --- lines ---

    async def slash(self, ack: AsyncAck, body: Body) -> None:
        who, where = sender(body), where_of(body)
        reply = await self._hear(body, Line(str(body.get("text", "")), private=True, typed=False))
        opens = reply and reply.page and await self.answers.open(str(body.get("trigger_id")), form(reply.page))
        if who is None or reply is None or opens:
            await ack()
        else:
            await self._told(ack, where, told(await self._in_private(who, where, reply)))

    async def _told(self, ack: AsyncAck, where: Where, message: Message) -> None:
        first, *rest = cards(message)
        await ack(response_type="ephemeral", text=first.text, blocks=first.blocks)
        for card in rest:
            await self.answers.on(where.url, card)

    async def message(self, body: Body, event: Body, request: AsyncBoltRequest) -> None:
        """In a direct message.  What others can read is heard only when it is said to us."""
        if event.get("channel_type") == "im" and event.get("subtype") in SPOKEN and not event.get("bot_id"):
            await self._typed(body, event, request, private=True)

    async def mention(self, body: Body, event: Body, request: AsyncBoltRequest) -> None:
        if not event.get("bot_id") and not where_of(body).private:
            await self._typed(body, event, request, private=False)

    async def _typed(self, body: Body, event: Body, request: AsyncBoltRequest, *, private: bool) -> None:
        where = where_of(body)
        files, text = event.get("files") or [], line_of(str(event.get("text") or ""))
        spoken = any(is_recording(one) for one in files)
        line = Line(text, private, replying_to=where.thread, files=bool(files), recording=spoken)
        who, reply = sender(body), await self._hear(body, line)
        if who and reply:
            since = self.now() if "x-slack-retry-num" in request.headers else None
            await self.answers.line(where, who, reply, request_of(body), since)

    async def pressed(self, ack: AsyncAck, body: Body, action: Body) -> None:
        who, where = sender(body), where_of(body)
        line = Line(str(action.get("value", "")), private=True, typed=False, replying_to=where.ts)
        reply = await self._hear(body, line)
        if who is None or reply is None:
            pass
        elif view := body.get("view"):
            await self._in_view(who, body, view, reply)
        else:
            reply = await self._in_private(who, where, reply)
            await self.answers.press(where, who, str(body.get("trigger_id")), reply)
        await ack()

    async def _in_view(self, who: Sender, body: Body, view: Body, reply: Reply) -> None:
        if view.get("type") == "modal":
            await self._in_modal(who, view, reply, keep=False)
            return
        if not await self.answers.open(str(body.get("trigger_id")), shown(reply)):
            await self._keep(who, Reply(told(reply)))

    async def opened_home(self, body: Body, event: Body) -> None:
        """What I can do, and no more: it stays there, and no ledger would take it out (TRUST.md 4.3)."""
        who = sender(body)
        if who is None or event.get("tab") != "home":
            return
        line = Line("help", private=True, typed=False)
        reply = await asyncio.to_thread(hear, self.sessions, who, line, self.now())
        await self.answers.home(who.user, home(told(reply)))

    # --- forms ---

    async def submitted(self, ack: AsyncAck, body: Body, view: Body) -> None:
        who = sender(body)
        if who is None:
            await ack()
            return
        reply = await asyncio.to_thread(self._submit, who, body, view, answers_of(view), "on")
        if reply.page and _beside(reply.page, view):
            await ack(response_action="errors", errors=dict(reply.page.errors))
        else:
            await ack(response_action="update", view=shown(reply))
        await self._keep(who, reply)

    async def gone(self, ack: AsyncAck, body: Body, action: Body) -> None:
        """Back, save, cancel, or change one of the answers."""
        who, view = sender(body), body.get("view") or {}
        if who:
            go = str(action.get("value", "back"))
            await self._in_modal(
                who, view, await asyncio.to_thread(self._submit, who, body, view, answers_of(view), go)
            )
        await ack()

    async def chosen(self, ack: AsyncAck, body: Body) -> None:
        """An answer that does not wait for the rest of the page: it may end the form, or bring another question."""
        who, view = sender(body), body.get("view") or {}
        if who:
            reply = await asyncio.to_thread(self._submit, who, body, view, answers_of(view), "look")
            if reply.page is None or not _is_drawn(reply.page, view):
                await self._in_modal(who, view, reply)
        await ack()

    async def closed(self, ack: AsyncAck, body: Body, view: Body) -> None:
        """A form that is closed is kept as far as it was sent, and its author is told how to go on."""
        await ack()
        who = sender(body)
        if who and (await asyncio.to_thread(self._look, who, view)).page:
            await self._keep(who, await asyncio.to_thread(self._submit, who, body, view, {}, "save"))

    def _look(self, who: Sender, view: Body) -> Reply:
        return answer(self.sessions, who, dialogue_of(view), {}, self.now(), "show")

    def _submit(self, who: Sender, body: Body, view: Body, raw: Raw, go: str) -> Reply:
        """Only a look, if this is not the page that was on the screen."""
        looked = self._look(who, view)
        if looked.page and looked.page.heading != _heading(view):
            return looked
        return answer(self.sessions, who, dialogue_of(view), raw, self.now(), go, request_of(body))

    async def _in_modal(self, who: Sender, view: Body, reply: Reply, *, keep: bool = True) -> None:
        """What Slack does not show there is said in the conversation."""
        try:
            await self.answers.in_modal(str(view.get("id")), reply)
        except FAILED:
            reply, keep = Reply(told(reply)), True
        if keep:
            await self._keep(who, reply)

    async def _keep(self, who: Sender, reply: Reply) -> bool:
        """Whether it is in the conversation with that person, as far as we know."""
        if reply.message:
            try:
                async with asyncio.timeout(KEPT_WITHIN):
                    await self.answers.keep(who, reply.message)
            except (*FAILED, TimeoutError) as failed:
                log.warning("an answer was not kept in the private chat: %s", type(failed).__name__)
                return False
        return True

    # --- both ---

    async def _in_private(self, who: Sender, where: Where, reply: Reply) -> Reply:
        """In a channel only that it was answered: Slack does not say there who else reads it (TRUST.md T-23)."""
        if where.private or reply.message is None:
            return reply
        return Reply(AnsweredInPrivate(arrived=await self._keep(who, reply)).message())

    async def _hear(self, body: Body, line: Line) -> Reply | None:
        who = sender(body)
        if who is None:
            return None
        return await asyncio.to_thread(hear, self.sessions, who, line, self.now(), request_of(body))


def _heading(view: Body) -> str:
    """The page that was on the screen."""
    drawn = (block for block in view.get("blocks") or () if block.get("block_id") == "heading")
    return next((str(block["text"]["text"]) for block in drawn), "")


def _beside(page: Page, view: Body) -> bool:
    """Whether Slack can put the errors beside the fields that are on the screen, and keep what was typed."""
    told = any(str(block.get("block_id")).startswith("error:") for block in view.get("blocks") or ())
    return bool(page.errors) and _is_drawn(page, view) and not told


def _is_drawn(page: Page, view: Body) -> bool:
    drawn = {block.get("block_id") for block in view.get("blocks") or () if block.get("type") == "input"}
    return page.heading == _heading(view) and drawn == {question.name for question in page.questions}
