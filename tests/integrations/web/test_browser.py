"""The page in a real browser: for everybody (axe), narrow, by keyboard, without JavaScript, and live."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browsing import SCREENSHOTS, a_browser
from tests.conversations.test_own_pages import a_referral
from tests.integrations.web.conftest import Site
from tests.making import a_meeting, an_action
from tests.surfaces.core import Core
from tests.world import World

DESKTOP, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=320, height=640)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def address(quick_site: Site) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(quick_site.app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@dataclass
class Reader:
    """Somebody at a browser.  Whatever the browser complains about is kept."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(10_000)
        expect.set_options(timeout=10_000)

    def becomes(self, post: str) -> None:
        self.page.goto(self.address)
        with self.page.expect_navigation():
            self.page.locator(".people button").filter(has_text=post).click()
        expect(self.page.locator(".people [aria-current]")).to_contain_text(post)

    def presses(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).last.click()

    def says(self, line: str) -> None:
        self.page.locator("#words").fill(line)
        with self.page.expect_navigation():
            self.page.locator("#words").press("Enter")
        expect(self.page.locator(".me .line").last).to_have_text(line)

    def sends(self) -> None:
        """Whatever the main button of the form is called."""
        with self.page.expect_navigation():
            self.page.locator(".form .acts .button").first.click()

    def opens(self, line: str, title: str) -> None:
        self.says(line)
        self.presses("Use the form instead")
        expect(self.page.locator(".step b").last).to_have_text(title)

    def sees(self, heading: str) -> None:
        expect(self.page.locator(".card .heading")).to_have_text(heading)

    def keeps(self, name: str) -> None:
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def is_for_everybody(self, name: str) -> None:
        """No finding of axe that hinders anybody, and no sideways scrolling, wide or narrow."""
        found = [
            f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}"
            for one in Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert found == [], (name, found)
        self.keeps(name)
        self.page.set_viewport_size(NARROW)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
        self.keeps(f"{name}-narrow")
        self.page.set_viewport_size(DESKTOP)


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Reader]:
    context = browser.new_context(viewport=DESKTOP)
    reader = Reader(context.new_page(), address)
    yield reader
    context.close()
    assert reader.complaints == []


