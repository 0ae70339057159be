"""How invented people talk to the bot: they press what is in front of them, and fill in what it opens."""

import re
from datetime import date, datetime
from random import Random
from typing import Any

from bot.conversation import answer, hear
from bot.kit.forms import Kind
from bot.kit.messages import Buttons, Message, to_text
from bot.kit.questions import Question
from bot.kit.worktime import local_day, working_days_after
from bot.replies import Line, Page, Reply, Sender
from storage.database import Sessions

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
MOST_PAGES = 14
USUAL: dict[str, Any] = {
    "danger": "no",
    "born": "15",
    "event_on": "yesterday",
    "placed_on": "today",
    "reach": "020 7946 0999",
    "at": "2pm",
    "email": "new@town.example",
    "name": "An Invented Person",
    "item": "none",
}


class Talk:
    def __init__(self, sessions: Sessions) -> None:
        self.sessions, self.turns = sessions, 0

    def press(self, who: Sender, line: str, now: datetime) -> Reply:
        self.turns += 1
        return hear(self.sessions, who, Line(line, private=True, typed=False), now)

    def fill(self, who: Sender, line: str, now: datetime, odds: Random, /, **given: Any) -> Message | None:
        """Press, and answer page after page: as given, as usual, or anything that is offered."""
        reply = self.press(who, line, now)
        for _ in range(MOST_PAGES):
            if reply.page is None:
                break
            self.turns += 1
            raw = _answers(reply.page, {**USUAL, **given}, odds, local_day(now))
            reply = answer(self.sessions, who, reply.page.dialogue_id, raw, now)
        return reply.message


def _answers(page: Page, known: dict[str, Any], odds: Random, today: date) -> dict[str, Any]:
    return {one.name: known[one.name] if one.name in known else _any(one, odds, today) for one in page.questions}


def _any(question: Question, odds: Random, today: date) -> Any:
    if question.options:
        chosen = odds.choice(question.options).value
        return [chosen] if question.kind is Kind.CHOICES else chosen
    if question.kind is Kind.DATE:
        return working_days_after(today, odds.randrange(2, 20)).isoformat()
    return "Nothing in particular"


def rows_of(message: Message) -> list[tuple[tuple[str, str], ...]]:
    """Its buttons, those that stand together: (label, line)."""
    return [one.items for one in message.elements if isinstance(one, Buttons)]


def line_in(message: Message | None, begins: str) -> str:
    """The first line on its buttons that begins so, without the version it was drawn at; or nothing."""
    lines = (line for row in rows_of(message) for _, line in row) if message else ()
    return next((line.partition(" @")[0] for line in lines if line.startswith(begins)), "")


def code_in(message: Message | None) -> str:
    found = CODE.search(to_text(message)) if message else None
    return found[0] if found else ""
