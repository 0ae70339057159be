"""What is stuck: which escalations there are, for whom to see, and who holds each level."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from storage.queries.people import Actor, coordinators_of
from storage.records import Action, Escalation, Meeting, Post, Role
from storage.records.base import exactly

TOP = 5
WHO = {2: Role.AGENCY_LEAD, 3: Role.CHAIR, 4: Role.HEAD, TOP: Role.STRATEGIC}
OVERSEES = (Role.COORDINATOR, Role.CHAIR, Role.STRATEGIC)  # all of their own partnership
IS_OPEN = Escalation.state == exactly("open")
IS_LIVE = Escalation.state.in_([exactly("open"), exactly("settled")])
OWNER = aliased(Post)
WHOLE = (
    joinedload(Escalation.partnership),
    joinedload(Escalation.action).joinedload(Action.owner).joinedload(Post.agency),
    joinedload(Escalation.raised_by).joinedload(Post.agency),
)


def visible_escalations(reader: Actor) -> Select[Escalation]:
    """To the post whose action it is and its agency's lead, to who raised it, and to who oversees the partnership;
    to heads of service once it went up, because they may stand in.
    """
    heads = and_(Escalation.partnership_id.in_(reader.where(Role.HEAD)), Escalation.level > 1)
    sees = (
        OWNER.id.in_(reader.post_ids),
        Escalation.raised_by_id.in_(reader.post_ids),
        Escalation.partnership_id.in_(reader.where(*OVERSEES)),
        heads,
        *(_led_by(post) for post in reader.posts if post.role is Role.AGENCY_LEAD),
    )
    return (
        select(Escalation)
        .join(Escalation.action)
        .join(OWNER, Action.owner_id == OWNER.id)
        .where(or_(*sees))
        .options(*WHOLE)
    )


def _led_by(post: Post) -> ColumnElement[bool]:
    return and_(Escalation.partnership_id == post.partnership_id, OWNER.agency_id == post.agency_id)


def escalation_for(session: Session, reader: Actor, reference: str) -> Escalation | None:
    return session.scalar(visible_escalations(reader).where(Escalation.reference == reference))


def open_escalations_for(session: Session, reader: Actor) -> Sequence[Escalation]:
    """Of the partnerships that this coordinator runs: the highest first, and of those that which has waited longest."""
    here = Escalation.partnership_id.in_(reader.where(Role.COORDINATOR))
    found = visible_escalations(reader).where(here, IS_OPEN)
    return session.scalars(found.order_by(Escalation.level.desc(), Escalation.level_since, Escalation.id)).all()


def escalations_counted(session: Session, partnership_id: int) -> int:
    """The open ones of a partnership."""
    here = select(func.count()).where(Escalation.partnership_id == partnership_id, IS_OPEN)
    return session.scalar(here) or 0


def escalation_named(session: Session, reference: str) -> Escalation | None:
    """For the system's own work; people go through escalation_for()."""
    return session.scalar(select(Escalation).where(Escalation.reference == reference).options(*WHOLE))


def live_escalation_of(session: Session, action_id: int) -> Escalation | None:
    """Open, or settled and not yet closed: an action has one at most."""
    return session.scalar(select(Escalation).where(Escalation.action_id == action_id, IS_LIVE).options(*WHOLE))


def has_open_escalation(session: Session, action_id: int) -> bool:
    """For a reason that somebody gave: then who holds its level is chased, and not the owner (DOMAIN.md B.3)."""
    given = exists().where(Escalation.action_id == action_id, IS_OPEN, Escalation.reason.is_not(None))
    return session.scalar(select(given)) or False


def escalated() -> ColumnElement[bool]:
    """The same, of each action that a question is about."""
    return exists().where(Escalation.action_id == Action.id, IS_OPEN, Escalation.reason.is_not(None))


# --- who holds a level ------------------------------------------------------------------------------------------------


def who_settles(session: Session, escalation: Escalation, level: int) -> tuple[int, Sequence[Post]]:
    """The posts of this level; of a level without any those of the next one up that has some, and which one that is.

    In the end, above the top, the coordinators.
    """
    return _who(escalation, level, _settling(session, {escalation.partnership_id}))


