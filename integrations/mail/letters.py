"""A message as an e-mail: its words as text and as simple HTML, the way to one's own page, and its days as a calendar.

Nobody presses a button in an e-mail: what opens links there, opens them without being asked (TRUST.md T-45).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

from icalendar import Calendar, Event
from markupsafe import Markup

from bot.features.pages import PATH
from bot.kit.messages import (
    Bullets,
    Buttons,
    Dated,
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

PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{}</title></head>'
    '<body style="font-family: Arial, sans-serif; font-size: 16px; max-width: 40em">{}</body></html>'
)


@dataclass(frozen=True)
class Sending:
    """Who it is from, where the reader's own pages are, and whom they may ring up to ask whether it is really us."""

    sender: str
    reply_to: str
    site: str
    phones: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        return urlsplit(self.site).hostname or "localhost"


def drawn(message: Message, key: str, to: str, sending: Sending, now: datetime) -> EmailMessage:
    told = replace(message, elements=(*_to_read(message), *_last_words(message, sending)))
    made = EmailMessage()
    made["From"], made["To"] = sending.sender, to
    made["Reply-To"] = sending.reply_to or sending.sender
    made["Subject"] = message.preview.rstrip(".")
    made["Date"] = now
    made["Message-ID"] = message_id(key, sending)
    made["Auto-Submitted"] = "auto-generated"  # so that no holiday notice answers it
    made.set_content(in_words(told))
    made.add_alternative(PAGE.format(message.preview, _html(told.elements)), subtype="html")
    if message.dates:
        calendar = calendar_of(message.dates, sending, now)
        made.add_attachment(calendar, "text", "calendar", filename="mace.ics", params={"method": "PUBLISH"})
    return made


def message_id(key: str, sending: Sending) -> str:
    """The same for the same key: a mail server or a reader's program that got it twice can tell."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sending.host}>"


def calendar_of(dates: Sequence[Dated], sending: Sending, now: datetime) -> bytes:
    """A thing keeps its entry: a later message about it changes the day."""
    made = Calendar()
    made.add("prodid", "-//MACE bot//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for one in dates:
        event = Event()
        event.add("uid", f"{one.about}@{sending.host}")
        event.add("dtstamp", now)
        event.add("sequence", int(now.timestamp()) // 60)
        event.add("dtstart", date.fromisoformat(one.on) if len(one.on) == 10 else datetime.fromisoformat(one.on))
        event.add("summary", f"{one.what}, {one.about}")
        event.add("url", f"{sending.site}{PATH}/read/{one.about}")
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())


def _to_read(message: Message) -> tuple[Element, ...]:
    """A mailbox may be read by others: of links it gets only the way to the page where one signs in."""
    return tuple(one for one in message.elements if not isinstance(one, Buttons | Link))


def _last_words(message: Message, sending: Sending) -> tuple[Element, ...]:
    about = {one.about for one in message.dates}
    path = f"{PATH}/read/{about.pop()}" if len(about) == 1 else PATH
    phones = "; ".join(sending.phones) or "your MACE coordinator"
    return (
        Paragraph("Cannot sign in? Tell your MACE coordinator how it stands. They write it down for you."),
        Link("Answer on your own page, where you sign in", f"{sending.site}{path}"),
        Footer(f"Not sure that this is from us? Do not open the link. Phone {phones}."),
    )


def _html(elements: Sequence[Element]) -> Markup:
    return Markup("").join(_element(one) for one in elements)


def _element(element: Element) -> Markup:
    match element:
        case Heading(text):
            return Markup("<h1 style='font-size: 20px'>{}</h1>").format(text)
        case Subheading(text):
            return Markup("<h2 style='font-size: 18px'>{}</h2>").format(text)
        case Paragraph(text) | Footer(text):
            return Markup("<p>{}</p>").format(text)
        case Facts(items):
            return Markup("").join(Markup("<p>{}: {}</p>").format(*item) for item in items)
        case Bullets(items, numbered):
            points = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
            return (Markup("<ol>{}</ol>") if numbered else Markup("<ul>{}</ul>")).format(points)
        case Link(label, url):
            return Markup("<p>{}: <a href='{}'>{}</a></p>").format(label, url, url)
        case Buttons():
            return Markup("")
