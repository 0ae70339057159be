"""The keys of an installation, the seal they put on whatever must not lie readable in the database, and the marks by
which the same words are found without being read (TRUST.md 3.2, 3.3).
"""

import hmac
import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT, NONCE, LENGTH, MARK, MOST = 1, 12, 32, 16, 255
HEAD = 2 + NONCE  # format, number of the key, nonce
ODD_FILE = "{} is no file of keys. Make one with: mace-bot keys new --out FILE"
NOT_WRITTEN = "{} cannot be written, and is as it was. Check that its folder is yours and has room."
FULL = "{} holds key 255 already, and no number comes after it. Remove a key that seals nothing, and ask us for help."


class UnusableKeys(Exception):
    """The keys cannot be used.  The message says what to do."""


class CannotOpen(Exception):
    """Not sealed with a key that we have, or for another place than this one."""


@dataclass
class Keys:
    """Number -> key.  The highest number seals; every one opens.  Whatever is shown of them is only their numbers.

    `path` is where they were read: when something was sealed by another process with a newer key, they are read again.
    """

    roots: dict[int, bytes]
    made_on: dict[int, date] = field(default_factory=dict, compare=False)
    path: Path | None = field(default=None, compare=False)
    _ciphers: dict[int, AESGCM] = field(default_factory=dict, init=False, compare=False)
    _auditing: dict[int, bytes] = field(default_factory=dict, init=False, compare=False)

    def __repr__(self) -> str:
        return f"<Keys {sorted(self.roots)}>"

    @property
    def newest(self) -> int:
        return max(self.roots)

    @property
    def auditing(self) -> dict[int, bytes]:
        """What chains the audit: an entry bears the number of its key, so that an old key proves old entries."""
        for number in self.roots.keys() - self._auditing.keys():
            self._auditing[number] = _derived(self.roots[number], b"audit")
        return self._auditing

    def seal(self, clear: bytes, place: str) -> bytes:
        """`place`, like a table and column, is bound to it: moved anywhere else it does not open (TRUST.md T-49)."""
        number, nonce = self.newest, secrets.token_bytes(NONCE)
        return bytes((FORMAT, number)) + nonce + self._cipher(number).encrypt(nonce, clear, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        if len(sealed) <= HEAD or sealed[0] != FORMAT:
            raise CannotOpen
        try:
            return self._cipher(sealed[1]).decrypt(sealed[2:HEAD], sealed[HEAD:], place.encode())
        except InvalidTag:
            raise CannotOpen from None

    def secret(self, purpose: str) -> str:
        """For something else than data: the same in every process that was started with the same newest key."""
        return _derived(self.roots[self.newest], purpose.encode()).hex()

    def mark(self, purpose: str, *parts: str) -> str:
        """The same for what reads the same, and no way back to it (TRUST.md 3.3).

        Made with the lowest key: a newer one changes no mark, and the lowest has to stay.
        """
        said = "\0".join((purpose, *(folded(part) for part in parts)))
        return hmac.digest(_derived(self.roots[min(self.roots)], b"index"), said.encode(), "sha256")[:MARK].hex()

    def _cipher(self, number: int) -> AESGCM:
        if number not in self.roots:
            self._read_again()
        if number not in self.roots:
            raise CannotOpen
        return self._ciphers.get(number) or self._ciphers.setdefault(
            number, AESGCM(_derived(self.roots[number], b"data"))
        )

    def _read_again(self) -> None:
        if self.path:
            with suppress(UnusableKeys):
                self.roots = {**read_keys(self.path).roots, **self.roots}


SAMPLE = Keys({1: b"MACE bot: anybody can read this."})  # for invented people, and for tests


def _derived(root: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), LENGTH, salt=None, info=b"mace-bot " + purpose).derive(root)


def folded(text: str) -> str:
    """For marks: only letters and digits, without accents, in one case."""
    return "".join(c for c in normalize("NFKD", normalize("NFKD", text).casefold()) if c.isalnum())


# --- their file -------------------------------------------------------------------------------------------------------


def new_keys(number: int = 1, made_on: date | None = None) -> str:
    """What a new file of keys holds, or one more line of it."""
    return f"{number} {b64encode(secrets.token_bytes(LENGTH)).decode()} {made_on or ''}".rstrip() + "\n"


def add_key(path: Path, today: date) -> int:
    """The number of the new one.  Whatever happens, the file is either as it was or whole.  Raises UnusableKeys."""
    keys = read_keys(path)
    if keys.newest == MOST:
        raise UnusableKeys(FULL.format(path))
    try:
        _replace(path.resolve(), f"{path.read_text('ascii').rstrip()}\n{new_keys(keys.newest + 1, today)}")
    except OSError:
        raise UnusableKeys(NOT_WRITTEN.format(path)) from None
    return keys.newest + 1


def _replace(path: Path, text: str) -> None:
    """By a file of the same owner, which takes its name when it is whole."""
    was = path.stat()
    with TemporaryDirectory(dir=path.parent, prefix=".keys-") as folder:
        part = Path(folder, "part")
        with part.open("x") as file:
            os.fchmod(file.fileno(), was.st_mode & 0o700)
            os.fchown(file.fileno(), was.st_uid, was.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def read_keys(path: Path) -> Keys:
    """A line a key: its number, 32 bytes as base64, and the day it was made.  Raises UnusableKeys."""
    try:
        stat, text = path.stat(), path.read_text("ascii")
        found = [_key(line) for line in text.splitlines() if line.strip()]
    except (ValueError, NotBase64):
        raise UnusableKeys(ODD_FILE.format(path)) from None
    except OSError:
        raise UnusableKeys(f"The file of keys {path} cannot be read. Check MACE_KEYS_FILE.") from None
    if stat.st_mode & 0o077:
        raise UnusableKeys(f"Others can read {path}. Let only the bot's own account read it: chmod 600 {path}")
    if not found or len({number for number, _, _ in found}) < len(found):  # one number twice: which of them sealed?
        raise UnusableKeys(ODD_FILE.format(path))
    written_on = datetime.fromtimestamp(stat.st_mtime, UTC).date()
    return Keys(
        {number: root for number, root, _ in found},
        {number: made_on or written_on for number, _, made_on in found},
        path,
    )


def _key(line: str) -> tuple[int, bytes, date | None]:
    """An older version wrote no day."""
    number, text, *made_on = line.split()
    root = b64decode(text, validate=True)
    if not 0 < int(number) <= MOST or len(root) != LENGTH or len(made_on) > 1:
        raise ValueError(number)
    return int(number), root, date.fromisoformat(made_on[0]) if made_on else None
