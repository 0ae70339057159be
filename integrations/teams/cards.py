"""A message as an Adaptive Card.  All text is in TextRuns: a TextBlock or FactSet would read Markdown in it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
LARGEST = 24_000  # bytes of JSON: Teams refuses a message somewhat above 25 kB
LONGEST = 3_000  # characters in one block
ACTIONS = 5  # in one row: a client may leave out what is beyond
SMALL: Block = {"size": "small", "isSubtle": True}


@dataclass(frozen=True)
class Card:
    """What one activity posts.

    `text` stands above the card and is what a locked phone shows; `summary` is the whole message in words, for
    whatever cannot draw cards (TRUST.md 4.2).
    """

    text: str
    summary: str
    content: Block


def cards(message: Message) -> list[Card]:
    """One, or several below each other if Teams would refuse it as one."""
    return [_card(part) for part in parts(message, _small(message.elements), _fits)]


def activity(card: Card) -> Block:
    """What is sent to Teams.  Plain, because Markdown is live in the text of a message."""
    drawn = [{"contentType": CARD, "content": card.content}]
    return {"type": "message", "text": card.text, "textFormat": "plain", "summary": card.summary, "attachments": drawn}


def content(text: str, body: Iterable[Block]) -> Block:
    """`text` is shown by a client too old for the card."""
    return {"$schema": SCHEMA, "type": "AdaptiveCard", "version": "1.5", "fallbackText": text, "body": [*body]}


def run(text: str, **style: Any) -> Block:
    return {"type": "TextRun", "text": text, **style}


def words(text: str, *, block: Block | None = None, **style: Any) -> Block:
    return {"type": "RichTextBlock", "inlines": [run(text, **style)], **(block or {})}


def row(actions: Sequence[Block], **block: Any) -> Iterator[Block]:
    yield from ({"type": "ActionSet", "actions": [*some], **block} for some in by(ACTIONS, actions))


def size_of(block: Any) -> int:
    return len(json.dumps(block, ensure_ascii=False).encode())


def _card(part: Message) -> Card:
    return Card(part.preview, in_words(part), content(part.preview, _body(part.elements)))


def _fits(part: Sequence[Element]) -> bool:
    return size_of(_card(Message("", tuple(part))).content) <= LARGEST


def _small(elements: Iterable[Element]) -> Iterator[Element]:
    """The same in elements of which each fits."""
    for element in elements:
        match element:
            case Heading(text) | Subheading(text) | Paragraph(text) | Footer(text):
                yield from map(type(element), chunks(text, LONGEST))
            case Facts(items):
                yield from (Facts(tuple(some)) for some in _cut(items))
            case Bullets(items, numbered=False):
                yield from (Bullets((piece,)) for item in items for piece in chunks(item, LONGEST))
            case Bullets(items) if size_of(items) > LARGEST // 4:  # which drawn is several times that
                numbered = (f"{number}. {item}" for number, item in enumerate(items, start=1))
                yield from (Paragraph(piece) for item in numbered for piece in chunks(item, LONGEST))
            case Buttons(items):
                yield from (Buttons(tuple(some)) for some in by(ACTIONS, items))
            case _:
                yield element


def _cut(items: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    return by(1, [(name, piece) for name, value in items for piece in chunks(value, LONGEST)])


def _body(elements: Sequence[Element]) -> Iterator[Block]:
    main = sum(isinstance(element, Buttons) for element in elements) == 1
    for element in elements:
        yield from _drawn(element, main=main)


def _drawn(element: Element, *, main: bool) -> Iterator[Block]:
    match element:
        case Heading(text):
            yield words(text, size="large", weight="bolder")
        case Subheading(text):
            yield words(text, block={"separator": True, "spacing": "medium"}, size="medium", weight="bolder")
        case Paragraph(text):
            yield words(text)
        case Facts(items):
            yield from (_fact(name, value) for name, value in items)
        case Bullets(items, numbered):
            marks = (f"{number}." if numbered else "•" for number, _ in enumerate(items, start=1))
            spaced = {"spacing": "small"}
            yield from (words(f"{mark} {item}", block=spaced) for mark, item in zip(marks, items, strict=True))
        case Buttons(items):
            first = "positive" if main and len(items) > 1 else ""
            yield from row([_button(*item, first if not at else "") for at, item in enumerate(items)])
        case Link(label, url):
            yield from row([{"type": "Action.OpenUrl", "title": label, "url": url}])
        case Footer(text):
            yield words(text, block={"separator": True, "spacing": "medium"}, **SMALL)


def _fact(name: str, value: str) -> Block:
    columns = [_column(2, run(name, isSubtle=True)), _column(3, run(value))]
    return {"type": "ColumnSet", "spacing": "small", "columns": columns}


def _column(width: int, shown: Block) -> Block:
    return {"type": "Column", "width": width, "items": [{"type": "RichTextBlock", "inlines": [shown]}]}


def _button(label: str, line: str, style: str) -> Block:
    """Submit, and not Execute: most answers stand below the message that was pressed, and do not replace it."""
    drawn = {"type": "Action.Submit", "title": label, "data": {"say": line}}
    return drawn | ({"style": style} if style else {})
