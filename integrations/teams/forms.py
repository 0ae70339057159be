"""A page of a form as an Adaptive Card in the personal chat, which keeps its history: nothing private is ever in it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.kit.forms import DONT_KNOW, Kind, Option
from bot.kit.parts import chunks
from bot.kit.questions import Question
from bot.kit.questions import words as typed
from bot.replies import Answered, Page
from integrations.teams.cards import LONGEST, SMALL, Block, Card, content, row, words

FEW = 12  # options that are all seen at once; beyond, a list that opens
NOT_KNOWN = "~not_known"  # after the name of a question: its box to tick
NOTHING = "-"  # typed where an answer was given, to take it away

GIVEN = "Given"
KEEP = "Given, and not shown here. Leave this empty to keep it."
KEEP_OR_REMOVE = f"{KEEP} To take it away, write {NOTHING}"
AGAIN = "What you gave is not shown here. Give it again."
PRIVATE = "Nothing that you give on this page is shown in any message."
PRIVATE_ONE = "Not shown in any message."
NOT_SHOWN = "Private answers are kept and not shown here."
NOTHING_TO_CHOOSE = "There is nothing to choose from."
LINK = re.compile(r"\](?=\()")


def page_card(page: Page) -> Card:
    """`text` says which form it is and no more; what is in the fields is nobody else's to read."""
    body = [*_top(page), *_problems(page), *_asked(page), *_answered(page), *_acts(page)]
    summary = f"{page.title}. {page.heading}. Open this message to fill in the form."
    return Card(page.title, summary, content(page.title, body))


def _top(page: Page) -> Iterator[Block]:
    step = f", step {page.at} of {page.of}" if page.of > 1 else ""
    yield words(f"{page.title}{step}", block={"id": "page:title"}, isSubtle=True)
    yield words(page.heading, block={"id": "page:heading", "spacing": "small"}, size="large", weight="bolder")
    if page.answered:
        yield words(NOT_SHOWN, **SMALL)
    elif page.questions and all(question.ask.private for question in page.questions):
        yield words(PRIVATE, **SMALL)


def _problems(page: Page) -> Iterator[Block]:
    """All of them at the top, and each above its field, as on GOV.UK."""
    if page.errors:
        asked = [one for one in page.questions if one.name in page.errors]
        found = [words(f"{one.ask.question} {page.errors[one.name]}", block={"spacing": "small"}) for one in asked]
        title = words("There is a problem", weight="bolder", color="attention")
        yield {"type": "Container", "style": "attention", "bleed": True, "items": [title, *found]}


# --- questions ------------------------------------------------------------------------------------------------------


def _asked(page: Page) -> Iterator[Block]:
    all_private = all(question.ask.private for question in page.questions)
    for question in page.questions:
        if error := page.errors.get(question.name):
            above = {"id": f"error:{question.name}", "spacing": "large"}
            yield words(f"Error: {error}", block=above, weight="bolder", color="attention")
        yield _input(question, page.values.get(question.name), after_error=bool(error))
        yield from _hints(question, note=question.ask.private and not all_private)
        if question.may_not_know and not question.options:
            yield _not_known(question, page.values.get(question.name))
        yield from _given(question, page.values.get(question.name), error=bool(error))


def _input(question: Question, value: Any, *, after_error: bool) -> Block:
    """Nothing is marked as required: Teams itself would then hold back a page on which somebody says "danger", and
    would not let anybody go back.  The bot asks for what is missing.
    """
    label = question.ask.question if question.required else f"{question.ask.question} (optional)"
    if question.kind in (Kind.CHOICE, Kind.CHOICES) and not question.options:
        return words(f"{label} {NOTHING_TO_CHOOSE}")
    spacing = "small" if after_error else "large"
    drawn = {"id": question.name, "label": label, "spacing": spacing, **_field(question)}
    shown = "" if question.ask.private else _value(question, value)
    return drawn | ({"value": shown} if shown else {})


