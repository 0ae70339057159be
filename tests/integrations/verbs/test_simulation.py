"""mace-bot simulate: a short half year keeps every promise; and each check can fail."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.kit.messages import Dated
from bot.writing import OWED
from integrations.cli import main
from integrations.simulation.balance import Balance
from integrations.simulation.running import Run, run
from integrations.simulation.weather import Arrived
from integrations.verbs.simulating import thrown_away
from storage.records import ClosedDays

SHORT = ["simulate", "--boroughs", "3", "--weeks", "2"]


def simulated(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[str, int]:
    with pytest.raises(SystemExit) as ended:
        main([*SHORT, *more])
    assert isinstance(ended.value.code, int)
    return capsys.readouterr().out, ended.value.code


def test_two_weeks_in_three_boroughs_keep_every_promise(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And do not touch the tracker of the installation."""
    monkeypatch.setenv("MACE_DATABASE_URL", f"sqlite:///{tmp_path / 'tracker.sqlite'}")
    told, code = simulated(capsys, "--speed", "max")
    assert code == 0
    assert "NOT SO" not in told
    assert told.count("   yes  ") == 5
    assert "slack" in told
    assert ": 0 letters" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_promise_that_is_broken_is_named_and_ends_in_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """News of an action at any time of the day."""
    monkeypatch.setitem(OWED, "action_given", replace(OWED["action_given"], waits=False))
    monkeypatch.setitem(OWED, "action_said_done", replace(OWED["action_said_done"], waits=False))
    told, code = simulated(capsys)
    assert code == 1
    assert "NOT SO  Nobody was written to outside working time" in told
    assert told.count("NOT SO") == 1


def test_the_same_seed_is_the_same_time_and_another_is_another(capsys: pytest.CaptureFixture[str]) -> None:
    small = ("--boroughs", "2", "--weeks", "1", "--seed")
    one, again, other = (simulated(capsys, *small, seed)[0] for seed in ("4", "4", "5"))
    assert one == again
    assert one.replace("seed 4", "seed 5") != other


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (["--boroughs", "34"], "London has 33 boroughs"),
        (["--weeks", "0"], "give a number, 1 or more"),
        (["--speed", "fast"], "give a number, 1 or more"),
    ],
)
def test_what_cannot_be_simulated(capsys: pytest.CaptureFixture[str], wrong: list[str], says: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*SHORT, *wrong])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


# --- each check can fail ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived() -> Iterator[Run]:
    with thrown_away() as sessions:
        yield run(Run(sessions, 3, 3, 1))


@pytest.fixture
def session(lived: Run) -> Iterator[Session]:
    """What a test does to the ledger is undone."""
    with lived.sessions() as session:
        yield session
        session.rollback()


def arrivals(lived: Run) -> list[Arrived]:
    return [one for platform in lived.platforms.values() for one in platform.arrived]


def balance(lived: Run, session: Session, arrived: Sequence[Arrived] = (), logged: str = "") -> Balance:
    return Balance(session, arrived or arrivals(lived), lived.end, Counter([logged] if logged else []))


def test_before_anything_is_broken_nothing_is_wrong(lived: Run, session: Session) -> None:
    checks = balance(lived, session).checks
    assert {promise: list(wrong) for promise, wrong in checks} == {promise: [] for promise, _ in checks}


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        ("DELETE FROM delivery WHERE id = 7", "are accounted for"),
        ("UPDATE delivery SET state = 'failed', reason = NULL WHERE id = 7", "given up without a reason"),
        ("UPDATE delivery SET state = 'expired', reason = '' WHERE id = 7", "given up without a reason"),
        ("UPDATE delivery SET state = 'failed', reason = 'lost' WHERE id = 7", "no coordinator is told"),
        ("UPDATE delivery SET state = 'claimed' WHERE id = 7", "are accounted for"),
        ("UPDATE delivery SET state = 'sending' WHERE id = 7", "are accounted for"),
        ("UPDATE delivery SET state = 'pending' WHERE id = 7", "is due and lies there"),
        ("UPDATE delivery SET sent_as = NULL WHERE id = 7", "not when or as what"),
    ],
)
def test_a_ledger_that_does_not_balance(lived: Run, session: Session, breaks: str, says: str) -> None:
    session.execute(text(breaks))
    assert any(says in wrong for wrong in balance(lived, session).unbalanced())


def test_what_did_not_arrive_and_what_came_twice(lived: Run, session: Session) -> None:
    every = arrivals(lived)
    assert "did not arrive" in next(balance(lived, session, every[1:]).lost_or_doubled())
    assert "arrived 2 times" in next(balance(lived, session, [*every, every[0]]).lost_or_doubled())


def test_a_letter_at_night_on_a_holiday_or_while_its_reader_is_away(lived: Run, session: Session) -> None:
    every = arrivals(lived)
    letter, account, told = next(one for one in balance(lived, session).told if one[2][0].kind == "action_reminder")
    others = [one for one in every if one is not letter]
    for moved in (timedelta(hours=12), timedelta(days=5 - letter.at.weekday())):
        late = replace(letter, at=letter.at + moved)
        (wrong, *_) = balance(lived, session, [*others, late]).outside_working_time()
        assert "(action_reminder) arrived at" in wrong
    post, day = told[0].post, letter.at.date()
    assert post
    for whose in (
        {"person_id": account.person_id},
        {"partnership_id": post.partnership_id},
        {"partnership_id": post.partnership_id, "agency_id": post.agency_id},
    ):
        session.add(ClosedDays(**whose, first_day=day, last_day=day))
        session.flush()
        assert any("(action_reminder) arrived" in wrong for wrong in balance(lived, session).outside_working_time())
        session.rollback()


def test_a_second_letter_of_reminders_that_could_have_waited(lived: Run, session: Session) -> None:
    """Unless each thing in it is due by the next working day."""
    found = balance(lived, session)
    letter, account, told = next(one for one in found.told if one[2][0].kind == "action_reminder" and len(one[2]) == 1)
    before = replace(letter, at=letter.at - timedelta(minutes=1))
    for days, wrong in ((1, 0), (5, 1)):
        due = (Dated((letter.at.date() + timedelta(days=days)).isoformat(), told[0].about, "due"),)
        again = replace(letter, message=replace(letter.message, dates=due))
        found = balance(lived, session)
        found.told = [(before, account, told), (again, account, told)]
        assert len(list(found.second_letters())) == wrong
        assert found.late_letters == 1
    found.told = [(before, account, told), (replace(letter, message=replace(letter.message, dates=())), account, told)]
    assert len(list(found.second_letters())) == 1, "what is late already can wait"


def test_what_the_log_says_of_our_own_code(lived: Run, session: Session) -> None:
    assert list(balance(lived, session, logged="job %s failed: %s").broken())
    assert not list(balance(lived, session, logged="a message was not brought up to date after %s attempts").broken())
