"""Who is behind an account, which posts they hold today, and who is at the table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.records import (
    Account,
    Agency,
    Holding,
    Partnership,
    Person,
    Post,
    Role,
    Workspace,
)

MAIL = "mail"  # the platform of an account that stands for a person's e-mail address


@dataclass(frozen=True)
class Actor:
    """The person behind an account, as known today.  Without a person: somebody we do not know yet."""

    account: Account
    home: Partnership  # that let in the workspace they write from
    person: Person | None = None
    holdings: tuple[Holding, ...] = ()

    @property
    def person_id(self) -> int | None:
        return self.account.person_id if self.person else None

    @property
    def posts(self) -> tuple[Post, ...]:
        """Held or deputised for: who answers for a post may do the same either way."""
        return tuple(one.post for one in self.holdings)

    @property
    def deputised(self) -> frozenset[int]:
        return frozenset(one.post_id for one in self.holdings if one.deputy)

    @property
    def post_ids(self) -> frozenset[int]:
        return frozenset(post.id for post in self.posts)

    def where(self, *roles: Role) -> frozenset[int]:
        """The partnerships in which this person holds a post with one of these roles (any role, if none is named)."""
        return frozenset(post.partnership_id for post in self.posts if not roles or post.role in roles)


def home_of(session: Session, platform: str, tenant: str) -> Partnership | None:
    """The partnership that let this workspace in.  None: nobody did, and an empty list lets in nobody."""
    return session.scalar(HOME, {"platform": platform, "tenant": tenant})


def actor_behind(session: Session, account: Account, home: Partnership, today: date) -> Actor:
    holdings = holdings_of(session, account.person_id, today) if account.person_id else ()
    return Actor(account, home, account.person if holdings else None, tuple(holdings))


def anybody_let_in(session: Session) -> bool:
    return session.scalar(select(Workspace.tenant).limit(1)) is not None


def account_of(session: Session, platform: str, tenant: str, user: str) -> Account | None:
    return session.scalar(ACCOUNT, {"platform": platform, "tenant": tenant, "user": user})


def holdings_of(session: Session, person_id: int, today: date) -> Sequence[Holding]:
    """One's own posts, then those one is deputy for."""
    return session.scalars(HELD, {"person": person_id, "day": today}).all()


def on_day(day: date | BindParameter[date]) -> ColumnElement[bool]:
    return and_(Holding.from_day <= day, or_(Holding.until_day.is_(None), Holding.until_day >= day))


# What every turn asks, put together once: SQLAlchemy takes as long to do so as to ask.
HOME = (
    select(Partnership)
    .join(Workspace, Workspace.partnership_id == Partnership.id)
    .where(Workspace.platform == bindparam("platform"), Workspace.tenant == bindparam("tenant"))
)
_HERE = (Account.platform == bindparam("platform"), Account.tenant == bindparam("tenant"))
ACCOUNT = select(Account).where(*_HERE, Account.user == bindparam("user")).options(joinedload(Account.person))
HELD = (
    select(Holding)
    .where(Holding.person_id == bindparam("person"), on_day(bindparam("day", type_=Date)))
    .options(joinedload(Holding.post).options(joinedload(Post.partnership), joinedload(Post.agency)))
    .order_by(Holding.deputy, Holding.post_id)
)


def holder_of(session: Session, post_id: int, today: date) -> Person | None:
    return session.scalar(
        select(Person)
        .join(Holding, Holding.person_id == Person.id)
        .where(Holding.post_id == post_id, ~Holding.deputy, on_day(today))
        .order_by(Holding.from_day.desc())
    )


def has_joined(session: Session, person_id: int) -> bool:
    """Whether they have an account to speak from: an e-mail address is none."""
    return session.scalar(select(exists().where(Account.person_id == person_id, Account.platform != MAIL))) or False


def post_is_held(session: Session, post_id: int, today: date, *, deputy: bool) -> bool:
    """By anybody; or with `deputy` by its deputy."""
    held = exists().where(Holding.post_id == post_id, on_day(today), *([Holding.deputy] if deputy else []))
    return session.scalar(select(held)) or False


def coordinators_of(session: Session, partnership_id: int) -> Sequence[Post]:
    return posts_with(session, Role.COORDINATOR, partnership_id)


def posts_with(session: Session, role: Role, partnership_id: int, agency_id: int | None = None) -> Sequence[Post]:
    """Those of a partnership (and of one agency there) that have this role."""
    there = [Post.agency_id == agency_id] if agency_id else []
    return session.scalars(
        select(Post).where(Post.partnership_id == partnership_id, Post.role == role, *there).order_by(Post.id)
    ).all()


def reviewers_of(session: Session, partnership_id: int) -> Sequence[Post]:
    """Who looks at what somebody did in an emergency: more than one post, so that nobody has to look at themselves."""
    reviews = Post.role.in_((Role.COORDINATOR, Role.CHAIR))
    return session.scalars(select(Post).where(Post.partnership_id == partnership_id, reviews).order_by(Post.id)).all()


