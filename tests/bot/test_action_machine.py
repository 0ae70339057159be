"""Some hundred short lives; `python -m tests.bot.stuck_machine 10000` plays more of them, and longer."""

from pathlib import Path

from tests.bot.action_machine import played
from tests.bot.stuck_machine import Stuck


def test_whatever_people_do_in_any_order_an_action_is_as_the_table_says(empty_sqlite: Path, tmp_path: Path) -> None:
    total = played(Stuck, empty_sqlite, tmp_path, lives=350, steps=4, seed=7)
    assert total["steps"] > 60
