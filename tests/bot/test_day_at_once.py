"""Two coordinators at the very same moment: what both give, confirm or chase is done once, and nothing is lost."""

from sqlalchemy import func, select

from storage.records import Action, ActionState, AuditEntry, Delivery
from tests.bot.test_turns import DUE, SCHOOL, a_deputy, at_once, press, words
from tests.making import a_meeting
from tests.planting import opens
from tests.scheduler.fakes import give
from tests.world import World

LINES = "item 1 / safeguarding lead / check flag / 26 June 2026\nno item / nurse / make a call / 26 June 2026"


def given(core: World) -> int:
    with core.sessions() as session:
        return session.scalar(select(func.count()).select_from(Action)) or 0


def pasted(core: World, user: str, lines: str = LINES) -> str:
    who = core.person(user)
    page = opens(who, "minute")
    read = who.submits(meeting=next(iter(page.options["meeting"])), lines=lines)
    return next(line for line in read.buttons.values() if line.startswith("give these"))


def test_the_same_card_and_the_same_minute_are_given_once(core: World) -> None:
    a_deputy(core)
    a_meeting(core)
    line = pasted(core, "coordinator")
    replies = at_once(*[lambda: press(core, "coordinator", line)] * 3)
    assert sorted("Actions given: 2" in words(one) for one in replies) == [False, False, True]
    assert sum("Given before, and not again" in words(one) for one in replies) == 2
    assert given(core) == 2
    item = "item 1 / nurse / make a visit / 26 June 2026"
    lines = [pasted(core, user, item) for user in ("coordinator", "deputy")]
    replies = at_once(lambda: press(core, "coordinator", lines[0]), lambda: press(core, "deputy", lines[1]))
    assert sorted("Actions given: 1" in words(one) for one in replies) == [False, True]
    assert given(core) == 3


def test_of_two_who_confirm_the_same_and_an_owner_who_undoes_one_nothing_is_lost(core: World) -> None:
    a_deputy(core)
    references = [give(core.sessions, "Camden", SCHOOL, DUE)[0] for _ in range(6)]
    for reference in references:
        press(core, "school", f"done {reference} @1")
    line = "confirm these " + ",".join(f"{reference}@2" for reference in references)
    *replies, _ = at_once(
        lambda: press(core, "coordinator", line),
        lambda: press(core, "deputy", line),
        lambda: press(core, "school", f"undo {references[0]} @2"),
    )
    with core.sessions() as session:
        states = {one.reference: one.state for one in session.scalars(select(Action))}
        steps = session.scalars(select(AuditEntry.about).where(AuditEntry.what == "action: confirm")).all()
        told = session.scalars(select(Delivery.about).where(Delivery.kind == "action_confirmed")).all()
    confirmed = sorted(one for one, state in states.items() if state is ActionState.DONE)
    assert set(references[1:]) <= set(confirmed)
    assert sorted(steps) == sorted(told) == confirmed
    assert not [one for one in replies if "something went wrong" in words(one)]


def test_two_who_chase_at_once_owe_each_reminder_once(core: World) -> None:
    a_deputy(core)
    references = [give(core.sessions, "Camden", SCHOOL, DUE)[0] for _ in range(4)]
    core.moves_on(working_days=1)
    replies = at_once(lambda: press(core, "coordinator", "chase now"), lambda: press(core, "deputy", "chase now"))
    assert sorted("1 post is reminded" in words(one) for one in replies) == [False, True]
    with core.sessions() as session:
        owed = session.scalars(select(Delivery.about).where(Delivery.once.contains(":chased:"))).all()
    assert sorted(owed) == sorted(references)