def _field(question: Question) -> Block:
    if question.options:
        return _choice(question.options, several=question.kind is Kind.CHOICES)
    box = {"type": "Input.Text", "maxLength": question.longest or LONGEST}
    return box | ({"isMultiline": True} if question.kind is Kind.LONG_TEXT else {})


def _value(question: Question, value: Any) -> str:
    if question.options:
        given = value if isinstance(value, list) else [value]
        return ",".join(one.value for one in question.options if one.value in given)
    return "" if value == DONT_KNOW or value == question.shown(DONT_KNOW) else typed(value)


def _choice(options: Sequence[Option], *, several: bool) -> Block:
    choices = [{"title": LINK.sub("]\u2060", option.label), "value": option.value} for option in options]
    drawn: Block = {"type": "Input.ChoiceSet", "choices": choices, "wrap": True, "isMultiSelect": several}
    if several or len(options) <= FEW:
        return drawn | {"style": "expanded"}
    return drawn | {"style": "compact", "placeholder": "Choose one"}


def _not_known(question: Question, value: Any) -> Block:
    ticked = not question.ask.private and value in (DONT_KNOW, question.shown(DONT_KNOW))
    return {
        "type": "Input.Toggle",
        "id": question.name + NOT_KNOWN,
        "title": "I don't know",
        "valueOn": DONT_KNOW,
        "valueOff": "",
        "value": DONT_KNOW if ticked else "",
        "spacing": "small",
    }


def _hints(question: Question, *, note: bool) -> Iterator[Block]:
    hint = question.ask.hint
    hints = [hint if hint.endswith((".", "?")) else f"{hint}."] if hint else []
    if found := " ".join([*hints, PRIVATE_ONE] if note else hints):
        yield words(found, block={"spacing": "small"}, **SMALL)


def _given(question: Question, value: Any, *, error: bool) -> Iterator[Block]:
    """That there is a private answer already, and how to keep it."""
    if question.ask.private and value not in (None, "", []):
        keep = KEEP if question.required or question.options else KEEP_OR_REMOVE
        below = {"spacing": "small", "id": f"given:{question.name}"}
        yield words(AGAIN if error else keep, block=below, size="small", weight="bolder")


# --- all answers, before they are sent ------------------------------------------------------------------------------


def _answered(page: Page) -> Iterator[Block]:
    for answer in page.answered:
        yield _answer(page, answer)


def _answer(page: Page, answer: Answered) -> Block:
    change = _go(page, "Change", f"change:{answer.name}") | {"tooltip": f"Change: {answer.question}"}
    said = [words(answer.question, isSubtle=True), *_lines(answer)]
    columns = [
        {"type": "Column", "width": "stretch", "items": said},
        {"type": "Column", "width": "auto", "items": [*row([change])]},
    ]
    return {"type": "ColumnSet", "id": f"answer:{answer.name}", "separator": True, "columns": columns}


def _lines(answer: Answered) -> Iterator[Block]:
    """A new line in a TextRun would be shown as a space."""
    shown = GIVEN if answer.private and answer.answer != "Not given" else answer.answer
    for line in shown.split("\n"):
        yield from (words(piece, block={"spacing": "none"}) for piece in chunks(line, LONGEST))


# --- where to go from here ------------------------------------------------------------------------------------------


def _acts(page: Page) -> Iterator[Block]:
    on = _go(page, page.go_on, "on") | {"style": "positive"}
    back = [_go(page, "Back", "back")] if page.can_go_back else []
    yield from row([on, *back], spacing="large")
    yield from row([_go(page, "Save and come back", "save"), _go(page, "Cancel and delete", "cancel")])


def _go(page: Page, title: str, go: str) -> Block:
    """Execute, which puts the next page in place of this one; Submit where a client cannot do that."""
    data = {"mace": {"form": page.dialogue_id, "page": page.heading, "go": go}}
    submit = {"type": "Action.Submit", "title": title, "data": data}
    return {"type": "Action.Execute", "title": title, "verb": "go", "data": data, "fallback": submit}
