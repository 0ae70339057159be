"""The first coordinator of a panel, and the workspaces it lets in: done by whoever runs the installation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import note
from bot.features.directory.inviting import invite
from bot.kit.errors import Refusal
from bot.kit.worktime import local_day
from storage.levels import Classified, Level
from storage.queries.people import agency_named, partnership_named
from storage.records import Agency, Holding, Partnership, Person, Post, Role, Workspace

COORDINATOR = "MACE coordinator"


@dataclass(frozen=True)
class Founding:
    """What is asked of whoever sets up a panel."""

    borough: str
    police: str
    mash_phone: str
    mash_hours: str
    contact: str
    agency: str
    name: str
    email: str


def found_panel(session: Session, panel: Founding, now: datetime) -> tuple[str, datetime]:
    """A borough's panel with its coordinator, who gets a code; once: after that, coordinators add people."""
    if partnership_named(session, panel.borough):
        raise Refusal(f"{panel.borough} has a panel already. Its coordinator adds people, in chat: add person.")
    place = Partnership(
        name=panel.borough,
        police=panel.police,
        mash_phone=panel.mash_phone,
        mash_hours=panel.mash_hours,
        contact=panel.contact,
    )
    agency = agency_named(session, panel.agency) or Agency(name=panel.agency)
    post = Post(partnership=place, agency=agency, title=COORDINATOR, role=Role.COORDINATOR, on_panel=True)
    person = Person(name=Classified(panel.name, Level.L2), email=Classified(panel.email, Level.L2))
    session.add_all((place, agency, post, person))
    session.flush()
    session.add(Holding(post_id=post.id, person_id=person.id, from_day=local_day(now)))
    note(session, now, None, "found a panel")
    return invite(session, person, now)


def let_in(session: Session, borough: str, platform: str, tenant: str, now: datetime) -> None:
    """Whoever writes from there is heard, and if we do not know them, by this panel.  Nobody else is."""
    place = partnership_named(session, borough)
    if place is None:
        raise Refusal(f"There is no panel called {borough}. Make it first: mace-bot panel new.")
    known = session.scalar(select(Workspace).where(Workspace.platform == platform, Workspace.tenant == tenant))
    if known:
        raise Refusal(f"{tenant} is let in already.")
    session.add(Workspace(platform=platform, tenant=tenant, partnership_id=place.id))
    note(session, now, None, "let a workspace in")
