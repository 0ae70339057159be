"""An agenda: one meeting, seen from each agency; previewed, sent once a version, by a person or by the clock."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.meetings.carrying import items_are_known, still_with
from bot.features.meetings.notices import Agenda, AskedOf
from bot.kit.errors import Conflict, Refusal, or_not_found
from bot.kit.worktime import is_working_time, local_day
from bot.lifecycles.meeting import MEETING, ready_by
from bot.lifecycles.moving import advance, move
from bot.outbox import each_alone, owe, owe_to_each
from bot.permissions import May, needs
from storage.queries.actions import actions_still_with
from storage.queries.deliveries import deliveries_about
from storage.queries.meetings import agendas_to_send, meeting_for, meeting_named
from storage.queries.people import panel_of, seats_of
from storage.records import Action, Delivery, Haste, Meeting, Post


def visible(ctx: Context, reference: str) -> Meeting:
    return or_not_found(meeting_for(ctx.session, ctx.actor, reference))


@needs(May.RUN_MEETINGS)
def preview_agenda(ctx: Context, reference: str, agency_id: int) -> tuple[Meeting, Agenda, Post]:
    """The agenda as that agency's post will see it."""
    meeting = visible(ctx, reference)
    seat = next((post for post in panel(ctx.session, meeting) if post.agency_id == agency_id), None)
    if seat is None:
        raise Refusal("That agency has no post on this panel. Choose another, or say add person.")
    to_do = actions_still_with(ctx.session, [seat.id])[seat.id]
    return meeting, seen_from(meeting, seat, to_do, ctx.today), seat


@needs(May.RUN_MEETINGS)
def send_agenda(ctx: Context, reference: str, seen: int | None) -> tuple[Meeting, bool]:
    """Owe the present version to each member of the panel.  False: that version is sent already."""
    meeting = visible(ctx, reference)
    if meeting.starts_at <= ctx.now:
        raise Refusal("That meeting has been. Say add meeting to plan the next one.")
    if meeting.sent_version == meeting.agenda_version:
        return meeting, False
    if not panel(ctx.session, meeting):
        raise Refusal("Nobody sits on that panel yet. Say add person first.")
    if seen is not None and seen != meeting.version:
        raise Conflict
    move(ctx, MEETING, meeting, "send agenda", seen, sent_version=meeting.agenda_version, send_on=None)
    items_are_known(ctx.session, meeting, ctx.now)
    owe_to_panel(ctx.session, meeting, ctx.now)
    return meeting, True


@needs(May.RUN_MEETINGS)
def send_agenda_later(ctx: Context, reference: str, seen: int | None, on: date) -> Meeting:
    meeting = visible(ctx, reference)
    if on >= local_day(meeting.starts_at):
        raise Refusal("That is not before the meeting. Say send later again and give an earlier day.")
    move(ctx, MEETING, meeting, "send agenda later", seen, send_on=on)
    return meeting


@needs(May.RUN_MEETINGS)
def agenda_results(ctx: Context, reference: str) -> tuple[Meeting, list[Delivery]]:
    meeting = visible(ctx, reference)
    return meeting, list(deliveries_about(ctx.session, meeting.reference, "agenda", meeting.sent_version))


def send_agendas_due(session: Session, now: datetime) -> None:
    """The clock's part: what a coordinator put off to a day goes out on that day, in working time."""
    if not is_working_time(now):
        return
    each_alone(session, agendas_to_send(session, local_day(now)), lambda reference: _send_one(session, reference, now))


def _send_one(session: Session, reference: str, now: datetime) -> None:
    meeting = meeting_named(session, reference)
    if meeting is None:
        return
    step = MEETING.table.step(meeting.state, "send agenda")
    if step is None or meeting.starts_at <= now:
        meeting.send_on = None
        for post in MEETING.sides(session, meeting, MEETING.table.steps[0].who[0]):
            about, version = meeting.reference, meeting.agenda_version
            owe(session, "agenda_not_sent", post, about=about, version=version, at=now, haste=Haste.URGENT)
        return
    unsent = meeting.sent_version < meeting.agenda_version
    advance(session, MEETING, meeting, step, now, None, sent_version=meeting.agenda_version, send_on=None)
    if unsent:
        items_are_known(session, meeting, now)
        owe_to_panel(session, meeting, now)


def owe_to_panel(session: Session, meeting: Meeting, now: datetime) -> None:
    about, version, seats = meeting.reference, meeting.sent_version, seats_of(meeting.partnership_id)
    owe_to_each(session, "agenda", seats, about=about, version=version, at=now, expires=meeting.starts_at)


def panel(session: Session, meeting: Meeting) -> list[Post]:
    return list(panel_of(session, meeting.partnership_id))


def seen_from(meeting: Meeting, seat: Post, to_do: Iterable[Action], today: date) -> Agenda:
    """Need to know: a post reads what its own agency is asked for, what it has to do itself from before, and of the
    rest how many items there are.  Where somebody may be looking for the child, neither the item nor what is asked: a
    number without a codeword would point at it (TRUST.md 4.2).
    """
    own = [(one, ask.verb.value) for one in meeting.items for ask in one.asks if ask.agency_id == seat.agency_id]
    named = [(item, verb) for item, verb in own if not (item.case and item.case.protected)]
    return Agenda(
        borough=meeting.partnership.name,
        starts_at=meeting.starts_at,
        place=meeting.place,
        version=max(meeting.sent_version, meeting.agenda_version),
        items=len(meeting.items),
        asked=tuple(
            AskedOf(item.number, verb, item.case.called_by(seat.agency_id) if item.case else "") for item, verb in named
        ),
        ready_by=ready_by(meeting),
        reference=meeting.reference,
        contact=meeting.partnership.contact,
        call=meeting.call.url if meeting.call else "",
        unfinished=still_with(seat, to_do, meeting, today),
        unnamed=len(own) - len(named),
    )
