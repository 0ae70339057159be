"""Who is asking, in Teams: another tenant by every way in, and conversations that others can read (T-08, T-24)."""

import json
from typing import Any

import pytest

from bot.ports import Address
from storage.records import Partnership, TeamsChat, Workspace
from tests.cast import HOME, OUTSIDE, START
from tests.conversations.test_referral import SAFETY
from tests.making import an_action
from tests.scheduler.fakes import sizes
from tests.surfaces.teams import Teams, coming, executed, filled, message, talk
from tests.world import World

SCHOOL, OUTSIDER = Address(HOME, "school"), Address(OUTSIDE, "school")
POST = "Safeguarding lead, Hollow Oak School"
NOT_LET_IN = "This workspace or organisation has not been let in"
FILE = {"contentType": "application/vnd.microsoft.teams.file.download.info", "name": "x.docx", "content": {}}


def shown(teams: Teams) -> list[str]:
    return [json.dumps(given) for _, _, given in teams.service.calls]


# --- from a tenant that nobody let in ---


def test_a_message_or_the_app_added_from_elsewhere_gets_one_answer_and_leaves_nothing(
    world: World, teams: Teams
) -> None:
    """TRUST.md T-08."""
    reference = an_action(world, POST, "10 June 2026")
    before, told = sizes(world.sessions), len(shown(teams))
    sent = (
        *(message(teams, OUTSIDER, line) for line in ("", "mine", "refer", "join", "link")),
        message(teams, OUTSIDER, "see this", attachments=[FILE]),
        message(teams, OUTSIDER, "", value={"say": f"done {reference} @1"}, replyToId="1"),
        coming(teams, OUTSIDER, "add"),
    )
    for one in sent:
        teams.turn(OUTSIDER, START, lambda: teams.post(one))  # noqa: B023 -- run at once
    assert [NOT_LET_IN in one for one in shown(teams)[told:]] == [True] * len(sent)
    assert sizes(world.sessions) == before


def test_a_form_that_was_opened_here_is_not_gone_on_with_from_elsewhere(world: World, teams: Teams) -> None:
    page = teams.presses(SCHOOL, teams.says(SCHOOL, "help", START), "Refer a child", START)
    press = filled(teams.service.versions[page.form], SAFETY, "on")
    teams.service.messages[talk(OUTSIDER), page.sent_as] = teams.service.messages[talk(SCHOOL), page.sent_as]
    before, told = sizes(world.sessions), len(shown(teams))
    answer = teams.post(executed(teams, OUTSIDER, page, press))
    assert NOT_LET_IN in answer.text
    teams.post(message(teams, OUTSIDER, "", value=press["data"], replyToId=page.sent_as))
    assert [NOT_LET_IN in one for one in shown(teams)[told:]] == [True, True]
    assert sizes(world.sessions) == before


def test_who_was_refused_and_is_let_in_later_is_written_to(world: World, teams: Teams) -> None:
    """Where they are is kept as soon as we may: not only after the server starts again."""
    teams.says(OUTSIDER, "hello", START)
    with world.sessions.begin() as session:
        camden = session.query(Partnership).filter_by(name="Camden").one()
        session.add(Workspace(platform="teams", tenant=OUTSIDE, partnership_id=camden.id))
    assert "I do not know you yet" in teams.says(OUTSIDER, "hello", START)
    with world.sessions() as session:
        assert session.get(TeamsChat, (OUTSIDE, "school"))


# --- where others can read ---

PLACES: dict[str, dict[str, Any]] = {
    "group chat": {"conversationType": "groupChat", "isGroup": True},
    "meeting": {"conversationType": "groupChat"},
    "channel": {"conversationType": "channel", "isGroup": True},
    "not said": {},
    "a personal one of several": {"conversationType": "personal", "isGroup": True},
}


def among_others(place: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    return sent | {"conversation": {"id": "19:several@thread.v2", "tenantId": HOME, **place}}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_in_a_conversation_of_several_everything_gets_one_sentence(
    world: World, teams: Teams, place: dict[str, Any]
) -> None:
    """TRUST.md T-24."""
    reference = an_action(world, POST, "10 June 2026")
    page = teams.presses(SCHOOL, teams.says(SCHOOL, "help", START), "Refer a child", START)
    press = filled(teams.service.versions[page.form], SAFETY, "on")
    before, told = sizes(world.sessions), len(shown(teams))
    sent = (
        *(message(teams, SCHOOL, line) for line in ("mine", f"done {reference}", "refer", "help", "all done")),
        message(teams, SCHOOL, "see this", attachments=[FILE]),
        *(message(teams, SCHOOL, "", value=value) for value in ({"say": f"done {reference} @1"}, {"other": "app"})),
        message(teams, SCHOOL, "", value=press["data"], replyToId=page.sent_as),
    )
    for one in sent:
        teams.post(among_others(place, one))
    answers = [given for _, _, given in teams.service.calls][told:]
    assert len({json.dumps(given["attachments"]) for given in answers}) == 1
    assert ["I only answer that in private" in given["text"] for given in answers] == [True] * len(sent)
    assert teams.post(among_others(place, executed(teams, SCHOOL, page, press))).content == b""
    assert sizes(world.sessions) | {"heard": 0} == before | {"heard": 0}
    assert "Safety first" in teams.submits(SCHOOL, page, {}, "on", START)


@pytest.mark.parametrize("place", [*PLACES.values(), {"conversationType": "personal"}], ids=[*PLACES, "personal"])
@pytest.mark.parametrize(
    "changed", [{"from": {"id": "29:anonymous"}}, {"channelData": {"tenant": {"id": OUTSIDE}}}], ids=["no id", "two"]
)
def test_nobody_in_particular_gets_nothing_anywhere(
    world: World, teams: Teams, place: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Guests of a meeting without an account, and tenants that disagree.  TRUST.md T-24."""
    before = sizes(world.sessions)
    for sent in (message(teams, SCHOOL, "mine"), message(teams, SCHOOL, "", value={"say": "mine"})):
        teams.post(among_others(place, sent | changed))
    assert shown(teams) == []
    assert sizes(world.sessions) == before
