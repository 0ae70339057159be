"""The same message elsewhere: a picture of it is drawn from the JSON that would be sent, and changes with it."""

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

from bot.dialogues.forms import FORMS
from bot.kit.messages import Buttons, Element, Link, Message, Notice
from bot.kit.questions import questions
from bot.replies import Answered, Page
from integrations.server import elsewhere
from integrations.web.drawing import drawn
from integrations.web.elsewhere import Picture, drawn_from, sent
from integrations.web.showing import Shown
from integrations.web.stage import Elsewhere
from tests.integrations.sizes import ELEMENTS, pages
from tests.integrations.web.conftest import Site, Tab, tab
from tests.integrations.web.test_chat import arrives
from tests.rules.samples import IN_CHAT, ODD
from tests.surfaces.core import heard

PLATFORMS = {one.key: one for one in elsewhere()}
TEAMS, SLACK = PLATFORMS["teams"], PLATFORMS["slack"]
NOT_SHOWN = "would not show this"


def page_of(picture: Picture) -> BeautifulSoup:
    page = drawn("picture.html", picture=picture, look=1, others=(), me=None, token="", path="/picture")
    return BeautifulSoup(bytes(page.body), "html.parser")


def drawn_picture(platform: Elsewhere, shown: Shown) -> BeautifulSoup:
    """Of the JSON that would be sent; whole, and nothing in it can be pressed or filled in."""
    page = page_of(drawn_from(platform, sent(platform, shown)))
    assert NOT_SHOWN not in page.get_text()
    assert not page.select(".unknown, .picture :is(a, b a, button, input, select, textarea, form, script, [tabindex])")
    return page


def squeezed(text: str) -> str:
    """Without what each platform sets in its own way: spaces, the marks of lists, and a colon after a name."""
    return re.sub(r"[\s:•\u2060-]", "", text)


def pictured(page: BeautifulSoup) -> str:
    return squeezed("".join(one.get_text() for one in page.select(".picture")))


def pressed(element: Element) -> list[str]:
    match element:
        case Buttons(items):
            return [label for label, _ in items]
        case Link(label):
            return [label]
    return []


# --- everything the bot can say or ask is drawn -----------------------------------------------------------------


@pytest.mark.parametrize("notice", IN_CHAT, ids=lambda notice: type(notice).__name__)
@pytest.mark.parametrize("key", PLATFORMS)
def test_every_message_is_drawn_whole(key: str, notice: Notice) -> None:
    message = notice.message()
    page = drawn_picture(PLATFORMS[key], Shown(1, "", message=message))
    for line in heard(message).text.split("\n"):
        assert squeezed(line) in pictured(page)
    labels = [label for element in message.elements for label in pressed(element)]
    assert [one.get_text() for one in page.select(".picture .press")] == labels
    assert message.preview.rstrip(".") in page.select(".phone")[0].get_text()


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.kind)
@pytest.mark.parametrize("key", PLATFORMS)
def test_a_message_that_is_sent_as_several_is_drawn_as_several(key: str, element: Element) -> None:
    message = Message("Something long.", (element,))
    page = drawn_picture(PLATFORMS[key], Shown(1, "", message=message))
    for word in ("🤔", "value", "Item", "heading"):
        assert pictured(page).count(word) == heard(message).text.count(word)
    parts = PLATFORMS[key].message(message)
    assert len(page.select(".picture .post")) == len(page.select(".push")) == len(parts)


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("listed", [0, 11, 450])
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("key", PLATFORMS)
def test_every_page_of_a_form_is_drawn(key: str, name: str, listed: int, wrong: bool) -> None:
    for page in pages(FORMS[name].form, wrong=wrong, listed=listed):
        picture = drawn_picture(PLATFORMS[key], Shown(1, "", page=page))
        for words_ in (page.title, page.heading, page.go_on, *(one.ask.question for one in page.questions)):
            assert squeezed(words_) in pictured(picture)
        assert pictured(picture).count(squeezed("Error: ")) >= len(page.errors)
        assert len(picture.select(".picture .on, .picture .list > span:not(.none)")) == len(chosen(key, page))


def chosen(key: str, page: Page) -> list[str]:
    """Nothing private is shown in Teams."""
    asked = [one for one in page.questions if one.options and not (key == "teams" and one.ask.private)]
    given = [page.values.get(one.name) or [] for one in asked]
    return [one for values in given for one in (values if isinstance(values, list) else [values])]


@pytest.mark.parametrize("key", PLATFORMS)
def test_all_answers_are_drawn_before_they_are_sent(key: str) -> None:
    for row in FORMS.values():
        answered = tuple(Answered(q.name, q.ask.question, ODD, private=False) for q in questions(row.form))
        page = Page(7, row.form.__doc__ or "", "Check your answers", 2, 2, (), {}, answered=answered)
        picture = drawn_picture(PLATFORMS[key], Shown(1, "", page=page))
        assert pictured(picture).count(squeezed(ODD)) == len(answered)
        assert [one.get_text() for one in picture.select(".press")].count("Change") == len(answered)


