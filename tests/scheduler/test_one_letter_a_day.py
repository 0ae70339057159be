"""One letter of what waits a person a day, whatever their account or post, and however the postmen come by it."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.kit.worktime import DIGEST_AT, local, next_digest
from bot.outbox import owe
from bot.ports import TryLater, Undeliverable, Unknown
from scheduler.claiming import BATCH
from storage.database import Sessions, engine_of, open_database
from storage.queries.daily import take_turns
from storage.records import Account, Action, Delivery, DeliveryState, Flag, Person, Priority
from tests.cast import HOME, START, seed
from tests.making import a_case, a_flag
from tests.scheduler.fakes import Postbox, deliver, give, ledger
from tests.scheduler.test_unknown import patient
from tests.world import World

NURSE = "Named nurse, Thames Gate NHS Trust"
SCHOOL, NHS = "Hollow Oak School", "Thames Gate NHS Trust"
NOON = START + timedelta(hours=3)
S = DeliveryState


def remind(sessions: Sessions, references: list[str], at: datetime = START, again: str = "today") -> None:
    with sessions.begin() as session:
        for reference in references:
            action = session.scalars(select(Action).where(Action.reference == reference)).one()
            owe(session, "action_reminder", action.owner, about=reference, version=1, at=at, once=again)


def given(sessions: Sessions, borough: str, agency: str, due_on: date, count: int = 1) -> list[str]:
    references = give(sessions, borough, agency, due_on, count=count)
    with sessions.begin() as session:
        session.execute(update(Delivery).where(Delivery.kind == "action_given").values(state=S.SENT, sent_at=START))
    return references


def reminders(sessions: Sessions) -> list[Delivery]:
    return ledger(sessions, "action_reminder")


def test_what_comes_later_waits_with_its_attempts_untouched(core: World) -> None:
    first, second = given(core.sessions, "Camden", NHS, date(2026, 6, 20), count=2)
    remind(core.sessions, [first])
    box = Postbox()
    assert deliver(core.sessions, START, box) == 1
    remind(core.sessions, [second], NOON)
    assert deliver(core.sessions, NOON, box) == 0
    row = reminders(core.sessions)[1]
    assert (row.state, row.attempts, row.owner, row.leased_until) == (S.PENDING, 0, None, None)
    assert row.due_at == next_digest(NOON) == START + timedelta(days=1)
    assert deliver(core.sessions, row.due_at, box) == 1


def test_on_whatever_account_and_for_whatever_post(core: World) -> None:
    """At noon the nurse is seen in another chat; and what comes then is for her post in Islington."""
    (first,), (second,) = (given(core.sessions, one, NHS, date(2026, 6, 20)) for one in ("Camden", "Islington"))
    remind(core.sessions, [first])
    here, there = Postbox(), Postbox("there")
    assert deliver(core.sessions, START, here, there) == 1
    with core.sessions.begin() as session:
        person = session.scalars(select(Account.person_id).where(Account.user == "nurse")).one()
        session.add(Account(platform="there", tenant=HOME, user="n", person_id=person, last_used_at=NOON))
    remind(core.sessions, [second], NOON)
    assert deliver(core.sessions, NOON, here, there) == 0
    assert deliver(core.sessions, reminders(core.sessions)[1].due_at, here, there) == 1
    assert (here.readers(), there.readers()) == (["nurse"], ["n"])


def test_what_may_have_arrived_counts_as_the_letter_of_the_day(core: World) -> None:
    first, second = given(core.sessions, "Camden", NHS, date(2026, 6, 20), count=2)
    remind(core.sessions, [first])
    box = Postbox(can_tell=False, nurse=[Unknown()])
    deliver(core.sessions, START, box)
    soon = START + timedelta(minutes=5)
    remind(core.sessions, [second], soon)
    deliver(core.sessions, soon, box)
    assert [row.state for row in reminders(core.sessions)] == [S.AMBIGUOUS, S.PENDING]


def test_what_did_not_arrive_does_not_count(core: World) -> None:
    """The platform was busy in the morning; by noon both are one letter."""
    first, second = given(core.sessions, "Camden", NHS, date(2026, 6, 20), count=2)
    remind(core.sessions, [first])
    box = Postbox(nurse=[TryLater(NOON - START)])
    deliver(core.sessions, START, box)
    remind(core.sessions, [second], NOON)
    assert deliver(core.sessions, NOON + timedelta(minutes=1), box) == 1
    assert [row.state for row in reminders(core.sessions)] == [S.SENT, S.SENT]


def test_a_letter_of_an_earlier_day_that_nobody_is_sure_of_holds_nothing_back(core: World) -> None:
    first, second = given(core.sessions, "Camden", NHS, date(2026, 6, 20), count=2)
    remind(core.sessions, [first])
    box = Postbox(can_tell=False, nurse=[Unknown()] * 2)
    for minutes in (0, 15, 30):
        deliver(core.sessions, START + timedelta(minutes=minutes), box)
    tomorrow = START + timedelta(days=1)
    remind(core.sessions, [second], tomorrow)
    assert deliver(core.sessions, tomorrow, box) >= 1
    assert [row.state for row in reminders(core.sessions)] == [S.AMBIGUOUS, S.SENT]


@pytest.mark.parametrize(
    ("due_on", "comes"),
    [(date(2026, 6, 8), 0), (date(2026, 6, 9), 1), (date(2026, 6, 10), 1), (date(2026, 6, 11), 0)],
)
def test_what_would_be_too_late_tomorrow_comes_today(core: World, due_on: date, comes: int) -> None:
    (first,) = given(core.sessions, "Camden", NHS, date(2026, 6, 20))
    (second,) = given(core.sessions, "Islington", NHS, due_on)
    remind(core.sessions, [first])
    box = Postbox()
    deliver(core.sessions, START, box)
    remind(core.sessions, [second], NOON)
    assert deliver(core.sessions, NOON, box) == comes


def test_of_several_only_what_cannot_wait_comes_and_each_letter_has_a_key_of_its_own(core: World) -> None:
    (first,) = given(core.sessions, "Camden", NHS, date(2026, 6, 20))
    (soon,) = given(core.sessions, "Islington", NHS, date(2026, 6, 10))
    (far,) = given(core.sessions, "Islington", NHS, date(2026, 6, 19))
    remind(core.sessions, [first])
    box = Postbox()
    deliver(core.sessions, START, box)
    remind(core.sessions, [far, soon], NOON)
    assert deliver(core.sessions, NOON, box) == 1
    assert deliver(core.sessions, START + timedelta(days=1), box) == 1
    (_, one, its_key), (_, other, key) = box.letters[1:]
    assert "10 June" in one
    assert "19 June" in other
    assert its_key != key


def test_it_is_one_letter_however_many_are_due_between_its_parts(core: World) -> None:
    """More are due than are claimed at once, also of one person's."""
    (first,) = given(core.sessions, "Camden", NHS, date(2026, 6, 20))
    between = given(core.sessions, "Camden", SCHOOL, date(2026, 6, 20), count=BATCH + 10)
    (last,) = given(core.sessions, "Islington", NHS, date(2026, 6, 20))
    remind(core.sessions, [first, *between, last])
    box = Postbox()
    assert deliver(core.sessions, START, box) == 2
    assert box.readers() == ["nurse", "school"]
    assert [row.state for row in reminders(core.sessions)] == [S.SENT] * (BATCH + 12)


