"""A case, its actions and what stands in their way, from first to last in the Teams that Microsoft wrote."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from storage.records import Action, ActionState, Case
from tests.browsing import a_browser
from tests.clients.teams_stage import Stage, stage_in
from tests.clients.test_teams import asks, goes_on
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


def test_an_action_about_a_case_is_given_blocked_escalated_done_and_confirmed(
    tmp_path: Path, sqlite_url: str, browser: Browser
) -> None:
    with stage_in(tmp_path, sqlite_url, browser, "coordinator", "school") as stage:
        cal, sam = stage.opens("coordinator"), stage.opens("school")
        asks(cal, "open case", CASE, "Open this case")
        known_as = codeword(Heard(cal.messages()[-1]))
        about = f"Case {known_as}, {the_case(stage)}"
        asks(cal, "add action", ACTION | {"Which agenda item or case is it about?": about}, "Give this action")
        cal.keeps("teams-action-given")
        stage.strikes()
        sam.sees("check a record flag by Tuesday 1 December 2099")
        sam.keeps("teams-action")
        assert codeword(Heard(sam.messages()[-1])) != known_as

        sam.presses("Who is this?")
        sam.sees("Names may be read there")
        sam.keeps("teams-who")
        reference, _ = the_action(stage)
        asks(
            sam,
            f"blocked {reference}",
            {"What stands in the way?": "Not enough people or time"},
            "Tell the coordinator",
        )
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
        assert "Canary" not in json.dumps([stage.proxies[one].written() for one in ("coordinator", "school")])
