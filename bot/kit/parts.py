"""A message that is too large for a platform, in several that are not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from bot.kit.messages import Element, Message

T = TypeVar("T")


def parts(message: Message, bits: Iterable[Element], fits: Callable[[Sequence[Element]], bool]) -> Iterator[Message]:
    """The message as it is, or its `bits` shared out among several messages, in order.

    `fits` says whether the platform takes these elements as one message.  Each bit alone has to fit.
    """
    part: list[Element] = []
    small = tuple(bits)
    if fits(small):
        part, small = list(small), ()
    for bit in small:
        if part and not fits([*part, bit]):
            yield Message(message.preview, tuple(part))
            part = []
        part.append(bit)
    yield Message(message.preview, tuple(part))


def chunks(text: str, size: int) -> Iterator[str]:
    """The same text in pieces, parted at a line's end or a space where there is one.  Joined, they are the text."""
    while len(text) > size:
        at = max(text.rfind("\n", size // 2, size), text.rfind(" ", size // 2, size)) + 1 or size
        yield text[:at]
        text = text[at:]
    if text:
        yield text


def by(size: int, items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
