"""What a post has open is asked in as many questions as there are kinds of it, however much there is."""

from typing import Any

import pytest
from sqlalchemy import event, select

from bot.conversation import hear
from bot.replies import Line, Sender
from storage.database import engine_of
from storage.records import AgendaItem
from tests.cast import HOME
from tests.conversations.test_leaving import SCHOOL
from tests.conversations.test_own_pages import a_referral
from tests.making import a_case, a_flag, a_meeting, an_action, an_escalation, an_item
from tests.world import World

MOST = 45


def asked(core: World, handle: str, line: str) -> int:
    """How many questions that line takes."""
    found: list[str] = []

    def listen(_connection: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        found.append(sql)

    event.listen(engine_of(core.sessions), "before_cursor_execute", listen)
    said = hear(core.sessions, Sender("core", HOME, handle), Line(line, private=True, signed_in=True), core.now)
    event.remove(engine_of(core.sessions), "before_cursor_execute", listen)
    assert said.message
    return sum(one.startswith("SELECT") for one in found)


def some_more(core: World, count: int) -> None:
    """Of everything, each about a case of its own that is on the agenda."""
    for _ in range(count):
        case = a_case(core)
        an_item(core, ("Hollow Oak School", "Police"), case=case)
        a_referral(core)
        a_flag(core, case, SCHOOL)
        an_escalation(core, an_action(core, SCHOOL, "10 June 2026", about=case))
        core.person("school").says(f"done {an_action(core, SCHOOL, '12 June 2026', about=case)}")


def decided(core: World, count: int) -> None:
    """Of the items of the meeting that there was."""
    with core.sessions() as session:
        items = session.scalars(select(AgendaItem.id)).all()
    for item in items[-count:]:
        an_action(core, SCHOOL, "10 July 2026", about=str(item))
        an_action(core, "Police co-chair, Police", "10 July 2026", about=str(item))


@pytest.mark.parametrize("line", ["my post", "handover pack"])
@pytest.mark.parametrize("handle", ["school", "coordinator", "police"])
def test_more_of_everything_is_no_question_more(core: World, handle: str, line: str) -> None:
    meeting, cal = a_meeting(core), core.person("coordinator")
    some_more(core, 1)
    cal.says(f"send {meeting}")
    once = asked(core, handle, line)
    some_more(core, 3)
    cal.says(f"send {meeting}")
    assert asked(core, handle, line) == once
    core.moves_on(working_days=9)
    decided(core, 1)
    after = asked(core, handle, line)
    decided(core, 4)
    assert asked(core, handle, line) == after
    assert max(once, after) < MOST
