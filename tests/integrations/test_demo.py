"""What the demo has people try comes out as it says."""

from hashlib import sha256
from pathlib import Path

import pytest

from bot.intake import AtThePage, Draft
from bot.replies import Sender
from integrations.demo.people import PLATFORM, TENANT
from integrations.demo.story import STORY, seed_story
from integrations.demo.tracker import CHILD, write_tracker
from integrations.spreadsheets.intake import read_sheets
from storage.database import Sessions
from tests.cast import START
from tests.surfaces.core import Core
from tests.world import Someone, World

NUMBERS = {12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen"}
README = Path(__file__).parents[2] / "README.md"


class Demo(Core):
    """The bot itself, on the accounts of the demo."""

    name = PLATFORM

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(sessions)
        self.platform.name = PLATFORM


@pytest.fixture
def demo(sessions: Sessions) -> World:
    seed_story(sessions, START)
    return World(sessions, Demo(sessions))


def be(demo: World, handle: str) -> Someone:
    return demo.person(handle, TENANT)


def test_the_readme_counts_what_there_is_to_try() -> None:
    assert f"prints {NUMBERS[len(STORY)]} things to try in twenty minutes" in README.read_text()


def test_the_tracker_they_had_comes_in(demo: World, tmp_path: Path) -> None:
    write_tracker(tmp_path, START)
    data = (tmp_path / "tracker.csv").read_bytes()
    table = AtThePage(demo.sessions, Sender(PLATFORM, TENANT, "coordinator"), demo.now)
    reference = table.hand_in(0, read_sheets(data, "tracker.csv"), sha256(data).hexdigest())
    draft = table.look_at(reference)
    assert isinstance(draft, Draft)
    assert dict(draft.summary) == {"ready": 3, "to decide": 1, "done already": 1}
    assert [left_out for heading, _, left_out in draft.columns if heading == "Child"] == [5]
    assert draft.to_name == ("Somebody at YJS",)

    table.decide(reference, [], {}, "", go=True)
    stands = be(demo, "coordinator").says(f"start import {reference}")
    assert f"Camden, import {reference}: started" in stands
    assert "3 actions; 3 still to be confirmed by 2 posts." in stands
    demo.tick()
    nurse = be(demo, "nurse")
    (asked,) = [one for one in nurse.hears() if "are these actions yours?" in one]
    assert "Check a record flag by Monday 15 June 2026. A-" in asked
    assert "Send information by Wednesday 17 June 2026. A-" in asked
    assert CHILD.split()[1] not in asked.text
    assert "Thank you: 2 actions are yours" in nurse.presses("These are mine", on=asked)


def test_a_tracker_that_somebody_changed_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "tracker.csv").write_text("Mine")
    write_tracker(tmp_path, START)
    assert (tmp_path / "tracker.csv").read_text() == "Mine"


def test_a_flag_on_a_record_stays_true(demo: World) -> None:
    sam = be(demo, "school")
    flags = sam.says("flags")
    assert "Flag you are asked for: 1" in flags
    (see,) = [label for label in flags.buttons if label.startswith("See F-")]
    stands = sam.presses(see)
    assert "What the flag should say:" in stands
    sam.presses("It is on")
    assert "on the record" in sam.submits(systems=["school"], placed_on="today")
    listed = be(demo, "coordinator").says("flags")
    assert "On the record, since Tuesday 9 June 2026. A school or college record." in listed


def test_who_does_nothing_about_it_is_reminded_the_next_morning(demo: World) -> None:
    demo.moves_on(working_days=1)
    letters = [one.text for one in be(demo, "school").hears()]
    assert any("Camden: put a flag on your record by " in one and "Camden: agree a plan by " in one for one in letters)
