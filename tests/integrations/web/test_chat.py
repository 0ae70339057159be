"""The web channel without JavaScript: saying, pressing, filling in forms, and everything odd that may be sent."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from bot.ports import Address, Undeliverable
from bot.replies import said
from integrations.web.chat import NO_SUCH_PAGE, NO_SUCH_PERSON, NOBODY, ONLY_FROM_A_FORM, SOMEBODY_ELSE
from integrations.web.platform import WebPlatform
from integrations.web.saying import NO_SUCH_FORM
from storage.records import Partnership, WebMessage
from tests.cast import HOME
from tests.integrations.web.conftest import Site, Tab, tab, words

BAD_IDS = ("0", "x", "-1", "1e3", "\u0663", "9" * 30, "%00")
OPENING = {"page": "Safety first", "danger": "no", "borough": "1", "go": "on"}


def arrives(site: Site, handle: str, text: str, key: str) -> str:
    message = said(text).message
    assert message
    return asyncio.run(WebPlatform(site.sessions, lambda: site.now).send(Address(HOME, handle), message, key))


# --- lines and buttons -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        "\x00\x01\u202e",
        "x" * 100_000,
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "%s %n",
        "\udcff",
        "👩🏽‍⚕️ done",
    ],
    ids=lambda line: repr(line[:30]),
)
def test_any_line_gets_an_answer(quick_site: Site, line: str) -> None:
    nurse = tab(quick_site, "nurse")
    nurse.client.post("/say", data=nurse.own() | {"line": line.encode("utf-8", "surrogatepass")})
    assert len(nurse.page().select("li.me")) == 1
    assert len(nurse.cards()) == 1


def test_markup_is_shown_as_it_was_typed(quick_site: Site) -> None:
    """Invariant 16, on the web page."""
    nurse = tab(quick_site, "nurse")
    nurse.says("<script>alert(1)</script> & <b>bold</b>")
    assert nurse.lines() == ["<script>alert(1)</script> & <b>bold</b>"]
    assert len(nurse.page().find_all("script")) == 1


def test_a_reference_stays_on_one_line(quick_site: Site) -> None:
    """On a phone its letter stood at the end of one, and the rest on the next."""
    school = tab(quick_site, "school")
    arrives(quick_site, "school", "Action A-7K2F9 & <M-QD96P> are open, X-1 is none.", "k")
    (card,) = school.page().select("article.card")
    assert [kept.get_text() for kept in card.select(".ref")] == ["A-7K2F9", "M-QD96P"]
    assert "Action A-7K2F9 & <M-QD96P> are open, X-1 is none." in card.get_text()


def test_the_same_request_twice_has_one_effect(site: Site) -> None:
    nurse = tab(site, "nurse")
    fields = nurse.own() | {"line": "help"}
    places = [nurse.client.post("/say", data=fields).headers["Location"] for _ in range(3)]
    assert len(set(places)) == 1
    assert nurse.lines() == ["help"]
    assert len(nurse.cards()) == 1


def test_a_double_click_has_one_effect(site: Site) -> None:
    nurse = tab(site, "nurse")
    fields = nurse.own() | {"press": "refer", "label": "Refer a child"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: nurse.client.post("/say", data=fields).status_code, range(4)))
    assert answers == [303] * 4
    assert nurse.lines() == ["Refer a child"]
    assert len(nurse.page().select(".form")) == 1


def test_a_pressed_card_is_replaced_where_it_is(quick_site: Site) -> None:
    coordinator = tab(quick_site, "coordinator")
    path = coordinator.opens("add action")
    coordinator.post(
        path, page="The action", owner="1", verb="check a record flag", item="none", due_on="12 June", go="on"
    )
    asyncio.run(quick_site.move_on())
    nurse = tab(quick_site, "nurse")
    form = next(one for one in nurse.page().select(".card form") if "done " in str(one))
    pressed = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    place = nurse.client.post("/say", data=pressed).headers["Location"]
    assert place == f"/#m{pressed['on']}"
    assert len(nurse.cards()) == 1
    assert "Marked as done" in nurse.cards()[0]
    assert nurse.lines() == []


def test_a_reply_carries_the_message_it_answers(quick_site: Site) -> None:
    sent_as = arrives(quick_site, "nurse", "A question", "k1")
    nurse = tab(quick_site, "nurse")
    link = nurse.page().select(f"#m{sent_as} a")[0]
    assert link["href"] == f"/?reply={sent_as}#line"
    page = nurse.page(f"/?reply={sent_as}")
    assert page.select(".say input[name=on]")[0]["value"] == sent_as
    assert "Replying to: A question" in page.get_text(" ", strip=True)


def test_the_same_message_on_a_phone(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    first, _ = (arrives(quick_site, "nurse", text, text) for text in ("One.", "Two."))
    assert "Two." in nurse.page().select(".words")[0].get_text()
    assert "One." in nurse.page(f"/?look={first}").select(".words")[0].get_text()


def test_ones_own_line_can_be_deleted_and_nobody_elses(quick_site: Site) -> None:
    nurse, school = tab(quick_site, "nurse"), tab(quick_site, "school")
    nurse.says("something private")
    row = nurse.page().select("li.me")[0]["data-id"]
    school.post("/delete", id=str(row))
    assert nurse.lines() == ["something private"]
    nurse.post("/delete", id=str(row))
    assert nurse.lines() == ["You deleted this"]
    nurse.post("/delete", id="nothing")


# --- forms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", BAD_IDS)
def test_bad_ids_are_told_in_words(quick_site: Site, bad: str) -> None:
    nurse = tab(quick_site, "nurse")
    response = nurse.post(f"/form/{bad}", go="on")
    assert response.status_code == 400
    assert NO_SUCH_FORM in words(response)
    for path in (f"/?look={bad}&reply={bad}", f"/?reply={bad}"):
        assert nurse.client.get(path).status_code == 200
    assert nurse.client.get(f"/new?after={bad}&you=nurse").status_code == 200
    assert nurse.post("/say", line="help", on=bad).status_code == 303


def test_somebody_elses_form_is_not_open(quick_site: Site) -> None:
    nurse, school = tab(quick_site, "nurse"), tab(quick_site, "school")
    path = nurse.opens("refer")
    assert school.post(path, **OPENING).status_code == 303
    assert "That form is not open any more" in school.cards()[-1]
    assert nurse.page().select(".step")[0].get_text() == "Refer a child, step 1 of 8"


def test_errors_are_listed_first_and_lead_to_their_fields(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    nurse.post(nurse.opens("refer"), page="Safety first", danger="no", go="on")
    page = nurse.page()
    assert page.title
    assert page.title.get_text().startswith("Error: ")
    links = page.select(".problem a")
    assert [link.get_text() for link in links] == ["Which borough does the child live in? Choose one of the options"]
    field = page.find(id=str(links[0]["href"]).removeprefix("#"))
    assert field
    described = field.find_parent("fieldset")
    assert described
    assert [page.find(id=one).get_text().strip() for one in str(described["aria-describedby"]).split()] == [  # type: ignore[union-attr]
        "We ask so that it goes to the right panel.",
        "Error: Choose one of the options",
    ]
    assert page.select("[name=danger][value=no][checked]")  # the answer that was right is still there


def test_a_page_sent_twice_goes_on_once(site: Site) -> None:
    nurse = tab(site, "nurse")
    path = nurse.opens("refer")
    fields = nurse.own() | OPENING
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: nurse.client.post(path, data=fields).status_code, range(4))) == [303] * 4
    page = nurse.page()
    assert [one.get_text() for one in page.select(".heading")] == ["About you"]
    assert not page.select(".problem")


def test_a_page_that_is_not_on_the_screen_any_more_changes_nothing(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    path = nurse.opens("refer")
    nurse.post(path, **OPENING)
    nurse.post(path, **OPENING)  # from another tab
    page = nurse.page()
    assert [one.get_text() for one in page.select(".heading")] == ["About you"]
    assert not page.select(".problem")


def test_what_is_not_on_the_page_is_not_heard(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    path = nurse.opens("refer")
    nurse.post(path, **OPENING, child_name="Mallory", __class__="x", contact="I work with them")
    page = nurse.page()
    assert not page.select("[name=contact][checked]")
    nurse.post(path, page="About you", go="<script>")
    assert not nurse.page().select(".problem")


def test_many_options_are_a_list_to_open(quick_site: Site) -> None:
    with quick_site.sessions.begin() as session:
        for number in range(12):
            session.add(Partnership(name=f"Borough {number}", police="", mash_phone="", mash_hours="", contact=""))
    nurse = tab(quick_site, "nurse")
    path = nurse.opens("refer")
    assert len(nurse.page().select("select[name=borough] option")) == 17  # 15, "I don't know", and none yet
    nurse.post(path, page="Safety first", go="on", borough="7")
    assert nurse.page().select("option[selected]")[0]["value"] == "7"
    nurse.post(path, **OPENING)
    assert nurse.page().select(".heading")[0].get_text() == "About you"


def test_lines_end_as_they_were_typed(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    path = nurse.opens("refer")
    nurse.post(path, **OPENING)
    about = {"contact": "was told", "source": "records", "risk_to_source": "yes"}
    nurse.post(path, page="About you", go="on", **about)
    nurse.post(path, page="About you", go="on", **about, not_to_share="One.\r\nTwo.")
    nurse.post(path, page="The child", go="back")
    assert nurse.page().select("textarea")[0].get_text().strip() == "One.\nTwo."


def test_only_the_newest_message_of_a_form_shows_it(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    path = nurse.opens("refer")
    nurse.post(path, **OPENING)
    nurse.post("/say", press="resume", label="Go on with it")
    page = nurse.page()
    assert [one.get_text() for one in page.select(".closed")] == ["Refer a child"]
    assert len(page.select(".form")) == 1


def test_saved_resumed_cancelled(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    path = nurse.opens("refer")
    nurse.post(path, **OPENING)
    nurse.post(path, page="About you", go="save")
    assert "Saved: refer a child" in nurse.cards()[-1]
    assert not nurse.page().select(".form")
    assert nurse.opens("resume") == path
    nurse.post(path, page="About you", go="cancel")
    assert "this form is closed" in nurse.cards()[-1]
    nurse.post(path, page="About you", go="on")
    assert "this form is closed" in nurse.cards()[-1]


# --- who, when, and where ----------------------------------------------------------------------------------------


def test_who_is_nobody_says_nothing(quick_site: Site) -> None:
    nobody = tab(quick_site)
    response = nobody.post("/say", line="help")
    assert response.status_code == 400
    assert NOBODY in words(response)
    response = nobody.post("/be", handle="housekeeper")
    assert response.status_code == 400
    assert NO_SUCH_PERSON in words(response)
    assert nobody.client.get("/new?after=0").status_code == 204


def test_who_changed_in_another_tab_does_not_speak_as_somebody_else(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    fields = nurse.own() | {"line": "help"}
    nurse.post("/be", handle="school")
    response = nurse.client.post("/say", data=fields)
    assert response.status_code == 409
    assert SOMEBODY_ELSE in words(response)
    assert nurse.lines() == []


def test_who_has_no_account_yet_has_nothing_to_read(quick_site: Site) -> None:
    housing = tab(quick_site, "housing")
    assert "Nothing has been said yet" in housing.page().get_text()
    housing.says("hello")
    assert "I do not know you yet" in housing.cards()[0]


def test_unknown_addresses_are_told_in_words(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    assert NO_SUCH_PAGE in words(nurse.client.get("/nothing"))
    assert nurse.client.get("/nothing").status_code == 404
    assert ONLY_FROM_A_FORM in words(nurse.client.get("/say"))


def test_what_arrives_is_counted_until_it_is_seen(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")

    def count(handle: str) -> str:
        badge = nurse.page().select(f"[data-unread={handle}]")[0]
        return "" if badge.has_attr("hidden") else badge.get_text()

    for key in ("k1", "k2"):
        arrives(quick_site, "school", "Something new", key)
    arrives(quick_site, "nurse", "Something new", "k3")
    assert (count("school"), count("nurse"), count("charity")) == ("2 new", "", "")
    nurse.post("/be", handle="school")
    assert count("nurse") == ""
    nurse.post("/be", handle="nurse")
    assert count("school") == ""
    arrives(quick_site, "school", "Something new", "k4")
    assert count("school") == "1 new"


def test_only_what_is_new_and_only_for_you(quick_site: Site) -> None:
    nurse = tab(quick_site, "nurse")
    first = arrives(quick_site, "nurse", "Old", "k1")
    assert not nurse.page(f"/new?after={first}&you=nurse").select("li")
    second = arrives(quick_site, "nurse", "New", "k2")
    fragment = nurse.client.get(f"/new?after={first}&you=nurse")
    assert [one["id"] for one in BeautifulSoup(fragment.text, "html.parser").select("li")] == [f"m{second}"]
    assert nurse.client.get(f"/new?after={first}&you=school").status_code == 204
    assert "Set-Cookie" not in fragment.headers  # or a slow answer could undo a change of person


def test_every_message_sent_is_listed_word_for_word(site: Site) -> None:
    coordinator = tab(site, "coordinator")
    assert "Nothing has been sent yet" in coordinator.page("/sent").get_text()
    path = coordinator.opens("add action")
    coordinator.post(
        path, page="The action", owner="1", verb="check a record flag", item="none", due_on="12 June", go="on"
    )
    asyncio.run(site.deliver())
    letter = coordinator.page("/sent").select(".letters > li")[0].get_text(" ", strip=True)
    assert "Tuesday 9 June 2026, 9:30am. To Named nurse, Thames Gate NHS Trust, Camden." in letter
    assert "Camden: check a record flag by Friday 12 June 2026" in letter
    assert 'reply "done A-' in letter


# --- as a platform -----------------------------------------------------------------------------------------------


def test_sent_twice_arrives_once(site: Site) -> None:
    platform = WebPlatform(site.sessions, lambda: site.now)
    assert arrives(site, "nurse", "Hello", "k1") == arrives(site, "nurse", "Hello", "k1")
    assert len(tab(site, "nurse").cards()) == 1
    nurse = Address(HOME, "nurse")
    assert asyncio.run(platform.find(nurse, "k1", site.now)) == arrives(site, "nurse", "Hello", "k1")
    assert asyncio.run(platform.find(nurse, "k2", site.now)) is None


def test_sent_at_the_same_moment_arrives_once(site: Site) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: arrives(site, "nurse", "Hello", "k1"), range(4)))) == 1
    with site.sessions() as session:
        assert session.scalar(select(func.count()).select_from(WebMessage)) == 1


def test_an_account_that_is_gone_is_undeliverable(quick_site: Site) -> None:
    with pytest.raises(Undeliverable, match="their account is gone"):
        arrives(quick_site, "nobody", "Hello", "k1")


def test_the_clock_moves_for_everybody(quick_site: Site) -> None:
    nurse: Tab = tab(quick_site, "nurse")
    assert "Tuesday 9 June 2026, 9:30am" in nurse.page().select(".clock")[0].get_text()
    assert nurse.post("/clock").headers["Location"] == "/#latest"
    assert "Wednesday 10 June 2026, 9:30am" in nurse.page().select(".clock")[0].get_text()
