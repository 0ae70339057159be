"""The chains of the audit: each entry is bound to the one before it, so that no later change goes unnoticed (TRUST.md
3.4).

Entries wait in their session and are chained when it commits.  So the head of a chain is locked only for a moment at
the end of a transaction, however long its work took, and once for all of its entries.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from json import JSONEncoder
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from storage.queries.chains import chains_of, end_of
from storage.records import AuditEntry, AuditHead
from storage.records.base import keys_of, table_of

ENTRY, HEAD = table_of(AuditEntry), table_of(AuditHead)
# made once: to put them together takes longer than to ask them
ENDS = (
    select(HEAD.c.chain, HEAD.c.seq, HEAD.c.mac)
    .where(HEAD.c.chain.in_(bindparam("chains", expanding=True)))
    .order_by(HEAD.c.chain)
    .with_for_update()
)
ADD = insert(ENTRY)
MOVE_ON = update(HEAD).where(HEAD.c.chain == bindparam("of")).values(seq=bindparam("to"), mac=bindparam("with"))
# in Postgres the last entry moves the head itself: one way there and back less
LAST = insert(ENTRY).values({one: bindparam(f"new_{one.name}") for one in ENTRY.c}).add_cte(MOVE_ON.cte("moved"))

BOUND = itemgetter("chain", "seq", "account_id", "person_id", "what", "about", "result", "key")
CANONICAL = JSONEncoder(separators=(",", ":")).encode
WAITING = "audit"


class Noted(NamedTuple):
    at: datetime
    account_id: int | None
    person_id: int | None
    what: str
    about: str
    result: str


def enter(session: Session, noted: Noted) -> None:
    """It is written when this session commits, and forgotten with what is rolled back."""
    waiting = session.info.setdefault(WAITING, [])
    waiting.append((session.get_nested_transaction() or session.get_transaction(), noted))


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    """Last of all: what is flushed after the heads are locked would make others wait."""
    if session.in_nested_transaction() or not session.info.get(WAITING):
        return
    session.flush()
    noted = [one for _, one in session.info[WAITING]]
    session.info[WAITING].clear()
    connection = session.connection()
    if end := end_of(connection, noted):
        chain, seq, mac = end
        _add(connection, chained(connection, chain, (seq, mac), map(Noted._asdict, noted)))
    else:
        append(connection, zip(chains_of(connection, noted), map(Noted._asdict, noted), strict=True))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, gone: SessionTransaction) -> None:
    waiting = session.info.get(WAITING, [])
    waiting[:] = [(transaction, noted) for transaction, noted in waiting if gone not in _within(transaction)]


def _within(transaction: SessionTransaction | None) -> Iterator[SessionTransaction]:
    while transaction:
        yield transaction
        transaction = transaction.parent


def append(connection: Connection, entries: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Each to its chain, in the order in which they come."""
    found = sorted(entries, key=itemgetter(0))
    heads = _locked(connection, sorted({chain for chain, _ in found}))
    for chain, those in groupby(found, key=itemgetter(0)):
        _add(connection, chained(connection, chain, heads[chain], (entry for _, entry in those)))


def _add(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """All of one chain."""
    *before, last = rows
    end = {"of": last["chain"], "to": last["seq"], "with": last["mac"]}
    if connection.dialect.name == "postgresql":
        if before:
            connection.execute(ADD, before)
        connection.execute(LAST, end | {f"new_{name}": value for name, value in last.items()})
    else:
        connection.execute(ADD, [*before, last])
        connection.execute(MOVE_ON, end)


def _locked(connection: Connection, chains: Sequence[int]) -> dict[int, tuple[int, str]]:
    """In one order, so that two who add to the same chains do not wait for each other."""
    found = connection.execute(ENDS, {"chains": chains}).all()
    if len(found) < len(chains):
        make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        new = [{"chain": chain, "seq": 0, "mac": ""} for chain in chains]
        connection.execute(make(HEAD).on_conflict_do_nothing(), new)
        found = connection.execute(ENDS, {"chains": chains}).all()
    return {chain: (seq, mac) for chain, seq, mac in found}


def chained(
    connection: Connection, chain: int, end: tuple[int, str], entries: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """These entries as rows, bound to where the chain ends."""
    keys = keys_of(connection.dialect).auditing
    number = max(keys)
    last, mac = end
    for seq, entry in enumerate(entries, last + 1):
        row = {**entry, "chain": chain, "seq": seq, "key": number}
        row["mac"] = mac = mac_of(keys[number], mac, row)
        yield row


def mac_of(key: bytes, before: str, row: Mapping[str, Any]) -> str:
    """Of all that is in the row, and of the mac of the row before."""
    told = CANONICAL((before, row["at"].astimezone(UTC).isoformat(), *BOUND(row)))
    return hmac.digest(key, told.encode(), "sha256").hex()
