"""Which form leads to which use case: each feature brings its own rows."""

from bot.features import actions, away, cases, directory, meetings, referrals, transfers
from bot.tables import Guided

FORMS: dict[str, Guided] = {
    row.form.__name__: row
    for row in (
        *referrals.FORMS,
        *actions.FORMS,
        *meetings.FORMS,
        *transfers.FORMS,
        *directory.FORMS,
        *away.FORMS,
        *cases.FORMS,
    )
}
