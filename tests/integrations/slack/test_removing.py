"""A workspace removes the app: its token is forgotten, what is owed there is told, and it can be added again."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.kit.messages import Message, Paragraph
from bot.ports import Address, CannotTell
from storage.database import Sessions
from storage.records import AuditEntry, Delivery, DeliveryState
from tests.cast import HOME, START
from tests.loopback import LOST, Answer
from tests.making import an_action
from tests.surfaces.slack import message_event
from tests.surfaces.slack_directory import Installed
from tests.surfaces.slack_many import SECOND, ManySlacks, installed, lets_in, works_in
from tests.world import World

SCHOOL = Address(HOME, "school")
MESSAGE = Message("A word.", (Paragraph("A word for you."),))
UNINSTALLED: dict[str, Any] = {"type": "app_uninstalled"}
REVOKED: dict[str, Any] = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U1"]}}
BUSY: Answer = (429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited"})


def told(many: ManySlacks, event: dict[str, Any], team: str, status: int = 200, **about: Any) -> None:
    ids = {"team_id": team, "api_app_id": "A1", "event_id": f"Ev{next(many.numbers)}", "event_time": 1}
    many.event({"type": "event_callback", "event": event, **ids, **about}, status)


@pytest.fixture
def both(many: ManySlacks, sessions: Sessions) -> dict[str, str]:
    """Their tokens."""
    lets_in(sessions, SECOND)
    for team in (HOME, SECOND):
        many.installs(Installed(team, rotates=True))
    return installed(sessions)


@pytest.mark.parametrize("event", [UNINSTALLED, REVOKED], ids=["uninstalled", "revoked"])
def test_its_token_is_forgotten_and_no_other(
    many: ManySlacks, sessions: Sessions, both: dict[str, str], event: dict[str, Any]
) -> None:
    many.directory.ends(SECOND)
    told(many, event, SECOND)
    assert installed(sessions) == {HOME: both[HOME], SECOND: ""}
    told(many, event, SECOND)
    with sessions() as session:
        noted = session.scalars(select(AuditEntry.about).where(AuditEntry.what == "removed from Slack")).all()
    assert noted == [SECOND]


@pytest.mark.parametrize("event", [UNINSTALLED, REVOKED], ids=["uninstalled", "revoked"])
def test_what_is_not_so_changes_nothing(
    many: ManySlacks, sessions: Sessions, both: dict[str, str], event: dict[str, Any]
) -> None:
    """Slack says it late: the app may have been added again meanwhile; or one old token of several has ended."""
    told(many, event, SECOND)
    assert installed(sessions) == both


@pytest.mark.parametrize("answer", [BUSY, LOST])
def test_slack_is_asked_again_what_it_could_not_say(
    many: ManySlacks, sessions: Sessions, both: dict[str, str], answer: Answer
) -> None:
    many.directory.ends(SECOND)
    many.directory.next["auth.test"] = [answer]
    told(many, UNINSTALLED, SECOND, 503)
    assert installed(sessions) == both
    told(many, UNINSTALLED, SECOND)
    assert installed(sessions)[SECOND] == ""


def test_a_token_that_has_run_out_is_not_a_sign(many: ManySlacks, sessions: Sessions, both: dict[str, str]) -> None:
    many.at += timedelta(hours=13)
    many.directory.half_a_day_passes()
    told(many, UNINSTALLED, SECOND)
    assert installed(sessions)[SECOND] == many.token()
    many.at += timedelta(hours=13)
    many.directory.half_a_day_passes()
    many.directory.ends(SECOND)
    told(many, UNINSTALLED, SECOND)
    assert installed(sessions)[SECOND] == ""


def test_an_organisation_removes_it(many: ManySlacks, sessions: Sessions) -> None:
    lets_in(sessions, "E1")
    many.installs(Installed(HOME, "E1", org_wide=True))
    about: dict[str, Any] = {"enterprise_id": "E1", "is_enterprise_install": True}
    told(many, UNINSTALLED, HOME, **about)
    assert installed(sessions) == {"E1": many.token()}
    many.directory.ends("E1")
    told(many, UNINSTALLED, HOME, **about)
    assert installed(sessions) == {"E1": ""}


def test_a_reminder_that_is_owed_there_is_told_to_the_coordinator(
    many: ManySlacks, many_world: World, sessions: Sessions, both: dict[str, str]
) -> None:
    works_in(sessions, "school", SECOND)
    an_action(many_world, "Safeguarding lead, Hollow Oak School", "11 June 2026")
    many_world.tick()
    many.directory.ends(SECOND)
    told(many, UNINSTALLED, SECOND)
    many_world.now = many.at = START + timedelta(days=1)
    many_world.tick()
    with sessions() as session:
        (lost,) = session.query(Delivery).filter_by(state=DeliveryState.FAILED).all()
    assert lost.reason == "the app has been removed from their Slack"
    cal = many_world.person("coordinator")
    many_world.tick()
    assert "did not reach somebody" in cal.hears()[-1]
    assert "the app has been removed from their Slack" in cal.says("not sent")


def test_a_workspace_that_removed_it_is_noticed_though_slack_never_said_so(
    many: ManySlacks, many_world: World, sessions: Sessions, both: dict[str, str]
) -> None:
    """Its own token is asked."""
    works_in(sessions, "school", SECOND)
    an_action(many_world, "Safeguarding lead, Hollow Oak School", "11 June 2026")
    many.directory.ends(SECOND)
    many_world.tick()
    assert installed(sessions) == {HOME: both[HOME], SECOND: ""}
    many_world.now = many.at = START + timedelta(minutes=10)
    many_world.tick()
    with sessions() as session:
        (lost,) = session.query(Delivery).filter_by(state=DeliveryState.FAILED).all()
    assert lost.reason == "the app has been removed from their Slack"


def test_it_is_added_again(many: ManySlacks, many_world: World, sessions: Sessions, both: dict[str, str]) -> None:
    many.directory.ends(HOME)
    told(many, UNINSTALLED, HOME)
    many.installs(Installed(HOME))
    assert "You have nothing open" in many_world.person("school").says("mine")
    assert installed(sessions)[HOME] == many.token()


def test_added_again_it_looks_for_its_conversations_anew(many: ManySlacks, both: dict[str, str]) -> None:
    """Slack may have made another bot user, whose conversations are others."""
    for minutes in (0, 1):
        many.at += timedelta(minutes=minutes)
        many.installs(Installed(HOME))
        asyncio.run(many.platform.send(SCHOOL, MESSAGE, f"{minutes}"))
    assert [method for method, _ in many.workspace.calls].count("conversations.open") == 2


def test_an_organisation_and_a_workspace_of_it_end_apart(many: ManySlacks, sessions: Sessions) -> None:
    lets_in(sessions, "E1")
    for org_wide in (False, True):
        many.installs(Installed(HOME, "E1", org_wide, rotates=True))
    many.at += timedelta(hours=13)
    many.directory.half_a_day_passes()
    told(many, UNINSTALLED, HOME, enterprise_id="E1")
    assert all(installed(sessions).values())
    many.directory.ends("E1")
    told(many, UNINSTALLED, HOME, enterprise_id="E1")
    assert {tenant: bool(token) for tenant, token in installed(sessions).items()} == {HOME: True, "E1": False}


def test_whether_something_arrived_there_cannot_be_told_any_more(many: ManySlacks, both: dict[str, str]) -> None:
    sent_as = asyncio.run(many.platform.send(SCHOOL, MESSAGE, "key"))
    assert asyncio.run(many.platform.find(SCHOOL, "key", START)) == sent_as
    many.directory.ends(HOME)
    told(many, UNINSTALLED, HOME)
    with pytest.raises(CannotTell):
        asyncio.run(many.platform.find(SCHOOL, "key", START))


def test_what_comes_from_a_slack_without_the_app_leads_nowhere(
    many: ManySlacks, sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    assert many.event(message_event(many, SCHOOL, "mine")).text == ""
    assert not many.directory.calls
    assert not many.directory.spoke
    assert "from a workspace that the app is not installed in" in caplog.text
    with sessions() as session:
        assert session.query(Delivery).count() == 0
