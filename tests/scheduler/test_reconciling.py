"""A disk is lost: what was due since the backup is asked about first, so that nothing goes out twice or not at all."""

import asyncio
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.kit.messages import Message
from bot.kit.worktime import local
from bot.ports import Address, TryLater, Unknown
from scheduler.clock import tick
from scheduler.reconciling import live_again
from storage.backup import restoring, write_backup
from storage.database import Sessions, engine_of, open_database
from storage.levels import Classified, Level
from storage.records import Account, DeliveryState, Holding, Person, Post, Visit
from tests.scheduler.fakes import Killed, Postbox, give, ledger
from tests.scheduler.test_jobs import an_agenda_for_friday
from tests.scheduler.test_unknown import MAYBE
from tests.surfaces.core import Core
from tests.world import World

S = DeliveryState
SCHOOL, CHARITY = "Hollow Oak School", "Streetwise"
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, MONDAY = (date(2026, 6, day) for day in (9, 10, 11, 12, 15))
DUE = date(2026, 6, 17)  # reminders on Wednesday 10 June, and on the day before


class Box(Postbox):
    """As Slack does, it looks through what was sent from a moment on, and no further."""

    def __init__(self, *, can_tell: bool = True) -> None:
        super().__init__(can_tell=can_tell)
        self.sent_at: list[datetime] = []
        self.now = local(TUESDAY, time(17))

    async def send(self, to: Address, message: Message, key: str) -> str:
        sent_as = await super().send(to, message, key)
        self.sent_at.append(self.now)
        return sent_as

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        found = await super().find(to, key, since)
        return found if found and self.sent_at[int(found.rpartition("-")[2]) - 1] >= since else None


class Machine:
    """The server, its disk, and the backup that is kept elsewhere."""

    def __init__(self, sessions: Sessions, new_disk: Callable[..., str]) -> None:
        self.sessions, self.new_disk, self.box = sessions, new_disk, Box()
        self.file, self.made_at, self.mail = io.BytesIO(), self.box.now, False

    def ticks(self, day: date, *times: time) -> None:
        for at in times:
            self.box.now = local(day, at)
            asyncio.run(tick(self.sessions, {"core": self.box}, lambda: self.box.now))

    def backs_up(self, day: date, at: time) -> None:
        self.file = io.BytesIO()
        write_backup(self.sessions, self.file, local(day, at))

    def loses_its_disk(self, day: date, at: time) -> int:
        """And is restored at that time, on one that was migrated.  Returns how many messages may have arrived."""
        kind = engine_of(self.sessions).dialect.name
        self.sessions = open_database(self.new_disk(kind, migrated=True))
        self.file.seek(0)
        with restoring(self.sessions, self.file) as restored:
            return live_again(restored.sessions, restored.made_at, local(day, at), mail=self.mail)

    def hears(self, who: str, line: str) -> str:
        return World(self.sessions, Core(self.sessions), self.box.now).person(who).says(line).text

    def states(self, kind: str) -> list[DeliveryState]:
        return [row.state for row in ledger(self.sessions, kind)]


@pytest.fixture
def machine(core: World, new_disk: Callable[..., str]) -> Iterator[Machine]:
    made = Machine(core.sessions, new_disk)
    yield made
    engine_of(made.sessions).dispose()


def reminders(box: Postbox) -> list[str]:
    """What the school and the charity were reminded of, a line a letter."""
    return [words.splitlines()[0] for user, words, _ in box.letters if user in ("school", "charity")]


@pytest.fixture
def owing(machine: Machine) -> Machine:
    """Two actions of the school and one of the charity, of which they know; the backup of Tuesday evening."""
    for agency in (SCHOOL, SCHOOL, CHARITY):
        give(machine.sessions, "Camden", agency, DUE, local(TUESDAY, time(10)))
    machine.ticks(TUESDAY, time(10, 1))
    machine.box.letters.clear()
    machine.box.sent_at.clear()
    machine.backs_up(TUESDAY, time(18))
    return machine


