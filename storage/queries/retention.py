"""What has been kept for its time, and what was erased."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, inspect, or_, select, tuple_, update
from sqlalchemy.orm import Session

from storage.levels import Classified, Level
from storage.queries.holds import is_held
from storage.records import (
    Action,
    Case,
    CaseAtAgency,
    Delivery,
    DeliveryState,
    Dialogue,
    Emergency,
    EmergencyShare,
    Erasure,
    Escalation,
    Flag,
    Heard,
    Import,
    ImportedRow,
    ImportState,
    Likeness,
    Posted,
    PostedState,
    Proposal,
    Record,
    Referral,
    SignInLink,
    Transfer,
    Visit,
    WebMessage,
    Withdrawal,
)

Names = Collection[str]  # references
NO_WORDS = Classified("", Level.L4)
NOT_YET = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.AMBIGUOUS)


@dataclass(frozen=True)
class Old:
    """Rows whose time is up.  `forget`: what becomes of their columns; without any, the row goes."""

    record: type[Record]
    where: tuple[ColumnElement[bool], ...]
    forget: Mapping[str, Any] = field(default_factory=dict)
    what: str = ""


# --- erasures ---


def erasure_of(session: Session, reference: str) -> Erasure | None:
    return session.get(Erasure, reference)


def erased_of(session: Session, references: Collection[str]) -> set[str]:
    return set(session.scalars(select(Erasure.about).where(Erasure.about.in_(references))))


def anything_erased(session: Session) -> bool:
    return session.scalar(select(Erasure.about).limit(1)) is not None


def references_kept(session: Session) -> set[str]:
    """Of everything that can be erased and is not."""
    found = {one for record in (Referral, Action, Transfer, Case) for one in session.scalars(select(record.reference))}
    return found - set(session.scalars(select(Erasure.about)))


# --- what goes by itself ---


def old_requests(since: datetime) -> Old:
    return Old(Heard, (Heard.at < since,))


def old_talk(since: datetime) -> Old:
    return Old(WebMessage, (WebMessage.at < since,))


def old_letters(since: datetime) -> Old:
    settled = Delivery.state.not_in(NOT_YET)
    meant = func.coalesce(Delivery.sent_at, Delivery.meant_at, Delivery.due_at)
    return Old(
        Delivery, (Delivery.message.is_not(None), settled, meant < since, ~is_held(Delivery.about)), {"message": None}
    )


def old_proposals(since: datetime) -> Old:
    held = exists().where(Action.id == Proposal.action_id, is_held(Action.reference))
    return Old(Proposal, (Proposal.made_at < since, ~held))


def old_drafts(since: datetime) -> Old:
    """Trackers that were handed in, and that nobody imported."""
    return Old(Import, (Import.state == ImportState.DRAFT, Import.changed_at < since))


def old_rows(since: datetime) -> Old:
    """Of an imported tracker, what is no action; an action's own row goes with its details."""
    old = select(Import.id).where(Import.changed_at < since)
    return Old(ImportedRow, (ImportedRow.action_id.is_(None), ImportedRow.import_id.in_(old)))


def old_visits(since: datetime) -> Old:
    return Old(Visit, (Visit.seen_at < since,))


def old_links(since: datetime) -> Old:
    return Old(SignInLink, (SignInLink.expires_at < since,))


def old_ledger(since: datetime) -> Old:
    """Of what stood in chat and does no more."""
    ended = or_(Posted.state == PostedState.REMOVED, Posted.state == PostedState.BY_HAND)
    return Old(Posted, (ended, Posted.ended_at < since))


def how_many(session: Session, old: Old) -> int:
    return session.scalar(select(func.count()).select_from(old.record).where(*old.where)) or 0


def clear(session: Session, old: Old, limit: int) -> int:
    """Some of them; how many."""
    keys = inspect(old.record).primary_key
    which = tuple_(*keys).in_(select(*keys).where(*old.where).limit(limit))
    gone = update(old.record).values(**old.forget) if old.forget else delete(old.record)
    found = session.scalars(gone.where(which).returning(keys[0]), execution_options={"synchronize_session": False})
    return len(found.all())


