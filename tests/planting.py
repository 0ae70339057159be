"""A child, a referrer and an address, planted in every field and reply that takes people's own words."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.intake import Draft
from bot.kit.references import find_reference
from storage.records import Emergency, EmergencyShare, Transfer
from tests.making import a_draft, a_flag, a_meeting, an_action, an_escalation, an_item, at_the_page
from tests.surfaces import Heard
from tests.world import Someone, World

CHILD, REFERRER, ADDRESS = "Quillon Vexbury", "Odalys Thornquist", "17 Larkspur Gantry"
WORDS = f"{CHILD}, told by {REFERRER} at {ADDRESS}"
BORN = "23 September 2012"
CANARIES = ("quillon", "vexbury", "odalys", "thornquist", "larkspur", "gantry", "september 2012", "2012-09-23")
COLLEAGUE = "testperson"  # in the name of everybody of the cast, and in what somebody asks to join with

PLANTED = {
    *(("ReferChild", name) for name in ("child_name", "born", "why_not_told", "not_to_share")),
    *(("ReferChild", name) for name in ("event", "voice", "reach")),
    *(("OpenCase", name) for name in ("child_name", "born")),
    *(("AskToJoin", name) for name in ("name", "agency", "title", "email")),
    ("RecordNumber", "number"),
    ("BreakGlass", "words"),
    ("FlagIsOn", "place"),
    ("NewTransfer", "child"),
    ("ShareNow", "why"),
    ("Withdraw", "why"),
    *((form, "why") for form in ("MoreTime", "BlockAction", "NotPossibleAnyMore", "SendBack", "CancelAction")),
    ("ProposeAction", "why"),
    ("AddOutcome", "outcome"),
    ("Settle", "words"),
    ("PasteMinute", "lines"),
}
OPEN = {
    ("ReferChild", "reported_as"): "a number of the police or the MASH, and its form lets little else through",
    ("NewMeeting", "place"): "everybody on the panel is to read it, and the form says so",
    ("NewMeeting", "at"): "a time",
    ("ReminderTime", "at"): "a time",
    ("LinkAccount", "code"): "kept as a hash",
    **dict.fromkeys(
        [(form, name) for form in ("HandOver", "NameDeputy", "AddPerson") for name in ("name", "email")],
        "a colleague: level L2, for who runs the panel",
    ),
    **dict.fromkeys(
        [("NewAgreement", name) for name in ("basis", "signed_by", "document")],
        "what an agreement says of itself, for who signed it",
    ),
    **dict.fromkeys(
        [("AddPerson", "agency_name"), ("AddPerson", "title"), ("InvitePeople", "people")],
        "agencies and posts, which a panel knows of each other",
    ),
}

SAFETY: dict[str, Any] = {"danger": "no", "borough": "Camden"}
YOU: dict[str, Any] = {"contact": "works with them", "source": "saw it", "risk_to_source": "yes"}
THE_CHILD: dict[str, Any] = {"child_name": WORDS, "born": BORN, "sex": "female", "home": "foster"}
AROUND: dict[str, Any] = {"working": ["school"], "told": "not told: not yet possible"}
WORRY: dict[str, Any] = {"worries": ["criminal"], "criminal": ["county lines"]}
EVENT: dict[str, Any] = {"event": WORDS, "event_on": "yesterday", "changes": ["missing"]}
HELP: dict[str, Any] = {
    "safe": ["trusted adult"],
    "voice": WORDS,
    "tried": ["nothing yet"],
    "wanted": "plan",
    "reach": WORDS,
}
REFERRAL: tuple[dict[str, Any], ...] = (
    *(SAFETY, YOU, YOU | {"not_to_share": WORDS}, THE_CHILD, AROUND, AROUND | {"why_not_told": WORDS}),
    *({"worries": ["criminal"]}, WORRY, EVENT, HELP),
)
NHS, SCHOOL = "Thames Gate NHS Trust", "Safeguarding lead, Hollow Oak School"


@dataclass(frozen=True)
class Planted:
    """The references of what now holds them: the second action has words that nobody has confirmed yet."""

    referral: str
    case: str
    action: str
    other_action: str
    meeting: str
    flag: str
    imported: str
    transfer: str
    emergency: str
    share: str
    escalation: str

    def like(self, example: str) -> str:
        """The one of this kind: what a command takes, for example."""
        return next((one for one in vars(self).values() if one[0] == example[0]), example)


def plant(world: World) -> Planted:
    """Through the public door, each by whoever would."""
    cal = world.person("coordinator")
    referral, case = _referral(world), _case(world)
    cal.says(f"open case {referral}")
    meeting = a_meeting(world, items=0)
    an_item(world, ("Hollow Oak School",), case=case)
    action, other = (an_action(world, SCHOOL, "12 June 2026", about=case) for _ in range(2))
    flag = a_flag(world, case, SCHOOL)
    _school_writes(world, action, other, flag)
    for handle, line, answers in (
        ("coordinator", "new transfer", {"origin": "Camden", "receiving": "Bromley", "child": WORDS} | MOVES),
        ("nurse", f"emergency {case}", {"reason": "child safety now", "words": WORDS}),
        ("coordinator", f"share now {referral}", {"agency": "Police", "reason": "safety now", "why": WORDS}),
        ("coordinator", f"share now {action}", {"agency": NHS, "reason": "safety now", "why": WORDS}),
        ("coordinator", f"withdraw {action}", {"agency": NHS, "why": WORDS}),
        ("stranger", "join", dict.fromkeys(("name", "agency", "title", "email"), f"{WORDS} Testperson") | CAMDEN),
    ):
        opens(world.person(handle), line)
        world.person(handle).submits(**answers)
    _says_why(world)
    _pastes(cal, meeting)
    _half_a_form(world.person("nurse"))
    _types_where_nobody_asked(world)
    made = [*(_made(world, kind) for kind in (Transfer, Emergency, EmergencyShare)), _settled(world, other)]
    return Planted(referral, case, action, other, meeting, flag, _imports(world), *made)


MOVES, CAMDEN = {"status_in_law": "child in need plan", "stay": "permanent"}, {"borough": "Camden"}


def opens(who: Someone, line: str) -> Heard:
    """A form, whether it could be asked in words or not."""
    heard = who.says(line)
    way = next((one for one in ("Use the form instead", "Open the form") if one in heard.buttons), "")
    return who.presses(way) if way else heard


def _referral(world: World) -> str:
    ann = world.person("charity")
    opens(ann, "refer")
    for page in REFERRAL:
        ann.submits(**page)
    return find_reference(ann.submits().text)


def _case(world: World) -> str:
    cal = world.person("coordinator")
    opens(cal, "open case")
    return find_reference(cal.submits(borough="Camden", child_name=WORDS, born=BORN).text)


def _school_writes(world: World, action: str, other: str, flag: str) -> None:
    sam = world.person("school")
    opens(sam, f"record number {action}")
    sam.submits(number=WORDS)
    opens(sam, f"flag is on {flag}")
    sam.submits(systems=["school"], placed_on="today", place=WORDS)
    proposed = sam.says(f"done {action}, saw {WORDS}")
    sam.presses("Yes, mark it as done", on=proposed)
    sam.says(f"done {other}, {WORDS} was there")


def _says_why(world: World) -> None:
    """Beside every step of an action that takes words, one action after the other."""
    nurse, cal = "Named nurse, Thames Gate NHS Trust", world.person("coordinator")
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("more time", {"until": "26 June 2026"}),
        ("blocked", {"because": "capacity"}),
        ("not possible", {"because": "moved"}),
    )
    for command, answers in steps:
        reference = an_action(world, nurse, "12 June 2026")
        opens(world.person("nurse"), f"{command} {reference}")
        world.person("nurse").submits(**answers, why=WORDS)
    opens(cal, f"send back {reference}")
    cal.submits(missing="record", why=WORDS)
    world.person("nurse").says(f"done {reference}")
    opens(world.person("nurse"), f"outcome {reference}")
    world.person("nurse").submits(effect="too_early", outcome=WORDS)
    opens(cal, f"cancel action {reference}")
    cal.submits(because="twice", why=WORDS)
    opens(world.person("nurse"), "propose action")
    world.person("nurse").submits(owner=f"Camden: {nurse}", verb="make a call", due_on="12 June 2026", why=WORDS)


def _settled(world: World, action: str) -> str:
    """By the coordinator, of what somebody still has to do."""
    cal, reference = world.person("coordinator"), an_escalation(world, action)
    opens(cal, f"settle {reference}")
    cal.submits(words=WORDS)
    return reference


def _pastes(cal: Someone, meeting: str) -> None:
    """Once to the end, and once as a draft that stays."""
    lines = f"item 1 / named nurse / make a call / 26 June 2026\n{WORDS}\nitem 1 / {WORDS} / {WORDS} / {BORN}"
    opens(cal, "minute")
    cal.presses("Give this one", on=cal.submits(meeting=meeting, lines=lines))
    opens(cal, "minute")
    cal.submits(go="save", meeting=meeting, lines=lines)


def _half_a_form(nurse: Someone) -> None:
    opens(nurse, "refer")
    nurse.submits(**SAFETY)
    nurse.submits(**YOU | {"risk_to_source": "no"})
    nurse.submits(**THE_CHILD | {"born": f"{BORN}, {WORDS}"})
    nurse.submits(go="save")


def _imports(world: World) -> str:
    """One that has begun; and one that nobody has decided about."""
    wordy = (
        ("Action", "Lead", "Due", "Child", "Update", ""),
        (WORDS, "Sam (school)", "19 June 2026", WORDS, WORDS, WORDS),
    )
    page = at_the_page(world)
    reference = a_draft(world, (*wordy, (WORDS, WORDS, "19 June 2026", CHILD, WORDS, WORDS)))
    seen = page.look_at(reference)
    assert isinstance(seen, Draft)
    page.decide(reference, [], {WORDS: seen.posts[0][0]}, "", go=True)
    a_draft(world, wordy)
    world.person("coordinator").says(f"start import {reference}")
    return reference


def _types_where_nobody_asked(world: World) -> None:
    for handle in ("school", "police", "stranger"):
        for line in (WORDS, f"read {WORDS}", f"referral {CHILD}", f"who is {CHILD}?"):
            world.person(handle).says(line)
    sam = world.person("school")
    sam.says("refer")
    for line in ("no", "camden", "1", "1", "no", WORDS, "save"):
        sam.says(line)


def _made(world: World, kind: type[Any]) -> str:
    with world.sessions() as session:
        return str(session.scalars(select(kind.reference).order_by(kind.id)).first())


def planted_in(text: str) -> set[str]:
    return {one for one in CANARIES if one in text.casefold()}