def test_what_is_lost_together_is_one_piece_of_news_and_what_is_lost_on_another_day_another(core: World) -> None:
    """One account is closed: to the letter of the day, and to a reminder of the same thing two weeks later."""
    references, later = given(core.sessions, "Camden", SCHOOL, date(2026, 6, 20), 15), START + timedelta(days=14)
    remind(core.sessions, references)
    box = Postbox(school=[Undeliverable("their account is closed")] * 2)
    deliver(core.sessions, START, box)
    assert box.readers() == ["coordinator"]
    assert "Messages about 15 things did not reach somebody" in box.letters[0][1]
    remind(core.sessions, references[:1], later, "later")
    deliver(core.sessions, later, box)
    assert box.readers() == ["coordinator"] * 2
    assert f"A message about {references[0]} did not reach somebody" in box.letters[1][1]


# --- of whatever kind -------------------------------------------------------------------------------------------------


def flagged(core: World, at: datetime = START) -> str:
    """A flag of which the nurse is reminded then."""
    reference = a_flag(core, a_case(core), NURSE, by="30 June 2026")
    with core.sessions.begin() as session:
        session.execute(update(Delivery).where(Delivery.kind == "flag_asked").values(state=S.SENT, sent_at=START))
        flag = session.scalars(select(Flag).where(Flag.reference == reference)).one()
        owe(session, "flag_reminder", flag.owner, about=reference, version=1, at=at)
    return reference


