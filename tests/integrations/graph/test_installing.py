"""Somebody who is invited is greeted in Teams; who they are, they prove by the code all the same."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from bot.features.directory.apps import TEAMS_APP
from bot.ports import Address
from integrations.graph.installing import install
from scheduler.errands import ATTEMPTS, run_errands
from storage.records import Account, AuditEntry, Errand
from tests.cast import HOME
from tests.conversations.test_joining import code_in
from tests.integrations.graph.conftest import client_of
from tests.integrations.teams.conftest import teams, world
from tests.loopback import LOST, Answer
from tests.surfaces.graph_service import CATALOGUE, TAKEN, GraphService, refusal
from tests.surfaces.teams import Teams
from tests.world import World

__all__ = ["teams", "world"]
ADDRESS, PERSON = "d'arcy@nhs.example", "a-new-person"
NOBODY = "nobody in your Microsoft 365 has the e-mail address that they were added with"
REFUSED = "your Microsoft 365 does not let me add the app for them (403)"


def invites(world: World) -> str:
    """The coordinator adds a psychologist; returns the code."""
    cal = world.person("coordinator")
    cal.says("add person")
    cal.presses("Use the form instead")
    cal.submits(name="Dara Testperson", email=ADDRESS)
    return code_in(
        cal.submits(borough="Camden", agency="Police", title="Psychologist", does="Speaks for their agency", seat="yes")
    )


def runs(world: World, service: GraphService, **later: int) -> None:
    world.now += timedelta(**later)

    async def round_() -> None:
        graph = client_of(service)
        async with graph.connected():
            await run_errands(world.sessions, {TEAMS_APP: partial(install, graph, CATALOGUE)}, lambda: world.now)

    asyncio.run(round_())


def accounts(world: World) -> list[str]:
    with world.sessions() as session:
        return [one.user for one in session.query(Account)]


def errand(world: World) -> Errand:
    with world.sessions() as session:
        return session.query(Errand).filter_by(kind=TEAMS_APP).one()


def told(world: World) -> list[str]:
    world.moves_on(working_days=1)
    return [one.text for one in world.person("coordinator").hears() if "could not add myself" in one]


def test_from_the_invitation_to_the_first_reminder(world: World, teams: Teams, service: GraphService) -> None:
    service.people = {ADDRESS: [PERSON]}
    code = invites(world)
    runs(world, service)
    assert service.added == {PERSON}
    assert PERSON not in accounts(world), "an address is no identity"
    new = world.person(PERSON)
    (greeting,) = teams.adds(Address(HOME, PERSON))  # as Teams tells us once it is there
    assert "I do not know you yet" in greeting
    new.front = greeting
    new.presses("I have a code")
    assert "Your account is linked" in new.submits(code=code)
    assert told(world) == []
    runs(world, service, hours=1)
    assert len(service.calls) == 2
    about = errand(world).about
    with world.sessions() as session:
        assert session.query(AuditEntry).filter_by(what="add the app in Teams").one().about == about


def test_whoever_is_greeted_by_a_wrong_address_reads_what_a_stranger_reads(
    world: World, teams: Teams, service: GraphService
) -> None:
    service.people = {ADDRESS: ["stranger"]}
    invites(world)
    runs(world, service)
    (greeting,) = teams.adds(Address(HOME, "stranger"))
    assert "Camden" in greeting  # whose workspace it is
    assert not [word for word in ("Psychologist", "Police,", "Testperson") if word in greeting.text]
    assert "I do not know you yet" in world.person("stranger").says("mine")


def test_an_app_that_is_there_already_is_fine(world: World, service: GraphService) -> None:
    service.people, service.added = {ADDRESS: [PERSON]}, {PERSON}
    invites(world)
    runs(world, service)
    assert (errand(world).due_at, errand(world).reason) == (None, None)
    assert told(world) == []


@pytest.mark.parametrize("answer", [refusal(504, "GatewayTimeout"), LOST])
def test_a_lost_answer_is_asked_again_which_is_no_harm(world: World, service: GraphService, answer: Answer) -> None:
    service.people = {ADDRESS: [PERSON]}
    service.trouble_adding = [(TAKEN, answer)]
    invites(world)
    runs(world, service)
    assert service.added == {PERSON}
    assert errand(world).due_at is not None
    runs(world, service, minutes=3)
    assert len(service.calls) == 4
    assert errand(world).due_at is None


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([], NOBODY),
        ([PERSON, "another"], NOBODY.replace("nobody", "several people").replace("has", "have")),
        ([PERSON], REFUSED),
    ],
)
def test_what_cannot_be_done_is_told_to_the_coordinator_once_in_words(
    world: World, service: GraphService, people: list[str], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    service.people = {ADDRESS: people}
    service.trouble_adding = [refusal(403, "Forbidden")]
    invites(world)
    runs(world, service)
    runs(world, service, hours=2)
    (words,) = told(world)
    assert f"The reason: {why}." in words
    assert "Psychologist" not in words
    assert f"Psychologist, Police: not added in Teams, {why}" in world.person("coordinator").says("not joined")
    assert ADDRESS not in caplog.text
    assert "Testperson" not in caplog.text
    assert service.added == set()


def test_a_new_code_tries_again(world: World, service: GraphService) -> None:
    invites(world)
    runs(world, service)
    service.people = {ADDRESS: [PERSON]}
    world.person("coordinator").says("new codes")
    runs(world, service)
    assert service.added == {PERSON}
    assert "not added in Teams" not in world.person("coordinator").says("not joined")


def test_a_graph_that_is_away_is_tried_for_as_long_as_the_code_works(world: World, service: GraphService) -> None:
    service.trouble = [refusal(503, "ServiceUnavailable")] * 200
    invites(world)
    for _ in range(ATTEMPTS):
        runs(world, service, minutes=66)
    (words,) = told(world)
    assert "The reason: Microsoft did not answer." in words
    runs(world, service, days=10)
    asked = len(service.calls)
    runs(world, service, days=1)
    assert len(service.calls) == asked
    assert errand(world).due_at is None


def test_whoever_has_joined_meanwhile_is_not_looked_for(world: World, service: GraphService) -> None:
    code = invites(world)
    new = world.person(PERSON)
    new.says("hello")
    new.presses("I have a code")
    new.submits(code=code)
    assert "Use another account" in new.says("another account")
    runs(world, service)
    assert service.calls == []
