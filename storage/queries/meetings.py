"""Which meetings there are, for whom to see, and whose agenda goes out today."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from storage.queries.people import Actor
from storage.records import AgendaAsk, AgendaItem, Meeting, Role

WHOLE = (
    joinedload(Meeting.partnership),
    joinedload(Meeting.call),
    selectinload(Meeting.items).options(
        selectinload(AgendaItem.asks).joinedload(AgendaAsk.agency), joinedload(AgendaItem.case)
    ),
)


def visible_meetings(reader: Actor) -> Select[Meeting]:
    """Running a meeting is for the coordinators of its partnership; members see their own agenda, which is sent to
    them.
    """
    return select(Meeting).where(Meeting.partnership_id.in_(reader.where(Role.COORDINATOR))).options(*WHOLE)


def agendas_read_by(reader: Actor) -> Select[Meeting]:
    """A coordinator reads every agenda of the partnership; who is on its panel reads what was sent."""
    seats = {post.partnership_id for post in reader.posts if post.on_panel}
    sent = and_(Meeting.partnership_id.in_(seats), Meeting.sent_version > 0)
    return select(Meeting).where(or_(Meeting.partnership_id.in_(reader.where(Role.COORDINATOR)), sent)).options(*WHOLE)


def agenda_for(session: Session, reader: Actor, reference: str) -> Meeting | None:
    return session.scalar(agendas_read_by(reader).where(Meeting.reference == reference))


def agendas_to_come(session: Session, reader: Actor, now: datetime) -> Sequence[Meeting]:
    return session.scalars(agendas_read_by(reader).where(Meeting.starts_at > now).order_by(Meeting.starts_at)).all()


def meeting_for(session: Session, reader: Actor, reference: str) -> Meeting | None:
    return session.scalar(visible_meetings(reader).where(Meeting.reference == reference))


def meetings_to_come(session: Session, reader: Actor, now: datetime) -> Sequence[Meeting]:
    return session.scalars(visible_meetings(reader).where(Meeting.starts_at > now).order_by(Meeting.starts_at)).all()


def next_meeting(session: Session, partnership_id: int, now: datetime) -> tuple[datetime, int, int] | None:
    """When it begins, and how many items its agenda has: as it was sent, and as it stands."""
    sent = func.count(case((AgendaItem.version <= Meeting.sent_version, 1)))
    row = session.execute(
        select(Meeting.starts_at, sent, func.count(AgendaItem.id))
        .outerjoin(Meeting.items)
        .where(Meeting.partnership_id == partnership_id, Meeting.starts_at > now)
        .group_by(Meeting.id)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    ).one_or_none()
    return row and (row[0], row[1], row[2])


def items_for(session: Session, reader: Actor) -> Sequence[AgendaItem]:
    meetings = select(Meeting.id).where(Meeting.partnership_id.in_(reader.where(Role.COORDINATOR)))
    return session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id.in_(meetings))
        .join(Meeting)
        .options(joinedload(AgendaItem.meeting))
        .order_by(Meeting.starts_at, AgendaItem.number)
    ).all()


def agendas_to_send(session: Session, today: date) -> Sequence[str]:
    """The references of their meetings."""
    return session.scalars(select(Meeting.reference).where(Meeting.send_on <= today).order_by(Meeting.id)).all()


def meeting_named(session: Session, reference: str) -> Meeting | None:
    """For the system's own work; people go through meeting_for()."""
    return session.scalar(select(Meeting).where(Meeting.reference == reference).options(*WHOLE))
