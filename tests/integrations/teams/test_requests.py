"""What Teams sends besides transcripts: again, from elsewhere, in odd shapes, quoted, and where others read."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from bot.ports import Address
from storage.levels import unsealed
from storage.records import Account, Action, ActionState, Heard, Proposal, TeamsChat
from tests.cast import HOME, OUTSIDE, START
from tests.conversations.test_referral import SAFETY
from tests.loopback import LOST
from tests.making import an_action
from tests.surfaces import Heard as Shown
from tests.surfaces.teams import Teams, activity, coming, executed, filled, message, talk
from tests.world import World

SCHOOL, STRANGER = Address(HOME, "school"), Address(HOME, "stranger")
POST = "Safeguarding lead, Hollow Oak School"
BUSY = (429, {"Retry-After": "0"}, {"error": {"code": "Throttled"}})


def posts(teams: Teams) -> list[dict[str, Any]]:
    return [given for method, _, given in teams.service.calls if method == "POST"]


def channel(teams: Teams, who: Address = SCHOOL, **more: Any) -> dict[str, Any]:
    place = {"id": "19:channel@thread.tacv2", "conversationType": "channel", "isGroup": True, "tenantId": who.tenant}
    return activity(teams, who, "message", **{"text": "<at>MACE bot</at> mine", "conversation": place, **more})


# --- again ---


def test_an_activity_sent_again_has_one_effect_and_one_answer(world: World, teams: Teams) -> None:
    """TRUST.md T-10."""
    reference = an_action(world, POST, "10 June 2026")
    said = message(teams, SCHOOL, "done")
    teams.turn(SCHOOL, START, lambda: teams.post(said))
    teams.post(said)
    assert teams.hears(SCHOOL) == []
    with world.sessions() as session:
        action = session.query(Action).filter_by(reference=reference).one()
        assert (action.state, action.version) == (ActionState.DONE_CLAIMED, 2)


def test_the_same_id_in_another_chat_is_another_request(world: World, teams: Teams) -> None:
    teams.post(message(teams, SCHOOL, "help", id="f:1"))
    assert "phone 999" in teams.turn(STRANGER, START, lambda: teams.post(message(teams, STRANGER, "hello", id="f:1")))
    with world.sessions() as session:
        assert session.query(Heard).count() == 2


def test_an_answer_that_did_not_arrive_is_given_when_it_is_sent_again(world: World, teams: Teams) -> None:
    an_action(world, POST, "10 June 2026")
    said = message(teams, SCHOOL, "done")
    teams.service.next = [(500, {}, {})]
    teams.post(said)
    assert teams.hears(SCHOOL) == []
    assert "Marked as done" in teams.turn(SCHOOL, START, lambda: teams.post(said))
    with world.sessions() as session:
        assert session.query(Action).one().version == 2


# --- answers that do not arrive ---


def test_an_answer_waits_while_teams_is_busy(teams: Teams) -> None:
    teams.service.next = [BUSY]
    assert "What I can do" in teams.says(SCHOOL, "help", START)


@pytest.mark.parametrize("answers", [[BUSY, BUSY], [LOST], [(403, {}, {"error": {"code": "MessageWritesBlocked"}})]])
def test_an_answer_that_is_lost_is_written_down(teams: Teams, caplog: pytest.LogCaptureFixture, answers: Any) -> None:
    teams.service.next = list(answers)
    teams.post(message(teams, SCHOOL, "help"))
    assert teams.hears(SCHOOL) == []
    assert caplog.records[-1].message.startswith("an answer in Teams did not arrive")


def test_a_press_on_a_message_that_is_gone_is_answered_below(world: World, teams: Teams) -> None:
    an_action(world, POST, "10 June 2026")
    world.tick()
    (given,) = teams.hears(SCHOOL)
    del teams.service.messages[talk(SCHOOL), given.sent_as]
    assert "Marked as done" in teams.presses(SCHOOL, given, "Done", START)
    assert teams.service.calls[-1][0] == "POST"


def test_a_press_replaces_the_card_that_was_pressed(world: World, teams: Teams) -> None:
    an_action(world, POST, "10 June 2026")
    world.tick()
    (given,) = teams.hears(SCHOOL)
    done = teams.presses(SCHOOL, given, "Done", START)
    assert done.sent_as == given.sent_as
    method, _, sent = teams.service.calls[-1]
    assert (method, sent["summary"].startswith(sent["text"])) == ("PUT", True)


# --- replies to a message ---


@pytest.mark.parametrize("how", ["thread", "entity", "html"])
def test_a_line_can_be_about_the_message_it_answers(world: World, teams: Teams, how: str) -> None:
    first, _ = (an_action(world, POST, day) for day in ("10 June 2026", "11 June 2026"))
    world.tick()
    letters = teams.hears(SCHOOL)
    which = next(one for one in letters if first in one)
    assert "Which" in teams.says(SCHOOL, "done, all set up", START)
    quote = f'<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="{which.sent_as}">x</blockquote>'
    ways: dict[str, dict[str, Any]] = {
        "thread": {"replyToId": which.sent_as},
        "entity": {"entities": [{"type": "quotedReply", "quotedReply": {"messageId": which.sent_as}}]},
        "html": {"attachments": [{"contentType": "text/html", "content": f"{quote}<p>done</p>"}]},
    }
    sent = message(teams, SCHOOL, "done, all set up", **ways[how])
    asked = teams.turn(SCHOOL, START, lambda: teams.post(sent))
    assert first in asked.line(next(iter(asked.buttons))) or first in asked.text


# --- coming and going ---


def test_who_adds_the_app_reads_what_it_can_do(teams: Teams) -> None:
    (greeting,) = teams.adds(SCHOOL)
    assert "What I can do" in greeting
    (greeting,) = teams.adds(STRANGER)
    assert "I do not know you yet" in greeting
    teams.post(coming(teams, SCHOOL, "add-upgrade"))
    assert teams.hears(SCHOOL) == []


def test_who_removes_it_is_no_longer_written_to_and_the_coordinator_reads_why(world: World, teams: Teams) -> None:
    teams.adds(SCHOOL)
    an_action(world, POST, "10 June 2026")
    teams.post(coming(teams, SCHOOL, "remove"))
    world.tick()
    world.moves_on(minutes=1)
    assert teams.hears(SCHOOL) == []
    told = world.person("coordinator").hears()
    assert any("not" in one.text for one in told)
    assert "they have not added the app in Teams" in world.person("coordinator").says("not sent")
    teams.adds(SCHOOL)
    assert "Camden" in world.person("school").says("mine")


def test_where_they_are_written_to_is_what_teams_said_last(world: World, teams: Teams) -> None:
    teams.says(SCHOOL, "help", START)
    moved = {"id": "a:moved", "conversationType": "personal", "tenantId": HOME}
    teams.post(message(teams, SCHOOL, "help", conversation=moved))
    with world.sessions() as session:
        assert session.get_one(TeamsChat, (HOME, "school")).conversation == "a:moved"


def test_what_was_said_is_heard_even_if_where_could_not_be_kept(world: World, teams: Teams) -> None:
    with world.sessions.begin() as session:
        session.execute(text("DROP TABLE teams_chat"))
    assert "What I can do" in teams.says(SCHOOL, "help", START)


# --- where others read, and from elsewhere ---


def test_in_a_channel_only_the_person_who_asked_reads_that_it_is_private(teams: Teams) -> None:
    teams.post(channel(teams))
    (given,) = posts(teams)
    assert "private" in given["summary"]
    assert (given["recipient"]["id"], given["recipient"]["isTargeted"]) == ("29:school", True)
    assert "Camden" not in json.dumps(given)


def test_a_client_that_cannot_say_it_to_one_says_it_to_all(teams: Teams) -> None:
    teams.service.next = [(400, {}, {"error": {"code": "BadArgument"}})]
    teams.post(channel(teams))
    refused, given = posts(teams)
    assert "recipient" in refused
    assert "recipient" not in given


def test_a_press_in_a_channel_does_nothing_there(world: World, teams: Teams) -> None:
    """TRUST.md T-28."""
    reference = an_action(world, POST, "10 June 2026")
    teams.post(channel(teams, text="", value={"say": f"done {reference} @1"}))
    teams.post(channel(teams, text="", value={"mace": {"form": 1, "page": "x", "go": "on"}}))
    with world.sessions() as session:
        assert session.query(Action).one().state is ActionState.OPEN


@pytest.mark.parametrize(
    "changed",
    [
        {"from": {"id": "29:anonymous"}},
        {"channelData": {"tenant": {"id": OUTSIDE}}},
        {"conversation": {"id": "a:x", "conversationType": "personal", "tenantId": OUTSIDE}},
        {"conversation": {"id": "../../evil", "conversationType": "personal", "tenantId": HOME}},
    ],
    ids=["no object id", "two tenants", "two tenants the other way", "an odd conversation"],
)
def test_who_cannot_be_told_apart_is_not_heard(world: World, teams: Teams, changed: dict[str, Any]) -> None:
    """TRUST.md T-24."""
    with world.sessions() as session:
        before = session.query(Account).count()
    teams.post(message(teams, STRANGER, "help", **changed))
    assert teams.service.calls == []
    with world.sessions() as session:
        assert session.query(Account).count() == before


# --- odd shapes ---


INVOKE = {"name": "adaptiveCard/action", "replyToId": "1"}
ODD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("message", {"text": None}),
    ("message", {"text": 7}),
    ("message", {"value": []}),
    ("message", {"value": {"say": 7}}),
    ("message", {"value": {"mace": {"form": "1", "page": "x", "go": "on"}}}),
    ("message", {"value": {"mace": {"form": 10**30, "page": "x", "go": "on"}}}),
    ("message", {"value": {"mace": {"form": 1, "page": "x", "go": "drop table"}}}),
    ("message", {"entities": [{"type": "quotedReply"}]}),
    ("message", {"from": None}),
    ("message", {"conversation": {}}),
    ("message", {"attachments": [{"contentType": "text/html", "content": {"x": 1}}]}),
    ("messageUpdate", {}),
    ("messageReaction", {"reactionsAdded": [{"type": "like"}]}),
    ("typing", {}),
    ("event", {"name": "application/vnd.microsoft.readReceipt", "value": {}}),
    ("conversationUpdate", {"membersAdded": [{"id": f"28:{'x' * 40}"}]}),
    ("installationUpdate", {"action": "something-new"}),
    ("somethingNew", {}),
    ("invoke", {}),
    ("invoke", {"name": "task/fetch", "value": {}}),
    ("invoke", {"name": "something/new"}),
    ("invoke", INVOKE),
    ("invoke", INVOKE | {"value": {"action": {"type": "Action.Execute"}}}),
    ("invoke", INVOKE | {"value": {"action": {"type": "Action.Execute", "data": {}}, "trigger": "automatic"}}),
    ("invoke", INVOKE | {"value": {"action": {"type": "Action.Execute", "data": {"mace": {"form": True}}}}}),
)


@pytest.mark.parametrize(("kind", "more"), ODD, ids=str)
def test_every_signed_shape_is_answered_200(
    teams: Teams, caplog: pytest.LogCaptureFixture, kind: str, more: dict[str, Any]
) -> None:
    canary = {"text": "Zebra Canaryname"} if kind == "message" and "text" not in more else {}
    teams.post(activity(teams, SCHOOL, kind, **canary, **more))
    assert "Canary" not in caplog.text
    assert "What I can do" in teams.turn(SCHOOL, START, lambda: teams.post(message(teams, SCHOOL, "help")))


def test_a_refresh_that_nobody_pressed_changes_nothing(teams: Teams) -> None:
    page = teams.presses(SCHOOL, teams.says(SCHOOL, "help", START), "Refer a child", START)
    press = executed(teams, SCHOOL, page, filled(teams.service.versions[page.form], SAFETY, "on"))
    calls = len(teams.service.calls)
    press["value"]["trigger"] = "automatic"
    assert teams.post(press).content == b""
    assert len(teams.service.calls) == calls


def test_a_button_of_another_app_gets_a_sentence(teams: Teams) -> None:
    said = message(teams, SCHOOL, "", value={"other": "app"}, replyToId="1")
    assert "I do not know this button" in teams.turn(SCHOOL, START, lambda: teams.post(said))


def test_a_file_is_not_taken(teams: Teams) -> None:
    """TRUST.md T-69."""
    file = {"contentType": "application/vnd.microsoft.teams.file.download.info", "name": "x.docx", "content": {}}
    said = message(teams, SCHOOL, "here it is", attachments=[file])
    answer: Shown = teams.turn(SCHOOL, START, lambda: teams.post(said))
    assert "I cannot take files here" in answer


@pytest.mark.parametrize("kind", ["application/vnd.microsoft.card.audio", "audio/mp4"])
def test_a_recording_gets_a_sentence_on_how_to_dictate(teams: Teams, kind: str) -> None:
    spoken = {"contentType": kind, "content": {"duration": "PT13S"}}
    said = message(teams, SCHOOL, "", attachments=[spoken])
    answer: Shown = teams.turn(SCHOOL, START, lambda: teams.post(said))
    assert "Press the microphone on your keyboard and speak" in answer


def test_what_was_typed_arrives_as_the_characters_that_were_seen(world: World, teams: Teams) -> None:
    an_action(world, POST, "10 June 2026")
    teams.says(SCHOOL, "done, Tom & <b>co</b> 🤔", START)
    with world.sessions() as session:
        note = session.query(Proposal).one().note
        assert note is not None
        assert unsealed(note) == "Tom & <b>co</b> 🤔"
