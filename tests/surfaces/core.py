"""The bot itself, with nothing around it."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from bot.conversation import answer, hear
from bot.kit.messages import Buttons, Link, Message, to_text
from bot.kit.pace import Pace
from bot.ports import Address
from bot.replies import Line, Page, Place, Reply, Sender
from integrations.posted import Ledger
from storage.database import Sessions
from tests.surfaces import Heard


class Letterbox:
    """A chat platform in one dictionary."""

    name = "core"

    def __init__(self) -> None:
        self.pace = Pace()
        self.letters: dict[str, list[Heard]] = defaultdict(list)
        self.keys: dict[str, str] = {}
        self.changed: dict[str, Heard] = {}

    async def send(self, to: Address, message: Message, key: str) -> str:
        sent_as = self.keys.setdefault(key, f"letter-{len(self.keys) + 1}")
        self.letters[to.user].append(heard(message, sent_as))
        return sent_as

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        self.changed[sent_as] = heard(message, sent_as)

    async def find(self, _to: Address, key: str, _since: datetime) -> str | None:
        return self.keys.get(key)


class Core:
    name = "core"

    def __init__(self, sessions: Sessions) -> None:
        self.sessions, self.platform, self.answers = sessions, Letterbox(), count(1)

    def says(self, who: Address, text: str, now: datetime, replying_to: str = "") -> Heard:
        return self._hear(who, Line(text, private=True, replying_to=replying_to), now)

    def presses(self, who: Address, on: Heard, label: str, now: datetime) -> Heard:
        line = Line(on.line(label), private=True, typed=False, replying_to=on.sent_as)
        reply = hear(self.sessions, self._sender(who), line, now)
        if on.sent_as and reply.message and reply.place is Place.INSTEAD:
            self.platform.changed[on.sent_as] = heard(reply.message, on.sent_as)
            return self._stands(who, reply, now, on.sent_as)
        return self._stands(who, reply, now)

    def submits(self, who: Address, page: Heard, answers: Mapping[str, Any], go: str, now: datetime) -> Heard:
        return self._stands(who, answer(self.sessions, self._sender(who), int(page.form), answers, now, go), now)

    def hears(self, who: Address) -> list[Heard]:
        return self.platform.letters.pop(who.user, [])

    def shows(self, _who: Address, on: Heard) -> Heard:
        return self.platform.changed.get(on.sent_as, on)

    def close(self) -> None:
        pass

    def _hear(self, who: Address, line: Line, now: datetime) -> Heard:
        return self._stands(who, hear(self.sessions, self._sender(who), line, now), now)

    def _stands(self, who: Address, reply: Reply, now: datetime, instead: str = "") -> Heard:
        """As on any platform, an answer has an id, and is in the ledger."""
        if reply.message is None:
            return seen(reply)
        sent_as = instead or f"answer-{next(self.answers)}"
        asyncio.run(Ledger(self.sessions, lambda: now).shows(self._sender(who), sent_as, reply, instead=bool(instead)))
        return heard(reply.message, sent_as)

    def _sender(self, who: Address) -> Sender:
        return Sender(self.name, who.tenant, who.user)


class Unseen(Core):
    """Somebody's account on another platform, whose conversation shows nothing of what they do here."""

    def __init__(self, sessions: Sessions, name: str) -> None:
        super().__init__(sessions)
        self.name = name

    def _stands(self, who: Address, reply: Reply, now: datetime, instead: str = "") -> Heard:
        return seen(reply)


def seen(reply: Reply) -> Heard:
    if reply.page:
        return _page(reply.page)
    assert reply.message
    return heard(reply.message)


def heard(message: Message, sent_as: str = "") -> Heard:
    words = Message(message.preview, tuple(one for one in message.elements if not isinstance(one, Buttons | Link)))
    buttons = {
        label: line for one in message.elements if isinstance(one, Buttons) for label, line in reversed(one.items)
    }
    links = {one.label: one.url for one in message.elements if isinstance(one, Link)}
    return Heard(to_text(words), buttons, links, sent_as=sent_as)


def _page(page: Page) -> Heard:
    return Heard(
        text=f"{page.title}\n{page.heading}",
        questions={question.name: question.ask.question for question in page.questions},
        errors=page.errors,
        values=page.values,
        options={q.name: {one.value: one.label for one in q.options} for q in page.questions if q.options},
        answered={one.name: one.answer for one in page.answered},
        form=str(page.dialogue_id),
    )
