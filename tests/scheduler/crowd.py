"""Many invented people, and a broadcast to them all."""

from datetime import timedelta

from sqlalchemy import insert, select, update

from bot.outbox import owe_to_each
from storage.database import Sessions
from storage.levels import Classified, Level
from storage.records import Account, Agency, Holding, Meeting, Partnership, Person, Post, Role
from tests.cast import HOME, START


def a_crowd(sessions: Sessions, size: int) -> list[int]:
    """So many posts in Camden, each with its holder and their account.  Returns the posts."""
    with sessions.begin() as session:
        camden = session.scalars(select(Partnership.id).where(Partnership.name == "Camden")).one()
        agency = session.scalars(select(Agency.id).limit(1)).one()
        name = Classified("Someone Testperson", Level.L2)
        people = list(session.scalars(insert(Person).returning(Person.id), [{"name": name} for _ in range(size)]))
        own = {"partnership_id": camden, "agency_id": agency, "role": Role.AGENCY_MEMBER, "on_panel": False}
        posts = list(
            session.scalars(insert(Post).returning(Post.id), [{"title": f"Post {one}", **own} for one in people])
        )
        since = START.date() - timedelta(days=30)
        held = [{"post_id": post, "person_id": one, "from_day": since} for post, one in zip(posts, people, strict=True)]
        session.execute(insert(Holding), held)
        seen = {"platform": "core", "tenant": HOME, "last_used_at": START}
        session.execute(insert(Account), [{"user": f"person {one}", "person_id": one, **seen} for one in people])
        return posts


def broadcast(sessions: Sessions, posts: list[int], meeting: str) -> None:
    """The agenda of that meeting, also to those who do not sit on the panel."""
    with sessions.begin() as session:
        session.execute(update(Meeting).values(sent_version=1))
        owe_to_each(session, "agenda", select(Post.id).where(Post.id.in_(posts)), about=meeting, version=1, at=START)
