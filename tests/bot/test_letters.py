"""A letter about several things: each as its own message says it, once, and within what the platforms take."""

from datetime import date

import pytest

from bot.kinds import COMES, Comes
from bot.kit.messages import Buttons, Footer, Heading, Subheading, to_text
from bot.letters import in_one
from bot.writing import OWED
from integrations.slack.blocks import cards as slack_cards
from integrations.teams.cards import activity
from integrations.teams.cards import cards as teams_cards
from storage.records import Agency, Delivery, Partnership, Post, Role
from tests.rules.samples import SAMPLES
from tests.surfaces.slack_limits import check_message
from tests.surfaces.teams_limits import check_activity

CAMDEN, ISLINGTON = (
    Partnership(id=number, name=name, contact=f"MACE coordinator, {name}, 020 7946 0100")
    for number, name in enumerate(("Camden", "Islington"), 1)
)
WRITES = {
    "action_reminder": "ActionReminder",
    "escalation_due": "EscalationDue",
    "feedback_due": "FeedbackDue",
    "flag_reminder": "FlagToDo",
    "flags_to_review": "FlagsToReview",
    "flag_ending": "FlagEnding",
    "emergency_waits": "OpenedInEmergency",
    "share_waits": "ShareWaits",
    "agreement_lapses": "AgreementLapses",
    "post_ending": "PostEnding",
    "keep_or_erase": "KeepOrErase",
}
FIRST = {kind: next(one for one in SAMPLES if type(one).__name__ == name) for kind, name in WRITES.items()}


def owed(kind: str, about: str, where: Partnership = CAMDEN) -> Delivery:
    post = Post(title="Safeguarding lead", role=Role.AGENCY_MEMBER, agency=Agency(name="A School"), partnership=where)
    return Delivery(kind=kind, about=about, post=post)


def test_every_daily_kind_has_its_place_in_a_letter_that_each_platform_takes() -> None:
    assert FIRST.keys() == {kind for kind, comes in COMES.items() if comes is Comes.DAILY}
    letter = in_one([(OWED[kind], owed(kind, kind), notice) for kind, notice in FIRST.items()])
    assert letter.elements[0] == Heading(f"{len(FIRST)} things wait for you")
    assert letter.preview == f"{len(FIRST)} things wait for you: Camden {len(FIRST)}."
    inside = [one.message() for one in FIRST.values()]
    assert sum(isinstance(one, Subheading) for one in letter.elements) == len(FIRST)
    assert [type(one) for one in letter.elements].count(Footer) == 1
    said = {item for one in letter.elements if isinstance(one, Buttons) for item in one.items}
    assert said == {item for one in inside for part in one.elements if isinstance(part, Buttons) for item in part.items}
    assert set(letter.dates) == {day for one in inside for day in one.dates}
    for card in slack_cards(letter):
        check_message({"text": card.text, "blocks": card.blocks})
    for sent in teams_cards(letter):
        check_activity(activity(sent))


def test_the_most_pressing_comes_first_and_what_has_no_day_last() -> None:
    letter = in_one([(OWED[kind], owed(kind, kind), notice) for kind, notice in FIRST.items()])
    titles = [one.text for one in letter.elements if isinstance(one, Subheading)]
    days = {one.message().elements[0].text: one.wanted_by or date.max for one in FIRST.values()}  # type: ignore[union-attr]
    assert [days[one] for one in titles] == sorted(days[one] for one in titles)
    assert titles[-1] == "Are these still needed?"


def test_what_is_owed_twice_is_one_thing_and_one_thing_is_its_own_message() -> None:
    reminder = FIRST["action_reminder"]
    twice = [(OWED["action_reminder"], owed("action_reminder", "A-7K2F9"), reminder)] * 2
    assert in_one(twice) == reminder.message()
    both = in_one([*twice, (OWED["post_ending"], owed("post_ending", "V-1", ISLINGTON), FIRST["post_ending"])])
    assert both.preview == "2 things wait for you: Camden 1, Islington 1."
    assert "020 7946 0100; MACE coordinator, Islington" in to_text(both)


@pytest.mark.parametrize("kind", ["action_unanswered", "escalation_at_risk"])
def test_what_presses_says_so(kind: str) -> None:
    notice = FIRST["escalation_due" if kind == "escalation_at_risk" else "action_reminder"]
    other = next(one for one in SAMPLES if type(one) is type(notice) and one != notice)
    letter = in_one([(OWED[kind], owed(kind, about), one) for about, one in (("A-1", notice), ("A-2", other))])
    assert letter.elements[0] == Heading("2 urgent things wait for you")
