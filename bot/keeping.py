"""What is said of a record that may not be deleted, or whose details are gone (TRUST.md 3.6)."""

from sqlalchemy.orm import Session

from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from storage.queries.holds import hold_on
from storage.queries.retention import erasure_of

NO_SUCH = "There is no record {}. Give the reference of a referral, a case, an action or a transfer."


def kept_how(session: Session, reference: str) -> str:
    """For its page; mostly nothing."""
    if erased := erasure_of(session, reference):
        return f"The details were erased on {day_in_words(local_day(erased.at))}."
    if hold := hold_on(session, reference):
        return f"Legal hold since {day_in_words(local_day(hold.at))}: {hold.kind.value}. Nothing of it is deleted."
    return ""