def test_two_kinds_are_one_letter_however_many_are_due_between_them(core: World) -> None:
    flagged(core)
    between = given(core.sessions, "Camden", SCHOOL, date(2026, 6, 20), count=BATCH + 10)
    (last,) = given(core.sessions, "Islington", NHS, date(2026, 6, 20))
    remind(core.sessions, [*between, last])
    box = Postbox()
    assert deliver(core.sessions, START, box) == 2
    assert box.readers() == ["nurse", "school"]
    ((words, key),) = [(words, key) for user, words, key in box.letters if user == "nurse"]
    assert "2 things wait for you" in words
    (flag,), actions = ledger(core.sessions, "flag_reminder"), reminders(core.sessions)
    assert flag.letter == actions[-1].letter == key
    assert key not in {one.letter for one in actions[:-1]}


@pytest.mark.parametrize("first", ["flag_reminder", "action_reminder"])
def test_of_two_kinds_what_comes_later_waits_for_the_next_letter(core: World, first: str) -> None:
    (action,) = given(core.sessions, "Camden", NHS, date(2026, 6, 20))
    flagged(core, START if first == "flag_reminder" else NOON)
    remind(core.sessions, [action], NOON if first == "flag_reminder" else START)
    box = Postbox()
    assert deliver(core.sessions, START, box) == 1
    assert deliver(core.sessions, NOON, box) == 0
    ((waits,), (sent,)) = (
        [one for one in ledger(core.sessions) if one.daily and (one.kind == first) is so] for so in (False, True)
    )
    assert (waits.state, waits.attempts, waits.due_at, sent.state) == (S.PENDING, 0, next_digest(NOON), S.SENT)
    assert deliver(core.sessions, waits.due_at, box) == 1


def test_before_half_past_nine_or_the_time_they_chose_nobody_has_their_letter(core: World) -> None:
    flagged(core, START - timedelta(hours=2))
    box = Postbox()
    assert deliver(core.sessions, local(START.date(), time(9, 15)), box) == 0
    (row,) = ledger(core.sessions, "flag_reminder")
    assert (row.state, row.due_at) == (S.PENDING, local(START.date(), DIGEST_AT))
    assert deliver(core.sessions, row.due_at, box) == 1


def test_what_presses_is_no_letter_of_the_day_and_waits_for_none(core: World) -> None:
    urgent, usual = given(core.sessions, "Camden", NHS, date(2026, 6, 20), count=2)
    flagged(core)
    with core.sessions.begin() as session:
        session.execute(update(Person).values(reminded_at=time(11)))
        old = {"priority": Priority.HIGH, "agreed_at": START - timedelta(days=1)}
        session.execute(update(Action).where(Action.reference == urgent).values(**old))
        owner = session.scalars(select(Action).where(Action.reference == urgent)).one().owner
        owe(session, "action_unanswered", owner, about=urgent, version=1, at=START)
    remind(core.sessions, [usual])
    box = Postbox()
    assert deliver(core.sessions, START, box) == 1
    assert "This is urgent" in box.letters[0][1]
    assert deliver(core.sessions, NOON, box) == 1
    assert "2 things wait for you" in box.letters[1][1]


def test_of_two_postmen_only_one_asks_at_a_time_who_has_had_theirs(
    postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """TRUST.md T-74."""
    sessions, box = open_database(patient(postgresql_url)), Postbox()
    with sessions.begin() as session:
        seed(session, "core", START)
    remind(sessions, given(sessions, "Camden", NHS, date(2026, 6, 20)))
    with sessions.begin() as another:
        nurse = another.scalars(select(Account.person_id).where(Account.user == "nurse")).one()
        assert nurse
        take_turns(another, [nurse])
        delivered = deliver(sessions, START, box)
    engine_of(sessions).dispose()
    assert delivered == 0
    assert [one.getMessage() for one in caplog.records] == [
        "1 are done one by one, since together they failed: OperationalError",
        "delivery 2 is left as it is: OperationalError",
    ]
