"""What whoever sends takes in hand of the outbox, and what became of it: only whoever holds it changes it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Integer, Select, Text, any_, bindparam, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, joinedload

from storage.records import Delivery, DeliveryState, Haste, Post
from storage.records.base import Record, exactly

Row = dict[str, object]
DELIVERY = Record.metadata.tables["delivery"]


class Due(NamedTuple):
    """Of a delivery, what is needed to see where it goes, and whether it may."""

    id: int
    kind: str
    post_id: int | None
    account_id: int | None
    round: int
    to_deputy: bool
    due_at: datetime


def _taking(those: Any) -> Any:
    taken = update(DELIVERY).where(DELIVERY.c.id.in_(those))
    held = {"state": DeliveryState.CLAIMED, "owner": bindparam("by"), "leased_until": bindparam("until")}
    return taken.values(**held).returning(*(DELIVERY.c[name] for name in Due._fields))


def due_now(asked: Select[*tuple[Any, ...]], haste: Any, now: Any) -> Select[*tuple[Any, ...]]:
    """Those that have been due longest first."""
    due = (DELIVERY.c.state == exactly("pending"), DELIVERY.c.haste == haste, DELIVERY.c.due_at <= now)
    return asked.where(*due).order_by(DELIVERY.c.due_at, DELIVERY.c.id)


# made once: to put them together takes longer than to ask them
DUE_LONGEST = (
    due_now(select(DELIVERY.c.id), bindparam("which"), bindparam("now"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
DUE_LONGEST_HERE = DUE_LONGEST.where(DELIVERY.c.shard == bindparam("here"))
TAKE_DUE, TAKE_DUE_HERE = (_taking(select(due.cte("due").c.id)) for due in (DUE_LONGEST, DUE_LONGEST_HERE))
TAKE = _taking(bindparam("ids", expanding=True))


def claim(
    session: Session, haste: Haste, owner: str, now: datetime, until: datetime, limit: int, shard: str | None = None
) -> list[Due]:
    """Those of this haste that have been due longest, for this owner alone until then; of one shard, or of all."""
    asked = {"which": haste, "now": now, "most": limit, "by": owner, "until": until}
    if shard is None:
        return _taken(session, TAKE_DUE, asked)
    return _taken(session, TAKE_DUE_HERE, asked | {"here": shard})


def take(session: Session, ids: Sequence[int], owner: str, until: datetime) -> list[Due]:
    return _taken(session, TAKE, {"ids": ids, "by": owner, "until": until}) if ids else []


def _taken(session: Session, taking: Any, asked: dict[str, Any]) -> list[Due]:
    """What has been due longest first."""
    return sorted(map(Due._make, session.connection().execute(taking, asked)), key=attrgetter("due_at", "id"))


def deliveries_held(session: Session, ids: Sequence[int], owner: str) -> Sequence[Delivery]:
    """Those of `ids` that this owner still holds, and goes on holding until the transaction ends."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.CLAIMED, Delivery.owner == owner)
        .options(
            joinedload(Delivery.post).joinedload(Post.partnership), joinedload(Delivery.post).joinedload(Post.agency)
        )
        .order_by(Delivery.due_at, Delivery.id)
        .with_for_update(of=Delivery)
    ).all()


def leases_run_out(session: Session, state: DeliveryState, now: datetime) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery)
        .where(Delivery.state == state, Delivery.leased_until <= now)
        .options(joinedload(Delivery.account))
        .with_for_update(skip_locked=True, of=Delivery)
    ).all()


def settle(session: Session, ids: Sequence[int], owner: str, state: DeliveryState, **changes: object) -> int:
    """Move deliveries on, but only those this owner still holds as `sending`: a stalled process changes nothing."""
    held = update(Delivery).where(
        Delivery.id.in_(ids), Delivery.owner == owner, Delivery.state == DeliveryState.SENDING
    )
    return len(
        session.scalars(held.values(state=state, owner=None, leased_until=None, **changes).returning(Delivery.id)).all()
    )


def mark_sent(session: Session, owner: str, sent_as: Mapping[int, str], at: datetime) -> None:
    """As settle(), for many at once: which delivery was sent as what."""
    if sent_as:
        connection = session.connection()
        asked = {"ids": list(sent_as), "marks": json.dumps(sent_as), "by": owner, "at": at}
        connection.execute(SENT[connection.dialect.name], asked)


def give_back(session: Session, owner: str, rows: Sequence[Row]) -> None:
    """Many at once: `of` which delivery, `held` as what, and due `at` which moment (None: as before)."""
    if rows:
        session.connection().execute(BACK, [{**row, "by": owner} for row in rows])


OURS = update(DELIVERY).where(DELIVERY.c.owner == bindparam("by")).values(owner=None, leased_until=None)
BACK = OURS.where(DELIVERY.c.id == bindparam("of"), DELIVERY.c.state == bindparam("held")).values(
    state=DeliveryState.PENDING,
    due_at=func.coalesce(bindparam("at", type_=DELIVERY.c.due_at.type), DELIVERY.c.due_at),
)


def _sent(those: Any, sent_as: Any) -> Any:
    held = OURS.where(those, DELIVERY.c.state == DeliveryState.SENDING)
    return held.values(state=DeliveryState.SENT, sent_as=sent_as, sent_at=bindparam("at"))


MARKS, MARK = bindparam("marks", type_=Text), func.json_each(bindparam("marks")).table_valued("key", "value")
# one JSON object is quicker than parameters for each; joined to it, Postgres would compare each with each
SENT = {
    "sqlite": _sent(DELIVERY.c.id == cast(MARK.c.key, Integer), MARK.c.value),
    "postgresql": _sent(
        DELIVERY.c.id == any_(bindparam("ids", type_=ARRAY(Integer))),
        select(cast(MARKS, JSONB)).scalar_subquery()[cast(DELIVERY.c.id, Text)].astext,
    ),
}
