"""Socket Mode, as a developer uses it: we open a socket to Slack; what people do comes down it, and acks go up."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSCloseCode
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, WebSocketResponse

from bot.ports import Address
from integrations.slack.channel import Access
from integrations.slack.channel import Slack as Channel
from storage.records import Action, ActionState
from tests.cast import HOME
from tests.making import an_action
from tests.surfaces.slack import TOKEN, Slack, message_event, pressed
from tests.surfaces.slack_limits import check_message
from tests.world import World

PATIENCE = 10  # seconds; nothing waits that long unless it is broken
SCHOOL = Address(HOME, "school")
HELLO = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}


class Link:
    """Slack's end of one socket."""

    def __init__(self) -> None:
        self.socket, self.acks = WebSocketResponse(), asyncio.Queue[Any]()
        self.joined, self.left = asyncio.Event(), asyncio.Event()

    async def join(self, request: Request) -> WebSocketResponse:
        await self.socket.prepare(request)
        await self.socket.send_json(HELLO)
        self.joined.set()
        async for said in self.socket:
            self.acks.put_nowait(said.json())
        self.left.set()
        return self.socket

    async def acked(self, kind: str, payload: Mapping[str, Any], number: str, **more: Any) -> Any:
        await self.socket.send_json({"type": kind, "envelope_id": number, "payload": payload, **more})
        return await self.acks.get()


@asynccontextmanager
async def linked(world: World, slack: Slack) -> AsyncIterator[Link]:
    """The channel while the server runs, and Slack's end of the socket that it opens."""
    link, far_end = Link(), Application()
    far_end.router.add_get("/link", link.join)
    async with asyncio.timeout(PATIENCE), TestServer(far_end) as server:
        url = str(server.make_url("/link")).replace("http", "ws", 1)
        slack.workspace.next["apps.connections.open"] = [(200, {}, {"ok": True, "url": url})]
        access = Access("", TOKEN, "xapp-of-a-developer", f"{slack.workspace.url}api/")
        async with Channel(world.sessions, access, slack.now).connected():
            await link.joined.wait()
            yield link
        await link.left.wait()
        assert link.socket.close_code == WSCloseCode.OK


def who(slack: Slack) -> dict[str, Any]:
    return {"trigger_id": slack.workspace.trigger(SCHOOL.user), "api_app_id": "A1"}


def test_what_people_do_comes_down_the_socket_and_is_acked(world: World, slack: Slack) -> None:
    reference = an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    world.tick()
    given = world.person("school").hears_one()
    asks = {"command": "/mace", "text": "mine", "user_id": SCHOOL.user, "team_id": HOME, "channel_id": "D1"}
    person = {"user": {"id": SCHOOL.user, "team_id": HOME}, "team": {"id": HOME}}
    press = pressed(slack._message(SCHOOL, given.sent_as), "Done", given.line("Done"))

    async def both() -> tuple[Any, Any]:
        async with linked(world, slack) as link:
            mine = await link.acked("slash_commands", asks | who(slack), "one")
            return mine, await link.acked("interactive", person | press | who(slack), "two")

    mine, done = asyncio.run(both())
    assert mine["envelope_id"] == "one"
    assert mine["payload"]["response_type"] == "ephemeral"
    assert reference in mine["payload"]["text"]
    check_message(mine["payload"])
    assert done == {"envelope_id": "two"}
    assert "Marked as done" in world.person("school").sees_now(given)
    with world.sessions() as session:
        assert session.query(Action).filter_by(reference=reference).one().state is ActionState.DONE_CLAIMED


def test_an_event_that_comes_again_is_answered_once(world: World, slack: Slack) -> None:
    event = message_event(slack, SCHOOL, "help")

    async def twice() -> None:
        async with linked(world, slack) as link:
            await link.acked("events_api", event, "one")
            await link.acked("events_api", event, "two", retry_attempt=1, retry_reason="timeout")

    asyncio.run(twice())
    assert len(slack.hears(SCHOOL)) == 1


def test_the_server_starts_and_stops_while_slack_lets_nobody_in(world: World, slack: Slack) -> None:
    slack.workspace.next["apps.connections.open"] = [(200, {}, {"ok": False, "error": "invalid_auth"})]
    access = Access("", TOKEN, "xapp-of-nobody", f"{slack.workspace.url}api/")

    async def starts_and_stops() -> None:
        async with asyncio.timeout(PATIENCE), Channel(world.sessions, access, slack.now).connected():
            pass

    asyncio.run(starts_and_stops())
