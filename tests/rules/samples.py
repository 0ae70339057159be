"""One sample of every notice, with odd characters wherever people's words can go."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot import notices as shared
from bot import posts
from bot.features import access, handover, holds, mine, misses, pages, removal, retention, today, undelivered
from bot.features.actions import confirming, late, minute, minute_giving, on_request
from bot.features.actions import notices as actions
from bot.features.actions import reading as read_actions
from bot.features.actions.importing import notices as importing
from bot.features.agreements import notices as agreements
from bot.features.away import notices as away
from bot.features.cases import notices as cases
from bot.features.directory import choosing
from bot.features.directory import notices as directory
from bot.features.escalations import notices as escalations
from bot.features.flags import notices as flags
from bot.features.meetings import notices as meetings
from bot.features.meetings import reading as read_meetings
from bot.features.referrals import notices as referrals
from bot.features.referrals import reading as read_referrals
from bot.features.shares import notices as shares
from bot.features.transfers import notices as transfers
from bot.kit.messages import Notice
from bot.sharing import NEEDS_REVIEW

DAY, MOMENT = date(2026, 6, 12), datetime(2026, 6, 9, 8, 30, tzinfo=UTC)
LATER = date(2026, 6, 15)
ODD = '<b>Lead</b> & "co" <!channel> *x* [a](http://b)'
CONTACT = "mace@camden.example"
LINE = actions.ActionLine(
    "Camden",
    "check a record flag",
    "Item 3, Friday 19 June 2026",
    "Copper Lantern",
    True,
    "A-7K2F9",
    3,
    DAY,
    overdue=False,
)
LATE = actions.ActionLine("Islington", "send information", "", "", False, "A-22222", 1, DAY, overdue=True)
URGENT = replace(LINE, unanswered=True)
AGENDA = meetings.Agenda(
    "Camden", MOMENT, ODD, 2, 5, (meetings.AskedOf(3, "send information", "Copper Lantern"),), DAY, "M-7K2F9", CONTACT
)
BEFORE = meetings.Unfinished("A-7K2F9", "check a record flag", DAY, False, ODD, "open", 3, "Copper Lantern")
ARISING = meetings.Unfinished("A-22222", "send information", DAY, True, ODD, "blocked")
CALL = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%7d&x=1"
TRANSFER = transfers.TransferLine(
    *("T-7K2F9", 1, "Camden", "Bromley", "Camden", "told to the receiving borough", DAY),
    *("Bromley", "acknowledge", DAY, True, ODD, CONTACT, True),
)
TOLD = (
    *("say done", "contest", "block", "say not possible", "agree not possible", "propose", "pass on"),
    "ask for more time",
)
DECIDED = ("confirm", "send back", "agree more time", "keep the date")
CODE = directory.Code(ODD, "7KQM-3XTP", MOMENT)
OPEN_THERE = (
    posts.Held(
        "Actions to do",
        2,
        DAY,
        1,
        (posts.Thing("check a record flag", DAY, "A-7K2F9", more="To do. Copper Lantern"),) * 2,
    ),
    posts.Held("Transfers that wait", 1, DAY, 0, (posts.Thing(ODD, DAY, say="transfer T-7K2F9"),)),
    posts.Held("Actions to check or decide", 4, LATER),
)
BRIEF = posts.Brief(ODD, "Camden", 1, OPEN_THERE, posts.Panel(MOMENT, 1))
CHAIRED = posts.Brief(ODD, "Camden", 2, OPEN_THERE, posts.Panel(MOMENT, 7, 3, (f"{ODD}: 2 late, 1 blocked",) * 7))
NOTHING_OPEN = posts.Brief(ODD, "Camden", 1, (), posts.Panel())
TENURE = handover.Tenure("Pat Testperson", DAY, ("Nia Testperson, from 1 May",), 2, "Dee Testperson, from 1 May")
THING = mine.OpenThing("Camden: check a record flag, A-7K2F9", DAY, "Done", "done A-7K2F9 @3")

WAITS = today.Waits(today.DONE, f"Camden: check a record flag, {ODD}, A-7K2F9", DAY, "Confirm it", "confirm A-7K2F9 @3")
BEHIND = on_request.Chaseable(ODD, "1 not taken on and 2 late, by up to 3 working days", "")
UNDERSTOOD = minute.Understood(1, 3, ODD, "make a call", DAY, True)
GIVE = "give these M-7K2F9 A-7K2F9.3.12.make_call.20260612.u"
LOST = undelivered.LostMessage(7, ODD, "M-7K2F9", "they have not joined yet")
STANDS = removal.LeftMessage(7, "Slack", ODD, MOMENT, "T-7K2F9", "their Slack account is closed")
READ = mine.OpenThing(ODD, DAY, "Where is it?", "referral R-7K2F9", "R-7K2F9")
SAID = (("The child", (("What is the child's name?", ODD),)), ("What happened", (("What happened?", ODD),)))

DOING = cases.Doing("check a record flag", ODD, DAY, "to do", "A-7K2F9")
AGREED = agreements.AgreementLine("G-7K2F9", 1, "Camden", ODD, DAY, lapsed=False, starts_on=None)
FLAG_BUTTONS = (("It is on", "flag is on F-7K2F9 @1"), ("Who is this?", "who F-7K2F9"))
FLAG = flags.FlagLine(
    "Camden", "Copper Lantern", "F-7K2F9", 1, "put a flag on your record", DAY, late=False, may=FLAG_BUTTONS
)
OLD_FLAG = replace(FLAG, known_as="", late=True)
QUIET_FLAG = replace(FLAG, to_do="", may=())
FLAG_STANDS = flags.FlagStands(
    FLAG, ODD, "on the record", (ODD,), (ODD,), (ODD, ODD), DAY, "", DAY, CONTACT, "", gone=False
)
HELD = (flags.Held(FLAG, "asked for, not confirmed yet", (), None), flags.Held(OLD_FLAG, "on the record", (ODD,), DAY))
IMPORT_PAGE = ("Open the import page", "import")
SHARE_BUTTONS = (("Reviewed, keep it open", "reviewed S-7K2F9 @1"), ("End it", "end share S-7K2F9 @1"))

STUCK = escalations.EscalationLine(
    *("B-7K2F9", 2, "Camden", "check a record flag", "A-7K2F9", 2, "the agency’s lead", DAY),
    "it goes to level 3, the chairs, on Friday 19 June 2026",
)
AT_THE_TOP = replace(STUCK, level=5, who="the strategic group", by=None, following="they record that it is unresolved")
LADDER = (
    escalations.Step(1, "the post it was given to and whoever raised it", ODD, "", here=False),
    escalations.Step(2, "the agency’s lead", ODD, "to settle it by Friday 12 June 2026", here=True),
)
STANDING = escalations.Standing(
    *(STUCK, "open", ODD, "Not enough people or time", ODD, MOMENT, True, LADDER),
    (("Take it one level up", "climb B-7K2F9 @2"),),
)
BLOCKED = (
    escalations.Blocked(
        *("The law or a protocol does not allow it", ODD, 2, 6),
        (
            escalations.Blockage("Camden", "check a record flag", "A-7K2F9", 6, "level 2", DAY, "B-7K2F9"),
            escalations.Blockage("Islington", "send information", "A-22222", 1, "not escalated", None, ""),
        ),
    ),
)

ON_PAGES = (
    mine.MyPage,
    cases.CasePage,
    cases.WhoPage,
    cases.EmergencyPage,
    access.AccessLog,
    read_referrals.ReferralPage,
    read_actions.ActionPage,
    read_actions.ActionList,
    read_meetings.AgendaPage,
    shares.SharePage,
    flags.FlagPage,
    flags.FlagList,
    escalations.EscalationPage,
    escalations.BlockageList,
    handover.HandoverPack,
)

SAMPLES: tuple[Notice, ...] = (
    escalations.AtRisk("Camden", "Central North", "020 7946 0101", "Monday to Friday, 9am to 5pm", "A-7K2F9"),
    escalations.EscalationMoved(STUCK, "raise", True, True, False, "", ODD, CONTACT),
    escalations.EscalationMoved(STUCK, "climb", False, False, True, "the chairs", ODD, CONTACT),
    escalations.EscalationMoved(AT_THE_TOP, "object", False, True, False, "", ODD, CONTACT),
    escalations.EscalationsMoved(
        (
            escalations.EscalationMoved(STUCK, "raise", True, True, False, "", ODD, CONTACT),
            escalations.EscalationMoved(AT_THE_TOP, "climb", True, False, True, "the chairs", ODD, CONTACT),
        ),
        *(3, ODD, CONTACT),
    ),
    *(escalations.EscalationDue(STUCK, late, ODD, CONTACT) for late in (False, True)),
    escalations.EscalationDue(AT_THE_TOP, False, ODD, CONTACT),
    *(escalations.EscalationEnded(STUCK, one, None, CONTACT) for one in ("withdraw", "record unresolved", "end")),
    escalations.EscalationEnded(STUCK, "settle", DAY, CONTACT),
    escalations.EscalationStands(STANDING, "You escalated it.", CONTACT),
    escalations.EscalationPage(STANDING, ODD, "", ODD, MOMENT),
    escalations.EscalationPage(STANDING, "", NEEDS_REVIEW, ODD, MOMENT),
    escalations.Blockages(BLOCKED, 7, 1, "blockages 2"),
    escalations.Blockages((), 0, 0, ""),
    escalations.BlockageList(BLOCKED, ODD, MOMENT),
    escalations.BlockageList((), ODD, MOMENT),
    pages.YourPage("Your pages", "https://bot.example/pages/in/x", MOMENT),
    pages.YourPage("Read R-7K2F9", "https://bot.example/pages/read/R-7K2F9", None),
    mine.MyPage(
        (THING,),
        (THING,),
        (READ,),
        (READ,),
        (("Camden", MOMENT, "M-7K2F9"),),
        (("Camden", "Copper Lantern", "C-7K2F9"),),
    ),
    mine.MyPage((), (), (), (), ()),
    cases.CasePage(
        *("C-7K2F9", "Camden", "open", True, ODD, "Saturday 14 May 2011", "R-7K2F9", ((ODD, "Copper Lantern"),)),
        *(
            ("Item 3, Friday 19 June 2026",),
            (DOING,),
            (ODD,),
            (("Close the case", "close case C-7K2F9 @1"),),
            ODD,
            MOMENT,
        ),
    ),
    cases.CasePage(
        *("C-7K2F9", "Camden", "open", False, ODD, "not known", "", (), (), (), ()),
        *((("Open it again", "open again C-7K2F9 @1"),), ODD, MOMENT),
    ),
    cases.WhoPage("C-7K2F9", "Camden", "Copper Lantern", ODD, "not known", (DOING,), ODD, True, 60, ODD, MOMENT),
    cases.WhoPage("C-7K2F9", "Camden", "", ODD, "not known", (), "", False, 60, ODD, MOMENT),
    cases.CaseOpened("C-7K2F9", "Camden", "Copper Lantern"),
    *(
        cases.CaseChanged("C-7K2F9", event, "Copper Lantern")
        for event in ("change codewords", "protect", "protect no longer", "close", "open again")
    ),
    cases.Cases((cases.CaseLine("C-7K2F9", "Camden", "Copper Lantern", MOMENT),), 3),
    cases.Cases((), 0),
    cases.RecordNumberKept("C-7K2F9"),
    cases.ClosedToYou("C-7K2F9", CONTACT),
    cases.SomebodyClose("C-7K2F9", "Camden"),
    cases.Lifted("C-7K2F9"),
    cases.CloseLifted("C-7K2F9", "Camden", CONTACT),
    cases.EmergencyOpen("C-7K2F9", MOMENT, DAY),
    *(cases.OpenedInEmergency("E-7K2F9", 1, "C-7K2F9", "Camden", MOMENT, DAY, late=late) for late in (False, True)),
    cases.EmergencyPage(
        *("E-7K2F9", "C-7K2F9", "Camden", "waiting to be reviewed", ODD, "A court", ODD, MOMENT, MOMENT, DAY),
        *("emergency reviewed E-7K2F9 @1", ODD, MOMENT),
    ),
    cases.Reviewed("E-7K2F9", "C-7K2F9"),
    access.AccessLog(((DAY, (access.Line("9am", ODD, "take", "R-7K2F9", refused=True),)),), 1, 2, ODD, MOMENT),
    access.AccessLog((), 0, 0, ODD, MOMENT),
    read_referrals.ReferralPage(
        *("R-7K2F9", "Camden", "received", MOMENT, False, DAY, SAID, "take R-7K2F9 @1", True, "C-7K2F9", ODD, MOMENT),
        (("R-22222", "name and date of birth"),),
    ),
    read_referrals.ReferralPage(
        *("R-7K2F9", "Camden", "received", MOMENT, True, DAY, SAID, "", False, "", ODD, MOMENT),
        careful=True,
        contact=CONTACT,
    ),
    read_actions.ActionPage(
        *(LINE, "said done", ODD, ODD, "the owner", MOMENT, ODD, (("Undo", "undo A-7K2F9 @3"),), ODD, MOMENT)
    ),
    read_actions.ActionPage(LATE, "open", ODD, "", "the coordinator", MOMENT, "", (), ODD, MOMENT),
    read_actions.ActionPage(
        LATE,
        "closed",
        ODD,
        "",
        "the coordinator",
        MOMENT,
        ODD,
        (),
        ODD,
        MOMENT,
        "",
        "",
        ("It was cancelled.",),
        ODD,
        ODD,
    ),
    read_actions.ActionPage(LATE, "open", ODD, "", "the coordinator", MOMENT, "", (), ODD, MOMENT, asked=ODD),
    read_actions.ActionPage(LATE, "open", ODD, "", "the coordinator", MOMENT, "", (), ODD, MOMENT, NEEDS_REVIEW),
    read_actions.ActionList((("Camden", (read_actions.Listed(LATE, ODD, "open"),)),), ODD, MOMENT),
    read_actions.ActionList((), ODD, MOMENT),
    read_meetings.AgendaPage(
        "M-7K2F9",
        *(
            "Camden",
            MOMENT,
            ODD,
            2,
            5,
            (read_meetings.Item(3, "new", "Copper Lantern", "who/C-7K2F9", ((ODD, "send information"),)),),
        ),
        *(True, CONTACT, ODD, MOMENT),
    ),
    read_meetings.AgendaPage("M-7K2F9", "Camden", MOMENT, ODD, 2, 5, (), False, CONTACT, ODD, MOMENT),
    read_meetings.AgendaPage("M-7K2F9", "Camden", MOMENT, ODD, 2, 5, (), False, CONTACT, ODD, MOMENT, CALL),
    read_meetings.AgendaPage(
        "M-7K2F9",
        *("Camden", MOMENT, ODD, 2, 5),
        (read_meetings.Item(3, "review", "Copper Lantern", "who/C-7K2F9", (), unfinished=(BEFORE,)),),
        *(True, CONTACT, ODD, MOMENT),
        matters_arising=(ARISING,),
    ),
    read_meetings.AgendaPage(
        "M-7K2F9",
        *("Camden", MOMENT, ODD, 2, 5),
        (read_meetings.Item(3, "", "", "", ((ODD, "send information"),), NEEDS_REVIEW),),
        *(False, CONTACT, ODD, MOMENT),
    ),
    replace(AGENDA, call=CALL),
    replace(AGENDA, asked=AGENDA.asked * 90, unfinished=(BEFORE, ARISING) * 40),
    replace(AGENDA, unfinished=(BEFORE, ARISING)),
    replace(AGENDA, unnamed=1),
    replace(AGENDA, asked=(), unnamed=2),
    replace(AGENDA, unfinished=(BEFORE, ARISING) * 4),
    meetings.PanelMeets("Camden", MOMENT, CONTACT),
    meetings.NoCall("M-7K2F9", "Camden", MOMENT),
    shared.Said(ODD),
    shared.DidYouMean("refer"),
    shared.DidYouMean(""),
    shared.Fault("7F3K"),
    shared.NotYetKnown("Camden", "020 7946 0101", "Monday to Friday, 9am to 5pm"),
    shared.NotLetIn(),
    shared.Removed(DAY, ("R-7K2F9",), (("See how it stands", "referral R-7K2F9"), ("What I have open", "mine"))),
    shared.Removed(DAY, (), (("What I have open", "mine"),)),
    holds.OnHold("R-7K2F9", "court case", DAY),
    holds.HoldEnded("R-7K2F9"),
    retention.KeepOrErase(("R-7K2F9",), 0),
    retention.KeepOrErase(("R-7K2F9", "A-7K2F9"), 3),
    removal.NotRemoved(1),
    removal.NotRemoved(2),
    removal.MessagesLeft((STANDS, replace(STANDS, number=8, about="")), 3),
    removal.MessagesLeft((), 0),
    removal.LeftSettled(STANDS, removal.AGAIN),
    removal.LeftSettled(STANDS, removal.BY_HAND),
    shared.Overtaken(("A-7K2F9",), (("See how it stands", "action A-7K2F9"), ("What I have open", "mine"))),
    shared.Overtaken(tuple(f"A-7K2F{n}" for n in range(20)), (("What I have open", "mine"),)),
    shared.SafetyFirst("Camden", True, "020 7946 0101", "Monday to Friday, 9am to 5pm"),
    shared.Help((("Refer a child", "refer"),), CONTACT),
    shared.OnlyInPrivate(),
    shared.AnsweredInPrivate(arrived=True),
    shared.AnsweredInPrivate(arrived=False),
    shared.TypedQuestion(
        "Refer a child",
        1,
        20,
        "Is someone in danger right now?",
        ODD,
        ("No", "Yes"),
        False,
        False,
        True,
        "Choose one",
        "No",
    ),
    shared.TypedQuestion("Refer a child", 1, 20, "Where?", "", (), False, True, False, "", ""),
    shared.OpenTheForm("Refer a child", typed_here=True),
    shared.FormSaved("Refer a child", DAY),
    shared.FormClosed("Refer a child"),
    shared.FormNotOpened("Refer a child"),
    shared.FormSentBefore("Refer a child", MOMENT),
    shared.FormWaiting("Refer a child", MOMENT, DAY),
    shared.ThingsWait(3, False, (("Camden", 2), ("Islington", 1)), ODD, CONTACT),
    shared.ThingsWait(2, True, (("Camden", 2),), ODD, CONTACT),
    shared.ThingsWait(14, False, (("Camden", 14),), ODD, CONTACT, 6),
    shared.DraftEnding("Refer a child", DAY),
    shared.DraftDeleted("Refer a child"),
    referrals.ReferralReceipt("R-7K2F9", "Camden", DAY, CONTACT, True, "020 7946 0101", False),
    referrals.ReferralReceipt("R-7K2F9", "Camden", DAY, CONTACT, False, "020 7946 0101", True),
    referrals.ReferralStands("R-7K2F9", "Camden", "received", MOMENT, DAY, CONTACT),
    referrals.ReferralArrived("R-7K2F9", 1, "Camden", DAY, confirmed=False),
    referrals.ReferralTaken("R-7K2F9", "Camden", DAY, CONTACT),
    referrals.NowYoursToRead("R-7K2F9", DAY),
    referrals.ReferralStands("R-7K2F9", "Camden", "finished", MOMENT, DAY, CONTACT, "It is closed"),
    referrals.ReferralOutcome("R-7K2F9", "Camden", "It was discussed and there is a plan", CONTACT),
    referrals.CaseDecided("C-7K2F9", "Camden", "Copper Lantern", "It is closed", CONTACT),
    referrals.CaseDecided("C-7K2F9", "Camden", "", "It is closed", CONTACT),
    *(
        referrals.FeedbackChoice("R-7K2F9", known, (("It is closed", "tell closed R-7K2F9 @2"),))
        for known in (True, False)
    ),
    referrals.FeedbackSent("R-7K2F9", "It is closed"),
    referrals.FeedbackDue("R-7K2F9", "Camden", MOMENT),
    referrals.FeedbackDue("R-7K2F9", "Camden", None),
    actions.ActionReminder(LINE, ODD, CONTACT),
    actions.ActionReminder(LATE, ODD, CONTACT),
    actions.ActionGiven(LINE, ODD, CONTACT),
    *(actions.ActionsGiven(giver, (LINE, LATE), ODD, CONTACT) for giver in ("your panels", "the Camden panel")),
    actions.ActionsGiven("your panels", (LINE, LATE) * 4, ODD, CONTACT, 7),
    actions.ActionsConfirmed((LINE, LATE), CONTACT),
    actions.ActionsConfirmed((LINE, LATE) * 10, CONTACT, 40),
    today.Today(DAY, (), (), 0, 1, 1),
    today.Today(DAY, ((today.DONE, 9),), ((today.DONE, (WAITS,)),), 9, 2, 3),
    on_request.Chase((), 0, 0, True, 1, 1),
    on_request.Chase((BEHIND,), 1, 1, True, 1, 1),
    on_request.Chase((BEHIND, replace(BEHIND, not_now=on_request.TOLD)), 2, 0, False, 1, 2),
    on_request.Chased((BEHIND,), (replace(BEHIND, not_now=on_request.NOBODY),), True),
    on_request.Chased((), (), False),
    late.LateByAgency(DAY, (), 1, 1),
    late.LateByAgency(DAY, (late.AgencyLate(7, ODD, "3 late, the longest by 4 working days; 1 blocked"),), 1, 2),
    late.LateAtAgency("7", "", 0, (), 1, 1),
    late.LateAtAgency("7", ODD, 9, (late.LateAction(LATE, ODD, 4, True), late.LateAction(LINE, ODD, 1, False)), 1, 2),
    confirming.ToConfirm((), 0, "confirm these", 1, 1),
    confirming.ToConfirm((confirming.SaidDone(LINE, ODD, True),), 11, "confirm these A-7K2F9@3", 1, 2),
    confirming.ConfirmedThese((LINE,), ("A-22222",)),
    confirming.ConfirmedThese((), ()),
    minute.MinuteRead(ODD, DAY, (UNDERSTOOD,), ((2, "say by when, like: 27 March 2026"),), ("make a call",), GIVE),
    minute.MinuteRead(ODD, DAY, (), ((1, "it says the same as line 3"),), ("make a call",), ""),
    minute_giving.MinuteGiven(((LINE, ODD),), ("A-22222",), 1, (ODD,)),
    minute_giving.MinuteGiven((), (), 0, ()),
    importing.ImportList("Camden", "N-7K2F9", 3, (LINE, LATE), 3, ODD, CONTACT),
    importing.ImportList("Camden", "N-7K2F9", 3, (LATE,), 0, ODD, CONTACT),
    *(importing.TakenOn("Camden", "N-7K2F9", mine, wrong, CONTACT) for mine, wrong in ((2, 0), (1, 1), (0, 0))),
    importing.ImportStands(
        *("Camden", "N-7K2F9", 1, "imported, and waiting for Start", 3, 3, 2, ()),
        *((("Start, and tell each owner", "start import N-7K2F9 @1"), IMPORT_PAGE), CONTACT),
    ),
    importing.ImportStands("Camden", "N-7K2F9", 3, "taken back", 1, 0, 0, ("A-7K2F9",), (IMPORT_PAGE,), CONTACT),
    *(importing.TrackerExported("Camden", "X-7K2F9", MOMENT, "handover", words) for words in (True, False)),
    misses.ManyMisses("Camden"),
    importing.ExportAgreed((("Camden", "7K2F-9XQM"), ("Islington", "2222-3333")), MOMENT),
    actions.MarkedDone(LINE, MOMENT, noted=True),
    actions.ActionReminder(URGENT, ODD, CONTACT),
    actions.NotTakenOn(URGENT, ODD, CONTACT),
    *(actions.RemindersPaused(LINE, DAY, shortened) for shortened in (True, False)),
    actions.MarkedDone(LINE, MOMENT, noted=False, asks=False),
    actions.DoneUndone(LINE),
    *(
        actions.Proposed(LINE, event, DAY, True, "P-7K2F9")
        for event in ("say done", "contest", "accept", "ask for more time")
    ),
    *(
        actions.Proposed(LINE, event, None, False, "P-7K2F9", asks=True)
        for event in ("block", "say not possible", "ask for more time")
    ),
    actions.Proposed(LINE, "block", None, True, "P-7K2F9", "Not enough people or time"),
    actions.StaysOpen(LINE, (("I need more time", "more time A-7K2F9 @3"),), "P-7K2F9"),
    actions.StaysOpen(LINE, (), noted=True),
    *(actions.HowToAnswer(LINE, asked, (("Done", "done A-7K2F9 @3"),), CONTACT) for asked in (True, False)),
    *(
        actions.WhichAction(((LINE, "done A-7K2F9 @3"),), event, 2, noted)
        for noted, event in (
            *((False, one) for one in ("say done", "contest", "accept", "block", "ask for more time")),
            *((False, one) for one in ("say not possible", "unclear", "help", "keep a note")),
            (True, "keep a note"),
        )
    ),
    actions.NoAction(),
    actions.ActionStands(LINE, "to do", "the coordinator", MOMENT, (("Done", "done A-7K2F9 @3"),), CONTACT),
    actions.ActionStands(LINE, "closed", "you", MOMENT, (), CONTACT, ("It was cancelled.", "See A-22222.")),
    actions.PassedOn(LINE, "contest", None, CONTACT, (("It is for another agency", "because wrong_agency A-7K2F9"),)),
    *(actions.PassedOn(LINE, event, None, CONTACT) for event in ("contest", "block", "say not possible", "propose")),
    actions.PassedOn(LINE, "ask for more time", DAY, CONTACT),
    *(actions.ForCoordinator(LINE, event, True, DAY, True, "Nobody who comes can decide it") for event in TOLD),
    *(actions.ForCoordinator(LINE, event, False, DAY, False) for event in TOLD),
    actions.ForCoordinator(LINE, "ask for more time", False, DAY, True, again=True),
    *(actions.Answered(LINE, event, CONTACT) for event in (*DECIDED, "unblock", "record done", "end")),
    actions.Answered(LINE, "send back", CONTACT, "What came of it"),
    actions.Answered(LINE, "end", CONTACT, after="A-22222"),
    *(
        actions.Settled(LINE, event, ODD)
        for event in (*DECIDED, "record done", "give", "agree not possible", "cancel", "enter in error", "reopen")
    ),
    actions.Settled(LINE, "give", ODD, held_back=True),
    AGENDA,
    meetings.AgendaPreview(AGENDA, ODD, 14, 3, sent=False),
    meetings.AgendaPreview(replace(AGENDA, unfinished=(ARISING,)), ODD, 14, 3, sent=False),
    meetings.AgendaPreview(AGENDA, ODD, 14, 3, sent=True),
    meetings.AgendaSending("Camden", MOMENT, 1, 14, "M-7K2F9", None),
    meetings.AgendaSending("Camden", MOMENT, 1, 14, "M-7K2F9", MOMENT),
    meetings.AgendaLater("Camden", DAY, "M-7K2F9", 3),
    meetings.AgendaResults(
        "Camden", MOMENT, 1, "M-7K2F9", (ODD,), (ODD,), (meetings.Outcome(ODD, "they have not joined yet"),)
    ),
    meetings.AgendaResults("Camden", MOMENT, 1, "M-7K2F9", (), (ODD,), (), MOMENT),
    meetings.AgendaNotSent("M-7K2F9", "Camden", MOMENT),
    meetings.MeetingAdded("M-7K2F9", "Camden", MOMENT, ODD),
    meetings.ItemAdded("M-7K2F9", "Camden", MOMENT, 3, (ODD,), sent_before=True),
    undelivered.NotDelivered(("M-7K2F9",)),
    undelivered.NotDelivered(tuple(f"A-7K2{n}" for n in range(10, 25))),
    undelivered.Held(("M-7K2F9",)),
    undelivered.Held(("M-7K2F9", "A-7K2F9")),
    undelivered.NotSent((LOST,) * 10, 22, 2, 3),
    undelivered.NotSentTo(
        LOST, (("Teams", MOMENT, "their Teams chat is closed"),) * 3, (("Send it again", "send again 7"),)
    ),
    undelivered.NotSentTo(LOST, (), ()),
    *(undelivered.Resent(LOST, how) for how in ("send again", "send to deputy", "stop sending")),
    undelivered.NotSent(()),
    transfers.TransferStands(TRANSFER),
    transfers.MyTransfers((TRANSFER,), 1),
    transfers.MyTransfers((), 0),
    transfers.TransferTold(TRANSFER, nobody_there=True, mash_phone="020 7946 0101"),
    transfers.TransferArrived("T-7K2F9", 1, "Camden", "Bromley", DAY),
    transfers.TransferAcknowledged("T-7K2F9", "Bromley", "Camden", "send the papers to the contact", DAY),
    mine.Mine((THING,), (THING,), (THING,), 1),
    mine.Mine((), (), (), 0),
    directory.JoinAsked("Camden", CONTACT, again=False),
    directory.JoinAsked("Camden", CONTACT, again=True),
    directory.JoinWanted("J-7K2F9", "Camden"),
    directory.PersonAdded("Camden", ODD),
    directory.PersonAdded("Camden", ODD, CODE),
    directory.PersonAdded("Camden", ODD, CODE, over=True),
    directory.DeputyNamed("Camden", CODE),
    directory.NewDeputy("Camden"),
    directory.DeputyLeft("Camden"),
    directory.NotJoined((ODD, ODD)),
    directory.NotJoined(()),
    directory.NewCodes((CODE, CODE)),
    directory.NewCodes(()),
    directory.NewCodes((CODE,), (ODD,)),
    directory.NewCodes((), (ODD,)),
    directory.OwnCode("7KQM-3XTP", MOMENT),
    directory.Linked((ODD,), (("Camden: check a record flag, A-7K2F9", DAY),), CONTACT, (BRIEF,), 0),
    directory.Linked((ODD,) * 12, (("Camden: check a record flag, A-7K2F9", DAY),) * 5, CONTACT, (CHAIRED,) * 3, 2),
    directory.Linked((ODD,), (), CONTACT, (NOTHING_OPEN,), 0),
    directory.Joined("Camden", "I-7"),
    directory.NotAdded("Camden", "your Microsoft 365 does not let me add the app for them (403)"),
    directory.PostLeft("Camden", deputy=False),
    directory.PostLeft("Camden", deputy=True),
    directory.PostEnding("Camden", DAY),
    directory.YourPostEnds(ODD, "Camden", DAY, CONTACT),
    directory.YouLeft(ODD, "Camden", CONTACT, deputy=False),
    directory.YouLeft(ODD, "Camden", CONTACT, deputy=True),
    directory.YouLeft(ODD, "Camden", CONTACT, deputy=False, held=BRIEF.held, covered=True),
    *(
        directory.PostPassedOn(ODD, "Camden", CONTACT, deputy, others)
        for deputy, others in ((False, False), (False, True), (True, True))
    ),
    directory.Welcome("Camden", CONTACT, ODD, 0, None),
    directory.Welcome("Camden", CONTACT, ODD, 1, DAY),
    directory.Welcome("Camden", CONTACT, ODD, 3, DAY),
    handover.MyPost(CHAIRED, 2, 3),
    handover.MyPost(NOTHING_OPEN, 1, 1),
    handover.HandoverPack(
        *(CHAIRED, ODD, CONTACT, (ODD, ODD), TENURE, "January 2027"),
        *(((DAY, OPEN_THERE[0].things), (DAY, ())), ((ODD, 1),), ODD, MOMENT),
    ),
    handover.HandoverPack(
        *(NOTHING_OPEN, ODD, CONTACT, (), handover.Tenure("", None, (), 0, ""), "", (), (), ODD, MOMENT)
    ),
    choosing.WrittenTo(by_mail=True, contact=CONTACT),
    choosing.WrittenTo(by_mail=False, contact=CONTACT),
    away.RemindedAt(time(14)),
    *(away.NobodyAnswers("Camden", ODD, DAY, LATER, names) for names in (True, False)),
    away.YouAreAway(DAY, DAY, ()),
    away.YouAreAway(DAY, LATER, (ODD,)),
    away.Closed("Camden", "", DAY, DAY),
    away.Closed("Camden", ODD, DAY, LATER),
    away.DaysGone(DAY, DAY),
    away.DaysGone(DAY, LATER),
    agreements.Agreements((AGREED,) * 10, 2, (ODD, ODD), ()),
    agreements.Agreements((), 0, (ODD,), ("Camden",)),
    agreements.Agreements((replace(AGREED, lapsed=True), replace(AGREED, starts_on=DAY)), 0, (), ()),
    *(
        agreements.AgreementShown(
            *(AGREED, "in force", ODD, ODD, ODD, "Both ways", ODD, ODD, ODD, DAY, day),
            (("Renew it", "renew agreement G-7K2F9 @1"), ("End it", "end agreement G-7K2F9 @1")),
        )
        for day in (None, LATER)
    ),
    agreements.AgreementShown(AGREED, "ended", ODD, ODD, ODD, "Both ways", ODD, ODD, ODD, DAY, None, ()),
    agreements.AgreementAdded("Camden", ("G-7K2F9",), DAY, first=True, without=(ODD,)),
    agreements.AgreementAdded("Camden", ("G-7K2F9", "G-22222"), DAY, first=False, without=()),
    agreements.AgreementEnded("G-7K2F9", "Camden", CONTACT),
    agreements.AgreementLapses("G-7K2F9", 1, "Camden", DAY, lapsed=False),
    agreements.AgreementLapses("G-7K2F9", 1, "Camden", DAY, lapsed=True),
    agreements.Withdrawn("A-7K2F9", "Camden"),
    agreements.ShownAgain("A-7K2F9", CONTACT),
    flags.FlagToDo(FLAG, ODD, CONTACT),
    flags.FlagToDo(OLD_FLAG, ODD, CONTACT),
    *(flags.FlagDeclined("F-7K2F9", "Camden", known_as) for known_as in ("Copper Lantern", "")),
    FLAG_STANDS,
    replace(FLAG_STANDS, flag=QUIET_FLAG, says=(), changes=(), systems=(), placed_on=None, review_on=None),
    replace(FLAG_STANDS, flag=QUIET_FLAG, changes=(), gone=True),
    replace(FLAG_STANDS, says=(), changes=(), held_back=NEEDS_REVIEW, declined=ODD),
    flags.FlagPage(FLAG_STANDS, ODD, ODD, ODD, MOMENT),
    flags.FlagPage(FLAG_STANDS, "", "", ODD, MOMENT),
    *(
        flags.Flags(((ODD, HELD), ("Camden", HELD[:1])), 9, held, 2, 6, own)
        for held, own in ((9, False), (9, True), (1, True), (0, True))
    ),
    *(flags.Flags((), 0, 0, 0, 0, own) for own in (True, False)),
    *(flags.FlagList(groups, own, ODD, MOMENT) for groups, own in ((((ODD, HELD),), True), ((), False))),
    flags.FlagsAsked("C-7K2F9", (ODD,), (), (), DAY),
    flags.FlagsAsked("C-7K2F9", (), (ODD,), (ODD,), DAY),
    *(flags.FlagsTold("C-7K2F9", event, (ODD, ODD), DAY, "") for event in ("keep", "remove", "change")),
    *(flags.FlagsTold("F-7K2F9", event, (ODD,), DAY, "") for event in ("keep", "remove")),
    flags.FlagsTold("T-7K2F9", "remove", (ODD,), DAY, "Bromley"),
    flags.FlagsTold("C-7K2F9", "remove", (), None, ""),
    flags.FlagsToReview("Camden", "Copper Lantern", "C-7K2F9", 3, DAY, late=False),
    flags.FlagsToReview("Camden", "", "C-22222", 1, DAY, late=True),
    flags.FlagEnding("Camden", "Copper Lantern", "C-7K2F9", DAY),
    flags.FlagEnding("Camden", "", "C-22222", DAY),
    flags.FlagsElsewhere("T-7K2F9", "Camden", "Bromley", CONTACT),
    *(shares.SharedNow("R-7K2F9", ODD, told, CONTACT) for told in (0, 1, 3)),
    shares.SharedWithYou("R-7K2F9", "Camden", CONTACT),
    shares.ShareWaits("S-7K2F9", 1, "Camden", "R-7K2F9", MOMENT),
    shares.ShareStands("S-7K2F9", "R-7K2F9", ODD, "reviewed", DAY, SHARE_BUTTONS, CONTACT),
    shares.ShareStands("S-7K2F9", "R-7K2F9", ODD, "ended", None, (), CONTACT),
    shares.SharePage(*("S-7K2F9", "Camden", "R-7K2F9", ODD, "open", ODD, ODD, MOMENT, DAY, SHARE_BUTTONS, ODD, MOMENT)),
)

IN_CHAT = tuple(sample for sample in SAMPLES if not isinstance(sample, ON_PAGES))
