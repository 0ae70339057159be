"""What Slack refuses, as its documentation says (PLATFORMS.md): a payload that passes here would be shown."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]
TEXT, MESSAGE_CHARACTERS, VIEW_BYTES = 40_000, 13_200, 250_000
KEYS = {
    "header": {"type", "block_id", "text"},
    "section": {"type", "block_id", "text", "fields", "accessory"},
    "context": {"type", "block_id", "elements"},
    "actions": {"type", "block_id", "elements"},
    "input": {"type", "block_id", "label", "hint", "optional", "element", "dispatch_action"},
    "button": {"type", "action_id", "text", "value", "style", "confirm", "accessibility_label", "url"},
    "plain_text_input": {"type", "action_id", "multiline", "max_length", "initial_value"},
    "radio_buttons": {"type", "action_id", "options", "initial_option"},
    "checkboxes": {"type", "action_id", "options", "initial_options"},
    "static_select": {"type", "action_id", "options", "option_groups", "initial_option"},
    "multi_static_select": {"type", "action_id", "options", "option_groups", "initial_options"},
    "modal": {
        *("type", "callback_id", "private_metadata", "title", "submit", "close", "notify_on_close", "blocks"),
        *("clear_on_close", "external_id"),
    },
    "home": {"type", "callback_id", "private_metadata", "blocks"},
}


def check_message(message: Mapping[str, Any]) -> None:
    text, blocks = message.get("text"), message.get("blocks") or []
    assert isinstance(text, str), "no text"
    assert 0 < len(text) <= TEXT, f"text of {len(text)}"
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", text), f"markup in {text!r}"
    check_blocks(blocks, 50)
    size = len(json.dumps(blocks, ensure_ascii=False))
    assert size <= MESSAGE_CHARACTERS, f"blocks of {size} characters"
    assert all(block["type"] != "input" for block in blocks), "an input in a message"


def check_view(view: Mapping[str, Any]) -> None:
    _keys(view, view["type"])
    check_blocks(view["blocks"], 100)
    assert len(json.dumps(view, ensure_ascii=False).encode()) <= VIEW_BYTES
    assert len(view.get("private_metadata", "")) <= 3_000
    assert len(view.get("callback_id", "")) <= 255
    if view["type"] == "modal":
        _text(view["title"], 24)
        for name in ("submit", "close"):
            if name in view:
                _text(view[name], 24)
        assert "submit" in view or all(block["type"] != "input" for block in view["blocks"]), "no submit"


def check_errors(errors: Mapping[str, str], view: Mapping[str, Any]) -> None:
    inputs = {block.get("block_id") for block in view["blocks"] if block["type"] == "input"}
    assert errors
    assert errors.keys() <= inputs, f"errors beside {errors.keys() - inputs}"


def check_blocks(blocks: Sequence[Block], most: int) -> None:
    assert len(blocks) <= most, f"{len(blocks)} blocks"
    for block in blocks:
        _block(block)
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(set(ids)) == len(ids), f"a block id twice: {ids}"
    assert all(0 < len(one) <= 255 for one in ids)
    buttons = [one["action_id"] for block in blocks for one in elements(block) if one["type"] == "button"]
    assert len(set(buttons)) == len(buttons), f"an action id twice: {buttons}"


def elements(block: Block) -> list[Any]:
    """What can be pressed or filled in."""
    match block["type"]:
        case "actions":
            return list(block["elements"])
        case "input":
            return [block["element"]]
        case "section" if "accessory" in block:
            return [block["accessory"]]
    return []


def _block(block: Block) -> None:
    _keys(block, block["type"])
    match block["type"]:
        case "header":
            _text(block["text"], 150)
        case "section":
            _section(block)
        case "context":
            assert 0 < len(block["elements"]) <= 10
            for element in block["elements"]:
                _text(element, 3_000)
        case "actions":
            assert 0 < len(block["elements"]) <= 25, f"{len(block['elements'])} buttons"
        case "input":
            _text(block["label"], 2_000)
            if "hint" in block:
                _text(block["hint"], 2_000)
    for element in elements(block):
        _element(element)


def _section(block: Block) -> None:
    assert ("text" in block) != ("fields" in block)
    if "text" in block:
        _text(block["text"], 3_000)
    assert 0 < len(block.get("fields", [1])) <= 10
    for field in block.get("fields", ()):
        _text(field, 2_000)


def _element(element: Mapping[str, Any]) -> None:
    kind = element["type"]
    _keys(element, kind)
    assert 0 < len(element["action_id"]) <= 255
    match kind:
        case "button":
            _button(element)
        case "plain_text_input":
            assert 0 < element["max_length"] <= 3_000
            assert 0 < len(element.get("initial_value", "x")) <= element["max_length"]
        case "radio_buttons" | "checkboxes":
            _options(element["options"], 10)
        case "static_select" | "multi_static_select":
            assert ("options" in element) != ("option_groups" in element)
            _options(element.get("options") or [option for g in element["option_groups"] for option in _group(g)], None)
            assert len(element.get("options", ())) <= 100
            assert len(element.get("option_groups", ())) <= 100
    initial = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else None)
    assert initial is None or initial, "nothing chosen, said with an empty list"
    assert all(one in all_options(element) for one in initial or ()), "an initial option that is not an option"


def all_options(element: Mapping[str, Any]) -> list[Any]:
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def _group(group: Mapping[str, Any]) -> list[Any]:
    _text(group["label"], 75)
    assert 0 < len(group["options"]) <= 100
    return list(group["options"])


def _options(options: Sequence[Mapping[str, Any]], most: int | None) -> None:
    assert options, "no options"
    assert most is None or len(options) <= most, f"{len(options)} options"
    for option in options:
        assert option.keys() <= {"text", "value", "description"}
        _text(option["text"], 75)
        assert 0 < len(option["value"]) <= 150
        if "description" in option:
            _text(option["description"], 75)


def _button(button: Mapping[str, Any]) -> None:
    _text(button["text"], 75)
    assert len(button.get("value", "")) <= 2_000
    assert button.get("url", "https://").startswith("https://")
    assert len(button.get("url", "")) <= 3_000
    assert len(button.get("accessibility_label", "")) <= 75
    assert button.get("style", "primary") in ("primary", "danger")
    if confirm := button.get("confirm"):
        for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            _text(confirm[name], most)


def _text(text: Mapping[str, Any], most: int) -> None:
    assert text["type"] == "plain_text", "markup can fire in anything but plain_text"
    assert text.keys() <= {"type", "text", "emoji"}
    assert 0 < len(text["text"]) <= most, f"{len(text['text'])} characters where {most} fit: {text['text'][:80]!r}"


def _keys(thing: Mapping[str, Any], kind: str) -> None:
    assert thing.keys() <= KEYS[kind], f"{kind} knows no {thing.keys() - KEYS[kind]}"
