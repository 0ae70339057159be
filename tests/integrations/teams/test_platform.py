"""Every way in which sending to Teams fails is one of ours: try later, never, or unknown."""

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest

from bot.kit.messages import Message, Paragraph
from bot.ports import Address, CannotTell, Down, TryLater, Undeliverable, Unknown
from integrations.teams.guard import Hosts
from integrations.teams.platform import Chat
from storage.records import TeamsChat
from tests.cast import HOME, START
from tests.loopback import LOST
from tests.surfaces.teams import Teams
from tests.world import World

SCHOOL = Address(HOME, "school")
MESSAGE = Message("A word.", (Paragraph("A word for you."),))


def error(status: int, code: str = "", **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    return status, headers, {"error": {"code": code, "message": "words that nobody should log"}}


def send(teams: Teams) -> str:
    return asyncio.run(teams.platform.send(SCHOOL, MESSAGE, "key"))


@pytest.fixture(autouse=True)
def added(teams: Teams) -> None:
    teams.adds(SCHOOL)


def test_sent_is_the_id_that_teams_gave(teams: Teams) -> None:
    sent_as = send(teams)
    (letter,) = teams.hears(SCHOOL)
    assert (letter.sent_as, letter.text) == (sent_as, "A word for you.")


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (error(429, **{"Retry-After": "7"}), 7),
        (error(429), 60),
        (error(429, **{"Retry-After": "soon"}), 60),
        (error(412), 60),
        (error(401), 60),
    ],
)
def test_busy_is_later(teams: Teams, answer: Any, after: int) -> None:
    teams.service.next = [answer]
    with pytest.raises(TryLater) as busy:
        send(teams)
    assert busy.value.after == timedelta(seconds=after)
    assert send(teams)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (error(403, "MessageWritesBlocked"), "they have removed or blocked the app in Teams"),
        (error(403, "BotNotInConversationRoster"), "they have removed or blocked the app in Teams"),
        (error(404, "ConversationNotFound"), "their Teams chat is closed"),
        (error(400, "BadSyntax"), r"Teams refused it \(400\)"),
        (error(413, "MessageSizeTooBig"), r"Teams refused it \(413\)"),
    ],
)
def test_never_says_why(teams: Teams, caplog: pytest.LogCaptureFixture, answer: Any, why: str) -> None:
    teams.service.next = [answer]
    with pytest.raises(Undeliverable, match=why):
        send(teams)
    assert "nobody should log" not in caplog.text


@pytest.mark.parametrize("answer", [LOST, error(500), error(502), error(503), error(504), error(408)])
def test_anything_else_is_unknown(teams: Teams, answer: Any) -> None:
    teams.service.next = [answer]
    with pytest.raises(Unknown):
        send(teams)


def test_what_is_too_long_for_one_message_is_not_sent_in_parts(teams: Teams) -> None:
    long, before = Message("Long.", tuple(Paragraph(f"{n} " + "x" * 2_900) for n in range(12))), [*teams.service.calls]
    with pytest.raises(Undeliverable, match="too long for one message in Teams"):
        asyncio.run(teams.platform.send(SCHOOL, long, "long"))
    with pytest.raises(Undeliverable, match="too long for one message in Teams"):
        asyncio.run(teams.platform.update(SCHOOL, "1", long))
    assert teams.service.calls == before


def test_teams_cannot_be_asked_afterwards(teams: Teams) -> None:
    with pytest.raises(CannotTell):
        asyncio.run(teams.platform.find(SCHOOL, "key", START))


def test_nobody_there_is_later_because_nothing_was_sent(teams: Teams) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"127.0.0.1:{free.getsockname()[1]}"
        platform = teams.channel.platform
        platform.hosts, platform.chats[SCHOOL] = (
            Hosts(frozenset({nowhere}), local=True),
            Chat("a:x", f"http://{nowhere}/"),
        )
        with pytest.raises(Down):
            send(teams)


def test_a_token_is_asked_for_once_and_again_when_it_is_refused(teams: Teams) -> None:
    send(teams)
    send(teams)
    assert teams.issuer.asked["token"] == 1
    teams.issuer.given.clear()
    with pytest.raises(Down):
        send(teams)
    assert send(teams)
    assert teams.issuer.asked["token"] == 2


def test_without_a_token_nothing_is_sent_and_the_log_says_what_to_look_at(
    teams: Teams, caplog: pytest.LogCaptureFixture
) -> None:
    teams.issuer.secret = "renewed in Entra and not here"
    teams.channel.platform.token.forget()
    teams.service.calls.clear()
    with pytest.raises(Down):
        send(teams)
    assert teams.service.calls == []
    assert "invalid_client" in caplog.text
    assert "app-secret" not in caplog.text


def test_an_address_that_was_changed_where_it_was_kept_is_not_written_to(world: World, teams: Teams) -> None:
    """TRUST.md T-06."""
    with world.sessions.begin() as session:
        session.get_one(TeamsChat, (HOME, "school")).service_url = "https://evil.example/"
    teams.channel.platform.chats.clear()
    with pytest.raises(Undeliverable, match="an address that is not allowed"):
        send(teams)


def test_somebody_who_has_not_added_the_app_cannot_be_written_to(teams: Teams) -> None:
    teams.added.add(nobody := Address(HOME, "nobody"))
    with pytest.raises(Undeliverable, match="they have not added the app in Teams"):
        asyncio.run(teams.platform.send(nobody, MESSAGE, "key"))


def test_who_is_written_to_is_known_after_a_restart(teams: Teams) -> None:
    teams.channel.platform.chats.clear()
    assert send(teams)
