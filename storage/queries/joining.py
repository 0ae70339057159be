"""Who asked to join, whose code still works, and who has not joined yet."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import MAIL, Actor, on_day
from storage.records import Account, AuditEntry, Holding, Invitation, JoinRequest, Person, Post, Role


def join_request_for(session: Session, reader: Actor, reference: str) -> JoinRequest | None:
    return session.scalar(
        select(JoinRequest).where(
            JoinRequest.reference == reference, JoinRequest.partnership_id.in_(reader.where(Role.COORDINATOR))
        )
    )


def open_join_request(session: Session, account_id: int) -> JoinRequest | None:
    return session.scalar(
        select(JoinRequest).where(JoinRequest.account_id == account_id, JoinRequest.added_at.is_(None))
    )


def invitation_with(session: Session, code_hash: str, now: datetime) -> Invitation | None:
    """One that still works."""
    return session.scalar(
        select(Invitation)
        .where(Invitation.code_hash == code_hash, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .with_for_update()
    )


def refusals_of(session: Session, account_id: int, what: str, since: datetime) -> int:
    counted = select(func.count()).where(
        AuditEntry.account_id == account_id, AuditEntry.what == what, AuditEntry.at >= since
    )
    return session.scalar(counted) or 0


def holdings_not_joined(session: Session, reader: Actor, today: date) -> Sequence[tuple[Holding, Person]]:
    """In the partnerships this coordinator runs: who holds a post, or is its deputy, and has no account."""
    rows = session.execute(
        select(Holding, Person)
        .join(Post, Holding.post_id == Post.id)
        .join(Person, Person.id == Holding.person_id)
        .where(
            Post.partnership_id.in_(reader.where(Role.COORDINATOR)),
            on_day(today),
            ~exists().where(Account.person_id == Person.id, Account.platform != MAIL),
        )
        .options(joinedload(Holding.post).joinedload(Post.agency))
        .order_by(Post.id, Holding.deputy)
    )
    return [(holding, person) for holding, person in rows]


def latest_invitation(session: Session, person_id: int) -> Invitation | None:
    return session.scalar(
        select(Invitation).where(Invitation.person_id == person_id).order_by(Invitation.id.desc()).limit(1)
    )


def account_used_last(session: Session, person_id: int) -> Account | None:
    """By this person, in chat; None: they have not joined."""
    theirs = select(Account).where(Account.person_id == person_id, Account.platform != MAIL)
    return session.scalar(theirs.order_by(Account.last_used_at.desc(), Account.id).limit(1))
