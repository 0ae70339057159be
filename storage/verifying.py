"""Whether the audit is as it was written: each chain from its first entry to its head, and beside what was anchored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, func, select

from storage.chain import ENTRY, HEAD, mac_of
from storage.records.base import keys_of

AT_ONCE = 1_000
SEQ = attrgetter("seq")
DELETED = "delete old entries of the audit"  # up to the one that `about` gives


@dataclass(frozen=True)
class Anchor:
    """Where a chain ended at a moment, as kept outside the database."""

    at: datetime
    chain: int
    seq: int
    mac: str


class Flaw(Enum):
    CHANGED = auto()
    MISSING = auto()
    CUT = auto()  # or its head says another end
    UNKNOWN_KEY = auto()
    OTHER = auto()  # than the one that was anchored


@dataclass(frozen=True)
class Verdict:
    """`entries` are as they were written; `flaw` is what is wrong with the next one, `seq`, if anything is."""

    chain: int
    entries: int
    flaw: Flaw | None = None
    seq: int = 0
    at: datetime | None = None  # when it was written, or anchored


def ends_now(connection: Connection, now: datetime) -> list[Anchor]:
    """What an anchor keeps."""
    ends = connection.execute(select(HEAD.c.chain, HEAD.c.seq, HEAD.c.mac).order_by(HEAD.c.chain))
    return [Anchor(now, *end) for end in ends]


def verify(connection: Connection, anchors: Sequence[Anchor] = ()) -> Iterator[Verdict]:
    found = {*connection.scalars(select(ENTRY.c.chain).distinct()), *connection.scalars(select(HEAD.c.chain))}
    for chain in sorted(found | {one.chain for one in anchors}):
        yield _Walk(connection, chain, [one for one in anchors if one.chain == chain]).verdict()


class _Walk:
    """Along one chain, until something is wrong."""

    def __init__(self, connection: Connection, chain: int, anchors: Sequence[Anchor]) -> None:
        self.connection, self.chain = connection, chain
        self.anchors = {seq: list(those) for seq, those in groupby(sorted(anchors, key=SEQ), key=SEQ)}
        self.keys = keys_of(connection.dialect).auditing
        self.head = connection.execute(select(HEAD).where(HEAD.c.chain == chain)).mappings().first()
        self.entries, self.seq, self.mac = 0, *self._begins()

    def verdict(self) -> Verdict:
        rows = select(ENTRY).where(ENTRY.c.chain == self.chain).order_by(ENTRY.c.seq)
        with self.connection.execute(rows.execution_options(yield_per=AT_ONCE)) as found:
            wrong = next((flaw for row in found.mappings() if (flaw := self._flaw(row))), None)
        return wrong or self._end()

    def _flaw(self, row: Any) -> Verdict | None:
        """If there is none, the walk has come one entry further."""
        if row["seq"] != self.seq + 1:
            return self._here(Flaw.MISSING)
        if row["key"] not in self.keys:
            return self._here(Flaw.UNKNOWN_KEY, row["at"])
        if mac_of(self.keys[row["key"]], self.mac, row) != row["mac"]:
            return self._here(Flaw.CHANGED, row["at"])
        if other := next((one for one in self.anchors.get(row["seq"], ()) if one.mac != row["mac"]), None):
            return self._here(Flaw.OTHER, other.at)
        self.entries, self.seq, self.mac = self.entries + 1, row["seq"], row["mac"]
        return None

    def _here(self, flaw: Flaw, at: datetime | None = None) -> Verdict:
        return Verdict(self.chain, self.entries, flaw, self.seq + 1, at)

    def _end(self) -> Verdict:
        if later := next((those[0] for seq, those in self.anchors.items() if seq > self.seq), None):
            return self._here(Flaw.CUT, later.at)
        if self.head is None or (self.head["seq"], self.head["mac"]) != (self.seq, self.mac):
            return self._here(Flaw.CUT)
        return Verdict(self.chain, self.entries)

    def _begins(self) -> tuple[int, str]:
        """Where nothing was deleted on purpose, before the first entry; that something was, the chain itself says."""
        first = self.connection.scalar(select(func.min(ENTRY.c.seq)).where(ENTRY.c.chain == self.chain))
        said = select(ENTRY.c.seq).where(ENTRY.c.chain == self.chain, ENTRY.c.what == DELETED)
        if first and first > 1 and self.head and self.connection.scalar(said.where(ENTRY.c.about == str(first - 1))):
            return first - 1, self.head["gone"]
        return 0, ""
