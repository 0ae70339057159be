"""The running bot in a Teams that Microsoft wrote: its own local client, driven by its page."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from integrations.teams.platform import NOT_ADDED
from storage.levels import unsealed
from storage.records import Action, ActionState, Referral, Transfer
from tests.browsing import a_browser
from tests.clients.node import eventually
from tests.clients.playground import Chat
from tests.clients.teams_stage import Stage, stage_in
from tests.scheduler.fakes import ledger

StageFor = Callable[..., AbstractContextManager[Stage]]

SAFETY = {"Is someone in danger right now?": "No", "Which borough does the child live in?": "Camden"}
YOU = {
    "How do you know the child?": "I work with them",
    "How do you know what you will tell us?": "I saw it",
    "Could anyone be at risk if people learn that you told us?": "No",
}
CHILD = {
    "What is the child's name?": "Zebra Canaryname",
    "What is their date of birth, or age?": "3 March 2012",
    "What is their sex, as your service records it?": "Female",
    "Where do they live now?": "In foster care",
}
AROUND = {
    "Who already works with them?": ["School, college or pupil referral unit", "Police exploitation team"],
    "Do the child or family know about this referral?": "Yes, and they agree",
}
WORRIES = {"What are you worried about?": ["Criminal exploitation"]}
CRIMINAL = {"Criminal exploitation: what seems to be happening?": ["Moving or selling drugs"]}
EVENT = {
    "What happened that made you write today?": "Canarystory at the Canaryplace",
    "When did it happen?": "yesterday",
    "What has changed lately?": ["Missing from home, or staying out", "New money, things or a phone"],
}
HELP = {
    "What helps to keep them safe?": ["An adult they trust"],
    "What has been tried?": ["Nothing yet"],
    "What do you want from the panel?": "A plan by several agencies",
    "How can we reach you safely?": "020 7946 0999",
}
PANEL = "Camden, Tuesday 1 December 2099, 2pm"
MEETING = {
    "Which borough's panel meets?": "Camden",
    "On which day?": "1 December 2099",
    "At what time?": "2pm",
    "Where?": "Room 4",
}
ITEM = {
    "What is it about?": "A child, new",
    "For which meeting?": PANEL,
    "Which case is it?": "It is about no case",
    "Which agencies are asked to prepare?": ["Hollow Oak School"],
    "What are they asked to do before the meeting?": "send information",
}
AGENDA = {"Which meeting's agenda?": PANEL, "See it first as which agency?": "Hollow Oak School"}
TRANSFER = {
    "Which borough is the child leaving?": "Camden",
    "Which borough is the child moving to?": "Bromley",
    "What is your own reference for the child?": "Canaryreference",
    "What is the child's status in law?": "Child in need plan",
    "For how long are they moving?": "For good",
}
KEPT = {
    "child_name": "Zebra Canaryname",
    "born": "2012-03-03",
    "working": ["police", "school", "early help"],
    "criminal": ["county lines"],
    "event": "Canarystory at the Canaryplace",
    "voice": None,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def stage_for(tmp_path: Path, sqlite_url: str, browser: Browser) -> StageFor:
    return partial(stage_in, tmp_path, sqlite_url, browser)


def goes_on(person: Chat, *pages: Mapping[str, str | Sequence[str]]) -> None:
    for page in pages:
        person.fills(page)
        person.presses("Continue")


def asks(person: Chat, line: str, answers: Mapping[str, str | Sequence[str]], send: str) -> None:
    """A short form, by its card."""
    person.says(line)
    person.presses("Use the form instead")
    person.fills(answers)
    person.presses(send)


# --- a form -----------------------------------------------------------------------------------------------------------


def test_a_referral_from_adding_the_app_to_the_receipt(stage_for: StageFor) -> None:
    with stage_for("charity") as stage:
        ann = stage.opens("charity")
        ann.sees("What I can do")
        ann.keeps("teams-help")
        ann.presses("Refer a child")
        ann.presses("Continue")
        ann.sees("There is a problem")
        ann.keeps("teams-problem")

        goes_on(ann, SAFETY, YOU)
        ann.keeps("teams-page")
        goes_on(ann, CHILD)
        ann.presses("Back")
        ann.sees("Given, and not shown here")
        expect(ann.field("What is the child's name?")).to_have_value("")
        ann.presses("Continue")
        goes_on(ann, AROUND, WORRIES, CRIMINAL, EVENT, HELP)

        ann.sees("Check your answers")
        ann.keeps("teams-review")
        ann.presses("Change: Who already works with them?")
        expect(ann.field("Who already works with them?").get_by_role("checkbox", checked=True)).to_have_count(2)
        goes_on(ann, {"Who already works with them?": ["Early help"]})
        ann.sees("Police exploitation team; School, college or pupil referral unit; Early help")
        ann.presses("Send referral")
        ann.sees("Referral sent")
        ann.sees("Camden MACE coordinator")
        ann.keeps("teams-receipt")

        assert len(ann.messages()) == 2  # help, and one card which was page after page
        assert ann.complaints == []
        written = json.dumps(stage.proxies["charity"].written())
        assert "Canary" not in written
        assert "March 2012" not in written
        with stage.sessions() as session:
            kept = unsealed(session.query(Referral).one().answers)
            assert {name: kept[name] for name in KEPT} == KEPT


def test_a_box_that_nobody_ticked_is_no_answer(stage_for: StageFor) -> None:
    """This client says "false" for it, whatever the card wants to hear."""
    with stage_for("charity") as stage:
        ann = stage.opens("charity")
        ann.presses("Refer a child")
        goes_on(ann, SAFETY, YOU, {})
        ann.sees("What is the child's name? Answer this question, or say that you don't know")
        ann.ticks("I don't know")
        goes_on(ann, {name: answer for name, answer in CHILD.items() if name != "What is the child's name?"})
        ann.sees("Who is involved")

        *_, update, press = stage.proxies["charity"].calls  # in this order: a later one would empty the fields again
        assert (update.method, press.given["name"]) == ("PUT", "adaptiveCard/action")


# --- letters ----------------------------------------------------------------------------------------------------------


def test_done_replaces_the_reminder_that_it_was_pressed_on(stage_for: StageFor) -> None:
    with stage_for("school") as stage:
        sam = stage.opens("school")
        reference = stage.reminds("Hollow Oak School")
        sam.has(2, reference)  # that they were given it, and the reminder: several letters go at once, in any order
        *before, _ = sam.messages()
        sam.keeps("teams-reminder")

        sam.presses("Done")
        sam.sees("Marked as done: check a record flag")
        assert len(sam.messages()[:-1]) == len(before), "and a message about the same action says that it has changed"
        sam.keeps("teams-done")
        with stage.sessions() as session:
            assert session.query(Action).one().state is ActionState.DONE_CLAIMED

        sam.presses("Undo")
        sam.sees("It is on your list again")
        assert len(sam.messages()[:-1]) == len(before)


def test_a_reminder_is_answered_in_words_and_nothing_happens_before_it_is_confirmed(stage_for: StageFor) -> None:
    with stage_for("school") as stage:
        sam = stage.opens("school")
        stage.reminds("Hollow Oak School")
        sam.says("done, Canaryname has a <b>timetable</b> & a bus pass")
        sam.sees("Mark as done: check a record flag?")
        sam.keeps("teams-understood")
        with stage.sessions() as session:
            assert session.query(Action).one().state is ActionState.OPEN
        sam.presses("Yes, mark it as done")
        sam.sees("Your note is kept in the tracker")
        with stage.sessions() as session:
            outcome = session.query(Action).one().outcome
            assert outcome is not None
            assert unsealed(outcome) == "Canaryname has a <b>timetable</b> & a bus pass"
        assert "Canary" not in json.dumps(stage.proxies["school"].written())


def test_an_agenda_goes_from_the_coordinator_to_the_school(stage_for: StageFor) -> None:
    with stage_for("coordinator", "school") as stage:
        cal, sam = stage.opens("coordinator"), stage.opens("school")
        asks(cal, "add meeting", MEETING, "Add this meeting")
        cal.sees("Meeting planned")
        asks(cal, "add item", ITEM, "Add this item")
        cal.sees("Item 1 added")
        asks(cal, "agenda", AGENDA, "Show me the agenda")
        cal.sees("This is what Hollow Oak School will see")
        cal.keeps("teams-agenda-preview")
        cal.presses("Send it to 5 people")
        cal.sees("Sending to 5 people")
        stage.strikes()
        sam.sees("Item 1: send information")
        sam.keeps("teams-agenda")
        eventually(lambda: stage.agendas_sent() == 2)  # the running bot may have taken one of them
        cal.presses("Who has it?")
        cal.sees("2 of 5 have the agenda")
        cal.keeps("teams-agenda-results")


def test_where_a_transfer_is_asked_by_its_reference_and_from_a_list(stage_for: StageFor) -> None:
    with stage_for("coordinator") as stage:
        cal = stage.opens("coordinator")
        asks(cal, "new transfer", TRANSFER, "Tell the other borough")
        cal.sees("The Bromley coordinator is told")
        with stage.sessions() as session:
            reference = session.query(Transfer).one().reference
        cal.says(f"transfer {reference}")
        cal.sees("Bromley: acknowledge, and name a contact")
        cal.keeps("teams-transfer")
        cal.says("my transfers")
        cal.sees(reference)
        assert "Canaryreference" not in json.dumps(stage.proxies["coordinator"].written())


def test_who_removes_the_app_is_not_written_to_and_who_adds_it_again_is(stage_for: StageFor) -> None:
    with stage_for("school") as stage:
        sam = stage.opens("school")
        assert stage.chats() == 1
        sam.mocks("Uninstall application")
        eventually(lambda: not stage.chats())
        before = stage.proxies["school"].posts()
        stage.reminds("Hollow Oak School")
        assert {letter.reason for letter in ledger(stage.sessions)} >= {NOT_ADDED}
        assert stage.proxies["school"].posts() == before
        sam.mocks("Install application")
        eventually(stage.chats)
