"""What there is to see in the demo in twenty minutes, and the invented work that is under way when it starts."""

from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.kit.references import new_reference
from bot.kit.worktime import local, local_day, working_days_after
from integrations.demo.agreements import seed_agreements
from integrations.demo.case import seed_case
from integrations.demo.people import seed_people
from storage.database import Sessions
from storage.levels import Classified, Level
from storage.records import (
    Action,
    ActionState,
    Agency,
    AgendaAsk,
    AgendaItem,
    ItemKind,
    Meeting,
    MeetingState,
    Partnership,
    Post,
    Transfer,
    TransferState,
    Verb,
)

# title, who to be, what happens, what to do
STORY = (
    (
        "A nurse answers a reminder",
        "nurse",
        "She has actions in two boroughs and gets one message a day for both. Two plain words tell her which child "
        "it is, and nobody else.",
        "Press Who is this? Then press Done on one of them, then Undo. Then type: done, the flag is on both systems",
    ),
    (
        "A charity worker refers a child",
        "charity",
        "A guided form with one page at a time. Nothing private is asked in the conversation. Use invented answers "
        "only.",
        "Press Refer a child, or type refer. Save it half way, and come back with resume",
    ),
    (
        "The coordinator sends an agenda",
        "coordinator",
        "She sees it first as the school will, then sends it to 14 people. One message does not arrive, and she sees "
        "why.",
        "Type agenda, choose Hollow Oak School, then Send it to 14 people, then Who has it?",
    ),
    (
        "Names are on a page of one's own",
        "coordinator",
        "Chat only says the way there. She signs in, reads what may hold names, acts as in chat, and prints.",
        "Type pages, open the page and sign in. Read the agenda. If you sent a referral before, read that too",
    ),
    (
        "The tracker they had comes in",
        "coordinator",
        "She brings her spreadsheet in as it is. She sees what becomes of each row, the child's name is left out, and "
        "nobody is told before she says so.",
        "Type import and open the page. Choose tracker.csv, which make demo put in the folder var, and press Look at "
        "it, Import what is ready, then Start, and tell each owner. Then be the named nurse",
    ),
    (
        "The clock does the chasing",
        "school",
        "Nobody has to remember to remind. Move the clock to the next working morning, two or three times.",
        "Press Move to the next working morning, and see what arrives",
    ),
    (
        "What a meeting agreed goes out in one go",
        "coordinator",
        "She pastes what was said in the meeting. What is not understood is named by its line, and nothing is given "
        "before she says so.",
        "Type minute, choose the meeting, and paste: item 3 / named nurse / check flag / Friday week. Then type today",
    ),
    (
        "What is in the way goes up a ladder",
        "school",
        "An action that is blocked stays hers, with a reason that is counted. Once escalated it goes up, level by "
        "level, until somebody settles it.",
        "Type: blocked, not enough people. Press Yes, it is blocked, then Escalate it. Then be the Camden coordinator "
        "and type blockages",
    ),
    (
        "A flag on a record stays true",
        "school",
        "The panel asked for a flag on the school's own record of a child. She says where it stands, and is told "
        "when it has to change or come off.",
        "Type flags, and press See. Then press It is on, and say where. Then be the Camden coordinator and type flags",
    ),
    (
        "A post is taken over, and nothing is lost",
        "school",
        "Actions belong to a post. Whoever takes it over reads first what is open there, and nobody else can.",
        "Type my post, then Open the handover pack",
    ),
    (
        "What another agency may read is agreed",
        "coordinator",
        "She sees which sharing agreements lapse when, and who has none. Without one an agency reads what it is asked "
        "to do, and no more. What comes in is never held back.",
        "Type agreements, look at the first one and renew it. Then record one for Streetwise charity",
    ),
    (
        "Two boroughs ask where a transfer is",
        "bromley",
        "Both sides see the same next step, whose it is and by when. The receiving side acknowledges it and names a "
        "contact.",
        "Type my transfers, then acknowledge it. Then be the Camden coordinator and type my transfers",
    ),
    (
        "Somebody new knocks",
        "stranger",
        "The bot does not know them: they get the emergency numbers, may refer a child, and may ask to join.",
        "Type hello, then Ask to join. Then be the Camden coordinator and add them",
    ),
    (
        "Nothing here names a child",
        "",
        "The last page lists every message that was sent to anybody.",
        "Open Every message sent",
    ),
)


