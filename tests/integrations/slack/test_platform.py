"""Every way in which sending fails is one of ours: try later, never, or unknown until we have looked."""

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest

from bot.kit.messages import Message, Paragraph
from bot.kit.pace import EVERYTHING
from bot.ports import Address, CannotTell, Down, TryLater, Undeliverable, Unknown
from integrations.slack.platform import SlackPlatform, asked, web_client
from tests.cast import HOME, START
from tests.loopback import LOST
from tests.making import an_action
from tests.surfaces.slack import Slack
from tests.world import World

SCHOOL = Address(HOME, "school")
MESSAGE = Message("A word.", (Paragraph("A word for you."),))


def error(code: str, status: int = 200, **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    return status, headers, {"ok": False, "error": code}


def send(slack: Slack, key: str = "key") -> str:
    return asyncio.run(slack.platform.send(SCHOOL, MESSAGE, key))


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (error("ratelimited", 429, **{"Retry-After": "7"}), 7),
        (error("ratelimited", 429), 60),
        (error("ratelimited", 429, **{"Retry-After": "soon"}), 60),
        (error("message_limit_exceeded"), 60),
    ],
)
@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
def test_busy_is_later(slack: Slack, method: str, answer: Any, after: int) -> None:
    slack.workspace.next[method] = [answer]
    with pytest.raises(TryLater) as busy:
        send(slack)
    assert busy.value.after == timedelta(seconds=after)
    assert send(slack)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("user_disabled", "their Slack account is closed"),
        ("channel_not_found", "they cannot be written to in Slack"),
        ("is_archived", "they cannot be written to in Slack"),
        ("team_access_not_granted", "the app has been removed from their Slack"),
        ("something_new", "Slack refused it (something_new)"),
    ],
)
def test_never_says_why(slack: Slack, code: str, why: str) -> None:
    slack.workspace.next["chat.postMessage"] = [error(code)]
    with pytest.raises(Undeliverable, match=why.replace("(", r"\(").replace(")", r"\)")):
        send(slack)
    assert SCHOOL not in slack.platform.channels


@pytest.mark.parametrize("answer", [LOST, error("internal_error"), error("fatal_error"), (502, {}, {}), (500, {}, {})])
def test_anything_else_is_unknown(slack: Slack, answer: Any) -> None:
    slack.workspace.next["chat.postMessage"] = [answer]
    with pytest.raises(Unknown):
        send(slack)


@pytest.mark.parametrize("code", ["invalid_auth", "not_authed", "token_expired", "missing_scope", "token_revoked"])
@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
def test_a_token_that_is_not_taken_is_nobodys_fault(slack: Slack, method: str, code: str) -> None:
    slack.workspace.next[method] = [error(code)]
    with pytest.raises(Down) as down:
        send(slack)
    assert (down.value.of, down.value.why) == (EVERYTHING, "Slack does not let the bot in")
    assert send(slack)


def test_a_wrong_token_loses_nothing_and_all_of_it_goes_when_it_is_put_right(world: World, slack: Slack) -> None:
    an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    slack.workspace.next["conversations.open"] = [error("invalid_auth")] * 99
    for _ in range(30):
        world.moves_on(minutes=5)
        world.tick()
    assert world.person("school").hears() == []
    slack.workspace.next.clear()
    world.moves_on(minutes=5)
    world.tick()
    assert "The panel gave you this action" in world.person("school").hears_one()
    assert "A message about" not in str(world.person("coordinator").hears())


@pytest.mark.parametrize("answer", [LOST, error("internal_error"), (503, {}, {}), error("org_login_required")])
def test_what_failed_before_anything_was_posted_is_not_unknown(slack: Slack, answer: Any) -> None:
    slack.workspace.next["conversations.open"] = [answer]
    with pytest.raises(Down):
        send(slack)


def test_where_nobody_is_there_nothing_was_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/api/"
        with pytest.raises(Down):
            asyncio.run(asked(web_client("x", url, 1).auth_test()))


