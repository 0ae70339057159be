"""The jobs: run at any time and twice, they owe what is owed once; and one broken row or job stops no other."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from threading import Thread, current_thread

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text, update

from bot.conversation import answer, hear
from bot.features.actions.chasing import DAYS, last_occurrence
from bot.features.escalations.clock import raise_one
from bot.kit.worktime import is_working_day, working_days_after
from bot.replies import Line, Sender
from bot.tables import JobOfMany
from scheduler.clock import tick
from scheduler.jobs import AT_ONCE, JOBS, run_jobs
from storage.database import engine_of
from storage.records import Action, ActionState, DeliveryState, Dialogue, Escalation, Meeting, Priority
from tests.cast import HOME, START
from tests.making import a_meeting
from tests.scheduler.fakes import Postbox, give, ledger, sizes
from tests.world import World

SCHOOL, CHARITY, NHS = "Hollow Oak School", "Streetwise", "Thames Gate NHS Trust"
DUE = date(2026, 6, 12)
FRIDAY = START + timedelta(days=3)  # three working days after the start

USUAL = DAYS[Priority.NORMAL]


def a_draft(world: World, user: str) -> int:
    """A referral begun and left; returns the id of its dialogue."""
    sender = Sender("core", HOME, user)
    page = hear(world.sessions, sender, Line("refer", private=True, typed=False), world.now).page
    assert page
    answer(world.sessions, sender, page.dialogue_id, {"danger": "no"}, world.now, "save")
    return page.dialogue_id


def an_agenda_for_friday(world: World) -> str:
    reference = a_meeting(world)
    coordinator = world.person("coordinator")
    coordinator.says(f"send later {reference}")
    coordinator.says("12 June 2026")
    return reference


def owed(world: World, *kinds: str) -> list[tuple[str, str]]:
    return sorted({(row.kind, row.about) for row in ledger(world.sessions) if row.kind in kinds})


def test_running_every_job_twice_owes_nothing_twice(core: World) -> None:
    """TRUST.md T-74."""
    (action,) = give(core.sessions, "Camden", SCHOOL, DUE)
    draft, agenda = f"D-{a_draft(core, 'charity')}", an_agenda_for_friday(core)
    kinds = ("action_reminder", "agenda", "draft_ending", "draft_deleted")
    for days in (0, 1, 2, 3, 6, 7):
        now = START + timedelta(days=days)
        run_jobs(core.sessions, now)
        once = sizes(core.sessions)
        run_jobs(core.sessions, now)
        run_jobs(core.sessions, now + timedelta(hours=1))
        assert sizes(core.sessions) == once, now
    assert owed(core, *kinds) == sorted(
        [("action_reminder", action), ("agenda", agenda), ("draft_deleted", draft), ("draft_ending", draft)]
    )
    assert len(ledger(core.sessions, "agenda")) == 5  # the posts on the Camden panel
    with core.sessions() as session:
        assert session.get_one(Dialogue, int(draft.removeprefix("D-"))).answers is None


def test_a_job_that_fails_is_named_in_the_log_and_stops_no_other(core: World, caplog: pytest.LogCaptureFixture) -> None:
    draft, agenda = f"D-{a_draft(core, 'charity')}", an_agenda_for_friday(core)
    names = [job.name for job in JOBS]
    assert names.index("raise what is late") < names.index("send agendas")
    with core.sessions.begin() as session:
        session.execute(text("ALTER TABLE escalation RENAME TO lost"))
    run_jobs(core.sessions, FRIDAY)
    assert owed(core, "agenda", "draft_ending") == [("agenda", agenda), ("draft_ending", draft)]
    lines = [one.getMessage().rpartition(": ") for one in caplog.records]
    assert [job for job, _, _ in lines] == ["job raise what is late failed", "job walk escalations up failed"]
    assert {why for _, _, why in lines} <= {"OperationalError", "ProgrammingError"}


# --- of many things ---------------------------------------------------------------------------------------------------

MANY = 3 * AT_ONCE


def listening(world: World, name: str, listen: Callable[..., None]) -> AbstractContextManager[None]:
    @contextmanager
    def until_done() -> Iterator[None]:
        event.listen(engine_of(world.sessions), name, listen)
        yield
        event.remove(engine_of(world.sessions), name, listen)

    return until_done()


def asked_in_a_tick(world: World, now: datetime) -> int:
    """How many questions the clock has when all that it owes is owed."""
    run_jobs(world.sessions, now)
    asked: list[str] = []
    with listening(world, "before_cursor_execute", lambda _c, _d, sql, *_: asked.append(sql)):
        run_jobs(world.sessions, now + timedelta(minutes=1))
    return len(asked)


@pytest.mark.parametrize("after", [1, 2, 4, 7, 8, 15], ids=lambda days: f"{days} days late")
def test_a_tick_with_nothing_to_do_asks_no_more_however_many_are_late(core: World, after: int) -> None:
    """Before they are raised, on the day, while they wait at a level, and while who holds it is chased."""
    due_on, before = START.date() - timedelta(days=after), START - timedelta(days=20)
    late = give(core.sessions, "Camden", SCHOOL, due_on, before, 3)
    with core.sessions.begin() as session:
        session.execute(update(Action).where(Action.reference == late[0]).values(priority=Priority.HIGH))
        raise_one(session, late[1], START - timedelta(days=10))
        session.execute(update(Escalation).values(reason="not_at_table", level=2))
    few = asked_in_a_tick(core, START)
    give(core.sessions, "Camden", SCHOOL, due_on, before, MANY)
    assert asked_in_a_tick(core, START) == few


def test_of_many_things_some_are_done_in_each_transaction(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, START.date() - timedelta(days=9), START - timedelta(days=20), MANY)
    raised = [0]
    with (
        listening(core, "before_cursor_execute", lambda _c, _d, sql, *_: raised.append(raised.pop() + is_raised(sql))),
        listening(core, "commit", lambda _c: raised.append(0)),
    ):
        run_jobs(core.sessions, START)
    assert [one for one in raised if one] == [AT_ONCE] * 3


def is_raised(sql: str) -> bool:
    return sql.startswith("INSERT INTO escalation ")


def test_a_turn_gets_in_between(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, START.date() - timedelta(days=9), START - timedelta(days=20), 2 * MANY)
    nurse = Thread(target=core.person("nurse").says, args=("mine",), name="nurse")
    seen: list[str] = []

    def raises(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        if is_raised(sql):
            seen.append("raised")
            if not nurse.ident:
                nurse.start()

    def commits(_connection: object) -> None:
        if current_thread() is nurse:
            seen.append("turn")

    with listening(core, "before_cursor_execute", raises), listening(core, "commit", commits):
        run_jobs(core.sessions, START)
        nurse.join(30)
    assert "turn" in seen
    assert seen[-1] == "raised", "she does not wait until all are"
    assert "nothing open" in core.person("nurse").front.text


def test_what_was_done_since_it_was_found_is_left_alone(core: World) -> None:
    (reference,) = give(core.sessions, "Camden", SCHOOL, START.date() - timedelta(days=9), START - timedelta(days=20))
    found = [(job, job.find) for job in JOBS if isinstance(job, JobOfMany)]
    with core.sessions.begin() as session:
        there = [job for job, find in found if reference in find(session, START)]
        session.execute(update(Action).values(state=ActionState.DONE))
        for job in there:
            job.do(session, reference, START)
    assert [job.name for job in there] == ["remind about actions", "raise what is late"]
    assert owed(core, "action_reminder", "escalation_moved") == []


@pytest.mark.parametrize("broken", ["verb = 'Canary'", "due_on = '0001-01-01'"])
def test_one_bad_action_stops_no_other_reminder(core: World, caplog: pytest.LogCaptureFixture, broken: str) -> None:
    first, odd, last = (give(core.sessions, "Camden", agency, DUE)[0] for agency in (SCHOOL, CHARITY, NHS))
    with core.sessions.begin() as session:
        session.execute(text(f"UPDATE action SET {broken} WHERE reference = :odd"), {"odd": odd})  # noqa: S608 -- ours
    run_jobs(core.sessions, FRIDAY)
    assert owed(core, "action_reminder") == sorted([("action_reminder", first), ("action_reminder", last)])
    (line,) = [one.getMessage() for one in caplog.records]
    assert line in (f"{odd} is left out: LookupError", f"{odd} is left out: OverflowError")


def test_one_bad_meeting_stops_no_other_agenda(core: World, caplog: pytest.LogCaptureFixture) -> None:
    odd, fine = an_agenda_for_friday(core), an_agenda_for_friday(core)
    with core.sessions.begin() as session:
        meeting = session.query(Meeting.id).filter_by(reference=odd).scalar()
        session.execute(text("UPDATE agenda_item SET kind = 'Canary' WHERE meeting_id = :it"), {"it": meeting})
    run_jobs(core.sessions, FRIDAY)
    assert owed(core, "agenda") == [("agenda", fine)]
    assert [one.getMessage() for one in caplog.records] == [f"{odd} is left out: LookupError"]


def test_one_bad_draft_stops_no_other(core: World, caplog: pytest.LogCaptureFixture) -> None:
    odd, fine = (a_draft(core, user) for user in ("charity", "school"))
    with core.sessions.begin() as session:
        session.execute(text("UPDATE dialogue SET answers = '{\"Canary' WHERE id = :odd"), {"odd": odd})
    run_jobs(core.sessions, FRIDAY)
    assert owed(core, "draft_ending") == [("draft_ending", f"D-{fine}")]
    assert [one.getMessage() for one in caplog.records] == [f"D-{odd} is left out: CannotOpen"]


@pytest.mark.parametrize(
    ("before", "hours", "due_on", "goes_at"),
    [
        # The clocks go back on Sunday 25 October.
        ("2026-10-23T15:00+01:00", 70, date(2026, 10, 26), "2026-10-26T09:30+00:00"),
        # They go forward on Easter Sunday, 28 March: what is due on Easter Monday is said on Tuesday.
        ("2027-03-25T15:00+00:00", 116, date(2027, 3, 29), "2027-03-30T09:30+01:00"),
    ],
)
def test_a_reminder_comes_once_and_at_half_past_nine_when_the_clocks_change(
    core: World, before: str, hours: int, due_on: date, goes_at: str
) -> None:
    """TRUST.md T-76."""
    afternoon = datetime.fromisoformat(before)  # of the last working day
    give(core.sessions, "Camden", SCHOOL, due_on, afternoon - timedelta(days=2))
    asyncio.run(tick(core.sessions, {"core": Postbox()}, lambda: afternoon))
    owed_before, box = len(ledger(core.sessions)), Postbox()
    for half_hours in range(1, hours * 2):
        now = afternoon + timedelta(minutes=30 * half_hours)
        asyncio.run(tick(core.sessions, {"core": box}, partial(datetime.fromisoformat, now.isoformat())))
    (row,) = ledger(core.sessions)[owed_before:]
    assert (row.kind, row.state) == ("action_reminder", DeliveryState.SENT)
    assert row.sent_at == datetime.fromisoformat(goes_at)
    assert box.readers() == ["school"]


# --- on which days an action wants a reminder -------------------------------------------------------------------------

days = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@settings(max_examples=150)
@given(due_on=days, before=st.integers(0, 60), length=st.integers(1, 90))
@example(due_on=date(2026, 10, 25), before=20, length=60)
@example(due_on=date(2027, 3, 29), before=20, length=60)
@example(due_on=date(2026, 12, 25), before=20, length=60)
def test_reminders_come_on_the_days_the_table_says_and_on_no_other(due_on: date, before: int, length: int) -> None:
    """Invariant 13: day by day, as the clock walks, each occurrence is new once, on its own day."""
    walk = [due_on - timedelta(days=before) + timedelta(days=n) for n in range(length)]
    wanted = {working_days_after(due_on, count) for count in (*USUAL, *range(10, 100, 5))}
    told, new = last_occurrence(due_on, walk[0] - timedelta(days=1)), []
    for today in walk:
        occurrence = last_occurrence(due_on, today)
        if occurrence != told:
            assert occurrence == today  # never late, if the clock never stopped; and never two on one day
            new.append(today)
            told = occurrence
    assert new == [day for day in walk if day in wanted]
    assert all(is_working_day(day) or day == due_on for day in new)


@given(due_on=days, missed=st.integers(-10, 80))
def test_after_a_day_without_a_clock_only_the_latest_reminder_is_made_up_for(due_on: date, missed: int) -> None:
    today = due_on + timedelta(days=missed)
    occurrence = last_occurrence(due_on, today)
    if occurrence is None:
        assert today < working_days_after(due_on, min(USUAL))
    else:
        assert occurrence <= today
        assert last_occurrence(due_on, occurrence) == occurrence
