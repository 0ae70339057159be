"""What is owed and due, what nobody knows or was given up, and what a message was about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from storage.queries.people import Actor
from storage.records import Account, Delivery, DeliveryState, Haste, Heard, Post, Role, WebMessage, Workspace
from storage.records.base import exactly

AT_ONCE = 500
GIVEN_UP = Delivery.state.in_([exactly("failed"), exactly("expired")])
OPEN = Delivery.state.in_([exactly("pending"), exactly("claimed"), exactly("sending")])
WAITING = and_(Delivery.state == exactly("pending"), Delivery.waits_since.is_not(None), Delivery.reason.is_not(None))
UNKNOWN = Delivery.state == exactly("ambiguous")  # in these very words, or SQLite does not see that its index has them


def deliveries_unknown(session: Session) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery).where(Delivery.state == exactly("ambiguous")).options(joinedload(Delivery.account))
    ).all()


def next_due(session: Session, after: datetime, shard: str | None = None) -> datetime | None:
    """One question for each haste: together they would be answered from no index."""
    first = select(func.min(Delivery.due_at)).where(Delivery.state == exactly("pending"), Delivery.due_at > after)
    first = first if shard is None else first.where(Delivery.shard == shard)
    found = [session.scalar(first.where(Delivery.haste == haste)) for haste in Haste]
    return min((at for at in found if at), default=None)


def owed_among(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these were owed before.  A few hundred at a time: each is a parameter."""
    found: set[str] = set()
    for at in range(0, len(keys), AT_ONCE):
        found |= set(session.scalars(select(Delivery.once).where(Delivery.once.in_(keys[at : at + AT_ONCE]))))
    return found


def end_leases(session: Session, at: datetime) -> None:
    """Whoever held them is gone."""
    session.execute(update(Delivery).where(Delivery.leased_until.is_not(None)).values(leased_until=at))


def platforms_in_use(session: Session) -> Sequence[str]:
    return session.scalars(select(Account.platform).distinct()).all()


def deliveries_about(session: Session, reference: str, kind: str, version: int) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery)
        .where(Delivery.about == reference, Delivery.kind == kind, Delivery.about_version == version)
        .options(joinedload(Delivery.post).joinedload(Post.agency))
        .order_by(Delivery.id)
    ).all()


def _with_borough() -> Select[Delivery]:
    """What a post is told belongs to its borough; what an account is told, to the one that let its workspace in."""
    return (
        select(Delivery)
        .outerjoin(Delivery.post)
        .outerjoin(Delivery.account)
        .outerjoin(Workspace, and_(Workspace.platform == Account.platform, Workspace.tenant == Account.tenant))
    )


_BOROUGH = case((Delivery.post_id.is_(None), Workspace.partnership_id), else_=Post.partnership_id)


def borough_of(session: Session, delivery: Delivery) -> int | None:
    return session.scalar(_with_borough().where(Delivery.id == delivery.id).with_only_columns(_BOROUGH))


def lost_in(reader: Actor, since: datetime) -> tuple[Select[Delivery], ...]:
    """In a partnership that this reader coordinates: what was given up since then, and however old it is, what is
    unknown until somebody decides, and what waits because nothing gets through to where it goes.

    One question for each of three indexes: together they would be answered from none.
    """
    here = _with_borough().where(_BOROUGH.in_(reader.where(Role.COORDINATOR)))
    return here.where(GIVEN_UP, Delivery.due_at > since), here.where(UNKNOWN), here.where(WAITING)


def deliveries_lost(session: Session, reader: Actor, since: datetime) -> Sequence[Delivery]:
    whole = joinedload(Delivery.post).joinedload(Post.agency)
    found = [row for asked in lost_in(reader, since) for row in session.scalars(asked.options(whole))]
    return sorted(found, key=lambda row: (row.due_at, -row.id), reverse=True)


def messages_lost(session: Session, reader: Actor, since: datetime) -> int:
    """How many."""
    counted = (asked.with_only_columns(func.count()) for asked in lost_in(reader, since))
    return sum(session.scalar(one) or 0 for one in counted)


def delivery_for(session: Session, reader: Actor, number: int) -> Delivery | None:
    """In a partnership that this reader coordinates; nobody else changes it until they are done."""
    return session.scalar(
        _with_borough()
        .where(Delivery.id == number, _BOROUGH.in_(reader.where(Role.COORDINATOR)))
        .options(joinedload(Delivery.post).joinedload(Post.agency))
        .with_for_update(of=Delivery)
    )


def anything_held(session: Session, reference: str) -> bool:
    """Whether it is still unknown of a message about this whether it arrived."""
    held = exists().where(Delivery.about == reference, Delivery.state == DeliveryState.AMBIGUOUS)
    return session.scalar(select(held)) or False


def anything_undelivered(session: Session, reference: str, news: str) -> bool:
    """Of what is about this, but for such news itself.  What has waited and is tried again right now counts."""
    under_way = and_(OPEN, Delivery.waits_since.is_not(None))
    about = exists().where(Delivery.about == reference, Delivery.kind != news, or_(GIVEN_UP, UNKNOWN, under_way))
    return session.scalar(select(about)) or False


def subjects_of(session: Session, account: Account, sent_as: str) -> Sequence[str]:
    """What the message that is replied to was about: several references, if it was a digest."""
    return session.scalars(
        select(Delivery.about)
        .where(Delivery.account_id == account.id, Delivery.sent_as == sent_as)
        .order_by(Delivery.id)
    ).all()


def already_heard(session: Session, platform: str, request: str) -> Heard | None:
    return session.get(Heard, (platform, request))


def web_messages(session: Session, account_id: int, after: int = 0) -> Sequence[WebMessage]:
    return session.scalars(
        select(WebMessage).where(WebMessage.account_id == account_id, WebMessage.id > after).order_by(WebMessage.id)
    ).all()


def web_message_with(session: Session, key: str) -> WebMessage | None:
    return session.scalar(select(WebMessage).where(WebMessage.key == key))


def is_overtaken(session: Session, delivery: Delivery) -> bool:
    """Whether the same post was owed the same kind of news about the same thing again, later."""
    later = exists().where(
        Delivery.about == delivery.about,
        Delivery.kind == delivery.kind,
        Delivery.post_id == delivery.post_id,
        Delivery.id > delivery.id,
    )
    return session.scalar(select(later)) or False
