"""Block Kit as a person reads it, in the words of tests/surfaces/core.py."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.surfaces import Heard
from tests.surfaces.slack_limits import all_options, elements

State = Mapping[str, Any]  # question -> what is in its field


def seen(blocks: Sequence[Mapping[str, Any]], sent_as: str) -> Heard:
    text = "\n".join(line for block in blocks for line in _lines(block))
    pressed = [one for block in blocks for one in reversed(elements(block))]
    buttons = {one["text"]["text"]: one["value"] for one in pressed if "url" not in one}
    links = {one["text"]["text"]: one["url"] for one in pressed if "url" in one}
    return Heard(text, buttons, links, sent_as=sent_as)


def _lines(block: Mapping[str, Any]) -> Iterator[str]:
    match block:
        case {"type": "header" | "section", "text": {"text": text}}:
            yield "\n".join(f"- {line[2:]}" if line.startswith("• ") else line for line in text.split("\n"))
        case {"type": "section", "fields": fields}:
            yield from (field["text"] for field in fields)
        case {"type": "context", "elements": notes}:
            yield from (note["text"] for note in notes)


def page(view: Mapping[str, Any], form: str, state: State, beside: Mapping[str, str]) -> Heard:
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    heading = next(block["text"]["text"] for block in view["blocks"] if block.get("block_id") == "heading")
    options = {name: _labels(block["element"]) for name, block in inputs.items()}
    return Heard(
        text=f"{view['title']['text']}\n{heading}",
        questions={name: block["label"]["text"] for name, block in inputs.items()},
        errors={**_errors(view), **beside},
        values={name: state[name] if name in state else initial(block["element"]) for name, block in inputs.items()},
        options={name: labels for name, labels in options.items() if labels},
        answered=_answered(view),
        form=form,
    )


def initial(element: Mapping[str, Any]) -> Any:
    if chosen := element.get("initial_options"):
        return [option["value"] for option in chosen]
    return element["initial_option"]["value"] if "initial_option" in element else element.get("initial_value")


def _labels(element: Mapping[str, Any]) -> dict[str, str]:
    words = {one["value"]: (one["text"], one.get("description")) for one in all_options(element)}
    return {value: " ".join(part["text"] for part in parts if part) for value, parts in words.items()}


def _errors(view: Mapping[str, Any]) -> dict[str, str]:
    named = ((str(block.get("block_id", "")), block) for block in view["blocks"])
    return {
        name.removeprefix("error:"): block["text"]["text"].removeprefix("Error: ")
        for name, block in named
        if name.startswith("error:")
    }


def _answered(view: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for block in view["blocks"]:
        kind, _, name = str(block.get("block_id", "")).partition(":")
        if kind == "answer":
            found[name] = block["text"]["text"].partition("\n")[2]
        elif kind == "more":
            found[name.partition(":")[0]] += block["text"]["text"]
    return found
