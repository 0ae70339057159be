"""Teams, driven by activities as Microsoft signs them, into a service that holds every card to its schema."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Any

from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.kit.forms import DONT_KNOW
from bot.kit.messages import Message
from bot.kit.words import plain
from bot.ports import Address
from integrations.teams.channel import PATH, Access
from integrations.teams.channel import Teams as Channel
from integrations.teams.forms import NOT_KNOWN
from storage.database import Sessions
from tests.surfaces import Heard
from tests.surfaces.teams_issuer import SECRET, Issuer
from tests.surfaces.teams_limits import check_card, parts
from tests.surfaces.teams_seen import inputs
from tests.surfaces.teams_service import Service

APP = "00000000-0000-0000-0000-0000000000b0"


class Teams:
    name = "teams"

    def __init__(self, sessions: Sessions) -> None:
        self.issuer = Issuer(APP)
        self.service = Service(lambda: self.issuer.given)
        self.at, self.numbers = datetime(2026, 6, 9, tzinfo=UTC), count(1)
        self.channel = Channel(sessions, self._access(), lambda: self.at)
        lifespan = self.channel.connected
        self.client = TestClient(Starlette(routes=self.channel.routes, lifespan=lambda _app: lifespan()))
        self.client.__enter__()
        assert self.client.portal
        self.client.portal.call(self.channel.keys.look)  # the server does not wait for them, and these tests count
        self.platform = _OnItsLoop(self)
        self.added: set[Address] = set()

    def _access(self) -> Access:
        urls = {"openid_url": self.issuer.openid_url, "token_url": self.issuer.token_url}
        return Access(APP, SECRET, self.issuer.tenant, frozenset({self.service.host}), local=True, **urls)

    def close(self) -> None:
        self.client.__exit__(None, None, None)
        self.service.close()
        self.issuer.close()

    # --- what a transcript does ---

    def says(self, who: Address, text: str, now: datetime, replying_to: str = "") -> Heard:
        more = {"replyToId": replying_to} if replying_to else {}
        return self.turn(who, now, lambda: self.post(message(self, who, text, **more)))

    def presses(self, who: Address, on: Heard, label: str, now: datetime) -> Heard:
        value = {"say": on.line(label)}
        return self.turn(who, now, lambda: self.post(message(self, who, "", value=value, replyToId=on.sent_as)))

    def submits(self, who: Address, page: Heard, answers: Mapping[str, Any], go: str, now: datetime) -> Heard:
        """The card that answers the press is what is then in front of the person."""
        self.at = now
        card = self.service.versions[page.form]
        answer = self.post(executed(self, who, page, filled(card, answers, go))).json()
        assert (answer["statusCode"], answer["type"]) == (200, "application/vnd.microsoft.card.adaptive")
        check_card(answer["value"])
        self._settled(who)
        return self.service.show(page.sent_as, answer["value"])

    def hears(self, who: Address) -> list[Heard]:
        return self._settled(who)

    def shows(self, who: Address, on: Heard) -> Heard:
        kept = self.service.messages[talk(who), on.sent_as]
        return self.service.show(on.sent_as, kept["attachments"][0]["content"])

    # --- how it is done ---

    def adds(self, who: Address) -> list[Heard]:
        """The person adds the app, as Teams tells us of it; what they are shown then."""
        self.added.add(who)
        self.post(coming(self, who, "add"))
        return self._settled(who)

    def turn(self, who: Address, now: datetime, does: Callable[[], object]) -> Heard:
        self.at = now
        waiting = self._settled(who)
        does()
        shown = self._settled(who)
        self.service.front[talk(who)] = waiting
        return _together(shown)

    def _settled(self, who: Address) -> list[Heard]:
        assert not self.service.wrong, self.service.wrong
        return self.service.front.pop(talk(who), [])

    def post(self, activity: Mapping[str, Any], status: int = 200, **claims: Any) -> Response:
        token = self.issuer.token(self.service.url, **claims)
        response = self.client.post(PATH, json=activity, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == status, response.status_code
        return response


class _OnItsLoop:
    """The postman's platform, whose connections live on the server's event loop, called from the world's."""

    name = "teams"

    def __init__(self, surface: Teams) -> None:
        self.surface, self.real = surface, surface.channel.platform
        self.pace, self.meeting = self.real.pace, Lock()

    async def send(self, to: Address, message: Message, key: str) -> str:
        await asyncio.to_thread(self._meet, to)
        assert self.surface.client.portal
        return await asyncio.wrap_future(self.surface.client.portal.start_task_soon(self.real.send, to, message, key))

    async def update(self, to: Address, sent_as: str, message: Message) -> None:
        """What changes where it stands does not arrive."""
        before = list(self.surface.service.front[talk(to)])
        assert self.surface.client.portal
        await asyncio.wrap_future(self.surface.client.portal.start_task_soon(self.real.update, to, sent_as, message))
        self.surface.service.front[talk(to)] = before

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        return await self.real.find(to, key, since)

    def _meet(self, to: Address) -> None:
        """The cast has the app; its first words are not part of a transcript, and no letter goes before them."""
        with self.meeting:
            if to not in self.surface.added:
                before = self.surface._settled(to)
                self.surface.adds(to)
                self.surface.service.front[talk(to)] = before


