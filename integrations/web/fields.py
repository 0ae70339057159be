"""Reading what a form sent: anything that our own page could not have sent counts as nothing."""

import re
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from bot.kit.words import tidy
from bot.replies import Page
from integrations.web.guard import Fields

GO = re.compile(r"on|back|save|cancel|change:\w{1,40}")
NUMBER = re.compile(r"\d{1,9}", re.ASCII)
REQUEST = re.compile(r"[\w-]{16,64}", re.ASCII)


def number(text: str | None) -> int:
    """0 for anything that is no id of ours."""
    return int(text) if text and NUMBER.fullmatch(text) else 0


def request_id(fields: Fields) -> str:
    given = fields.get("request", "")
    return given if REQUEST.fullmatch(given) else token_urlsafe(16)


def label(fields: Fields, otherwise: str = "") -> str:
    return tidy(fields.get("label", ""))[:80] or fields.get("press", otherwise)


def answers(page: Page | None, fields: Fields) -> tuple[Mapping[str, Any], str]:
    """The answers to the page's own questions; only a look, if this is not the page that was on the screen."""
    go = fields.get("go", "on")
    if page is None or page.heading != fields.get("page") or not GO.fullmatch(go):
        return {}, "show"
    given = {question.name: fields.getlist(question.name) for question in page.questions}
    several = {question.name for question in page.questions if question.options}
    return {name: one if name in several or len(one) > 1 else "".join(one) for name, one in given.items()}, go
