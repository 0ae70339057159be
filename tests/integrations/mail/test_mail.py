"""E-mail: what a letter says, what becomes of it at a real mail server, and that nobody gets it twice."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from bot.context import Site
from bot.notices import Said
from bot.ports import Address, ChatPlatform, Undeliverable
from integrations.mail.channel import MailPlatform
from integrations.mail.letters import Sending, drawn
from integrations.mail.smtp import NOT_OURS, Server, post
from scheduler.postman import deliver_due
from storage.levels import Classified, Level
from storage.records import Account, DeliveryState, Holding, Person, Post
from tests.cast import CAST, NOT_JOINED, START
from tests.integrations.mail.postoffice import HERE, LOST, PostOffice, a_post_office, trusting
from tests.making import a_meeting
from tests.rules.samples import IN_CHAT
from tests.scheduler.conftest import core
from tests.scheduler.fakes import Postbox, give, ledger
from tests.world import World

__all__ = ["core"]
S = DeliveryState
HOUSING = CAST[NOT_JOINED][1][0][1]
ADDRESS, SITE, DUE = "hari@housing.example", "https://bot.example", date(2026, 6, 12)
SENDING = Sending("mace@camden.example", "", SITE)


@pytest.fixture
def world(core: World) -> World:
    """The housing lead has no account, and an e-mail address."""
    core.sessions.configure(info={"site": Site(SITE, sends_mail=True)})
    with core.sessions.begin() as session:
        held = session.scalars(select(Holding).join(Post).where(Post.title == CAST[NOT_JOINED][1][0][2])).one()
        session.get_one(Person, held.person_id).email = Classified(ADDRESS, Level.L2)
    return core


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with a_post_office() as office:
        yield office


def sends(world: World, office: PostOffice, minutes: int = 0, **server: object) -> Postbox:
    """The postman's round, with chat beside it."""
    given = {"host": HERE, "port": office.port, "plain": True, "patience": 2.0} | server
    mail = MailPlatform(world.sessions, partial(post, Server(**given)), SENDING, lambda: START)  # type: ignore[arg-type]
    chat, now = Postbox(), START + timedelta(minutes=minutes)
    platforms: dict[str, ChatPlatform] = {"core": chat, "mail": mail}
    asyncio.run(deliver_due(world.sessions, platforms, lambda: now))
    return chat


