"""Where a message may go, in the order in which it is tried: nothing else decides that (HOUSE.md 8.10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from storage.queries.claims import Due
from storage.queries.people import MAIL, on_day
from storage.records import Account, Delivery, Holding, Person, Tried

Vain = frozenset[tuple[int, int, int]]  # delivery, round, account


@dataclass(frozen=True)
class Way:
    """`account_id` is None for e-mail to somebody who has never had any from us."""

    person_id: int | None
    account_id: int | None
    platform: str = MAIL
    tenant: str = ""
    user: str = ""


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


class _Row(NamedTuple):
    """A reader of a post, and one of their accounts, if they have any."""

    post_id: int
    deputy: bool
    person_id: int
    by_mail: bool
    has_address: bool
    account_id: int | None
    platform: str | None
    tenant: str | None
    user: str | None


def in_order(readers: Sequence[Reader]) -> list[Way]:
    """Given the holder of the post and its deputy: the holder's accounts, the deputy's, e-mail to the holder, e-mail to
    the deputy; e-mail comes before somebody's accounts only if they chose so.  What is left then is the coordinator's
    list.
    """
    own = chain.from_iterable(one.own for one in readers)
    return list(dict.fromkeys((*own, *(one.mail for one in readers if one.mail))))


def next_ways(
    session: Session,
    deliveries: Sequence[Delivery | Due],
    today: date,
    first: Mapping[int, Sequence[int]],
    *,
    mail: bool,
) -> dict[int, Way]:
    """Of each delivery, the first way that it has not taken in vain; none, if none is left.

    `first`: those of the readers of a post who work, the soonest first.  Three questions, however many they are.
    """
    of_posts = _readers_of(session, {one.post_id for one in deliveries if one.post_id}, today)
    of_accounts = _accounts(session, {one.account_id for one in deliveries if one.post_id is None and one.account_id})
    vain = _in_vain(session, deliveries)
    found = {}
    for one in deliveries:
        if one.post_id is None:  # it is about what was said on that account
            ways = of_accounts.get(one.account_id or 0, [])
        else:
            rows = [row for row in of_posts.get(one.post_id, ()) if row.deputy or not one.to_deputy]
            ways = in_order(_sorted(rows, first.get(one.post_id, ()), mail=mail))
        found[one.id] = next((way for way in ways if (one.id, one.round, way.account_id) not in vain), None)
    return {delivery: way for delivery, way in found.items() if way}


def _readers_of(session: Session, posts: set[int], today: date) -> dict[int, list[_Row]]:
    rows = session.execute(
        select(
            *(Holding.post_id, Holding.deputy, Person.id, Person.by_mail, Person.email.is_not(None)),
            *(Account.id, Account.platform, Account.tenant, Account.user),
        )
        .select_from(Holding)
        .join(Person, Person.id == Holding.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Holding.post_id.in_(posts), on_day(today))
        .order_by(
            *(Holding.post_id, Holding.deputy, Holding.from_day.desc()),
            *(Person.id, Account.last_used_at.desc(), Account.id),
        )
    )
    return {post: list(group) for post, group in groupby((_Row(*row) for row in rows), key=lambda row: row.post_id)}


def _sorted(rows: Sequence[_Row], first: Sequence[int], *, mail: bool) -> list[Reader]:
    readers = [_reader(list(group), mail=mail) for _, group in groupby(rows, key=lambda row: row.person_id)]
    place = {person_id: number for number, person_id in enumerate(first)}
    return sorted(readers, key=lambda one: place.get(one.person_id or 0, len(place)))


def _reader(rows: Sequence[_Row], *, mail: bool) -> Reader:
    one = rows[0]
    chats = tuple(_way(row) for row in rows if row.platform not in (None, MAIL))
    known = (_way(row) for row in rows if row.platform == MAIL)
    letters = next(known, Way(one.person_id, None, user=str(one.person_id))) if mail and one.has_address else None
    return Reader(one.person_id, chats, letters, one.by_mail)


def _way(row: _Row) -> Way:
    return Way(row.person_id, row.account_id, row.platform or "", row.tenant or "", row.user or "")


def _accounts(session: Session, accounts: set[int]) -> dict[int, list[Way]]:
    if not accounts:
        return {}
    columns = (Account.id, Account.person_id, Account.id, Account.platform, Account.tenant, Account.user)
    return {row[0]: [Way(*row[1:])] for row in session.execute(select(*columns).where(Account.id.in_(accounts)))}


def _in_vain(session: Session, deliveries: Sequence[Delivery | Due]) -> Vain:
    asked = select(Tried.delivery_id, Tried.round, Tried.account_id)
    rows = session.execute(asked.where(Tried.delivery_id.in_([one.id for one in deliveries])))
    return frozenset((row[0], row[1], row[2]) for row in rows)


def account_on(session: Session, way: Way, now: datetime) -> int:
    """Its account.  An address gets one when it is first written to, so that the ledger says where a message went."""
    if way.account_id is not None:
        return way.account_id
    try:
        with session.begin_nested():
            made = Account(platform=MAIL, tenant=way.tenant, user=way.user, person_id=way.person_id, last_used_at=now)
            session.add(made)
        return made.id
    except IntegrityError:  # another postman wrote to them at the same moment
        return session.scalars(select(Account.id).where(Account.platform == MAIL, Account.user == way.user)).one()


def tried_in_vain(session: Session, delivery: Delivery) -> Sequence[Tried]:
    """All of it, also what somebody has asked to try again since."""
    return session.scalars(
        select(Tried).where(Tried.delivery_id == delivery.id).options(joinedload(Tried.account)).order_by(Tried.id)
    ).all()
