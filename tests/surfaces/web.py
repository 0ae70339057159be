"""The web page, driven as a browser would drive it, and read as a person would read it."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer
from starlette.testclient import TestClient

from bot.kit.forms import DONT_KNOW
from bot.kit.words import plain
from bot.ports import Address
from integrations.web.chat import chat_app
from integrations.web.platform import WebPlatform
from integrations.web.stage import Persona, Stage
from storage.database import Sessions
from tests.cast import START
from tests.surfaces import Heard

ROW, AFTER = re.compile(r'(?=<li id="m\d)'), '<div class="composer"'


async def _no_move() -> None:
    """The world moves the clock, not the page."""


class Web:
    name = "web"

    def __init__(self, sessions: Sessions, now: Callable[[], datetime] = lambda: START) -> None:
        self.sessions, self.clock = sessions, now
        self.at = datetime.min.replace(tzinfo=UTC)
        self.platform = WebPlatform(sessions, self.now)
        self.known: set[Address] = set()
        self.clients: dict[Address, TestClient] = {}
        self.tokens: dict[Address, str] = {}
        self.seen: dict[Address, int] = {}

    def now(self) -> datetime:
        return max(self.at, self.clock())

    def says(self, who: Address, text: str, now: datetime, replying_to: str = "") -> Heard:
        return self._post(who, "/say", {"line": text, "on": replying_to}, now)

    def presses(self, who: Address, on: Heard, label: str, now: datetime) -> Heard:
        return self._post(who, "/say", {"press": on.line(label), "label": label, "on": on.sent_as}, now)

    def submits(self, who: Address, page: Heard, answers: Mapping[str, Any], go: str, now: datetime) -> Heard:
        form = self._page(who, "form", "action", f"/form/{page.form}").form
        fields = _filled(form, answers) if form else dict(answers)
        heading = page.text.partition("\n")[2]
        return self._post(who, f"/form/{page.form}", {**fields, "page": heading, "go": go}, now)

    def hears(self, who: Address) -> list[Heard]:
        rows = [
            row
            for row in self._page(who, "li", "data-arrived").select("li[data-id]")
            if _id(row) > self.seen.get(who, 0)
        ]
        self.seen[who] = max(map(_id, rows), default=self.seen.get(who, 0))
        return [seen(row) for row in rows]

    def shows(self, who: Address, on: Heard) -> Heard:
        row = self._page(who, "li", "id", f"m{on.sent_as}").li
        assert row
        return seen(row)

    def close(self) -> None:
        for client in self.clients.values():
            client.__exit__(None, None, None)

    def _post(self, who: Address, path: str, fields: Mapping[str, Any], now: datetime) -> Heard:
        """What the page shows at the place where the answer sends the browser."""
        self.at = now
        client = self._client(who)
        own = {"token": self.tokens[who], "you": who.user, "request": token_urlsafe(16)}
        response = client.post(path, data={**own, **fields})
        assert response.status_code == 303, (
            response.status_code,
            BeautifulSoup(response.text, "html.parser").get_text(" ", strip=True),
        )
        row = self._page(who, "li", "id", response.headers["Location"].partition("#")[2]).li
        assert row
        return seen(row)

    def _page(self, who: Address, tag: str, name: str, value: str = "") -> BeautifulSoup:
        """Only the tags so marked, read from the rows that hold them: the whole takes longer to read than to draw."""
        response = self._client(who).get("/")
        assert response.status_code == 200
        rows = ROW.split(response.text.partition(AFTER)[0])
        mark = re.compile(f"<{tag} [^>]*{name}" + (f'="{re.escape(value)}"' if value else ""))
        marked = SoupStrainer(tag, attrs={name: value or True})
        return BeautifulSoup("".join(filter(mark.search, rows)), "html.parser", parse_only=marked)

    def _client(self, who: Address) -> TestClient:
        if who not in self.clients:
            self.known.add(who)
            client = self.clients[who] = TestClient(
                chat_app(self.sessions, self._stage(who.tenant), "secret"), follow_redirects=False
            )
            client.__enter__()  # one event loop, and not one a request
            self.tokens[who] = token_of(client.get("/").text)
            assert client.post("/be", data={"token": self.tokens[who], "handle": who.user}).status_code == 303
        return self.clients[who]

    def _stage(self, tenant: str) -> Stage:
        def people() -> list[Persona]:
            return [Persona(one.user, one.user, one.tenant, "") for one in self.known if one.tenant == tenant]

        return Stage(people, (), self.now, _no_move, tenant, ())


def token_of(html: str) -> str:
    return str(BeautifulSoup(html, "html.parser").select("input[name=token]")[0]["value"])


def seen(row: Tag) -> Heard:
    """One thing in the conversation, in the words of tests/surfaces/core.py."""
    form = row.select_one(".form form")
    return _page(row, form) if form else _message(row)


def _message(row: Tag) -> Heard:
    card = row.select_one(".card")
    assert card, row
    buttons = {
        _words(form.button): str(form.select("input[name=press]")[0]["value"]) for form in reversed(card.select("form"))
    }
    links = {_words(link): str(link["href"]) for link in card.select("p.acts > a")}
    return Heard(
        "\n".join(line for part in card.find_all(True, recursive=False) for line in _lines(part)),
        buttons,
        links,
        sent_as=str(row["data-id"]),
    )


def _lines(part: Tag) -> Iterator[str]:
    match part.name:
        case "dl":
            yield from (f"{_words(fact.dt)}: {_words(fact.dd)}" for fact in part.select("div"))
        case "ul":
            yield from (f"- {_words(item)}" for item in part.select("li"))
        case "ol":
            yield from (f"{number}. {_words(item)}" for number, item in enumerate(part.select("li"), start=1))
        case "h2" | "h3" | "p" | "footer" if "acts" not in part.get_attribute_list("class"):
            yield _words(part)


def _page(row: Tag, form: Tag) -> Heard:
    fields = {str(field["data-name"]): field for field in form.select(".field")}
    wrong = {name: field.select_one(".error") for name, field in fields.items()}
    errors = {name: _words(error.find_all("span")[-1]) for name, error in wrong.items() if error}
    return Heard(
        text=f"{_words(row.select_one('.step b'))}\n{_words(row.select_one('.heading'))}",
        questions={
            name: _words(field.select_one("legend, label")).removesuffix(" (optional)")
            for name, field in fields.items()
        },
        errors=errors,
        values={name: _value(field) or ("" if name in errors else None) for name, field in fields.items()},
        options={name: options for name, field in fields.items() if (options := _options(field))},
        answered={str(one["data-name"]): _words(one.dd) for one in form.select(".answers > div")},
        form=str(form["action"]).removeprefix("/form/"),
    )


def _options(field: Tag) -> dict[str, str]:
    """Kept value -> words; the lone "I don't know" beside a box is not a list of options."""
    if not (field.fieldset or field.select("select")):
        return {}
    return {
        str(one["value"]): _words(one.find_parent("label") or one) for one in field.select("[value]") if one["value"]
    }


def _value(field: Tag) -> Any:
    ticked = [str(box["value"]) for box in field.select("[checked]")]
    if field.fieldset:
        several = field.select("[type=checkbox]")
        return (ticked or None) if several else next(iter(ticked), None)
    if chosen := field.select("option[selected]"):
        return str(chosen[0]["value"])
    if field.select("select"):
        return None
    if ticked:
        return "I don't know"
    box = field.select_one("textarea")
    typed = box.get_text().removeprefix("\n") if box else str(field.select("input[type=text]")[0]["value"])
    return typed or None


def _filled(form: Tag, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, put into the fields of the page; a field that is not mentioned is left empty."""
    fields = {str(field["data-name"]): field for field in form.select(".field")}
    assert answers.keys() <= fields.keys(), f"no field for {answers.keys() - fields.keys()} among {list(fields)}"
    return {name: _put(fields[name], answer) for name, answer in answers.items()}


def _put(field: Tag, answer: Any) -> Any:
    if field.fieldset or field.select("select"):
        return [_offered(field, one) for one in (answer if isinstance(answer, list) else [answer]) if one]
    not_known = field.select("[type=checkbox]") and plain(str(answer)) in (DONT_KNOW, "i don't know")
    return ["", DONT_KNOW] if not_known else answer


def _offered(field: Tag, answer: Any) -> str:
    """The value of the option with this value or label; else the answer itself, as only a broken browser sends it."""
    values = {label: value for value, label in _options(field).items()}
    return values.get(str(answer), str(answer))


def _id(row: Tag) -> int:
    return int(str(row["data-id"]))


def _words(tag: Tag | None) -> str:
    assert tag
    return tag.get_text().strip()
