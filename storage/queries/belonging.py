"""What belongs to one child's case, what hangs on each record of it, and what is left when all of that is erased."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from storage.queries.retention import Old
from storage.records import (
    ENDED,
    Action,
    AgendaItem,
    AuditEntry,
    Case,
    Disclosure,
    Emergency,
    EmergencyShare,
    Escalation,
    Flag,
    Likeness,
    Referral,
)
from storage.records.flags import HELD


def belonging_to(session: Session, reference: str) -> list[str]:
    """The case that has this reference or came from the referral that has it; that referral; the case's actions.
    Anything else belongs to nothing but itself.
    """
    by_referral = select(Referral.id).where(Referral.reference == reference)
    found = or_(Case.reference == reference, Case.referral_id.in_(by_referral))
    case = session.scalar(select(Case).where(found))
    if case is None:
        return [reference]
    referral = session.scalars(select(Referral.reference).where(Referral.id == case.referral_id))
    actions = select(Action.reference).where(Action.case_id == case.id).order_by(Action.id)
    return [case.reference, *referral, *session.scalars(actions)]


def case_of_action(session: Session, reference: str) -> str | None:
    about = select(Case.reference).join(Action, Action.case_id == Case.id)
    return session.scalar(about.where(Action.reference == reference))


def ended_with(session: Session, reference: str) -> list[str]:
    """Itself, and its escalations: of these nobody hears any more."""
    escalations = select(Escalation.reference).join(Action, Escalation.action_id == Action.id)
    return [reference, *session.scalars(escalations.where(Action.reference == reference))]


def named_with(session: Session, reference: str) -> list[str]:
    """And its flags, emergencies and shares, which somebody still has to take off or to review."""
    case = select(Case.id).where(Case.reference == reference)
    waiting = union_all(
        select(Flag.reference).where(Flag.case_id.in_(case)),
        select(Emergency.reference).where(Emergency.case_id.in_(case)),
        select(EmergencyShare.reference).where(EmergencyShare.about == reference),
    )
    return [*ended_with(session, reference), *session.scalars(waiting)]


def left_of(references: Collection[str]) -> tuple[Old, ...]:
    """What stays of them, and why."""
    cases = select(Case.id).where(Case.reference.in_(references))
    not_done = (Action.reference.in_(references), Action.state.not_in(ENDED))
    on_record = (Flag.case_id.in_(cases), Flag.state.in_(HELD))
    return (
        Old(Action, not_done, what="actions not done, by post and day: nobody is reminded; say cancel action in chat"),
        Old(Flag, on_record, what="flags that may be on agencies' records: say remove flags in chat"),
        Old(AgendaItem, (AgendaItem.case_id.in_(cases),), what="items of agendas, by number"),
        Old(
            Disclosure,
            (Disclosure.about.in_(references),),
            what="times that an agency was shown something: the register of agreements needs them",
        ),
        Old(AuditEntry, (AuditEntry.about.in_(references),), what="entries of the audit: kept for six years"),
    )


def alike(session: Session, references: Collection[str]) -> Sequence[str]:
    """Other referrals to the same partnership that may be about the same child."""
    own, theirs = aliased(Likeness), aliased(Referral)
    same = (own.agree == Likeness.agree, own.mark == Likeness.mark, theirs.partnership_id == Referral.partnership_id)
    here = exists().where(own.referral_id == theirs.id, theirs.reference.in_(references), *same)
    found = select(Referral.reference).join(Likeness, Likeness.referral_id == Referral.id)
    return session.scalars(found.where(Referral.reference.not_in(references), here).order_by(Referral.id)).all()
