"""The postman: what becomes of every letter, whatever the platform, the machine and other postmen do."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from bot.kit.pace import Pace
from bot.kit.worktime import next_opening
from bot.losing import MORNINGS
from bot.outbox import owe
from bot.ports import TryLater, Undeliverable, Unknown
from scheduler.claiming import LEASE
from scheduler.jobs import run_jobs
from scheduler.outcomes import ATTEMPTS
from storage.database import Sessions
from storage.records import (
    Account,
    Action,
    ActionState,
    Agency,
    ClosedDays,
    Delivery,
    DeliveryState,
    Holding,
    Partnership,
    Post,
)
from tests.cast import HOME, START
from tests.making import a_meeting
from tests.scheduler.fakes import Arrived, Postbox, deliver, give, ledger
from tests.world import World

S = DeliveryState
DUE = date(2026, 6, 23)
SCHOOL, NHS, CHARITY, HOUSING = "Hollow Oak School", "Thames Gate NHS Trust", "Streetwise", "Camden Housing"
MINUTE = timedelta(minutes=1)
AFTER_THE_LEASE = LEASE + MINUTE


def only(sessions: Sessions, kind: str = "") -> Delivery:
    (row,) = ledger(sessions, kind)
    return row


def states(sessions: Sessions, kind: str = "") -> list[DeliveryState]:
    return [row.state for row in ledger(sessions, kind)]


def test_a_letter_is_sent_once_and_marked_with_the_platforms_id(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox()
    assert deliver(core.sessions, START, box) == 1
    row = only(core.sessions)
    assert (row.state, row.sent_as, row.sent_at, row.attempts) == (S.SENT, "core-1", START, 1)
    assert (row.owner, row.leased_until, row.reason) == (None, None, None)
    assert deliver(core.sessions, START + timedelta(hours=1), box) == 0
    assert box.readers() == ["school"]


def test_what_is_not_due_yet_stays(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE, START + MINUTE)
    assert deliver(core.sessions, START, Postbox()) == 0
    assert states(core.sessions) == [S.PENDING]
    assert deliver(core.sessions, START + MINUTE, Postbox()) == 1


# --- the platform is busy, or will never take it ----------------------------------------------------------------------


def test_a_busy_platform_is_tried_again_each_time_later_and_in_the_end_the_coordinator_is_told(core: World) -> None:
    """TRUST.md T-75."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    box, now, waits = Postbox(school=[TryLater(MINUTE)] * ATTEMPTS), START, []
    for _ in range(ATTEMPTS - 1):
        deliver(core.sessions, now, box)
        row = only(core.sessions)
        assert (row.state, row.owner) == (S.PENDING, None)
        assert deliver(core.sessions, row.due_at - timedelta(seconds=1), box) == 0
        waits.append(row.due_at - now)
        now = row.due_at
    assert waits[0] == MINUTE
    assert waits == sorted(set(waits))
    deliver(core.sessions, now, box)
    row = only(core.sessions, "action_given")
    assert (row.state, row.attempts) == (S.FAILED, ATTEMPTS)
    assert row.reason == "the place where they read messages did not answer"
    assert box.readers() == ["coordinator"]
    assert "did not reach somebody" in box.letters[0][1]


