"""Which transfers there are, and for whom to see."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import Actor
from storage.records import Post, Role, Transfer

WHOLE = (
    joinedload(Transfer.origin),
    joinedload(Transfer.receiving),
    joinedload(Transfer.responsible),
    joinedload(Transfer.contact).joinedload(Post.agency),
)


def visible_transfers(reader: Actor) -> Select[Transfer]:
    """A transfer is known to the coordinators and chairs of both boroughs, and to the post named as contact."""
    sides = reader.where(Role.COORDINATOR, Role.CHAIR)
    return (
        select(Transfer)
        .where(
            or_(
                Transfer.origin_id.in_(sides),
                Transfer.receiving_id.in_(sides),
                Transfer.contact_id.in_(reader.post_ids),
            )
        )
        .options(*WHOLE)
    )


def transfer_for(session: Session, reader: Actor, reference: str) -> Transfer | None:
    return session.scalar(visible_transfers(reader).where(Transfer.reference == reference))


def transfers_of(session: Session, reader: Actor) -> Sequence[Transfer]:
    return session.scalars(visible_transfers(reader).order_by(Transfer.changed_at, Transfer.id)).all()


def transfer_named(session: Session, reference: str) -> Transfer | None:
    """For the system's own work; people go through transfer_for()."""
    return session.scalar(select(Transfer).where(Transfer.reference == reference).options(*WHOLE))