def test_what_was_sent_after_the_backup_is_not_sent_again(owing: Machine) -> None:
    owing.ticks(WEDNESDAY, time(0, 1), time(9, 30))
    assert owing.box.readers() == ["charity", "school"]
    assert owing.loses_its_disk(WEDNESDAY, time(11)) == 3
    assert owing.states("action_reminder") == [S.AMBIGUOUS] * 3
    owing.ticks(WEDNESDAY, time(11, 1), time(16))
    owing.ticks(THURSDAY, time(9, 30))
    assert owing.box.readers() == ["charity", "school"]
    assert owing.states("action_reminder") == [S.SENT] * 3


def test_what_was_never_sent_is_sent_once(owing: Machine) -> None:
    """The machine had been off since the backup."""
    assert owing.loses_its_disk(WEDNESDAY, time(11)) == 3
    owing.ticks(WEDNESDAY, time(11, 1), time(11, 2), time(16))
    assert owing.box.readers() == ["charity", "school"]
    assert owing.states("action_reminder") == [S.SENT] * 3


def test_where_nobody_can_be_asked_it_goes_once_more_and_says_so(owing: Machine) -> None:
    owing.ticks(WEDNESDAY, time(0, 1), time(9, 30))
    owing.box.can_tell = False
    owing.loses_its_disk(WEDNESDAY, time(11))
    owing.ticks(WEDNESDAY, time(11, 1), time(16))
    assert owing.box.readers() == ["charity", "charity", "school", "school"]
    assert [MAYBE in words for _, words, _ in owing.box.letters] == [False, False, True, True]


def test_where_nobody_can_be_asked_a_second_time_it_is_held_and_shown_to_the_coordinator(owing: Machine) -> None:
    owing.ticks(WEDNESDAY, time(0, 1), time(9, 30))
    owing.box.can_tell = False
    owing.loses_its_disk(WEDNESDAY, time(11))
    owing.box.trouble = {"school": [Unknown()], "charity": [Unknown()]}
    owing.ticks(WEDNESDAY, time(11, 1), time(11, 30), time(16))
    assert owing.box.readers() == ["charity", "coordinator", "school"]  # three are held, and told of in one message
    shown = owing.hears("coordinator", "not sent")
    assert shown.count("we do not know whether it arrived") == 3
    assert "Safeguarding lead, Hollow Oak School" in shown
    owing.ticks(date(2026, 6, 16), time(0, 1), time(9, 30))  # the next reminder goes out as ever
    assert owing.box.readers() == ["charity", "charity", "coordinator", "school", "school"]
    owing.box.now = local(date(2026, 7, 1), time(10))
    assert owing.hears("coordinator", "not sent").count("we do not know whether it arrived") == 3, "until they decide"


def test_what_may_have_gone_by_e_mail_for_the_first_time_is_unknown_too(machine: Machine) -> None:
    machine.mail = True
    with machine.sessions.begin() as session:
        held = session.scalars(select(Holding).join(Post).where(Post.title == "Housing lead")).one()
        session.get_one(Person, held.person_id).email = Classified("hari@housing.example", Level.L2)
    give(machine.sessions, "Camden", "Camden Housing", DUE, local(TUESDAY, time(10)))
    machine.backs_up(TUESDAY, time(18))
    assert machine.loses_its_disk(WEDNESDAY, time(11)) == 2
    assert machine.states("action_given") == machine.states("action_reminder") == [S.AMBIGUOUS]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # 400 hours are lived again, as in every restore
def test_what_is_held_for_weeks_is_shown_all_the_same(owing: Machine) -> None:
    owing.box.can_tell = False
    owing.loses_its_disk(date(2026, 6, 25), time(11))
    owing.ticks(date(2026, 6, 25), time(11, 1))
    assert "we do not know whether it arrived" in owing.hears("coordinator", "not sent")


def test_each_days_letter_is_asked_about_by_its_own_key(owing: Machine) -> None:
    """Wednesday's arrived, and the next one never left: nobody may take one for the other."""
    owing.ticks(WEDNESDAY, time(0, 1), time(9, 30))
    assert owing.loses_its_disk(date(2026, 6, 16), time(12)) == 6
    owing.ticks(date(2026, 6, 16), time(12, 1), time(12, 2))
    assert owing.box.readers() == ["charity", "charity", "school", "school"]
    assert owing.states("action_reminder") == [S.SENT] * 6


