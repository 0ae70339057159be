"""By which way: another account, then the deputy, then e-mail, then the coordinator's list; and never two at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.context import Site
from bot.kit.references import new_reference
from bot.outbox import owe
from bot.ports import TryLater, Undeliverable
from scheduler.outcomes import ATTEMPTS
from storage.levels import Classified, Level
from storage.queries.ways import Reader, Way, in_order
from storage.records import Account, Agency, DeliveryState, Holding, JoinRequest, Partnership, Person, Post, Tried
from tests.cast import HOME, START
from tests.scheduler.fakes import Arrived, Postbox, deliver, give, ledger
from tests.scheduler.test_postman import AFTER_THE_LEASE, DUE, MINUTE, NHS, SCHOOL, only, reminders_for_the_nurse
from tests.world import World

S = DeliveryState
GONE = Undeliverable("their account is closed")


def name_deputy(session: Session, agency: str, user: str) -> None:
    person = Person(name=Classified("Dee Testperson", Level.L2))
    session.add(person)
    session.flush()
    post = session.scalars(select(Post).join(Agency).where(Agency.name == agency)).one()
    session.add(Holding(post_id=post.id, person_id=person.id, from_day=date(2026, 6, 1), deputy=True))
    add_accounts(session, person.id, user)


def add_accounts(session: Session, person_id: int, *users: str) -> None:
    for user in users:
        made = Account(platform="pigeons", tenant=HOME, user=user, person_id=person_id, last_used_at=START - MINUTE)
        session.add(made)


def person_behind(session: Session, user: str) -> Person:
    return session.scalars(
        select(Person).join(Account, Account.person_id == Person.id).where(Account.user == user)
    ).one()


def gets_mail(core: World, user: str = "school", *, first: bool = False) -> None:
    core.sessions.configure(info={"site": Site("https://bot.example", sends_mail=True)})
    with core.sessions.begin() as session:
        person = person_behind(session, user)
        person.email, person.by_mail = Classified("sam@school.example", Level.L2), first


def boxes(**trouble: Sequence[BaseException]) -> tuple[Postbox, Postbox, Postbox]:
    core, pigeons, mail = Postbox("core"), Postbox("pigeons"), Postbox("mail")
    for box in (core, pigeons, mail):
        box.trouble = {user: list(problems) for user, problems in trouble.items()}
    return core, pigeons, mail


def test_the_order_is_one_list() -> None:
    chat, other, deputys = Way(1, 1), Way(1, 2), Way(2, 3)
    mail, deputys_mail = Way(1, None), Way(2, 4)
    deputy = Reader(2, (deputys,), deputys_mail, mail_first=False)
    usual = [chat, other, deputys, mail, deputys_mail]
    assert in_order([Reader(1, (chat, other), mail, mail_first=False), deputy]) == usual
    assert in_order([Reader(1, (chat, other), mail, mail_first=True), deputy]) == [
        *(mail, chat, other, deputys, deputys_mail)
    ]
    assert in_order([Reader(1, (chat,), None, mail_first=True)]) == [chat]
    assert in_order([]) == []


def test_one_account_after_the_other_then_the_deputy_then_e_mail_then_the_coordinators_list(core: World) -> None:
    gets_mail(core)
    with core.sessions.begin() as session:
        person = person_behind(session, "school").id
        add_accounts(session, person, "phone")
        name_deputy(session, SCHOOL, "dee")
    reasons = ["their account is closed", "they blocked the bot", "they left", "no such mailbox"]
    users = ["school", "phone", "dee", str(person)]
    for arrives, user in enumerate(users):
        give(core.sessions, "Camden", SCHOOL, DUE)
        there = boxes(**{one: [Undeliverable(reasons[n])] for n, one in enumerate(users[:arrives])})
        assert deliver(core.sessions, START, *there) == 1
        assert [reader for box in there for reader in box.readers()] == [user]
        assert ledger(core.sessions)[-1].state is S.SENT
    give(core.sessions, "Camden", SCHOOL, DUE)
    there = boxes(**{one: [Undeliverable(reasons[n])] for n, one in enumerate(users)})
    deliver(core.sessions, START, *there)
    assert there[0].readers() == ["coordinator"]
    row = ledger(core.sessions, "action_given")[-1]
    assert row.state is S.FAILED
    assert row.reason == "; ".join(reasons)
    told = core.person("coordinator").says(f"not sent {row.id}")
    assert "E-mail, Tuesday 9 June 2026, 9:30am: no such mailbox" in told


def test_without_an_account_but_with_an_address_e_mail_goes_by_itself(core: World) -> None:
    core.sessions.configure(info={"site": Site("https://bot.example", sends_mail=True)})
    with core.sessions.begin() as session:
        person = session.scalars(
            select(Person).join(Holding).join(Post).join(Agency).where(Agency.name == "Camden Housing")
        ).one()
        person.email, number = Classified("hari@housing.example", Level.L2), str(person.id)
    for _ in range(2):
        give(core.sessions, "Camden", "Camden Housing", DUE)
    there = boxes()
    assert deliver(core.sessions, START, *there) == 2
    assert there[2].readers() == [number, number]
    with core.sessions() as session:
        assert session.query(Account).filter_by(platform="mail").count() == 1
    assert "Housing lead, Camden Housing" in core.person("coordinator").says("not joined")


def test_where_the_bot_sends_no_e_mail_an_address_is_no_way(core: World) -> None:
    gets_mail(core)
    core.sessions.configure(info={"site": Site("https://bot.example")})
    give(core.sessions, "Camden", SCHOOL, DUE)
    there = boxes(school=[GONE])
    deliver(core.sessions, START, *there)
    assert there[2].letters == []
    assert only(core.sessions, "action_given").reason == "their account is closed"


def test_a_platform_that_stays_busy_is_given_up_for_the_next_way_which_has_tries_of_its_own(core: World) -> None:
    gets_mail(core)
    give(core.sessions, "Camden", SCHOOL, DUE)
    there = boxes(school=[TryLater(MINUTE)] * ATTEMPTS)
    there[2].trouble = defaultdict(list, {str(number): [TryLater(MINUTE)] for number in range(20)})
    now = START
    for _ in range(ATTEMPTS + 2):
        deliver(core.sessions, now, *there)
        now = max(now, only(core.sessions).due_at)
    assert (only(core.sessions).state, only(core.sessions).attempts) == (S.SENT, 2)
    assert len(there[2].letters) == 1


def test_what_may_have_arrived_goes_no_other_way(core: World) -> None:
    gets_mail(core)
    give(core.sessions, "Camden", SCHOOL, DUE)
    there = boxes(school=[Arrived()])
    there[0].can_tell = False
    for hours in range(4):
        deliver(core.sessions, START + hours * AFTER_THE_LEASE, *there)
    assert only(core.sessions, "action_given").state is S.AMBIGUOUS
    assert (there[1].letters, there[2].letters) == ([], [])


def test_reminders_of_one_letter_go_the_next_way_together(core: World) -> None:
    now = reminders_for_the_nurse(core)
    gets_mail(core, "nurse")
    there = boxes(nurse=[GONE])
    assert deliver(core.sessions, now, *there) == 1
    ((_, words, _),) = there[2].letters
    assert "2 things wait for you" in words
    assert [row.state for row in ledger(core.sessions, "action_reminder")] == [S.SENT] * 2


def test_a_reminder_that_has_failed_there_does_not_keep_another_from_going_there(core: World) -> None:
    """The account may be open again by then: only what failed goes another way."""
    gets_mail(core, "nurse")
    give(core.sessions, "Camden", NHS, DUE)
    there = boxes(nurse=[GONE])
    deliver(core.sessions, START, *there)
    give(core.sessions, "Camden", NHS, DUE)
    deliver(core.sessions, START, *there)
    assert there[0].readers() == ["nurse"]
    assert len(there[2].letters) == 1


def test_sent_again_by_a_coordinator_every_way_is_open_again(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    box = Postbox(school=[GONE])
    deliver(core.sessions, START, box)
    row = only(core.sessions, "action_given")
    core.person("coordinator").says(f"send again {row.id}")
    assert deliver(core.sessions, START, box) == 1
    assert box.readers() == ["coordinator", "school"]
    with core.sessions() as session:
        assert [one.reason for one in session.scalars(select(Tried))] == ["their account is closed"]


def test_sent_to_the_deputy_it_goes_past_the_holder(core: World) -> None:
    give(core.sessions, "Camden", SCHOOL, DUE)
    deliver(core.sessions, START, Postbox(school=[GONE]))
    with core.sessions.begin() as session:
        name_deputy(session, SCHOOL, "dee")
    core.person("coordinator").says(f"send to deputy {only(core.sessions, 'action_given').id}")
    there = boxes()
    assert deliver(core.sessions, START, *there) == 1
    assert (there[0].letters, there[1].readers()) == ([], ["dee"])


def test_what_an_account_without_a_post_does_not_get_the_coordinators_of_its_home_hear_of(core: World) -> None:
    with core.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.user == "charity")).one()
        camden = session.scalars(select(Partnership).where(Partnership.name == "Camden")).one()
        asked = Classified({}, Level.L2)
        wanted = JoinRequest(
            reference=new_reference("J"), account=account, partnership=camden, asked=asked, asked_at=START
        )
        session.add(wanted)
        session.flush()
        owe(session, "welcome", account, about=wanted.reference, version=1, at=START)
    box = Postbox(charity=[GONE])
    deliver(core.sessions, START + timedelta(minutes=1), box)
    assert only(core.sessions, "welcome").state is S.FAILED
    assert box.readers() == ["coordinator"]
    cal = core.person("coordinator")
    assert f"Somebody without a post: {wanted.reference}, their account is closed" in cal.says("not sent")
    assert wanted.reference not in core.person("bromley").says("not sent")