# --- what goes with one record ---


def about_it(reference: str, ended: Names, named: Names) -> tuple[Old, ...]:
    """Words that wait, forms, and messages: those that are on their way are written anew when they go.

    `ended`: of what nobody is to hear any more.  `named`: also of what still waits for somebody.
    """
    proposals = exists().where(Action.id == Proposal.action_id, Action.reference == reference)
    dialogues = (Dialogue.about.in_(named), or_(Dialogue.answers.is_not(None), Dialogue.unfinished.is_not(None)))
    owed = (Delivery.about.in_(ended), Delivery.state == DeliveryState.PENDING)
    told = (Delivery.about.in_(named), Delivery.message.is_not(None), Delivery.state.not_in(NOT_YET))
    return (
        Old(Proposal, (proposals, Proposal.note.is_not(None)), {"note": None}, "words that wait for one press"),
        Old(Dialogue, dialogues, {"answers": None, "unfinished": None, "ended_as": "erased"}, "forms about it"),
        Old(Delivery, owed, {"state": DeliveryState.SUPERSEDED}, "messages that were to be sent"),
        Old(Delivery, told, {"message": None}, "messages whose words are kept"),
        Old(Escalation, _settled(reference), {"settlement": None}, "how its escalations were settled"),
        *_around_the_child(reference),
        *_as_it_came_in(reference),
    )


def _settled(reference: str) -> tuple[ColumnElement[bool], ...]:
    of_it = select(Action.id).where(Action.reference == reference)
    return Escalation.action_id.in_(of_it), Escalation.settlement.is_not(None)


def _as_it_came_in(reference: str) -> tuple[Old, ...]:
    row = ImportedRow.action_id.in_(select(Action.id).where(Action.reference == reference))
    nothing = {"cells": Classified({}, Level.L4), "words": None}
    return (Old(ImportedRow, (row,), nothing, "rows of an imported tracker"),)


def _around_the_child(reference: str) -> tuple[Old, ...]:
    referral = Likeness.referral_id.in_(select(Referral.id).where(Referral.reference == reference))
    case = select(Case.id).where(Case.reference == reference)
    numbers = (CaseAtAgency.case_id.in_(case), CaseAtAgency.record_number.is_not(None))
    return (
        Old(Likeness, (referral,), what="marks by which the same child is found"),
        Old(CaseAtAgency, numbers, {"record_number": None}, "record numbers of agencies"),
        Old(Flag, (Flag.case_id.in_(case), Flag.place.is_not(None)), {"place": None}, "where flags are found"),
        Old(Emergency, (Emergency.case_id.in_(case),), {"words": NO_WORDS}, "why it was opened in an emergency"),
        Old(EmergencyShare, (EmergencyShare.about == reference,), {"why": NO_WORDS}, "why it was shared at once"),
        Old(Withdrawal, (Withdrawal.about == reference,), {"why": NO_WORDS}, "why it was withdrawn"),
    )


def shown_about(named: Names) -> Old:
    shown = (or_(*(Posted.about.contains(one) for one in named)), Posted.state == PostedState.SHOWN)
    return Old(Posted, shown, what="messages in chat that show details")


def forget(session: Session, old: Old, now: datetime) -> None:
    also = {"ended_at": func.coalesce(Dialogue.ended_at, now)} if old.record is Dialogue else {}
    gone = update(old.record).values(**old.forget, **also) if old.forget else delete(old.record)
    session.execute(gone.where(*old.where), execution_options={"synchronize_session": False})


# --- what somebody has to decide about ---


def to_review(session: Session, record: type[Referral | Action | Transfer | Case], since: datetime) -> Sequence[str]:
    """The references of what nobody has changed since then, and nobody holds or has erased."""
    erased = exists().where(Erasure.about == record.reference)
    return session.scalars(
        select(record.reference)
        .where(record.changed_at < since, ~is_held(record.reference), ~erased)
        .order_by(record.changed_at, record.id)
    ).all()
