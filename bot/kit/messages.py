"""What the bot says: a template becomes a Message; each platform draws the Message."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal
from xml.etree import ElementTree

from pydantic import Discriminator, TypeAdapter

from bot.kit.words import day_in_words, moment_in_words, time_in_words
from storage.levels import Level

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True)
class Heading:
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Subheading:
    text: str
    kind: Literal["subheading"] = "subheading"


@dataclass(frozen=True)
class Paragraph:
    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Facts:
    items: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]
    numbered: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True)
class Buttons:
    """(label, the line it says when pressed).  The first is the main one."""

    items: tuple[tuple[str, str], ...]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True)
class Link:
    """To a page of the bot's own, or into a call.  It changes nothing by itself: what looks at links may follow it."""

    label: str
    url: str
    kind: Literal["link"] = "link"


@dataclass(frozen=True)
class Footer:
    """Who it is from, why you get it, and whom to ask."""

    text: str
    kind: Literal["footer"] = "footer"


Element = Annotated[Heading | Subheading | Paragraph | Facts | Bullets | Buttons | Link | Footer, Discriminator("kind")]


@dataclass(frozen=True)
class Dated:
    """What a reader may put into a calendar: an ISO day, or a moment with its zone.  Chat does not show it."""

    on: str
    about: str
    what: str


@dataclass(frozen=True)
class Message:
    preview: str  # what a locked phone shows: never a name, never a concern
    elements: tuple[Element, ...]
    dates: tuple[Dated, ...] = ()
    level: Level = Level.L1  # of what is in it: from L2 on it is taken out of chat again (TRUST.md 4.3)


class Notice:
    """Base of every message: a dataclass whose fields are the variables of the template that bears its name.

    Each says its `level`; one that forgets to is taken for what no push may hold.
    """

    level: ClassVar[Level] = Level.L2

    @property
    def wanted_by(self) -> date | None:
        """Of what waits for its reader: the day by which it is wanted, or since which it waits."""
        return None

    def message(self) -> Message:
        drawn = read(environment().get_template(template_name(type(self))).render(vars(self)))
        return replace(drawn, level=self.level)


def template_name(notice: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", notice.__name__).lower() + ".xml.j2"


@cache
def environment() -> "Environment":
    """The only place where templates are set up: escaping is on, and a variable nobody gave is an error.

    Jinja is imported here, because the server can listen before it has anything to say.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("message_templates", package_path=""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": day_in_words,
        "moment": moment_in_words,
        "sentence": _sentence,
        "lower_first": _lower_first,
        "clock": time_in_words,
    }
    return made


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def _sentence(value: str) -> str:
    return value[:1].upper() + value[1:]


def read(source: str) -> Message:
    """Parse a rendered template.  Unknown tags are mistakes and fail loudly, with the line number."""
    root = ElementTree.fromstring(source)  # noqa: S314 -- rendered from our own templates, which escape
    dates = tuple(Dated(node.attrib["datetime"], node.attrib["id"], _text(node)) for node in root.findall("time"))
    return Message(root.attrib["preview"], tuple(_element(node) for node in root if node.tag != "time"), dates)


def _element(node: ElementTree.Element) -> Element:
    match node.tag:
        case "h1":
            return Heading(_text(node))
        case "h2":
            return Subheading(_text(node))
        case "p":
            return Paragraph(_text(node))
        case "dl":
            return Facts(
                tuple((_text(dt), _text(dd)) for dt, dd in zip(node.findall("dt"), node.findall("dd"), strict=True))
            )
        case "ul" | "ol":
            return Bullets(tuple(_text(li) for li in node.findall("li")), numbered=node.tag == "ol")
        case "menu":
            return Buttons(tuple((_text(button), button.attrib["say"]) for button in node.findall("button")))
        case "a":
            return Link(_text(node), node.attrib["href"])
        case "footer":
            return Footer(_text(node))
    raise ValueError(f"<{node.tag}> is not a message element")


def _text(node: ElementTree.Element) -> str:
    return " ".join("".join(node.itertext()).split())


def in_words(message: Message) -> str:
    """The whole message, beginning with its preview: what stands for it wherever it is not drawn (TRUST.md 4.2)."""
    told = to_text(message)
    return told if told.startswith(message.preview.rstrip(".")) else f"{message.preview}\n{told}"


def to_text(message: Message) -> str:
    """The whole message in words, for screen readers, terminals and logs of a test."""
    return "\n".join(_plain(element) for element in message.elements)


def _plain(element: Element) -> str:
    match element:
        case Heading(text) | Subheading(text) | Paragraph(text) | Footer(text):
            return text
        case Facts(items):
            return "\n".join(f"{name}: {value}" for name, value in items)
        case Bullets(items, numbered):
            return "\n".join(
                f"{number}. {item}" if numbered else f"- {item}" for number, item in enumerate(items, start=1)
            )
        case Buttons(items):
            return "\n".join(f'{label}: reply "{say.partition(" @")[0]}"' for label, say in items)
        case Link(label, url):
            return f"{label}: {url}"


STORED = TypeAdapter(Message)
