"""The file of erasures: outside the database, so that an older one that is restored is told what was erased (TRUST.md
T-54).

Its first line is random and goes into every hash below, so that the file alone tells no reference.
"""

import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


class NoErasures(Exception):
    """The file cannot be read or written.  The message says what to do."""


CANNOT = "The file of erasures {} cannot be read and written. Check MACE_ERASURES_FILE, and that its folder is yours."


@dataclass(frozen=True)
class Erasures:
    path: Path

    def add(self, now: datetime, *references: str) -> None:
        """On the disk before the database forgets: what is listed and not erased yet is erased at the next start, and
        the other way round it could come back.  All of them at once, so that no half of a case is listed.
        """
        try:
            if not self.path.exists():
                self._append(secrets.token_hex(16))
            salt = self._lines()[0]
            self._append("\n".join(f"{_hashed(salt, one)} {now.isoformat()}" for one in references))
        except (OSError, ValueError, IndexError):
            raise NoErasures(CANNOT.format(self.path)) from None

    def when(self) -> Callable[[str], datetime | None]:
        """When a reference was erased, as far as the file knows now."""
        try:
            salt, *lines = self._lines()
            known = {hashed: datetime.fromisoformat(at) for hashed, at in map(str.split, lines)}
        except (OSError, ValueError):
            raise NoErasures(CANNOT.format(self.path)) from None
        return lambda reference: known.get(_hashed(salt, reference))

    def _lines(self) -> list[str]:
        return self.path.read_text("ascii").splitlines()

    def _append(self, line: str) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())


def _hashed(salt: str, reference: str) -> str:
    return hashlib.sha256(f"{salt} {reference}".encode()).hexdigest()