# --- the picture is of the JSON ----------------------------------------------------------------------------------


def json_of(page: BeautifulSoup) -> str:
    return page.select("#json")[0].get_text().removeprefix("\n")


def draws(person: Tab, key: str, text: str) -> BeautifulSoup:
    response = person.post("/picture", **{"as": key, "look": "1", "json": text})
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


@pytest.mark.parametrize("key", PLATFORMS)
def test_whoever_changes_the_json_changes_the_picture(quick_site: Site, key: str) -> None:
    look = arrives(quick_site, "nurse", "Read the agenda", "k1")
    nurse = tab(quick_site, "nurse")
    page = nurse.page(f"/picture?look={look}&as={key}")
    assert "Read the agenda" in page.select(".picture")[0].get_text()
    changed = draws(nurse, key, json_of(page).replace("Read the agenda", "Feed the cat"))
    for part in (".picture", ".push", "#json"):
        assert "Feed the cat" in changed.select(part)[0].get_text()
        assert "Read the agenda" not in changed.select(part)[0].get_text()
    assert "Read the agenda" in nurse.cards()[0]
    assert "Feed the cat" not in nurse.page().get_text()
    assert "Read the agenda" in nurse.page(f"/picture?look={look}&as={key}").select(".picture")[0].get_text()


def test_style_and_order_are_those_of_the_json() -> None:
    def button(text: str, **more: str) -> dict[str, Any]:
        return {"type": "button", "text": {"type": "plain_text", "text": text}, **more}

    row = {"type": "actions", "elements": [button("B", style="danger"), button("A", style="primary")]}
    page = page_of(drawn_from(SLACK, json.dumps({"text": "x", "blocks": [row]})))
    assert [(one.get_text(), one["class"]) for one in page.select(".press")] == [
        ("B", ["press", "danger"]),
        ("A", ["press", "primary"]),
    ]


def test_beside_the_conversation_is_what_would_be_sent(quick_site: Site) -> None:
    look = arrives(quick_site, "nurse", "Read the agenda", "k1")
    nurse = tab(quick_site, "nurse")
    page = nurse.page()
    ways = page.select(".ways input")
    assert [str(one["value"]) for one in ways] == ["teams", "slack", "phone", "reader"]
    assert [one["value"] for one in ways if one.has_attr("checked")] == ["teams"]
    shown = Shown(1, "", message=IN_CHAT[0].message())
    for key, way in zip(PLATFORMS, page.select(".way"), strict=False):
        written = json.loads(way.select("pre")[0].get_text())
        assert written.keys() == json.loads(sent(PLATFORMS[key], shown)).keys()
        assert way.select(".picture")[0]["role"] == "img"
        assert way.select("a[href]")[0]["href"] == f"/picture?look={look}&as={key}"
    assert [one.get_text(" ") for one in page.select(".push")] == [
        "Teams MACE bot Read the agenda",
        "Slack MACE bot Read the agenda",
    ]
    chosen = nurse.page(f"/?look={look}&as=slack").select(".ways [checked]")
    assert [one["value"] for one in chosen] == ["slack"]


def test_an_open_form_is_looked_at_too(quick_site: Site) -> None:
    look = arrives(quick_site, "nurse", "Read the agenda", "k1")
    nurse = tab(quick_site, "nurse")
    nurse.post(nurse.opens("refer"), page="Safety first", danger="no", go="on")
    page = nurse.page()
    teams, slack, phone, reader = (one.get_text(" ", strip=True) for one in page.select(".way"))
    for picture in (teams, slack):
        assert "Which borough does the child live in?" in picture
        assert "Error: Choose one of the options" in picture
    assert "Teams MACE bot Refer a child Nothing from Slack" in phone
    assert "Is someone in danger right now? If so, phone 999 first." in reader
    assert len(page.select(".teams .option .on")) == len(page.select(".slack .option .on")) == 1
    assert not page.select(".form .meta a, .form + .meta a")
    beside = nurse.page(f"/?look={look}")
    assert "Read the agenda" in beside.select(".teams")[0].get_text()
    assert (
        beside.select(".form + .meta a")[0]["href"] == f"/?look={page.select('li[data-id]')[-1]['data-id']}#elsewhere"
    )


def test_nobody_looks_at_what_is_somebody_elses(quick_site: Site) -> None:
    look = arrives(quick_site, "school", "For the school", "k1")
    arrives(quick_site, "nurse", "For the nurse", "k2")
    nurse = tab(quick_site, "nurse")
    for path in (f"/?look={look}", f"/picture?look={look}&as=slack"):
        assert "For the school" not in nurse.page(path).get_text()
        assert "For the nurse" in nurse.page(path).get_text()
