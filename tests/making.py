"""Making what a transcript starts from, through the public door: by a coordinator's own forms.

They fill them in at the bot itself, on the account that they have on the surface: signed requests and drawn pages are
not what the transcript is about.  `by_hand` has them do it on the surface (tests/conversations/test_making.py).
"""

from hashlib import sha256
from typing import Any

from sqlalchemy import select

from bot.intake import AtThePage
from bot.kit.sheets import Row, Sheet
from bot.ports import Address
from bot.replies import Sender
from storage.records import Case, Flag
from tests.cast import HOME
from tests.surfaces import Heard
from tests.surfaces.core import Unseen
from tests.world import Someone, World


def an_action(
    world: World,
    post: str,
    due: str,
    verb: str = "check a record flag",
    by: str = "coordinator",
    about: str = "none",
    **more: str,
) -> str:
    """Given by a coordinator; returns its reference."""
    who = _opens(world, by, "add action")
    settled = who.submits(owner=post, verb=verb, item=about, due_on=due, **more)
    assert f"Action given: {verb}" in settled, settled
    return settled.line("See how it stands").split()[-1]


def a_meeting(world: World, items: int = 1, agencies: tuple[str, ...] = ("Hollow Oak School",)) -> str:
    """Planned for Friday 19 June 2026 at 2pm, by the Camden coordinator; returns its reference."""
    who = _opens(world, "coordinator", "add meeting")
    added = who.submits(borough="Camden", day="19 June 2026", at="2pm", place="Room 4")
    for _ in range(items):
        an_item(world, agencies)
    return added.line("Add an item").split()[-1]


def an_item(world: World, agencies: tuple[str, ...], verb: str = "send information", case: str = "none") -> Heard:
    who = _opens(world, "coordinator", "add item")
    meeting = next(iter(who.front.options["meeting"]))
    return who.submits(meeting=meeting, section="new", case=case, agencies=list(agencies), verb=verb)


def a_case(world: World) -> str:
    """Opened by the Camden coordinator, without a referral; returns its reference."""
    who = _opens(world, "coordinator", "open case")
    opened = who.submits(borough="Camden", child_name="Zebra Canaryname", born="14 May 2011")
    return opened.line("Read it on your page").split()[-1]


def a_flag(world: World, case: str, *posts: str, by: str = "12 June 2026", says: tuple[str, ...] = ("phone",)) -> str:
    """Asked for by the Camden coordinator; returns the reference of the one that the first post is told of."""
    who = _opens(world, "coordinator", f"ask for flag {case}")
    asked = who.submits(posts=list(posts), says=list(says), by=by)
    assert "Asked for a flag" in asked, asked
    with world.sessions() as session:
        ordered = select(Flag).join(Flag.case).where(Case.reference == case).order_by(Flag.id)
        return next(one.reference for one in session.scalars(ordered) if one.owner.words == posts[0])


def an_escalation(world: World, action: str, by: str = "coordinator", reason: str = "capacity") -> str:
    """Of this action, with nobody at risk; returns its reference."""
    who = _opens(world, by, f"escalate {action}")
    who.submits(risk="no")
    return who.submits(reason=reason).line("Read it on your page").split()[-1]


def an_agreement(world: World, *agencies: str, by: str = "coordinator", borough: str = "Camden", **other: Any) -> Heard:
    """For everything about anything with all of the story, unless `other` answers say otherwise."""
    who = _opens(world, by, "add agreement")
    everything = ["child", "person of concern", "place", "theme"]
    covers: dict[str, Any] = {"purposes": ["panel", "actions", "transfer"], "strands": everything}
    covers |= {"borough": borough, "agencies": list(agencies), "highest": "4", "direction": "both"}
    days = {"starts_on": "5 January 2026", "review_on": "1 December 2026", "ends_on": ""}
    days |= {"basis": "As the agreement says", "signed_by": "Both leads", "document": "File 7"}
    who.submits(**{name: other.get(name, answer) for name, answer in covers.items()})
    return who.submits(**{name: other.get(name, answer) for name, answer in days.items()})


TRACKER = (
    ("Action", "Lead", "Due", "Status", "Child", "Update"),
    ("Check flag on SIMS", "Safeguarding lead", "12/06/2026", "", "Quillon Vexbury", ""),
    ("Share intel about Larkspur", "Sam (school)", "w/c 15 June", "Open", "Quillon Vexbury", "chased"),
    ("Referral to CAMHS", "Ngozi (NHS)", "19/6", "", "", ""),
    ("Old one", "Bob", "", "Complete", "", ""),
)


def at_the_page(world: World, handle: str = "coordinator") -> AtThePage:
    """Signed in there, by the account that they have in chat."""
    return AtThePage(world.sessions, Sender(world.surface.platform.name, HOME, handle), world.now)


def a_draft(world: World, rows: tuple[tuple[str, ...], ...] = TRACKER, by: str = "coordinator") -> str:
    """A tracker that was handed in, and that nobody has imported; returns its reference."""
    sheet = Sheet("Actions", tuple(Row(number, row) for number, row in enumerate(rows, start=1)))
    return at_the_page(world, by).hand_in(0, [sheet], sha256(repr(rows).encode()).hexdigest())


def an_import(world: World, rows: tuple[tuple[str, ...], ...] = TRACKER) -> str:
    """Imported, and waiting for Start."""
    reference = a_draft(world, rows)
    at_the_page(world).decide(reference, [], {}, "", go=True)
    return reference


def _opens(world: World, handle: str, command: str) -> Someone:
    """With the form in front of them."""
    if not world.by_hand:
        desk = World(world.sessions, Unseen(world.sessions, world.surface.platform.name), world.now)
        who = Someone(desk, Address(HOME, handle), Heard("", {command: command}))
        who.presses(command)
        return who
    who = world.person(handle)
    who.says(command)
    who.presses("Use the form instead")
    return who
