"""Who read and changed what, as far as the reader answers for it: of the agencies they sit for, or of their borough."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from storage.queries.people import Actor
from storage.records import Account, AuditEntry, Holding, Person, Post, Role

Access = Row[AuditEntry, Account | None, Person | None]


def accesses_for(session: Session, reader: Actor, since: datetime, most: int) -> Sequence[Access]:
    """The newest first."""
    asked = (
        select(AuditEntry, Account, Person)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(AuditEntry.at >= since, _answered_for(reader, since))
        .order_by(AuditEntry.at.desc(), AuditEntry.chain, AuditEntry.seq.desc())
    )
    return session.execute(asked.limit(most)).all()


def how_many_for(session: Session, reader: Actor, since: datetime) -> int:
    counted = select(func.count()).select_from(AuditEntry).where(AuditEntry.at >= since, _answered_for(reader, since))
    return session.scalar(counted) or 0


def asked_in_vain(session: Session, account_id: int, refusal: str, since: datetime) -> set[str]:
    """The references about which this account was refused so."""
    refused = AuditEntry.account_id == account_id, AuditEntry.what == refusal, AuditEntry.at >= since
    return set(session.scalars(select(AuditEntry.about).where(*refused, AuditEntry.about != "").distinct()))


def _answered_for(reader: Actor, since: datetime) -> ColumnElement[bool]:
    runs = reader.where(Role.COORDINATOR)
    sits = {(post.partnership_id, post.agency_id) for post in reader.posts if post.partnership_id not in runs}
    return or_(AuditEntry.chain.in_(runs), *(_of_agency(*seat, since) for seat in sorted(sits)))


def _of_agency(partnership_id: int, agency_id: int, since: datetime) -> ColumnElement[bool]:
    """In that borough, by whoever held or deputised for one of the agency's posts there meanwhile."""
    held = or_(Holding.until_day.is_(None), Holding.until_day >= since.date())
    people = select(Holding.person_id).join(Post, Post.id == Holding.post_id)
    people = people.where(Post.partnership_id == partnership_id, Post.agency_id == agency_id, held)
    return and_(AuditEntry.chain == partnership_id, AuditEntry.person_id.in_(people))
