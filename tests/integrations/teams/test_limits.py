"""Everything the bot can say or ask is a card that Teams would show, and no card holds a private answer."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.dialogues.forms import FORMS
from bot.kit.forms import Kind, Option
from bot.kit.messages import Buttons, Element, Message, Notice, Paragraph
from bot.kit.questions import questions, with_options
from bot.replies import Answered, Page
from integrations.teams.cards import activity, cards, content, row, words
from integrations.teams.forms import NOT_KNOWN, page_card
from tests.integrations.sizes import ELEMENTS, LONG, pages, value
from tests.rules.samples import IN_CHAT
from tests.surfaces import GIVEN
from tests.surfaces.core import heard
from tests.surfaces.teams_limits import check_activity, check_card, parts
from tests.surfaces.teams_seen import inputs, seen

CANARY = "Zebra Canaryname"
ON_A_LINE = 28  # letters, in a card 300 pixels wide


@pytest.mark.parametrize("notice", IN_CHAT, ids=lambda notice: type(notice).__name__)
def test_every_message_is_shown_whole(notice: Notice) -> None:
    """TRUST.md T-42."""
    message = notice.message()
    (card,) = cards(message)
    check_activity(activity(card))
    shown = seen(card.content, "")
    assert (shown.text, shown.buttons) == (heard(message).text, heard(message).buttons)
    assert card.text == message.preview


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.kind)
def test_a_long_message_is_several_and_loses_no_character(element: Element) -> None:
    message = Message("Something long.", (element, element, element))
    drawn = cards(message)
    for card in drawn:
        check_activity(activity(card))
    shown = "".join(seen(card.content, "").text for card in drawn).replace("- ", "")
    told = heard(message).text.replace("- ", "")
    names = "Long:" if element.kind == "facts" else ""  # a value in pieces bears its name on each
    assert "".join(shown.split()).replace(names, "") == "".join(told.split()).replace(names, "")


def test_no_button_is_cut_off_on_a_phone() -> None:
    """Its label stays on one line; `keeps` in tests/clients/playground.py measures the cards of the journeys."""
    labels = {label for notice in IN_CHAT for label in heard(notice.message()).buttons}
    labels |= {guided.form.send for guided in FORMS.values()}
    assert {label for label in labels if len(label) > ON_A_LINE} == set()


def test_many_buttons_and_many_parts_keep_their_order() -> None:
    things = [one for n in range(300) for one in (Paragraph(f"Thing {n}"), Buttons(((f"Do {n}", f"done {n}"),)))]
    message = Message("Many.", (*things, Buttons(tuple((f"B{n}", f"b {n}") for n in range(30)))))
    drawn = cards(message)
    assert len(drawn) > 1
    for card in drawn:
        check_activity(activity(card))
    labels = [one["title"] for card in drawn for one in parts(card.content) if one["type"] == "Action.Submit"]
    assert labels == [*(f"Do {n}" for n in range(300)), *(f"B{n}" for n in range(30))]


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("listed", [0, 1, 12, 13, 100])
@pytest.mark.parametrize("name", FORMS)
def test_every_page_is_shown(name: str, listed: int, wrong: bool) -> None:
    for page in pages(FORMS[name].form, wrong=wrong, listed=listed):
        page = replace(page, values={q.name: v[: q.longest] if isinstance(v := page.values.get(q.name), str) else v
                                     for q in page.questions})  # fmt: skip
        card = page_card(page)
        check_activity(activity(card))
        shown = seen(card.content, "")
        asked = [q for q in page.questions if q.options or q.kind not in (Kind.CHOICE, Kind.CHOICES)]
        assert shown.questions == {q.name: q.ask.question for q in asked}
        assert shown.options == {q.name: {one.value: one.label for one in q.options} for q in asked if q.options}
        assert shown.errors == page.errors
        private = {q.name for q in asked if q.ask.private and page.values.get(q.name)}
        assert {one for one in shown.values if shown.values[one] == GIVEN} == private


def test_a_private_answer_is_never_in_a_card() -> None:
    for name, guided in FORMS.items():
        for page in pages(guided.form, wrong=True, listed=2):
            kept = {q.name: CANARY if q.ask.private and not q.options else value(q) for q in page.questions}
            assert CANARY not in json.dumps(activity(page_card(replace(page, values=kept))))
        answered = tuple(Answered(q.name, q.ask.question, CANARY, q.ask.private) for q in questions(guided.form))
        review = Page(7, guided.form.__doc__ or "", "Check your answers", 2, 2, (), {}, answered=answered)
        drawn = activity(page_card(review))
        check_activity(drawn)
        shown = seen(drawn["attachments"][0]["content"], "").answered
        assert shown == {one.name: GIVEN if one.private else CANARY for one in answered}, name


def test_a_private_choice_is_not_ticked_again() -> None:
    (page, *_) = (p for p in pages(FORMS["ReferChild"].form, wrong=True, listed=2) if p.heading == "The child")
    fields = inputs(page_card(page).content)
    assert "value" not in fields["sex"]
    assert fields["child_name" + NOT_KNOWN]["value"] == ""


def test_twelve_options_are_seen_at_once_and_thirteen_are_a_list() -> None:
    (page,) = pages(FORMS["GiveAction"].form, wrong=False, listed=12)
    assert inputs(page_card(page).content)["owner"]["style"] == "expanded"
    (page,) = pages(FORMS["GiveAction"].form, wrong=False, listed=13)
    assert inputs(page_card(page).content)["owner"]["style"] == "compact"


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> & co",
        "[Sign in](https://evil.example)",
        "{{DATE(2026-01-01)}}",
        "**x** _y_",
        "🤔 \u202b\u05e9\u05dc",
    ],
)
def test_text_is_never_markup_and_arrives_as_it_is(text: str) -> None:
    """TRUST.md T-57."""
    (card,) = cards(Message("A word.", (Paragraph(text),)))
    assert seen(card.content, "").text == text
    (page,) = pages(FORMS["GiveAction"].form, wrong=False, listed=1)
    page = replace(page, questions=tuple(with_options(q, [Option("1", text)]) for q in page.questions))
    drawn = page_card(page).content
    check_card(drawn)
    assert seen(drawn, "").options["owner"] == {"1": text}


def test_a_long_answer_on_the_last_page_is_shown_whole() -> None:
    answered = tuple(Answered(f"q{n}", "A question?", LONG[:1_000], private=False) for n in range(8))
    page = Page(7, "A form", "Check your answers", 2, 2, (), {}, answered=answered)
    check_card(page_card(page).content)
    shown = seen(page_card(page).content, "").answered
    assert shown == {one.name: one.answer for one in answered}


def card_of(*body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return content("A word.", [words("A word."), *body]) | more


SUBMIT: dict[str, Any] = {"type": "Action.Submit", "title": "Done", "data": {"say": "done"}}
EXECUTE = SUBMIT | {"type": "Action.Execute", "verb": "go"}
FIELD = {"type": "Input.Text", "id": "born", "label": "When?"}
CHOICES = {"type": "Input.ChoiceSet", "id": "sex", "label": "Which?", "choices": [{"title": "A", "value": "a"}]}
BAD = {
    "25 kB": card_of(*[words("x" * 2_900)] * 9),
    "another version": card_of(version="1.6"),
    "a word that the schema does not know": card_of(words("x") | {"colour": "red"}),
    "a value that the schema does not know": card_of(words("x", size="huge")),
    "Markdown": card_of({"type": "TextBlock", "text": "[x](y)"}),
    "a table that reads Markdown": card_of({"type": "FactSet", "facts": [{"title": "a", "value": "b"}]}),
    "an id twice": card_of(FIELD, FIELD),
    "a field without a label": card_of({"type": "Input.Text", "id": "born"}),
    "an answer longer than its field": card_of(FIELD | {"maxLength": 2, "value": "abc"}),
    "nothing to choose": card_of(CHOICES | {"choices": [], "isMultiSelect": False}),
    "a choice that is not there": card_of(CHOICES | {"value": "b", "isMultiSelect": False}),
    "seven buttons in a row": card_of({"type": "ActionSet", "actions": [SUBMIT] * 7}),
    "a button that an old client cannot press": card_of({"type": "ActionSet", "actions": [EXECUTE]}),
    "a button that says something else there": card_of(
        {"type": "ActionSet", "actions": [EXECUTE | {"fallback": SUBMIT | {"data": {"say": "undo"}}}]}
    ),
    "no words for old clients": {name: value for name, value in card_of().items() if name != "fallbackText"},
}


def test_what_teams_would_show_passes() -> None:
    check_card(card_of(FIELD, CHOICES | {"isMultiSelect": True, "value": "a"}, *row([SUBMIT])))


@pytest.mark.parametrize("wrong", BAD)
def test_a_card_that_teams_would_refuse_fails(wrong: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        check_card(BAD[wrong])


@pytest.mark.parametrize("name", ["text", "summary", "textFormat"])
def test_a_message_without_its_words_fails(name: str) -> None:
    (card,) = cards(Message("A word.", (Paragraph("A word."),)))
    with pytest.raises(AssertionError):
        check_activity({key: value for key, value in activity(card).items() if key != name})
