"""Forms by which somebody asks to join, and a coordinator adds a person."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from bot.choices import all_boroughs, own_boroughs, own_posts
from bot.context import Context
from bot.kit.answers import ComingDay, Line
from bot.kit.forms import Ask, Choice, Form, Option, Raw
from storage.queries.people import agencies, posts_to_cover
from storage.records import Role

WHO, POST = "Who", "The post"
ANOTHER = "another"
MOST = 40  # people in one list


class Does(Choice):
    AGENCY_MEMBER = Role.AGENCY_MEMBER.value, "Speaks for their agency"
    AGENCY_LEAD = Role.AGENCY_LEAD.value, "Leads their agency: what its people cannot settle goes to them"
    CHAIR = Role.CHAIR.value, "Chairs the panel"
    HEAD = Role.HEAD.value, "Head of service, superintendent or designated nurse"
    STRATEGIC = Role.STRATEGIC.value, "Speaks for the strategic group"
    COORDINATOR = Role.COORDINATOR.value, "Coordinates the panel"


class Seat(Choice):
    ON_PANEL = "yes", "Yes: they get every agenda"
    NOT_ON_PANEL = "no", "No: they only get what is for them"


def all_agencies(ctx: Context) -> Iterable[Option]:
    yield from (Option(str(one.id), one.name) for one in agencies(ctx.session))
    yield Option(ANOTHER, "Another agency")


def new_agency(answers: Raw) -> bool:
    return answers.get("agency") == ANOTHER


def held_posts(ctx: Context) -> Iterable[Option]:
    return (Option(str(one.post_id), f"{one.words}, {one.post.partnership.name}") for one in ctx.actor.holdings)


def covered_posts(ctx: Context) -> Iterable[Option]:
    covered = posts_to_cover(ctx.session, ctx.actor)
    return (Option(str(post.id), f"{post.words}, {post.partnership.name}") for post in covered)


class LinkAccount(Form):
    """Link your account"""

    send: ClassVar[str] = "Link my account"

    code: Annotated[
        str,
        Field(min_length=8, max_length=20),
        Ask(
            "Your code",
            "What is the code?",
            "Your MACE coordinator tells you, by phone or in person. For example, 7KQM-3XTP",
            private=True,
        ),
    ]


class LeavePost(Form):
    """Leave a post"""

    send: ClassVar[str] = "Leave this post"

    post: Annotated[str, Ask("Leaving", "Which post do you leave today?", choices=held_posts)]


class HandOver(Form):
    """Hand over a post"""

    send: ClassVar[str] = "Hand over"

    post: Annotated[str, Ask(POST, "Which post?", "What is open there goes to the new holder.", choices=own_posts)]
    name: Annotated[Line, Ask(POST, "What is the new holder's name?")]
    email: Annotated[Line, Ask(POST, "What is their work e-mail address?")]


class NameDeputy(Form):
    """Name a deputy"""

    send: ClassVar[str] = "Name this deputy"

    post: Annotated[
        str,
        Ask(
            POST,
            "For which post?",
            "A deputy reads and does what its holder may, and gets its messages while nobody else can.",
            choices=covered_posts,
        ),
    ]
    name: Annotated[Line, Ask(POST, "What is the deputy's name?")]
    email: Annotated[Line, Ask(POST, "What is their work e-mail address?")]
    until: Annotated[ComingDay | None, Ask(POST, "What is their last day, if you know it?", optional=True)] = None


def _listed(given: object) -> str:
    """One person a line: name, e-mail address, agency and post apart by commas, or by tabs as a spreadsheet gives
    them.
    """
    return "\n".join(", ".join(_row(number, line)) for number, line in enumerate(_lines(given), start=1))


def _lines(given: object) -> list[str]:
    lines = [line.strip() for line in str(given).splitlines() if line.strip()]
    if len(lines) > MOST:
        raise ValueError(f"Invite {MOST} people at a time, or fewer")
    return lines


def _row(number: int, line: str) -> list[str]:
    parts = [part.strip() for part in line.split("\t" if "\t" in line else ",")]
    if len(parts) != 4 or not all(parts):
        raise ValueError(f"Line {number}: write name, e-mail address, agency and post, apart by commas")
    if "@" not in parts[1]:
        raise ValueError(f"Line {number}: the second part must be an e-mail address")
    return parts


class InvitePeople(Form):
    """Invite several people"""

    send: ClassVar[str] = "Invite them"
    check: ClassVar[bool] = True

    borough: Annotated[str, Ask(WHO, "For which borough's panel?", choices=own_boroughs)]
    seat: Annotated[Seat, Ask(WHO, "Do they sit on the panel?")]
    people: Annotated[
        str,
        BeforeValidator(_listed),
        Field(max_length=3000),
        Ask(
            WHO,
            "Whom do you invite?",
            "One person a line: name, e-mail address, agency, post. You can paste it from a spreadsheet. "
            "Nothing is done before you have checked it.",
            long=True,
        ),
    ]

    def rows(self) -> list[list[str]]:
        return [_row(number, line) for number, line in enumerate(_lines(self.people), start=1)]


class AskToJoin(Form):
    """Ask to join"""

    send: ClassVar[str] = "Ask to join"

    borough: Annotated[str, Ask(WHO, "Which borough's panel do you work with?", choices=all_boroughs)]
    name: Annotated[Line, Ask(WHO, "What is your name?", "Only the coordinator sees it.", private=True)]
    agency: Annotated[Line, Ask(WHO, "Who do you work for?", private=True)]
    title: Annotated[Line, Ask(WHO, "What is your job there?", "For example, named nurse", private=True)]
    email: Annotated[
        Line,
        Ask(WHO, "What is your work e-mail address?", "The coordinator uses it to check that it is you.", private=True),
    ]


class AddPerson(Form):
    """Add a person"""

    send: ClassVar[str] = "Add this person"

    name: Annotated[Line, Ask(WHO, "What is their name?")]
    email: Annotated[Line, Ask(WHO, "What is their work e-mail address?")]
    borough: Annotated[str, Ask(POST, "For which borough's panel?", choices=own_boroughs)]
    agency: Annotated[str, Ask(POST, "Who do they work for?", choices=all_agencies)]
    agency_name: Annotated[Line | None, Ask(POST, "What is the agency called?", when=new_agency)] = None
    title: Annotated[
        Line,
        Ask(
            POST,
            "What is their post called?",
            "For example, named nurse. Work is given to the post, so that it stays when people change.",
        ),
    ]
    does: Annotated[Does, Ask(POST, "What do they do on the panel?")]
    seat: Annotated[Seat, Ask(POST, "Do they sit on the panel?")]
    until: Annotated[
        ComingDay | None,
        Ask(POST, "What is their last day, if you know it?", "You are told two weeks before.", optional=True),
    ] = None