def escalations_to_settle(session: Session, reader: Actor) -> Sequence[Escalation]:
    """The open ones at whose level this person holds a post, or stands in: those that have waited longest first."""
    asked = visible_escalations(reader).where(IS_OPEN).order_by(Escalation.level_since, Escalation.id)
    found = session.scalars(asked).all()
    posts = _settling(session, {one.partnership_id for one in found})
    return [one for one in found if reader.post_ids & {post.id for post in _who(one, one.level, posts)[1]}]


def _settling(session: Session, partnerships: set[int]) -> Sequence[Post]:
    """All that could settle something there, but for owners and raisers."""
    roles = (*WHO.values(), Role.COORDINATOR)
    here = (Post.partnership_id.in_(partnerships), Post.role.in_(roles))
    found = select(Post).where(*here).options(joinedload(Post.agency)).order_by(Post.id)
    return session.scalars(found).all() if partnerships else ()


def _who(escalation: Escalation, level: int, settling: Sequence[Post]) -> tuple[int, Sequence[Post]]:
    for at in range(level, TOP + 1):
        if found := _first(escalation, settling) if at == 1 else _at(escalation, at, settling):
            return at, found
    return TOP + 1, _with(escalation, Role.COORDINATOR, settling)


def raisers_of(session: Session, escalation: Escalation) -> Sequence[Post]:
    """For the clock the coordinators."""
    raised_by = escalation.raised_by
    return [raised_by] if raised_by else coordinators_of(session, escalation.partnership_id)


def _first(escalation: Escalation, settling: Sequence[Post]) -> Sequence[Post]:
    """The owner and the raiser; if that is one post, the coordinators are the other side."""
    owner, raised_by = escalation.action.owner, escalation.raised_by
    if raised_by and raised_by.id == owner.id:
        return _with(escalation, Role.COORDINATOR, settling)
    return [owner, raised_by] if raised_by else [owner]


def _at(escalation: Escalation, level: int, settling: Sequence[Post]) -> Sequence[Post]:
    """Nobody settles at a higher level what they have to do themselves."""
    owner, role = escalation.action.owner, WHO[level]
    found = [post for post in _with(escalation, role, settling) if post.id != owner.id]
    return [post for post in found if post.agency_id == owner.agency_id] if role is Role.AGENCY_LEAD else found


def _with(escalation: Escalation, role: Role, settling: Sequence[Post]) -> Sequence[Post]:
    return [post for post in settling if (post.partnership_id, post.role) == (escalation.partnership_id, role)]


# --- the meetings that it waits for -----------------------------------------------------------------------------------


def meetings_after(session: Session, partnership_id: int, moment: datetime) -> Sequence[datetime]:
    """When they begin, the next first."""
    return session.scalars(
        select(Meeting.starts_at)
        .where(Meeting.partnership_id == partnership_id, Meeting.starts_at > moment)
        .order_by(Meeting.starts_at)
    ).all()


# --- the register -----------------------------------------------------------------------------------------------------


def blocked_for(session: Session, reader: Actor) -> Sequence[tuple[Action, Escalation | None]]:
    """In the partnerships that this person oversees: what its owner says is blocked, and what is escalated."""
    live = and_(Escalation.action_id == Action.id, IS_OPEN)
    stuck = or_(Action.state == exactly("blocked"), Escalation.id.is_not(None))
    rows = session.execute(
        select(Action, Escalation)
        .outerjoin(Escalation, live)
        .where(Action.partnership_id.in_(reader.where(*OVERSEES)), stuck)
        .join(Action.owner)
        .options(contains_eager(Action.owner).joinedload(Post.agency), joinedload(Action.partnership))
        .order_by(Action.id)
    )
    return [(action, escalation) for action, escalation in rows]


def escalations_of(session: Session, action_id: int) -> Sequence[Escalation]:
    """All there ever were."""
    return session.scalars(select(Escalation).where(Escalation.action_id == action_id).order_by(Escalation.id)).all()
