"""A turn: heard once, all or nothing, and of two people at once one wins and the other reads what is so."""

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import product
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from bot.commands import COMMANDS
from bot.conversation import answer, hear
from bot.kit.messages import to_text
from bot.replies import Line, Place, Reply, Sender
from storage.database import Sessions
from storage.levels import Classified, Level
from storage.records import (
    Account,
    Action,
    ActionState,
    AuditEntry,
    Delivery,
    Dialogue,
    Holding,
    Meeting,
    Partnership,
    Person,
    Post,
    Referral,
    Role,
)
from tests.cast import HOME, START
from tests.conversations.test_referral import AROUND, CHILD, EVENT, HELP, SAFETY, WORRY, YOU
from tests.making import a_meeting
from tests.scheduler.fakes import give, sizes
from tests.world import World

SCHOOL, NHS, CHARITY = "Hollow Oak School", "Thames Gate NHS Trust", "Streetwise"
DUE = date(2026, 6, 23)
FAULT = re.compile(r"this code: ([0-9A-F]{4})\.")


def sender(user: str) -> Sender:
    return Sender("core", HOME, user)


def say(world: World, user: str, line: str, request: str = "", *, typed: bool = True) -> Reply:
    return hear(world.sessions, sender(user), Line(line, private=True, typed=typed), world.now, request)


def press(world: World, user: str, line: str, request: str = "") -> Reply:
    return say(world, user, line, request, typed=False)


def words(reply: Reply) -> str:
    assert reply.message, reply.page
    return to_text(reply.message)


def opened(reply: Reply) -> int:
    assert reply.page, reply.message
    return reply.page.dialogue_id


def counted(sessions: Sessions, record: type[Any]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(record)) or 0


def the_action(world: World, reference: str) -> Action:
    with world.sessions() as session:
        return session.scalars(select(Action).where(Action.reference == reference)).one()


def at_once(*acts: Callable[[], Reply]) -> list[Reply]:
    together = Barrier(len(acts))

    def run(act: Callable[[], Reply]) -> Reply:
        together.wait(10)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def a_deputy(world: World) -> None:
    """A second coordinator of Camden."""
    with world.sessions.begin() as session:
        post = session.scalars(
            select(Post).join(Partnership).where(Post.role == Role.COORDINATOR, Partnership.name == "Camden")
        ).one()
        person = Person(name=Classified("Dee Testperson", Level.L2))
        second = Post(
            partnership_id=post.partnership_id,
            agency_id=post.agency_id,
            title="Deputy",
            role=Role.COORDINATOR,
            on_panel=False,
        )
        session.add_all([person, second])
        session.flush()
        session.add(Holding(post_id=second.id, person_id=person.id, from_day=date(2026, 1, 5)))
        session.add(Account(platform="core", tenant=HOME, user="deputy", person_id=person.id, last_used_at=START))


# --- the same request again -------------------------------------------------------------------------------------------


