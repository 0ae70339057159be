"""Which cases there are, for whom to see, and what ties somebody to one."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.queries.actions import with_owner
from storage.queries.people import Actor
from storage.records import (
    ENDED,
    Action,
    ActionState,
    AgendaAsk,
    AgendaItem,
    Case,
    CaseAtAgency,
    CaseState,
    Closeness,
    Emergency,
    EmergencyState,
    Flag,
    Meeting,
    Post,
    Referral,
    Role,
)
from storage.records.base import exactly
from storage.records.flags import HELD

BEFORE, AFTER = timedelta(days=14), timedelta(days=28)  # of a meeting (TRUST.md 3.5)
WHOLE = (joinedload(Case.partnership),)


def visible_cases(reader: Actor) -> Select[Case]:
    """A case as a whole is for the coordinators of its partnership; others know what they are asked for."""
    return select(Case).where(Case.partnership_id.in_(reader.where(Role.COORDINATOR))).options(*WHOLE)


def case_for(session: Session, reader: Actor, reference: str) -> Case | None:
    return session.scalar(visible_cases(reader).where(Case.reference == reference))


def open_cases_of(session: Session, reader: Actor) -> Sequence[Case]:
    """Of the partnerships that this coordinator runs, the newest first."""
    return session.scalars(
        visible_cases(reader).where(Case.state == CaseState.OPEN).order_by(Case.opened_at.desc(), Case.id.desc())
    ).all()


def case_named(session: Session, reference: str) -> Case | None:
    """The case, or that of the action or flag, with this reference.  Whether somebody may see it is asked with
    `agencies_to_act` and `agencies_to_prepare`.
    """
    by_action = select(Action.case_id).where(Action.reference == reference)
    by_flag = select(Flag.case_id).where(Flag.reference == reference)
    found = or_(Case.reference == reference, Case.id.in_(by_action), Case.id.in_(by_flag))
    return session.scalar(select(Case).where(found).options(*WHOLE))


def case_behind(session: Session, reference: str) -> Case | None:
    """As case_named(); and of a referral, that which it became."""
    by_referral = select(Case).join(Referral, Case.referral_id == Referral.id).where(Referral.reference == reference)
    return case_named(session, reference) or session.scalar(by_referral)


def case_of_referral(session: Session, referral: Referral) -> Case | None:
    return session.scalar(select(Case).where(Case.referral_id == referral.id))


def agencies_to_act(session: Session, reader: Actor, case: Case) -> Sequence[int]:
    """Of this person's agencies those for which a post of theirs has an action about it that is not done, or answers
    for a flag that may stand.
    """
    not_given = (ActionState.PROPOSED, *ENDED)
    given = select(Action.owner_id).where(Action.case_id == case.id, Action.state.not_in(not_given))
    flagged = select(Flag.owner_id).where(Flag.case_id == case.id, Flag.state.in_(HELD))
    acts = or_(Post.id.in_(given), Post.id.in_(flagged))
    theirs = select(Post.agency_id).where(Post.id.in_(reader.post_ids), acts)
    return session.scalars(theirs.distinct().order_by(Post.agency_id)).all()


def agencies_to_prepare(session: Session, reader: Actor, case: Case, now: datetime) -> Sequence[int]:
    """Those that an agenda which was sent asks to prepare it, for as long as there is a need to know."""
    seats = {post.agency_id for post in reader.posts if post.on_panel and post.partnership_id == case.partnership_id}
    asked = (
        select(AgendaAsk.agency_id)
        .select_from(AgendaItem)
        .join(Meeting)
        .join(AgendaAsk)
        .where(
            AgendaItem.case_id == case.id,
            AgendaAsk.agency_id.in_(seats),
            AgendaItem.version <= Meeting.sent_version,
            Meeting.starts_at.between(now - AFTER, now + BEFORE),
        )
    )
    return session.scalars(asked.distinct().order_by(AgendaAsk.agency_id)).all()


def actions_about(session: Session, case: Case) -> Sequence[Action]:
    """Those that are not done first, then by day."""
    return session.scalars(
        select(Action)
        .where(Action.case_id == case.id)
        .options(joinedload(Action.owner))
        .order_by(Action.state.in_(ENDED), Action.due_on, Action.id)
    ).all()


def owners_about(session: Session, case: Case) -> Sequence[Post]:
    """The posts that were given an action about it."""
    never = (ActionState.PROPOSED, ActionState.ENTERED_IN_ERROR)
    given = select(Action.owner_id).where(Action.case_id == case.id, Action.state.not_in(never))
    return session.scalars(select(Post).where(Post.id.in_(given)).order_by(Post.id)).all()


def items_about(session: Session, case: Case) -> Sequence[AgendaItem]:
    return session.scalars(
        select(AgendaItem)
        .where(AgendaItem.case_id == case.id)
        .join(Meeting)
        .options(joinedload(AgendaItem.meeting))
        .order_by(Meeting.starts_at, AgendaItem.number)
    ).all()


def codewords_of(session: Session, agency_id: int) -> Collection[str]:
    return session.scalars(select(CaseAtAgency.codeword).where(CaseAtAgency.agency_id == agency_id)).all()


def is_close_to(session: Session, reader: Actor, case: Case) -> bool:
    return session.get(Closeness, (case.id, reader.person_id)) is not None


def people_close_to(session: Session, case: Case) -> Sequence[Closeness]:
    return session.scalars(
        select(Closeness).where(Closeness.case_id == case.id).options(joinedload(Closeness.person))
    ).all()


def opened_in_emergency(session: Session, reader: Actor, case: Case, now: datetime) -> bool:
    opened = exists().where(
        Emergency.case_id == case.id, Emergency.person_id == reader.person_id, Emergency.until > now
    )
    return session.scalar(select(opened)) or False


def _emergencies() -> Select[Emergency]:
    return select(Emergency).options(joinedload(Emergency.case).joinedload(Case.partnership))


def emergency_for(session: Session, reader: Actor, reference: str) -> Emergency | None:
    """To whoever reviews it: a coordinator or chair of the case's partnership."""
    theirs = Case.partnership_id.in_(reader.where(Role.COORDINATOR, Role.CHAIR))
    return session.scalar(_emergencies().join(Emergency.case).where(theirs, Emergency.reference == reference))


def emergency_named(session: Session, reference: str) -> Emergency | None:
    """For the system's own work; people go through emergency_for()."""
    return session.scalar(_emergencies().where(Emergency.reference == reference))


def emergencies_to_review(session: Session) -> Sequence[str]:
    """Their references."""
    to_review = Emergency.state == exactly(EmergencyState.TO_REVIEW)
    return session.scalars(select(Emergency.reference).where(to_review).order_by(Emergency.id)).all()


def names_around(session: Session, reader: Actor) -> Sequence[Case]:
    """The cases about which this person has something to do: whose names they may type without thinking."""
    given = select(Action.case_id).where(
        Action.owner_id.in_(reader.post_ids), Action.case_id.is_not(None), with_owner()
    )
    return session.scalars(select(Case).where(Case.id.in_(given))).all()
