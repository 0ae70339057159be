"""The invented people of the simulation: a panel in each borough, in Slack, in Teams or on e-mail alone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.kit.worktime import local_day
from bot.replies import Sender
from integrations.demo.people import CHAIR, COORDINATOR, MEMBER, PANEL, boroughs_of_london
from storage.levels import Classified, Level
from storage.records import Account, Agency, Holding, Partnership, Person, Post, Role, Workspace

PLATFORMS = ("slack", "teams")
BY_MAIL = {"Education safeguarding lead", "Safeguarding lead"}
OWN = (
    ("{} Council", "MACE coordinator", COORDINATOR),
    ("{} Academy", "Safeguarding lead", MEMBER),
    *((agency.replace("Camden", "{}"), title, role) for _, agency, title, role in PANEL),
)
OF_A_POLICE_UNIT = (("{}", "Police co-chair", CHAIR), ("{} NHS Trust", "Named nurse", MEMBER))


@dataclass
class Borough:
    """Who of its panel speaks to the bot, and from where.  Whoever reads e-mail alone hears, and never speaks."""

    name: str
    platform: str
    tenant: str
    coordinator: Sender | None = None
    members: list[Sender] = field(default_factory=list)


class Town:
    """The tracker as it is on the first day."""

    def __init__(self, session: Session, boroughs: int, now: datetime) -> None:
        self.session, self.now, self.people = session, now, 0
        self.agencies: dict[str, Agency] = {}
        self.shared: dict[str, tuple[int, Sender | None]] = {}
        self.boroughs = [self._borough(*one) for one in enumerate(list(boroughs_of_london())[:boroughs])]

    def _borough(self, number: int, place: Partnership) -> Borough:
        self.session.add(place)
        self.session.flush()
        borough = Borough(place.name, PLATFORMS[number % 2], f"T{number:03}")
        for platform in PLATFORMS:
            self.session.add(Workspace(platform=platform, tenant=borough.tenant, partnership_id=place.id))
        for agency, title, role in OWN:
            someone = self._someone(borough, title, number)
            self._seat(borough, self._post(place, agency.format(place.name), title, role), *someone)
        for agency, title, role in OF_A_POLICE_UNIT:
            name = agency.format(place.police)
            someone = self.shared[name] = self.shared.get(name) or self._someone(borough, title, number)
            self._seat(borough, self._post(place, name, title, role), *someone)
        return borough

    def _post(self, place: Partnership, agency: str, title: str, role: Role) -> Post:
        where = self.agencies.setdefault(agency, Agency(name=agency))
        post = Post(partnership=place, agency=where, title=title, role=role, on_panel=True)
        self.session.add(post)
        self.session.flush()
        return post

    def _seat(self, borough: Borough, post: Post, person: int, sender: Sender | None) -> None:
        since = local_day(self.now) - timedelta(days=30)
        self.session.add(Holding(post_id=post.id, person_id=person, from_day=since))
        if post.role is COORDINATOR:
            borough.coordinator = sender
        elif sender:
            borough.members.append(sender)

    def _someone(self, borough: Borough, title: str, number: int) -> tuple[int, Sender | None]:
        """In every second borough the housing lead has not joined, and who teaches reads e-mail; everywhere every
        seventh is in the other chat as well.
        """
        self.people += 1
        absent, by_mail = title == "Housing lead" and number % 2 == 1, title in BY_MAIL and number % 2 == 0
        address = None if absent else Classified(f"person{self.people}@town.example", Level.L2)
        person = Person(name=Classified("An Invented Person", Level.L2), email=address, by_mail=by_mail)
        self.session.add(person)
        self.session.flush()
        if absent or by_mail:
            return person.id, None
        where = PLATFORMS if self.people % 7 == 0 else (borough.platform,)
        return person.id, [self._account(one, borough.tenant, person.id) for one in where][-1]

    def _account(self, platform: str, tenant: str, person: int) -> Sender:
        sender = Sender(platform, tenant, f"U{self.people:04}")
        whose = {"platform": platform, "tenant": tenant, "user": sender.user, "person_id": person}
        self.session.add(Account(**whose, last_used_at=self.now))
        return sender
