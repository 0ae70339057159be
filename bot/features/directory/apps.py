"""Adding the Teams app for somebody who is invited, so that it greets them.

An address is no identity (TRUST.md 2.2): it finds somebody to greet, and links nobody.  Whoever is greeted reads what
any stranger reads, and proves by the code who they are.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.audit import note
from bot.features.directory.notices import NotAdded
from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from bot.outbox import owe
from bot.tables import ErrandKind, Owed
from storage.levels import Classified
from storage.queries.joining import latest_invitation
from storage.queries.people import coordinators_of, has_joined, holdings_of
from storage.records import Delivery, Errand, Invitation

TEAMS_APP = "teams app"


def _address(session: Session, reference: str, now: datetime) -> Classified | None:
    invitation = _open(session, reference, now)
    return invitation.person.email if invitation else None


def _added(session: Session, reference: str, _came_of_it: str, now: datetime) -> None:
    note(session, now, None, "add the app in Teams", reference)


def _not_added(session: Session, reference: str, now: datetime) -> None:
    if invitation := _open(session, reference, now):
        for borough in {one.post.partnership_id for one in holdings_of(session, invitation.person_id, local_day(now))}:
            for post in coordinators_of(session, borough):
                owe(session, "not_added", post, about=reference, version=1, at=now)


def _write_not_added(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    errand = session.get(Errand, (TEAMS_APP, delivery.about))
    if delivery.post is None or errand is None or not errand.reason or not _open(session, delivery.about, now):
        return None
    return NotAdded(delivery.post.partnership.name, errand.reason)


def _open(session: Session, reference: str, now: datetime) -> Invitation | None:
    """While its code still works, and whom it is for has no account."""
    invitation = session.get(Invitation, int(reference.removeprefix("I-")))
    if invitation is None or invitation.used_at or invitation.expires_at <= now:
        return None
    return None if has_joined(session, invitation.person_id) else invitation


def not_greeted(session: Session, person_id: int) -> str | None:
    """Why, if nobody could add the app for them."""
    invitation = latest_invitation(session, person_id)
    errand = session.get(Errand, (TEAMS_APP, f"I-{invitation.id}")) if invitation else None
    return errand.reason if errand else None


ERRANDS = (ErrandKind(TEAMS_APP, _address, _added, _not_added),)
OWED = (Owed("not_added", _write_not_added),)
