"""A meeting that a coordinator plans is in the panel's calendar once, and its agenda has the link into its call."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.conversation import hear
from bot.features.meetings.calls import CALENDAR
from bot.kit.messages import Link
from bot.outbox import owe_errand
from bot.replies import Line, Sender
from integrations.graph.calendar import put
from scheduler.errands import ATTEMPTS, ERRANDS, LEASE, run_errands
from storage.records import Errand
from tests.cast import HOME
from tests.integrations.graph.conftest import client_of
from tests.loopback import LOST, Answer
from tests.making import a_meeting
from tests.scheduler.fakes import Killed
from tests.surfaces import Heard
from tests.surfaces.graph_service import MAILBOX, TAKEN, GraphService, refusal
from tests.world import World

JOIN, LINK = "Join the meeting in Teams", "https://teams.example/l/meetup-join/1?context=%7b%7d&x=1"


@pytest.fixture
def meeting(core: World) -> str:
    return a_meeting(core)


def runs(world: World, service: GraphService, **later: int) -> None:
    """The clock's round."""
    world.now += timedelta(**later)

    async def round_() -> None:
        graph = client_of(service)
        async with graph.connected():
            await run_errands(world.sessions, {CALENDAR: partial(put, graph, MAILBOX)}, lambda: world.now)

    asyncio.run(round_())


def errand(world: World) -> Errand:
    with world.sessions() as session:
        return session.query(Errand).filter_by(kind=CALENDAR).one()


def agenda(world: World, meeting: str, who: str = "school") -> Heard:
    world.person("coordinator").says(f"send {meeting}")
    world.tick()
    return world.person(who).hears_one()


def test_the_entry_says_borough_verb_and_day_and_nobody_is_invited(
    core: World, meeting: str, service: GraphService
) -> None:
    runs(core, service)
    (event,) = service.events.values()
    assert event["subject"] == "Camden panel meets"
    assert event["start"] == {"dateTime": "2026-06-19T13:00:00", "timeZone": "UTC"}
    assert event["end"] == {"dateTime": "2026-06-19T15:00:00", "timeZone": "UTC"}
    assert event["body"]["contentType"] == "text"
    assert "Camden: the panel meets on Friday 19 June 2026, 2pm" in event["body"]["content"]
    assert (event["isOnlineMeeting"], event["sensitivity"]) == (True, "private")
    assert not event.keys() & {"attendees", "location"}
    assert not [word for word in (meeting, "Room 4", "item", "information", "Testperson") if word in str(event)]


def test_the_agenda_has_the_link_and_the_page_too(core: World, meeting: str, service: GraphService) -> None:
    runs(core, service)
    assert agenda(core, meeting).links == {JOIN: LINK}
    here = Line(f"read {meeting}", private=True, signed_in=True)
    page = hear(core.sessions, Sender("core", HOME, "school"), here, core.now).message
    assert page
    assert Link(JOIN, LINK) in page.elements


def test_an_agenda_that_was_sent_before_gets_the_link_where_it_stands(
    core: World, meeting: str, service: GraphService
) -> None:
    sent = agenda(core, meeting)
    assert sent.links == {}
    runs(core, service)
    core.tick()
    assert core.person("school").sees_now(sent).links == {JOIN: LINK}


def test_a_button_drawn_before_the_link_came_works_after_it(core: World, service: GraphService) -> None:
    a_meeting(core)
    cal = core.person("coordinator")
    cal.says("agenda")
    cal.presses("Use the form instead")
    cal.submits(meeting=next(iter(cal.front.options["meeting"])), agency="Hollow Oak School")
    runs(core, service)
    assert "Sending to" in cal.presses(next(one for one in cal.front.buttons if one.startswith("Send it to")))


def test_it_is_made_once_however_often_the_clock_looks(core: World, meeting: str, service: GraphService) -> None:
    runs(core, service)
    runs(core, service, hours=1)
    assert len(service.calls) == 1
    assert errand(core).due_at is None


@pytest.mark.parametrize("answer", [refusal(504, "GatewayTimeout"), LOST])
def test_an_answer_that_is_lost_makes_no_second_entry(
    core: World, meeting: str, service: GraphService, answer: Answer
) -> None:
    service.trouble = [(TAKEN, answer)]
    runs(core, service)
    runs(core, service, minutes=2)
    assert (len(service.calls), len(service.events)) == (2, 1)
    assert agenda(core, meeting).links == {JOIN: LINK}