def test_no_answer_in_time_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = web_client("x", f"http://127.0.0.1:{silent.getsockname()[1]}/api/", 1)
        client.timeout = 0.05  # type: ignore[assignment]
        with pytest.raises(Unknown):
            asyncio.run(asked(client.auth_test()))


def test_what_was_taken_is_found_and_what_was_not_is_not(slack: Slack) -> None:
    slack.workspace.lose = {"chat.postMessage"}
    with pytest.raises(Unknown):
        send(slack, "this")
    found = asyncio.run(slack.platform.find(SCHOOL, "this", START))
    assert found in slack.workspace.messages
    assert asyncio.run(slack.platform.find(SCHOOL, "another", START)) is None


def test_it_cannot_always_tell(slack: Slack) -> None:
    slack.workspace.next["conversations.history"] = [error("missing_scope")]
    with pytest.raises(CannotTell):
        asyncio.run(slack.platform.find(SCHOOL, "this", START))
    slack.workspace.next["conversations.history"] = [error("ratelimited", 429)]
    with pytest.raises(TryLater):
        asyncio.run(slack.platform.find(SCHOOL, "this", START))
    endless: Any = (200, {}, {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}})
    slack.workspace.next["conversations.history"] = [endless] * 9
    with pytest.raises(CannotTell):
        asyncio.run(slack.platform.find(SCHOOL, "this", START))


def test_a_conversation_is_opened_once(slack: Slack) -> None:
    send(slack)
    send(slack, "again")
    assert [method for method, _ in slack.workspace.calls].count("conversations.open") == 1


def test_what_is_too_long_for_one_message_is_not_sent_in_parts(slack: Slack) -> None:
    long = Message("Long.", tuple(Paragraph(f"{n} " + "x" * 2_900) for n in range(9)))
    with pytest.raises(Undeliverable, match="too long for one message in Slack"):
        asyncio.run(slack.platform.send(SCHOOL, long, "long"))
    with pytest.raises(Undeliverable, match="too long for one message in Slack"):
        asyncio.run(slack.platform.update(SCHOOL, "1.0", long))
    assert slack.workspace.calls == []


def test_nobody_is_pinged_and_no_link_is_unfurled(slack: Slack) -> None:
    """TRUST.md T-45, T-56."""
    asyncio.run(slack.platform.send(SCHOOL, Message("<!channel>", (Paragraph("<!here> & co"),)), "key"))
    posted = slack.workspace.calls[-1][1]
    assert posted["text"] == "&lt;!channel&gt;\n&lt;!here&gt; &amp; co"
    assert (posted["unfurl_links"], posted["unfurl_media"], posted["link_names"], posted["parse"]) == (
        *(False, False, False),
        "none",
    )


def test_a_429_puts_a_letter_off_and_it_arrives(world: World, slack: Slack) -> None:
    an_action(world, "Safeguarding lead, Hollow Oak School", "10 June 2026")
    slack.workspace.next["chat.postMessage"] = [error("ratelimited", 429, **{"Retry-After": "30"})]
    world.tick()
    sam = world.person("school")
    assert sam.hears() == []
    world.moves_on(minutes=5)
    assert "The panel gave you this action" in sam.hears_one()


def test_while_the_server_runs_connections_are_kept(slack: Slack) -> None:
    async def twice() -> None:
        async with slack.channel.connected():
            session = slack.platform.client.session
            assert session
            assert not session.closed
            await slack.platform.send(SCHOOL, MESSAGE, "one")
        assert session.closed
        await slack.platform.send(SCHOOL, MESSAGE, "two")

    asyncio.run(twice())
    assert len(slack.hears(SCHOOL)) == 2


def test_a_platform_is_a_platform() -> None:
    from bot.ports import ChatPlatform

    platform: ChatPlatform = SlackPlatform(web_client("x", "http://127.0.0.1:9/api/", 1))
    assert platform.name == "slack"
