"""Break-glass: one case is opened for an hour with a reason; others hear of it at once and review it (TRUST.md 3.5)."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy.orm import Session

from bot.audit import reader, reveal
from bot.context import Context
from bot.features.cases.notices import EmergencyOpen, EmergencyPage, OpenedInEmergency, Reviewed
from bot.kit.errors import NotAllowed, NotFound, or_not_found
from bot.kit.forms import Ask, Choice, Form
from bot.kit.messages import Notice
from bot.kit.references import new_reference
from bot.kit.worktime import DIGEST_AT, is_working_day, local, local_day
from bot.lifecycles.emergency import EMERGENCY, review_by
from bot.lifecycles.moving import begun, move
from bot.need_to_know import not_close
from bot.outbox import each_alone, owe
from bot.permissions import May, needs
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Job, Owed, Spoken
from storage.levels import Classified, Level
from storage.queries.cases import case_named, emergencies_to_review, emergency_for, emergency_named
from storage.queries.people import reviewers_of
from storage.records import Case, Delivery, Emergency, EmergencyState, Haste

PAGE = "Why"
OPEN_FOR = timedelta(hours=1)
OWN = "Somebody else has to review what you opened. Ask your chair or coordinator."


class Reason(Choice):
    SAFETY = "child safety now", "A child is not safe now"
    COURT = "court or police", "A court or the police need it now"
    NOBODY = "nobody there", "Nobody who may open it can be reached"
    OTHER = "other", "Something else"


class BreakGlass(Form):
    """Open in an emergency"""

    send: ClassVar[str] = "Open it for an hour"

    reason: Annotated[
        Reason, Ask(PAGE, "Why do you have to know who it is?", "If somebody is in danger now, call 999 first.")
    ]
    words: Annotated[
        str,
        StringConstraints(min_length=20, max_length=1000),
        Ask(
            PAGE,
            "What happened, and what will you do?",
            "At least 20 letters. The coordinator and the chair are told now, and review it.",
            long=True,
            private=True,
        ),
    ]


@needs(May.OPEN_IN_EMERGENCY)
def open_in_emergency(ctx: Context, reference: str, form: BreakGlass) -> Emergency:
    """One case of a borough in which they hold a post."""
    case = _case(ctx, reference)
    emergency = ctx.add(
        Emergency(
            reference=new_reference("E"),
            case=case,
            person_id=ctx.actor.person_id,
            reason=form.reason.value,
            words=Classified(form.words, Level.L4),
            opened_at=ctx.now,
            until=ctx.now + OPEN_FOR,
            state=EmergencyState.TO_REVIEW,
            **begun(ctx, "open"),
        )
    )
    _tell(ctx.session, "opened_in_emergency", emergency, ctx.now, "opened", Haste.URGENT)
    return emergency


def _case(ctx: Context, reference: str) -> Case:
    """One that is protected is opened to nobody else: its coordinator can be phoned."""
    case = case_named(ctx.session, reference)
    if case is None or case.protected or case.partnership_id not in ctx.actor.where():
        raise NotFound
    return case


def _tell(session: Session, kind: str, emergency: Emergency, at: datetime, once: str, haste: Haste) -> None:
    about, version = emergency.reference, emergency.version
    for post in reviewers_of(session, emergency.case.partnership_id):
        owe(session, kind, post, about=about, version=version, at=at, once=once, haste=haste)


@needs(May.REVIEW_EMERGENCIES)
def read_emergency(ctx: Context, reference: str) -> EmergencyPage:
    emergency = _visible(ctx, reference)
    why = "reviewing an emergency"
    waits = emergency.state is EmergencyState.TO_REVIEW and emergency.person_id != ctx.actor.person_id
    return EmergencyPage(
        reference=reference,
        case=emergency.case.reference,
        borough=emergency.case.partnership.name,
        state=EMERGENCY.table.words[emergency.state],
        who=reveal(ctx, emergency.person.name, why, reference),
        reason=Reason(emergency.reason).label,
        said=reveal(ctx, emergency.words, why, reference),
        opened_at=emergency.opened_at,
        until=emergency.until,
        by=review_by(emergency),
        review=f"emergency reviewed {reference} @{emergency.version}" if waits else "",
        reader=reader(ctx, reference),
        at=ctx.now,
    )


@needs(May.REVIEW_EMERGENCIES)
def review(ctx: Context, reference: str, seen: int | None) -> Emergency:
    emergency = _visible(ctx, reference)
    if emergency.person_id == ctx.actor.person_id:
        raise NotAllowed(OWN)
    move(ctx, EMERGENCY, emergency, "review", seen)
    return emergency


def _visible(ctx: Context, reference: str) -> Emergency:
    emergency = or_not_found(emergency_for(ctx.session, ctx.actor, reference))
    not_close(ctx, emergency.case)
    return emergency


# --- what is said, and what is owed -----------------------------------------------------------------------------------


def _open(_ctx: Context, spoken: Spoken) -> Opening:
    """Whether there is such a case, only the answer to the form says."""
    return Opening(BreakGlass, about=Subject(spoken.reference))


def _opened(ctx: Context, form: BreakGlass, about: Subject) -> Reply:
    emergency = open_in_emergency(ctx, about.reference, form)
    told = EmergencyOpen(emergency.case.reference, emergency.until, review_by(emergency))
    return Reply(told.message(), place=Place.INSTEAD)


def _review(ctx: Context, spoken: Spoken) -> Reply:
    emergency = review(ctx, spoken.reference, spoken.seen)
    return Reply(Reviewed(emergency.reference, emergency.case.reference).message(), place=Place.INSTEAD)


def _write(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    emergency = emergency_named(session, delivery.about)
    if emergency is None or emergency.state is EmergencyState.REVIEWED:
        return None
    case, by = emergency.case, review_by(emergency)
    return OpenedInEmergency(
        *(emergency.reference, emergency.version, case.reference, case.partnership.name, emergency.opened_at, by),
        late=local_day(now) > by,
    )


def chase_reviews(session: Session, now: datetime) -> None:
    """From the day by which it was to be reviewed, each working day until it is."""
    today = local_day(now)
    if is_working_day(today):
        each_alone(session, emergencies_to_review(session), lambda reference: _chase(session, reference, now))


def _chase(session: Session, reference: str, now: datetime) -> None:
    emergency, today = emergency_named(session, reference), local_day(now)
    if emergency and today >= review_by(emergency):
        _tell(session, "emergency_waits", emergency, local(today, DIGEST_AT), today.isoformat(), Haste.SOON)


COMMANDS = (
    Command(
        "emergency",
        "Open a case in an emergency, for an hour",
        _open,
        needs=May.OPEN_IN_EMERGENCY,
        takes="C-7K2F9",
    ),
    Command(
        "emergency reviewed",
        "Say that you reviewed an emergency",
        _review,
        needs=May.REVIEW_EMERGENCIES,
        takes="E-7K2F9",
        listed=False,
    ),
)
FORMS = (Guided(BreakGlass, _opened),)
OWED = (Owed("opened_in_emergency", _write, waits=False), Owed("emergency_waits", _write))
JOBS = (Job("chase reviews of emergencies", chase_reviews),)
