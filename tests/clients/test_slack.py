"""The running bot in a Slack that somebody else wrote: what is kept there is what we meant to say."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.kit.references import find_reference
from storage.levels import unsealed
from storage.records import Action, ActionState, Referral
from tests.browsing import SCREENSHOTS, a_browser
from tests.clients.node import eventually
from tests.clients.slack_person import read, read_message
from tests.clients.slack_shim import LOST, SILENT, Busy
from tests.clients.slack_stage import Stage, stage_in
from tests.conversations.test_cases import codeword
from tests.conversations.test_referral import AROUND, CHILD, EVENT, HELP, SAFETY, WORRY, YOU
from tests.surfaces import Heard


@pytest.fixture
def stage(tmp_path: Path, sqlite_url: str) -> Iterator[Stage]:
    with stage_in(tmp_path, sqlite_url) as stage:
        yield stage


# --- a form -----------------------------------------------------------------------------------------------------------


def test_a_referral_in_a_modal_and_its_receipt_in_the_conversation(stage: Stage) -> None:
    stage.start()
    ann = stage.person("charity")
    assert ann.says_command("refer") == {}
    view = stage.opened()
    assert read(view).text == "Refer a child\nSafety first"
    assert "Safety first" in stage.slack.keeps(view)
    view = ann.submits(ann.submits(view, **SAFETY), **YOU)
    assert ann.submits_wrongly(view, **CHILD | {"born": "soon"}) == {
        "born": "Enter a date of birth, like 14 May 2011, or an age, like 15"
    }
    for page in (CHILD, AROUND, {"worries": ["criminal"]}, WORRY, EVENT, HELP):
        view = ann.submits(view, **page)
    assert read(view).answered["home"] == "In foster care"

    ended = ann.submits(view)
    assert "Referral sent" in stage.slack.keeps(ended)
    (receipt,) = stage.slack.messages("charity")
    assert "Sent to: Camden MACE coordinator" in read_message(receipt)
    assert "Canary" not in json.dumps(receipt)
    with stage.sessions() as session:
        assert unsealed(session.query(Referral).one().answers)["born"] == "2011-05-14"


def test_a_modal_follows_what_is_chosen_in_it_and_goes_back(stage: Stage) -> None:
    stage.start()
    ann = stage.person("charity")
    ann.says_command("refer")
    view = stage.opened()
    more = ann.chooses(view, danger="yes, reported")
    assert list(read(more).questions) == ["danger", "reported_as", "borough"]
    assert "Safety first" in stage.slack.keeps(more)
    view = ann.chooses(more, danger="no")
    assert list(read(view).questions) == ["danger", "borough"]

    back = ann.goes(ann.submits(view, **SAFETY), "back")
    assert read(back).values["danger"] == "no"
    assert "Safety first" in stage.slack.keeps(back)


def test_a_form_that_slack_does_not_open_in_time_is_offered_in_the_answer(stage: Stage) -> None:
    stage.start()
    sam = stage.person("school")
    stage.shim.next["views.open"] = [SILENT]
    late = sam.says_command("refer")
    assert late["response_type"] == "ephemeral"
    assert "the form did not open in time" in read_message(late | {"ts": ""})
    sam.presses("Open the form", late, hidden=True)
    assert "Safety first" in read(stage.opened())


def test_a_form_that_was_asked_for_too_late_is_offered_in_the_conversation(stage: Stage) -> None:
    stage.start()
    sam = stage.person("school")
    sam.sends(sam.writes("help"))
    _, help_ = stage.slack.messages("school")
    sam.trigger = stage.slack.expired_trigger("school")
    sam.presses("Refer a child", help_)
    assert stage.shim.called("views.open")[-1].answer == {"ok": False, "error": "expired_trigger_id"}
    *_, late = stage.slack.messages("school")
    assert "the form did not open in time" in read_message(late)
    sam.presses("Open the form", late)
    assert "Safety first" in stage.slack.keeps(stage.opened())


# --- letters ----------------------------------------------------------------------------------------------------------


def test_done_replaces_the_reminder_that_it_was_pressed_on(stage: Stage) -> None:
    reference = stage.reminds("Hollow Oak School")
    before = stage.slack.messages("school")
    reminder = next(one for one in before if one["metadata"]["event_payload"]["k"].startswith("action_reminder"))
    assert f"done {reference} @1" == read_message(reminder).line("Done")

    stage.start()
    stage.person("school").presses("Done", reminder)
    after = stage.slack.messages("school")
    assert [one["ts"] for one in after] == [one["ts"] for one in before]
    changed = next(one for one in after if one["ts"] == reminder["ts"])  # others about it follow, in their own time
    assert "Marked as done" in read_message(changed)
    assert set(read_message(changed).buttons) == {"Say what came of it", "Undo"}
    with stage.sessions() as session:
        assert session.query(Action).one().state is ActionState.DONE_CLAIMED
    take_a_picture(f"{stage.slack.url}/?channel={stage.slack.direct('school')}")


def test_who_an_action_is_about_is_read_on_ones_page_and_what_is_in_its_way_is_escalated(stage: Stage) -> None:
    stage.start()
    cal, sam = stage.person("coordinator"), stage.person("school")
    cal.says_command("open case")
    child = {"borough": "Camden", "child_name": "Zebra Canaryname", "born": "14 May 2011"}
    opened = Heard(stage.slack.keeps(cal.submits(stage.opened(), **child)))
    case = find_reference(opened.text)
    cal.says_command("add action")
    about = {"owner": "Safeguarding lead, Hollow Oak School", "item": f"Case {codeword(opened)}, {case}"}
    cal.submits(stage.opened(), verb="check a record flag", due_on="1 December 2099", **about)
    stage.strikes()
    (given,) = eventually(lambda: stage.slack.messages("school"))
    assert codeword(read_message(given)) != codeword(opened)

    sam.presses("Who is this?", given)
    *_, way = stage.slack.messages("school")
    assert "Names may be read there" in read_message(way)
    action = find_reference(read_message(given).text)
    sam.says_command(f"blocked {action}")
    blocked = sam.submits(stage.opened(), because="capacity")
    assert "The coordinator is told that this is blocked" in stage.slack.keeps(blocked)
    sam.says_command(f"escalate {action}")
    raised = sam.submits(sam.submits(stage.opened(), risk="no"), reason="capacity")
    assert "You escalated it" in stage.slack.keeps(raised)
    cal.sends(cal.writes("blockages"))
    assert "Not enough people or time" in read_message(stage.slack.messages("coordinator")[-1])
    assert "Canary" not in json.dumps([stage.slack.messages(one) for one in ("school", "coordinator")])


def test_the_home_tab_says_what_one_can_do_and_nothing_of_what_is_open(stage: Stage) -> None:
    reference = stage.reminds("Hollow Oak School")
    stage.start()
    stage.person("school").opens_home()
    kept = stage.slack.keeps(stage.shim.called("views.publish")[-1].answer["view"])
    assert "What I can do" in kept
    assert reference not in kept


def test_a_letter_that_slack_is_too_busy_for_arrives_when_slack_said(stage: Stage) -> None:
    stage.owes_a_welcome("school")
    stage.shim.next["chat.postMessage"] = [Busy(seconds=2)]
    stage.start()
    stage.is_sent()
    first, second = stage.shim.called("chat.postMessage")
    assert second.at - first.at >= 2
    (letter,) = stage.slack.messages("school")
    assert "Welcome: Camden MACE has added you" in read_message(letter)


def test_a_letter_whose_answer_was_lost_is_found_and_not_sent_again(stage: Stage) -> None:
    stage.owes_a_welcome("school")
    stage.shim.next["chat.postMessage"] = [LOST]
    stage.start()
    stage.is_unknown()
    sent_as = stage.is_sent()
    (letter,) = stage.slack.messages("school")
    assert letter["ts"] == sent_as
    assert len(stage.shim.called("chat.postMessage")) == 1
    (asked,) = stage.shim.called("conversations.history")
    assert asked.given["include_all_metadata"] == "1"  # without it Slack keeps metadata to itself, and emulate does not


# --- typed lines ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "status"), [([], 200), ([Busy(seconds=1)], 503), ([LOST], 503)], ids=["none", "busy", "lost"]
)
def test_a_line_that_slack_sends_twice_is_answered_once(stage: Stage, trouble: list[Busy | str], status: int) -> None:
    stage.start()
    sam = stage.person("school")
    event = sam.writes("mine")
    stage.shim.next["chat.postMessage"] = trouble
    assert sam.sends(event) == status
    assert sam.sends(event, again=True) == 200
    typed, answer = stage.slack.messages("school")
    assert typed["user"] == sam.user
    assert "You have nothing open" in read_message(answer)


def take_a_picture(address: str) -> None:
    """Of emulate's own page, for whoever wants to see it."""
    with a_browser() as browser:
        page = browser.new_page()
        page.goto(address)
        page.screenshot(path=SCREENSHOTS / "slack-emulated.png", full_page=True)
