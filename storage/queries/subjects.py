"""Who was told, shown or read what about one record, for the person it is about."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storage.records import AuditEntry, Delivery, DeliveryState, Post, Posted


def told_to(session: Session, reference: str) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery)
        .where(Delivery.about == reference, Delivery.state == DeliveryState.SENT)
        .options(joinedload(Delivery.post).joinedload(Post.partnership), joinedload(Delivery.account))
        .order_by(Delivery.sent_at, Delivery.id)
    ).all()


def shown_to(session: Session, reference: str) -> Sequence[Posted]:
    return session.scalars(
        select(Posted)
        .where(Posted.about.contains(reference))
        .options(joinedload(Posted.account))
        .order_by(Posted.at, Posted.id)
    ).all()


def read_by(session: Session, reference: str) -> Sequence[AuditEntry]:
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.about == reference)
        .order_by(AuditEntry.at, AuditEntry.chain, AuditEntry.seq)
    ).all()
