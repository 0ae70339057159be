"""Which partnership an entry of the audit belongs to: that of what it is about, or that its author writes from."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, select

from storage.records import (
    NOBODYS,
    Account,
    Action,
    Agreement,
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
EMERGENCY, FLAG = table_of(Emergency), table_of(Flag)
WANTED: Any = bindparam("wanted", expanding=True)
OWN = {
    "A": "partnership_id",
    "B": "partnership_id",
    "C": "partnership_id",
    "G": "partnership_id",
    "J": "partnership_id",
    "M": "partnership_id",
    "N": "partnership_id",
    "R": "partnership_id",
    "S": "partnership_id",
    "T": "responsible_id",
    "X": "partnership_id",
}
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
# made once: to put them together takes longer than to ask them
WHOSE = {
    kind: select(table.c.reference, table.c[OWN[kind]]).where(table.c.reference.in_(WANTED))
    for kind, table in KINDS.items()
}
WHOSE["P"] = (
    select(PROPOSAL.c.reference, ACTION.c.partnership_id)
    .join(ACTION, PROPOSAL.c.action_id == ACTION.c.id)
    .where(PROPOSAL.c.reference.in_(WANTED))
)
WHOSE["E"] = (
    select(EMERGENCY.c.reference, CASE.c.partnership_id)
    .join(CASE, EMERGENCY.c.case_id == CASE.c.id)
    .where(EMERGENCY.c.reference.in_(WANTED))
)
WHOSE["F"] = (
    select(FLAG.c.reference, CASE.c.partnership_id)
    .join(CASE, FLAG.c.case_id == CASE.c.id)
    .where(FLAG.c.reference.in_(WANTED))
)
HOMES = (
    select(ACCOUNT.c.id, WORKSPACE.c.partnership_id)
    .join(WORKSPACE, (WORKSPACE.c.platform == ACCOUNT.c.platform) & (WORKSPACE.c.tenant == ACCOUNT.c.tenant))
    .where(ACCOUNT.c.id.in_(WANTED))
)


def chains_of(connection: Connection, entries: Sequence[Placed]) -> list[int]:
    """One for each entry."""
    things = dict(_of_things(connection, {one.about for one in entries}))
    accounts = {one.account_id for one in entries if one.about not in things and one.account_id}
    homes = _asked(connection, HOMES, accounts) if accounts else {}
    return [things.get(one.about) or homes.get(one.account_id, NOBODYS) for one in entries]


def _of_things(connection: Connection, references: set[str]) -> Iterator[tuple[str, int]]:
    for kind in sorted({one[0] for one in references if one[1:2] == "-"} & WHOSE.keys()):
        yield from _asked(connection, WHOSE[kind], {one for one in references if one.startswith(kind)}).items()


def _asked(connection: Connection, statement: Any, wanted: set[Any]) -> dict[Any, int]:
    return dict(connection.execute(statement, {"wanted": sorted(wanted)}).all())
