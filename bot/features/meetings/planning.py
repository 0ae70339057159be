"""Forms by which a coordinator plans a meeting and puts items on its agenda."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from bot.choices import own_boroughs, own_cases
from bot.context import Context
from bot.features.meetings.calls import CALENDAR
from bot.features.meetings.notices import ItemAdded, MeetingAdded
from bot.features.meetings.options import need_a_meeting, own_agencies, own_meetings
from bot.kit.answers import ComingDay, Line, TimeOfDay
from bot.kit.errors import NotFound, or_not_found
from bot.kit.forms import Ask, Choice, Form, Option
from bot.kit.references import new_reference
from bot.kit.worktime import local
from bot.lifecycles.meeting import MEETING
from bot.lifecycles.moving import begun, move
from bot.naming import name_to
from bot.outbox import owe_errand
from bot.permissions import May, needs
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Spoken
from storage.queries.cases import case_for
from storage.queries.meetings import meeting_for
from storage.records import AgendaAsk, AgendaItem, Case, ItemKind, Meeting, MeetingState, Role, Verb

NO_CASE = "none"
MEETING_PAGE, ITEM_PAGE = "The meeting", "The item"


class Section(Choice):
    NEW = ItemKind.NEW.value, "A child, new"
    REVIEW = ItemKind.REVIEW.value, "A child, review"
    PERSON = ItemKind.PERSON.value, "A person of concern"
    LOCATION = ItemKind.LOCATION.value, "A place"
    THEME = ItemKind.THEME.value, "A pattern or worry"


def cases_here(ctx: Context) -> Iterable[Option]:
    yield Option(NO_CASE, "It is about no case")
    yield from own_cases(ctx)


class NewMeeting(Form):
    """Add a meeting"""

    send: ClassVar[str] = "Add this meeting"

    borough: Annotated[str, Ask(MEETING_PAGE, "Which borough's panel meets?", choices=own_boroughs)]
    day: Annotated[ComingDay, Ask(MEETING_PAGE, "On which day?", "For example, 27 March 2026")]
    at: Annotated[TimeOfDay, Ask(MEETING_PAGE, "At what time?", "For example, 2pm or 14:00")]
    place: Annotated[Line, Ask(MEETING_PAGE, "Where?", "A room, or how to join. Everybody on the panel will see this.")]


class NewItem(Form):
    """Add an agenda item"""

    send: ClassVar[str] = "Add this item"

    meeting: Annotated[str, Ask(ITEM_PAGE, "For which meeting?", choices=own_meetings)]
    section: Annotated[Section, Ask(ITEM_PAGE, "What is it about?", "Only its number appears in messages.")]
    case: Annotated[str, Ask(ITEM_PAGE, "Which case is it?", "Only codewords appear in messages.", choices=cases_here)]
    agencies: Annotated[
        list[str],
        Ask(
            ITEM_PAGE,
            "Which agencies are asked to prepare?",
            "Choose all that apply. Others only see the number of items.",
            choices=own_agencies,
        ),
    ]
    verb: Annotated[Verb, Ask(ITEM_PAGE, "What are they asked to do before the meeting?")]


@needs(May.RUN_MEETINGS)
def add_meeting(ctx: Context, form: NewMeeting) -> Meeting:
    if int(form.borough) not in ctx.actor.where(Role.COORDINATOR):
        raise NotFound
    meeting = Meeting(
        reference=new_reference("M"),
        partnership_id=int(form.borough),
        starts_at=local(form.day, form.at),
        place=form.place,
        state=MeetingState.PLANNED,
        agenda_version=1,
        sent_version=0,
        **begun(ctx, "add"),
    )
    owe_errand(ctx.session, CALENDAR, ctx.add(meeting).reference, ctx.now)
    return meeting


@needs(May.RUN_MEETINGS)
def add_item(ctx: Context, form: NewItem) -> AgendaItem:
    """An item added after the agenda went out makes the next version of it, which goes out only when it is sent."""
    meeting = or_not_found(meeting_for(ctx.session, ctx.actor, form.meeting))
    number = max((item.number for item in meeting.items), default=0) + 1
    asks = [AgendaAsk(agency_id=int(agency), verb=form.verb) for agency in form.agencies]
    case = _case(ctx, form, meeting)
    kind = ItemKind(form.section.value)
    item = AgendaItem(number=number, version=meeting.sent_version + 1, kind=kind, case=case, asks=asks)
    meeting.items.append(item)
    move(ctx, MEETING, meeting, "add an item", agenda_version=meeting.sent_version + 1)
    return item


def _case(ctx: Context, form: NewItem, meeting: Meeting) -> Case | None:
    if form.case == NO_CASE:
        return None
    case = case_for(ctx.session, ctx.actor, form.case)
    if case is None or case.partnership_id != meeting.partnership_id:
        raise NotFound("That case is with another borough's panel. Say add item to start again.")
    name_to(ctx.session, case, (int(one) for one in form.agencies))
    return case


def _meeting_added(ctx: Context, form: NewMeeting, _about: Subject) -> Reply:
    meeting = add_meeting(ctx, form)
    return Reply(
        MeetingAdded(meeting.reference, meeting.partnership.name, meeting.starts_at, meeting.place).message(),
        place=Place.INSTEAD,
    )


def _item_added(ctx: Context, form: NewItem, _about: Subject) -> Reply:
    item = add_item(ctx, form)
    meeting, names = item.meeting, tuple(sorted(ask.agency.name for ask in item.asks))
    notice = ItemAdded(
        meeting.reference, meeting.partnership.name, meeting.starts_at, item.number, names, meeting.sent_version > 0
    )
    return Reply(notice.message(), place=Place.INSTEAD)


def _add_meeting(_ctx: Context, _spoken: Spoken) -> Opening:
    return Opening(NewMeeting)


def _add_item(ctx: Context, spoken: Spoken) -> Opening:
    need_a_meeting(ctx)
    return Opening(NewItem, answers={"meeting": spoken.reference} if spoken.reference else {})


COMMANDS = (
    Command("add meeting", "Plan a meeting", _add_meeting, needs=May.RUN_MEETINGS),
    Command("add item", "Put an item on an agenda", _add_item, needs=May.RUN_MEETINGS),
)
FORMS = (Guided(NewMeeting, _meeting_added), Guided(NewItem, _item_added))
