"""What always holds of the ledger, whatever people, postmen and clocks do, in any order (RELIABILITY.md 7.5)."""

import gc
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from uuid import uuid4

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.conversation import hear
from bot.kit.worktime import next_opening, working_days_after
from bot.ports import TryLater, Unknown
from bot.replies import Line, Sender
from scheduler.claiming import LEASE
from scheduler.jobs import run_jobs
from storage.database import engine_of, open_database
from storage.records import Delivery, DeliveryState
from tests.cast import HOME, START
from tests.cast import seed as seed_cast
from tests.faults import Figures
from tests.scheduler.fakes import Arrived, Killed, Postbox, deliver, give, killed, ledger

S = DeliveryState
OWNERS = {"school": "Hollow Oak School", "charity": "Streetwise", "nurse": "Thames Gate NHS Trust"}
HELD = (S.CLAIMED, S.SENDING)
OPEN = (S.PENDING, *HELD, S.AMBIGUOUS)
TROUBLE: dict[str, Callable[[], Exception]] = {"taken": Arrived, "not taken": Unknown, "busy": TryLater}
who, numbers = st.sampled_from(sorted(OWNERS)), st.integers(0, 99)


class Ledger(RuleBasedStateMachine):
    """One person after the other, and a postman that may die before any commit."""

    def __init__(self, empty: Path, folder: Path, total: Counter[str]) -> None:
        super().__init__()
        mine = folder / f"{uuid4().hex}.sqlite"
        copyfile(empty, mine)
        self.sessions, self.total = open_database(f"sqlite:///{mine}"), total
        self.now, self.box, self.actions = START, Postbox(), list[tuple[str, str]]()

    @initialize()
    def people(self) -> None:
        with self.sessions.begin() as session:
            seed_cast(session, self.box.name, START)

    @rule(user=who, due=st.integers(1, 8))
    def creates(self, user: str, due: int) -> None:
        due_on = working_days_after(self.now.date(), due)
        self.actions += [(user, one) for one in give(self.sessions, "Camden", OWNERS[user], due_on, self.now)]

    @precondition(lambda self: self.actions)
    @rule(which=numbers, says=st.sampled_from(["done", "undo", "confirm"]))
    def edits(self, which: int, says: str) -> None:
        user, reference = self.actions[which % len(self.actions)]
        sender = Sender("core", HOME, "coordinator" if says == "confirm" else user)
        hear(self.sessions, sender, Line(f"{says} {reference}", private=True, typed=False), self.now)

    @rule(user=who, what=st.sampled_from(sorted(TROUBLE)))
    def meets_trouble(self, user: str, what: str) -> None:
        self.box.trouble.setdefault(user, []).append(TROUBLE[what]())
        self.total["faults"] += 1

    @rule(minutes=st.sampled_from([-60, -1, 1, 2, 10, 60]))
    def clock_jumps(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def night_passes(self) -> None:
        self.now = next_opening(self.now) + timedelta(hours=1)

    @rule()
    def jobs_run(self) -> None:
        run_jobs(self.sessions, self.now)

    @rule()
    def delivers(self) -> None:
        deliver(self.sessions, self.now, self.box)

    @rule(user=who, before=st.integers(1, 9))
    def crashes(self, user: str, before: int) -> None:
        self.creates(user, 5)
        with suppress(Killed):
            self.total["faults"] += killed(self.sessions, self.now, self.box, before)
        self.box.dead = False

    @invariant()
    def each_letter_is_there_once(self) -> None:
        keys = Counter(key for _, _, key in self.box.letters)
        assert set(keys.values()) <= {1}, keys

    @invariant()
    def what_is_held_is_held_by_somebody_and_what_is_sent_has_arrived(self) -> None:
        keys = {key for _, _, key in self.box.letters}
        for row in ledger(self.sessions):
            assert (row.owner is not None) == (row.leased_until is not None) == (row.state in HELD), row.state
            assert row.state is not S.SENT or (row.letter in keys and row.sent_at and row.sent_as)

    def teardown(self) -> None:
        """The trouble is over, and days go by: nothing stays open, and nothing ends without a word."""
        try:
            self._ends()
        finally:
            engine_of(self.sessions).dispose()
            gc.collect()  # what is left of dead processes ends here, and not in the middle of what tells of a failure

    def _ends(self) -> None:
        self.box.trouble.clear()
        for _ in range(3):
            self.now = next_opening(self.now + LEASE) + timedelta(hours=1)
            deliver(self.sessions, self.now, self.box)
            deliver(self.sessions, self.now, self.box)
        self.each_letter_is_there_once()
        self.what_is_held_is_held_by_somebody_and_what_is_sent_has_arrived()
        rows = ledger(self.sessions)
        assert not [row.state for row in rows if _lost(row)]
        self.total.update(messages=len(rows), flagged=sum(row.state is S.FAILED for row in rows))


def _lost(row: Delivery) -> bool:
    return row.state in OPEN or (row.state in (S.FAILED, S.EXPIRED) and not row.reason)


def played(empty: Path, folder: Path, examples: int, steps: int, seed_: int) -> Figures:
    """What does not hold is raised, with the story that shows it: a shorter one would take minutes."""
    total = Counter[str]()

    @seed(seed_)
    class Seeded(Ledger):
        def __init__(self) -> None:
            super().__init__(empty, folder, total)

    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(
        phases=[Phase.generate],
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=slow,
        database=None,
    )
    run_state_machine_as_test(Seeded, settings=how)
    return Figures(total["messages"], total["faults"], 0, 0, total["flagged"])
