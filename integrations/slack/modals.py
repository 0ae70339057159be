"""A page of a form as a modal, and a message shown in one."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.kit.forms import Kind, Option
from bot.kit.messages import Message
from bot.kit.parts import chunks
from bot.kit.questions import Question
from bot.kit.questions import words as typed
from bot.replies import Answered, Page
from integrations.slack.blocks import HEADER, LABEL, SECTION, Block, blocks, button, words

View = dict[str, Any]

FORM, SAID = "form", "said"  # callback ids
ANSWER = "answer"  # the action id of every input: its block is named by the question
FEW = 10  # options that are all seen at once; beyond, a list that opens
MANY = 100  # options a list or a group of it may hold
MOST_BLOCKS = 100  # in a modal or on the home tab
INPUT = 3_000  # characters

NAME = "MACE"
PRIVATE = "Nothing on this page is shown in any message."
PRIVATE_ONE = "Not shown in any message."
ONLY_YOU = "Only you see this page."
NOT_KNOWN = "If you do not know, write: don't know"
NOTHING_TO_CHOOSE = "There is nothing to choose from."
MORE = "There is more than fits here. Ask me in a direct message."
SURE = {
    "title": words("Cancel this form?"),
    "text": words("Its answers are deleted. Nothing is sent."),
    "confirm": words("Delete the answers"),
    "deny": words("Go back to the form"),
}


def form(page: Page) -> View:
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": str(page.dialogue_id),
        "title": words(page.title),
        "submit": words(page.go_on),
        "close": words("Close"),
        "notify_on_close": True,
        "blocks": [*_top(page), *_asked(page), *_answered(page), _acts(page)],
    }


def said(message: Message) -> View:
    return {
        "type": "modal",
        "callback_id": SAID,
        "title": words(NAME),
        "close": words("Close"),
        "blocks": _at_most(blocks(message.elements)),
    }


def home(message: Message) -> View:
    return {"type": "home", "blocks": _at_most(blocks(message.elements))}


def _at_most(drawn: list[Block]) -> list[Block]:
    if len(drawn) <= MOST_BLOCKS:
        return drawn
    return [*drawn[: MOST_BLOCKS - 1], {"type": "section", "text": words(MORE)}]


def _top(page: Page) -> Iterator[Block]:
    yield {"type": "header", "block_id": "heading", "text": words(page.heading[:HEADER])}
    notes = [f"Step {page.at} of {page.of}"] if page.of > 1 else []
    if page.answered:
        notes.append(ONLY_YOU)
    elif page.questions and all(question.ask.private for question in page.questions):
        notes.append(PRIVATE)
    if notes:
        yield {"type": "context", "elements": [words(note) for note in notes]}


def _acts(page: Page) -> Block:
    back = [button("go:back", "Back", "back")] if page.can_go_back else []
    save = button("go:save", "Save and come back", "save")
    cancel = button("go:cancel", "Cancel", "cancel") | {"confirm": SURE}
    return {"type": "actions", "block_id": "acts", "elements": [*back, save, cancel]}


# --- questions ------------------------------------------------------------------------------------------------------


def _asked(page: Page) -> Iterator[Block]:
    all_private = all(question.ask.private for question in page.questions)
    for question in page.questions:
        if error := page.errors.get(question.name):
            yield {"type": "section", "block_id": f"error:{question.name}", "text": words(f"Error: {error}")}
        yield _input(question, page.values.get(question.name), note=question.ask.private and not all_private)


def _input(question: Question, value: Any, *, note: bool) -> Block:
    """Slack itself asks for what is required and was left empty."""
    label = words(question.ask.question)
    if question.kind in (Kind.CHOICE, Kind.CHOICES) and not question.options:
        return {"type": "section", "text": words(f"{question.ask.question} {NOTHING_TO_CHOOSE}")}
    drawn = {
        "type": "input",
        "block_id": question.name,
        "label": label,
        "optional": not question.required,
        "element": {"action_id": ANSWER, **_element(question, value)},
    }
    hint = " ".join(_hints(question, note=note))
    return drawn | ({"hint": words(hint)} if hint else {}) | ({"dispatch_action": True} if question.ask.at_once else {})


def _hints(question: Question, *, note: bool) -> Iterator[str]:
    if question.ask.hint:
        yield question.ask.hint if question.ask.hint.endswith((".", "?")) else f"{question.ask.hint}."
    if question.may_not_know and not question.options:
        yield f"{NOT_KNOWN}."
    if note:
        yield PRIVATE_ONE


def _element(question: Question, value: Any) -> Block:
    match question.kind:
        case Kind.CHOICE:
            return _one_of(question.options, value)
        case Kind.CHOICES:
            return _some_of(question.options, value)
    box: Block = {"type": "plain_text_input", "multiline": question.kind is Kind.LONG_TEXT, "max_length": INPUT}
    given = question.shown(value) if value == "don't know" else typed(value)
    return box | ({"initial_value": given[:INPUT]} if given else {})


def _one_of(options: Sequence[Option], value: Any) -> Block:
    chosen = next((_option(one) for one in options if _is_chosen(value, one)), None)
    element = {"type": "radio_buttons", "options": [*map(_option, options)]} if len(options) <= FEW else _list(options)
    return element | ({"initial_option": chosen} if chosen else {})


def _some_of(options: Sequence[Option], value: Any) -> Block:
    chosen = [_option(one) for one in options if _is_chosen(value, one)]
    few: Block = {"type": "checkboxes", "options": [*map(_option, options)]}
    element = few if len(options) <= FEW else _list(options) | {"type": "multi_static_select"}
    return element | ({"initial_options": chosen} if chosen else {})


def _list(options: Sequence[Option]) -> Block:
    if len(options) <= MANY:
        return {"type": "static_select", "options": [*map(_option, options)]}
    groups = [options[at : at + MANY] for at in range(0, len(options), MANY)]
    drawn = [{"label": words(_range(group)), "options": [*map(_option, group)]} for group in groups]
    return {"type": "static_select", "option_groups": drawn}


def _range(group: Sequence[Option]) -> str:
    return f"{group[0].label[:30]} to {group[-1].label[:30]}"


def _option(option: Option) -> Block:
    """A long label goes on in the line below it."""
    first, *rest = (piece.strip() for piece in chunks(option.label, LABEL))
    below = " ".join(rest)
    below = below if len(below) <= LABEL else f"{below[: LABEL - 1]}…"
    return {"text": words(first), "value": option.value} | ({"description": words(below)} if below else {})


def _is_chosen(value: Any, option: Option) -> bool:
    return option.value in value if isinstance(value, list) else option.value == value


# --- all answers, before they are sent ------------------------------------------------------------------------------


def _answered(page: Page) -> Iterator[Block]:
    for answer in page.answered:
        yield from _answer(answer)


def _answer(answer: Answered) -> Iterator[Block]:
    first, *rest = chunks(f"{answer.question}\n{answer.answer}", SECTION)
    change = button(f"go:change:{answer.name}", "Change", f"change:{answer.name}")
    change["accessibility_label"] = f"Change: {answer.question}"[:LABEL]
    yield {"type": "section", "block_id": f"answer:{answer.name}", "text": words(first), "accessory": change}
    for number, piece in enumerate(rest):
        yield {"type": "section", "block_id": f"more:{answer.name}:{number}", "text": words(piece)}
