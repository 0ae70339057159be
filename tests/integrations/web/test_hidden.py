"""What a signed-in page hides in itself is trusted for nothing: authority is whoever is signed in (T-27)."""

import pytest

from tests.conversations.test_referral import SAFETY
from tests.integrations.web.signed_in import Browser, signed_in, soup
from tests.making import an_action
from tests.scheduler.fakes import sizes
from tests.world import World

POST = "Safeguarding lead, Hollow Oak School"


def opened(browser: Browser) -> tuple[str, dict[str, str]]:
    """Where the open form is sent to, and what it hides."""
    browser.sends("/pages/say", press="refer", label="Refer a child")
    return the_form(browser)


def the_form(browser: Browser) -> tuple[str, dict[str, str]]:
    form = soup(browser.opens("/pages/talk")).select(".form form")[-1]
    return str(form["action"]), {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}


def changed(world: World, before: dict[str, int]) -> set[str]:
    return {name for name, size in sizes(world.sessions).items() if size != before[name]} - {
        *("heard", "audit", "posted", "web_message"),
    }


TAMPERED: tuple[dict[str, str], ...] = (
    *({"page": page} for page in ("", "The child", "safety first", "x" * 5_000)),
    *({"go": go} for go in ("", "drop", "ON", "change:", "look", "show", "change:__class__")),
    *({"token": token} for token in ("", "x", "0" * 43)),
    *({"form": form} for form in ("0", "999", "-1", "1%2f2", "²", "x")),
    {"borough": "999", "danger": "no"},
    {"go": "on", "danger": "no", "child_name": "Mallory", "__class__": "x"},
)


@pytest.mark.parametrize("tampered", TAMPERED, ids=str)
def test_whatever_a_page_hides_is_only_a_look(world: World, tampered: dict[str, str]) -> None:
    """TRUST.md T-27: the form's id, its page, what to do, the session's token and the fields, each changed."""
    browser = signed_in(world, "school")
    where, hidden = opened(browser)
    before = sizes(world.sessions)
    tampered = dict(tampered)
    if form := tampered.pop("form", ""):
        where = f"/pages/form/{form}"
    good = {**SAFETY, "borough": "1"} if not {"danger", "child_name"} & tampered.keys() else {}
    answered = browser.client.post(where, data={**hidden, "go": "on", **good, **tampered})
    assert answered.status_code < 500
    assert changed(world, before) == set()
    assert the_form(browser)[1]["page"] == "Safety first"
    assert "Mallory" not in browser.opens("/pages/talk").text


@pytest.mark.parametrize("go", ["on", "cancel", "save", "change:child_name"])
def test_another_persons_form_is_not_there(world: World, go: str) -> None:
    """TRUST.md T-27."""
    school, nurse = signed_in(world, "school"), signed_in(world, "nurse")
    where, hidden = opened(school)
    own = {**hidden, "token": nurse.token(), "go": go}
    assert nurse.client.post(where, data=own).status_code == 303
    assert "That form is not open any more" in nurse.reads("/pages/talk")
    assert the_form(school)[1]["page"] == "Safety first"


LINES = ("confirm {} @2", "add person", "agenda", "give {} @1", "not sent", "emergency", "done {} @9", "take R-22222")


@pytest.mark.parametrize("line", LINES)
def test_whatever_a_button_hides_is_what_its_presser_may_say(world: World, line: str) -> None:
    """TRUST.md T-27."""
    reference = an_action(world, POST, "10 June 2026")
    school = signed_in(world, "school")
    before = sizes(world.sessions)
    for on in ("", "1", "999", "x"):
        assert school.sends("/pages/say", press=line.format(reference), label="Done", on=on).status_code < 500
    assert changed(world, before) == set()
