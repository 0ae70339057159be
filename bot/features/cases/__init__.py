"""Cases: opened from a referral, known to each agency by a codeword, and closed."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.cases import emergencies
from bot.features.cases.emergencies import JOBS, read_emergency
from bot.features.cases.forms import OpenCase, RecordNumber
from bot.features.cases.notices import (
    CaseChanged,
    CaseLine,
    CaseOpened,
    Cases,
    ClosedToYou,
    CloseLifted,
    Lifted,
    RecordNumberKept,
    SomebodyClose,
)
from bot.features.cases.reading import read_case, who_is_this
from bot.features.cases.steps import (
    change_case,
    keep_record_number,
    known,
    lift,
    open_case,
    open_case_of,
    open_cases,
    say_close,
)
from bot.kit.messages import Notice
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Owed, Spoken
from storage.queries.cases import case_named, people_close_to
from storage.records import Case, Delivery

SHOWN = 10


def _known_as(ctx: Context, case: Case) -> str:
    """As the coordinator's own agency knows it."""
    mine = (post.agency_id for post in ctx.actor.posts if post.partnership_id == case.partnership_id)
    return next((found for one in mine if (found := case.called_by(one))), "")


def _told(ctx: Context, case: Case) -> Reply:
    return Reply(CaseOpened(case.reference, case.partnership.name, _known_as(ctx, case)).message(), place=Place.INSTEAD)


def _open(ctx: Context, spoken: Spoken) -> Reply | Opening:
    return _told(ctx, open_case_of(ctx, spoken.reference)) if spoken.reference else Opening(OpenCase)


def _opened(ctx: Context, form: OpenCase, _about: Subject) -> Reply:
    return _told(ctx, open_case(ctx, form))


def _change(event: str) -> Callable[[Context, Spoken], Reply]:
    def run(ctx: Context, spoken: Spoken) -> Reply:
        case = change_case(ctx, spoken.reference, event, spoken.seen)
        return Reply(CaseChanged(case.reference, event, _known_as(ctx, case)).message(), place=Place.INSTEAD)

    return run


def _cases(ctx: Context, _spoken: Spoken) -> Reply:
    found = open_cases(ctx)
    lines = [CaseLine(one.reference, one.partnership.name, _known_as(ctx, one), one.opened_at) for one in found[:SHOWN]]
    return Reply(Cases(tuple(lines), max(len(found) - SHOWN, 0)).message(), place=Place.ONLY_YOU)


def _record_number(ctx: Context, spoken: Spoken) -> Opening:
    return Opening(RecordNumber, about=Subject(known(ctx, spoken.reference).reference))


def _kept(ctx: Context, form: RecordNumber, about: Subject) -> Reply:
    case = keep_record_number(ctx, form, about.reference)
    return Reply(RecordNumberKept(case.reference).message(), place=Place.INSTEAD)


def _close(ctx: Context, spoken: Spoken) -> Reply:
    case = say_close(ctx, spoken.reference)
    return Reply(ClosedToYou(case.reference, case.partnership.contact).message(), place=Place.INSTEAD)


def _lift(ctx: Context, spoken: Spoken) -> Reply:
    return Reply(Lifted(lift(ctx, spoken.reference).reference).message(), place=Place.INSTEAD)


def _write_close(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    case = case_named(session, delivery.about)
    return SomebodyClose(case.reference, case.partnership.name) if case and people_close_to(session, case) else None


def _write_lifted(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    case = case_named(session, delivery.about)
    return CloseLifted(case.reference, case.partnership.name, case.partnership.contact) if case else None


RUN, EXAMPLE = May.RUN_CASES, "C-7K2F9"

COMMANDS = (
    Command("open case", "Open a case for a child", _open, needs=RUN),
    Command("cases", "List the open cases", _cases, needs=RUN),
    Command("change codewords", "Give a case other codewords", _change("change codewords"), needs=RUN, takes=EXAMPLE),
    Command("protect", "Say no codeword and no item of a case", _change("protect"), needs=RUN, takes=EXAMPLE),
    Command(
        "protect no longer",
        "Say them again",
        _change("protect no longer"),
        needs=RUN,
        takes=EXAMPLE,
        listed=False,
    ),
    Command("close case", "Close a case", _change("close"), needs=RUN, takes=EXAMPLE),
    Command("open again", "Open a closed case again", _change("open again"), needs=RUN, takes=EXAMPLE, listed=False),
    Command("i know them", "Say that you know the child or family", _close, needs=May.READ, takes="A-7K2F9"),
    Command("lift", "Open a case again to who knows the child", _lift, needs=RUN, takes=EXAMPLE, listed=False),
    *emergencies.COMMANDS,
    Command(
        "record number",
        "Say under which number you have a child on file",
        _record_number,
        needs=May.READ,
        takes="A-7K2F9",
        listed=False,
    ),
)
FORMS = (Guided(OpenCase, _opened), Guided(RecordNumber, _kept), *emergencies.FORMS)
OWED = (Owed("somebody_close", _write_close), Owed("close_lifted", _write_lifted, waits=False), *emergencies.OWED)

__all__ = ["COMMANDS", "FORMS", "JOBS", "OWED", "read_case", "read_emergency", "who_is_this"]
