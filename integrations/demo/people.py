"""The invented people of the demo, over real London boroughs and police units."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.kit.worktime import local_day
from storage.database import Sessions
from storage.levels import Classified, Level
from storage.queries.people import holdings_of
from storage.records import Account, Agency, Holding, Partnership, Person, Post, Role, Workspace

PLATFORM, TENANT = "web", "demo"
MEMBER, CHAIR, COORDINATOR = Role.AGENCY_MEMBER, Role.CHAIR, Role.COORDINATOR

# handle, name, posts as (borough, agency, title, role, on the panel)
LEADS = (
    (
        "nurse",
        "Ngozi Ashdown",
        (
            ("Camden", "Thames Gate NHS Trust", "Named nurse", MEMBER, True),
            ("Islington", "Thames Gate NHS Trust", "Named nurse", MEMBER, True),
        ),
    ),
    ("school", "Sam Birchall", (("Camden", "Hollow Oak School", "Safeguarding lead", MEMBER, True),)),
    ("charity", "Chidi Larkin", (("Camden", "Streetwise charity", "Youth worker", MEMBER, True),)),
    ("coordinator", "Cal Merriden", (("Camden", "Camden Council", "MACE coordinator", COORDINATOR, True),)),
    (
        "police",
        "Pat Stillwell",
        (
            ("Camden", "Central North BCU", "Police co-chair", CHAIR, True),
            ("Islington", "Central North BCU", "Police co-chair", CHAIR, True),
        ),
    ),
    ("islington", "Isla Fenwright", (("Islington", "Islington Council", "MACE coordinator", COORDINATOR, True),)),
    (
        "bromley",
        "Bo Tarrant",
        (
            ("Bromley", "Bromley Council", "MACE coordinator", COORDINATOR, True),
            ("Bromley", "Bromley Council", "Duty social work manager", MEMBER, False),
        ),
    ),
)
STRANGER = "stranger"
# The rest of the Camden panel.  The last has not joined, so one agenda does not arrive, and it shows why.
PANEL = (
    ("chair", "Camden Children's Services", "Social care co-chair", CHAIR),
    ("youthjustice", "Camden Youth Justice", "Team manager", MEMBER),
    ("education", "Camden Education", "Education safeguarding lead", MEMBER),
    ("camhs", "Heath Lane CAMHS", "Clinical lead", MEMBER),
    ("earlyhelp", "Camden Early Help", "Practice lead", MEMBER),
    ("safety", "Camden Community Safety", "Community safety officer", MEMBER),
    ("probation", "London Probation", "Youth lead", MEMBER),
    ("sexualhealth", "Brook Street Clinic", "Young people's nurse", MEMBER),
    (None, "Camden Housing", "Housing lead", MEMBER),
)


def seed_people(session: Session, now: datetime) -> dict[str, Partnership]:
    """Every London borough, with invented telephone numbers (020 7946 0000 to 0999 are kept for fiction)."""
    boroughs = {one.name: one for one in boroughs_of_london()}
    session.add_all(boroughs.values())
    session.add(Workspace(platform=PLATFORM, tenant=TENANT, partnership=boroughs["Camden"]))
    agencies: dict[str, Agency] = {}
    since = date(local_day(now).year, 1, 1)
    for handle, name, posts in (*LEADS, *_panel()):
        person = Person(name=Classified(name, Level.L2))
        session.add(person)
        session.flush()
        if handle:
            session.add(Account(platform=PLATFORM, tenant=TENANT, user=handle, person_id=person.id, last_used_at=now))
        for borough, agency, title, role, seat in posts:
            where = agencies.setdefault(agency, Agency(name=agency))
            post = Post(partnership=boroughs[borough], agency=where, title=title, role=role, on_panel=seat)
            session.add(post)
            session.flush()
            session.add(Holding(post_id=post.id, person_id=person.id, from_day=since))
    session.add(Account(platform=PLATFORM, tenant=TENANT, user=STRANGER, last_used_at=now))
    return boroughs


def boroughs_of_london() -> Iterator[Partnership]:
    facts = json.loads((files("integrations.demo") / "london.json").read_text(encoding="utf-8"))
    places = [(borough, f"{unit['name']} BCU") for unit in facts["bcus"] for borough in unit["boroughs"]]
    places += [(one["local_authority"], one["police_force"]) for one in facts["outside_mps"]]
    for number, (borough, police) in enumerate(sorted(places), start=101):
        address = f"mace@{borough.lower().replace(' ', '-')}.example"
        yield Partnership(
            name=borough,
            police=police,
            mash_phone=f"020 7946 0{number}",
            mash_hours="Monday to Friday, 9am to 5pm",
            contact=address,
        )


def _panel() -> Iterator[tuple[str | None, str, tuple[tuple[str, str, str, Role, bool], ...]]]:
    for handle, agency, title, role in PANEL:
        yield handle, f"Panel member of {agency}", (("Camden", agency, title, role, True),)


def people(sessions: Sessions, now: datetime) -> Sequence[tuple[str, str, str, str]]:
    """Who one may be: (handle, post, agency, boroughs).  The rest of the panel only receive."""
    quiet = {handle for handle, *_ in PANEL}
    with sessions() as session:
        accounts = session.scalars(
            select(Account).where(Account.platform == PLATFORM, Account.tenant == TENANT).order_by(Account.id)
        ).all()
        return [_persona(session, account, local_day(now)) for account in accounts if account.user not in quiet]


def _persona(session: Session, account: Account, today: date) -> tuple[str, str, str, str]:
    posts = [one.post for one in holdings_of(session, account.person_id, today)] if account.person_id else []
    if not posts:
        return account.user, "Somebody new", "not known to the bot", ""
    return (
        account.user,
        posts[0].title,
        posts[0].agency.name,
        ", ".join(dict.fromkeys(post.partnership.name for post in posts)),
    )
