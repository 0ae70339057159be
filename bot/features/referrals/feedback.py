"""What came of a referral: told to who sent it, and to whoever worked on its case, when a coordinator says so."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.referrals.notices import CaseDecided, FeedbackChoice, FeedbackDue, FeedbackSent, ReferralOutcome
from bot.kit.errors import Conflict, NotFound
from bot.kit.messages import Notice
from bot.kit.worktime import DAY, DIGEST_AT, is_working_day, local, local_day, working_days_after
from bot.lifecycles.moving import move, tell
from bot.lifecycles.referral import REFERRAL
from bot.outbox import each_alone, owe
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.tables import Command, Job, Owed, Spoken
from storage.queries.cases import case_named, case_of_referral, owners_about
from storage.queries.people import coordinators_of, holder_of
from storage.queries.referrals import referral_for, referral_named, referrals_to_tell, referrals_unheard
from storage.records import Case, Delivery, Outcome, Post, Referral, ReferralState, Role

HEARD_WITHIN = 2  # working days in which who sent it hears something from a person (DOMAIN.md B.2)

# For whoever sent it: never what the plan is, and never who does it (peer review, paragraphs 120, 130 and 138).
TO_REFERRER = {
    Outcome.PLAN: "It was discussed and there is a plan",
    Outcome.GOES_ON: "Work goes on with the services already involved",
    Outcome.CLOSED: "It is closed: nothing more is planned",
    Outcome.PASSED: "It was passed to another service",
}
TO_PRACTITIONER = {
    Outcome.PLAN: "It stays with the panel",
    Outcome.GOES_ON: "The panel steps down, and the services already involved go on",
    Outcome.CLOSED: "It is closed",
    Outcome.PASSED: "It has moved to another service",
}


@needs(May.SCREEN_REFERRALS)
def feedback_on(ctx: Context, reference: str) -> Referral:
    """Only of a borough that this person coordinates."""
    referral = referral_for(ctx.session, ctx.actor, reference)
    if referral is None or referral.partnership_id not in ctx.actor.where(Role.COORDINATOR):
        raise NotFound
    return referral


@needs(May.SCREEN_REFERRALS)
def tell_outcome(ctx: Context, reference: str, seen: int | None, outcome: Outcome) -> Referral:
    """Who sent it is told by the lifecycle; whoever had an action on its case, here."""
    referral = feedback_on(ctx, reference)
    if move(ctx, REFERRAL, referral, "tell", seen, outcome=outcome):
        case = case_of_referral(ctx.session, referral)
        if case:
            tell(ctx, _practitioners(ctx, referral, case), "case_decided", case)
    return referral


def _practitioners(ctx: Context, referral: Referral, case: Case) -> list[Post]:
    """But not whoever sent it: they hear of it already."""
    owners = ((post, holder_of(ctx.session, post.id, ctx.today)) for post in owners_about(ctx.session, case))
    return [post for post, holder in owners if holder is None or holder.id != referral.person_id]


def outcome_of(referral: Referral) -> str:
    """As whoever sent it reads it."""
    return TO_REFERRER[referral.outcome] if referral.outcome else ""


def _choose(ctx: Context, spoken: Spoken) -> Reply:
    return _chosen(feedback_on(ctx, spoken.reference))


def _chosen(referral: Referral) -> Reply:
    if referral.outcome:
        return Reply(FeedbackSent(referral.reference, outcome_of(referral)).message(), place=Place.INSTEAD)
    about = f"{referral.reference} @{referral.version}"
    choices = tuple((words, f"tell {one.value} {about}") for one, words in TO_REFERRER.items())
    return Reply(FeedbackChoice(referral.reference, referral.sender_confirmed, choices).message())


def _tell(ctx: Context, spoken: Spoken) -> Reply:
    """The outcome's word comes before the reference."""
    word = spoken.rest.partition(" ")[0]
    try:
        return _chosen(tell_outcome(ctx, spoken.reference, spoken.seen, Outcome(word)))
    except (Conflict, ValueError):
        return _chosen(feedback_on(ctx, spoken.reference))


# --- what is owed -----------------------------------------------------------------------------------------------------


def remind_of_feedback(session: Session, now: datetime) -> None:
    """Once when there is something to tell; and each working day while nobody has taken a referral up."""
    today = local_day(now)
    if is_working_day(today):
        since = local(working_days_after(today, -HEARD_WITHIN) + DAY, time.min)
        _owe_due(session, referrals_unheard(session, since), f"unheard:{today}", today)
        _owe_due(session, referrals_to_tell(session), "ended", today)


def _owe_due(session: Session, references: Sequence[str], once: str, today: date) -> None:
    def owe_one(reference: str) -> None:
        referral = referral_named(session, reference)
        at = local(today, DIGEST_AT)
        for post in coordinators_of(session, referral.partnership_id) if referral else ():
            owe(session, "feedback_due", post, about=reference, version=1, at=at, once=once)

    each_alone(session, references, owe_one)


def _due(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    referral = referral_named(session, delivery.about)
    if referral is None or referral.state is ReferralState.CONCLUDED:
        return None
    waits = referral.state is ReferralState.SUBMITTED
    return FeedbackDue(referral.reference, referral.partnership.name, referral.sent_at if waits else None)


def _outcome(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    referral = referral_named(session, delivery.about)
    if referral is None or referral.outcome is None:
        return None
    return ReferralOutcome(
        referral.reference, referral.partnership.name, outcome_of(referral), referral.partnership.contact
    )


def _decided(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    case = case_named(session, delivery.about)
    referral = session.get(Referral, case.referral_id) if case and case.referral_id else None
    if case is None or referral is None or referral.outcome is None:
        return None
    known_as = case.called_by(delivery.post.agency_id if delivery.post else None)
    place = case.partnership
    return CaseDecided(case.reference, place.name, known_as, TO_PRACTITIONER[referral.outcome], place.contact)


COMMANDS = (
    Command(
        "feedback",
        "Tell who sent a referral what came of it",
        _choose,
        needs=May.SCREEN_REFERRALS,
        takes="R-7K2F9",
    ),
    Command("tell", "Tell them this", _tell, needs=May.SCREEN_REFERRALS, takes="R-7K2F9", listed=False),
)
OWED = (
    Owed("feedback_due", _due),
    Owed("referral_outcome", _outcome),
    Owed("case_decided", _decided),
)
JOBS = (Job("remind of feedback", remind_of_feedback),)
