"""The same lives, and what hangs on an action or its case beside it: escalations and flags (DOMAIN.md B.7, B.8).

`python -m tests.bot.stuck_machine 10000` plays as many; `--seed` plays the same ones again.
"""

import argparse
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import select

from bot.conversation import answer
from bot.kit.worktime import working_days_between
from bot.replies import Sender
from storage.database import Sessions
from storage.migrating import migrate
from storage.records import Case, Delivery, Escalation, Flag
from tests.bot.action_machine import OWNERS, Actions, numbers, opened, played
from tests.bot.action_model import WITH_OWNER, posts_of
from tests.cast import HOME

ENDED = ("done", "not_possible", "cancelled", "superseded", "entered_in_error")
STANDS = ("confirmed", "change_sent", "change_confirmed")
WANTED = ("asked", *STANDS)
LIVE = ("open", "settled")
TOP, LATE, OBJECT = 5, 3, 2  # the last two in working days


@dataclass(frozen=True)
class Row:
    """Read by hand from the tables.  `to` "": it stays as it is."""

    states: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    tells: tuple[str, ...] = ()
    kind: str = ""


ESCALATIONS = {
    "climb": Row(
        ("open",), "", ("raiser", "coordinator"), ("level", "below", "raiser", "coordinator"), "escalation_moved"
    ),
    "settle": Row(("open",), "settled", ("level",), ("raiser", "owner", "coordinator"), "escalation_ended"),
    "object": Row(("settled",), "open", ("raiser",), ("level", "coordinator"), "escalation_moved"),
    "withdraw escalation": Row(
        ("open",), "withdrawn", ("raiser", "coordinator"), ("level", "owner", "coordinator"), "escalation_ended"
    ),
    "record unresolved": Row(
        ("open",), "unresolved_recorded", ("level",), ("raiser", "owner", "coordinator"), "escalation_ended"
    ),
}
FLAGS = {
    "flag is on": Row(("asked", "confirmed", "declined"), "confirmed", ("owner",)),
    "no flag": Row(("asked",), "declined", ("owner",), ("coordinator",), "flag_declined"),
    "flag is changed": Row(("change_sent",), "change_confirmed", ("owner",)),
    "flag is off": Row(("removal_asked",), "removed", ("owner",)),
    "flag was never on": Row(("removal_asked",), "lapsed", ("owner",)),
}
STEPS = ESCALATIONS | FLAGS
BACK = st.sampled_from([0, 0, 1, None])
OF_A_CASE = {
    "flag news": Row(STANDS, "change_sent", ("coordinator",), ("owner",), "flag_change_sent"),
    "remove flags": Row(WANTED, "removal_asked", ("coordinator",), ("owner",), "flag_removal_asked"),
}
ASKED_AGAIN = ("declined", "removal_asked", "removed", "lapsed")
BY_THE_CLOCK = {("open", "open"), ("open", "resolved"), ("settled", "resolved")}
FORMS: dict[str, dict[str, Any]] = {
    "settle": {"words": "They meet on Monday"},
    "flag is on": {"systems": ["school"], "placed_on": "today"},
    "no flag": {"declined": "no record"},
    "flag news": {"changes": ["contact"]},
}


@dataclass(frozen=True)
class Beside:
    """An escalation or a flag, as it has to be.  `raiser` "": the clock; `action` "": it is a flag."""

    state: str
    version: int
    owner: str
    action: str = ""
    level: int = 0
    raiser: str = ""