def words(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert body
    return str(body.get_content())


def an_action(world: World) -> str:
    (reference,) = give(world.sessions, "Camden", HOUSING, DUE)
    return reference


def became(world: World, kind: str = "action_given") -> tuple[DeliveryState, str | None]:
    row = ledger(world.sessions, kind)[-1]
    return row.state, row.reason


# --- what it says -----------------------------------------------------------------------------------------------------


def test_a_letter_says_borough_verb_day_a_number_to_call_and_the_way_to_the_signed_in_page(
    world: World, office: PostOffice
) -> None:
    reference = an_action(world)
    sends(world, office)
    (letter,) = office.letters
    assert letter["To"] == ADDRESS
    assert letter["From"] == letter["Reply-To"] == "mace@camden.example"
    assert letter["Subject"] == "Camden: check a record flag by Friday 12 June 2026"
    assert letter["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        told = words(letter, kind)
        assert "Camden: check a record flag by Friday 12 June 2026" in told
        assert f"{SITE}/pages/read/{reference}" in told
        assert "Phone Camden: 020 7946 0101 (Monday to Friday, 9am to 5pm)" in told
        assert "Testperson" not in told
        assert "reply" not in told.lower()  # nobody answers here
        assert f"done {reference}" not in told
    assert became(world) == (S.SENT, None)


def test_what_has_a_day_comes_with_it_for_the_calendar(world: World, office: PostOffice) -> None:
    reference = an_action(world)
    sends(world, office)
    event = the_event(office.letters[0])
    assert (event["uid"], event["summary"]) == (f"{reference}@bot.example", f"Camden: check a record flag, {reference}")
    assert event["dtstart"].dt == DUE


def test_an_agenda_comes_with_the_moment_of_the_meeting(world: World, office: PostOffice) -> None:
    reference = a_meeting(world)
    world.person("coordinator").says(f"send {reference}")
    sends(world, office)
    event = the_event(office.letters[0])
    assert event["dtstart"].dt.isoformat().startswith("2026-06-19T1")
    assert event["uid"] == f"{reference}@bot.example"


def the_event(letter: EmailMessage) -> Any:
    (attached,) = letter.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "mace.ics")
    content = attached.get_content()
    calendar = Calendar.from_ical(content)
    assert calendar["method"] == "PUBLISH"
    (event,) = calendar.walk("VEVENT")
    return event


def test_somebodys_words_cannot_become_markup_or_a_header(world: World, office: PostOffice) -> None:
    """TRUST.md T-67."""
    with world.sessions.begin() as session:
        post = session.scalars(select(Post).where(Post.title == CAST[NOT_JOINED][1][0][2])).one()
        post.title = '<b>Lead</b> & "co"\r\nBcc: x@evil.example'
    an_action(world)
    sends(world, office)
    (letter,) = office.letters
    assert letter["Bcc"] is None
    assert "&lt;b&gt;Lead&lt;/b&gt; &amp;" in words(letter, "html")


def test_every_notice_can_be_a_letter() -> None:
    for sample in IN_CHAT:
        letter = drawn(sample.message(), "key", ADDRESS, SENDING, START)
        assert message_from_bytes(letter.as_bytes(policy=SMTP), policy=default)["Subject"].strip() == letter["Subject"]
        assert "<b>" not in words(letter, "html")
        assert f"{SITE}/pages" in words(letter)


# --- at the mail server -----------------------------------------------------------------------------------------------


def test_a_refused_address_is_told_to_the_coordinator_in_words(world: World, office: PostOffice) -> None:
    reference = an_action(world)
    office.answers = {"RCPT": ["550 no such user"]}
    assert sends(world, office).readers() == ["coordinator"]
    why = "their mail server does not take mail for that address (550)"
    assert became(world) == (S.FAILED, why)
    assert f"{reference}, {why}" in world.person("coordinator").says("not sent")


def test_a_refused_message_is_not_sent_again(world: World, office: PostOffice) -> None:
    an_action(world)
    office.answers = {"DATA": ["554 spam"]}
    sends(world, office)
    assert became(world) == (S.FAILED, "their mail server refused the message (554)")


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_what_a_mail_server_puts_off_goes_later_and_once(world: World, office: PostOffice, step: str) -> None:
    an_action(world)
    office.answers = {step: ["451 try later"]}
    sends(world, office)
    assert became(world) == (S.PENDING, NOT_OURS if step == "MAIL" else None)
    sends(world, office, minutes=4)
    assert office.letters == []
    sends(world, office, minutes=6)
    assert len(office.letters) == 1
    assert became(world) == (S.SENT, None)


def test_a_server_that_does_not_take_our_sender_or_password_fails_nobody_for_good(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    an_action(world)
    with a_post_office(tmp_path, login=True) as office:
        sends(world, office, plain=False, trusted=trusting(tmp_path), user="mace", password="canary")
        assert became(world) == (S.PENDING, NOT_OURS)
        assert "SMTPAuthenticationError 535" in caplog.text
        assert "canary" not in caplog.text
        office.answers = {"MAIL": ["550 not from you"]}
        sends(world, office, minutes=6, plain=False, trusted=trusting(tmp_path), user="mace", password="letmein")
        assert became(world) == (S.PENDING, NOT_OURS)
        assert "SMTPSenderRefused 550" in caplog.text
        sends(world, office, minutes=20, plain=False, trusted=trusting(tmp_path), user="mace", password="letmein")
        assert (set(office.users), office.over_tls) == ({"mace"}, [True])
    assert became(world) == (S.SENT, None)


def test_without_tls_or_with_a_certificate_that_nobody_trusts_nothing_goes(world: World, tmp_path: Path) -> None:
    an_action(world)
    with a_post_office() as plain, a_post_office(tmp_path) as untrusted:
        sends(world, plain, plain=False)
        sends(world, untrusted, minutes=6, plain=False)
        assert (plain.letters, untrusted.letters) == ([], [])
    assert became(world) == (S.PENDING, NOT_OURS)


def test_a_server_that_is_away_or_says_nothing_is_tried_later(world: World) -> None:
    an_action(world)
    with socket.create_server((HERE, 0)) as silent:
        port = silent.getsockname()[1]
        sends(world, PostOffice(port=port), patience=0.2)
    sends(world, PostOffice(port=port), minutes=6)
    assert became(world) == (S.PENDING, NOT_OURS)


def test_a_lost_answer_is_unknown_goes_no_other_way_and_is_told(world: World, office: PostOffice) -> None:
    reference = an_action(world)
    office.answers = {"DATA": [LOST]}
    assert sends(world, office).readers() == []
    chat = sends(world, office, minutes=10)
    assert became(world)[0] is S.AMBIGUOUS
    assert f"A message about {reference} may not have arrived" in chat.letters[0][1]
    assert len(office.letters) == 1


def test_sent_again_by_the_coordinator_it_can_be_recognised(world: World, office: PostOffice) -> None:
    an_action(world)
    office.answers = {"DATA": [LOST]}
    sends(world, office)
    row = ledger(world.sessions, "action_given")[-1]
    world.person("coordinator").says(f"send again {row.id}")
    sends(world, office, minutes=1)
    first, second = office.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert became(world) == (S.SENT, None)


def test_an_address_that_is_gone_is_said_in_words(world: World, office: PostOffice) -> None:
    an_action(world)
    sends(world, office)
    with world.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.platform == "mail")).one()
        session.get_one(Person, account.person_id).email = None
        to = Address(account.tenant, account.user)
    mail = MailPlatform(world.sessions, partial(post, Server(HERE, office.port, plain=True)), SENDING, lambda: START)
    with pytest.raises(Undeliverable, match="we have no e-mail address for them"):
        asyncio.run(mail.send(to, Said("x").message(), "key"))


@pytest.mark.parametrize(
    "odd", ["hari", "hari@", "a@b.example, c@d.example", "x@y.example\r\nBcc: z@y.example", "é@y.example"]
)
def test_an_address_that_cannot_be_right_is_told_and_nothing_is_sent(
    world: World, office: PostOffice, odd: str
) -> None:
    with world.sessions.begin() as session:
        held = session.scalars(select(Holding).join(Post).where(Post.title == CAST[NOT_JOINED][1][0][2])).one()
        session.get_one(Person, held.person_id).email = Classified(odd, Level.L2)
    an_action(world)
    sends(world, office)
    assert office.letters == []
    assert became(world) == (S.FAILED, "the e-mail address that we have for them cannot be right")
