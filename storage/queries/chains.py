"""Which partnership an entry of the audit belongs to: that of what it is about, or that its author writes from."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Protocol

from sqlalchemy import Connection, Row, Select, bindparam, select

from storage.records import (
    NOBODYS,
    Account,
    Action,
    Agreement,
    AuditHead,
    Case,
    Emergency,
    EmergencyShare,
    Escalation,
    Flag,
    Import,
    JoinRequest,
    Meeting,
    Proposal,
    Referral,
    TrackerExport,
    Transfer,
    Workspace,
)
from storage.records.base import table_of


class Placed(Protocol):
    @property
    def about(self) -> str: ...
    @property
    def account_id(self) -> int | None: ...


ACTION, CASE, PROPOSAL, ACCOUNT, WORKSPACE = map(table_of, (Action, Case, Proposal, Account, Workspace))
EMERGENCY, FLAG, HEAD = table_of(Emergency), table_of(Flag), table_of(AuditHead)
OWN = {"T": "responsible_id"}  # all others: partnership_id
KINDS = {
    "A": ACTION,
    "B": table_of(Escalation),
    "C": CASE,
    "G": table_of(Agreement),
    "J": table_of(JoinRequest),
    "M": table_of(Meeting),
    "N": table_of(Import),
    "R": table_of(Referral),
    "S": table_of(EmergencyShare),
    "T": table_of(Transfer),
    "X": table_of(TrackerExport),
}
HOME = "home"
PLACES: dict[str, Select[Any]] = {
    **{kind: select(table.c.reference, table.c[OWN.get(kind, "partnership_id")]) for kind, table in KINDS.items()},
    "P": select(PROPOSAL.c.reference, ACTION.c.partnership_id).join(ACTION, PROPOSAL.c.action_id == ACTION.c.id),
    "E": select(EMERGENCY.c.reference, CASE.c.partnership_id).join(CASE, EMERGENCY.c.case_id == CASE.c.id),
    "F": select(FLAG.c.reference, CASE.c.partnership_id).join(CASE, FLAG.c.case_id == CASE.c.id),
    HOME: select(ACCOUNT.c.id, WORKSPACE.c.partnership_id).join(
        WORKSPACE, (WORKSPACE.c.platform == ACCOUNT.c.platform) & (WORKSPACE.c.tenant == ACCOUNT.c.tenant)
    ),
}


def _of_several(places: Select[Any]) -> Select[Any]:
    return places.where(places.selected_columns[0].in_(bindparam("wanted", expanding=True)))


def _end_of_one(places: Select[Any]) -> Select[int, int, str]:
    key, chain = places.selected_columns
    found = places.join(HEAD, HEAD.c.chain == chain).where(key == bindparam("wanted")).with_for_update(of=HEAD)
    return found.with_only_columns(HEAD.c.chain, HEAD.c.seq, HEAD.c.mac, maintain_column_froms=True)


# made once: to put them together takes longer than to ask them
SEVERAL = {kind: _of_several(places) for kind, places in PLACES.items()}
END = {kind: _end_of_one(places) for kind, places in PLACES.items()}


def end_of(connection: Connection, entries: Sequence[Placed]) -> Row[int, int, str] | None:
    """The chain of all of them, its last number and mac, locked: one question, for a turn about one thing.

    None if they are about several or by several, or if there is no such thing, or no chain yet.
    """
    if len({(one.about, one.account_id) for one in entries}) > 1:
        return None
    kind = _kind(entries[0].about)
    wanted = entries[0].account_id if kind == HOME else entries[0].about
    return connection.execute(END[kind], {"wanted": wanted}).first()


def chains_of(connection: Connection, entries: Sequence[Placed]) -> list[int]:
    """One for each entry."""
    things = dict(_of_things(connection, {one.about for one in entries}))
    accounts = {one.account_id for one in entries if one.about not in things and one.account_id}
    homes = _asked(connection, HOME, accounts) if accounts else {}
    return [things.get(one.about) or homes.get(one.account_id, NOBODYS) for one in entries]


def _of_things(connection: Connection, references: set[str]) -> Iterator[tuple[str, int]]:
    for kind, those in groupby(sorted(references, key=_kind), _kind):
        if kind != HOME:
            yield from _asked(connection, kind, those).items()


def _kind(about: str) -> str:
    return about[0] if about[1:2] == "-" and about[0] in PLACES else HOME


def _asked(connection: Connection, kind: str, wanted: Iterable[Any]) -> dict[Any, int]:
    return dict(connection.execute(SEVERAL[kind], {"wanted": sorted(wanted)}).all())
