"""Broadcasting an agenda: choose a meeting, see it as each agency will, send it, and ask who has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.meetings.notices import (
    Agenda,
    AgendaLater,
    AgendaNotSent,
    AgendaPreview,
    AgendaResults,
    AgendaSending,
    Outcome,
)
from bot.features.meetings.options import need_a_meeting, own_agencies, own_meetings
from bot.features.meetings.sending import (
    agenda_results,
    panel,
    preview_agenda,
    seen_from,
    send_agenda,
    send_agenda_later,
    send_agendas_due,
    visible,
)
from bot.kit.answers import ComingDay
from bot.kit.errors import Conflict
from bot.kit.forms import Ask, Form
from bot.kit.messages import Notice
from bot.kit.worktime import local_day
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Job, Owed, Spoken
from storage.queries.actions import actions_still_with
from storage.queries.deliveries import deliveries_about
from storage.queries.meetings import meeting_named
from storage.records import Action, Delivery, DeliveryState, Meeting

PAGE = "The agenda"
WAITING = {DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING}
NOT_SENT = {
    DeliveryState.AMBIGUOUS: "we do not know whether it arrived",
    DeliveryState.EXPIRED: "the meeting came first",
    DeliveryState.SUPERSEDED: "a newer version was sent instead",
    DeliveryState.CANCELLED: "a coordinator stopped it",
}


class PreviewAgenda(Form):
    """Send an agenda"""

    send: ClassVar[str] = "Show me the agenda"

    meeting: Annotated[str, Ask(PAGE, "Which meeting's agenda?", choices=own_meetings)]
    agency: Annotated[
        str,
        Ask(
            PAGE,
            "See it first as which agency?",
            "Each agency only sees what it is asked for. Nothing is sent yet.",
            choices=own_agencies,
        ),
    ]


class SendLater(Form):
    """Send an agenda later"""

    send: ClassVar[str] = "Send it on that day"

    on: Annotated[
        ComingDay,
        Ask(PAGE, "On which day should it go?", "For example, 27 March 2026. It goes at 9am on a working day."),
    ]


def _previewed(ctx: Context, form: PreviewAgenda, _about: Subject) -> Reply:
    meeting, agenda, seat = preview_agenda(ctx, form.meeting, int(form.agency))
    return Reply(_preview(ctx, meeting, agenda, seat.agency.name).message(), place=Place.INSTEAD)


def _preview(ctx: Context, meeting: Meeting, agenda: Agenda, agency: str) -> AgendaPreview:
    members = len(panel(ctx.session, meeting))
    return AgendaPreview(agenda, agency, members, meeting.version, meeting.sent_version == meeting.agenda_version)


def _later(ctx: Context, form: SendLater, about: Subject) -> Reply:
    meeting = send_agenda_later(ctx, about.reference, about.seen, form.on)
    return Reply(
        AgendaLater(meeting.partnership.name, form.on, meeting.reference, meeting.version).message(),
        place=Place.INSTEAD,
    )


# --- what is said ---------------------------------------------------------------------------------------------------


def _agenda(ctx: Context, spoken: Spoken) -> Opening:
    need_a_meeting(ctx)
    return Opening(PreviewAgenda, answers={"meeting": spoken.reference} if spoken.reference else {})


def _send(ctx: Context, spoken: Spoken) -> Reply:
    try:
        meeting, sent_now = send_agenda(ctx, spoken.reference, spoken.seen)
    except Conflict:
        raise Conflict(
            "The agenda has changed since you looked at it. Say agenda to see it again before you send it."
        ) from None
    members = len(deliveries_about(ctx.session, meeting.reference, "agenda", meeting.sent_version))
    before = None if sent_now else meeting.changed_at
    notice = AgendaSending(
        meeting.partnership.name, meeting.starts_at, meeting.sent_version, members, meeting.reference, before
    )
    return Reply(notice.message(), place=Place.INSTEAD)


def _send_later(ctx: Context, spoken: Spoken) -> Opening:
    meeting = visible(ctx, spoken.reference)
    return Opening(SendLater, about=Subject(meeting.reference, meeting.version))


def _results(ctx: Context, spoken: Spoken) -> Reply:
    meeting, deliveries = agenda_results(ctx, spoken.reference)
    of = {state: [one for one in deliveries if one.state is state] for state in DeliveryState}
    waiting = [one for state in WAITING for one in of[state]]
    last_goes = max((one.due_at for one in waiting if one.due_at > ctx.now), default=None)
    lost = [one for one in deliveries if one.state in NOT_SENT or one.state is DeliveryState.FAILED]
    notice = AgendaResults(
        borough=meeting.partnership.name,
        starts_at=meeting.starts_at,
        version=meeting.sent_version,
        reference=meeting.reference,
        sent=tuple(_post(one) for one in of[DeliveryState.SENT]),
        waiting=tuple(_post(one) for one in waiting),
        failed=tuple(Outcome(_post(one), one.reason or NOT_SENT.get(one.state, "")) for one in lost),
        last_goes=last_goes,
    )
    return Reply(notice.message(), place=Place.ONLY_YOU)


def _post(delivery: Delivery) -> str:
    return delivery.post.words if delivery.post else ""


# --- what is owed ---------------------------------------------------------------------------------------------------


def _write_agenda(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    meeting = _read_once(session, delivery.about)
    if meeting is None or delivery.post is None or meeting.sent_version != delivery.about_version:
        return None
    return seen_from(meeting, delivery.post, _to_do(session, delivery.post.id), local_day(now))


def _read_once(session: Session, reference: str) -> Meeting | None:
    """However many members read it: the session keeps it until its transaction ends."""
    read: dict[str, Meeting | None] = session.info.setdefault("agendas read", {})
    if reference not in read:
        read[reference] = meeting_named(session, reference)
    return read[reference]


def _to_do(session: Session, post_id: int) -> Sequence[Action]:
    """One question for all who are written to in this transaction."""
    read: dict[int, Sequence[Action]] = session.info.setdefault("still with", {})
    if post_id not in read:
        posts = {one.post_id for one in session.identity_map.values() if isinstance(one, Delivery) and one.post_id}
        read.update(actions_still_with(session, posts))
    return read[post_id]


def _write_not_sent(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    meeting = meeting_named(session, delivery.about)
    return AgendaNotSent(meeting.reference, meeting.partnership.name, meeting.starts_at) if meeting else None


COMMANDS = (
    Command("agenda", "See and send an agenda", _agenda, needs=May.RUN_MEETINGS),
    Command("send", "Send an agenda you have seen", _send, needs=May.RUN_MEETINGS, takes="M-7K2F9", listed=False),
    Command("send later", "Send an agenda on a day you choose", _send_later, needs=May.RUN_MEETINGS, takes="M-7K2F9"),
    Command(
        "results", "Ask who has the agenda, and who has not and why", _results, needs=May.RUN_MEETINGS, takes="M-7K2F9"
    ),
)
FORMS = (Guided(PreviewAgenda, _previewed), Guided(SendLater, _later))
OWED = (Owed("agenda", _write_agenda, waits=False), Owed("agenda_not_sent", _write_not_sent))
JOBS = (Job("send agendas", send_agendas_due),)
