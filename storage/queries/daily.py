"""One letter of reminders a person a day: what belongs into it, and who has had theirs."""

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.queries.claims import DELIVERY, Due
from storage.queries.people import on_day
from storage.records import Account, Delivery, DeliveryState, Holding, Person
from storage.records.base import exactly


def due_beside(session: Session, people: Collection[int], today: date, now: datetime) -> list[Due]:
    """What is due of what comes once a day, for any post that one of these people answers for."""
    posts = select(Holding.post_id).where(Holding.person_id.in_(people), on_day(today))
    rows = session.execute(
        select(*(DELIVERY.c[name] for name in Due._fields))
        .where(DELIVERY.c.daily, DELIVERY.c.state == exactly("pending"))
        .where(DELIVERY.c.post_id.in_(posts), DELIVERY.c.due_at <= now)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        .with_for_update(skip_locked=True)
    )
    return [Due(*row) for row in rows]


def take_turns(session: Session, people: Collection[int]) -> None:
    """Until this transaction ends, nobody else asks who of them has had theirs."""
    session.execute(select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update(key_share=True))


def hours_of(session: Session, people: Collection[int]) -> dict[int, time]:
    """When those of them want their letter who chose a time."""
    chosen = select(Person.id, Person.reminded_at).where(Person.id.in_(people), Person.reminded_at.is_not(None))
    return {person: at for person, at in session.execute(chosen) if at}


def people_told(session: Session, people: Collection[int], since: datetime) -> set[int]:
    """Of these people, who has had their letter of the day, or may have."""
    told = (
        select(Account.person_id)
        .join(Delivery, Delivery.account_id == Account.id)
        .where(Account.person_id.in_(people), Delivery.daily, Delivery.meant_at >= since)
        .where(Delivery.state.in_([DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.AMBIGUOUS]))
    )
    return {person for person in session.scalars(told) if person}
