"""What is owed becomes words: who holds the post today, what is still true, and what comes in one letter a day."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import chain, groupby

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import dialogues
from bot.features import (
    actions,
    agreements,
    away,
    cases,
    directory,
    escalations,
    flags,
    meetings,
    misses,
    referrals,
    removal,
    retention,
    shares,
    transfers,
    undelivered,
)
from bot.kinds import COMES, Comes
from bot.kit.messages import STORED, Message, Notice
from bot.kit.worktime import DAY, DIGEST_AT, local, local_day, next_digest, next_opening
from bot.letters import in_one, pushed, travels_with
from bot.losing import let_go, lost, nobody_left
from bot.ports import Address
from bot.readers import Route, route_of
from bot.tables import Owed
from storage.levels import Classified, Level
from storage.queries.claims import Due
from storage.queries.daily import hours_of, people_told, take_turns
from storage.queries.retention import erased_of
from storage.queries.ways import account_on
from storage.records import Delivery, DeliveryState

log = logging.getLogger(__name__)

FEATURES = (
    *(referrals, actions, escalations, meetings, cases, flags, transfers, shares, agreements, directory, away, misses),
    *(undelivered, removal, retention, dialogues),
)
OWED: dict[str, Owed] = {row.kind: row for feature in FEATURES for row in feature.OWED}


@dataclass(frozen=True)
class Letter:
    """One message to one account, ready to send: it settles each of these deliveries."""

    ids: tuple[int, ...]
    platform: str
    to: Address
    message: Message
    key: str


@dataclass(frozen=True)
class Today:
    """Of the readers of reminders: who has had their letter of the day, and when those want it who chose a time."""

    told: set[int]
    hours: Mapping[int, time]


Routes = Mapping[int, Route]
Written = Sequence[tuple[Delivery, Notice]]


def in_letters(deliveries: Sequence[Delivery | Due], routes: Routes) -> list[list[int]]:
    """Which deliveries travel together: what waits for one person becomes one message, most else goes alone."""

    def together(delivery: Delivery | Due) -> str:
        row, way = OWED.get(delivery.kind), routes[delivery.id].way
        group = travels_with(row) if row and way else ""
        return f"{group} {way.person_id} {way.account_id}" if group and way else f"{delivery.id}"

    return [[delivery.id for delivery in group] for _, group in groupby(sorted(deliveries, key=together), key=together)]


def daily_readers(deliveries: Iterable[Delivery | Due], routes: Routes) -> set[int]:
    """The people whose letter of the day some of these belong into."""
    return {
        way.person_id
        for one in deliveries
        if COMES.get(one.kind) is Comes.DAILY and (way := routes[one.id].way) and way.person_id
    }


def told_today(session: Session, deliveries: Iterable[Delivery], routes: Routes, now: datetime) -> Today:
    """A few questions, however many readers there are."""
    readers = daily_readers(deliveries, routes)
    if not readers:
        return Today(set(), {})
    take_turns(session, readers)
    return Today(people_told(session, readers, local(local_day(now), time.min)), hours_of(session, readers))


def write_letters(
    session: Session,
    groups: Sequence[Sequence[Delivery]],
    routes: Routes,
    today: Today,
    now: datetime,
    until: datetime,
) -> list[Letter | None]:
    """Settle who and what, and record on each delivery the intent to send it before `until`.

    None: there is nothing to send after all.  First all words, then all intents: so they are written in one statement.
    Raises what goes wrong with the words of one among several; of a letter alone, it is recorded.
    `today`: as told_today() says.
    """
    writing = Writing(session, routes, today, now, until, alone=len(groups) == 1)
    written = [writing.words(group) for group in _without_erased(session, groups)]
    return [writing.letter(*one) for one in zip(groups, written, strict=True)]


def _without_erased(session: Session, groups: Sequence[Sequence[Delivery]]) -> list[list[Delivery]]:
    """Nothing is left to say about what was erased."""
    erased = erased_of(session, {one.about for group in groups for one in group})
    for one in chain(*groups):
        if one.about in erased:
            let_go(one, DeliveryState.SUPERSEDED)
    return [[one for one in group if one.about not in erased] for group in groups]


@dataclass(frozen=True)
class Writing:
    """The letters of one transaction, or a letter `alone`."""

    session: Session
    routes: Routes
    today: Today
    now: datetime
    until: datetime
    alone: bool

    def words(self, group: Sequence[Delivery]) -> Written:
        """A reader who is told now joins those who were.  Until the time they chose, all of it waits."""
        readers = daily_readers(group, self.routes)
        hour = next((max(self.today.hours.get(one, DIGEST_AT), DIGEST_AT) for one in readers), time.min)
        if self.now < local(local_day(self.now), hour):
            for one in group:
                _wait(one, local(local_day(self.now), hour))
            return []
        again = not self.today.told.isdisjoint(readers)
        written = [(one, notice) for one in group if (notice := self._written(one, again=again))]
        if written:
            self.today.told.update(readers)
        return written

    def letter(self, group: Sequence[Delivery], written: Written) -> Letter | None:
        way = self.routes[written[0][0].id].way if written else None
        if way is None:
            for delivery, _ in written:
                nobody_left(self.session, delivery, self.now)
            return None
        message = in_one([(OWED[one.kind], one, notice) for one, notice in written])
        key, account, kept = _key(group), account_on(self.session, way, self.now), _kept(message)
        for delivery, _ in written:
            delivery.state, delivery.account_id, delivery.letter = DeliveryState.SENDING, account, key
            delivery.attempts, delivery.leased_until, delivery.meant_at = delivery.attempts + 1, self.until, self.now
            delivery.message, delivery.reason = kept, None
        ids = tuple(delivery.id for delivery, _ in written)
        return Letter(ids, way.platform, Address(way.tenant, way.user), message, key)

    def _written(self, delivery: Delivery, *, again: bool) -> Notice | None:
        """The words, or None if this delivery is late, waits, is no longer true, or cannot be written.

        `again`: its reader has had the letter of the day.
        """
        row, route = OWED.get(delivery.kind), self.routes[delivery.id]
        if delivery.expires_at and delivery.expires_at <= self.now:
            lost(self.session, delivery, "the meeting came first", DeliveryState.EXPIRED)
        elif row is None:
            lost(self.session, delivery, "this program does not know this kind of message")
        elif row.waits and route.works_at > self.now:
            _wait(delivery, next_opening(self.now))
        else:
            notice = self._tried(delivery, row) if self.alone else self._in_words(delivery, row)
            if not (notice and again and self._can_wait(delivery, notice)):
                return notice
            _wait(delivery, next_digest(self.now))
        return None

    def _can_wait(self, delivery: Delivery, notice: Notice) -> bool:
        """Until whoever reads it works next after today, which may be a deputy; but not what is wanted by then: it
        would be read when the last whole day for it has passed.  What is late already can wait: the next letter says
        so as well.
        """
        today, by = local_day(self.now), notice.wanted_by
        next_day = route_of(self.session, delivery, local(today + DAY, time.min)).works_at
        return by is None or not today <= by <= local_day(next_day)

    def _in_words(self, delivery: Delivery, row: Owed) -> Notice | None:
        notice = row.write(self.session, delivery, self.now)
        if notice is None:
            let_go(delivery, DeliveryState.SUPERSEDED)
        return notice

    def _tried(self, delivery: Delivery, row: Owed) -> Notice | None:
        """Also drawn, which may fail as well."""
        try:
            with self.session.begin_nested():
                notice = self._in_words(delivery, row)
                if notice:
                    pushed(notice)
                return notice
        except OperationalError:  # of the database, and not of this one: it is written when that is back
            raise
        except Exception as error:
            log.error("delivery %s (%s) cannot be written: %s", delivery.id, delivery.kind, type(error).__name__)
            lost(self.session, delivery, "we could not write the message")
            return None


def _kept(message: Message) -> Classified:
    return Classified(STORED.dump_python(message, mode="json"), Level.L1)


def _key(deliveries: Sequence[Delivery]) -> str:
    """Of the first that does not wait, also if that one says nothing any more: known before anything is read."""
    return next(one.once for one in deliveries if one.state is not DeliveryState.PENDING)


def _wait(delivery: Delivery, until: datetime) -> None:
    """Until the next day at most, however long they are away: there may be a deputy by then."""
    delivery.due_at = until
    let_go(delivery, DeliveryState.PENDING)
