"""Which form leads to which use case: each feature brings its own rows."""

from bot.features import (
    actions,
    agreements,
    away,
    cases,
    directory,
    escalations,
    flags,
    holds,
    meetings,
    referrals,
    shares,
    transfers,
)
from bot.tables import Guided

FORMS: dict[str, Guided] = {
    row.form.__name__: row
    for row in (
        *referrals.FORMS,
        *actions.FORMS,
        *escalations.FORMS,
        *meetings.FORMS,
        *transfers.FORMS,
        *cases.FORMS,
        *flags.FORMS,
        *shares.FORMS,
        *directory.FORMS,
        *agreements.FORMS,
        *away.FORMS,
        *holds.FORMS,
    )
}
