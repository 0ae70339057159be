"""The keys of an installation, and the seal they put on whatever must not lie readable in the database (TRUST.md
3.2).
"""

import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT, NONCE, LENGTH, MOST = 1, 12, 32, 255
HEAD = 2 + NONCE  # format, number of the key, nonce
ODD_FILE = "{} is no file of keys. Make one with: mace-bot keys new --out FILE"


class UnusableKeys(Exception):
    """The keys cannot be used.  The message says what to do."""


class CannotOpen(Exception):
    """Not sealed with a key that we have, or for another place than this one."""


@dataclass(frozen=True)
class Keys:
    """Number -> key.  The highest number seals; every one opens.  Whatever is shown of them is only their numbers."""

    roots: dict[int, bytes]

    def __repr__(self) -> str:
        return f"<Keys {sorted(self.roots)}>"

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        return {number: AESGCM(_derived(root, b"data")) for number, root in self.roots.items()}

    def seal(self, clear: bytes, place: str) -> bytes:
        """`place`, like a table and column, is bound to it: moved anywhere else it does not open (TRUST.md T-49)."""
        number, nonce = max(self.roots), secrets.token_bytes(NONCE)
        return bytes((FORMAT, number)) + nonce + self._ciphers[number].encrypt(nonce, clear, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        cipher = self._ciphers.get(sealed[1]) if len(sealed) > HEAD and sealed[0] == FORMAT else None
        if cipher is None:
            raise CannotOpen
        try:
            return cipher.decrypt(sealed[2:HEAD], sealed[HEAD:], place.encode())
        except InvalidTag:
            raise CannotOpen from None

    def secret(self, purpose: str) -> str:
        """For something else than data: the same in every process of the installation."""
        return _derived(self.roots[max(self.roots)], purpose.encode()).hex()


SAMPLE = Keys({1: b"MACE bot: anybody can read this."})  # for invented people, and for tests


def _derived(root: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), LENGTH, salt=None, info=b"mace-bot " + purpose).derive(root)


def new_keys() -> str:
    """What a new file of keys holds."""
    return f"1 {b64encode(secrets.token_bytes(LENGTH)).decode()}\n"


def read_keys(path: Path) -> Keys:
    """A line a key: its number, and 32 bytes as base64.  Raises UnusableKeys."""
    try:
        mode, text = path.stat().st_mode, path.read_text("ascii")
        roots = dict(_key(line) for line in text.splitlines() if line.strip())
    except (ValueError, NotBase64):
        raise UnusableKeys(ODD_FILE.format(path)) from None
    except OSError:
        raise UnusableKeys(f"The file of keys {path} cannot be read. Check MACE_KEYS_FILE.") from None
    if mode & 0o077:
        raise UnusableKeys(f"Others can read {path}. Let only the bot's own account read it: chmod 600 {path}")
    if not roots:
        raise UnusableKeys(ODD_FILE.format(path))
    return Keys(roots)


def _key(line: str) -> tuple[int, bytes]:
    number, text = line.split()
    root = b64decode(text, validate=True)
    if not 0 < int(number) <= MOST or len(root) != LENGTH:
        raise ValueError(number)
    return int(number), root
