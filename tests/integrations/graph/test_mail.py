"""E-mail by Graph: the letter that SMTP would send, once, and what becomes of it when Graph says no or nothing."""

import asyncio
from base64 import b64decode
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from icalendar import Calendar

from bot.features.meetings.calls import CALENDAR
from bot.ports import ChatPlatform
from integrations.graph.mail import post
from integrations.mail.channel import MailPlatform
from integrations.mail.letters import Sending
from integrations.microsoft import NOT_LET_IN
from scheduler.errands import run_errands
from scheduler.postman import deliver_due
from storage.records import DeliveryState
from tests.cast import START
from tests.integrations.graph.conftest import client_of
from tests.integrations.mail.test_mail import ADDRESS, SITE, an_action, became, world
from tests.loopback import LOST
from tests.making import a_meeting
from tests.scheduler.fakes import Postbox, ledger
from tests.surfaces.graph_service import MAILBOX, SECRET, TAKEN, GraphService, refusal
from tests.world import World

__all__ = ["world"]
S = DeliveryState
SENDING = Sending(MAILBOX, "answers@camden.example", SITE)


def sends(world: World, service: GraphService, minutes: int = 0, secret: str = SECRET) -> Postbox:
    """The postman's round, with chat beside it.  A client lives as long as its event loop."""
    chat, now = Postbox(), START + timedelta(minutes=minutes)
    asyncio.run(_round(world, service, chat, now, secret))
    return chat


async def _round(world: World, service: GraphService, chat: Postbox, now: Any, secret: str) -> None:
    graph = client_of(service, secret)
    async with graph.connected():
        mail = MailPlatform(world.sessions, partial(post, graph, MAILBOX), SENDING, lambda: START)
        platforms: dict[str, ChatPlatform] = {"core": chat, "mail": mail}
        await deliver_due(world.sessions, platforms, lambda: now)


def test_a_letter_is_what_smtp_would_send_and_no_copy_of_it_is_kept(world: World, service: GraphService) -> None:
    reference = an_action(world)
    sends(world, service)
    (sent,) = service.letters
    letter = sent["message"]
    assert sent["saveToSentItems"] is False
    assert letter["subject"] == "Camden: check a record flag by Friday 12 June 2026"
    assert letter["toRecipients"] == [{"emailAddress": {"address": ADDRESS}}]
    assert letter["replyTo"] == [{"emailAddress": {"address": "answers@camden.example"}}]
    assert letter["body"]["contentType"] == "html"
    assert f"{SITE}/pages/read/{reference}" in letter["body"]["content"]
    assert "Phone Camden: 020 7946 0101" in letter["body"]["content"]
    assert "Testperson" not in str(sent)
    assert letter["internetMessageHeaders"] == [{"name": "X-Auto-Response-Suppress", "value": "All"}]
    assert became(world) == (S.SENT, None)
    assert ledger(world.sessions, "action_given")[-1].sent_as == letter["internetMessageId"]


def test_its_day_comes_with_it_for_the_calendar(world: World, service: GraphService) -> None:
    reference = an_action(world)
    sends(world, service)
    (attached,) = service.letters[0]["message"]["attachments"]
    assert (attached["name"], attached["contentType"]) == ("mace.ics", "text/calendar; method=PUBLISH")
    assert attached["@odata.type"] == "#microsoft.graph.fileAttachment"
    (event,) = Calendar.from_ical(b64decode(attached["contentBytes"])).walk("VEVENT")
    assert event["uid"] == f"{reference}@bot.example"


def test_a_call_is_joined_from_chat_and_page_and_not_from_a_mailbox_that_others_read(
    world: World, service: GraphService
) -> None:
    meeting = a_meeting(world)

    async def made(_entry: Any) -> str:
        return "https://teams.example/join"

    asyncio.run(run_errands(world.sessions, {CALENDAR: made}, lambda: START))
    world.person("coordinator").says(f"send {meeting}")
    chat = sends(world, service)
    assert all("https://teams.example/join" in words for _, words, _ in chat.letters)
    assert len(service.letters) == 1
    assert "teams.example" not in str(service.letters)


def test_a_busy_graph_is_asked_again_when_it_says_and_the_letter_goes_once(world: World, service: GraphService) -> None:
    an_action(world)
    service.trouble = [refusal(429, "TooManyRequests", **{"Retry-After": "600"})]
    sends(world, service)
    assert became(world) == (S.PENDING, None)
    sends(world, service, minutes=9)
    assert len(service.calls) == 1
    sends(world, service, minutes=11)
    assert (len(service.calls), len(service.letters)) == (2, 1)
    assert became(world) == (S.SENT, None)


@pytest.mark.parametrize("answer", [refusal(504, "GatewayTimeout"), refusal(503, "ServiceUnavailable"), LOST])
def test_what_may_have_been_taken_is_unknown_and_is_not_sent_again(
    world: World, service: GraphService, answer: Any
) -> None:
    reference = an_action(world)
    service.trouble = [(TAKEN, answer)]
    assert sends(world, service).readers() == []
    chat = sends(world, service, minutes=10)
    assert became(world)[0] is S.AMBIGUOUS
    assert len(service.letters) == 1
    assert f"A message about {reference} may not have arrived" in chat.letters[0][1]


def test_a_refused_letter_is_told_to_the_coordinator_in_words(world: World, service: GraphService) -> None:
    reference = an_action(world)
    service.trouble = [refusal(400, "ErrorInvalidRecipients")]
    assert sends(world, service).readers() == ["coordinator"]
    assert became(world) == (S.FAILED, "Microsoft refused the message (400)")
    assert f"{reference}, Microsoft refused the message (400)" in world.person("coordinator").says("not sent")


@pytest.mark.parametrize(
    "code", [(403, "ErrorAccessDenied"), (404, "ErrorInvalidUser"), (403, "ErrorSendAsDenied"), (302, "")]
)
def test_what_our_own_settings_are_wrong_for_fails_nobody_for_good(
    world: World, service: GraphService, code: tuple[int, str], caplog: pytest.LogCaptureFixture
) -> None:
    an_action(world)
    service.trouble = [refusal(*code)]
    sends(world, service)
    assert became(world) == (S.PENDING, NOT_LET_IN)
    assert f"Graph refuses a call of ours: {' '.join(map(str, code))}" in caplog.text
    assert "Testperson" not in caplog.text
    sends(world, service, minutes=6)
    assert became(world) == (S.SENT, None)


def test_a_token_that_works_no_more_is_fetched_anew(world: World, service: GraphService) -> None:
    an_action(world)

    async def twice() -> None:
        graph = client_of(service)
        async with graph.connected():
            await graph.token()
            service.forgets()
            mail = MailPlatform(world.sessions, partial(post, graph, MAILBOX), SENDING, lambda: START)
            for minutes in (0, 6):
                at = START + timedelta(minutes=minutes)
                await deliver_due(world.sessions, {"core": Postbox(), "mail": mail}, lambda at=at: at)  # type: ignore[misc]

    asyncio.run(twice())
    assert (service.tokens, len(service.letters)) == (2, 1)
    assert became(world) == (S.SENT, None)


def test_without_a_token_nothing_goes_and_the_log_says_no_secret(
    world: World, service: GraphService, caplog: pytest.LogCaptureFixture
) -> None:
    """TRUST.md T-13."""
    an_action(world)
    sends(world, service, secret="secret-of-last-year")
    assert became(world) == (S.PENDING, NOT_LET_IN)
    assert service.calls == []
    assert "Microsoft gave us no token (https://graph.microsoft.com/.default): invalid_client" in caplog.text
    assert "secret-of" not in caplog.text
