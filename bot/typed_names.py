"""Names that people type although nobody asked: recognised, never repeated, and how to delete them (TRUST.md 4.2)."""

import re
from collections.abc import Iterable
from dataclasses import replace
from unicodedata import combining, normalize

from bot.context import Context
from bot.kit.messages import Paragraph
from bot.replies import Reply
from storage.levels import unsealed
from storage.queries.cases import names_around
from storage.records import Case

SHORTEST = 3  # letters: shorter parts of a name are parts of too many words
DELETE_IT = (
    "You wrote a child's name. Please delete your message: press and hold it, or point at it and open its menu, then "
    "choose Delete. I do not repeat what you wrote."
)


def warned(ctx: Context, words: str, reply: Reply) -> Reply:
    """With a sentence more, if the words hold a name of a child about whom this person has something to do."""
    message = reply.message
    if message is None or ctx.actor.person is None or not _holds_name(ctx, words):
        return reply
    return replace(reply, message=replace(message, elements=(*message.elements, Paragraph(DELETE_IT))))


def _holds_name(ctx: Context, words: str) -> bool:
    return holds_name_of(names_around(ctx.session, ctx.actor), words, SHORTEST)


def holds_name_of(cases: Iterable[Case], words: str, shortest: int = 1) -> bool:
    """Whether a word of at least so many letters is a part of the name of one of their children."""
    typed = _parts(words, shortest)
    return any(typed & _parts(unsealed(case.child)["name"], shortest) for case in cases)


def _parts(text: str, shortest: int) -> set[str]:
    """Zoë is ZOE, and Zoë's is Zoë."""
    plain = "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
    found = {word.removesuffix("'s").removesuffix("’s") for word in re.findall(r"[^\W\d_]+(?:['’]\w+)*", plain)}
    return {word for word in found if len(word) >= shortest}
