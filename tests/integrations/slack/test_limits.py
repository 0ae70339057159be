"""Everything the bot can say or ask is something that Slack would show."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.dialogues.forms import FORMS
from bot.kit.forms import Kind
from bot.kit.messages import Buttons, Element, Message, Notice, Paragraph
from bot.kit.parts import chunks
from bot.kit.questions import questions, with_options
from bot.replies import Answered, Page
from integrations.slack.blocks import cards
from integrations.slack.modals import form, home, said
from tests.integrations.sizes import ELEMENTS, LONG, options, pages, value
from tests.rules.samples import IN_CHAT
from tests.surfaces.core import heard
from tests.surfaces.slack_limits import check_message, check_view, elements
from tests.surfaces.slack_seen import page as seen_page
from tests.surfaces.slack_seen import seen


@pytest.mark.parametrize("notice", IN_CHAT, ids=lambda notice: type(notice).__name__)
def test_every_message_is_shown_whole(notice: Notice) -> None:
    """TRUST.md T-42."""
    message = notice.message()
    (card,) = cards(message)
    check_message({"text": card.text, "blocks": card.blocks})
    check_view(said(message))
    shown = seen(card.blocks, "")
    assert (shown.text, shown.buttons) == (heard(message).text, heard(message).buttons)
    preview = message.preview.rstrip(".").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert card.text.startswith(preview)
    assert card.text.count(preview) == 1
    assert "…" not in "".join(shown.buttons)


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.kind)
def test_a_long_message_is_several_and_loses_no_character(element: Element) -> None:
    message = Message("Something long.", (element,))
    drawn = cards(message)
    for card in drawn:
        check_message({"text": card.text, "blocks": card.blocks})
        assert card.text.startswith("Something long.")
    check_view(said(message))
    shown = "".join(seen(card.blocks, "").text for card in drawn).replace("• ", "- ")
    assert "".join(shown.split()) == "".join(heard(message).text.split())


def test_many_buttons_and_many_parts_keep_their_order_and_their_own_ids() -> None:
    things = [one for n in range(70) for one in (Paragraph(f"Thing {n}"), Buttons(((f"Do {n}", f"done {n}"),)))]
    message = Message("Many.", (*things, Buttons(tuple((f"B{n}", f"b {n}") for n in range(30)))))
    drawn = cards(message)
    assert len(drawn) > 2
    for card in drawn:
        check_message({"text": card.text, "blocks": card.blocks})
    labels = [one["text"]["text"] for card in drawn for block in card.blocks for one in elements(block)]
    assert labels == [*(f"Do {n}" for n in range(70)), *(f"B{n}" for n in range(30))]
    check_view(said(message))
    check_view(home(message))


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("listed", [0, 1, 10, 11, 100, 101, 450])
@pytest.mark.parametrize("name", FORMS)
def test_every_page_is_shown(name: str, listed: int, wrong: bool) -> None:
    for page in pages(FORMS[name].form, wrong=wrong, listed=listed):
        drawn = form(page)
        check_view(drawn)
        shown = seen_page(drawn, "", {}, {})
        asked = [q for q in page.questions if q.options or q.kind not in (Kind.CHOICE, Kind.CHOICES)]
        assert shown.questions == {q.name: q.ask.question for q in asked}
        assert shown.options == {q.name: {one.value: one.label for one in q.options} for q in asked if q.options}
        assert shown.errors == page.errors
        if wrong:
            assert shown.values == {q.name: v[:3_000] if isinstance(v := value(q), str) else v for q in asked}


def test_long_options_go_on_below() -> None:
    (page,) = pages(FORMS["GiveAction"].form, wrong=False, listed=3)
    words = "A post with a very long title indeed, at an agency with a name that has no end"
    page = replace(page, questions=tuple(with_options(q, options(3, words)) for q in page.questions))
    drawn = form(page)
    check_view(drawn)
    assert seen_page(drawn, "", {}, {}).options["owner"] == {f"kept {n}": f"{words} {n}" for n in range(3)}


def test_all_answers_are_shown_before_they_are_sent() -> None:
    for name, row in FORMS.items():
        answered = tuple(Answered(q.name, q.ask.question, LONG[:5_000], q.ask.private) for q in questions(row.form))
        title = row.form.__doc__ or ""
        page = Page(7, title, "Check your answers", 2, 2, (), {}, answered=answered, go_on=row.form.send)
        drawn = form(page)
        check_view(drawn)
        assert seen_page(drawn, "", {}, {}).answered == {one.name: one.answer for one in answered}, name


@pytest.mark.parametrize("text", ["", "a", "a b " * 900, "x" * 5_000, "line\n" * 800, " " * 3_100, LONG])
def test_pieces_are_the_text(text: str) -> None:
    pieces = list(chunks(text, 150))
    assert "".join(pieces) == text
    assert all(len(piece) <= 150 for piece in pieces)
    assert all(one[-1] in " \n" or len(one) == 150 for one, _ in pairwise(pieces))