class Stuck(Actions):
    def __init__(self, sessions: Sessions, total: Counter[str]) -> None:
        super().__init__(sessions, total)
        self.beside, self.settled_on = self._stored(), dict[str, date]()  # one of each
        with self.sessions() as session:
            self.case = session.scalars(select(Case.reference)).one()

    # --- escalations ---

    @rule(which=numbers, who=numbers, twice=st.booleans())
    def escalates(self, which: int, who: int, twice: bool) -> None:
        one, handle = self._one(which), self.handles[who % len(self.handles)]
        post = self._sees(one.reference, handle)
        page = self._says(handle, f"escalate {one.reference}").page
        live = [two for two in self.beside.values() if two.action == one.reference and two.state in LIVE]
        assert bool(page) == bool(post and one.state not in (*ENDED, "done_claimed") and not live), (one, handle)
        if page and post:
            for _ in range(1 + twice):
                self._answers_form(handle, page.dialogue_id, {"risk": "no"})
                self._answers_form(handle, page.dialogue_id, {"reason": "capacity"})
            self._appeared("B", post)

    def _sees(self, action: str, handle: str) -> str:
        """The post by which this person may escalate it."""
        one = self.doing[action]
        theirs = ("chair", "coordinator") if one.state == "proposed" else (one.owner, "chair", "coordinator")
        leads = () if one.state == "proposed" else posts_of("lead", one.owner)
        found = [post for post in (*theirs, *leads) if handle in self.people.of(post)]
        return found[0] if found else ""

    @rule(which=numbers, who=numbers, word=numbers, back=BACK, twice=st.booleans())
    def tries_beside(self, which: int, who: int, word: int, back: int | None, twice: bool) -> None:
        """Anybody who holds a post, anything, at today's version, an older one, or none."""
        reference = list(self.beside)[which % len(self.beside)]
        words = sorted(ESCALATIONS if self.beside[reference].action else FLAGS)
        holding = [one for one in self.handles if self.people.posts(one)] or self.handles
        self._steps(reference, holding[who % len(holding)], words[word % len(words)], back, twice)

    @rule(which=numbers, step=numbers, twice=st.booleans())
    def goes_on_beside(self, which: int, step: int, twice: bool) -> None:
        """Something that the table allows."""
        reference = list(self.beside)[which % len(self.beside)]
        if fits := [(who, word) for who in self.handles for word in STEPS if self._fits_beside(reference, word, who)]:
            self._steps(reference, *fits[step % len(fits)], 0, twice)

    # --- flags ---

    @rule(owner=st.sampled_from(OWNERS), who=st.sampled_from(["coordinator", "coordinator", "nurse", "islington"]))
    def asks_for_a_flag(self, owner: str, who: str) -> None:
        page = self._says(who, f"ask for flag {self.case}").page
        assert bool(page) == (who in self.people.of("coordinator"))
        if page:
            given = {"posts": [str(self.ids[owner])], "says": ["phone"], "by": "Friday"}
            self._answers_form(who, page.dialogue_id, given)
            agency = ("school", "head") if owner in ("school", "head") else (owner,)
            there = [name for name, one in self.beside.items() if not one.action and one.owner in agency]
            if not there:
                self._appeared("F", owner)
            elif self.beside[there[0]].state in ASKED_AGAIN:
                one = self.beside[there[0]]
                self.beside[there[0]] = replace(one, state="asked", version=one.version + 1, owner=owner)

    @rule(who=numbers, word=st.sampled_from(sorted(OF_A_CASE)))
    def decides_about_all_flags(self, who: int, word: str) -> None:
        handle, row = self.handles[who % len(self.handles)], OF_A_CASE[word]
        page = self._says(handle, f"{word} {self.case}").page
        if page:
            self._answers_form(handle, page.dialogue_id, FORMS[word])
        if handle in self.people.of("coordinator"):
            for reference in [name for name, one in self.beside.items() if not one.action and one.state in row.states]:
                self._took(reference, row)

    # --- the clock ---

    def _what_was_read(self) -> None:
        """And what the clock did: it raises what is late, takes up what nobody settles, and ends what is over."""
        super()._what_was_read()
        for reference, now in self._stored().items():
            was = self.beside.get(reference)
            if was is None:
                one = self.doing[now.action]
                assert (now.state, now.level, now.raiser, now.version) == ("open", 1, "", 1), now
                assert one.state in WITH_OWNER, one
                assert working_days_between(one.due, self.today) >= LATE, one
            elif now.version > was.version:
                assert (was.state, now.state) in BY_THE_CLOCK, (was, now)
                assert now.level >= was.level, (was, now)
                assert now.action, "nothing about a flag is decided by the clock within days"
            self.beside[reference] = now

    # --- what always holds ---

    @invariant()
    def what_hangs_on_an_action_is_as_its_table_says(self) -> None:
        assert self._stored() == self.beside
        live = Counter(one.action for one in self.beside.values() if one.action and one.state in LIVE)
        assert not live or max(live.values()) == 1

    # --- how it is done ---

    def _steps(self, reference: str, handle: str, word: str, back: int | None, twice: bool) -> None:
        one, row = self.beside[reference], STEPS[word]
        seen = None if back is None else one.version - back
        said = f"{word} {reference}" + ("" if seen is None else f" @{seen}")
        fits = self._fits_beside(reference, word, handle) and seen in (None, one.version)
        page = self._says(handle, said).page
        assert not page or fits, (one, said)
        if page:
            self._answers_form(handle, page.dialogue_id, FORMS[word])
        if fits:
            self._took(reference, row)
            if word == "climb":
                self.beside[reference] = replace(self.beside[reference], level=one.level + 1)
            self.settled_on[reference] = self.today
            self._told_of(reference, row)
        if twice and seen is not None:
            assert not self._says(handle, said).page, "an old button"

    def _fits_beside(self, reference: str, word: str, handle: str) -> bool:
        one, row = self.beside[reference], STEPS[word]
        guarded = {
            "climb": one.level < TOP,
            "record unresolved": one.level == TOP,
            "object": working_days_between(self.settled_on.get(reference, self.today), self.today) <= OBJECT,
        }
        may = {who for side in row.by for post in self._posts(one, side) for who in self.people.of(post)}
        is_its = bool(one.action) == (word in ESCALATIONS)
        return is_its and one.state in row.states and handle in may and guarded.get(word, True)

    def _took(self, reference: str, row: Row) -> None:
        one = self.beside[reference]
        self.beside[reference] = replace(one, state=row.to or one.state, version=one.version + 1)
        self.total["beside"] += 1

    def _told_of(self, reference: str, row: Row) -> None:
        """Those whom the table names, and nobody else."""
        one = self.beside[reference]
        about = select(Delivery.kind, Delivery.post_id)
        here = Delivery.about == reference, Delivery.about_version == one.version
        with self.sessions() as session:
            told = [(kind, self.posts[post or 0]) for kind, post in session.execute(about.where(*here))]
        sides = {(row.kind, post) for side in row.tells for post in self._posts(one, side)}
        assert Counter(told) == Counter(sides), (one, told)

    def _posts(self, one: Beside, side: str) -> tuple[str, ...]:
        owner = self.doing[one.action].owner if one.action else one.owner
        match side:
            case "owner":
                return (owner,)
            case "raiser":
                return (one.raiser or "coordinator",)
            case "level":
                return _at(one.level, owner, one.raiser)
            case "below":
                return _at(one.level - 1, owner, one.raiser) if one.level > 1 else ()
        return ("coordinator",)

    def _appeared(self, letter: str, post: str) -> None:
        (reference,) = (name for name in self._stored() if name not in self.beside)
        now = self._stored()[reference]
        assert reference.startswith(letter)
        assert (now.state, now.version, now.raiser if now.action else now.owner) == (
            "open" if now.action else "asked",
            1,
            post,
        )
        self.beside[reference] = now
        self.total["beside"] += 1

    def _stored(self) -> dict[str, Beside]:
        with self.sessions() as session:
            found = {one.reference: self._raised(one) for one in session.scalars(select(Escalation))}
            flags = session.scalars(select(Flag)).all()
        return found | {one.reference: Beside(one.state, one.version, self.posts[one.owner_id]) for one in flags}

    def _raised(self, one: Escalation) -> Beside:
        raiser = self.posts[one.raised_by_id] if one.raised_by_id else ""
        return Beside(one.state, one.version, "", one.action.reference, one.level, raiser)

    def _answers_form(self, who: str, form: int, given: dict[str, Any]) -> None:
        answer(self.sessions, Sender("core", HOME, who), form, given, self.world.now)


def _at(level: int, owner: str, raiser: str) -> tuple[str, ...]:
    """Who settles there: of a level without a post those of the next, and above the top the coordinators."""
    if level == 1:
        return ("coordinator",) if owner == raiser else tuple({owner, raiser} - {""})
    if level == 2 and owner == "school":
        return ("head",)
    return ("chair",) if level <= 3 else ("coordinator",)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("lives", type=int)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--steps", type=int, default=30)
    given = asked.parse_args()
    with TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.sqlite"
        with opened(empty) as sessions:
            migrate(sessions)
        print(dict(played(Stuck, empty, Path(folder), given.lives, given.steps, given.seed)))  # noqa: T201 -- what it is for


if __name__ == "__main__":
    main()
