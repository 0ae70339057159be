"""What Slack sends besides transcripts: again, too late, from elsewhere, in odd shapes, and where others read."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.ports import Address
from storage.records import Action, ActionState, Heard, Posted
from tests.cast import HOME, OUTSIDE, START
from tests.loopback import LOST
from tests.making import an_action
from tests.surfaces.slack import FORM, JSON, Slack, message_event, pressed
from tests.world import World

SCHOOL, STRANGER = Address(HOME, "school"), Address(HOME, "stranger")
BUSY = (429, {"Retry-After": "7"}, {"ok": False, "error": "ratelimited"})


def says(slack: Slack, event: dict[str, Any], who: Address = SCHOOL, status: int = 200) -> None:
    slack.turn(who, START, lambda: slack.event(event, status))


def posts(slack: Slack) -> list[dict[str, Any]]:
    return [given for method, given in slack.workspace.calls if method == "chat.postMessage"]


# --- again ---


def test_an_event_sent_again_has_one_effect_and_one_answer(world: World, slack: Slack) -> None:
    """TRUST.md T-10."""
    reference = an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    event = message_event(slack, SCHOOL, "done")
    says(slack, event)
    before = len(posts(slack))
    slack.event(event, headers={"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})
    assert len(posts(slack)) == before
    with world.sessions() as session:
        action = session.query(Action).filter_by(reference=reference).one()
        assert (action.state, action.version) == (ActionState.DONE_CLAIMED, 2)
        assert session.query(Heard).filter(Heard.request == event["event_id"]).count() == 1


@pytest.mark.parametrize("trouble", [BUSY, LOST, (500, {}, {"ok": False, "error": "internal_error"})])
def test_an_answer_that_was_lost_is_given_when_slack_asks_again(slack: Slack, trouble: Any) -> None:
    slack.workspace.next["chat.postMessage"] = [trouble]
    event = message_event(slack, SCHOOL, "help")
    slack.event(event, 503)
    assert slack.hears(SCHOOL) == []
    slack.event(event, headers={"X-Slack-Retry-Num": "1"})
    (answer,) = slack.hears(SCHOOL)
    assert "What I can do" in answer


def test_an_answer_whose_receipt_was_lost_is_not_given_twice(slack: Slack) -> None:
    slack.workspace.lose = {"chat.postMessage"}
    event = message_event(slack, SCHOOL, "help")
    slack.event(event, 503)
    slack.workspace.lose = set()
    slack.event(event, headers={"X-Slack-Retry-Num": "1"})
    assert len(slack.hears(SCHOOL)) == 1


def test_somebody_who_cannot_be_written_to_is_not_asked_again(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    slack.workspace.next["chat.postMessage"] = [(200, {}, {"ok": False, "error": "messages_tab_disabled"})]
    event = message_event(slack, SCHOOL, "help")
    slack.event(event)
    assert [record.message for record in caplog.records][-1:] == ["an answer in Slack was not shown: Refused"]


# --- what is to be taken out of chat some day ---


def test_what_only_its_reader_sees_vanishes_by_itself(world: World, slack: Slack) -> None:
    """Slack lets nobody change it: it is in no ledger, and nobody is told that it was not removed."""
    help_ = slack.slash(SCHOOL, "help", START)
    slack.slash(SCHOOL, "mine", START)
    slack.presses(SCHOOL, help_, "What I have open", START)
    with world.sessions() as session:
        assert session.query(Posted).count() == 0
    shown = slack.says(SCHOOL, "mine", START)
    with world.sessions() as session:
        assert [one.sent_as for one in session.query(Posted)] == [shown.sent_as]


def test_details_whose_receipt_was_lost_are_in_the_ledger_when_they_are_found(world: World, slack: Slack) -> None:
    slack.workspace.lose = {"chat.postMessage"}
    event = message_event(slack, SCHOOL, "mine")
    slack.event(event, 503)
    slack.workspace.lose = set()
    slack.event(event, headers={"X-Slack-Retry-Num": "1"})
    with world.sessions() as session:
        assert session.query(Posted).count() == len(slack.hears(SCHOOL)) == 1


# --- too late ---


def test_a_form_that_opens_too_late_is_offered_in_words(slack: Slack) -> None:
    help_ = slack.says(SCHOOL, "help", START)
    slack.workspace.next["views.open"] = [(200, {}, {"ok": False, "error": "expired_trigger_id"})]
    late = slack.presses(SCHOOL, help_, "Refer a child", START)
    assert "the form did not open in time" in late
    assert "Safety first" in slack.presses(SCHOOL, late, "Open the form", START)


def test_a_form_that_was_opened_before_is_not_offered_again(slack: Slack) -> None:
    help_ = slack.says(SCHOOL, "help", START)
    slack.workspace.next["views.open"] = [(200, {}, {"ok": False, "error": "exchanged_trigger_id"})]
    slack.interaction(SCHOOL, pressed(slack._message(SCHOOL, help_.sent_as), "", "refer"))
    assert slack.hears(SCHOOL) == []


@pytest.mark.parametrize("trouble", [BUSY, LOST, (200, {}, {"ok": False, "error": "cant_update_message"})])
def test_a_press_is_answered_the_other_way_if_the_first_fails(world: World, slack: Slack, trouble: Any) -> None:
    an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    world.tick()
    sam = world.person("school")
    given = sam.hears_one()
    slack.workspace.next["chat.update"] = [trouble]
    assert "Marked as done" in sam.presses("Done", on=given)
    assert slack.workspace.calls[-1][0] == "response_url"


def test_both_ways_lost_is_logged_without_what_was_said(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    help_ = slack.says(SCHOOL, "help", START)
    slack.workspace.next["chat.postMessage"] = [LOST]
    payload = pressed({**slack._message(SCHOOL, help_.sent_as), "response_url": "https://evil.example/"}, "", "mine")
    slack.interaction(SCHOOL, payload)
    assert [record.message for record in caplog.records] == ["an answer in Slack was not shown: Undeliverable"]


# --- where others read ---


def test_a_slash_command_is_answered_to_its_sender_alone(slack: Slack) -> None:
    assert "What I can do" in slack.slash(SCHOOL, "help", START)
    assert "What I can do" in slack.slash(SCHOOL, "", START)
    assert "Safety first" in slack.slash(SCHOOL, "refer", START)
    assert posts(slack) == []


def test_a_slash_command_whose_form_does_not_open_is_answered_in_words(slack: Slack) -> None:
    slack.workspace.next["views.open"] = [(200, {}, {"ok": False, "error": "expired_trigger_id"})]
    late = slack.slash(SCHOOL, "refer", START)
    assert "did not open in time" in late
    assert "Safety first" in slack.presses(SCHOOL, late, "Open the form", START)


def test_in_a_channel_nothing_private_is_said(world: World, slack: Slack) -> None:
    an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    before = len(slack.workspace.calls)
    more = {"type": "app_mention", "channel": "C1", "channel_type": "channel"}
    for text in ("mine", "done", "refer", "transfer T-22222"):
        event = message_event(slack, SCHOOL, "", **more)
        event["event"]["text"] = f"<@BOT> {text}"
        says(slack, event)
    calls = slack.workspace.calls[before:]
    assert [method for method, _ in calls] == ["chat.postEphemeral"] * 4
    assert all(given["user"] == "school" and "I only answer that in private" in given["text"] for _, given in calls)


def test_a_hidden_card_is_answered_where_it_is(slack: Slack) -> None:
    help_ = slack.slash(SCHOOL, "help", START)
    assert "You have nothing open" in slack.presses(SCHOOL, help_, "What I have open", START)
    assert posts(slack) == []


@pytest.mark.parametrize(
    "more",
    [
        {"channel_type": "channel", "channel": "C1"},
        {"channel_type": "mpim", "channel": "G1"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"bot_id": "B1"},
        {"type": "app_mention"},
    ],
)
def test_what_was_not_said_to_the_bot_is_left_alone(slack: Slack, more: dict[str, Any]) -> None:
    slack.event(message_event(slack, SCHOOL, "help", **more))
    assert slack.workspace.calls == []


# --- from elsewhere ---


def test_who_presses_is_who_acts(slack: Slack) -> None:
    """TRUST.md T-25."""
    sam = slack.says(SCHOOL, "help", START)
    slack.workspace.messages[sam.sent_as]["channel"] = "C1"
    assert "I do not know you yet" in slack.presses(STRANGER, sam, "What I have open", START)


def test_nobody_is_an_empty_answer(slack: Slack) -> None:
    """Slack does not say who acts in some shared channels: then nobody does.  TRUST.md T-23."""
    event = message_event(slack, Address(OUTSIDE, "stranger"), "help")
    del event["event"]["user_team"]
    del event["event"]["team"]
    slack.event(event)
    assert slack.workspace.calls == []


# --- odd shapes ---


@pytest.mark.parametrize(
    "body",
    [
        *("", "{}", "[]", "null", "1", '"x"', "{", "\ufffd", "payload=", "payload=%7B", "payload=null", "payload=[]"),
        *('{"type": "event_callback"}', '{"type": "event_callback", "event": null}', "ssl_check=1&token=x"),
        *('{"type": "event_callback", "event": {"type": "message"}}', '{"type": "url_verification"}'),
        *('{"type": "event_callback", "event": {"type": "message", "user": 7, "text": {}}}', "command=/other"),
        *('{"type": "event_callback", "event": {"type": "team_join", "user": {"id": "U1"}}}', "command=%2Fmace"),
        "[" * 100_000,
        '{"type": "event_callback", "event": {"type": "message", "channel_type": "im", "user": "U1", "team": []}}',
    ],
)
def test_every_odd_shape_is_taken(slack: Slack, body: str) -> None:
    for content_type in (JSON, FORM, "text/plain"):
        slack.post(body, content_type)


@pytest.mark.parametrize(
    "payload",
    [
        *({}, {"type": "block_actions"}, {"type": "block_actions", "actions": []}, {"type": "view_submission"}),
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "say:0", "block_id": "b"}]},
        {"type": "block_actions", "actions": [{"type": "button", "action_id": "go:x", "block_id": "b", "value": "x"}]},
        {"type": "block_actions", "actions": [{"type": "radio_buttons", "action_id": "answer", "block_id": "danger"}]},
        {"type": "view_submission", "view": {"callback_id": "form", "type": "modal"}},
        {"type": "view_closed", "view": {"callback_id": "form", "type": "modal"}},
        {"type": "view_submission", "view": {"callback_id": "form", "private_metadata": "9" * 40, "type": "modal"}},
        {"type": "view_submission", "view": {"callback_id": "form", "private_metadata": "x", "state": {"values": []}}},
        {"type": "view_submission", "view": {"callback_id": "form", "private_metadata": "1", "blocks": [None, 3]}},
        {"type": "view_submission", "view": {"callback_id": "form", "state": {"values": {"danger": {"answer": None}}}}},
        *({"type": kind, "callback_id": "x"} for kind in ("shortcut", "message_action", "block_suggestion", "new")),
    ],
)
def test_every_odd_interaction_is_taken(slack: Slack, payload: dict[str, Any]) -> None:
    slack.interaction(SCHOOL, payload)
    slack.post(urlencode({"payload": json.dumps(payload)}), FORM)


def test_a_file_is_not_taken(slack: Slack) -> None:
    """TRUST.md T-69."""
    event = message_event(slack, SCHOOL, "see this", subtype="file_share", files=[{"id": "F1"}])
    says(slack, event)
    assert posts(slack)[-1]["text"].startswith("I cannot take files here") or "I cannot take files" in str(posts(slack))


@pytest.mark.parametrize(
    "clip",
    [{"subtype": "slack_audio", "mimetype": "video/mp4"}, {"subtype": "slack_audio"}, {"mimetype": "audio/webm"}],
)
def test_a_recording_gets_a_sentence_on_how_to_dictate(slack: Slack, clip: dict[str, str]) -> None:
    says(slack, message_event(slack, SCHOOL, "", subtype="file_share", files=[{"id": "F1", **clip}]))
    assert "Press the microphone on your keyboard and speak" in str(posts(slack)[-1])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<https://x.example/y|x.example/y>", "x.example/y"),
        ("<https://x.example>", "https://x.example"),
        ("<!channel> <@U1|Sam> <#C1|general>", "@channel @Sam #general"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
    ],
)
def test_a_line_is_what_its_writer_saw(slack: Slack, sent: str, shown: str) -> None:
    from integrations.slack.reading import line_of

    assert line_of(sent) == shown
