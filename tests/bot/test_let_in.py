"""The list of workspaces: who is not on it is not heard, whoever they are, and an empty list is nobody (T-08, T-34)."""

from itertools import product

import pytest
from sqlalchemy import delete, select, update

from bot.commands import COMMANDS
from bot.conversation import answer, hear
from bot.notices import NotLetIn
from bot.replies import Line, Place, Reply, Sender
from storage.records import Account, Workspace
from tests.cast import HOME, OUTSIDE
from tests.conversations.test_referral import SAFETY
from tests.scheduler.fakes import sizes
from tests.world import World

REFUSED = Reply(NotLetIn().message(), place=Place.ONLY_YOU)


def says(world: World, user: str, line: str = "hello", tenant: str = HOME) -> Reply:
    return hear(world.sessions, Sender("core", tenant, user), Line(line, private=True, typed=False), world.now, "r-1")


def test_every_line_and_every_page_gets_the_same_answer_and_has_no_effect(
    core: World, caplog: pytest.LogCaptureFixture
) -> None:
    """TRUST.md T-08."""
    with core.sessions.begin() as session:
        person = session.scalars(select(Account.person_id).where(Account.user == "coordinator")).one()
        session.add(
            Account(platform="core", tenant=OUTSIDE, user="coordinator", person_id=person, last_used_at=core.now)
        )
    before = sizes(core.sessions)
    lines = [f"{one.name} {one.takes}".strip() for one in COMMANDS] + ["all done", "hello", "", "x" * 9_000]
    for user, line, typed, private in product(("coordinator", "school", "new"), lines, (True, False), (True, False)):
        said = Line(line, private, typed, files=private and typed)
        assert hear(core.sessions, Sender("core", OUTSIDE, user), said, core.now, "request-1") == REFUSED, line
    for go in ("on", "back", "save", "cancel", "look", "show"):
        assert answer(core.sessions, Sender("core", OUTSIDE, "coordinator"), 1, SAFETY, core.now, go) == REFUSED, go
    assert sizes(core.sessions) == before
    assert {one.getMessage() for one in caplog.records} == {"a turn from a workspace that nobody let in had no effect"}


def test_who_was_let_in_and_is_no_longer_cannot_go_on_with_a_form(core: World) -> None:
    page = says(core, "coordinator", "add person").page
    assert page
    with core.sessions.begin() as session:
        session.execute(delete(Workspace))
    before = sizes(core.sessions)
    assert answer(core.sessions, Sender("core", HOME, "coordinator"), page.dialogue_id, {}, core.now) == REFUSED
    assert says(core, "coordinator", "add person") == REFUSED  # the same request again, which was answered then
    assert sizes(core.sessions) == before


@pytest.mark.parametrize("listed", ["hom", "home1", "home ", "HOME", "h%", "%", "_ome", ""])
def test_an_id_is_itself_and_nothing_like_it(core: World, listed: str) -> None:
    """TRUST.md T-34."""
    assert says(core, "school") != REFUSED
    with core.sessions.begin() as session:
        session.execute(update(Workspace).values(tenant=listed))
    assert says(core, "school") == REFUSED


@pytest.mark.parametrize("tenant", ["hom", "home1", "home ", "HOME", "%", ""])
def test_nor_is_who_comes_from_somewhere_like_it(core: World, tenant: str) -> None:
    """TRUST.md T-34."""
    assert says(core, "school", tenant=tenant) == REFUSED


def test_a_workspace_is_let_in_on_its_own_platform_alone(core: World) -> None:
    line = Line("hello", private=True)
    assert hear(core.sessions, Sender("slack", HOME, "school"), line, core.now) == REFUSED
