"""What always holds of actions, whatever people say and press, in any order, while they come and go (DOMAIN.md B.1)."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, time
from pathlib import Path
from shutil import copyfile
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from bot.context import Site
from bot.conversation import answer, hear
from bot.dialogues.drafts import KEPT_FOR
from bot.kit.messages import to_text
from bot.kit.worktime import local, local_day, working_days_after
from bot.replies import Line, Reply, Sender
from storage.database import Sessions, engine_of, open_database
from storage.records import Account, Action, AuditEntry, Delivery, DeliveryState, Partnership, Post
from tests.bot.action_model import Doing, People, Row, moved, row_for, still_so
from tests.cast import HOME, START, add_lead
from tests.cast import seed as seed_cast
from tests.conversations.test_joining import CODE
from tests.making import a_case, a_flag, an_action, an_escalation
from tests.surfaces.core import Core
from tests.world import World

TITLES = {
    "school": "Safeguarding lead",
    "head": "Head teacher",
    "nurse": "Named nurse",
    "chair": "Police co-chair",
    "coordinator": "MACE coordinator",
}
HOLDERS = {post: "police" if post == "chair" else post for post in TITLES}
SCHOOL, NURSE = "Safeguarding lead, Hollow Oak School", "Named nurse, Thames Gate NHS Trust"
OWNERS, OTHERS = ("school", "head", "nurse"), ("charity", "islington", "leaver", "stranger")
KNOWN = ("charity", "islington")  # of the others
PRESSED = {
    "accept": "accept",
    "done": "say done",
    "not mine": "contest",
    "unblock": "unblock",
    "undo": "undo",
    "confirm": "confirm",
    "record done": "record done",
    "agree not possible": "agree not possible",
    "agree": "agree",
    "keep the date": "keep the date",
}
FILLED: dict[str, tuple[str, dict[str, Any]]] = {
    "more time": ("ask for more time", {"until": ""}),
    "blocked": ("block", {"because": "capacity"}),
    "not possible": ("say not possible", {"because": "moved"}),
    "outcome": ("say what came of it", {"effect": "too_early"}),
    "send back": ("send back", {"missing": "record"}),
    "give": ("give", {"owner": ""}),
    "pass on": ("pass on", {"owner": ""}),
    "cancel action": ("cancel", {"because": "twice"}),
    "replace": ("replace", {"owner": "", "verb": "make a call", "due_on": ""}),
    "reopen": ("reopen", {"because": "new_worry", "due_on": ""}),
    "entered in error": ("enter in error", {"because": "wrong_child"}),
}
EVENTS = PRESSED | {word: event for word, (event, _) in FILLED.items()}
BEGINS = {"add": ("coordinator", "open", "action_given"), "propose": ("nurse", "proposed", "action_proposed")}
REMINDER, NOT_READ = "action_reminder", "not_delivered"  # which the clock owes
REFUSED = ("Only ", "Your post does not let you", "I cannot show", "More time was agreed before")
FAULT = "something went wrong"
numbers, words = st.integers(0, 99), st.sampled_from(sorted(EVENTS))


class Actions(RuleBasedStateMachine):
    """A chosen step is one that fits, more often than not: else hardly any action would come to its end."""

    def __init__(self, sessions: Sessions, total: Counter[str]) -> None:
        super().__init__()
        self.sessions, self.total = sessions, total
        self.world = World(self.sessions, Core(self.sessions))
        self.people, self.doing = People(HOLDERS), dict[str, Doing]()
        self.handles = [*HOLDERS.values(), *OTHERS]
        self.forms: list[tuple[str, str, str, int, int, date]] = []
        self.sent, self.busy = set[int](), True
        with self.sessions() as session:
            camden = select(Post).join(Partnership).where(Partnership.name == "Camden")
            ids = {post.title: post.id for post in session.scalars(camden)}
        self.ids = {post: ids[title] for post, title in TITLES.items()}
        self.posts = {number: post for post, number in self.ids.items()}
        first = self._begun(Doing(self._new(), "school", date(2026, 6, 12), by="coordinator"))
        self.told = {("action_given", first.reference, 1, "school")}

    # --- people ---

    @rule(what=st.sampled_from(["leave", "hand over", "deputy"]), post=st.sampled_from(sorted(TITLES)))
    def come_and_go(self, what: str, post: str) -> None:
        holder, coordinator = self.people.holders.get(post), self.people.first("coordinator")
        if what == "hand over" and coordinator:
            self._comes(post, what, coordinator, self.people.holders)
        elif what == "deputy" and holder:
            self._comes(post, what, holder, self.people.deputies)
        elif what == "leave" and (who := self.people.first(post)):
            self._fills(who, what, {"post": str(self.ids[post])})
            self.people.leaves(who, post)

    def _comes(self, post: str, command: str, by: str, part: dict[str, str]) -> None:
        who = {"post": str(self.ids[post]), "name": "New Testperson", "email": "new@agency.example"}
        (code,) = CODE.findall(self._words(self._fills(by, command, who)))
        part[post] = f"new {len(self.handles)}"
        self.handles.append(part[post])
        assert "Your account is linked" in self._words(self._fills(part[post], "link", {"code": code}))

    # --- actions ---

    @rule(kind=st.sampled_from(sorted(BEGINS)), owner=st.sampled_from(OWNERS), due=st.integers(1, 6))
    def adds(self, kind: str, owner: str, due: int) -> None:
        post, state, told = BEGINS[kind]
        if by := self.people.first(post):
            day = working_days_after(self.today, due)
            answers = {"owner": str(self.ids[owner]), "verb": "make a visit", "due_on": day}
            self._fills(by, f"{kind} action", answers | ({"item": "none"} if kind == "add" else {}))
            one = self._begun(Doing(self._new(), owner, day, state, how="propose", by=by))
            self.told |= {(told, one.reference, 1, owner if kind == "add" else "coordinator")}

    def _begun(self, one: Doing) -> Doing:
        return self.doing.setdefault(one.reference, one)

    def _new(self) -> str:
        with self.sessions() as session:
            (new,) = set(session.scalars(select(Action.reference))) - self.doing.keys()
        return new

    @rule(
        which=numbers,
        who=numbers,
        word=st.one_of(words, numbers),
        back=st.sampled_from([0, 0, 1, None]),
        twice=st.booleans(),
    )
    def tries(self, which: int, who: int, word: str | int, back: int | None, twice: bool) -> None:
        """Anybody, anything (or what is for somebody else to do now), at today's version, an older one, or none."""
        one = self._one(which)
        now = [said for _, said in self._fits(one, EVENTS)] or sorted(EVENTS)
        said = word if isinstance(word, str) else now[word % len(now)]
        self._tries(one, self.handles[who % len(self.handles)], said, back, twice)

    @rule(which=numbers, step=numbers, twice=st.booleans())
    def goes_on(self, which: int, step: int, twice: bool) -> None:
        """Something that the table allows."""
        one = self._one(which)
        if fits := self._fits(one, EVENTS):
            self._tries(one, *fits[step % len(fits)], 0, twice)

    def _fits(self, one: Doing, said: Iterable[str]) -> list[tuple[str, str]]:
        return [(who, word) for who in self.handles for word in said if self._row(one, word, who, None)]

    @rule(which=numbers, step=numbers)
    def opens(self, which: int, step: int) -> None:
        """A form that stays open, while others go on."""
        one = self._one(which)
        if fits := self._fits(one, FILLED):
            who, word = fits[step % len(fits)]
            form = self._opens(one, who, f"{word} {one.reference}")
            assert form, word
            self.forms.append((who, one.reference, word, one.version, form, self.today))

    @precondition(lambda self: self.forms)
    @rule(which=numbers, owner=st.sampled_from(OWNERS), twice=st.booleans())
    def sends(self, which: int, owner: str, twice: bool) -> None:
        handle, reference, word, version, form, _ = self.forms.pop(which % len(self.forms))
        self._sends(self.doing[reference], handle, word, version, form, owner, twice)

    # --- the clock ---

    @precondition(lambda self: self.busy)
    @rule(days=st.integers(0, 6), early=st.booleans())
    def days_pass(self, days: int, early: bool) -> None:
        """`early`: to the hour in which reminders are owed already, and nobody reads any yet."""
        self.busy = early
        self.world.moves_on(working_days=days)
        if early:
            self.world.now = local(working_days_after(self.today, 1), time(8))
            self.world.tick()
        self.forms = [form for form in self.forms if self.today <= working_days_after(form[-1], KEPT_FOR)]
        self._what_was_read()

    def _what_was_read(self) -> None:
        """By whoever reads for the post that it was owed to, while it is still so."""
        for row, user in self._sent():
            post, one = self.posts[row.post_id or 0], self.doing[row.about]
            assert user == self.people.first(post), (row.kind, user, post)
            assert still_so(one, row.kind, post), (row.kind, post, one)
            self.total["letters"] += 1
        assert not self._unwritten()

    def _unwritten(self) -> set[str]:
        with self.sessions() as session:
            return set(session.scalars(select(Delivery.kind).where(Delivery.reason.like("we could not%"))))

    def _sent(self) -> list[tuple[Delivery, str]]:
        rows = select(Delivery, Account.user).join(Account, Delivery.account_id == Account.id)
        news = rows.where(Delivery.state == DeliveryState.SENT, Delivery.about.like("A-%"), Delivery.kind != NOT_READ)
        with self.sessions() as session:
            found = [(row, user) for row, user in session.execute(news) if row.id not in self.sent]
        self.sent |= {row.id for row, _ in found}
        return found

    # --- what always holds ---

    @invariant()
    def each_action_is_as_the_table_says(self) -> None:
        with self.sessions() as session:
            rows = session.scalars(select(Action)).all()
        assert {row.reference for row in rows} == self.doing.keys()
        for row in rows:
            one = self.doing[row.reference]
            is_so = (row.state, self.posts[row.owner_id], row.version, row.due_on, row.asked_due_on, row.extensions)
            assert is_so == (one.state, one.owner, one.version, one.due, one.asked, one.extensions), (is_so, one)
            assert (row.blocked_because is not None) == (row.state == "blocked"), row.changed_how

    @invariant()
    def nobody_but_those_the_table_says_is_told_and_nobody_twice(self) -> None:
        about = select(Delivery.kind, Delivery.about, Delivery.about_version, Delivery.post_id, Delivery.state)
        with self.sessions() as session:
            rows = session.execute(about.where(Delivery.about.like("A-%"))).all()
        told = [(*row[:3], self.posts[row[3] or 0]) for row in rows if row[0] not in (REMINDER, NOT_READ)]
        assert Counter(told) == Counter(self.told)

    def teardown(self) -> None:
        self.total["lives"] += 1

    # --- how it is done ---

    def _one(self, which: int) -> Doing:
        return list(self.doing.values())[which % len(self.doing)]

    def _row(self, one: Doing, word: str, who: str, seen: int | None) -> Row | None:
        """The step that this would be, if it is one now."""
        row = row_for(self.people, one, self._event(one, word), who)
        if row is None or (seen not in (None, one.version) and word != "outcome"):
            return None
        if row.event in ("agree more time", "keep the date"):
            decides = one.extensions == 0 or who in self.people.of("chair")
            return row if one.asked and decides else None
        return row if one.state != "proposed" or row.to != "open" or one.due > self.today else None

    def _event(self, one: Doing, word: str) -> str:
        if word != "agree" or one.state == "proposed" or one.how == "agree":
            return EVENTS[word]
        return "agree more time"

    def _tries(self, one: Doing, who: str, word: str, back: int | None, twice: bool) -> None:
        seen = None if back is None else one.version - back
        line = f"{word} {one.reference}" + ("" if seen is None else f" @{seen}")
        if word in PRESSED:
            for _ in range(1 + twice):
                self._presses(one, who, word, line, seen)
        elif form := self._opens(one, who, line):
            self._sends(one, who, word, one.version, form, OWNERS[one.version % 3], twice)
        else:
            assert self._row(one, word, who, seen) is None, line

    def _presses(self, one: Doing, who: str, word: str, line: str, seen: int | None) -> None:
        row, again = self._row(one, word, who, seen), (one.how, one.by) == (self._event(one, word), who)
        told = self._words(self._noted(one, who, line))
        if row:
            self._moved(one, row, who, {})
        assert not told.startswith(REFUSED) or not (row or (again and self.people.posts(who))), told

    def _opens(self, one: Doing, who: str, line: str) -> int | None:
        """One of a kind: whoever opens another closes the one that was open."""
        reply = self._noted(one, who, line)
        if reply.page:
            self.forms = [two for two in self.forms if (two[0], two[2]) != (who, line.partition(" A-")[0])]
        return reply.page.dialogue_id if reply.page else None

    def _sends(self, one: Doing, who: str, word: str, seen: int, form: int, owner: str, twice: bool) -> None:
        given = self._answers(one, word, owner)
        row = self._row(one, word, who, seen)
        raw = given | ({"owner": str(self.ids[given["owner"]])} if "owner" in given else {})
        for _ in range(1 + twice):
            self._answers_page(who, form, raw)
        if row and word == "outcome":
            one.version, one.effect = one.version + (one.effect is None), given["effect"]
        elif row:
            self._moved(one, row, who, given)

    def _answers(self, one: Doing, word: str, owner: str) -> dict[str, Any]:
        """To another in the same agency, if it is passed on; on a day that is late enough."""
        later = max(one.due, self.today)
        owner = "head" if word == "pass on" and owner == "nurse" else owner
        computed = {"owner": owner, "until": working_days_after(later, 4), "due_on": working_days_after(self.today, 3)}
        return {name: answer or computed[name] for name, answer in FILLED[word][1].items()}

    def _moved(self, one: Doing, row: Row, who: str, given: dict[str, Any]) -> None:
        self.told |= moved(one, row, who, given)
        self.total["steps"] += 1
        if row.event == "replace":
            after = self._begun(Doing(self._new(), given["owner"], given["due_on"], by=who))
            self.told |= {("action_given", after.reference, 1, after.owner)}

    # --- what people do ---

    def _says(self, who: str, line: str) -> Reply:
        sender = Sender("core", HOME, who)
        reply = hear(self.sessions, sender, Line(line, private=True, typed=False), self.world.now)
        assert FAULT not in self._words(reply), line
        return reply

    def _answers_page(self, who: str, form: int, given: Mapping[str, Any]) -> Reply:
        raw = {name: str(one) if isinstance(one, date) else one for name, one in given.items()}
        reply = answer(self.sessions, Sender("core", HOME, who), form, raw, self.world.now)
        assert FAULT not in self._words(reply), form
        assert not reply.page, reply.page
        return reply

    def _fills(self, who: str, line: str, given: Mapping[str, Any]) -> Reply:
        page = self._says(who, line).page
        assert page, line
        return self._answers_page(who, page.dialogue_id, given)

    def _noted(self, one: Doing, who: str, line: str) -> Reply:
        """Each attempt of somebody we know leaves an entry, whatever came of it."""
        before = self._entries(one.reference)
        reply = self._says(who, line)
        noted = self._entries(one.reference) > before
        assert noted or (not self.people.posts(who) and who not in KNOWN), (line, who, self._words(reply))
        self.total["attempts"] += 1
        self.busy = True
        return reply

    def _words(self, reply: Reply) -> str:
        return to_text(reply.message) if reply.message else ""

    def _entries(self, about: str) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.about == about)) or 0

    @property
    def today(self) -> date:
        return local_day(self.world.now)


