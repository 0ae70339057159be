"""Which sharing agreements there are, what each agency was shown, and what is open to it in an emergency."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import Actor
from storage.records import (
    Agency,
    Agreement,
    AgreementState,
    Disclosure,
    EmergencyShare,
    Partnership,
    Post,
    Role,
    ShareState,
    Withdrawal,
)

WHOLE = (joinedload(Agreement.partnership), joinedload(Agreement.agency))


def visible_agreements(reader: Actor) -> Select[Agreement]:
    """The register is for the coordinators of its partnership."""
    return select(Agreement).where(Agreement.partnership_id.in_(reader.where(Role.COORDINATOR))).options(*WHOLE)


def agreement_for(session: Session, reader: Actor, reference: str) -> Agreement | None:
    return session.scalar(visible_agreements(reader).where(Agreement.reference == reference))


def agreements_kept_by(session: Session, reader: Actor) -> Sequence[Agreement]:
    """Those that nobody ended."""
    return session.scalars(
        visible_agreements(reader)
        .where(Agreement.state == AgreementState.IN_FORCE)
        .order_by(Agreement.partnership_id, Agreement.review_on, Agreement.id)
    ).all()


def agreement_named(session: Session, reference: str) -> Agreement | None:
    """For the system's own work; people go through agreement_for()."""
    return session.scalar(select(Agreement).where(Agreement.reference == reference).options(*WHOLE))


def agreements_lapsing(session: Session, by: date) -> Sequence[str]:
    """Their references."""
    lapsing = or_(Agreement.review_on <= by, Agreement.ends_on <= by)
    return session.scalars(
        select(Agreement.reference)
        .where(Agreement.state == AgreementState.IN_FORCE, lapsing)
        .order_by(Agreement.review_on, Agreement.id)
    ).all()


def agreements_with(session: Session, partnership_id: int, agency_id: int) -> Sequence[Agreement]:
    return session.scalars(
        select(Agreement)
        .where(Agreement.partnership_id == partnership_id, Agreement.agency_id == agency_id)
        .order_by(Agreement.id)
    ).all()


def register_is_begun(session: Session, partnership_id: int) -> bool:
    return session.scalar(select(exists().where(Agreement.partnership_id == partnership_id))) or False


def registers_not_begun(session: Session) -> Sequence[str]:
    """The names of partnerships that somebody coordinates and that have no agreement at all."""
    run = exists().where(Post.partnership_id == Partnership.id, Post.role == Role.COORDINATOR)
    begun = exists().where(Agreement.partnership_id == Partnership.id)
    return session.scalars(select(Partnership.name).where(run, ~begun).order_by(Partnership.name)).all()


def agencies_that_run(session: Session, partnership_id: int) -> set[int]:
    """What is a partnership's own is no disclosure to them."""
    runs = (Post.partnership_id == partnership_id, Post.role == Role.COORDINATOR)
    return set(session.scalars(select(Post.agency_id).where(*runs)))


def agencies_beside(session: Session, reader: Actor, *, elsewhere: bool = True) -> Sequence[Agency]:
    """With a post in the partnerships that this coordinator runs, and who runs others; without their own."""
    runs = reader.where(Role.COORDINATOR)
    own = select(Post.agency_id).where(Post.partnership_id.in_(runs), Post.role == Role.COORDINATOR)
    there = Post.partnership_id.in_(runs)
    beside = select(Post.agency_id).where(or_(there, Post.role == Role.COORDINATOR) if elsewhere else there)
    return session.scalars(
        select(Agency).where(Agency.id.in_(beside), Agency.id.not_in(own)).order_by(Agency.name)
    ).all()


def agencies_near(session: Session, reader: Actor) -> Sequence[Agency]:
    """On the panels that this person has a post on, and who runs other panels: whom one may have to share with now."""
    near = or_(Post.partnership_id.in_(reader.where()), Post.role == Role.COORDINATOR)
    return session.scalars(
        select(Agency).where(Agency.id.in_(select(Post.agency_id).where(near))).order_by(Agency.name)
    ).all()