def partnerships(session: Session) -> Sequence[Partnership]:
    return session.scalars(select(Partnership).order_by(Partnership.name)).all()


def partnership_named(session: Session, name: str) -> Partnership | None:
    return session.scalar(select(Partnership).where(Partnership.name == name))


def agencies(session: Session) -> Sequence[Agency]:
    return session.scalars(select(Agency).order_by(Agency.name)).all()


def agency_named(session: Session, name: str) -> Agency | None:
    return session.scalar(select(Agency).where(Agency.name == name))


def people_who(session: Session, roles: Collection[Role], partnership_id: int, today: date) -> Sequence[int]:
    """The ids of those who hold or deputise for a post with one of these roles there."""
    held = select(Holding.person_id).join(Post, Post.id == Holding.post_id).distinct()
    held = held.where(Post.partnership_id == partnership_id, Post.role.in_(roles), on_day(today))
    return session.scalars(held.order_by(Holding.person_id)).all()


def panel_of(session: Session, partnership_id: int) -> Sequence[Post]:
    """The posts that sit on a partnership's panel."""
    return session.scalars(
        select(Post)
        .where(Post.partnership_id == partnership_id, Post.on_panel)
        .options(joinedload(Post.agency))
        .join(Agency)
        .order_by(Agency.name, Post.title)
    ).all()


def seats_of(partnership_id: int) -> Select[int]:
    """The same posts, for a statement to read."""
    return select(Post.id).where(Post.partnership_id == partnership_id, Post.on_panel)


def posts_in(session: Session, reader: Actor) -> Sequence[Post]:
    """The posts of the partnerships that this coordinator runs."""
    return _posts_of(session, reader.where(Role.COORDINATOR))


def posts_beside(session: Session, reader: Actor) -> Sequence[Post]:
    """The posts of all partnerships in which this person has one."""
    return _posts_of(session, reader.where())


def _posts_of(session: Session, partnerships: frozenset[int]) -> Sequence[Post]:
    return session.scalars(
        select(Post)
        .where(Post.partnership_id.in_(partnerships))
        .options(joinedload(Post.agency), joinedload(Post.partnership))
        .join(Agency)
        .order_by(Post.partnership_id, Agency.name, Post.title)
    ).all()


def posts_to_cover(session: Session, reader: Actor) -> list[Post]:
    """For which this person may name a deputy: those they hold, and those of the partnerships they run."""
    held = [one.post for one in reader.holdings if not one.deputy]
    return list({post.id: post for post in (*held, *posts_in(session, reader))}.values())


def post_titled(session: Session, partnership_id: int, agency_id: int, title: str) -> Post | None:
    return session.scalar(
        select(Post).where(Post.partnership_id == partnership_id, Post.agency_id == agency_id, Post.title == title)
    )


def holdings_ending(session: Session, first: date, last: date) -> Sequence[int]:
    """The posts whose holder's last day is one of these."""
    return session.scalars(
        select(Holding.post_id)
        .where(Holding.until_day >= first, Holding.until_day <= last, ~Holding.deputy)
        .order_by(Holding.until_day)
    ).all()


def last_day_of(session: Session, post_id: int, before: date) -> date | None:
    """Of whoever held the post last before that day."""
    held = select(func.max(Holding.until_day, type_=Holding.until_day.type)).where(Holding.post_id == post_id)
    return session.scalar(held.where(~Holding.deputy, Holding.until_day < before))


def holding_of(session: Session, post_id: int, today: date, *, deputy: bool = False) -> Holding | None:
    """The holder's, or the deputy's."""
    return session.scalar(select(Holding).where(Holding.post_id == post_id, Holding.deputy.is_(deputy), on_day(today)))


def who_held(session: Session, post_id: int) -> Sequence[tuple[Holding, Person]]:
    """Everybody who ever held it or was its deputy, the latest first."""
    rows = session.execute(
        select(Holding, Person)
        .join(Person, Person.id == Holding.person_id)
        .where(Holding.post_id == post_id)
        .order_by(Holding.from_day.desc(), Holding.id.desc())
    )
    return [(holding, person) for holding, person in rows]


def holders_with(session: Session, role: Role, partnership_id: int, today: date) -> Sequence[tuple[Post, Person]]:
    """The posts of a partnership that have this role and somebody who holds them, and who that is."""
    rows = session.execute(
        select(Post, Person)
        .join(Holding, Holding.post_id == Post.id)
        .join(Person, Person.id == Holding.person_id)
        .where(Post.partnership_id == partnership_id, Post.role == role, ~Holding.deputy, on_day(today))
        .options(joinedload(Post.agency))
        .order_by(Post.id)
    )
    return [(post, person) for post, person in rows]
