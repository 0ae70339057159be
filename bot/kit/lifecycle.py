"""A lifecycle is one table: from which states, by which event, to which state, by whom, and who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Party(StrEnum):
    """A side of a record.  Which posts that means today, each lifecycle says."""

    OWNER = "owner"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    CHAIR = "chair"
    AUTHOR = "author"
    ORIGIN = "origin"
    RECEIVING = "receiving"
    RAISER = "raiser"
    LEVEL = "level"
    BELOW = "level below"
    CLOCK = "clock"


@dataclass(frozen=True)
class Step:
    """`to` None: the state stays.  `tells` says which kind of message each party is owed."""

    states: tuple[StrEnum, ...]
    event: str
    to: StrEnum | None
    who: tuple[Party, ...]
    tells: Mapping[Party, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lifecycle:
    noun: str
    steps: tuple[Step, ...]
    words: Mapping[StrEnum, str]  # each state as people say it

    def step(self, state: StrEnum, event: str) -> Step | None:
        return next((step for step in self.steps if step.event == event and state in step.states), None)

    def who(self, event: str) -> set[Party]:
        return {party for step in self.steps if step.event == event for party in step.who}