def test_a_restore_at_night_still_knows_of_the_days_agenda(machine: Machine, core: World) -> None:
    """It went out in working time; the clock alone would owe it again only the next morning."""
    an_agenda_for_friday(core)
    machine.backs_up(THURSDAY, time(18, 20))
    machine.ticks(FRIDAY, time(8, 59), time(9, 0))
    sent = machine.box.readers()
    assert "school" in sent
    machine.loses_its_disk(FRIDAY, time(22))
    machine.ticks(FRIDAY, time(22, 1))
    machine.ticks(MONDAY, time(9), time(9, 1))
    assert machine.box.readers() == sent


def test_a_digest_keeps_its_key_though_the_first_in_it_was_done_meanwhile(owing: Machine) -> None:
    """What was done is forgotten with the disk; the digest about the rest had arrived."""
    owing.ticks(WEDNESDAY, time(0, 1))
    first = next(row.about for row in ledger(owing.sessions, "action_reminder"))
    assert "done" in owing.hears("school", f"done {first}")
    owing.ticks(WEDNESDAY, time(9, 30))
    before = reminders(owing.box)
    owing.loses_its_disk(WEDNESDAY, time(11))
    owing.ticks(WEDNESDAY, time(11, 1))
    assert reminders(owing.box) == before


@pytest.mark.parametrize("arrived", [True, False])
def test_what_was_on_its_way_at_the_backup(machine: Machine, arrived: bool) -> None:
    """Both claimed, one being sent or both, and the machine dies; whether they arrive, nobody has heard."""
    now = local(WEDNESDAY, time(10))
    for agency in (SCHOOL, CHARITY):
        give(machine.sessions, "Camden", agency, DUE, now)
    machine.box.trouble = {"school": [Killed()], "charity": [Killed()]}
    with pytest.raises(Killed):
        machine.ticks(WEDNESDAY, time(10))
    machine.box.trouble = {}
    machine.backs_up(WEDNESDAY, time(10, 0, 10))
    if arrived:
        rows = ledger(machine.sessions, "action_given")
        machine.box.letters += [("school", "", rows[0].once), ("charity", "", rows[1].once)]
        machine.box.sent_at += [now, now]
    assert machine.loses_its_disk(WEDNESDAY, time(10, 1)) == 2  # before the leases run out
    machine.ticks(WEDNESDAY, time(10, 2), time(10, 10))
    assert machine.box.readers() == ["charity", "school"]
    assert machine.states("action_given") == [S.SENT, S.SENT]


def test_what_was_put_off_until_after_the_backup(machine: Machine) -> None:
    """Due in the last minutes of working time, and sent then: later looks would have put it off to the next day."""
    give(machine.sessions, "Camden", SCHOOL, DUE, local(TUESDAY, time(16, 40)))
    machine.box.trouble = {"school": [TryLater(timedelta(minutes=13))]}
    machine.ticks(TUESDAY, time(16, 40))
    machine.backs_up(TUESDAY, time(16, 45))
    machine.ticks(TUESDAY, time(16, 53))
    assert machine.box.readers() == ["school"]
    machine.loses_its_disk(TUESDAY, time(18))
    machine.ticks(WEDNESDAY, time(9), time(9, 30))
    assert [key.split(":")[0] for _, _, key in machine.box.letters] == ["action_given", "action_reminder"]


def test_what_is_not_due_yet_is_neither_asked_about_nor_sent(owing: Machine) -> None:
    assert owing.loses_its_disk(WEDNESDAY, time(9)) == 0
    assert owing.states("action_reminder") == [S.PENDING] * 3
    owing.ticks(WEDNESDAY, time(9, 30))
    assert owing.box.asked == []
    assert owing.box.readers() == ["charity", "school"]


def test_a_backup_from_a_clock_that_went_ahead_is_restored_too(owing: Machine) -> None:
    assert owing.loses_its_disk(TUESDAY, time(17, 50)) == 0


def test_whoever_was_signed_in_signs_in_again(machine: Machine) -> None:
    with machine.sessions.begin() as session:
        account = session.scalars(select(Account)).first()
        assert account
        at = machine.made_at
        session.add(Visit(account_id=account.id, cookie_hash="c", started_at=at, seen_at=at))
    machine.backs_up(TUESDAY, time(17))
    machine.loses_its_disk(TUESDAY, time(17, 5))
    with machine.sessions() as session:
        assert session.scalars(select(Visit)).one().ended_at == local(TUESDAY, time(17, 5))
