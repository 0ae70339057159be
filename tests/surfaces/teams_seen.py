"""An Adaptive Card as a person reads it, in the words of tests/surfaces/core.py."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from integrations.teams.forms import GIVEN as GIVEN_WORD
from integrations.teams.forms import NOT_KNOWN
from tests.surfaces import GIVEN, Heard
from tests.surfaces.teams_limits import parts

Card = Mapping[str, Any]


def seen(card: Card, sent_as: str, form: str = "") -> Heard:
    """`form` names this version of the card, in case it is a page of a form."""
    return _page(card, sent_as, form) if _id(card, "page:heading") else _message(card, sent_as)


def _message(card: Card, sent_as: str) -> Heard:
    text = "\n".join(line for block in card["body"] for line in _lines(block))
    sets = [one for one in parts(card) if one["type"] == "ActionSet"]
    pressed = [one for row in sets for one in reversed(row["actions"])]
    buttons = {one["title"]: one["data"]["say"] for one in pressed if "data" in one}
    links = {one["title"]: one["url"] for one in pressed if "url" in one}
    return Heard(text, buttons, links, sent_as=sent_as)


def _lines(block: Mapping[str, Any]) -> Iterator[str]:
    match block:
        case {"type": "RichTextBlock"}:
            text = words(block)
            yield f"- {text[2:]}" if text.startswith("• ") else text
        case {"type": "ColumnSet", "columns": [name, value]}:
            yield f"{words(name['items'][0])}: {words(value['items'][0])}"


def words(block: Mapping[str, Any]) -> str:
    return "".join(run["text"] for run in block["inlines"])


def inputs(card: Card) -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for one in parts(card) if one["type"].startswith("Input.")}


def _page(card: Card, sent_as: str, form: str) -> Heard:
    fields = {name: field for name, field in inputs(card).items() if not name.endswith(NOT_KNOWN)}
    step, heading = words(_id(card, "page:title") or {}), words(_id(card, "page:heading") or {})
    return Heard(
        text=f"{step.partition(', step')[0]}\n{heading}",
        questions={name: field["label"].removesuffix(" (optional)") for name, field in fields.items()},
        errors={name: words(block).removeprefix("Error: ") for name, block in _named(card, "error")},
        values={name: _value(card, name, field) for name, field in fields.items()},
        options={name: _options(field) for name, field in fields.items() if "choices" in field},
        answered={name: _said(block["columns"][0]["items"]) for name, block in _named(card, "answer")},
        form=form,
        sent_as=sent_as,
    )


def _value(card: Card, name: str, field: Mapping[str, Any]) -> Any:
    if _id(card, f"given:{name}"):
        return GIVEN
    if (box := _id(card, name + NOT_KNOWN)) and box["value"]:
        return "I don't know"
    value = field.get("value")
    return value.split(",") if value and field.get("isMultiSelect") else value


def _options(field: Mapping[str, Any]) -> dict[str, str]:
    return {one["value"]: one["title"].replace("\u2060", "") for one in field["choices"]}


def _said(blocks: Sequence[Mapping[str, Any]]) -> str:
    said = "\n".join(words(block) for block in blocks[1:])
    return GIVEN if said == GIVEN_WORD else said


def _named(card: Card, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in parts(card):
        before, _, name = str(one.get("id", "")).partition(":")
        if before == kind:
            yield name, one


def _id(card: Card, wanted: str) -> dict[str, Any] | None:
    return next((one for one in parts(card) if one.get("id") == wanted), None)
