"""A meeting's place in the panel's calendar, and the link into its call that comes back from there."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.features.meetings.notices import NoCall, PanelMeets
from bot.kit.messages import Notice
from bot.outbox import mark_stale, owe
from bot.ports import Entry
from bot.tables import ErrandKind, Owed
from storage.queries.meetings import meeting_named
from storage.queries.people import coordinators_of
from storage.records import Delivery, Meeting, MeetingCall

CALENDAR = "calendar"
LASTS = timedelta(hours=2)  # a coordinator says only when it begins


def _entry(session: Session, reference: str, now: datetime) -> Entry | None:
    meeting = _to_come(session, reference, now)
    if meeting is None:
        return None
    shown = PanelMeets(meeting.partnership.name, meeting.starts_at, meeting.partnership.contact).message()
    return Entry(reference, shown, meeting.starts_at, meeting.starts_at + LASTS)


def _made(session: Session, reference: str, url: str, now: datetime) -> None:
    if meeting := meeting_named(session, reference):
        session.merge(MeetingCall(meeting_id=meeting.id, url=url))
        session.flush()
        mark_stale(session, reference, now)


def _not_made(session: Session, reference: str, now: datetime) -> None:
    meeting = _to_come(session, reference, now)
    for post in coordinators_of(session, meeting.partnership_id) if meeting else ():
        owe(session, "no_call", post, about=reference, version=1, at=now)


def _write_no_call(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    meeting = _to_come(session, delivery.about, now)
    if meeting is None or meeting.call:
        return None
    return NoCall(meeting.reference, meeting.partnership.name, meeting.starts_at)


def _to_come(session: Session, reference: str, now: datetime) -> Meeting | None:
    meeting = meeting_named(session, reference)
    return meeting if meeting and meeting.starts_at > now else None


ERRANDS = (ErrandKind(CALENDAR, _entry, _made, _not_made),)
OWED = (Owed("no_call", _write_no_call),)