def deliver(site: Site) -> None:
    """In a thread of its own: the browser keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, site.deliver()).result()


def give_an_action(reader: Reader) -> None:
    reader.becomes("Camden Council")
    reader.opens("add action", "Add an action")
    form = reader.page.locator(".form")
    form.get_by_label("Named nurse, Thames Gate NHS Trust").check()
    form.get_by_label("check a record flag").check()
    form.locator("[name=item]").first.check()
    form.locator("[name=due_on]").fill("12 June")
    reader.sends()
    expect(reader.page.locator(".card h2").last).to_contain_text("Action given")


def fill_in(page: Page, *ticked: str, **typed: str) -> None:
    for option in ticked:
        name, _, value = option.partition("=")
        page.locator(f'[name={name}][value="{value}"]').check()
    for name, words in typed.items():
        page.locator(f"[name={name}]").first.fill(words)
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()


def test_every_page_of_a_referral_is_for_everybody(reader: Reader) -> None:
    reader.page.goto(reader.address)
    reader.is_for_everybody("welcome")
    reader.becomes("Youth worker")
    reader.is_for_everybody("nothing-said")
    reader.says("help")
    reader.is_for_everybody("help")
    reader.presses("Refer a child")
    reader.sees("Safety first")
    reader.presses("Continue")
    expect(reader.page.locator(".problem")).to_be_focused()
    assert reader.page.title().startswith("Error: ")
    reader.is_for_everybody("form-with-errors")
    page = reader.page
    fill_in(page, "danger=no", "borough=1")
    fill_in(page, "contact=works with them", "source=told by the child", "risk_to_source=no")
    reader.sees("The child")
    reader.is_for_everybody("form-private")
    fill_in(page, "child_name=don't know", "sex=female", "home=family home", born="15")
    fill_in(page, "working=nobody", "told=told and agree")
    fill_in(page, "worries=criminal")
    fill_in(page, "criminal=county lines")
    reader.sees("What happened")
    fill_in(page, "changes=none", event="Invented.\nTwo lines.", event_on="soon")
    expect(page.locator("#f1-event")).to_have_value("Invented.\nTwo lines.")
    reader.is_for_everybody("form-long")
    fill_in(page, "changes=none", event_on="yesterday")
    fill_in(
        page,
        "safe=trusted adult",
        "tried=safety plan",
        "wanted=advice",
        reach="020 7946 0000",
    )
    reader.sees("Check your answers")
    reader.is_for_everybody("review")
    reader.presses("Change When did it happen?")
    expect(page.locator("[name=event_on]").first).to_have_value("Monday 8 June 2026")
    fill_in(page)
    reader.presses("Send referral")
    expect(page.locator(".card h2").last).to_have_text("Referral sent")
    reader.is_for_everybody("receipt")


def test_what_the_clock_brings_is_for_everybody(reader: Reader, quick_site: Site) -> None:
    give_an_action(reader)
    give_an_action(reader)
    reader.presses("Move to the next working morning")
    expect(reader.page.locator(".clock")).to_contain_text("Wednesday 10 June 2026")
    reader.becomes("Named nurse")
    expect(reader.page.locator(".card h2").last).to_contain_text("check a record flag")
    reader.is_for_everybody("reminder")
    reader.page.get_by_role("link", name="Reply to this").last.click()
    expect(reader.page.locator(".replying")).to_be_visible()
    reader.says("done, the flag is on both systems")
    reader.is_for_everybody("reply-in-words")
    reader.page.goto(f"{reader.address}/sent")
    reader.page.locator("summary").first.click()
    reader.is_for_everybody("sent")
    reader.page.goto(f"{reader.address}/story")
    reader.is_for_everybody("story")


def test_an_agenda_is_for_everybody(reader: Reader) -> None:
    page = reader.page
    reader.becomes("Camden Council")
    reader.opens("add meeting", "Add a meeting")
    page.locator("[name=borough]").first.check()
    for name, words in (("day", "19 June 2026"), ("at", "2pm"), ("place", "Room 4")):
        page.locator(f"[name={name}]").fill(words)
    reader.sends()
    reader.opens("add item", "Add an agenda item")
    page.locator("[name=meeting]").first.check()
    page.locator("[name=section]").first.check()
    page.locator("[name=case]").first.check()
    page.get_by_role("checkbox", name="Hollow Oak School").check()
    page.locator("[name=verb]").first.check()
    reader.sends()
    reader.opens("agenda", "Send an agenda")
    page.locator("[name=meeting]").first.check()
    page.get_by_label("Hollow Oak School").check()
    reader.sends()
    expect(page.locator(".card h2").last).to_have_text("This is what Hollow Oak School will see")
    reader.is_for_everybody("agenda-preview")


def test_the_same_message_elsewhere_is_for_everybody(reader: Reader) -> None:
    page = reader.page
    give_an_action(reader)
    page.get_by_role("radio", name="Teams").focus()
    for way in ("teams", "slack", "phone", "reader"):
        expect(page.locator(f"#way-{way}")).to_be_focused()
        expect(page.locator(".way:visible")).to_have_attribute("data-way", way)
        reader.is_for_everybody(f"elsewhere-{way}")
        page.keyboard.press("ArrowRight")
    page.get_by_role("radio", name="Slack").check()
    reader.opens("refer", "Refer a child")
    expect(page.locator(".way:visible")).to_have_attribute("data-way", "slack")  # remembered
    page.locator(".way:visible summary").click()
    reader.is_for_everybody("elsewhere-form")
    page.locator(".way:visible").get_by_role("link", name="Change the JSON and see").click()
    page.locator("#json").fill('{"text": "Feed the cat"}')
    reader.presses("Draw it again")
    expect(page.locator(".picture")).to_contain_text("Feed the cat")
    reader.is_for_everybody("picture")
    page.locator("#json").fill("{")
    reader.presses("Draw it again")
    expect(page.locator(".problem")).to_be_focused()
    reader.is_for_everybody("picture-with-errors")
    page.get_by_role("link", name="Back to the conversation").click()
    page.wait_for_url("**/?look=*#elsewhere")  # with its styles: until then all of them can be seen
    expect(page.locator(".way:visible")).to_have_attribute("data-way", "slack")


def test_a_message_arrives_without_a_reload(reader: Reader, quick_site: Site, browser: Browser) -> None:
    give_an_action(reader)
    other = Reader(browser.new_page(), reader.address)
    other.becomes("Named nurse")
    other.page.locator("#words").fill("half a sent")
    deliver(quick_site)
    expect(other.page.locator(".card h2")).to_have_text("Camden: check a record flag by Friday 12 June 2026")
    expect(other.page.locator("#arrived")).to_contain_text("New message: Camden: check a record flag")
    expect(other.page.locator("#words")).to_be_focused()
    expect(other.page.locator("#words")).to_have_value("half a sent")
    expect(reader.page.locator("[data-unread=nurse]")).to_have_text("1 new")
    other.keeps("arrived")
    other.page.get_by_role("button", name="Done").click()  # what came without a reload works like the rest
    expect(other.page.locator(".card h2")).to_have_text("Marked as done: check a record flag")
    other.page.context.close()
    assert other.complaints == []


def test_by_keyboard_alone(reader: Reader) -> None:
    page, keys = reader.page, reader.page.keyboard
    page.goto(reader.address)
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main part")).to_be_focused()
    reader.becomes("Named nurse")
    page.locator("#words").focus()
    keys.type("help")
    keys.press("Enter")
    expect(page.locator("#words")).to_be_focused()  # ready for the next line
    page.get_by_role("button", name="Refer a child").focus()
    keys.press("Enter")
    reader.sees("Safety first")
    expect(page.locator("li", has=page.locator(".form"))).to_be_focused()
    keys.press("Tab")
    expect(page.locator("[name=danger]").first).to_be_focused()  # the form begins where the page opens
    page.get_by_role("button", name="Continue").focus()
    keys.press("Enter")
    expect(page.locator(".problem")).to_be_focused()
    keys.press("Tab")
    expect(page.locator(".problem a").first).to_be_focused()
    keys.press("Enter")
    expect(page.locator("[name=danger]").first).to_be_focused()
    for key in ("Space", "Tab", "Space", "Tab"):
        keys.press(key)
    expect(page.get_by_role("button", name="Continue")).to_be_focused()
    keys.press("Enter")
    reader.sees("About you")


def test_without_javascript(browser: Browser, address: str) -> None:
    reader = Reader(browser.new_context(java_script_enabled=False).new_page(), address)
    reader.becomes("Named nurse")
    reader.says("help")
    assert "#m" in reader.page.url
    reader.presses("Refer a child")
    reader.presses("Continue")
    expect(reader.page.locator(".problem a")).to_have_count(2)
    reader.page.get_by_role("radio", name="Slack").check()
    expect(reader.page.locator(".picture:visible")).to_contain_text("Error: Choose one of the options")
    fill_in(reader.page, "danger=no", "borough=1")
    reader.sees("About you")
    reader.presses("Cancel and delete")
    expect(reader.page.locator(".card").last).to_contain_text("this form is closed")
    reader.page.context.close()
    assert reader.complaints == []


def a_referral_and_an_action(site: Site) -> tuple[str, str]:
    """Made in chat, in a thread of its own: the browser keeps an event loop in this one."""
    core = Core(site.sessions)
    core.name = core.platform.name = "web"
    world = World(site.sessions, core, site.now)
    with ThreadPoolExecutor(1) as pool:
        referral = pool.submit(a_referral, world).result()
        action = pool.submit(an_action, world, "Named nurse, Thames Gate NHS Trust", "12 June 2026").result()
        pool.submit(a_meeting, world, 2).result()
    return referral, action


def signs_in(reader: Reader) -> None:
    reader.says("pages")
    reader.page.get_by_role("link", name="Open the page").last.click()
    reader.is_for_everybody("sign-in-link")
    reader.presses("Sign in")


def test_own_pages_are_for_everybody(reader: Reader, quick_site: Site) -> None:
    referral, action = a_referral_and_an_action(quick_site)
    page = reader.page
    page.goto(f"{reader.address}/pages")
    reader.is_for_everybody("signed-out")
    reader.complaints.clear()  # that nobody is signed in there is a 401, which a browser remarks on
    reader.becomes("Camden Council")
    signs_in(reader)
    expect(page.get_by_role("heading", name="What is yours")).to_be_visible()
    reader.is_for_everybody("pages")
    page.get_by_role("link", name=f"Read {referral}").click()
    expect(page.get_by_text("Zebra Canaryname")).to_be_visible()
    reader.is_for_everybody("page-referral")
    for link, name in (("Yours", "pages-again"), ("Action list", "page-actions"), ("Conversation", "page-talk")):
        with page.expect_navigation():
            page.get_by_role("link", name=link, exact=True).click()
        reader.is_for_everybody(name)
    page.goto(f"{reader.address}/pages/read/{action}")
    expect(page.get_by_text("Ngozi Testperson")).to_be_visible()
    reader.is_for_everybody("page-action")
    page.goto(f"{reader.address}/pages/read/A-7K2FS")
    reader.is_for_everybody("page-hidden")
    reader.presses("Sign out")
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_a_handover_pack_is_for_everybody(reader: Reader, quick_site: Site) -> None:
    _, action = a_referral_and_an_action(quick_site)
    reader.becomes("Camden Council")
    reader.says("my post")
    reader.is_for_everybody("my-post")
    reader.presses("Open the handover pack")
    reader.page.get_by_role("link", name="Open the page").last.click()
    reader.presses("Sign in")
    expect(reader.page.get_by_role("heading", name="Handover pack: MACE coordinator, Camden Council")).to_be_visible()
    reader.is_for_everybody("page-handover-coordinator")
    reader.becomes("Named nurse")
    signs_in(reader)
    reader.page.get_by_role("link", name="Handover pack of your post").click()
    expect(reader.page.get_by_role("link", name=f"Read {action}")).to_be_visible()
    reader.is_for_everybody("page-handover")
    reader.page.get_by_role("link", name="Named nurse, Thames Gate NHS Trust, Islington").click()
    expect(reader.page.get_by_text("Nothing waits for this post now")).to_be_visible()


def test_one_acts_on_own_pages_and_sees_where_one_is(reader: Reader, quick_site: Site) -> None:
    _, action = a_referral_and_an_action(quick_site)
    reader.becomes("Named nurse")
    signs_in(reader)
    page = reader.page
    reader.presses("Done")
    expect(page.locator(".card h2").last).to_have_text("Marked as done: check a record flag")
    reader.is_for_everybody("page-talk-done")
    reader.presses("Undo")
    page.goto(f"{reader.address}/pages/read/{action}")
    reader.presses("I need more time")
    page.locator("[name=until]").fill("soon")
    reader.sends()
    expect(page.locator(".problem")).to_be_focused()
    reader.is_for_everybody("page-talk-errors")
    page.locator("[name=until]").fill("19 June 2026")
    reader.sends()
    expect(page.locator(".card").last).to_contain_text("Friday 19 June 2026")


def test_what_is_printed_is_the_page_and_who_printed_it(reader: Reader, quick_site: Site) -> None:
    """TRUST.md T-83."""
    a_referral_and_an_action(quick_site)
    reader.becomes("Camden Council")
    signs_in(reader)
    page = reader.page
    page.get_by_role("link", name="Actions that are not done").click()
    expect(page.get_by_role("button", name="Print this page")).to_be_visible()
    page.emulate_media(media="print")
    expect(
        page.get_by_text("Read by Cal Testperson (MACE coordinator, Camden Council) on Tuesday 9 June")
    ).to_be_visible()
    for hidden in (page.get_by_role("button"), page.locator("nav"), page.locator(".skip")):
        assert not any(one.is_visible() for one in hidden.all())
    reader.keeps("printed")


def test_a_tracker_is_brought_in_by_everybody(reader: Reader, tmp_path: Path) -> None:
    page, tracker = reader.page, tmp_path / "tracker.csv"
    tracker.write_text("Action,Lead,Due,Child\nCheck flag,Police,12/6/2026,Zed\nShare intel,Bob,ASAP,Zed\n")
    reader.becomes("Camden Council")
    reader.says("import")
    page.get_by_role("link", name="Open the page").last.click()
    reader.presses("Sign in")
    reader.is_for_everybody("import")
    page.get_by_label("The tracker").set_input_files(tracker)
    reader.presses("Look at it")
    expect(page.get_by_text("“12/6/2026” is read as")).to_have_count(0)
    expect(page.get_by_text("2 cells of it are left out")).to_be_visible()
    reader.is_for_everybody("import-check")
    page.get_by_label("By when is what has no date due?").fill("soon")
    reader.presses("Look again")
    expect(page.locator(".problem")).to_be_focused()
    reader.is_for_everybody("import-error")
    reader.complaints.clear()  # that it is refused is a 422, which a browser remarks on
    page.get_by_label("Bob").select_option("Youth worker, Streetwise")
    page.get_by_label("By when is what has no date due?").fill("30 June 2026")
    reader.presses("Import what is ready")
    expect(page.get_by_text("Nobody has been told.")).to_be_visible()
    reader.is_for_everybody("import-waits")
    reader.presses("Start, and tell each owner")
    expect(page.get_by_text("2 actions; 2 still to be confirmed by 2 posts.")).to_be_visible()
