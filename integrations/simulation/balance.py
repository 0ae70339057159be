"""The closing account: what was owed and what became of it, against what the platforms have; and what is wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from bot.kit.worktime import LONDON, days_from, is_working_time, local_day, working_days_after
from bot.letters import says_it_may_repeat
from bot.losing import NEWS
from integrations.simulation.weather import Arrived
from storage.records import Account, ClosedDays, Delivery, DeliveryState, Holding, Tried

S = DeliveryState
IN_WORDS = {
    S.SENT: "delivered",
    S.FAILED: "failed",
    S.EXPIRED: "expired",
    S.SUPERSEDED: "no longer true when their time came",
    S.CANCELLED: "stopped by a coordinator",
    S.AMBIGUOUS: "held, because nobody knows whether they arrived",
    S.PENDING: "waiting for their day",
}
LOST = (S.FAILED, S.EXPIRED)
AT_ANY_TIME = {"agenda", "welcome"}  # because somebody has just asked for it
EXPECTED = {
    "delivery %s (%s) reached no coordinator: it goes again in the morning",
    "delivery %s (%s) is lost and there is nobody to tell",  # of a borough whose coordinator is gone
    "a message was not brought up to date after %s attempts",  # on a platform that is down for hours
}
Told = tuple[Arrived, Account, Sequence[Delivery]]  # a letter, whose account it came to, and what it told


def _counted(arrived: Sequence[Arrived], *, marked: bool) -> Counter[tuple[str, str, str, str]]:
    some = (one for one in arrived if says_it_may_repeat(one.message) is marked)
    return Counter((one.platform, one.to.tenant, one.to.user, one.key) for one in some)


class Balance:
    """Each check is a method that yields what is wrong, in words."""

    def __init__(self, session: Session, arrived: Sequence[Arrived], until: datetime, logged: Counter[str]) -> None:
        self.session, self.arrived, self.until, self.logged = session, arrived, until, logged
        whole = (joinedload(Delivery.account), joinedload(Delivery.post))
        self.ledger = session.scalars(select(Delivery).options(*whole).order_by(Delivery.id)).all()
        self.closed = session.scalars(select(ClosedDays)).all()
        self.deputies = set(session.execute(select(Holding.post_id, Holding.person_id).where(Holding.deputy)).all())
        self.repeated = 0
        self.flagged = 0
        self.late_letters = 0

    @property
    def checks(self) -> Sequence[tuple[str, Iterator[str]]]:
        return (
            ("Every message that was owed is accounted for", self.unbalanced()),
            ("Every message that was delivered arrived, and once", self.lost_or_doubled()),
            ("Nobody was written to outside working time", self.outside_working_time()),
            ("Nobody had a second letter of what waits on a day that could have waited", self.second_letters()),
            ("Nothing broke", self.broken()),
        )

    @cached_property
    def states(self) -> Counter[DeliveryState]:
        return Counter(one.state for one in self.ledger)

    @cached_property
    def reasons(self) -> Counter[tuple[DeliveryState, str]]:
        return Counter((one.state, one.reason or "") for one in self.ledger if one.state in LOST)

    @cached_property
    def detours(self) -> Counter[str]:
        """Why an account was given up, whatever became of the message then."""
        return Counter(self.session.scalars(select(Tried.reason)).all())

    # --- owed = delivered + failed with reason + expired with reason + the rest, each by its name ---

    def unbalanced(self) -> Iterator[str]:
        ever, named = self.session.scalar(select(func.max(Delivery.id))) or 0, sum(self.states[one] for one in IN_WORDS)
        if ever != named:
            yield f"{ever:,} were owed, and {named:,} are accounted for"
        news = {(one.about, one.about_version) for one in self.ledger if one.kind == "not_delivered"}
        for one in self.ledger:
            if one.state in LOST and not one.reason:
                yield f"delivery {one.id} ({one.kind}) was given up without a reason"
            if one.state in LOST and one.kind not in NEWS and (one.about, one.about_version) not in news:
                yield f"delivery {one.id} ({one.kind}) was given up, and no coordinator is told"
            if one.state is S.PENDING and one.due_at <= self.until:
                yield f"delivery {one.id} ({one.kind}) is due and lies there"
            if one.state is S.SENT and not (one.sent_at and one.sent_as):
                yield f"delivery {one.id} ({one.kind}) is called sent, and not when or as what"

    # --- what the ledger calls delivered is there, once ---

    def lost_or_doubled(self) -> Iterator[str]:
        """A copy that says so came because nobody could be asked: of each letter there is one at most."""
        came, again = _counted(self.arrived, marked=False), _counted(self.arrived, marked=True)
        for where, told in self._letters().items():
            if not came[where] + again[where] and any(one.state is S.SENT for one in told):
                yield f"delivery {told[0].id} ({told[0].kind}) is called sent, and did not arrive"
            self.flagged += bool(came[where] and again[where])
            if max(came[where], again[where]) > 1:
                self.repeated += all(one.round for one in told)
                if not all(one.round for one in told):
                    yield f"delivery {told[0].id} ({told[0].kind}) arrived {came[where] + again[where]} times"

    def _letters(self) -> dict[tuple[str, str, str, str], list[Delivery]]:
        found = defaultdict(list)
        for one in self.ledger:
            if one.account and one.letter:
                found[one.account.platform, one.account.tenant, one.account.user, one.letter].append(one)
        return found

    @cached_property
    def told(self) -> Sequence[Told]:
        """Without those that were sent once more in another letter: the ledger knows no more what they told."""
        letters = self._letters()
        found = ((one, letters.get((one.platform, one.to.tenant, one.to.user, one.key), [])) for one in self.arrived)
        return [(one, told[0].account, told) for one, told in found if told and told[0].account]

    # --- working time, of the reader ---

    def outside_working_time(self) -> Iterator[str]:
        for letter, account, told in self.told:
            for one in told:
                off = self._off(one, account, local_day(letter.at))
                if one.kind not in AT_ANY_TIME and not is_working_time(letter.at, off):
                    yield f"delivery {one.id} ({one.kind}) arrived at {letter.at.astimezone(LONDON):%A %d %B %Y, %H:%M}"

    def _off(self, delivery: Delivery, account: Account, around: date) -> set[date]:
        return {
            day
            for one in self.closed
            if one.last_day >= around and self._closes(one, delivery, account)
            for day in days_from(one.first_day, one.last_day)
        }

    def _closes(self, closed: ClosedDays, delivery: Delivery, account: Account) -> bool:
        """While an agency is closed its deputies work."""
        post = delivery.post
        if closed.person_id or post is None:
            return closed.person_id is not None and closed.person_id == account.person_id
        deputy = (post.id, account.person_id) in self.deputies
        there = closed.agency_id is None or (closed.agency_id == post.agency_id and not deputy)
        return closed.partnership_id == post.partnership_id and there

    # --- one letter of reminders a person a day ---

    def second_letters(self) -> Iterator[str]:
        """But for what is due by the day on which its reader works next: what a letter says is due, its dates say, and
        of what is late already it has none.
        """
        first: set[tuple[int | None, date]] = set()
        for letter, account, told in sorted(self.told, key=lambda one: one[0].at):
            if not told[0].daily:
                continue
            day = local_day(letter.at)
            if (account.person_id, day) in first and not all(one.round or one.repeated for one in told):
                self.late_letters += 1
                if not self._could_not_wait(letter, account, told):
                    yield f"delivery {told[0].id} came in a second letter on {day:%A %d %B %Y}"
            first.add((account.person_id, day))

    def _could_not_wait(self, letter: Arrived, account: Account, told: Sequence[Delivery]) -> bool:
        day = local_day(letter.at)
        until = max(working_days_after(day, 1, self._off(one, account, day)) for one in told)
        due = [date.fromisoformat(one.on) for one in letter.message.dates]
        return len(due) == len({one.about for one in told}) and all(one <= until for one in due)

    # --- the log ---

    def broken(self) -> Iterator[str]:
        for said, times in self.logged.items():
            if said not in EXPECTED:
                yield f"the log says {times} times: {said}"
