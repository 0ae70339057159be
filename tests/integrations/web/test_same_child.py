"""The coordinator reads on a referral's own page that another may be about the same child, and nobody else does."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.kit.references import find_reference
from storage.database import engine_of
from storage.migrating import migrate
from storage.records import Likeness, Referral
from tests.conversations.test_same_child import refers
from tests.integrations.web.signed_in import signed_in, soup
from tests.storage.test_migrating import brought_down
from tests.world import World

UNKNOWN = "don't know"
SAME = "This may be the same child as {}: name and date of birth agree."
ALIKE = "may be the same child"


def referred(world: World, by: str = "charity", **told: Any) -> str:
    return find_reference(refers(world.person(by), **told).text)


def read(world: World, reference: str, by: str = "coordinator") -> str:
    return signed_in(world, by).reads(f"/pages/read/{reference}")


@pytest.mark.parametrize(
    "child", [{}, {"child_name": "ZEBRA CANARYNAME"}, {"child_name": "Zébra Canary-Name", "born": "14/5/2011"}]
)
def test_each_page_leads_to_the_other(world: World, child: dict[str, str]) -> None:
    first = referred(world)
    assert ALIKE not in read(world, first)
    second = referred(world, "school", **child)
    assert SAME.format(second) in read(world, first)
    assert SAME.format(first) in read(world, second)
    page = soup(signed_in(world, "coordinator").opens(f"/pages/read/{second}"))
    assert f"/pages/read/{first}" in [one["href"] for one in page.select("main a")]


@pytest.mark.parametrize(
    "child",
    [
        *({"born": "15 May 2011"}, {"child_name": "Zebra Canary"}, {"child_name": "Canaryname"}),
        *({"born": "15"}, {"born": UNKNOWN}, {"child_name": UNKNOWN}, {"child_name": "??"}),
    ],
)
def test_no_other_child_is_taken_for_the_same(world: World, child: dict[str, str]) -> None:
    referred(world)
    assert ALIKE not in read(world, referred(world, "school", **child))


@pytest.mark.parametrize("child", [{"born": "15"}, {"born": UNKNOWN}, {"child_name": UNKNOWN}, {"child_name": "??"}])
def test_nor_are_two_of_whom_the_same_little_is_known(world: World, child: dict[str, str]) -> None:
    referred(world, **child)
    assert ALIKE not in read(world, referred(world, "school", **child))


def test_neither_of_those_who_sent_them_reads_of_it(world: World) -> None:
    first, second = referred(world, "charity"), referred(world, "school")
    assert ALIKE not in read(world, first, "charity")
    assert ALIKE not in read(world, second, "school")


def test_another_partnership_is_told_nothing(world: World) -> None:
    here, there = referred(world), referred(world, borough="Islington")
    assert ALIKE not in read(world, here)
    assert ALIKE not in read(world, there, "islington")
    assert here not in read(world, there, "islington")


def test_a_coordinator_who_refers_to_another_borough_is_there_like_anybody(world: World) -> None:
    referred(world, borough="Islington")
    sent = referred(world, "coordinator", borough="Islington")
    assert ALIKE not in read(world, sent)
    assert ALIKE in read(world, sent, "islington")


def test_what_was_there_before_is_found_too(world: World) -> None:
    references = [referred(world), referred(world), referred(world, born="15")]
    with world.sessions() as session:
        marks = session.scalars(select(Likeness.mark)).all()
    assert len(marks) == 2
    engine_of(world.sessions).dispose()
    brought_down(world.sessions, "0018")
    migrate(world.sessions)
    with world.sessions() as session:
        assert session.scalars(select(Likeness.mark)).all() == marks
    assert SAME.format(references[1]) in read(world, references[0])


def test_the_marks_go_with_their_referral(world: World) -> None:
    reference = referred(world)
    with world.sessions.begin() as session:
        session.delete(session.scalars(select(Referral).where(Referral.reference == reference)).one())
    with world.sessions() as session:
        assert session.scalars(select(Likeness)).all() == []
