"""What is on hold: a case with the referral that it came from and its actions, because a court asks about a child."""

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.records import Action, Case, Hold, Referral

IN_FORCE = Hold.ended_at.is_(None)
ON_HOLD = union_all(
    select(Hold.about.label("about"), Hold.id.label("hold")).where(IN_FORCE),
    select(Referral.reference, Hold.id)
    .join(Case, Case.referral_id == Referral.id)
    .join(Hold, Hold.about == Case.reference)
    .where(IN_FORCE),
    select(Action.reference, Hold.id)
    .join(Case, Case.id == Action.case_id)
    .join(Hold, Hold.about == Case.reference)
    .where(IN_FORCE),
).subquery()


def hold_on(session: Session, reference: str) -> Hold | None:
    """Its own, or else that of its case."""
    holds = select(Hold).join(ON_HOLD, ON_HOLD.c.hold == Hold.id).where(ON_HOLD.c.about == reference)
    return session.scalar(holds.order_by(Hold.about != reference).limit(1))


def is_held(reference: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return reference.in_(select(ON_HOLD.c.about))