def seed_story(sessions: Sessions, now: datetime) -> None:
    """Once, into an empty tracker: all of it or nothing."""
    with sessions.begin() as session:
        if session.scalar(select(Partnership.id).limit(1)):
            return
        boroughs = seed_people(session, now)
        meeting = _meeting(session, boroughs["Camden"], now)
        _actions(session, boroughs, meeting, now)
        seed_case(session, meeting.items[2], now)
        _transfer(session, boroughs, now)
        seed_agreements(session, boroughs["Camden"], now)


def _meeting(session: Session, camden: Partnership, now: datetime) -> Meeting:
    meeting = Meeting(
        reference=new_reference("M"),
        partnership=camden,
        starts_at=local(working_days_after(local_day(now), 8), time(14)),
        place="Room 4, Crowndale Centre, or join by video",
        state=MeetingState.PLANNED,
        agenda_version=1,
        sent_version=0,
        changed_at=now,
        changed_how="add",
        items=_items({one.name: one for one in session.scalars(select(Agency))}),
    )
    session.add(meeting)
    session.flush()
    return meeting


def _items(agency: dict[str, Agency]) -> list[AgendaItem]:
    nhs, school = agency["Thames Gate NHS Trust"], agency["Hollow Oak School"]
    police, care = agency["Central North BCU"], agency["Camden Children's Services"]
    asked = (
        (ItemKind.NEW, {nhs: Verb.SEND_INFORMATION, care: Verb.AGREE_PLAN}),
        (ItemKind.NEW, {police: Verb.CHECK_RECORDS, nhs: Verb.CHECK_RECORDS}),
        (ItemKind.REVIEW, {school: Verb.SEND_INFORMATION, care: Verb.UPDATE_PLAN}),
        (ItemKind.LOCATION, {police: Verb.REPORT_BACK, school: Verb.REPORT_BACK}),
        (ItemKind.THEME, {agency["Streetwise charity"]: Verb.REPORT_BACK}),
    )
    return [
        AgendaItem(
            number=number, version=1, kind=kind, asks=[AgendaAsk(agency=who, verb=verb) for who, verb in asks.items()]
        )
        for number, (kind, asks) in enumerate(asked, start=1)
    ]


def _actions(session: Session, boroughs: dict[str, Partnership], meeting: Meeting, now: datetime) -> None:
    """For the nurse in both boroughs, and for the school: one due tomorrow, one in a week, one that is late."""
    today = local_day(now)
    for borough, agency, verb, days, item in (
        ("Camden", "Thames Gate NHS Trust", Verb.CHECK_FLAG, 1, meeting.items[2]),
        ("Islington", "Thames Gate NHS Trust", Verb.SEND_INFORMATION, 5, None),
        ("Camden", "Hollow Oak School", Verb.AGREE_PLAN, 2, meeting.items[2]),
        ("Camden", "Central North BCU", Verb.REPORT_BACK, -1, None),
    ):
        place = boroughs[borough]
        owner = session.scalars(
            select(Post).join(Agency).where(Post.partnership_id == place.id, Agency.name == agency)
        ).one()
        session.add(
            Action(
                reference=new_reference("A"),
                partnership=place,
                owner=owner,
                item=item,
                verb=verb,
                due_on=working_days_after(today, days),
                state=ActionState.OPEN,
                agreed_at=local(working_days_after(today, -9), time(15)),
                changed_at=now,
                changed_how="give",
            )
        )


def _transfer(session: Session, boroughs: dict[str, Partnership], now: datetime) -> None:
    camden, bromley = boroughs["Camden"], boroughs["Bromley"]
    session.add(
        Transfer(
            reference=new_reference("T"),
            origin=camden,
            receiving=bromley,
            responsible=camden,
            state=TransferState.NOTIFIED,
            status_in_law="child in need plan",
            length_of_stay="permanent",
            child=Classified("demo-0001", Level.L4),
            changed_at=local(working_days_after(local_day(now), -1), time(16)),
            changed_how="notify",
        )
    )
