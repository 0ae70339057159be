"""When the next call may go, by the limits that a platform publishes: time is an argument, and nothing waits here."""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Limit:
    """At most `most` calls of `method` within any `per`: in a tenant; or, `each`, in every conversation of it."""

    method: str
    most: int
    per: timedelta
    each: bool = False


Bucket = tuple[Limit, str, str]  # the tenant, and the conversation if there is one pace for each
Lane = int  # letters of one urgency: those of another are never behind them
Log = dict[Bucket, list[datetime]]
CHANGES: Lane = -1
EVERYTHING = "*"  # every method at once


@dataclass(frozen=True)
class Calls:
    """What it takes to send a letter to somebody (`once`: the first one only), to ask about it, and to change it."""

    send: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    change: tuple[str, ...] = ()


NOTHING = Calls()


class Pace:
    """What one platform was asked lately.  No limit is ever passed, however the calls fall into its windows."""

    def __init__(self, limits: Iterable[Limit] = (), calls: Calls = NOTHING, at_once: int = 50) -> None:
        self.limits, self.calls, self.at_once = tuple(limits), calls, at_once
        self.taken: Log = {}
        self.going: Counter[Bucket] = Counter()  # letters that may go, and are not on their way yet
        self.promised: dict[Lane, Log] = {}
        self.held: dict[tuple[str, str], datetime] = {}
        self.known: set[tuple[str, str]] = set()
        self.swept = 1000

    def letter(self, tenant: str, conversation: str, now: datetime, lane: Lane = 0) -> datetime:
        """`now`: it may go, and whoever asked says when it `went`.  Later: the moment that is promised to it, to ask
        again.
        """
        first = () if (tenant, conversation) in self.known else self.calls.once
        at = self._may((*first, *self.calls.send), tenant, conversation, now, lane)
        if at <= now:
            self.known.add((tenant, conversation))
            self._take(first, tenant, conversation, now)
            self.going.update(self._buckets(self.calls.send, tenant, conversation))
        return at

    def went(self, tenant: str, conversation: str, now: datetime) -> None:
        """Of a letter that might go, also if it does not after all.

        Until now it counted as going at any moment: writing down that it goes may take the database longer than the
        next one has to wait.
        """
        self.going -= Counter(self._buckets(self.calls.send, tenant, conversation))
        self._take(self.calls.send, tenant, conversation, now)

    def question(self, tenant: str, conversation: str, now: datetime) -> bool:
        """Whether one may be asked about now; if so, it counts as asked."""
        if self._may(self.calls.ask, tenant, conversation, now, None) > now:
            return False
        self._take(self.calls.ask, tenant, conversation, now)
        return True

    def change(self, tenant: str, conversation: str, now: datetime) -> datetime:
        """As letter(), for a message that is brought up to date where it stands."""
        at = self._may(self.calls.change, tenant, conversation, now, CHANGES)
        if at <= now:
            self._take(self.calls.change, tenant, conversation, now)
        return at

    def hold(self, method: str, tenant: str, until: datetime) -> None:
        """The platform said for how long it will not hear this method, or EVERYTHING, in this tenant (Retry-After)."""
        self.held[method, tenant] = max(until, self.held.get((method, tenant), until))

    def remembers(self) -> timedelta:
        """For how long a call bears on those after it."""
        return max((limit.per for limit in self.limits), default=timedelta(0))

    def take_over(self, tenant: str, letters: Iterable[tuple[str, datetime]], now: datetime) -> None:
        """From another process, which sent these lately: to which conversation, and when.

        Any of them may have had to be opened first.  How often it asked and changed is not known: that waits until it
        bears on nothing any more.
        """
        for log in (self.taken, *self.promised.values()):
            for bucket in [one for one in log if one[1] == tenant]:
                del log[bucket]
        sends = (*self.calls.once, *self.calls.send)
        for conversation, at in letters:
            _book(self.taken, self._buckets(sends, tenant, conversation), at)
        for limit in self.limits:
            if limit.method in (*self.calls.ask, *self.calls.change) and limit.method not in sends:
                self.hold(limit.method, tenant, now + limit.per)

    def _may(self, calls: Sequence[str], tenant: str, conversation: str, now: datetime, lane: Lane | None) -> datetime:
        buckets = self._buckets(calls, tenant, conversation)
        at = max([now, *(self.held.get((method, tenant), now) for method in (EVERYTHING, *calls))])
        at = _free({one: self._taken(one, now) for one in buckets}, at)
        if at > now and lane is not None:
            at = self._promise(self.promised.setdefault(lane, {}), buckets, at, now)
        return at

    def _promise(self, mine: Log, buckets: Sequence[Bucket], at: datetime, now: datetime) -> datetime:
        """Behind what has gone and what is promised already."""
        both = {one: [*self._taken(one, now), *(t for t in mine.get(one, ()) if t > now)] for one in buckets}
        at = _free(both, at)
        _book(mine, buckets, at)
        return at

    def _taken(self, bucket: Bucket, now: datetime) -> Sequence[datetime]:
        taken, going = self.taken.get(bucket, []), self.going[bucket]
        return [*taken, *repeat(now, going)] if going else taken

    def _take(self, calls: Sequence[str], tenant: str, conversation: str, now: datetime) -> None:
        self._sweep(now)
        _book(self.taken, self._buckets(calls, tenant, conversation), now)

    def _buckets(self, calls: Sequence[str], tenant: str, conversation: str) -> list[Bucket]:
        return [
            (limit, tenant, conversation if limit.each else "")
            for limit in self.limits
            for method in calls
            if limit.method == method
        ]

    def _sweep(self, now: datetime) -> None:
        """Forget what bears on nothing any more, each time there is twice as much as the last time."""
        if len(self.taken) < 2 * self.swept:
            return
        for log in (self.taken, *self.promised.values()):
            for bucket in [one for one, times in log.items() if times[-1] + one[0].per <= now]:
                del log[bucket]
        self.swept = max(1000, len(self.taken))


def _free(times: Mapping[Bucket, Sequence[datetime]], at: datetime) -> datetime:
    """The first moment from `at` on at which none of them is full."""
    return max([at, *(_full_until(one, limit) for (limit, *_), one in times.items())])


def _full_until(times: Sequence[datetime], limit: Limit) -> datetime:
    return times[-limit.most] + limit.per if len(times) >= limit.most else LONG_AGO


def _book(log: Log, buckets: Sequence[Bucket], at: datetime) -> None:
    for bucket in buckets:
        times = log.setdefault(bucket, [])
        insort(times, at)
        del times[: -bucket[0].most]
