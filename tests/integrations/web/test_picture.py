"""JSON that anybody may change: its markup stays text, what is odd in it is told in words, and nothing is kept."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.guard import LARGEST
from integrations.web.chat import NO_SUCH_MESSAGE, NOBODY, SOMEBODY_ELSE
from integrations.web.elsewhere import DEEPEST, NOT_JSON, NOT_READ, NOTHING, drawn_from, sent
from integrations.web.guard import OLD_PAGE, TOO_LARGE
from integrations.web.showing import Shown
from tests.integrations.web.conftest import Site, tab, words
from tests.integrations.web.test_elsewhere import NOT_SHOWN, PLATFORMS, SLACK, TEAMS, draws, json_of, page_of
from tests.rules.samples import IN_CHAT

# --- markup stays text, and odd JSON is told in words -------------------------------------------------------------

MARKUP = '<b>x</b> <!channel> [x](http://y) *z* <script>alert(1)</script> {{ 7*7 }} " onclick="x'


@pytest.mark.parametrize("key", PLATFORMS)
def test_markup_is_drawn_as_text(quick_site: Site, key: str) -> None:
    nurse = tab(quick_site, "nurse")
    nurse.says("help")
    text = json.dumps(marked_up(json.loads(sent(PLATFORMS[key], Shown(1, "", message=IN_CHAT[-1].message())))))
    page = draws(nurse, key, text)
    picture = page.select(".picture")[0]
    assert MARKUP in picture.get_text()
    assert not picture.select("script, a, [onclick], p b b")
    assert len(page.find_all("script")) == 1
    assert json_of(page) == text
    assert MARKUP in page.select(".push")[0].get_text()


def marked_up(part: Any) -> Any:
    if isinstance(part, list):
        return [marked_up(one) for one in part]
    if isinstance(part, dict):
        return {name: marked_up(one) if name not in ("type", "style", "size") else one for name, one in part.items()}
    return MARKUP if isinstance(part, str) else part


def test_a_locked_phone_shows_the_text_in_teams_never_the_summary() -> None:
    page = page_of(drawn_from(TEAMS, json.dumps({"text": "Tell us", "summary": "Tell us. Open it."})))
    assert page.select(".push")[0].get_text(" ", strip=True) == "Teams MACE bot Tell us"


def test_markup_that_would_be_live_is_pointed_out() -> None:
    said = {"type": "section", "text": {"type": "mrkdwn", "text": "*bold*"}}
    page = page_of(drawn_from(SLACK, json.dumps({"blocks": [said]})))
    assert "*bold* Slack would read markup in this." in page.select(".picture")[0].get_text()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", NOT_JSON.format(line=1, column=1)),
        ("{'text': 1}", NOT_JSON.format(line=1, column=2)),
        ('{\n  "text": "x",\n}', NOT_JSON.format(line=3, column=1)),
        ("[" * 50_000, NOT_READ),
        ("9" * 10_000, NOT_READ),
        ('{"a":' * DEEPEST + "1" + "}" * DEEPEST, NOT_READ),
        ("[]", NOTHING),
        ("{}", NOTHING),
        ("null", NOTHING),
        ("[{}, {}]", NOTHING),
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("key", PLATFORMS)
def test_what_cannot_be_read_is_told_in_words(quick_site: Site, key: str, text: str, problem: str) -> None:
    nurse = tab(quick_site, "nurse")
    page = draws(nurse, key, text)
    assert page.select(".problem a")[0].get_text() == problem
    assert page.select(".problem a")[0]["href"] == "#json"
    assert page.title
    assert page.title.get_text().startswith("Error: ")
    assert json_of(page) == text
    assert not page.select(".picture")


@pytest.mark.parametrize(
    ("key", "given", "told"),
    [
        ("slack", {"blocks": [{"type": "banana"}]}, f"Slack {NOT_SHOWN}, or the bot never sends it: banana"),
        ("slack", {"blocks": [7]}, "it: a part without a type"),
        ("slack", {"blocks": [{"type": "header"}]}, "it: a part without a type"),
        ("slack", {"blocks": [{"type": "actions", "elements": [{"type": "datepicker"}]}]}, "it: datepicker"),
        ("slack", {"blocks": [{"type": "input", "element": {"type": "<b>"}}]}, "it: <b>"),
        (
            "slack",
            {"type": "AdaptiveCard"},
            "There is neither “text” nor “blocks” in this. Put one in, or start again.",
        ),
        ("slack", [1], "There is neither “text” nor “blocks” in this."),
        ("teams", {"blocks": 1}, "There is neither “text” nor “attachments” in this. Put one in, or start again."),
        ("teams", {"attachments": [{"content": {"type": "HeroCard"}}]}, "Teams would not show this, or the bot never"),
        ("teams", {"attachments": [{"content": {"type": "AdaptiveCard", "body": [{"type": "Table"}]}}]}, "it: Table"),
    ],
)
def test_what_is_not_known_is_pointed_out(quick_site: Site, key: str, given: Any, told: str) -> None:
    page = draws(tab(quick_site, "nurse"), key, json.dumps(given))
    assert told in page.select(".picture")[0].get_text()


NAMES = "type text blocks fields accessory elements element label hint optional options initial_option initial_options"
NAMES += " initial_value title submit close style attachments content body inlines items columns actions choices value"
NAMES += " valueOn width spacing separator isMultiSelect placeholder description size weight color summary"
TYPES = "modal header section context actions input divider button plain_text mrkdwn plain_text_input radio_buttons"
TYPES += (
    " checkboxes static_select multi_static_select AdaptiveCard RichTextBlock TextRun ColumnSet Container ActionSet"
)
TYPES += " Input.Text Input.Toggle Input.ChoiceSet Action.Submit expanded primary auto \ud800 <b>"
LEAVES = st.sampled_from([*TYPES.split(), *TYPES.split(), None, True, 2, 0.5, ""])
ODDEST = st.recursive(
    LEAVES,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from(NAMES.split()), inside, max_size=6),
    max_leaves=40,
)


@settings(max_examples=400)
@given(ODDEST)
def test_any_json_is_drawn_or_refused_in_words(odd: Any) -> None:
    card = {"type": "AdaptiveCard", "body": [odd, {"type": "ColumnSet", "columns": odd}]}
    for platform, text in (
        (SLACK, {"blocks": [odd], "type": odd}),
        (SLACK, {"type": "modal", "blocks": odd, "title": odd}),
        (TEAMS, {"text": odd, "attachments": [{"content": card}, odd]}),
    ):
        assert page_of(drawn_from(platform, json.dumps(text))).select(".picture, .problem")


def test_a_picture_costs_no_more_than_a_page() -> None:
    """However many are chosen among however many."""
    ticks = {"type": "checkboxes", "options": [0] * 40_000, "initial_options": [0] * 40_000}
    text = json.dumps({"blocks": [{"type": "input", "label": {"text": "x"}, "element": ticks}]})
    assert len(text) < LARGEST
    assert len(page_of(drawn_from(SLACK, text)).select(".option")) == 500


# --- as every form of ours ----------------------------------------------------------------------------------------


def test_who_is_nobody_draws_nothing(quick_site: Site) -> None:
    nobody = tab(quick_site)
    assert NOBODY in words(nobody.client.get("/picture?as=slack"))
    response = nobody.post("/picture", **{"as": "slack", "json": "{}"})
    assert (response.status_code, NOBODY in words(response)) == (400, True)


def test_before_anything_is_said_there_is_nothing_to_draw(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    response = nurse.client.get("/picture?as=slack&look=1")
    assert (response.status_code, NO_SUCH_MESSAGE in words(response)) == (400, True)
    assert not nurse.page().select(".same")


@pytest.mark.parametrize("key", ["", "web", "../base", "picture"])
def test_a_platform_that_is_not_there_is_no_page(quick_site: Site, key: str) -> None:
    nurse = tab(quick_site, "nurse")
    nurse.says("help")
    assert nurse.client.get("/picture", params={"as": key}).status_code == 404
    assert nurse.post("/picture", **{"as": key, "json": "{}"}).status_code == 404
    assert nurse.page(f"/?as={key}").select(".ways [checked]")[0]["value"] == "teams"


def test_only_our_own_form_is_drawn(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    fields = nurse.own() | {"as": "slack", "json": '{"text": "x"}'}
    assert OLD_PAGE in words(nurse.client.post("/picture", data=fields | {"token": "wrong"}))
    assert SOMEBODY_ELSE in words(nurse.client.post("/picture", data=fields | {"you": "school"}))
    assert TOO_LARGE in words(nurse.client.post("/picture", data=fields | {"json": "x" * LARGEST}))
