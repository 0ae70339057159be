"""Which of several phrases somebody meant by a few words: the nearest, or all that are equally near."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

K = TypeVar("K")

EMPTY = frozenset({"a", "an", "and", "at", "for", "from", "in", "of", "on", "the", "their", "to", "up", "your"})
NEAR, SAME = 0.8, 0.05  # how alike two words have to be; how much nearer the best has to be


def meant(said: str, phrases: Mapping[K, Sequence[str]]) -> list[K]:
    """The keys whose phrase has each word that was said, or one very like it: none, one, or several to ask about."""
    words = _words(said)
    scores = {key: max(_score(words, _words(one)) for one in several) for key, several in phrases.items()}
    best = max(scores.values(), default=0.0)
    return [key for key, score in scores.items() if best and best - score <= SAME]


def _words(text: str) -> list[str]:
    every = re.findall(r"[^\W_]+", text.casefold().replace("'", "").replace("\u2019", ""))
    return [one for one in every if one not in EMPTY]


def _score(said: Sequence[str], phrase: Sequence[str]) -> float:
    """How near, and how much of the phrase was said.  A word that fits nothing rules the phrase out."""
    found = [_nearest(word, phrase) for word in said]
    if not found or min(found) < NEAR:
        return 0.0
    said_of = [_nearest(word, said) for word in phrase]
    return (sum(found) / len(found)) * (sum(one for one in said_of if one >= NEAR) / len(phrase))


def _nearest(word: str, among: Iterable[str]) -> float:
    return max((_alike(word, one) for one in among), default=0.0)


def _alike(one: str, other: str) -> float:
    """A word that was cut short is that word."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    return 0.9 if len(short) > 2 and long.startswith(short) else SequenceMatcher(None, one, other).ratio()
