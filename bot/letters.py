"""Several things that one person is told at one time become one message, the most pressing first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from bot.kinds import COMES, Comes
from bot.kit.messages import Element, Footer, Heading, Message, Notice, Paragraph, Subheading
from bot.notices import ThingsWait
from bot.tables import Owed
from storage.levels import Disclosed, Level
from storage.records import Delivery, Post

Told = Sequence[tuple[Owed, Delivery, Notice]]
TOGETHER = {Comes.DAILY, Comes.PRESSING}  # of whatever kind
SHOWN = 8  # things in one letter: each platform takes so many as one message, however long their words are
HAD_ALREADY = Paragraph("You may have had this already.")  # when it is sent once more


@dataclass(frozen=True)
class Thing:
    notice: Notice
    post: Post | None


def travels_with(row: Owed) -> str:
    """What goes in one message, if one person is owed several; "": each goes alone."""
    comes = COMES[row.kind]
    return comes.name if comes in TOGETHER else row.kind if row.merged else ""


def in_one(told: Told) -> Message:
    message = _in_one(told)
    if not any(delivery.repeated for _, delivery, _ in told):
        return message
    return replace(message, elements=(message.elements[0], HAD_ALREADY, *message.elements[1:]))


def says_it_may_repeat(message: Message) -> bool:
    return HAD_ALREADY in message.elements


def _in_one(told: Told) -> Message:
    """All are counted, and those that do not fit are a press away: in two messages, the first would come again when the
    second met trouble.
    """
    things = sorted(_things(told), key=lambda one: _place_of(one.notice.wanted_by))
    if len(things) == 1:
        return pushed(things[0].notice)
    around = _around(things, presses=COMES[told[0][0].kind] is Comes.PRESSING).message()
    inside = [pushed(thing.notice) for thing in things]
    elements = tuple(element for message in inside[:SHOWN] for element in _as_part(message))
    dates = tuple(day for message in inside for day in message.dates)
    return replace(around, elements=(around.elements[0], *elements, *around.elements[1:]), dates=dates)


def _things(told: Told) -> Iterator[Thing]:
    """Each once, however often it is owed."""
    by_kind = sorted(told, key=lambda one: one[0].kind)
    for _, some in groupby(by_kind, key=lambda one: one[0].kind):
        rows = list(some)
        row, post = rows[0][0], rows[0][1].post
        if row.merged:
            yield Thing(row.merged([notice for _, _, notice in rows]), post)
        else:
            newest = {delivery.about: Thing(notice, delivery.post) for _, delivery, notice in rows}
            yield from {one.notice: one for one in newest.values()}.values()


def _place_of(by: date | None) -> tuple[bool, date]:
    return by is None, by or date.max


def _around(things: Sequence[Thing], *, presses: bool) -> ThingsWait:
    posts = [thing.post for thing in things if thing.post]
    places = Counter(post.partnership.name for post in posts)
    contacts = dict.fromkeys(post.partnership.contact for post in posts)
    words = dict.fromkeys(post.words for post in posts)
    where, more = tuple(sorted(places.items())), len(things[SHOWN:])
    return ThingsWait(len(things), presses, where, "; ".join(words), "; ".join(contacts), more)


def _as_part(message: Message) -> Iterator[Element]:
    """Why its reader gets it, and whom to ask, is said once for all."""
    for element in message.elements:
        if isinstance(element, Heading):
            yield Subheading(element.text)
        elif not isinstance(element, Footer):
            yield element


def pushed(notice: Notice) -> Message:
    """Raises Disclosed for more than anybody may read on a locked phone (TRUST.md 4.2)."""
    if notice.level > Level.L1:
        raise Disclosed(f"{type(notice).__name__} is {notice.level.name}: a push is L1 at most")
    return notice.message()
