"""Which referrals may be about the same child, found by marks and without opening any of them (TRUST.md 3.3)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from storage.queries.people import Actor
from storage.records import Agree, Likeness, Referral, Role
from storage.records.base import keys_of


def keep_likeness(session: Session, referral: Referral, told: Mapping[Agree, Sequence[str]]) -> None:
    keys = keys_of(session.connection().dialect)
    session.add_all(
        Likeness(referral_id=referral.id, agree=agree, mark=keys.mark(agree, *parts)) for agree, parts in told.items()
    )


def alike_for(session: Session, reader: Actor, referral: Referral) -> Sequence[tuple[str, Agree]]:
    """Others to the same partnership, by reference, for its coordinators.  To anybody else there are none."""
    own = aliased(Likeness)
    found = (
        select(Referral.reference, Likeness.agree)
        .join(Likeness, Likeness.referral_id == Referral.id)
        .join(own, and_(own.mark == Likeness.mark, own.agree == Likeness.agree))
        .where(own.referral_id == referral.id, Referral.id != referral.id)
        .where(Referral.partnership_id == referral.partnership_id)
        .where(Referral.partnership_id.in_(reader.where(Role.COORDINATOR)))
        .order_by(Referral.sent_at, Referral.id)
    )
    return [(reference, agree) for reference, agree in session.execute(found)]
