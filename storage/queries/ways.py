"""Where a message may go, in the order in which it is tried: nothing else decides that (HOUSE.md 8.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, groupby

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import MAIL, on_day
from storage.records import Account, Delivery, Holding, Person, Tried


@dataclass(frozen=True)
class Way:
    """`account_id` is None for e-mail to somebody who has never had any from us."""

    person_id: int | None
    account_id: int | None
    in_vain: bool = False


@dataclass(frozen=True)
class Reader:
    """One who may read it.  `mail` is None without an address, or where the bot sends no e-mail."""

    person_id: int | None
    chats: tuple[Way, ...]  # the last used first
    mail: Way | None
    mail_first: bool

    @property
    def own(self) -> tuple[Way, ...]:
        return (self.mail, *self.chats) if self.mail and self.mail_first else self.chats


def in_order(readers: Sequence[Reader]) -> list[Way]:
    """Given the holder of the post and its deputy: the holder's accounts, the deputy's, e-mail to the holder, e-mail to
    the deputy; e-mail comes before somebody's accounts only if they chose so.  What is left then is the coordinator's
    list.
    """
    own = chain.from_iterable(one.own for one in readers)
    return list(dict.fromkeys((*own, *(one.mail for one in readers if one.mail))))


def next_way(session: Session, delivery: Delivery, today: date, first: Sequence[int], *, mail: bool) -> Way | None:
    """The first that has not been taken in vain.  `first`: those of the readers who work, the soonest first."""
    readers = _readers(session, delivery, today, mail=mail)
    place = {person_id: number for number, person_id in enumerate(first)}
    readers.sort(key=lambda one: place.get(one.person_id or 0, len(place)))
    return next((way for way in in_order(readers) if not way.in_vain), None)


def _readers(session: Session, delivery: Delivery, today: date, *, mail: bool) -> list[Reader]:
    in_vain = exists().where(
        Tried.delivery_id == delivery.id, Tried.account_id == Account.id, Tried.round == delivery.round
    )
    if delivery.post_id is None:  # it is about what was said on that account
        found = session.execute(select(Account.person_id, Account.id, in_vain).where(Account.id == delivery.account_id))
        return [Reader(None, tuple(Way(*row) for row in found), None, mail_first=False)]
    rows = session.execute(
        select(Person.id, Account.id, in_vain, Account.platform, Person.by_mail, Person.email.is_not(None))
        .select_from(Holding)
        .join(Person, Person.id == Holding.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Holding.post_id == delivery.post_id, on_day(today), *_only_deputy(delivery))
        .order_by(Holding.deputy, Holding.from_day.desc(), Person.id, Account.last_used_at.desc(), Account.id)
    )
    return [_reader(list(group), mail=mail) for _, group in groupby(rows, key=lambda row: row[0])]


def _only_deputy(delivery: Delivery) -> Sequence[ColumnElement[bool]]:
    return [Holding.deputy.is_(True)] if delivery.to_deputy else []


def _reader(rows: Sequence[tuple[int, int | None, bool, str | None, bool, bool]], *, mail: bool) -> Reader:
    person_id, *_, by_mail, has_address = rows[0]
    chats = tuple(Way(*row[:3]) for row in rows if row[3] not in (None, MAIL))
    known = (Way(*row[:3]) for row in rows if row[3] == MAIL)
    letters = next(known, Way(person_id, None)) if mail and has_address else None
    return Reader(person_id, chats, letters, by_mail)


def account_on(session: Session, way: Way, now: datetime) -> Account:
    """Its account.  An address gets one when it is first written to, so that the ledger says where a message went."""
    if way.account_id is not None:
        return session.get_one(Account, way.account_id)
    user = str(way.person_id)
    try:
        with session.begin_nested():
            made = Account(platform=MAIL, tenant="", user=user, person_id=way.person_id, last_used_at=now)
            session.add(made)
        return made
    except IntegrityError:  # another postman wrote to them at the same moment
        return session.scalars(select(Account).where(Account.platform == MAIL, Account.user == user)).one()


def tried_in_vain(session: Session, delivery: Delivery) -> Sequence[Tried]:
    """All of it, also what somebody has asked to try again since."""
    return session.scalars(
        select(Tried).where(Tried.delivery_id == delivery.id).options(joinedload(Tried.account)).order_by(Tried.id)
    ).all()
