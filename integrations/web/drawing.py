"""Turning what is shown into HTML.  Messages have their own templates and come here as values (bot/kit/messages.py)."""

import re
from secrets import token_urlsafe
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.kit.forms import DONT_KNOW
from bot.kit.messages import Heading, Message, to_text
from bot.kit.questions import Question, words
from bot.kit.references import ALPHABET
from bot.kit.words import plain
from integrations.web.elsewhere import get, several, text

REFERENCE = re.compile(rf"\b([A-Z]-[{ALPHABET}]{{5}})\b")
LONGEST_LIST = 12  # radios up to here, a select beyond
# Unless a page says otherwise: where its forms go, where the conversation is, which heading a message begins with,
# and what is looked at.
DEMO = {"at": "", "talk": "/", "level": 2, "made_up": True, "looked_at": None}


def _not_known(question: Question, value: Any) -> bool:
    given = value if isinstance(value, list) else [value]
    return question.may_not_know and any(plain(str(one)) in (DONT_KNOW, "i don't know") for one in given)


def _typed(question: Question, value: Any) -> str:
    return "" if _not_known(question, value) else words(value)


def _chosen(value: Any, option: str) -> bool:
    return option in value if isinstance(value, list) else option == value


def _field(question: Question) -> str:
    """Which macro draws it."""
    if question.kind == "choices":
        return "checkboxes"
    if question.kind == "choice":
        return "radios" if len(question.options) <= LONGEST_LIST else "select"
    return "long" if question.kind == "long_text" else "short"


def _first_words(message: Message) -> str:
    """What a message is called when one replies to it."""
    return next((element.text for element in message.elements if isinstance(element, Heading)), message.preview)


def _parts(told: str) -> list[str]:
    """Every second one is a reference."""
    return REFERENCE.split(told)


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("integrations.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"to_text": to_text, "first_words": _first_words, "field": _field, "parts": _parts}
    made.filters |= {"get": get, "text": text, "several": several}
    made.globals |= {
        "new_request": lambda: token_urlsafe(16),
        "not_known": _not_known,
        "typed": _typed,
        "chosen": _chosen,
        "DONT_KNOW": DONT_KNOW,
        **DEMO,
    }
    return made


_PAGES = _environment()


def drawn(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Half of a character, which JSON can hold, is drawn as a question mark."""
    return HTMLResponse(_PAGES.get_template(template).render(context).encode("utf-8", "replace"), status)
