"""What was kept for its time goes at night, and nothing before; about cases a coordinator is asked (TRUST.md T-54)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.features.retention import KEPT, due_now, nightly
from bot.kit.keeps import SAFE, keeps_from
from bot.kit.references import new_reference
from scheduler.jobs import run_jobs
from storage.levels import Classified, Level
from storage.records import (
    Account,
    Action,
    Delivery,
    Heard,
    Import,
    ImportedRow,
    ImportState,
    Posted,
    PostedState,
    Proposal,
    Record,
    Referral,
    SignInLink,
    Visit,
    WebMessage,
)
from tests.conversations.test_holds import holds
from tests.conversations.test_own_pages import a_referral
from tests.making import an_action
from tests.world import World

SCHOOL = "Safeguarding lead, Hollow Oak School"
NOBODY_CHANGES = timedelta(days=731)


def count(world: World, record: type[Record], *where: Any) -> int:
    with world.sessions() as session:
        return session.scalar(select(func.count()).select_from(record).where(*where)) or 0


def night(world: World, later: timedelta) -> datetime:
    """3:10 in the morning in London, that much later at least."""
    return (world.now + later + timedelta(days=1)).replace(hour=2, minute=10)


@pytest.fixture
def full(core: World) -> World:
    """One row of each class, made now."""
    reference = an_action(core, SCHOOL, "12 June 2026")
    core.tick()
    sam = core.person("school")
    sam.says(f"done, and I told the head about {reference}")
    with core.sessions.begin() as session:
        session.query(Posted).delete()
        session.query(Proposal).delete()
        account = session.scalars(select(Account).where(Account.user == "school")).one()
        action = session.scalars(select(Action)).one()
        own, now, secret = {"account_id": account.id}, core.now, Classified({}, Level.L2)
        assert account.person_id
        session.add(an_import(action, ImportState.STARTED, now))
        session.flush()
        session.add_all(
            (
                Heard(platform="core", request="1", at=now, reply=secret, **own),
                WebMessage(at=now, message=secret, **own),
                Proposal(
                    reference="P-7K2F9",
                    person_id=account.person_id,
                    action_id=action.id,
                    event="contest",
                    seen=1,
                    note=Classified("Canary", Level.L4),
                    made_at=now,
                ),
                Visit(cookie_hash="1", started_at=now, seen_at=now, **own),
                SignInLink(token_hash="1", path="/pages", expires_at=now, **own),
                Posted(
                    sent_as="1",
                    level=2,
                    about=reference,
                    at=now,
                    remove_at=now,
                    state=PostedState.REMOVED,
                    ended_at=now,
                    **own,
                ),
                an_import(action, ImportState.DRAFT, now),
                ImportedRow(import_id=1, number=3, cells=secret),
            )
        )
    return core


def an_import(action: Action, state: ImportState, now: datetime) -> Import:
    nothing = Classified([], Level.L2)
    return Import(
        reference=new_reference("N"),
        partnership_id=action.partnership_id,
        state=state,
        digest="1",
        columns=nothing,
        owners=nothing,
        changed_at=now,
        changed_how="hand in",
    )


def left(world: World) -> dict[str, int]:
    worded = Delivery.message.is_not(None)
    kinds: dict[type[Record], tuple[Any, ...]] = dict.fromkeys((Heard, WebMessage, Proposal, Visit, SignInLink), ())
    kinds |= {Posted: (), Delivery: (worded,), Import: (Import.state == ImportState.DRAFT,), ImportedRow: ()}
    return {record.__name__: count(world, record, *where) for record, where in kinds.items()}


@pytest.mark.parametrize(
    ("record", "days"),
    [
        *(("Heard", 30), ("WebMessage", 30), ("Proposal", 30), ("Delivery", 90)),
        *(("Import", 3), ("ImportedRow", 2557)),
        *(("Visit", 365), ("SignInLink", 365), ("Posted", 365)),
    ],
)
def test_each_class_goes_after_its_days_and_not_before(full: World, record: str, days: int) -> None:
    before = left(full)
    assert all(before.values()), before
    for later, still in ((timedelta(days=days - 2), True), (timedelta(days=days), False)):
        with full.sessions.begin() as session:
            nightly(session, night(full, later))
        assert bool(left(full)[record]) is still, later


def test_it_is_done_at_night_only(full: World) -> None:
    before = left(full)
    with full.sessions.begin() as session:
        nightly(session, night(full, timedelta(days=800)).replace(hour=9))
    assert left(full) == before


def test_the_dry_run_counts_what_would_go_and_changes_nothing(full: World) -> None:
    before = left(full)
    with full.sessions() as session:
        due = list(due_now(session, SAFE, full.now + timedelta(days=3000)))
    assert [one.count for one in due][: len(KEPT)] == [1, 1, 1, before["Delivery"], 1, 1, 1, 1, 1]
    assert [(one.count, one.asked) for one in due][len(KEPT) :] == [(0, True), (1, True), (0, True), (0, True)]
    assert left(full) == before


def test_t54_a_hold_wins(full: World) -> None:
    with full.sessions() as session:
        reference = session.scalars(select(Action.reference)).one()
    holds(full, reference)
    with full.sessions.begin() as session:
        nightly(session, night(full, timedelta(days=3000)))
    assert count(full, Proposal) == 1
    assert count(full, Delivery, Delivery.message.is_not(None), Delivery.about == reference) > 0
    assert count(full, Heard) == 0
    assert count(full, Delivery, Delivery.kind == "keep_or_erase") == 0


def test_a_case_is_never_deleted_by_the_clock_and_a_coordinator_is_asked_once_a_year(core: World) -> None:
    reference = a_referral(core)
    core.tick()
    core.person("coordinator").says(f"take {reference}")
    core.tick()
    core.person("coordinator").hears()
    core.now = night(core, NOBODY_CHANGES)
    for _ in range(3):
        run_jobs(core.sessions, core.now)
        core.now += timedelta(days=1)
    assert count(core, Delivery, Delivery.kind == "keep_or_erase") == 1
    core.moves_on(working_days=1)
    asked = next(one for one in core.person("coordinator").hears() if "still needed" in one)
    assert reference in asked
    assert "Nothing is deleted unless you decide it" in asked
    assert "is on hold" in holds(core, reference)
    assert count(core, Referral) == 1
    core.now = night(core, timedelta(days=365))
    run_jobs(core.sessions, core.now)
    assert count(core, Delivery, Delivery.kind == "keep_or_erase") == 1, "it is held"


def test_who_has_thousands_of_old_rows_is_not_kept_waiting(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.features.retention.AT_ONCE", 1)
    with full.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.user == "school")).one()
        session.add(
            Heard(platform="core", request="2", at=full.now, reply=Classified({}, Level.L2), account_id=account.id)
        )
    for expected in (1, 0):
        with full.sessions.begin() as session:
            nightly(session, night(full, timedelta(days=31)))
        assert count(full, Heard) == expected


def test_the_periods_can_be_changed_within_reason() -> None:
    assert keeps_from("") == SAFE
    assert keeps_from("requests=14  chat=30").requests == 14
    for odd in ("chat=31", "letters=0", "letters", "other=3", "letters=1.5", "letters=-1", "letters=99999 x", "talk=6"):
        with pytest.raises(ValueError, match="MACE_KEEP_DAYS says for how many days"):
            keeps_from(odd)
