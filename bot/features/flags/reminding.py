"""Reminding of flags every fifth working day, reviewing them, and ending those that nobody needs (DOMAIN.md B.8)."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.features.flags.notices import (
    FlagDeclined,
    FlagEnding,
    FlagsElsewhere,
    FlagsToReview,
    FlagToDo,
)
from bot.features.flags.saying import answers, line_of
from bot.kit.messages import Notice
from bot.kit.worktime import DIGEST_AT, is_working_day, local, local_day, working_days_after, working_days_between
from bot.lifecycles.flag import FLAG, WITHIN, WITHOUT_ITEM
from bot.lifecycles.moving import advance
from bot.outbox import each_alone, owe
from bot.tables import Job, Owed
from storage.queries.cases import case_named
from storage.queries.flags import cases_with_flags, flag_named, flags_about, flags_waiting, flags_without_item
from storage.queries.people import coordinators_of
from storage.queries.transfers import transfer_named
from storage.records import Delivery, Flag
from storage.records import FlagState as S
from storage.records.flags import WAITS, WANTED


def remind_about_flags(session: Session, now: datetime) -> None:
    """Every fifth working day until its agency has said that it is done."""
    if is_working_day(local_day(now)):
        each_alone(session, flags_waiting(session), lambda reference: _remind(session, reference, local_day(now)))


def _remind(session: Session, reference: str, today: date) -> None:
    flag = flag_named(session, reference)
    fifth = working_days_between(flag.asked_on, today) // WITHIN if flag else 0
    if flag and fifth > 0:
        once, at = f"{flag.state}:{flag.asked_on}:{fifth}", local(today, DIGEST_AT)
        owe(session, "flag_reminder", flag.owner, about=reference, version=flag.version, at=at, once=once)


def review_flags(session: Session, now: datetime) -> None:
    """On the day of the review, and every fifth working day until the coordinator has answered."""
    today = local_day(now)
    if is_working_day(today):
        cases = cases_with_flags(session, review_by=today)
        each_alone(session, cases, lambda reference: _ask_for_review(session, reference, today))


def _ask_for_review(session: Session, reference: str, today: date) -> None:
    case = case_named(session, reference)
    if case is None:
        return
    first = min(flag.review_on for flag in flags_about(session, case, WANTED))
    once, at = f"{first}:{working_days_between(first, today) // WITHIN}", local(today, DIGEST_AT)
    for post in coordinators_of(session, case.partnership_id):
        owe(session, "flags_to_review", post, about=reference, version=case.version, at=at, once=once)


def end_flags(session: Session, now: datetime) -> None:
    """Nobody is flagged for ever because nobody thought of it: twelve months without an agenda item end it."""
    if is_working_day(local_day(now)):
        ending = flags_without_item(session, now - WITHOUT_ITEM)
        each_alone(session, ending, lambda reference: _end(session, reference, now))


def _end(session: Session, reference: str, now: datetime) -> None:
    flag = flag_named(session, reference)
    step = FLAG.table.step(flag.state, "ask for removal") if flag else None
    if flag is None or step is None:
        return
    today = local_day(now)
    advance(session, FLAG, flag, step, now, None, asked_on=today, due_on=working_days_after(today, WITHIN))
    for post in coordinators_of(session, flag.case.partnership_id):
        owe(session, "flag_ending", post, about=reference, version=flag.version, at=now)


# --- what is owed, in words on the day it is sent ---------------------------------------------------------------------


def _to_do(*states: S) -> Callable[[Session, Delivery, datetime], Notice | None]:
    def write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
        flag = flag_named(session, delivery.about)
        if flag is None or flag.state not in states or flag.owner_id != delivery.post_id:
            return None
        line = line_of(flag, flag.agency_id, local_day(now), answers(flag))
        return FlagToDo(line, flag.owner.words, flag.case.partnership.contact)

    return write


def _declined(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    flag = flag_named(session, delivery.about)
    if flag is None or flag.state is not S.DECLINED:
        return None
    return FlagDeclined(flag.reference, flag.case.partnership.name, _known_as(flag, delivery))


def _known_as(flag: Flag, delivery: Delivery) -> str:
    return flag.case.called_by(delivery.post.agency_id if delivery.post else None)


def _to_review(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    case = case_named(session, delivery.about)
    today = local_day(now)
    flags = flags_about(session, case, WANTED) if case else ()
    if case is None or not any(flag.review_on <= today for flag in flags):
        return None
    first = min(flag.review_on for flag in flags)
    known_as = case.called_by(delivery.post.agency_id if delivery.post else None)
    return FlagsToReview(case.partnership.name, known_as, case.reference, len(flags), first, first < today)


def _ending(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    flag = flag_named(session, delivery.about)
    if flag is None or flag.state is not S.REMOVAL_ASKED:
        return None
    return FlagEnding(flag.case.partnership.name, _known_as(flag, delivery), flag.case.reference, flag.due_on)


def _elsewhere(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    transfer = transfer_named(session, delivery.about)
    if transfer is None:
        return None
    return FlagsElsewhere(transfer.reference, transfer.origin.name, transfer.receiving.name, transfer.origin.contact)


OWED = (
    Owed("flag_asked", _to_do(S.ASKED)),
    Owed("flag_change_sent", _to_do(S.CHANGE_SENT)),
    Owed("flag_removal_asked", _to_do(S.REMOVAL_ASKED)),
    Owed("flag_reminder", _to_do(*WAITS)),
    Owed("flag_declined", _declined),
    Owed("flags_to_review", _to_review),
    Owed("flag_ending", _ending),
    Owed("flags_elsewhere", _elsewhere),
)
JOBS = (
    Job("remind about flags", remind_about_flags),
    Job("review flags", review_flags),
    Job("end flags that nobody needs", end_flags),
)
