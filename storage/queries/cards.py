"""Which messages that were sent may show what is no longer so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, literal, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from storage.records import Delivery, DeliveryState, Post, StaleCard
from storage.records.base import exactly

ANYBODYS = true()
ON_ITS_WAY = {DeliveryState.SENDING, DeliveryState.AMBIGUOUS}


def cards_about(reference: str, since: datetime, at: datetime) -> Select[str | None, int | None, datetime, int]:
    """The rows of StaleCard for every message about it that was sent since then, or is on its way: its words are fixed
    when that begins.
    """
    sent = and_(Delivery.state == exactly("sent"), Delivery.sent_as.is_not(None), Delivery.sent_at > since)
    return (
        select(Delivery.letter, Delivery.account_id, literal(at, StaleCard.due_at.type), literal(0))
        .where(
            Delivery.about == reference,
            Delivery.letter.is_not(None),
            or_(sent, and_(Delivery.state.in_(ON_ITS_WAY), Delivery.meant_at > since)),
        )
        .distinct()
    )


def states_of(session: Session, letter: str, account_id: int) -> set[DeliveryState]:
    """Of what one message tells one account."""
    of = Delivery.letter == letter, Delivery.account_id == account_id
    return set(session.scalars(select(Delivery.state).where(*of).distinct()))


def cards_due(session: Session, now: datetime, limit: int, of: ColumnElement[bool] = ANYBODYS) -> Sequence[StaleCard]:
    """`of` whose accounts."""
    return session.scalars(
        select(StaleCard)
        .join(StaleCard.account)
        .where(StaleCard.due_at <= now, of)
        .order_by(StaleCard.due_at, StaleCard.letter)
        .limit(limit)
        .options(contains_eager(StaleCard.account))
        .with_for_update(skip_locked=True, of=StaleCard)
    ).all()


def deliveries_of(session: Session, letter: str, account_id: int) -> Sequence[Delivery]:
    """What one message told one account."""
    return _told(session, Delivery.letter == letter, Delivery.account_id == account_id)


def deliveries_sent_as(session: Session, account_id: int, sent_as: str) -> Sequence[Delivery]:
    """The same, by the platform's id for it."""
    return _told(session, Delivery.account_id == account_id, Delivery.sent_as == sent_as)


def _told(session: Session, *which: ColumnElement[bool]) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery)
        .where(*which)
        .options(
            joinedload(Delivery.post).joinedload(Post.partnership), joinedload(Delivery.post).joinedload(Post.agency)
        )
        .order_by(Delivery.due_at, Delivery.id)
    ).all()


def settle_card(session: Session, letter: str, account_id: int, as_of: datetime) -> bool:
    """It is up to date, unless something changed again after that."""
    settled = delete(StaleCard).where(*_one(letter, account_id), StaleCard.due_at == as_of)
    return session.scalar(settled.returning(StaleCard.account_id)) is not None


def card_is_fresh(session: Session, account_id: int, sent_as: str) -> None:
    """That message has just been replaced with what is so now."""
    told = exists().where(
        Delivery.letter == StaleCard.letter, Delivery.account_id == account_id, Delivery.sent_as == sent_as
    )
    session.execute(delete(StaleCard).where(StaleCard.account_id == account_id, told))


def _one(letter: str, account_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return StaleCard.letter == letter, StaleCard.account_id == account_id
