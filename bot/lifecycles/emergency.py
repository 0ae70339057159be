"""What becomes of a case that was opened in an emergency: somebody else looks whether that was right."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.kit.worktime import local_day, working_days_after
from bot.lifecycles.moving import Life
from storage.queries.people import reviewers_of
from storage.records import Emergency, Post
from storage.records import EmergencyState as S

REVIEW_WITHIN = 5  # working days (TRUST.md 3.5)


def _sides(session: Session, emergency: Emergency, _party: Party) -> Sequence[Post]:
    return reviewers_of(session, emergency.case.partnership_id)


EMERGENCY = Life(
    Lifecycle(
        "emergency",
        (Step((S.TO_REVIEW,), "review", S.REVIEWED, (Party.COORDINATOR, Party.CHAIR)),),
        {S.TO_REVIEW: "waiting to be reviewed", S.REVIEWED: "reviewed"},
    ),
    _sides,
)


def review_by(emergency: Emergency) -> date:
    return working_days_after(local_day(emergency.opened_at), REVIEW_WITHIN)
