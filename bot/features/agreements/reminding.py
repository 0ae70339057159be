"""The coordinator hears in time that an agreement wants a review, and when it has lapsed (TRUST.md 4.4)."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.features.agreements.notices import AgreementLapses
from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from bot.lifecycles.agreement import TOLD_BEFORE
from bot.outbox import each_alone, owe
from bot.tables import Job, Owed
from storage.queries.agreements import agreement_named, agreements_lapsing
from storage.queries.people import coordinators_of
from storage.queries.posted import of_agency, remove_now
from storage.records import Agreement, AgreementState, Delivery

DAYS = (-TOLD_BEFORE.days, -30, -7, 1)  # from the last day on which it holds


def remind_about_agreements(session: Session, now: datetime) -> None:
    lapsing = agreements_lapsing(session, local_day(now) - timedelta(days=min(DAYS)))
    each_alone(session, lapsing, lambda reference: _remind(session, reference, now))


def _remind(session: Session, reference: str, now: datetime) -> None:
    agreement = agreement_named(session, reference)
    occurrence = last_occurrence(agreement.lapses_on, local_day(now)) if agreement else None
    if agreement is None or occurrence is None or occurrence <= local_day(agreement.changed_at):
        return
    once = f"{agreement.lapses_on}:{occurrence}"
    posts = coordinators_of(session, agreement.partnership_id)
    version = agreement.version
    new = [owe(session, "agreement_lapses", one, about=reference, version=version, at=now, once=once) for one in posts]
    if any(new) and agreement.lapses_on < local_day(now):
        remove_now(session, now, of_agency(agreement.partnership_id, agreement.agency_id))


def last_occurrence(lapses_on: date, today: date) -> date | None:
    """The latest day, up to today, on which the coordinator is to be told."""
    days = (lapses_on + timedelta(days=count) for count in DAYS)
    return max((day for day in days if day <= today), default=None)


def _write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """Unless it was renewed or ended since."""
    agreement = agreement_named(session, delivery.about)
    if agreement is None or not _waits(agreement, delivery):
        return None
    lapsed = agreement.lapses_on < local_day(now)
    return AgreementLapses(
        agreement.reference, agreement.version, agreement.partnership.name, agreement.lapses_on, lapsed
    )


def _waits(agreement: Agreement, delivery: Delivery) -> bool:
    return agreement.state is AgreementState.IN_FORCE and agreement.version == delivery.about_version


OWED = (Owed("agreement_lapses", _write),)
JOBS = (Job("remind about agreements", remind_about_agreements),)