def test_a_process_that_dies_leaves_it_to_another_and_it_is_made_once(
    core: World, meeting: str, service: GraphService
) -> None:
    async def dies(entry: Any) -> str:
        graph = client_of(service)
        async with graph.connected():
            await put(graph, MAILBOX, entry)
        raise Killed

    with pytest.raises(Killed):
        asyncio.run(run_errands(core.sessions, {CALENDAR: dies}, lambda: core.now))
    runs(core, service)
    assert len(service.calls) == 1, "the first may still be at it"
    runs(core, service, seconds=int(LEASE.total_seconds()))
    assert (len(service.calls), len(service.events)) == (2, 1)


def test_a_busy_graph_is_asked_again_when_it_says(core: World, meeting: str, service: GraphService) -> None:
    service.trouble = [refusal(429, "TooManyRequests", **{"Retry-After": "1800"})]
    runs(core, service)
    runs(core, service, minutes=29)
    assert len(service.calls) == 1
    runs(core, service, minutes=5)
    assert len(service.events) == 1


def test_where_it_cannot_be_made_the_coordinator_is_told_once_and_it_is_tried_on(
    core: World, meeting: str, service: GraphService, caplog: pytest.LogCaptureFixture
) -> None:
    service.trouble = [refusal(403, "ErrorAccessDenied")] * (ATTEMPTS + 3)
    for _ in range(ATTEMPTS + 3):
        runs(core, service, minutes=66)
    core.moves_on(working_days=1)
    told = core.person("coordinator").hears_one()
    assert "Camden: the meeting on Friday 19 June 2026, 2pm has no Teams link yet" in told
    assert "Graph refuses a call of ours: 403 ErrorAccessDenied" in caplog.text
    assert "Testperson" not in caplog.text
    runs(core, service, minutes=66)
    assert agenda(core, meeting).links == {JOIN: LINK}


def test_after_hundreds_of_attempts_it_is_still_tried_each_hour(
    core: World, meeting: str, service: GraphService
) -> None:
    with core.sessions.begin() as session:
        session.execute(update(Errand).values(attempts=500))
    service.trouble = [refusal(503, "ServiceUnavailable")]
    runs(core, service)
    assert errand(core).due_at == core.now + timedelta(hours=1)
    runs(core, service, hours=1)
    assert len(service.events) == 1


def test_a_mailbox_without_teams_is_told_in_the_log_and_gives_no_link(
    core: World, meeting: str, service: GraphService, caplog: pytest.LogCaptureFixture
) -> None:
    service.calls_in_teams = False
    runs(core, service)
    assert "may have no licence for Teams" in caplog.text
    assert agenda(core, meeting).links == {}
    service.calls_in_teams = True
    runs(core, service, minutes=8)
    assert len(service.events) == 1


def test_a_meeting_that_has_been_is_put_into_no_calendar(core: World, meeting: str, service: GraphService) -> None:
    runs(core, service, days=30)
    assert service.calls == []
    assert errand(core).due_at is None


def test_without_a_calendar_it_waits(core: World, meeting: str, service: GraphService) -> None:
    asyncio.run(run_errands(core.sessions, {}, lambda: core.now))
    assert errand(core).attempts == 0


def test_one_that_cannot_be_read_holds_up_no_other(
    core: World, meeting: str, service: GraphService, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with core.sessions.begin() as session:
        owe_errand(session, CALENDAR, "M-22222", core.now)
    kind = ERRANDS[CALENDAR]

    def wanted(session: Session, about: str, now: datetime) -> Any:
        return kind.wanted(session, about, now) if about == meeting else 1 / 0

    monkeypatch.setitem(ERRANDS, CALENDAR, replace(kind, wanted=wanted))
    runs(core, service)
    assert len(service.events) == 1
    assert "errand calendar M-22222 cannot be read: ZeroDivisionError" in caplog.text


def test_what_changes_while_it_is_done_is_done_again(core: World, meeting: str) -> None:
    links: list[str] = []

    def change() -> None:
        with core.sessions.begin() as session:
            owe_errand(session, CALENDAR, meeting, core.now)

    async def changes(_entry: Any) -> str:
        if not links:
            await asyncio.to_thread(change)
        links.append(f"https://teams.example/{len(links)}")
        return links[-1]

    asyncio.run(run_errands(core.sessions, {CALENDAR: changes}, lambda: core.now))
    assert len(links) == 2
    assert agenda(core, meeting).links == {JOIN: links[1]}