def test_as_long_as_the_platform_asks_we_wait(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    deliver(core.sessions, START, Postbox(school=[TryLater(timedelta(hours=3))]))
    assert only(core.sessions).due_at >= START + timedelta(hours=3)


def test_what_can_never_arrive_fails_with_its_words_and_the_coordinator_is_told_once(core: World) -> None:
    """TRUST.md T-75."""
    reference = a_meeting(core)
    core.person("coordinator").says(f"send {reference}")
    box = Postbox(school=[Undeliverable("their account is gone")], nurse=[Undeliverable("they blocked the bot")])
    deliver(core.sessions, START, box)
    lost = {row.reason for row in ledger(core.sessions, "agenda") if row.state is S.FAILED}
    assert lost == {"their account is gone", "they blocked the bot", "they have not joined yet"}
    assert only(core.sessions, "not_delivered").state is S.SENT
    assert box.readers() == [
        "coordinator",
        "coordinator",
        "police",
    ]  # one agenda each, one piece of news
    told = core.person("coordinator").says("not sent")
    assert all((reason or "?") in told for reason in lost)
    assert "Safeguarding lead, Hollow Oak School" in told


def test_news_of_a_loss_that_is_lost_itself_goes_again_in_the_morning(core: World) -> None:
    """TRUST.md T-75."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[Undeliverable("gone")], coordinator=[Undeliverable("gone")])
    deliver(core.sessions, START, box)
    news = only(core.sessions, "not_delivered")
    assert (news.state, news.due_at, box.readers()) == (S.PENDING, next_opening(START), [])
    deliver(core.sessions, next_opening(START), box)
    assert (only(core.sessions, "not_delivered").state, box.readers()) == (S.SENT, ["coordinator"])


def test_news_that_nobody_can_be_told_does_not_go_round_in_circles(
    core: World, caplog: pytest.LogCaptureFixture
) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box, now = Postbox(school=[Undeliverable("gone")] * 99, coordinator=[Undeliverable("gone")] * 99), START
    for _ in range(MORNINGS + 3):
        deliver(core.sessions, now, box)
        now = next_opening(now)
    assert states(core.sessions) == [S.FAILED, S.FAILED]
    assert [row.kind for row in ledger(core.sessions)] == ["action_given", "not_delivered"]
    assert "lost and there is nobody to tell" in caplog.text


def test_a_reason_longer_than_its_column_is_cut(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    deliver(core.sessions, START, Postbox(school=[Undeliverable("no " * 200)]))
    row = only(core.sessions, "action_given")
    assert row.state is S.FAILED
    assert len(row.reason or "") <= 200


def test_a_platform_that_is_not_connected_is_told_of(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    move_to_another_platform(core, "school")
    box = Postbox()
    deliver(core.sessions, START, box)
    assert only(core.sessions, "action_given").reason == "the place where they read messages is not connected"
    assert box.readers() == ["coordinator"]


def move_to_another_platform(core: World, handle: str) -> None:
    with core.sessions.begin() as session:
        session.execute(update(Account).where(Account.user == handle).values(platform="pigeons"))


# --- several reminders in one letter ----------------------------------------------------------------------------------


def reminders_for_the_nurse(core: World) -> datetime:
    """Due tomorrow in two boroughs: this morning one letter is owed for both."""
    give(core.sessions, "Camden", NHS, date(2026, 6, 12))
    give(core.sessions, "Islington", NHS, date(2026, 6, 12))
    deliver(core.sessions, START, Postbox())
    now = START + timedelta(days=2)
    run_jobs(core.sessions, now)
    return now


def test_reminders_in_one_letter_settle_together(core: World) -> None:
    now, box = reminders_for_the_nurse(core), Postbox()
    assert deliver(core.sessions, now, box) == 1
    rows = ledger(core.sessions, "action_reminder")
    assert [(row.state, row.sent_as) for row in rows] == [(S.SENT, "core-1")] * 2
    assert {row.letter for row in rows} == {rows[0].once}
    assert "2 things wait for you" in box.letters[0][1]


def test_a_letter_of_several_that_nobody_is_sure_of_is_found_again_by_its_one_key(core: World) -> None:
    now, box = reminders_for_the_nurse(core), Postbox(nurse=[Arrived()])
    deliver(core.sessions, now, box)
    assert states(core.sessions, "action_reminder") == [S.AMBIGUOUS] * 2
    deliver(core.sessions, now + MINUTE, box)
    rows = ledger(core.sessions, "action_reminder")
    assert [(row.state, row.sent_as) for row in rows] == [(S.SENT, "core-1")] * 2
    assert set(box.asked) == {rows[0].once}
    assert box.readers() == ["nurse"]


def test_a_letter_of_several_that_did_not_arrive_goes_once_more_and_whole(core: World) -> None:
    now, box = reminders_for_the_nurse(core), Postbox(nurse=[Unknown()])
    deliver(core.sessions, now, box)
    assert deliver(core.sessions, now + MINUTE, box) == 1
    assert "2 things wait for you" in box.letters[0][1]
    assert states(core.sessions, "action_reminder") == [S.SENT] * 2


def test_what_cannot_be_delivered_of_several_is_told_to_each_borough(core: World) -> None:
    now, box = reminders_for_the_nurse(core), Postbox(nurse=[Undeliverable("gone")])
    deliver(core.sessions, now, box)
    assert states(core.sessions, "action_reminder") == [S.FAILED] * 2
    assert box.readers() == ["coordinator", "islington"]


class Meanwhile(Pace):
    """What happens between the claim of a letter and the intent to send it: its pace is asked then."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self.happens = happens

    def letter(self, tenant: str, conversation: str, now: datetime, lane: int = 0) -> datetime:
        self.happens()
        return super().letter(tenant, conversation, now, lane)


def test_a_post_that_passes_to_somebody_else_at_the_last_moment_leaves_the_letter(core: World) -> None:
    """Its action is not for the eyes of whoever held the post when the letter was put together.  TRUST.md T-84."""
    with core.sessions.begin() as session:
        school = session.scalars(select(Holding).join(Post).join(Agency).where(Agency.name == SCHOOL)).one()
        nurse, second = session.scalars(
            select(Holding).join(Post).join(Agency).where(Agency.name == NHS).order_by(Post.partnership_id)
        ).all()
        second.person_id = school.person_id  # the school's person is the nurse of Islington as well
        session.flush()
    for borough, agency in (("Camden", NHS), ("Camden", SCHOOL), ("Islington", NHS)):
        give(core.sessions, borough, agency, date(2026, 6, 12))
    deliver(core.sessions, START, Postbox())
    now = START + timedelta(days=2)
    run_jobs(core.sessions, now)
    box = Postbox()

    def islingtons_post_passes_on() -> None:
        with core.sessions.begin() as session:
            session.execute(update(Holding).where(Holding.id == second.id).values(person_id=nurse.person_id))

    box.pace = Meanwhile(islingtons_post_passes_on)
    deliver(core.sessions, now, box)
    read = {
        (user, borough) for user, words, _ in box.letters for borough in ("Camden", "Islington") if borough in words
    }
    assert read == {("nurse", "Camden"), ("school", "Camden"), ("nurse", "Islington")}


# --- what cannot be written, and what need not be ---------------------------------------------------------------------


def put(core: World, agency: str, kind: str, about: str, at: datetime = START) -> None:
    with core.sessions.begin() as session:
        post = session.scalars(
            select(Post).join(Partnership).join(Agency).where(Agency.name == agency, Partnership.name == "Camden")
        ).one()
        owe(session, kind, post, about=about, version=1, at=at)


def test_a_letter_that_cannot_be_written_fails_alone(core: World) -> None:
    for kind, about, why in (
        ("horoscope", "A-0", "this program does not know this kind of message"),
        ("draft_ending", "D-999", "we could not write the message"),
        ("draft_deleted", "nonsense", "we could not write the message"),
    ):
        put(core, CHARITY, kind, about)
        give(core.sessions, "Camden", SCHOOL, DUE)
        box = Postbox()
        deliver(core.sessions, START, box)
        assert (only(core.sessions, kind).state, only(core.sessions, kind).reason) == (S.FAILED, why)
        assert box.readers() == ["coordinator", "school"]


def test_a_letter_about_something_odd_fails_alone_and_the_log_does_not_say_what_is_odd(
    core: World, caplog: pytest.LogCaptureFixture
) -> None:
    odd, fine = give(core.sessions, "Camden", SCHOOL, DUE, count=2)
    with core.sessions.begin() as session:
        session.execute(text("UPDATE action SET verb = 'Canary' WHERE reference = :odd"), {"odd": odd})
    box = Postbox()
    deliver(core.sessions, START, box)
    assert {row.about: row.state for row in ledger(core.sessions, "action_given")} == {odd: S.FAILED, fine: S.SENT}
    assert "LookupError" in caplog.text
    assert "Canary" not in caplog.text


def test_a_letter_about_nothing_is_not_sent(core: World) -> None:
    put(core, SCHOOL, "action_given", "A-404")
    box = Postbox()
    deliver(core.sessions, START, box)
    assert (states(core.sessions), box.letters) == ([S.SUPERSEDED], [])


def test_a_reminder_of_what_is_done_already_is_not_sent(core: World) -> None:
    now = reminders_for_the_nurse(core)
    with core.sessions.begin() as session:
        session.execute(update(Action).values(state=ActionState.DONE))
    box = Postbox()
    assert deliver(core.sessions, now, box) == 0
    assert states(core.sessions, "action_reminder") == [S.SUPERSEDED] * 2


def test_an_agenda_whose_meeting_has_begun_expires_and_the_coordinator_is_told(core: World) -> None:
    core.person("coordinator").says(f"send {a_meeting(core)}")
    box = Postbox()
    deliver(core.sessions, datetime.fromisoformat("2026-06-19T14:00+01:00"), box)
    assert set(states(core.sessions, "agenda")) == {S.EXPIRED}
    assert {row.reason for row in ledger(core.sessions, "agenda")} == {"the meeting came first"}
    assert box.readers() == ["coordinator"]


def test_what_can_wait_waits_for_working_time(core: World) -> None:
    for owed_at, goes_at in (
        ("2026-06-09T22:00+01:00", "2026-06-10T09:00+01:00"),
        ("2026-06-12T17:00+01:00", "2026-06-15T09:00+01:00"),  # Friday, as work ends
        ("2026-10-24T12:00+01:00", "2026-10-26T09:00+00:00"),  # the clocks go back
        ("2026-12-24T20:00+00:00", "2026-12-29T09:00+00:00"),  # Christmas, a weekend, and a substitute day
        ("2027-03-25T18:00+00:00", "2027-03-30T09:00+01:00"),  # Easter, and the clocks go forward
    ):
        late, morning = datetime.fromisoformat(owed_at), datetime.fromisoformat(goes_at)
        give(core.sessions, "Camden", SCHOOL, date(2027, 6, 1), late)
        assert deliver(core.sessions, late, Postbox()) == 0
        row = ledger(core.sessions)[-1]
        assert (row.state, row.due_at, row.owner) == (S.PENDING, morning, None)
        assert deliver(core.sessions, morning - timedelta(seconds=1), Postbox()) == 0
        assert deliver(core.sessions, morning, Postbox()) == 1


def test_waiting_for_somebody_who_is_away_for_long_uses_up_no_attempt(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    last = START + timedelta(days=30)
    with core.sessions.begin() as session:
        sam = session.scalars(select(Account).where(Account.user == "school")).one()
        session.add(ClosedDays(person_id=sam.person_id, first_day=START.date(), last_day=last.date()))
    box, now = Postbox(), START
    for _ in range(3 * ATTEMPTS):
        assert deliver(core.sessions, now, box) == 0
        row = only(core.sessions)
        assert (row.state, row.attempts) == (S.PENDING, 0)
        assert row.due_at == next_opening(now)
        now = row.due_at
        if now.date() > last.date():
            break
    assert deliver(core.sessions, now, box) == 1


# --- to whom ----------------------------------------------------------------------------------------------------------


def test_a_post_that_nobody_holds_is_told_of(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    with core.sessions.begin() as session:
        school = select(Post.id).join(Agency).where(Agency.name == SCHOOL)
        session.execute(update(Holding).where(Holding.post_id.in_(school)).values(until_day=date(2026, 6, 8)))
    box = Postbox()
    deliver(core.sessions, START, box)
    assert only(core.sessions, "action_given").reason == "nobody holds this post"
    assert box.readers() == ["coordinator"]


def test_somebody_who_has_not_joined_is_told_of(core: World) -> None:
    give(core.sessions, "Camden", HOUSING, DUE)
    box = Postbox()
    deliver(core.sessions, START, box)
    assert only(core.sessions, "action_given").reason == "they have not joined yet"
    assert box.readers() == ["coordinator"]


def test_a_letter_of_another_account_goes_to_whoever_holds_the_post(core: World) -> None:
    """TRUST.md T-84: a row that names the wrong account is no authority; an account that is nobody's gets nothing."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    with core.sessions.begin() as session:
        wrong = session.scalars(select(Account).where(Account.user == "bromley")).one()
        session.execute(update(Delivery).values(account_id=wrong.id))
    box = Postbox()
    deliver(core.sessions, START, box)
    assert box.readers() == ["school"]
    give(core.sessions, "Camden", SCHOOL, DUE)
    with core.sessions.begin() as session:
        session.execute(update(Account).where(Account.user == "school").values(person_id=None))
    deliver(core.sessions, START, box)
    assert box.readers() == ["coordinator", "school"], "and the coordinator is told"


def test_whoever_holds_the_post_when_it_is_sent_gets_it(core: World) -> None:
    """TRUST.md T-84."""
    give(core.sessions, "Camden", SCHOOL, DUE, datetime.fromisoformat("2026-06-15T09:30+01:00"))
    with core.sessions.begin() as session:
        held = session.scalars(select(Holding).join(Post).join(Agency).where(Agency.name == SCHOOL)).one()
        held.until_day = date(2026, 6, 12)
        session.flush()
        charity = session.scalars(select(Account).where(Account.user == "charity")).one()
        session.add(Holding(post_id=held.post_id, person_id=charity.person_id or 0, from_day=date(2026, 6, 13)))
    box = Postbox()
    deliver(core.sessions, datetime.fromisoformat("2026-06-15T09:30+01:00"), box)
    assert box.readers() == ["charity"]


@pytest.mark.parametrize("newer", ["core", "pigeons"])
def test_a_person_with_two_accounts_is_written_to_once_where_they_were_last_seen(core: World, newer: str) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    with core.sessions.begin() as session:
        person = session.scalars(select(Account.person_id).where(Account.user == "school")).one()
        session.add(Account(platform=newer, tenant=HOME, user="phone", person_id=person, last_used_at=START + MINUTE))
    boxes = [Postbox("core"), Postbox("pigeons")]
    deliver(core.sessions, START, *boxes)
    assert {box.name: box.readers() for box in boxes if box.letters} == {newer: ["phone"]}
    core.person("school").says("help")  # seen on the first one again
    core.now += 2 * MINUTE
    core.person("school").says("help")
    give(core.sessions, "Camden", SCHOOL, DUE, core.now)
    deliver(core.sessions, core.now, *boxes)
    assert boxes[0].readers()[-1] == "school"
