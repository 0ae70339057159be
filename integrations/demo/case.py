"""The child of the demo, who is made up: a case, its words, and a flag that the school is asked for."""

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.kit.references import new_reference
from bot.kit.worktime import local, local_day, working_days_after
from bot.naming import name_to
from storage.levels import Classified, Level
from storage.queries.people import coordinators_of
from storage.records import Action, AgendaItem, Case, CaseState, Flag, FlagState, Post

SCHOOL = "Hollow Oak School"


def seed_case(session: Session, item: AgendaItem, now: datetime) -> None:
    """An item of an agenda is about it, and so are the actions about that item."""
    case = Case(
        reference=new_reference("C"),
        partnership=item.meeting.partnership,
        state=CaseState.OPEN,
        protected=False,
        opened_at=local(working_days_after(local_day(now), -20), time(11)),
        child=Classified({"name": "Robin Madeup", "born": "2011-05-14"}, Level.L4),
        changed_at=now,
        changed_how="open",
    )
    item.case = case
    about = session.scalars(select(Action).where(Action.item == item)).all()
    for action in about:
        action.case = case
    session.flush()
    council = coordinators_of(session, case.partnership_id)
    asked = (*(ask.agency.id for ask in item.asks), *(one.owner.agency_id for one in about))
    name_to(session, case, (*(post.agency_id for post in council), *asked))
    owner = next(one.owner for one in about if one.owner.agency.name == SCHOOL)
    session.add(_flag(case, owner, now))


def _flag(case: Case, owner: Post, now: datetime) -> Flag:
    """Asked for so long ago that the school is reminded of it tomorrow."""
    asked_on = working_days_after(local_day(now), -4)
    return Flag(
        reference=new_reference("F"),
        case=case,
        agency=owner.agency,
        owner=owner,
        state=FlagState.ASKED,
        says=["phone", "missing"],
        asked_on=asked_on,
        due_on=working_days_after(asked_on, 10),
        review_on=asked_on + timedelta(weeks=26),
        changed_at=local(asked_on, time(15)),
        changed_how="ask",
    )
