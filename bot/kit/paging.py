"""A long list, a page at a time: the page is asked for by its number, and one that is no longer there is the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Paged(Generic[T]):
    items: tuple[T, ...]
    at: int
    of: int
    count: int


def paged(items: Sequence[T], asked: str, size: int) -> Paged[T]:
    of = max(-(-len(items) // size), 1)
    at = min(int(asked), of) if asked.isdecimal() and len(asked) < 7 else 1
    at = max(at, 1)
    return Paged(tuple(items[(at - 1) * size : at * size]), at, of, len(items))
