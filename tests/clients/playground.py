"""Microsoft's own Teams on the loopback, the Agents Playground, and somebody at its page."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browsing import SCREENSHOTS
from tests.cast import CAST, HOME
from tests.clients.node import PATIENCE, Started, free_port, started
from tests.clients.teams_proxy import Proxy

SCRIPT = "@microsoft/m365agentsplayground/cli.js"
ON_LOOPBACK_ONLY = """
import net from "node:net";
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === "number" ? listen.call(this, port, "127.0.0.1", ...rest) : listen.call(this, port, ...rest);
};
"""
BOT, PERSON = "28:", "29:"  # what ids begin with
PHONE, TALL = 300, 3000  # pixels
CUT_OFF = """card => [...card.querySelectorAll("button, [role=button]")].filter(one => {
  const [right, edge] = [one, one.closest(".ac-actionSet")].map(box => box.getBoundingClientRect().right);
  return right > edge;
}).map(one => one.innerText)"""
SENT = re.compile(r"/_conversation/v1/")  # answered when the bot has answered
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@contextmanager
def playground(where: Path, proxy: Proxy, handle: str, tenant: str = HOME) -> Iterator[Started]:
    """In which one of the cast is the user; their Entra object id is their handle, as in the tracker of the tests."""
    port, folder = free_port(), where / handle
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(_config(proxy.issuer.app_id, handle, tenant)))
    environment = {
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(folder / "config.json"),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "log.txt"),
        "NODE_OPTIONS": f"--import=data:text/javascript,{quote(ON_LOOPBACK_ONLY)}",
        "NO_PROXY": "127.0.0.1",
        "SEND_INSTALLATION_ACTIVITY": "true",
        "TEAMSAPPTESTER_BROWSER": "none",
    }
    options = ("-p", str(port), "-e", proxy.endpoint, "--service-url", proxy.service_url, "-c", "msteams")
    with started(SCRIPT, "start", *options, "--disable-telemetry", where=folder, port=port, env=environment) as made:
        assert f"Listening on {port}\n" in made.printed.read_text()  # it takes another port if this one is busy
        proxy.playground = made.address
        yield made


def _config(app_id: str, handle: str, tenant: str) -> dict[str, object]:
    """It wants exactly five others."""
    others = [_user(one) for one in CAST if one != handle][:5]
    return {
        "version": "0.1.1",
        "tenantId": tenant,
        "bot": {"id": BOT + app_id, "name": "MACE bot"},
        "currentUser": _user(handle),
        "users": others,
        "personalChat": {"id": f"a:{handle}"},
        "groupChat": {"id": "19:group@thread.v2", "name": "A group"},
        "team": {"id": "19:team@thread.tacv2", "name": "A team", "aadGroupId": "a-team", "channels": []},
    }


def _user(handle: str) -> dict[str, str]:
    name = CAST[handle][0]
    address = f"{handle}@home.example"
    given, _, surname = name.partition(" ")
    return {
        "id": PERSON + handle,
        "name": name,
        "userPrincipleName": address,  # their spelling
        "aadObjectId": handle,
        "givenName": given,
        "surname": surname,
        "email": address,
    }


@dataclass
class Chat:
    """Somebody's personal chat with the bot, from when they add the app.  What the page complains about is kept."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    socket: WebSocket = field(init=False)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.route(lambda url: not url.startswith(self.address), lambda route: route.abort())  # fonts
        with self.page.expect_websocket(lambda socket: "/_ws_conversation/" in socket.url) as found:
            self.page.goto(self.address)
        self.socket = found.value
        for told in ("installationUpdate", "conversationUpdate"):  # and what the bot answered
            expect(self.page.get_by_text(re.compile(rf"^{told} \d"))).to_be_visible(timeout=PATIENCE * 1000)
        self.page.get_by_title("Hide log panel").click()

    # --- what they do ---

    def says(self, line: str) -> None:
        self.page.locator("[data-lexical-editor]").click()
        self.page.keyboard.insert_text(line)
        with self._answered():
            self.page.keyboard.press("Enter")

    def presses(self, label: str) -> None:
        """In the last message that has such a button: by its tooltip, which says its label if it has no other."""
        with self._answered():
            self.page.locator(".ac-adaptiveCard").get_by_title(label, exact=True).last.click()

    def fills(self, answers: Mapping[str, str | Sequence[str]]) -> None:
        """By the words of the question; what is chosen, by the words of the option."""
        for question, answer in answers.items():
            self._fill(self.field(question), [answer] if isinstance(answer, str) else answer)

    def ticks(self, box: str, at: int = 0) -> None:
        """One that stands by itself, below a field."""
        self.card().get_by_role("checkbox", name=box, exact=True).nth(at).check()

    def mocks(self, activity: str) -> None:
        """From the menu of what cannot be done at this page: "Uninstall application" and the like.

        The page fetches what it will send, and until it has that, sends nothing and says nothing.
        """
        self.page.get_by_role("button", name="Mock an Activity").click()
        with self.page.expect_response(re.compile("/customActivities/template")):
            self.page.locator("[role=menuitem]").get_by_text(activity, exact=True).click()
        self.page.evaluate(PAINTED)
        with self.page.expect_response(re.compile("/customActivities$")):
            self.page.get_by_role("button", name="Send activity").click()

    # --- what they see ---

    def messages(self) -> list[str]:
        """The bot's."""
        return self.page.locator(".fai-OutputCard").all_inner_texts()

    def card(self) -> Locator:
        return self.page.locator(".ac-adaptiveCard").last

    def field(self, question: str) -> Locator:
        """Its label names the input, or the group of boxes to tick."""
        words = self.page.get_by_text(question, exact=True)
        label = self.card().locator("label.ac-richTextBlock", has=words)
        return self.page.locator(f"[id='{label.get_attribute('for')}']")

    def has(self, messages: int, words: str) -> None:
        expect(self.page.locator(".fai-OutputCard", has_text=words)).to_have_count(messages, timeout=PATIENCE * 1000)

    def sees(self, words: str) -> None:
        """In the bot's last message."""
        expect(self.page.locator(".fai-OutputCard").last).to_contain_text(words, timeout=PATIENCE * 1000)

    def keeps(self, name: str) -> None:
        """Pictures of the page, and of the last card as wide as on a phone, where the page itself would be cut."""
        card, window = self.card().element_handle(), self.page.viewport_size  # this one, whatever comes meanwhile
        assert window
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
        card.evaluate(f"card => card.style.width = '{PHONE}px'")
        assert card.evaluate("card => card.scrollWidth") <= PHONE, name
        assert not (cut := card.evaluate(CUT_OFF)), (name, cut)
        self.page.set_viewport_size({**window, "height": TALL})  # what is scrolled away is not in a picture
        card.screenshot(path=SCREENSHOTS / f"{name}-narrow.png")
        self.page.set_viewport_size(window)
        card.evaluate("card => card.style.width = ''")

    # --- how it is done ---

    @contextmanager
    def _answered(self) -> Iterator[None]:
        """Until the bot has written something, and the page has drawn it: what is drawn again forgets what is typed."""
        with self.page.expect_response(SENT), self.socket.expect_event("framereceived", _is_from_the_bot):
            yield
        self.page.evaluate(PAINTED)

    def _fill(self, where: Locator, answers: Sequence[str]) -> None:
        if where.get_attribute("role") == "combobox":
            where.click()
            self.page.get_by_role("option", name=answers[0], exact=True).click()
        elif where.locator("label").count():
            for answer in answers:
                where.locator("label").get_by_text(answer, exact=True).check()
        else:
            where.fill(answers[0])


def _is_from_the_bot(frame: str | bytes) -> bool:
    told = json.loads(frame)
    return told["action"] in ("createMessage", "updateMessage") and told["message"]["from"]["id"].startswith(BOT)