@contextmanager
def opened(database: Path) -> Iterator[Sessions]:
    sessions = open_database(f"sqlite:///{database}")
    sessions.configure(info={"site": Site("https://bot.example")})
    yield sessions
    engine_of(sessions).dispose()


def played(kind: type[Actions], empty: Path, folder: Path, lives: int, steps: int, seed: int) -> Counter[str]:
    """Each begins with a copy of a database that has the cast.  What does not hold is raised with its story."""
    total = Counter[str]()
    copyfile(empty, folder / "cast.sqlite")
    with opened(folder / "cast.sqlite") as sessions, sessions.begin() as session:
        seed_cast(session, Core.name, START)
        add_lead(session, Core.name, START)
    with opened(folder / "cast.sqlite") as sessions:
        world = World(sessions, Core(sessions))
        a_flag(world, a_case(world), NURSE)
        raised = an_escalation(world, an_action(world, SCHOOL, "12 June 2026"))
        world.person("coordinator").says(f"climb {raised}")
    with closing(sqlite3.connect(folder / "cast.sqlite")) as cast, opened(folder / "mace.sqlite") as sessions:
        _play(kind, cast, sessions, total, lives, steps, seed)
    return total


def _play(
    kind: type[Actions],
    cast: sqlite3.Connection,
    sessions: Sessions,
    total: Counter[str],
    lives: int,
    steps: int,
    seed: int,
) -> None:
    @seeded(seed)
    class Seeded(kind):  # type: ignore[misc, valid-type] # which is chosen by whoever plays
        def __init__(self) -> None:
            connection = engine_of(sessions).raw_connection()
            cast.backup(connection.driver_connection)  # type: ignore[arg-type] # a connection of sqlite3
            connection.close()
            super().__init__(sessions, total)

    how = settings(
        phases=[Phase.generate],  # a shorter story would take minutes
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Seeded, settings=how)