def posts_of(session: Session, agency_id: int, partnership_id: int) -> Sequence[Post]:
    """Of an agency: those in this partnership, or if it has none there, those that run others."""
    of = select(Post).where(Post.agency_id == agency_id).order_by(Post.id)
    here = session.scalars(of.where(Post.partnership_id == partnership_id)).all()
    return here or session.scalars(of.where(Post.role == Role.COORDINATOR)).all()


# --- what was shown ---------------------------------------------------------------------------------------------------


def was_shown(session: Session, agency_id: int, about: str, part: int, level: int) -> bool:
    """Under an agreement, or before there was a register."""
    return (
        session.scalar(
            select(
                exists().where(
                    Disclosure.agency_id == agency_id,
                    Disclosure.about == about,
                    Disclosure.part == part,
                    Disclosure.level >= level,
                    Disclosure.share_id.is_(None),
                )
            )
        )
        or False
    )


def disclosures_for(session: Session, reader: Actor, about: str) -> Sequence[Disclosure]:
    """What the coordinators of its partnership gave to whom."""
    return session.scalars(
        select(Disclosure)
        .where(Disclosure.about == about, Disclosure.partnership_id.in_(reader.where(Role.COORDINATOR)))
        .options(joinedload(Disclosure.agency))
        .order_by(Disclosure.id)
    ).all()


def agencies_given(session: Session, reader: Actor) -> Sequence[Agency]:
    """Anything, by the partnerships that this coordinator runs; without their own."""
    runs = reader.where(Role.COORDINATOR)
    own = select(Post.agency_id).where(Post.partnership_id.in_(runs), Post.role == Role.COORDINATOR)
    given = select(Disclosure.agency_id).where(Disclosure.partnership_id.in_(runs))
    return session.scalars(
        select(Agency).where(Agency.id.in_(given), Agency.id.not_in(own)).order_by(Agency.name)
    ).all()


def withdrawals_for(session: Session, reader: Actor, about: str) -> Sequence[Withdrawal]:
    """That stand, of what this coordinator's partnerships gave."""
    return session.scalars(
        select(Withdrawal).where(
            Withdrawal.about == about,
            Withdrawal.lifted_at.is_(None),
            Withdrawal.partnership_id.in_(reader.where(Role.COORDINATOR)),
        )
    ).all()


def withdrawal_from(session: Session, agency_id: int, about: str) -> Withdrawal | None:
    return session.scalar(
        select(Withdrawal).where(
            Withdrawal.agency_id == agency_id, Withdrawal.about == about, Withdrawal.lifted_at.is_(None)
        )
    )


# --- in an emergency --------------------------------------------------------------------------------------------------

WITH_SIDES = (joinedload(EmergencyShare.partnership), joinedload(EmergencyShare.agency))


def share_for(session: Session, reader: Actor, reference: str) -> EmergencyShare | None:
    """It is reviewed by the coordinators of the partnership whose record was shared."""
    return session.scalar(
        select(EmergencyShare)
        .where(EmergencyShare.reference == reference, EmergencyShare.partnership_id.in_(reader.where(Role.COORDINATOR)))
        .options(*WITH_SIDES)
    )


def share_named(session: Session, reference: str) -> EmergencyShare | None:
    """For the system's own work; people go through share_for()."""
    return session.scalar(select(EmergencyShare).where(EmergencyShare.reference == reference).options(*WITH_SIDES))


def shares_to_review(session: Session, before: datetime) -> Sequence[str]:
    """The references of those that nobody has reviewed."""
    return session.scalars(
        select(EmergencyShare.reference)
        .where(EmergencyShare.state == ShareState.OPEN, EmergencyShare.shared_at <= before)
        .order_by(EmergencyShare.id)
    ).all()


def is_open_to(session: Session, agencies: Collection[int], about: str, today: date) -> bool:
    kept = and_(EmergencyShare.state == ShareState.KEPT, EmergencyShare.open_until >= today)
    opened = exists().where(
        EmergencyShare.about == about,
        EmergencyShare.agency_id.in_(agencies),
        or_(EmergencyShare.state == ShareState.OPEN, kept),
    )
    return session.scalar(select(opened)) or False
