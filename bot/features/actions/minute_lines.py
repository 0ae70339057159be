"""Reading the lines of a minute: item / who / what / by when, as they are pasted from anywhere.

What cannot be read is never repeated: a line may hold a child's name.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.features.actions.giving import Agreed
from bot.kit.days import read_day_to_come
from bot.kit.matching import meant
from bot.kit.words import day_in_words, plain
from bot.kit.worktime import working_days_after
from storage.keys import folded
from storage.records import AgendaItem, Post, Priority, Verb

# What a list in Word, Outlook or a web page puts before a line.
SIGNS = "-*+\u2022\u2023\u25aa\u25ab\u25cb\u25cf\u25e6\u00b7\uf0b7\u2013\u2014"
BULLET = re.compile(rf"^\s*(?:[{SIGNS}]+|o(?=\t)|\(?[0-9]{{1,3}}[.)]|\(?[a-z][.)])\s+", re.IGNORECASE)
# The first that makes four parts of a line, or five; a day may be written with slashes, a post with a comma.
SEPARATORS = (r"\t", r"\|", r"\s+/\s*|\s*/\s+", r"/", r";", r",")
PARTS = 4
APART = re.compile(r"[\t|/;,]")
ITEM_FIRST = re.compile(
    r"((?:agenda )?item[ :]*(?:no\.? ?|number )?#? ?\d{1,3}|no item|none|n/a|aob|any other business)\b"
    r"[\s:;,.|/\u2013\u2014-]*",
    re.IGNORECASE,
)
ITEM = re.compile(r"(?:agenda )?(?:item)?[ :]*(?:no\.? ?|number )?#? ?(\d{1,3})")
NO_ITEM = {"no item", "none", "n/a", "aob", "any other business"}
URGENT = re.compile(r"[\s,;/(]*\burgent(?:ly)?\b[\s)!]*$", re.IGNORECASE)
HONORIFICS = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "pc",
    "ds",
    "dc",
    "di",
    "dci",
    "sgt",
    "insp",
    "supt",
    "cllr",
}
SHAPE = "write four parts, like: item 3 / named nurse / check a record flag / 12 June"
SHOWN = 3
EXAMPLE_AFTER = 10  # working days


class Unread(Exception):
    """What is wrong with a line, and what to write instead; never what was written."""


@dataclass(frozen=True)
class Panel:
    """What lines can name: the posts, the items of the meeting by their numbers, and people, as `called()` puts their
    names, by the posts they hold.  `of_a_child`: whether a name may be one.
    """

    posts: Sequence[Post]
    items: Mapping[int, AgendaItem]
    people: Mapping[str, Collection[int]] = field(default_factory=dict)
    of_a_child: Callable[[str], bool] = lambda _: False


def lines_in(text: str) -> list[tuple[int, str]]:
    """Each line with its number among those that are not empty."""
    return list(enumerate((line for line in text.splitlines() if line.strip()), start=1))


def read_line(line: str, panel: Panel, today: date) -> Agreed:
    """Raises Unread with all that is wrong with it."""
    item, who, what, when, *more = _parts(BULLET.sub("", line, count=1))
    day = URGENT.sub("", when)
    if any(URGENT.sub("", one).strip() for one in more):
        raise Unread(SHAPE)
    read = _all_of(lambda: _item(item, panel), lambda: _post(who, panel), lambda: _verb(what), lambda: _day(day, today))
    about, owner, verb, due_on = read
    priority = Priority.HIGH if day != when or more else Priority.NORMAL
    return Agreed(owner, verb, due_on, about, about.case if about else None, priority)


def _all_of(*readers: Callable[[], Any]) -> list[Any]:
    read, wrong = [], []
    for reader in readers:
        try:
            read.append(reader())
        except Unread as unread:
            wrong.append(str(unread))
    if wrong:
        raise Unread("; ".join(wrong))
    return read


def called(name: str) -> str:
    """Without what stands before names, accents and capitals."""
    words = [folded(one) for one in name.split()]
    return " ".join(one for one in words if one and one not in HONORIFICS)


def _parts(line: str) -> list[str]:
    if sentence := _sentence(line):
        return sentence
    for separator in SEPARATORS:
        most = PARTS - 1 if separator in ("/", ",") else 0
        parts = [part.strip() for part in re.split(separator, line.strip(" |"), maxsplit=most)]
        parts = parts if len(parts) == PARTS else [part for part in parts if part]  # aligned with several tabs
        if len(parts) in (PARTS, PARTS + 1):
            return parts
    raise Unread(SHAPE)


def _sentence(line: str) -> list[str]:
    """Item 3: Nadia to check a record flag by 12 June.  In what has the signs of a list, "to" and "by" mean nothing."""
    before, _, rest = line.strip().partition(" to ")
    what, _, when = rest.rpartition(" by ")
    item = ITEM_FIRST.match(before)
    who = before[item.end() :] if item else before
    if not what or APART.search(f"{who}{what}"):
        return []
    return [item[1] if item else "", who, what, when.rstrip(" .")]


def _item(said: str, panel: Panel) -> AgendaItem | None:
    if plain(said) in NO_ITEM:
        return None
    number = ITEM.fullmatch(plain(said))
    if number is None:
        raise Unread("begin with the number of the item, or with: no item")
    if int(number[1]) not in panel.items:
        raise Unread(f"this meeting has no item {int(number[1])}")
    return panel.items[int(number[1])]


def _post(said: str, panel: Panel) -> Post:
    """By its words or by who holds it.  Whoever could be meant both ways is asked about."""
    phrases = {one.id: (one.title, one.agency.name, one.words) for one in panel.posts}
    by_words, by_name = meant(said, phrases), panel.people.get(called(said), ())
    found = [one for one in panel.posts if one.id in by_words or one.id in by_name]
    if len(found) != 1 or (found[0].id not in by_words and panel.of_a_child(said)):
        raise Unread(_which([one.words for one in found], "who is to do it", panel.posts[0].words))
    return found[0]


def _verb(said: str) -> Verb:
    found = meant(said, {one: (one.value,) for one in Verb})
    if len(found) != 1:
        raise Unread(_which([one.value for one in found], "what is to be done", Verb.CHECK_FLAG))
    return found[0]


def _which(found: Sequence[str], what: str, example: str) -> str:
    if found:
        return f"say {what}: {' or '.join(found[:SHOWN])}"
    return f"say {what}, in the words that I know, like: {example}"


def _day(said: str, today: date) -> date:
    """The day itself is not repeated either: it may be a date of birth."""
    day, example = read_day_to_come(said, today), day_in_words(working_days_after(today, EXAMPLE_AFTER))
    if day is None:
        raise Unread(f"say by when, like: {example}")
    if day <= today:
        raise Unread(f"say a day that comes after today, like: {example}")
    return day
