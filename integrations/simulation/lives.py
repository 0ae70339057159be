"""What the invented people do from day to day: what they plan by themselves, and what they do about what they read."""

import heapq
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from bot.kit.messages import Message, to_text
from bot.kit.references import find_reference
from bot.kit.worktime import local, local_day, working_days_after
from bot.replies import Sender
from integrations.simulation.habits import pressed
from integrations.simulation.talk import Talk, code_in, line_in, rows_of
from integrations.simulation.town import Borough
from integrations.simulation.weather import Arrived, chance

Deed = Callable[[datetime, Random], object]
SLOT = timedelta(minutes=30)  # whatever people do, they do on one of these
EARLY, LATE = time(7, 30), time(21)
DAYS_BETWEEN_MEETINGS = 20
HOURS = (0.1, 0.5, 1, 3, 6, 20, 26, 50, 80, 120)  # until somebody does something about it
DECIDES = ("send again ", "send to deputy ", "stop sending ")


class Lives:
    """Plans, in the order of their time; and the people's own odds, which no other person's change."""

    def __init__(self, talk: Talk, boroughs: Sequence[Borough], seed: int, first: date) -> None:
        self.talk, self.boroughs, self.seed, self.first = talk, boroughs, seed, first
        self.plans: list[tuple[datetime, int, Deed]] = []
        self.numbers, self.newcomers = count(), count(1)
        self.known: dict[str, int] = {}

    @property
    def next_at(self) -> datetime | None:
        return self.plans[0][0] if self.plans else None

    def act(self, now: datetime) -> None:
        while self.plans and self.plans[0][0] <= now:
            _, number, deed = heapq.heappop(self.plans)
            deed(now, chance(self.seed, "deed", number))

    def _plan(self, at: datetime, deed: Deed) -> None:
        begun = datetime.min.replace(tzinfo=at.tzinfo)
        slots = -(-(at - begun) // SLOT)
        heapq.heappush(self.plans, (begun + slots * SLOT, next(self.numbers), deed))

    # --- what they do about what they read ---

    def read(self, letter: Arrived) -> None:
        """Whoever reads e-mail alone does nothing here.  A reminder of the same thing is another chance to do it."""
        if letter.platform == "mail":
            return
        who = Sender(letter.platform, letter.to.tenant, letter.to.user)
        for row in rows_of(letter.message):
            odds = chance(self.seed, "read", who, letter.at, self._number_of(row[0][1]))
            if line := pressed(row, odds):
                self._plan(_later(letter.at, odds), self._pressing(who, line))

    def _number_of(self, line: str) -> int:
        """References are never the same again; the order in which they are first read is."""
        return self.known.setdefault(find_reference(line) or line, len(self.known))

    def _pressing(self, who: Sender, line: str) -> Deed:
        def deed(now: datetime, odds: Random) -> None:
            said = self.talk.fill(who, line, now, odds)
            if line.startswith("not sent"):
                self._decide(who, said, now, odds)
            if code := code_in(said):
                self._join(self._home(who), code, now, odds)

        return deed

    def _decide(self, who: Sender, listed: Message | None, now: datetime, odds: Random) -> None:
        """About the first few of the messages that did not arrive."""
        lines = [line for row in rows_of(listed) for _, line in row if line != "not sent"] if listed else []
        for line in lines[:3]:
            offered = self.talk.fill(who, line, now, odds)
            able = [found for begins in DECIDES if (found := line_in(offered, begins))]
            if able:
                self.talk.press(who, odds.choice(able), now)

    # --- what they do by themselves ---

    def begin(self, day: date, nth: int) -> None:
        """The plans of a working day."""
        for number, borough in enumerate(self.boroughs):
            odds = chance(self.seed, "day", borough.name, day)
            if nth % DAYS_BETWEEN_MEETINGS == number % DAYS_BETWEEN_MEETINGS:
                self._plan(_daytime(day, odds), self._meeting(borough))
            for deed, odds_of_it in self._now_and_then(borough):
                if odds.random() < odds_of_it:
                    self._plan(_daytime(day, odds), deed)

    def _now_and_then(self, borough: Borough) -> Sequence[tuple[Deed, float]]:
        return (
            (self._coordinator(borough, "add action"), 0.5),
            (self._member(borough, "refer"), 0.02),
            (self._coordinator(borough, "new transfer"), 0.03),
            (self._flag(borough), 0.05),
            (self._away(borough), 0.1),
            (self._closure(borough), 0.03),
            (self._changes(borough, "hand over"), 0.02),
            (self._deputy(borough), 0.02),
            (self._member(borough, "leave"), 0.002),
        )

    def _coordinator(self, borough: Borough, line: str) -> Deed:
        def deed(now: datetime, odds: Random) -> Message | None:
            return self.talk.fill(borough.coordinator, line, now, odds) if borough.coordinator else None

        return deed

    def _flag(self, borough: Borough) -> Deed:
        """On a record of one agency, about a child of whom nobody has heard before."""

        def deed(now: datetime, odds: Random) -> None:
            opened = self.talk.fill(borough.coordinator, "open case", now, odds) if borough.coordinator else None
            if borough.coordinator and (case := find_reference(line_in(opened, "read "))):
                self.talk.fill(borough.coordinator, f"ask for flag {case}", now, odds)

        return deed

    def _member(self, borough: Borough, line: str) -> Deed:
        return lambda now, odds: self.talk.fill(odds.choice(borough.members), line, now, odds)

    def _away(self, borough: Borough) -> Deed:
        """From another day on: what is said today holds for today."""

        def deed(now: datetime, odds: Random) -> None:
            who = odds.choice([*borough.members, *([borough.coordinator] if borough.coordinator else [])])
            self.talk.fill(who, "days off", now, odds, **_some_days(now, odds))

        return deed

    def _closure(self, borough: Borough) -> Deed:
        def deed(now: datetime, odds: Random) -> None:
            if borough.coordinator:
                whole = {"who": "everybody"} if odds.random() < 0.2 else {}
                self.talk.fill(borough.coordinator, "closure days", now, odds, **whole, **_some_days(now, odds))

        return deed

    def _changes(self, borough: Borough, line: str) -> Deed:
        def deed(now: datetime, odds: Random) -> None:
            if borough.coordinator:
                self._join(borough, code_in(self.talk.fill(borough.coordinator, line, now, odds)), now, odds)

        return deed

    def _deputy(self, borough: Borough) -> Deed:
        def deed(now: datetime, odds: Random) -> None:
            said = self.talk.fill(odds.choice(borough.members), "deputy", now, odds, until="")
            self._join(borough, code_in(said), now, odds)

        return deed

    def _join(self, borough: Borough, code: str, now: datetime, odds: Random) -> None:
        """A newcomer types the code on another day.  Whoever takes over from a coordinator is one."""
        newcomer = Sender(borough.platform, borough.tenant, f"N{next(self.newcomers):04}")

        def deed(now: datetime, odds: Random) -> None:
            told = self.talk.fill(newcomer, "link", now, odds, code=code)
            borough.members.append(newcomer)
            if told and "- MACE coordinator," in to_text(told):
                borough.coordinator = newcomer

        if code:
            self._plan(now + timedelta(hours=odds.randrange(1, 60)), deed)

    def _home(self, who: Sender) -> Borough:
        return next(one for one in self.boroughs if one.tenant == who.tenant)

    # --- meetings ---

    def _meeting(self, borough: Borough) -> Deed:
        """Three weeks before; the agenda goes eight working days before or at once, and now and then once more at the
        last moment.
        """

        def deed(now: datetime, odds: Random) -> None:
            if borough.coordinator is None:
                return
            on, who = working_days_after(local_day(now), 15), borough.coordinator
            added = self.talk.fill(who, "add meeting", now, odds, day=on.isoformat(), place="Room 4")
            meeting = line_in(added, "add item")
            for _ in range(2):
                self.talk.fill(who, meeting, now, odds)
            reference = find_reference(meeting)
            if odds.random() < 0.5:
                later = working_days_after(on, -8).isoformat()
                self.talk.fill(who, f"send later {reference}", now, odds, on=later)
            else:
                self.talk.press(who, f"send {reference}", now)
            if odds.random() < 0.5:
                self._plan(local(on, time(13, odds.choice((0, 30, 55)))), self._at_the_last_moment(who, reference))

        return deed

    def _at_the_last_moment(self, who: Sender, reference: str) -> Deed:
        def deed(now: datetime, odds: Random) -> None:
            self.talk.fill(who, f"add item {reference}", now, odds)
            self.talk.press(who, f"send {reference}", now)

        return deed


def _later(at: datetime, odds: Random) -> datetime:
    """At a time at which people are up, which need not be when they work."""
    then = at + timedelta(hours=odds.choice(HOURS))
    day = local_day(then)
    if then > local(day, LATE):
        return local(day + timedelta(days=1), EARLY)
    return max(then, local(day, EARLY))


def _daytime(day: date, odds: Random) -> datetime:
    return local(day, time(odds.randrange(9, 18), odds.randrange(60)))


def _some_days(now: datetime, odds: Random) -> dict[str, str]:
    first = local_day(now) + timedelta(days=odds.randrange(1, 12))
    return {"first": first.isoformat(), "last": (first + timedelta(days=odds.randrange(14))).isoformat()}
