"""Canaries (TRUST.md 7): what people wrote about a child is in the sealed tracker, and nowhere that others read."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.commands import COMMANDS
from bot.ports import Address
from integrations.logs import JsonLines
from integrations.metrics import PATH, metrics_page
from storage.levels import unsealed
from storage.records import Record, Secret
from tests.integrations.web.signed_in import signed_in
from tests.planting import COLLEAGUE, Planted, opens, plant, planted_in
from tests.surfaces import Heard, Surface
from tests.surfaces.slack import Slack
from tests.surfaces.teams import Teams
from tests.world import World

EVERYBODY = ("coordinator", "police", "school", "nurse", "charity", "islington", "bromley", "leaver", "stranger")
OTHERS = ("police", "bromley")  # another agency of the same panel, and another borough
TOKEN = "a" * 32


@dataclass
class Listening:
    """A surface, and whatever anybody was shown on it: messages whole; of a form, all but its writer's own answers."""

    surface: Surface
    shown: list[str] = field(default_factory=list)

    @property
    def platform(self) -> Any:
        return self.surface.platform

    def says(self, who: Address, text: str, now: datetime, replying_to: str = "") -> Heard:
        return self._kept(self.surface.says(who, text, now, replying_to))

    def presses(self, who: Address, on: Heard, label: str, now: datetime) -> Heard:
        return self._kept(self.surface.presses(who, on, label, now))

    def submits(self, who: Address, page: Heard, answers: Mapping[str, Any], go: str, now: datetime) -> Heard:
        return self._kept(self.surface.submits(who, page, answers, go, now))

    def hears(self, who: Address) -> list[Heard]:
        return [self._kept(one) for one in self.surface.hears(who)]

    def shows(self, who: Address, on: Heard) -> Heard:
        return self._kept(self.surface.shows(who, on))

    def close(self) -> None:
        self.surface.close()

    def _kept(self, heard: Heard) -> Heard:
        own = {"values", "answered"} if heard.form else set()
        self.shown.append(repr({name: value for name, value in vars(heard).items() if name not in own}))
        return heard


@pytest.fixture
def listened(world: World, caplog: pytest.LogCaptureFixture) -> Listening:
    caplog.set_level(logging.DEBUG)
    world.surface = Listening(world.surface)
    return world.surface


def left_for_the_platform(surface: Surface) -> str:
    """Each request that went to it, previews and all; in Slack a form goes to its writer alone and is not kept."""
    match surface:
        case Slack():
            return json.dumps([given for method, given in surface.workspace.calls if not method.startswith("views.")])
        case Teams():
            return json.dumps(surface.service.calls)
    return ""


def columns(world: World) -> Mapping[str, str]:
    """All that the tracker holds, by table and column, opened."""
    held: dict[str, str] = {}
    with world.sessions() as session:
        for table in Record.metadata.sorted_tables:
            for row in session.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    opened = unsealed(value) if value is not None and isinstance(column.type, Secret) else value
                    held[f"{table.name}.{column.name}"] = held.get(f"{table.name}.{column.name}", "") + f" {opened}"
    return held


SEALED = {f"{t.name}.{c.name}" for t in Record.metadata.sorted_tables for c in t.columns if isinstance(c.type, Secret)}
WRITTEN = {
    *("referral.answers", "dialogue.answers", "dialogue.unfinished", "action.outcome", "action.why", "proposal.note"),
    *("transfer.child", "join_request.asked", "panel_case.child", "case_at_agency.record_number", "emergency.words"),
    *("emergency_share.why", "withdrawal.why", "flag.place", "escalation.settlement"),
    *("import_of_tracker.sheet", "import_of_tracker.owners"),
    *("imported_row.cells", "imported_row.words", "tracker_layout.owners"),
}
OWN_LINES = "web_message.line"  # what somebody typed on their own page, which shows it to them


def test_what_was_written_is_sealed_in_the_tracker_and_others_read_it_nowhere(
    world: World, listened: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    planted = plant(world)
    held = columns(world)
    for column in WRITTEN:
        assert planted_in(held[column]) >= {"quillon", "odalys", "larkspur"}, f"nothing was planted in {column}"
    _goes_on(world, planted)
    assert len(listened.shown) > 100
    assert planted_in("".join(listened.shown)) == set()
    assert planted_in(left_for_the_platform(listened.surface)) == set()

    held = columns(world)
    assert len(held["delivery.message"]) > 5_000
    assert {name for name, text in held.items() if planted_in(text)} <= WRITTEN | {OWN_LINES}
    in_the_clear = {name for name in held if name not in SEALED} | {"delivery.message"}
    assert {name for name in in_the_clear if COLLEAGUE in held[name].casefold()} == set()

    lines = [JsonLines().format(one) for one in caplog.records]
    assert lines, "nothing was logged"
    assert planted_in("".join(lines)) == set()
    assert "mace_" in figures(world)
    assert planted_in(figures(world)) == set()
    browser = signed_in(world, "bromley")
    paths = ("", "/actions", "/flags", "/blockages", "/talk", *(f"/read/{one}" for one in vars(planted).values()))
    for path in paths:
        assert planted_in(browser.opens(f"/pages{path}").text) == set(), path


def _goes_on(world: World, planted: Planted) -> None:
    """Six working days of reminders and changed cards, and whatever others ask about each thing."""
    for _ in range(6):
        world.moves_on(working_days=1)
    world.person("coordinator").says(f"change codewords {planted.case}")
    for handle in OTHERS:
        for command in COMMANDS:
            if command.takes:
                opens(world.person(handle), f"{command.name} {planted.like(command.takes)}")
    world.tick()
    for handle in EVERYBODY:
        world.person(handle).hears()


def figures(world: World) -> str:
    with TestClient(Starlette(routes=[metrics_page(world.sessions, lambda: world.now, TOKEN)])) as prometheus:
        return str(prometheus.get(PATH, headers={"Authorization": f"Bearer {TOKEN}"}).text)
