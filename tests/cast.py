"""The people of the tests, all invented: three boroughs, a panel, somebody who has not joined, and two strangers."""

from collections.abc import Iterator
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
    people = {handle: Person(name=Classified(name, Level.L2)) for handle, (name, _) in CAST.items()}
    people[LEAVER] = Person(name=Classified("Lee Testperson", Level.L2))
    held = list(_posts(boroughs))
    session.add_all((*people.values(), *(post for _, post in held)))
    session.flush()  # once, because every test waits for it
    session.add_all(
        Account(platform=platform, tenant=HOME, user=handle, person_id=person.id, last_used_at=now)
        for handle, person in people.items()
        if handle != NOT_JOINED
    )
    session.add_all(
        Holding(post_id=post.id, person_id=people[handle].id, from_day=date(2026, 1, 5)) for handle, post in held
    )


def _posts(boroughs: dict[str, Partnership]) -> Iterator[tuple[str, Post]]:
    """And whose they are."""
    agencies: dict[str, Agency] = {}
    for handle, (_, posts) in CAST.items():
        for borough, agency, title, role, seat in posts:
            where = agencies.setdefault(agency, Agency(name=agency))
            yield handle, Post(partnership=boroughs[borough], agency=where, title=title, role=role, on_panel=seat)


def add_lead(session: Session, platform: str, now: datetime) -> None:
    """Lena, head teacher of Hollow Oak School and its lead: only where a test asks for her."""
    camden = session.scalars(select(Partnership).where(Partnership.name == "Camden")).one()
    school = session.scalars(select(Agency).where(Agency.name == "Hollow Oak School")).one()
    person = Person(name=Classified("Lena Testperson", Level.L2))
    post = Post(partnership=camden, agency=school, title="Head teacher", role=Role.AGENCY_LEAD, on_panel=False)
    session.add_all((person, post))
    session.flush()
    session.add(Account(platform=platform, tenant=HOME, user="head", person_id=person.id, last_used_at=now))
    session.add(Holding(post_id=post.id, person_id=person.id, from_day=date(2026, 1, 5)))
