"""A referral's life: sent, taken up, and finished once who sent it was told what came of it (DOMAIN.md B.2)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.kit.worktime import local_day, working_days_after
from bot.lifecycles.moving import Life
from storage.queries.people import coordinators_of
from storage.records import Account, Post, Referral
from storage.records import ReferralState as S


def _sides(session: Session, referral: Referral, party: Party) -> Sequence[Post | Account]:
    return [referral.sent_from] if party is Party.AUTHOR else coordinators_of(session, referral.partnership_id)


ANSWER_WITHIN = 3  # working days from sending to a decision (DOMAIN.md B.2)

REFERRAL = Life(
    Lifecycle(
        "referral",
        (
            Step((S.SUBMITTED,), "take", S.SCREENING, (Party.COORDINATOR,), {Party.AUTHOR: "referral_taken"}),
            Step(
                (S.SUBMITTED, S.SCREENING),
                "tell",
                S.CONCLUDED,
                (Party.COORDINATOR,),
                {Party.AUTHOR: "referral_outcome"},
            ),
        ),
        {S.SUBMITTED: "received", S.SCREENING: "being looked at", S.CONCLUDED: "finished"},
    ),
    _sides,
)


def answer_by(referral: Referral) -> date:
    return working_days_after(local_day(referral.sent_at), ANSWER_WITHIN)