def test_the_same_press_again_gets_the_same_answer_and_no_second_effect(core: World) -> None:
    """TRUST.md T-09."""
    (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
    done = press(core, "school", f"done {reference} @1", "request-1")
    assert "Marked as done" in words(done)
    undone = press(core, "school", f"undo {reference} @2", "request-2")
    before = sizes(core.sessions)
    assert press(core, "school", f"done {reference} @1", "request-1") == done
    assert press(core, "school", f"undo {reference} @2", "request-2") == undone
    assert sizes(core.sessions) == before
    assert (the_action(core, reference).state, the_action(core, reference).version) == (ActionState.ACKNOWLEDGED, 3)


def test_the_same_opening_again_gets_the_same_form(core: World) -> None:
    first, again = (press(core, "charity", "refer", "request-1") for _ in range(2))
    assert opened(first) == opened(again)
    assert first == again
    assert counted(core.sessions, Dialogue) == 1


def test_the_same_page_again_gets_the_next_page_and_the_same_sending_one_referral(core: World) -> None:
    form = opened(press(core, "charity", "refer"))
    worried: dict[str, Any] = {"worries": ["criminal"]}
    pages: tuple[dict[str, Any], ...] = (SAFETY, YOU, CHILD, AROUND, worried, WORRY, EVENT, HELP, {})
    twice = [(f"request-{number}", page) for number, page in enumerate(pages) for _ in range(2)]
    replies = [answer(core.sessions, sender("charity"), form, page, core.now, request=one) for one, page in twice]
    assert replies[0::2] == replies[1::2]
    assert [reply.page is None for reply in replies[0::2]] == [False] * 8 + [True]
    assert "Referral sent" in words(replies[-1])
    assert counted(core.sessions, Referral) == 1
    assert counted(core.sessions, Delivery) == 1


def test_the_same_request_from_another_account_gets_nothing_of_it(core: World) -> None:
    """TRUST.md T-09."""
    (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
    press(core, "school", f"done {reference} @1", "request-1")
    form = opened(press(core, "school", "refer", "request-2"))
    for request in ("request-1", "request-2"):
        theirs = press(core, "charity", "mine", request)
        assert words(theirs).startswith("I cannot show anything with that reference")
        assert theirs.page is None
    assert words(answer(core.sessions, sender("charity"), form, SAFETY, core.now)).startswith("That form is not open")
    assert the_action(core, reference).state is ActionState.DONE_CLAIMED


def test_a_platform_that_repeats_itself_before_we_have_answered_is_heard_once(core: World) -> None:
    for number in range(5):
        (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
        replies = at_once(*[lambda: press(core, "school", f"done {reference} @1", f"request-{number}")] * 3)  # noqa: B023 -- run at once
        assert len({words(reply) for reply in replies}) == 1
        assert "Marked as done" in words(replies[0])
        assert the_action(core, reference).version == 2


def test_a_stranger_who_says_hello_many_times_at_once_has_one_account(core: World) -> None:
    replies = at_once(*[lambda: say(core, "stranger", "hello")] * 4)
    assert len({words(reply) for reply in replies}) == 1
    assert "999" in words(replies[0])
    with core.sessions() as session:
        assert session.scalar(select(func.count()).where(Account.user == "stranger")) == 1


# --- two people at once -----------------------------------------------------------------------------------------------


def test_the_coordinator_confirms_while_the_owner_undoes(core: World) -> None:
    """TRUST.md T-70."""
    for _ in range(6):
        (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
        press(core, "school", f"done {reference} @1")
        confirmed, undone = at_once(
            lambda: press(core, "coordinator", f"confirm {reference} @2"),  # noqa: B023 -- run at once
            lambda: press(core, "school", f"undo {reference} @2"),  # noqa: B023 -- run at once
        )
        action = the_action(core, reference)
        assert action.version == 3
        if action.state is ActionState.DONE:
            assert "Confirmed as done" in words(confirmed)
            assert "Check a record flag: done" in words(undone)
        else:
            assert action.state is ActionState.ACKNOWLEDGED
            assert "Not done yet" in words(undone)
            assert "to do" in words(confirmed)


def test_two_coordinators_answer_the_same_wish_differently(core: World) -> None:
    a_deputy(core)
    for _ in range(4):
        (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
        form = opened(press(core, "school", f"more time {reference} @1"))
        answer(core.sessions, sender("school"), form, {"until": "30 June 2026"}, core.now)
        agreed, kept = at_once(
            lambda: press(core, "coordinator", f"agree {reference} @2"),  # noqa: B023 -- run at once
            lambda: press(core, "deputy", f"keep the date {reference} @2"),  # noqa: B023 -- run at once
        )
        action = the_action(core, reference)
        assert (action.version, action.asked_due_on) == (3, None)
        agreement = action.due_on == date(2026, 6, 30)
        assert ("More time agreed" in words(agreed)) is agreement
        assert ("Last changed by the chair or the coordinator" in words(kept)) is agreement
        with core.sessions() as session:
            told = session.scalars(select(Delivery.kind).where(Delivery.about == reference)).all()
        assert ("more_time_agreed" in told, "date_kept" in told) == (agreement, not agreement)


def test_two_coordinators_send_the_same_agenda(core: World) -> None:
    a_deputy(core)
    reference = a_meeting(core)
    with core.sessions() as session:
        seen = session.scalars(select(Meeting.version)).one()
    replies = at_once(
        lambda: press(core, "coordinator", f"send {reference} @{seen}"),
        lambda: press(core, "deputy", f"send {reference} @{seen}"),
    )
    assert len({words(one) for one in replies}) == 2  # one of them reads that it went already
    with core.sessions() as session:
        assert session.scalars(select(Delivery.about_version).where(Delivery.kind == "agenda")).all() == [1] * 5


def test_two_coordinators_give_the_same_action_to_different_posts(core: World) -> None:
    a_deputy(core)
    (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
    press(core, "school", f"not mine {reference} @1")
    forms = {user: opened(press(core, user, f"give {reference} @2")) for user in ("coordinator", "deputy")}
    with core.sessions() as session:
        posts = dict(session.execute(select(Post.title, Post.id)).all())
    wanted = {"coordinator": str(posts["Police co-chair"]), "deputy": str(posts["Youth worker"])}
    replies = at_once(
        *(
            lambda user=user, form=form: answer(core.sessions, sender(user), form, {"owner": wanted[user]}, core.now)
            for user, form in forms.items()
        )
    )
    assert the_action(core, reference).version == 3
    assert sorted("Action given" in words(one) for one in replies) == [False, True]


# --- something breaks -------------------------------------------------------------------------------------------------


def test_a_refusal_is_told_even_when_it_cannot_be_written_down(core: World, caplog: pytest.LogCaptureFixture) -> None:
    with core.sessions.begin() as session:
        session.execute(text("DROP TABLE audit"))
    assert "Your post does not let you" in words(say(core, "school", "agenda"))
    assert "fault" in caplog.text


def test_what_breaks_is_undone_answered_with_a_code_and_logged_without_a_word_that_was_typed(
    core: World, caplog: pytest.LogCaptureFixture
) -> None:
    say(core, "charity", "refer")
    with core.sessions.begin() as session:
        session.execute(text("UPDATE dialogue SET answers = '{\"Canarykept'"))
    before = sizes(core.sessions)
    said = words(say(core, "charity", "Canarytyped", "request-1"))
    code = FAULT.search(said)
    assert code
    assert "phone 999" in said
    (record,) = caplog.records
    assert (record.levelno, record.name) == (logging.ERROR, "bot.conversation")
    assert record.getMessage().startswith(f"fault {code[1]}: CannotOpen at ")
    assert record.exc_info is None
    assert "Canary" not in caplog.text
    assert "Canary" not in said
    assert sizes(core.sessions) == before  # the request can be made again


def test_what_breaks_half_way_leaves_nothing_behind(core: World, caplog: pytest.LogCaptureFixture) -> None:
    (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
    with core.sessions.begin() as session:
        session.execute(text("ALTER TABLE delivery RENAME TO lost"))
    said = say(core, "stranger", "hello")  # another turn, which needs no delivery
    assert "999" in words(said)
    assert FAULT.search(words(press(core, "school", f"done {reference} @1", "request-1")))
    assert the_action(core, reference).state is ActionState.OPEN
    assert counted(core.sessions, AuditEntry) == 0
    assert reference not in caplog.text
    with core.sessions.begin() as session:
        session.execute(text("ALTER TABLE lost RENAME TO delivery"))
    assert "Marked as done" in words(press(core, "school", f"done {reference} @1", "request-1"))


def test_an_error_of_the_database_is_logged_without_what_was_being_written(
    core: World, caplog: pytest.LogCaptureFixture
) -> None:
    """TRUST.md T-40."""
    give(core.sessions, "Camden", SCHOOL, DUE)
    with core.sessions.begin() as session:
        session.execute(text("ALTER TABLE proposal RENAME TO lost"))
    assert FAULT.search(words(say(core, "school", "done, the Canary family agreed")))
    assert "Error at " in caplog.text
    assert "Canary" not in caplog.text


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_refusal_is_written_down_and_leaves_nothing_else(core: World) -> None:
    for user, line, what in (
        ("school", "add person", "NotAllowed"),
        ("school", "confirm A-22222", "NotAllowed"),
        ("coordinator", "done A-22222", "NotFound"),
        ("charity", "transfer T-22222", "NotFound"),
    ):
        before = sizes(core.sessions)
        press(core, user, line, "request-1")
        assert sizes(core.sessions) == before | {"audit": before["audit"] + 1}, line
        with core.sessions() as session:
            entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
            account = session.scalars(select(Account).where(Account.user == user)).one()
        assert entry
        assert (entry.result, entry.what, entry.at) == ("refused", what, START)
        assert (entry.account_id, entry.person_id) == (account.id, account.person_id)


def test_a_step_that_is_somebody_elses_is_refused_and_written_down(core: World) -> None:
    (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
    before = sizes(core.sessions)
    assert "Only the post it was given to can do that" in words(press(core, "coordinator", f"done {reference} @1"))
    assert sizes(core.sessions) == before | {"audit": before["audit"] + 1}
    assert the_action(core, reference).version == 1


def test_whoever_lost_the_post_while_the_form_was_open_cannot_send_it(core: World) -> None:
    """TRUST.md T-21."""
    form = opened(press(core, "coordinator", "add meeting"))
    with core.sessions.begin() as session:
        session.execute(update(Holding).values(until_day=date(2026, 6, 8)))
    before = sizes(core.sessions)
    raw = {"borough": "1", "day": "19 June 2026", "at": "2pm", "place": "Room 4"}
    answer(core.sessions, sender("coordinator"), form, raw, core.now)
    assert counted(core.sessions, Meeting) == 0
    assert sizes(core.sessions)["audit"] == before["audit"] + 1


def test_what_is_not_understood_is_no_denial(core: World) -> None:
    say(core, "school", "asdf qwer")
    assert counted(core.sessions, AuditEntry) == 0


# --- where others can read --------------------------------------------------------------------------------------------


def test_where_others_can_read_every_line_gets_one_sentence_and_has_no_effect(core: World) -> None:
    """TRUST.md T-44."""
    (reference,) = give(core.sessions, "Camden", NHS, DUE)
    said = {"all done", "need till Friday", "not mine", "hello", "Canary", ""}
    lines = {f"{one.name} {reference if one.takes else ''}".strip() for one in COMMANDS} | said
    for user in ("coordinator", "nurse", "stranger"):
        say(core, user, "hello")
        before = sizes(core.sessions)
        for line, typed in product(sorted(lines), (True, False)):
            reply = hear(core.sessions, sender(user), Line(line, private=False, typed=typed), core.now)
            assert "I only answer that in private" in words(reply), (user, line)
            assert reply.place is Place.ONLY_YOU, (user, line)
        assert sizes(core.sessions) == before


def test_a_line_where_others_can_read_is_no_answer_to_an_open_form(core: World) -> None:
    say(core, "charity", "refer")
    before = sizes(core.sessions)
    reply = hear(core.sessions, sender("charity"), Line("1", private=False), core.now)
    assert "in private" in words(reply)
    assert sizes(core.sessions) == before
    assert "question 1 of" in words(say(core, "charity", "help"))


# --- many at once -----------------------------------------------------------------------------------------------------


def test_of_ten_who_press_at_once_one_does_it_and_it_is_written_down_once(core: World) -> None:
    """TRUST.md T-70: ten presses, each a request of its own, at the version that all of them saw."""
    (reference,) = give(core.sessions, "Camden", SCHOOL, DUE)
    press(core, "school", f"done {reference} @1")
    told = counted(core.sessions, Delivery)
    presses = [lambda n=n: press(core, "coordinator", f"confirm {reference} @2", f"request-{n}") for n in range(10)]
    replies = [words(one) for one in at_once(*presses)]
    assert not [one for one in replies if FAULT.search(one)]
    action = the_action(core, reference)
    assert (action.state, action.version) == (ActionState.DONE, 3)
    assert counted(core.sessions, Delivery) == told + 1


def test_a_form_that_is_sent_ten_times_at_once_is_one_referral(core: World) -> None:
    """TRUST.md T-71: the same page by ten requests, as an impatient person sends it."""
    form = opened(press(core, "charity", "refer"))
    for page in (SAFETY, YOU, CHILD, AROUND, {"worries": ["criminal"]}, WORRY, EVENT, HELP):
        answer(core.sessions, sender("charity"), form, page, core.now)
    sends = [
        lambda n=n: answer(core.sessions, sender("charity"), form, {}, core.now, request=f"r-{n}") for n in range(10)
    ]
    replies = [words(one) for one in at_once(*sends)]
    assert counted(core.sessions, Referral) == 1
    assert counted(core.sessions, Delivery) == 1
    assert not [one for one in replies if FAULT.search(one)]
