"""A letter about several things: each as its own message says it, once, and within what the platforms take."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pytest

from bot.cards import overtaken
from bot.kinds import COMES, Comes
from bot.kit.messages import Buttons, Footer, Heading, Message, Notice, Paragraph, Subheading, to_text
from bot.letters import SHOWN, in_one, travels_with
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


TOGETHER = WRITES | {
    "action_unanswered": "ActionReminder",
    "escalation_at_risk": "EscalationDue",
    "given_together": "ActionGiven",
    "action_confirmed": "Answered",
    "escalation_moved": "EscalationMoved",
    "held": "Held",
    "not_delivered": "NotDelivered",
    "not_removed": "NotRemoved",
}
MANY, LONG = 300, "Royal Borough of Kensington and Chelsea"


def owed(kind: str, about: str, where: Partnership = CAMDEN) -> Delivery:
    post = Post(title="Safeguarding lead", role=Role.AGENCY_MEMBER, agency=Agency(name="A School"), partnership=where)
    return Delivery(kind=kind, about=about, post=post)


def in_long_words(value: Any, number: int) -> Any:
    """The same about something else, with the longest words that it may have."""
    if isinstance(value, str):
        words = value.replace("7K2F9", f"{number:05}").replace("Copper Lantern", "ü" * 40)
        return words.replace("Camden", LONG)
    if isinstance(value, tuple):
        return tuple(in_long_words(one, number) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: in_long_words(getattr(value, one.name), number) for one in fields(value)})
    return value


def letter_of(kind: str, notices: list[Notice]) -> Message:
    place = Partnership(id=1, name=LONG, contact=f"MACE coordinator, {LONG}, 020 7946 0100")
    return in_one([(OWED[kind], owed(kind, f"A-{number:05}", place), one) for number, one in enumerate(notices)])


def test_every_daily_kind_has_its_place_in_a_letter_that_each_platform_takes() -> None:
    assert FIRST.keys() == {kind for kind, comes in COMES.items() if comes is Comes.DAILY}
    kinds = list(FIRST)
    few, rest = kinds[:SHOWN], kinds[SHOWN:]
    for some in (few, rest):
        check_letter({kind: FIRST[kind] for kind in some})


def check_letter(told: dict[str, Notice]) -> None:
    letter = in_one([(OWED[kind], owed(kind, kind), notice) for kind, notice in told.items()])
    assert letter.elements[0] == Heading(f"{len(told)} things wait for you")
    assert letter.preview == f"{len(told)} things wait for you: Camden {len(told)}."
    inside = [one.message() for one in told.values()]
    assert sum(isinstance(one, Subheading) for one in letter.elements) == len(told)
    assert [type(one) for one in letter.elements].count(Footer) == 1
    said = {item for one in letter.elements if isinstance(one, Buttons) for item in one.items}
    assert said == {item for one in inside for part in one.elements if isinstance(part, Buttons) for item in part.items}
    assert set(letter.dates) == {day for one in inside for day in one.dates}


def test_each_kind_that_comes_with_others_is_tried() -> None:
    assert {kind for kind, row in OWED.items() if travels_with(row)} == TOGETHER.keys()


@pytest.mark.parametrize("kind", TOGETHER)
def test_however_many_things_it_is_about_it_is_one_message(kind: str) -> None:
    """The platforms refuse to send what is several."""
    samples = [one for one in SAMPLES if type(one).__name__ == TOGETHER[kind]]
    for sample in samples:
        letter = letter_of(kind, [in_long_words(sample, number) for number in range(MANY)])
        (in_slack,), (in_teams,) = slack_cards(letter), teams_cards(letter)
        check_message({"text": in_slack.text, "blocks": in_slack.blocks})
        check_activity(activity(in_teams))


def test_what_is_no_longer_so_of_many_things_is_one_message() -> None:
    told = [owed("action_reminder", f"A-{number:05}") for number in range(MANY)]
    message = overtaken(told).message()
    assert (len(slack_cards(message)), len(teams_cards(message))) == (1, 1)


def test_what_does_not_fit_is_counted_and_a_press_away() -> None:
    reminders = [in_long_words(FIRST["action_reminder"], number) for number in range(SHOWN + 6)]
    letter = letter_of("action_reminder", reminders)
    assert letter.preview == f"{SHOWN + 6} things wait for you: {LONG} {SHOWN + 6}."
    assert sum(isinstance(one, Subheading) for one in letter.elements) == SHOWN
    *_, says, button, footer = letter.elements
    assert (says, button) == (Paragraph("And 6 more."), Buttons((("What I have open", "mine"),)))
    assert isinstance(footer, Footer)
    assert len(letter.dates) == SHOWN + 6


def test_the_most_pressing_comes_first_and_what_has_no_day_last() -> None:
    some = ("keep_or_erase", "post_ending", "action_reminder", "escalation_due", "flag_ending", "agreement_lapses")
    letter = in_one([(OWED[kind], owed(kind, kind), FIRST[kind]) for kind in some])
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
