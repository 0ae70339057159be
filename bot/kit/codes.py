"""Codes that one person tells another outside chat, by which an account is linked: short, used once, kept as a hash."""

import hashlib
import re
import secrets

from bot.kit.references import ALPHABET

LENGTH = 8  # 29 to the 8th is some 5 x 10^11


def new_code() -> str:
    """In two halves, to be read out on the phone."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{body[: LENGTH // 2]}-{body[LENGTH // 2 :]}"


def hashed(code: str) -> str:
    """Of the code as it was meant: case, spaces and hyphens do not matter."""
    return hashlib.sha256(re.sub(r"[\s-]", "", code).upper().encode()).hexdigest()
