"""Which referrals and unfinished forms there are, and for whom to see."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import Actor
from storage.records import Action, ActionState, Case, CaseState, Dialogue, Referral, ReferralState, Role
from storage.records.base import exactly

SETTLED = (ActionState.DONE, ActionState.NOT_POSSIBLE, ActionState.CANCELLED)


def visible_referrals(reader: Actor) -> Select[Referral]:
    """A referral's state is known to whoever sent it and to the coordinators of its partnership."""
    mine = Referral.person_id == reader.person_id if reader.person_id else Referral.sent_from_id == reader.account.id
    return (
        select(Referral)
        .where(or_(mine, Referral.partnership_id.in_(reader.where(Role.COORDINATOR))))
        .options(joinedload(Referral.partnership), joinedload(Referral.sent_from))
    )


def referral_for(session: Session, reader: Actor, reference: str) -> Referral | None:
    return session.scalar(visible_referrals(reader).where(Referral.reference == reference))


def referrals_sent_by(session: Session, reader: Actor) -> Sequence[Referral]:
    mine = Referral.person_id == reader.person_id if reader.person_id else Referral.sent_from_id == reader.account.id
    return session.scalars(visible_referrals(reader).where(mine).order_by(Referral.sent_at.desc())).all()


def referrals_to(session: Session, reader: Actor) -> Sequence[Referral]:
    """To the partnerships that this coordinator runs, newest first."""
    runs = Referral.partnership_id.in_(reader.where(Role.COORDINATOR))
    return session.scalars(visible_referrals(reader).where(runs).order_by(Referral.sent_at.desc())).all()


def referral_named(session: Session, reference: str) -> Referral | None:
    """For the system's own work; people go through referral_for()."""
    return session.scalar(
        select(Referral).where(Referral.reference == reference).options(joinedload(Referral.partnership))
    )


def referrals_unheard(session: Session, before: datetime) -> Sequence[str]:
    """Their references: sent before then, and nobody has taken them up."""
    unheard = select(Referral.reference).where(Referral.state == exactly("submitted"), Referral.sent_at < before)
    return session.scalars(unheard.order_by(Referral.id)).all()


def referrals_to_tell(session: Session) -> Sequence[str]:
    """Their references: the case is closed or something was done about it, and who sent it has not heard."""
    ended = exists().where(Action.case_id == Case.id, Action.state.in_(SETTLED))
    return session.scalars(
        select(Referral.reference)
        .join(Case, Case.referral_id == Referral.id)
        .where(Referral.state != ReferralState.CONCLUDED, or_(Case.state == CaseState.CLOSED, ended))
        .order_by(Referral.id)
    ).all()


def _own_dialogues(reader: Actor) -> Select[Dialogue]:
    """A draft belongs to the person, on any of their accounts; without a person, to the one account.

    What somebody began who is no longer known is not theirs to go on with (TRUST.md T-21).
    """
    own = select(Dialogue).where(Dialogue.person_id == reader.person_id)
    return own if reader.person_id else own.where(Dialogue.account_id == reader.account.id)


def dialogue_for(session: Session, reader: Actor, dialogue_id: int) -> Dialogue | None:
    """Locked: of several who send its last page at once, all but one find it ended (TRUST.md T-71)."""
    return session.scalar(_own_dialogues(reader).where(Dialogue.id == dialogue_id).with_for_update(of=Dialogue))


def open_dialogues(session: Session, reader: Actor) -> Sequence[Dialogue]:
    """Unfinished forms, last touched first."""
    return session.scalars(
        _own_dialogues(reader)
        .where(Dialogue.ended_at.is_(None))
        .order_by(Dialogue.touched_at.desc(), Dialogue.id.desc())
    ).all()


def dialogues_started(session: Session, reader: Actor, form: str, since: datetime) -> int:
    """Of one kind."""
    started = _own_dialogues(reader).where(Dialogue.started_at > since, Dialogue.form == form)
    return session.scalar(select(func.count()).select_from(started.subquery())) or 0


def dialogues_untouched(session: Session, since: datetime) -> Sequence[int]:
    """Their ids."""
    return session.scalars(
        select(Dialogue.id).where(Dialogue.ended_at.is_(None), Dialogue.touched_at <= since).order_by(Dialogue.id)
    ).all()
