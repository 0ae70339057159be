"""What anybody wrote is text: on every platform, on a page, in a letter, and never on a locked phone."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup

from bot.kit.messages import Facts, Message, Notice, Paragraph, to_text
from bot.kit.words import tidy
from integrations.mail.letters import Sending
from integrations.mail.letters import drawn as letter
from integrations.slack.blocks import cards as slack_cards
from integrations.slack.blocks import payload
from integrations.teams.cards import activity
from integrations.teams.cards import cards as teams_cards
from integrations.web.drawing import drawn as page
from tests.rules.samples import IN_CHAT, ODD, SAMPLES
from tests.surfaces.slack_limits import check_message
from tests.surfaces.slack_seen import seen as seen_in_slack
from tests.surfaces.teams_limits import check_activity, parts
from tests.surfaces.teams_seen import seen as seen_in_teams

EVIL = (
    "<!channel> <@U1> <https://evil.example|Sign in> *b* _i_ `c` &amp; &lt;",
    "[Sign in](https://evil.example) **b** # h {{DATE(2026-06-12T00:00:00Z, SHORT)}} ${name}",
    "https://evil.example/a?b=c www.evil.example x@evil.example",
    "{{ 7*7 }} {% raw %} {{ config }} {# x #} ]]> &#0;",
    '<script>alert(1)</script><img src=x onerror=alert(1)> " onmouseover="alert(1)',
    "'; DROP TABLE action; --",
)


def written(value: Any, evil: str) -> Any:
    """The same with these words wherever a sample has somebody's own."""
    if isinstance(value, str):
        return value.replace(ODD, evil)
    if isinstance(value, tuple):
        return tuple(written(one, evil) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: written(getattr(value, one.name), evil) for one in fields(value)})
    return value


def messages(evil: str, samples: tuple[Notice, ...] = IN_CHAT) -> list[Message]:
    """Of each notice that shows somebody's words."""
    drawn = [written(sample, evil).message() for sample in samples if ODD in to_text(sample.message())]
    return [Message("A word.", (Paragraph(evil), Facts(((evil, evil),)))), *drawn]


def strings(block: Any) -> Iterator[tuple[str, str]]:
    """Each string of some JSON, and the name it has there."""
    if isinstance(block, dict):
        for name, value in block.items():
            if isinstance(value, str):
                yield name, value
            yield from strings(value)
    elif isinstance(block, list | tuple):
        for one in block:
            yield from strings(one)


@pytest.mark.parametrize("evil", EVIL)
def test_what_anybody_wrote_is_no_template(evil: str) -> None:
    """TRUST.md T-61: whatever notice it goes into, it comes out as it went in."""
    drawn = [to_text(one) for one in messages(evil, SAMPLES)]
    assert len(drawn) > 30
    assert [one for one in drawn if evil not in one] == []


@pytest.mark.parametrize("evil", EVIL)
def test_in_slack_nothing_that_anybody_wrote_is_markup(evil: str) -> None:
    """TRUST.md T-56, T-60: it is plain text in every block, and escaped in the words beside them."""
    for message in messages(evil):
        sent = [payload(card) for card in slack_cards(message)]
        for one in sent:
            check_message({"text": one["text"], "blocks": one["blocks"]})
            assert (one["parse"], one["link_names"]) == ("none", False)
        assert evil in "\n".join(seen_in_slack(one["blocks"], "").text for one in sent)


@pytest.mark.parametrize("evil", EVIL)
def test_in_teams_nothing_that_anybody_wrote_is_markup(evil: str) -> None:
    """TRUST.md T-57, T-58, T-60: it is in TextRuns alone, in which nothing is read but characters."""
    for message in messages(evil):
        sent = [activity(card) for card in teams_cards(message)]
        for one in sent:
            check_activity(one)
            card = one["attachments"][0]["content"]
            runs = {part["text"] for part in parts(card) if part["type"] == "TextRun"}
            assert {text for name, text in strings(card) if evil in text} <= runs | {card["fallbackText"]}
            assert {name for name, text in strings(card) if evil in text} <= {"text", "fallbackText"}
        assert evil in "\n".join(seen_in_teams(one["attachments"][0]["content"], "").text for one in sent)


@dataclass(frozen=True)
class One:
    id: int
    message: Message


HIDDEN: dict[str, Any] = {"token": "t", "me": None, "at": "/pages", "talk": "/pages/talk"}
SENDING = Sending("mace@camden.example", "", "https://bot.example")
TAGS = {"script", "img", "svg", "iframe", "object", "style", "form"}


@pytest.mark.parametrize("evil", EVIL)
def test_on_a_page_and_in_a_letter_nothing_that_anybody_wrote_is_markup(evil: str) -> None:
    """TRUST.md T-60, T-62."""
    for message in messages(evil):
        made = letter(message, "key", "x@camden.example", SENDING, datetime(2026, 6, 9, 8, 30, tzinfo=UTC))
        html = made.get_body(("html",))
        assert html
        in_letter = BeautifulSoup(html.get_content(), "html.parser")
        on_page = BeautifulSoup(bytes(page("_card.html", one=One(1, message), **HIDDEN).body), "html.parser")
        for shown in (in_letter, on_page):
            assert " ".join(evil.split()) in " ".join(shown.get_text().split())
            assert not shown.find_all(TAGS - {"form"})
            assert not [one for one in shown.find_all("a") if "evil" in str(one["href"])]
            assert not [one for one in shown.find_all(True) if any(name.startswith("on") for name in one.attrs)]


ANSWERS = {"Said"}  # in a sentence that answers a line, which no job sends


def test_what_a_locked_phone_shows_holds_nothing_that_anybody_wrote() -> None:
    """TRUST.md T-42: the preview of whatever the bot sends of itself is made of a borough, a verb, a day."""
    shown = {type(sample).__name__ for sample in IN_CHAT if ODD in sample.message().preview}
    assert shown == ANSWERS


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\x00", "\x1b", "\U000e0041"])
def test_what_nobody_can_see_is_taken_out_before_anything_else(hidden: str) -> None:
    """TRUST.md T-59: what turns the reading round, what has no width, and what a terminal would obey."""
    assert hidden not in tidy(f"harm{hidden}less {hidden}exe.txt")
    assert tidy("e\u0301") == "\u00e9"
    assert tidy("👍🏽 👩\u200d👧 שלום") == "👍🏽 👩\u200d👧 שלום"
