"""A sharing agreement's life: in force, renewed, ended.  That it lapses is a day and not a step (TRUST.md 4.4)."""

from datetime import date, timedelta

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life, by_coordinators
from storage.records import Agreement
from storage.records import AgreementState as S

TOLD_BEFORE = timedelta(days=60)  # that it lapses (TRUST.md 4.4)


AGREEMENT = Life(
    Lifecycle(
        "agreement",
        (
            Step((S.IN_FORCE,), "renew", None, (Party.COORDINATOR,)),
            Step((S.IN_FORCE,), "end", S.ENDED, (Party.COORDINATOR,)),
        ),
        {S.IN_FORCE: "in force", S.ENDED: "ended"},
    ),
    by_coordinators,
)


def told_from(agreement: Agreement) -> date:
    """The day from which somebody has to see to it."""
    return agreement.lapses_on - TOLD_BEFORE
