"""What is stored is shown on a page as it was typed, wherever it was typed and whoever reads it (T-62)."""

import pytest

from tests.conversations.test_referral import fill_up_to_review
from tests.integrations.web.signed_in import Browser, signed_in, soup
from tests.making import an_action, an_item
from tests.world import World

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></p><svg onload=alert(1)>",
    "{{ 7*7 }} ${x} <a href='javascript:alert(1)'>x</a>",
)


def reads(browser: Browser, path: str, evil: str) -> None:
    """It is there, as text, and nothing on the page does anything but what the page itself does."""
    page = soup(browser.opens(path))
    assert evil in page.get_text() or evil in str([one.get("value") for one in page.select("input")]), path
    assert {str(one.get("src")).partition("?")[0].rpartition("/")[0] for one in page.find_all("script")} <= {"/static"}
    assert not page.select("main img, main svg, main script, main a[href^=javascript]")
    assert not [one for one in page.find_all(True) if any(name.startswith("on") for name in one.attrs)]


@pytest.mark.parametrize("evil", EVIL)
def test_what_is_stored_is_shown_as_it_was_typed_and_never_run(world: World, evil: str) -> None:
    """TRUST.md T-62: a name, a story, a note, a reason, a place and the title of a post."""
    ann, cal, sam = (world.person(one) for one in ("charity", "coordinator", "school"))
    ann.says("refer")
    ann.presses("Use the form instead")
    fill_up_to_review(ann)
    for question in ("child_name", "event"):
        kept = {name: value for name, value in ann.submits(go=f"change:{question}").values.items() if value is not None}
        ann.submits(**kept | {question: f"Zebra {evil}"})
    referral = ann.submits().line("Where is my referral?").split()[-1]
    reads(signed_in(world, "coordinator"), f"/pages/read/{referral}", evil)

    cal.says("add meeting")
    cal.presses("Use the form instead")
    meeting = cal.submits(borough="Camden", day="19 June 2026", at="2pm", place=evil).line("Add an item").split()[-1]
    an_item(world, ("Hollow Oak School",))
    reads(signed_in(world, "coordinator"), f"/pages/read/{meeting}", evil)

    cal.says("open case")
    cal.presses("Use the form instead")
    opened = cal.submits(borough="Camden", child_name=evil, born="14 May 2011")
    case = opened.line("Read it on your page").split()[-1]
    action = an_action(world, "Safeguarding lead, Hollow Oak School", "12 June 2026", about=case)
    sam.says(f"record number {action}")
    sam.presses("Open the form")
    sam.submits(number=evil)
    for handle, path in (("coordinator", f"/pages/read/{case}"), ("school", f"/pages/who/{action}")):
        reads(signed_in(world, handle), path, evil)

    pat = world.person("police")
    pat.says(f"emergency {case}")
    pat.presses("Use the form instead")
    pat.submits(reason="child safety now", words=f"The child is missing {evil}")
    world.tick()
    review = next(line for one in cal.hears() for line in one.buttons.values() if line.startswith("read E-"))
    reads(signed_in(world, "coordinator"), f"/pages/{review.replace(' ', '/')}", evil)

    sam.presses("Yes, mark it as done", on=sam.says(f"done {action}, {evil}"))
    reads(signed_in(world, "coordinator"), f"/pages/read/{action}", evil)
