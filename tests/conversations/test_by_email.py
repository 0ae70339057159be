"""Somebody would rather have e-mail: they choose it in chat, and take it back there."""

import pytest

from bot.context import Site
from storage.levels import Classified, Level
from storage.records import Account, Person
from tests.making import an_action
from tests.scheduler.fakes import Postbox, deliver
from tests.world import World

SCHOOL = "Safeguarding lead, Hollow Oak School"


@pytest.fixture
def with_mail(world: World) -> World:
    world.sessions.configure(info={"site": Site("https://bot.example", sends_mail=True)})
    return world


def gets_an_address(world: World) -> None:
    with world.sessions.begin() as session:
        account = session.query(Account).filter_by(user="school").one()
        session.get_one(Person, account.person_id).email = Classified("sam@school.example", Level.L2)


def test_who_chooses_e_mail_gets_it_first_and_chat_again_when_they_say_so(with_mail: World) -> None:
    world, sam = with_mail, with_mail.person("school")
    gets_an_address(world)
    assert "We write to you by e-mail first" in sam.says("by email")
    reference, mail = an_action(world, SCHOOL, "12 June 2026"), Postbox("mail")
    deliver(world.sessions, world.now, Postbox(world.surface.platform.name), mail)
    assert reference in mail.letters[0][1]
    assert "We write to you in chat" in sam.says("in chat")
    sam.hears()
    another = an_action(world, SCHOOL, "12 June 2026", verb="send information")
    chat = Postbox(world.surface.platform.name)
    deliver(world.sessions, world.now, chat, mail)
    assert another in chat.letters[0][1]
    assert len(mail.letters) == 1


def test_if_the_e_mail_cannot_arrive_they_are_written_to_in_chat(with_mail: World) -> None:
    world, sam = with_mail, with_mail.person("school")
    gets_an_address(world)
    sam.says("by email")
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam.hears()
    world.tick()  # where e-mail is not connected
    assert reference in sam.hears_one()


def test_without_an_address_or_where_no_e_mail_is_sent_nothing_changes(world: World) -> None:
    sam = world.person("school")
    assert "I cannot send e-mail here" in sam.says("by email")
    world.sessions.configure(info={"site": Site("https://bot.example", sends_mail=True)})
    assert "I have no e-mail address for you" in sam.says("by email")
    stranger = world.person("stranger")
    assert stranger.says("by email").text == stranger.says("help").text
    reference = an_action(world, SCHOOL, "12 June 2026")
    sam.hears()
    world.tick()
    assert reference in sam.hears_one()
