"""What is read on the page is word for word what the bot says without a page around it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from storage.database import engine_of, open_database
from storage.migrating import migrate
from tests.cast import OUTSIDE, START, seed
from tests.surfaces import Heard
from tests.surfaces.core import Core
from tests.surfaces.web import Web
from tests.world import Someone, World

Step = Callable[[Someone], Heard]
OPENING = {"contact": "I work with them", "source": "records", "risk_to_source": "yes"}
TWO: dict[str, Any] = {"working": ["police", "A charity or community group"], "told": "not told: not yet possible"}
CHILD = {"sex": "female", "home": "In foster care"}

REFERRAL: Sequence[Step] = (
    lambda nurse: nurse.says("help"),
    lambda nurse: nurse.presses("Refer a child"),
    lambda nurse: nurse.submits(),
    lambda nurse: nurse.submits(danger="no", borough="Camden"),
    lambda nurse: nurse.submits(**OPENING),
    lambda nurse: nurse.submits(**OPENING, not_to_share="don't know"),
    lambda nurse: nurse.submits(go="back"),
    lambda nurse: nurse.submits(**OPENING, not_to_share="I don't know"),
    lambda nurse: nurse.submits(**CHILD, child_name='A <b>&amp; "x"  y', born="zz"),
    lambda nurse: nurse.submits(**CHILD, child_name="don't know", born="15"),
    lambda nurse: nurse.submits(working=["charity", "nobody"], told="told and agree"),
    lambda nurse: nurse.submits(**TWO),
    lambda nurse: nurse.submits(**TWO, why_not_told="because\nof <this>"),
    lambda nurse: nurse.submits(worries=["sexual"]),
    lambda nurse: nurse.submits(worries=["sexual"], sexual=["online"]),
    lambda nurse: nurse.submits(go="save", event="half an answer"),
    lambda nurse: nurse.presses("Go on with it"),
    lambda nurse: nurse.submits(event="It happened", event_on="tomorrow", changes=["none"]),
    lambda nurse: nurse.submits(event="It happened", event_on="yesterday", changes=["none"]),
    lambda nurse: nurse.submits(safe=["school"], tried=["nothing yet"], wanted="advice", reach="020 7946 0000"),
    lambda nurse: nurse.submits(go="change:event_on"),
    lambda nurse: nurse.submits(event="It happened", event_on="27 March 2026", changes=["none"]),
    lambda nurse: nurse.submits(),
    lambda nurse: nurse.presses("Where is my referral?"),
)
LINES = ("refer", "1", "cancel", "zzz", "", "x" * 100_000, "<script>alert(1)</script> \x00 \u202e", "agenda", "mine")


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[list[World]]:
    made = []
    for surface in (Core, Web):
        sessions = open_database(f"sqlite:///{tmp_path / surface.name}.sqlite")
        migrate(sessions)
        with sessions.begin() as session:
            seed(session, surface.name, START)
        made.append(World(sessions, surface(sessions)))
    yield made
    for world in made:
        world.surface.close()
        engine_of(world.sessions).dispose()


def same(worlds: list[World], step: Callable[[World], Heard]) -> None:
    core, web = (_comparable(step(world)) for world in worlds)
    assert core == web


def _comparable(heard: Heard) -> dict[str, Any]:
    """Without the platform's ids, and with references that are random made equal.  The order of buttons counts."""
    kept = asdict(heard) | {"sent_as": "", "form": "", "buttons": list(heard.buttons.items())}
    return {name: re.sub(r"\b([RAMT])-[A-Z0-9]{5}\b", r"\1-#####", repr(value)) for name, value in kept.items()}


def test_a_referral_reads_the_same(worlds: list[World]) -> None:
    for step in REFERRAL:
        same(worlds, lambda world, step=step: step(world.person("nurse")))  # type: ignore[misc]
    for world in worlds:
        world.moves_on(working_days=1)
    same(worlds, lambda world: world.person("coordinator").hears_one())


@pytest.mark.parametrize(("handle", "tenant"), [("coordinator", "home"), ("stranger", OUTSIDE)])
def test_lines_read_the_same(worlds: list[World], handle: str, tenant: str) -> None:
    for line in LINES:
        same(worlds, lambda world, line=line: world.person(handle, tenant).says(line))  # type: ignore[misc]
