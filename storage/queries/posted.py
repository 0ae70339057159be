"""What stands in people's chats, and which of it is to be taken away."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from storage.queries.holds import ON_HOLD
from storage.records import Account, Holding, Post, Posted, Workspace
from storage.records.base import exactly

IS_SHOWN = Posted.state == exactly("shown")


def posted_as(session: Session, account_id: int, sent_as: str) -> Posted | None:
    return session.scalar(select(Posted).where(Posted.account_id == account_id, Posted.sent_as == sent_as))


def posted_due(session: Session, now: datetime) -> Sequence[Posted]:
    """Not while it is held, unless it is no longer for its reader."""
    held = exists().where(Posted.about.contains(ON_HOLD.c.about))
    return session.scalars(
        select(Posted)
        .where(IS_SHOWN, Posted.remove_at <= now, or_(Posted.at_once, ~held))
        .with_for_update(skip_locked=True)
    ).all()


def remove_now(session: Session, now: datetime, *of: ColumnElement[bool]) -> None:
    """Whatever its time: the clock does it within a minute."""
    session.execute(
        update(Posted).where(IS_SHOWN, *of).values(remove_at=now, at_once=True),
        execution_options={"synchronize_session": False},
    )


def of_person(person_id: int) -> ColumnElement[bool]:
    return Posted.account_id.in_(select(Account.id).where(Account.person_id == person_id))


def of_account(account_id: int) -> ColumnElement[bool]:
    return Posted.account_id == account_id


def of_post(post_id: int) -> ColumnElement[bool]:
    """Of whoever holds it or ever did, or was its deputy."""
    people = select(Holding.person_id).where(Holding.post_id == post_id)
    return Posted.account_id.in_(select(Account.id).where(Account.person_id.in_(people)))


def of_agency(partnership_id: int, agency_id: int) -> ColumnElement[bool]:
    """Of whoever holds or held one of its posts there."""
    people = select(Holding.person_id).join(Holding.post)
    people = people.where(Post.partnership_id == partnership_id, Post.agency_id == agency_id)
    return Posted.account_id.in_(select(Account.id).where(Account.person_id.in_(people)))


def tells_of(reference: str) -> ColumnElement[bool]:
    return Posted.about.contains(reference)


def last_day_of(session: Session, person_id: int, today: date) -> date | None:
    """The first day on which one of their posts ends; None: that is open."""
    return session.scalar(
        select(func.min(Holding.until_day)).where(Holding.person_id == person_id, Holding.until_day >= today)
    )


def left_in(session: Session, boroughs: Collection[int]) -> Sequence[Posted]:
    """What could not be taken away, in the workspaces that these boroughs let in."""
    return session.scalars(
        select(Posted)
        .join(Posted.account)
        .join(Workspace, (Workspace.platform == Account.platform) & (Workspace.tenant == Account.tenant))
        .where(
            Posted.state == exactly("not removed"),
            Workspace.partnership_id.in_(boroughs),
        )
        .options(joinedload(Posted.account).joinedload(Account.person))
        .order_by(Posted.id)
    ).all()
