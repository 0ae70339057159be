"""A message as Block Kit.  All text is plain_text, so that nothing anybody typed can become markup or a mention."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.kit.messages import (
    Bullets,
    Buttons,
    Element,
    Facts,
    Footer,
    Heading,
    Link,
    Message,
    Paragraph,
    Subheading,
    in_words,
)
from bot.kit.parts import by, chunks, parts

Block = dict[str, Any]

HEADER, SECTION, FIELD, FIELDS, BUTTONS, LABEL = 150, 3_000, 2_000, 10, 25, 75
BLOCKS = 50  # a message
CHARACTERS = 12_000  # of JSON in all blocks of a message: Slack refuses somewhat more than 13,000, and does not say so


@dataclass(frozen=True)
class Card:
    """What one call posts.  `text` is what screen readers read and what a locked phone shows."""

    text: str
    blocks: Sequence[Block]


def cards(message: Message) -> list[Card]:
    """One, or several below each other if Slack would refuse it as one."""
    return [_card(part) for part in parts(message, _small(message.elements), _fits)]


def payload(card: Card) -> Block:
    """What is sent to Slack.  Nothing in the text becomes a link or a mention."""
    return {"text": card.text, "blocks": card.blocks, "parse": "none", "link_names": False}


def blocks(elements: Iterable[Element]) -> list[Block]:
    """Each is one block; the ids of buttons are unique among them."""
    numbers = count()
    small = _small(elements)
    main = sum(isinstance(bit, Buttons) for bit in small) == 1
    return [_block(bit, numbers, main=main) for bit in small]


def words(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def button(action_id: str, label: str, value: str, style: str = "") -> Block:
    """A label that is too long ends in three dots, which a test forbids."""
    shown = label if len(label) <= LABEL else label[: LABEL - 1] + "…"
    drawn = {"type": "button", "action_id": action_id, "text": words(shown), "value": value}
    return drawn | ({"style": style} if style else {})


def _card(part: Message) -> Card:
    text = in_words(part).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Card(text, blocks(part.elements))


def _fits(part: Sequence[Element]) -> bool:
    return len(part) <= BLOCKS and len(json.dumps(blocks(part), ensure_ascii=False)) <= CHARACTERS


def _small(elements: Iterable[Element]) -> list[Element]:
    """The same in elements that are one block each."""
    return [bit for element in elements for bit in _bits(element)]


def _bits(element: Element) -> Iterator[Element]:
    match element:
        case Heading(text) | Subheading(text):
            head, *rest = chunks(text, HEADER)
            yield type(element)(head)
            yield from map(Paragraph, rest)
        case Paragraph(text) | Footer(text):
            yield from map(type(element), chunks(text, SECTION))
        case Facts(items):
            yield from _facts(items)
        case Bullets(items) if sum(map(len, items)) + 5 * len(items) > SECTION:
            yield from map(Paragraph, chunks(_bulleted(element), SECTION))
        case Bullets(items) if items:
            yield element
        case Buttons(items):
            yield from (Buttons(tuple(some)) for some in by(BUTTONS, items))
        case Link():
            yield element


def _facts(items: Sequence[tuple[str, str]]) -> Iterator[Element]:
    for some in by(FIELDS, items):
        if any(len(f"{name}: {value}") > FIELD for name, value in some):
            yield from (Paragraph(piece) for name, value in some for piece in chunks(f"{name}: {value}", SECTION))
        else:
            yield Facts(tuple(some))


def _block(bit: Element, numbers: Iterator[int], *, main: bool) -> Block:
    match bit:
        case Heading(text) | Subheading(text):
            return {"type": "header", "text": words(text)}
        case Paragraph(text):
            return {"type": "section", "text": words(text)}
        case Facts(items):
            return {"type": "section", "fields": [words(f"{name}: {value}") for name, value in items]}
        case Bullets():
            return {"type": "section", "text": words(_bulleted(bit))}
        case Buttons(items):
            styles = ("primary" if main and len(items) > 1 and not at else "" for at, _ in enumerate(items))
            drawn = [
                button(f"say:{next(numbers)}", label, line, style)
                for (label, line), style in zip(items, styles, strict=True)
            ]
            return {"type": "actions", "elements": drawn}
        case Link(label, url):
            return {"type": "actions", "elements": [button(f"open:{next(numbers)}", label, "open") | {"url": url}]}
        case Footer(text):
            return {"type": "context", "elements": [words(text)]}


def _bulleted(element: Bullets) -> str:
    return "\n".join(
        f"{number}. {item}" if element.numbered else f"• {item}" for number, item in enumerate(element.items, start=1)
    )
