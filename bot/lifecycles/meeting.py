"""A meeting's life, as far as its agenda: planned, then sent, then sent again when it has changed (DOMAIN.md B.4)."""

from datetime import date

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.kit.worktime import local_day, working_days_after
from bot.lifecycles.moving import Life, by_coordinators
from storage.records import Meeting
from storage.records import MeetingState as S

READY_BEFORE = 3  # working days before the meeting (DOMAIN.md B.6)


MEETING = Life(
    Lifecycle(
        "meeting",
        (
            Step((S.PLANNED, S.AGENDA_SENT), "send agenda", S.AGENDA_SENT, (Party.COORDINATOR, Party.CLOCK)),
            Step((S.PLANNED, S.AGENDA_SENT), "send agenda later", None, (Party.COORDINATOR,)),
            Step((S.PLANNED, S.AGENDA_SENT), "add an item", None, (Party.COORDINATOR,)),
        ),
        {S.PLANNED: "planned", S.AGENDA_SENT: "agenda sent"},
    ),
    by_coordinators,
)


def ready_by(meeting: Meeting) -> date:
    """By when an agency has what it is asked for."""
    return working_days_after(local_day(meeting.starts_at), -READY_BEFORE)
