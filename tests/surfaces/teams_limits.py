"""What Teams refuses or would show wrongly: Microsoft's own schema of cards, and what its documentation adds."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft6Validator, ValidationError
from jsonschema.validators import extend

LARGEST = 25_000  # bytes of one card (PLATFORMS.md)
ACTIONS = 6  # in a row
TITLE = 80
OURS = {
    *("AdaptiveCard", "RichTextBlock", "TextRun", "ColumnSet", "Column", "Container", "ActionSet"),
    *("Input.Text", "Input.ChoiceSet", "Input.Toggle", "Action.Submit", "Action.Execute"),
    "Action.OpenUrl",
}  # none of which reads Markdown, as TextBlock and FactSet do


def likely_first() -> Callable[..., Iterator[ValidationError]]:
    """`anyOf`, but what fitted the last thing of this type is tried first: a card may hold any of thirty elements."""
    fitted: dict[tuple[int, str], Any] = {}
    every = Draft6Validator.VALIDATORS["anyOf"]

    def any_of(validator: Any, branches: list[Any], instance: Any, schema: Any) -> Iterator[ValidationError]:
        key = (id(branches), instance.get("type", "") if isinstance(instance, dict) else type(instance).__name__)
        if key in fitted and validator.evolve(schema=fitted[key]).is_valid(instance):
            return
        for branch in branches:
            if validator.evolve(schema=branch).is_valid(instance):
                fitted[key] = branch
                return
        yield from every(validator, branches, instance, schema)

    return any_of


@cache
def schema() -> Any:
    """Of Adaptive Cards 1.5; a Python package among the test requirements brings it."""
    try:
        found = files("adaptive_cards") / "schemas" / "schema-1.5.json"
    except ModuleNotFoundError:
        pytest.fail("Microsoft's schema of Adaptive Cards is not installed. Run: make test", pytrace=False)
    return extend(Draft6Validator, {"anyOf": likely_first()})(json.loads(found.read_text()))


def check_activity(activity: Mapping[str, Any]) -> None:
    assert activity["type"] == "message"
    assert activity.get("text"), "no text: a locked phone would show that a card was sent"
    assert activity.get("summary", "").startswith(activity["text"].rstrip(".")), "a summary that begins otherwise"
    assert activity.get("textFormat") == "plain", "Markdown is live in the text of a message"
    (card,) = activity["attachments"]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    check_card(card["content"])


def check_card(card: Mapping[str, Any]) -> None:
    _check(json.dumps(card, sort_keys=True))


@cache
def _check(written: str) -> None:
    card = json.loads(written)
    size = len(json.dumps(card, ensure_ascii=False).encode())
    assert size <= LARGEST, f"a card of {size} bytes"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.5")
    assert card["fallbackText"]
    wrong = next(schema().iter_errors(card), None)
    assert wrong is None, f"{list(wrong.absolute_path)}: {wrong.message[:200]}" if wrong else ""
    elements = list(parts(card))
    assert {one["type"] for one in elements} <= OURS
    ids = [one["id"] for one in elements if "id" in one]
    assert len(set(ids)) == len(ids), f"an id twice: {ids}"
    for element in elements:
        _element(element)


def parts(card: Any) -> Iterator[dict[str, Any]]:
    """Everything in a card that has a type, but for what stands in for it elsewhere."""
    if isinstance(card, list):
        for one in card:
            yield from parts(one)
    elif isinstance(card, dict):
        if "type" in card:
            yield card
        for name, one in card.items():
            yield from () if name in ("fallback", "data") else parts(one)


def _element(element: Mapping[str, Any]) -> None:
    match element["type"]:
        case "ActionSet":
            assert 0 < len(element["actions"]) <= ACTIONS, f"{len(element['actions'])} buttons in a row"
        case "RichTextBlock":
            assert all(one["type"] == "TextRun" for one in element["inlines"])
        case "Input.Text" | "Input.ChoiceSet" | "Input.Toggle" as kind:
            assert element.get("title" if kind == "Input.Toggle" else "label"), f"{element['id']} has no label"
            assert len(element.get("value", "")) <= element.get("maxLength", 10_000)
            _choices(element)
        case "Action.Submit" | "Action.Execute":
            _action(element)
        case "Action.OpenUrl":
            assert 0 < len(element["title"]) <= TITLE
            assert element["url"].startswith("https://")


def _choices(element: Mapping[str, Any]) -> None:
    if element["type"] != "Input.ChoiceSet":
        return
    values = [one["value"] for one in element["choices"]]
    assert values, f"{element['id']} offers nothing"
    assert all("](" not in one["title"] for one in element["choices"]), "a link in Markdown"
    chosen = [element["value"]] if "value" in element else []
    if element["isMultiSelect"]:
        assert not any("," in value for value in values), "a comma would part one choice in two"
        chosen = [one for value in chosen for one in value.split(",")]
    assert set(chosen) <= set(values), f"{chosen} is not offered"


def _action(action: Mapping[str, Any]) -> None:
    assert 0 < len(action["title"]) <= TITLE
    assert isinstance(action["data"], dict)
    if action["type"] == "Action.Execute":
        assert action["fallback"]["type"] == "Action.Submit", "a client that has no Execute shows nothing to press"
        assert action["fallback"]["data"] == action["data"]
