"""One button of a message stands out, or none if it asks for several things, wherever it is drawn."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

from bot.kit.messages import Buttons, Message
from integrations.slack.blocks import cards as slack_cards
from integrations.teams.cards import ACTIONS
from integrations.teams.cards import cards as teams_cards
from integrations.web.drawing import drawn
from tests.rules.samples import IN_CHAT
from tests.rules.test_markup import HIDDEN, One
from tests.surfaces.teams_limits import parts


def in_teams(message: Message) -> list[str]:
    elements = [element for card in teams_cards(message) for element in parts(card.content)]
    return [one["title"] for one in elements if one.get("style") == "positive"]


def in_slack(message: Message) -> list[str]:
    rows: list[Any] = [block for card in slack_cards(message) for block in card.blocks if block["type"] == "actions"]
    return [one["text"]["text"] for row in rows for one in row["elements"] if one.get("style") == "primary"]


def on_the_page(message: Message) -> list[str]:
    page = BeautifulSoup(bytes(drawn("_card.html", one=One(1, message), **HIDDEN).body), "html.parser")
    return [one.get_text() for one in page.select(".button:not(.quiet)")]


@pytest.mark.parametrize("on", [in_teams, in_slack, on_the_page])
def test_one_button_stands_out_where_one_thing_is_asked(on: Callable[[Message], list[str]]) -> None:
    for message in (notice.message() for notice in IN_CHAT):
        rows = [one.items for one in message.elements if isinstance(one, Buttons)]
        if len(rows) == 1 and 1 < len(rows[0]) <= ACTIONS:
            assert on(message) == [rows[0][0][0]], message.preview
        else:
            assert len(on(message)) <= (len(rows) == 1), message.preview
