"""The people of the tests, all invented: three boroughs, a panel, somebody who has not joined, and two strangers."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.levels import Classified, Level
from storage.records import Account, Agency, Holding, Partnership, Person, Post, Role, Workspace

START = datetime(2026, 6, 9, 8, 30, tzinfo=UTC)  # a Tuesday, 9:30am in London
BOROUGHS = (
    ("Camden", "Central North", "020 7946 0101"),
    ("Islington", "Central North", "020 7946 0102"),
    ("Bromley", "South Area", "020 7946 0103"),
)
HOME, OUTSIDE = "home", "outside"  # tenants: one that Camden let in, one that nobody did

# handle: (name, [(borough, agency, post, role, on the panel)])
CAST: dict[str, tuple[str, list[tuple[str, str, str, Role, bool]]]] = {
    "nurse": (
        "Ngozi Testperson",
        [
            ("Camden", "Thames Gate NHS Trust", "Named nurse", Role.AGENCY_MEMBER, True),
            ("Islington", "Thames Gate NHS Trust", "Named nurse", Role.AGENCY_MEMBER, True),
        ],
    ),
    "school": ("Sam Testperson", [("Camden", "Hollow Oak School", "Safeguarding lead", Role.AGENCY_MEMBER, True)]),
    "charity": ("Chidi Testperson", [("Camden", "Streetwise", "Youth worker", Role.AGENCY_MEMBER, False)]),
    "coordinator": ("Cal Testperson", [("Camden", "Camden Council", "MACE coordinator", Role.COORDINATOR, True)]),
    "islington": ("Isla Testperson", [("Islington", "Islington Council", "MACE coordinator", Role.COORDINATOR, True)]),
    "bromley": ("Bo Testperson", [("Bromley", "Bromley Council", "MACE coordinator", Role.COORDINATOR, True)]),
    "police": ("Pat Testperson", [("Camden", "Police", "Police co-chair", Role.CHAIR, True)]),
    "housing": (
        "Hari Testperson",
        [("Camden", "Camden Housing", "Housing lead", Role.AGENCY_MEMBER, True)],
    ),  # has not joined
}
NOT_JOINED = "housing"
LEAVER = "leaver"  # linked once, holds no post any more


def seed(session: Session, platform: str, now: datetime) -> None:
    """Everybody but `housing` has an account on `platform`, whose user is their handle."""
    boroughs = {
        name: Partnership(
            name=name,
            police=police,
            mash_phone=phone,
            mash_hours="Monday to Friday, 9am to 5pm",
            contact=f"mace@{name.lower()}.example",
        )
        for name, police, phone in BOROUGHS
    }
    session.add_all(boroughs.values())
    session.add(Workspace(platform=platform, tenant=HOME, partnership=boroughs["Camden"]))
    agencies: dict[str, Agency] = {}
    for handle, (name, posts) in CAST.items():
        person = _person(session, platform, handle, name, now)
        for borough, agency, title, role, seat in posts:
            where = agencies.setdefault(agency, Agency(name=agency))
            post = Post(partnership=boroughs[borough], agency=where, title=title, role=role, on_panel=seat)
            session.add(post)
            session.flush()
            session.add(Holding(post_id=post.id, person_id=person.id, from_day=date(2026, 1, 5)))
    _person(session, platform, LEAVER, "Lee Testperson", now)


def _person(session: Session, platform: str, handle: str, name: str, now: datetime) -> Person:
    person = Person(name=Classified(name, Level.L2))
    session.add(person)
    session.flush()
    if handle != NOT_JOINED:
        session.add(Account(platform=platform, tenant=HOME, user=handle, person_id=person.id, last_used_at=now))
    return person


def add_lead(session: Session, platform: str, now: datetime) -> None:
    """Lena, head teacher of Hollow Oak School and its lead: only where a test asks for her."""
    camden = session.scalars(select(Partnership).where(Partnership.name == "Camden")).one()
    school = session.scalars(select(Agency).where(Agency.name == "Hollow Oak School")).one()
    person = _person(session, platform, "head", "Lena Testperson", now)
    post = Post(partnership=camden, agency=school, title="Head teacher", role=Role.AGENCY_LEAD, on_panel=False)
    session.add(post)
    session.flush()
    session.add(Holding(post_id=post.id, person_id=person.id, from_day=date(2026, 1, 5)))
