"""Actions that a meeting agreed and nobody has finished yet: they come back on the next agenda (DOMAIN.md B.3)."""

from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.features.meetings.notices import Unfinished
from bot.lifecycles.action import ACTION
from bot.outbox import mark_stale
from storage.queries.actions import go_by
from storage.records import Action, Meeting, Post

MATTERS_ARISING = 0  # instead of an item's number: it is about nothing on this agenda


def items_are_known(session: Session, meeting: Meeting, now: datetime) -> None:
    """The agenda is sent: an action that went by no item goes by the one that its case has there, in older messages,
    too.  One that a meeting agreed goes on by the item under which that was.
    """
    for reference in go_by(session, meeting):
        mark_stale(session, reference, now)


def still_with(post: Post, actions: Iterable[Action], meeting: Meeting, today: date) -> tuple[Unfinished, ...]:
    """For a message.  Where somebody may be looking for the child, it says no item (TRUST.md 4.2)."""
    shown = {item.case_id: item.number for item in reversed(meeting.items) if item.case and not item.case.protected}
    return _lines(actions, meeting, {post.agency_id}, shown, today)


def unfinished(actions: Iterable[Action], meeting: Meeting, own: Set[int], today: date) -> tuple[Unfinished, ...]:
    """For a page.  `own`: the reader's agencies there."""
    shown = {item.case_id: item.number for item in reversed(meeting.items) if item.case}
    return _lines(actions, meeting, own, shown, today)


def _lines(
    actions: Iterable[Action], meeting: Meeting, own: Set[int], by_case: Mapping[int | None, int], today: date
) -> tuple[Unfinished, ...]:
    return tuple(
        Unfinished(
            one.reference,
            one.verb.value,
            one.due_on,
            one.due_on < today,
            one.owner.words,
            ACTION.table.words[one.state],
            by_case.get(one.case_id, MATTERS_ARISING) if one.case_id else _own_item(one, meeting),
            _known_as(one, own),
        )
        for one in actions
    )


def _own_item(action: Action, meeting: Meeting) -> int:
    return action.item.number if action.item and action.item.meeting_id == meeting.id else MATTERS_ARISING


def _known_as(action: Action, own: Set[int]) -> str:
    """As its owner's agency calls the case, if that is one of the reader's; else as one of theirs does."""
    agency_id = action.owner.agency_id if action.owner.agency_id in own else min(own)
    return action.case.called_by(agency_id) if action.case else ""