def talk(who: Address) -> str:
    """The personal chat of one person with the bot."""
    return f"a:{who.tenant}.{who.user}"


def activity(teams: Teams, who: Address, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "id": f"f:{next(teams.numbers)}",
        "timestamp": teams.at.isoformat(),
        "serviceUrl": teams.service.url,
        "channelId": "msteams",
        "from": {"id": f"29:{who.user}", "aadObjectId": who.user},
        "conversation": {"id": talk(who), "conversationType": "personal", "tenantId": who.tenant},
        "recipient": {"id": f"28:{APP}", "name": "MACE bot"},
        "channelData": {"tenant": {"id": who.tenant}},
        **more,
    }


def message(teams: Teams, who: Address, text: str, **more: Any) -> dict[str, Any]:
    """A line as Teams writes it: & < > are escaped."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return activity(teams, who, "message", **{"text": escaped, "textFormat": "plain", **more})


def executed(teams: Teams, who: Address, page: Heard, action: Mapping[str, Any]) -> dict[str, Any]:
    value = {"action": dict(action), "trigger": "manual"}
    return activity(teams, who, "invoke", name="adaptiveCard/action", value=value, replyToId=page.sent_as)


def coming(teams: Teams, who: Address, action: str) -> dict[str, Any]:
    return activity(teams, who, "installationUpdate", action=action)


def filled(card: Mapping[str, Any], answers: Mapping[str, Any], go: str) -> dict[str, Any]:
    """The press on one of the page's buttons, with what is in its fields; one that is not mentioned is as drawn."""
    fields = inputs(card)
    assert answers.keys() <= fields.keys(), f"no field for {answers.keys() - fields.keys()} among {list(fields)}"
    actions = [one for one in parts(card) if one["type"] == "Action.Execute"]
    press = next(one for one in actions if one["data"]["mace"]["go"] == go)
    typed = {name: "false" if field["type"] == "Input.Toggle" else "" for name, field in fields.items()}
    for name, answer in answers.items():
        typed |= _put(fields, name, answer)
    return {"type": "Action.Execute", "verb": press["verb"], "data": {**press["data"], **typed}}


def _put(fields: Mapping[str, Mapping[str, Any]], name: str, answer: Any) -> dict[str, str]:
    if name + NOT_KNOWN in fields and plain(str(answer)) in (DONT_KNOW, "i don't know"):
        return {name: "", name + NOT_KNOWN: DONT_KNOW}
    given = [_offered(fields[name], one) for one in (answer if isinstance(answer, list) else [answer]) if one]
    return {name: ",".join(given)}


def _offered(field: Mapping[str, Any], answer: str) -> str:
    """The option with this value or these words; else what only a broken client sends."""
    options = {str(one["title"]): str(one["value"]) for one in field.get("choices", ())}
    return options.get(answer, answer)


def _together(messages: list[Heard]) -> Heard:
    assert messages, "nothing came back"
    if messages[-1].form:
        return messages[-1]
    buttons = {label: line for one in messages for label, line in one.buttons.items()}
    links = {label: url for one in messages for label, url in one.links.items()}
    return Heard("\n".join(one.text for one in messages), buttons, links, sent_as=messages[-1].sent_as)
