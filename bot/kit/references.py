"""References people can read out on the phone: A-7K2F9.  They are names, never keys: knowing one opens nothing."""

import re
import secrets
from collections.abc import Iterator

# 29 characters (a prime), none easily mistaken for another and no A or E, so that no word is spelled.
ALPHABET = "23456789BCDFGHJKMNPQRSTUVWXYZ"
_SHAPE = re.compile(rf"\b([ABCDEFGJMNPQRSTX])[- ]?([{ALPHABET}]{{5}})\b", re.IGNORECASE)


def new_reference(prefix: str) -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(4))
    return f"{prefix}-{body}{_check(body)}"


def find_reference(text: str) -> str:
    """The first well-formed reference in a line, or ''.  Case, a missing hyphen and a space for it are forgiven."""
    return next(references_in(text), "")


def references_in(text: str) -> Iterator[str]:
    for match in _SHAPE.finditer(text):
        body = match[2].upper()
        if _check(body[:4]) == body[4]:
            yield f"{match[1].upper()}-{body}"


def without_reference(text: str) -> str:
    return _SHAPE.sub("", text, count=1).strip()


def _check(body: str) -> str:
    """Weights 1 to 4 in a prime base catch every single slip and every swap of two neighbours."""
    return ALPHABET[sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(body, start=1)) % len(ALPHABET)]
