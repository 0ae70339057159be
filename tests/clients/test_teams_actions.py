"""A case, its actions and what stands in their way, from first to last in the Teams that Microsoft wrote."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from storage.records import Action, ActionState, Case
from tests.browsing import a_browser
from tests.clients.morning import working_morning
from tests.clients.playground import Chat
from tests.clients.teams_stage import Stage, stage_in
from tests.clients.test_teams import ITEM, MEETING, asks, goes_on
from tests.conversations.test_cases import codeword
from tests.surfaces import Heard

CASE = {
    "Which borough's panel talks about the child?": "Camden",
    "What is the child's name?": "Zebra Canaryname",
    "What is their date of birth, or age?": "14 May 2011",
}
ACTION = {
    "Who is to do it?": "Safeguarding lead, Hollow Oak School",
    "What is to be done?": "check a record flag",
    "By when?": "1 December 2099",
}
BLOCKED = {"What stands in the way?": "Not enough people or time"}
FLAG = {
    "Who is to put a flag on their record?": ["Safeguarding lead, Hollow Oak School"],
    "What should the flag say?": ["Known to the MACE panel: phone the coordinator before you decide"],
}
IS_ON = {"On which records does it stand?": ["A school or college record"], "On which day was it put on?": "today"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


def the_case(stage: Stage) -> str:
    with stage.sessions() as session:
        return session.query(Case).one().reference


def the_action(stage: Stage) -> tuple[str, ActionState]:
    with stage.sessions() as session:
        action = session.query(Action).order_by(Action.id.desc()).first()
        assert action
        return action.reference, action.state


def in_days(working_days: int) -> str:
    return day_in_words(local_day(working_morning(working_days)))


def test_an_action_a_minute_and_a_flag_about_one_case(tmp_path: Path, sqlite_url: str, browser: Browser) -> None:
    with stage_in(tmp_path, sqlite_url, browser, "coordinator", "school") as stage:
        cal, sam = stage.opens("coordinator"), stage.opens("school")
        asks(cal, "open case", CASE, "Open this case")
        about = f"{codeword(Heard(cal.messages()[-1]))}, {the_case(stage)}"
        is_given_blocked_escalated_done_and_confirmed(stage, cal, sam, about)
        is_given_from_a_minute(cal, about)
        is_asked_for_in_the_letter_of_the_day_and_confirmed(stage, cal, sam)
        assert "Canary" not in json.dumps([stage.proxies[one].written() for one in ("coordinator", "school")])


def is_given_blocked_escalated_done_and_confirmed(stage: Stage, cal: Chat, sam: Chat, about: str) -> None:
    asks(cal, "add action", ACTION | {"Which agenda item or case is it about?": f"Case {about}"}, "Give this action")
    cal.keeps("teams-action-given")
    stage.strikes()
    sam.sees("check a record flag by Tuesday 1 December 2099")
    sam.keeps("teams-action")
    assert codeword(Heard(sam.messages()[-1])) not in about

    sam.presses("Who is this?")
    sam.sees("Names may be read there")
    sam.keeps("teams-who")
    reference, _ = the_action(stage)
    asks(sam, f"blocked {reference}", BLOCKED, "Tell the coordinator")
    sam.sees("The coordinator is told that this is blocked")
    sam.keeps("teams-blocked")
    sam.presses("Escalate it")
    sam.keeps("teams-risk")
    goes_on(sam, {"Is anyone at risk right now?": "No"})
    sam.presses("Escalate it")
    sam.keeps("teams-escalated")
    cal.says("today")
    cal.keeps("teams-today")
    cal.says("blockages")
    cal.keeps("teams-blockages")

    sam.says(f"done {reference}")
    sam.keeps("teams-said-done")
    stage.strikes()
    cal.says(f"confirm {reference}")
    cal.keeps("teams-confirmed")
    assert the_action(stage)[1] is ActionState.DONE


def is_given_from_a_minute(cal: Chat, about: str) -> None:
    """Of a meeting that is soon: one that is far away has no minute yet."""
    panel, due = f"Camden, {in_days(3)}, 2pm", in_days(6)
    asks(cal, "add meeting", MEETING | {"On which day?": in_days(3)}, "Add this meeting")
    asks(cal, "add item", ITEM | {"For which meeting?": panel, "Which case is it?": about}, "Add this item")
    pasted = f"item 1 / safeguarding lead / check flag / {due}\nnurse / Canaryname / tomorrow"
    minute = {"Which meeting?": panel, "Which actions did the panel agree?": pasted}
    asks(cal, "minute", minute, "Show what you read")
    cal.sees(f"Camden panel, {in_days(3)}: 1 action understood")
    cal.sees("Line 2: write four parts")
    cal.keeps("teams-minute-read")
    cal.presses("Give this one")
    cal.sees(f"Safeguarding lead, Hollow Oak School: check a record flag by {due}. Item 1, {in_days(3)}.")
    cal.keeps("teams-minute-given")


def is_asked_for_in_the_letter_of_the_day_and_confirmed(stage: Stage, cal: Chat, sam: Chat) -> None:
    case, by = the_case(stage), in_days(9)
    asks(cal, f"ask for flag {case}", FLAG | {"By when?": by}, "Ask for it")
    cal.sees(f"Asked for a flag by {by}: case {case}")
    stage.strikes()
    sam.has(1, f"Camden: put a flag on your record by {by}")
    stage.strikes(working_days=5)
    sam.sees("2 things wait for you")
    sam.sees(f"Camden: check a record flag by {in_days(6)}")
    sam.keeps("teams-letter-of-the-day")
    sam.presses("What should it say?")
    sam.sees("Known to the MACE panel: phone the coordinator before you decide")
    sam.keeps("teams-flag")
    sam.presses("It is on")
    sam.fills(IS_ON)
    sam.presses("It is on")
    sam.sees("A school or college record")
    sam.keeps("teams-flag-is-on")
    cal.says("flags")
    cal.sees("On the record, since")
    cal.keeps("teams-flags")
