"""How well a file of replies is read: right, asked about, or wrong, as the file itself says what is right."""

import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from bot.kit.words import tidy
from bot.wording import Meaning, meaning

HERE = Path(__file__).parent
FILES = ("replies.toml", "held_out.toml")


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def came_of(reply: dict[str, Any], found: Meaning) -> str:
    """To ask is never wrong, nor to propose what was certain; to take for certain what was not always is."""
    means = "say done" if reply["means"] == "done" else reply["means"]
    if found.certain:
        return "right" if reply["means"] == "done" else "certain and wrong"
    if found.kind not in (means, *reply.get("or", [])):
        return "asked" if found.kind in ("unclear", "help") else "wrong"
    if found.until and found.until not in several(reply.get("until", [])):
        return "wrong"
    if found.because and found.because not in several(reply.get("because", [])):
        return "wrong"
    asks_more = ("until" in reply and not found.until) or (
        reply.get("because", "unsaid") != "unsaid" and not found.because
    )
    return "asked" if asks_more and found.kind == reply["means"] else "right"


@dataclass(frozen=True)
class Score:
    count: int
    came: Counter[str]
    missed: Counter[str]  # a kind: how many of it were wrong

    @property
    def good(self) -> float:
        return (self.came["right"] + self.came["asked"]) / self.count

    def __str__(self) -> str:
        shares = ", ".join(f"{self.came[one]} {one}" for one in ("right", "asked", "wrong", "certain and wrong"))
        return f"{self.count}: {shares}; {self.good:.1%} right or asked; wrong: {dict(self.missed)}"


@cache
def scored(name: str, reads: Callable[[str, date], Meaning] = meaning) -> Score:
    file = tomllib.loads((HERE / name).read_text())
    came: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for reply in file["replies"]:
        today = reply.get("today", file["today"]).date()
        what = came_of(reply, reads(tidy(reply["text"]), today))
        came[what] += 1
        missed[reply["means"]] += "wrong" in what
    return Score(len(file["replies"]), came, +missed)
