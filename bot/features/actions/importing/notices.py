"""What people are told about an imported tracker: how many, which step, which day, and never what the tracker says."""

from dataclasses import dataclass
from datetime import datetime

from bot.features.actions.notices import ActionLine
from bot.kit.messages import Notice
from storage.levels import Level


@dataclass(frozen=True)
class ImportList(Notice):
    """To an owner: the panel's tracker has these for you.  Is that right?"""

    level = Level.L1
    place: str
    reference: str
    version: int
    actions: tuple[ActionLine, ...]
    more: int
    post: str
    contact: str


@dataclass(frozen=True)
class TakenOn(Notice):
    """To an owner: what they said is theirs, and what went back."""

    level = Level.L1
    place: str
    reference: str
    mine: int
    wrong: int
    contact: str


@dataclass(frozen=True)
class ImportStands(Notice):
    """To the coordinator: how it stands.  `stays`: what is not taken back, because its owner acted on it."""

    level = Level.L1
    place: str
    reference: str
    version: int
    state: str
    actions: int
    waiting: int
    owners: int
    stays: tuple[str, ...]
    may: tuple[tuple[str, str], ...]
    contact: str


@dataclass(frozen=True)
class TrackerExported(Notice):
    """To the coordinator, at once, whoever had it made.  Who that is, the access log says."""

    level = Level.L1
    borough: str
    reference: str
    at: datetime
    why: str
    words: bool


@dataclass(frozen=True)
class ExportAgreed(Notice):
    """To somebody who lets another person have what people wrote.  `codes`: each with its borough."""

    level = Level.L2
    codes: tuple[tuple[str, str], ...]
    until: datetime
