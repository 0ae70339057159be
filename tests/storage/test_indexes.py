"""The questions asked every few seconds are answered from an index, however many rows there are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from storage.database import Sessions, engine_of
from storage.queries import day, health
from storage.queries.actions import (
    actions_coming_due,
    actions_still_with,
    actions_waiting_for,
    open_actions_of,
)
from storage.queries.away import readers_of
from storage.queries.claims import Due, claim, give_back, leases_run_out, mark_sent, settle
from storage.queries.climbing import actions_to_escalate, escalations_live
from storage.queries.daily import due_beside, people_told
from storage.queries.deliveries import (
    deliveries_lost,
    deliveries_unknown,
    lost_in,
    messages_lost,
    next_due,
    owed_among,
)
from storage.queries.errands import errands_due
from storage.queries.people import Actor, account_of
from storage.queries.posted import posted_due
from storage.queries.shards import unsorted
from storage.queries.ways import next_ways
from storage.records import Account, DeliveryState, Haste, Holding, Partnership, Person, Post, Role
from tests.cast import START

READER = Actor(
    Account(),
    Partnership(),
    Person(),
    (Holding(post_id=1, deputy=False, post=Post(id=1, partnership_id=1, role=Role.COORDINATOR)),),
)
DUE = Due(1, "agenda", 1, None, 0, False, START)

HOT: dict[str, Callable[[Session], object]] = {
    "ix_action_to_do_by": lambda session: open_actions_of(session, READER),
    "ix_action_waits": lambda session: actions_waiting_for(session, READER),
    "ix_action_to_do": lambda session: actions_coming_due(session, (START + timedelta(days=7)).date()),
    "ix_delivery_due": lambda session: claim(session, Haste.SOON, "us", START, START, 50),
    "unsorted ix_delivery_due": lambda session: unsorted(session, Haste.SOON, START, 500),
    "ix_delivery_shard": lambda session: claim(session, Haste.SOON, "us", START, START, 50, "core:home"),
    "next ix_delivery_shard": lambda session: next_due(session, START, "core:home"),
    "again ix_delivery_due": lambda session: next_due(session, START),
    "ix_delivery_daily_due": lambda session: due_beside(session, [1], START.date(), START),
    "ix_delivery_daily": lambda session: people_told(session, [1], START),
    "ix_delivery_held": lambda session: leases_run_out(session, DeliveryState.SENDING, START),
    "ix_delivery_unknown": lambda session: deliveries_unknown(session),
    "pk_delivery": lambda session: settle(session, [1, 2], "us", DeliveryState.FAILED),
    "again pk_delivery": lambda session: mark_sent(session, "us", {1: "x"}, START),
    "and again pk_delivery": lambda session: give_back(session, "us", [{"of": 1, "held": "claimed", "at": START}]),
    "ix_account_person_id": lambda session: next_ways(session, [DUE], START.date(), {}, mail=True),
    "ix_holding_post_id": lambda session: readers_of(session, [1], START.date()),
    "ix_posted_shown": lambda session: posted_due(session, START),
    "uq_escalation_live": lambda session: escalations_live(session, START.date()),
    "chased ix_delivery_about": lambda session: escalations_live(session, START.date()),
    "late ix_action_to_do": lambda session: actions_to_escalate(session, START.date()),
    "raised ix_escalation_action_id": lambda session: actions_to_escalate(session, START.date()),
    "uq_delivery_once": lambda session: owed_among(session, ["action_reminder:A-7K2F9:1:post:1"]),
    "ix_errand_due": lambda session: errands_due(session, ["calendar"], START, 20),
    "uq_account_platform_tenant_user": lambda session: account_of(session, "web", "home", "nurse"),
}
IN_SQLITE = {
    "uq_account_platform_tenant_user": "sqlite_autoindex_account",
    "uq_delivery_once": "sqlite_autoindex_delivery",
    "pk_delivery": "INTEGER PRIMARY KEY",
}


# asked every few seconds by who watches the bot, and never by looking at what has long been sent
WATCHED: dict[str, Callable[[Session], object]] = {
    "owed ix_delivery_due": lambda session: health.owed(session, START),
    "oldest ix_delivery_due": lambda session: health.oldest_owed(session, START),
    "put off ix_delivery_due": lambda session: health.put_off(session, START),
    "held back ix_delivery_due": lambda session: health.held_back(session, START),
    "in hand ix_delivery_held": lambda session: health.in_hand(session),
    "ambiguous ix_delivery_unknown": lambda session: health.ambiguous(session),
    "sent ix_delivery_sent": lambda session: health.sent_since(session, START),
    "lost ix_delivery_lost": lambda session: health.lost_since(session, START),
    "over ix_delivery_held": lambda session: health.leases_over(session, START),
}
# asked by a coordinator, over all that is open in their boroughs
MIDNIGHT = START.replace(hour=0)
DAILY: dict[str, Callable[[Session], object]] = {
    "today ix_action_waits": lambda session: day.actions_waiting_light(session, READER),
    "blocked ix_action_to_do": lambda session: day.actions_blocked_light(session, READER),
    "said done ix_action_waits": lambda session: day.actions_said_done(session, READER),
    "to take ix_referral_partnership_id": lambda session: day.referrals_to_look_at(session, READER),
    "to send ix_meeting_partnership_id": lambda session: day.agendas_due(session, READER, START, START),
    "met ix_meeting_partnership_id": lambda session: day.meetings_lately(session, READER, START, START),
    "unknown ix_delivery_unknown": lambda session: session.execute(lost_in(READER, START)[1]),
    "listed ix_delivery_lost": lambda session: deliveries_lost(session, READER, START),
    "of a borough ix_delivery_lost": lambda session: messages_lost(session, READER, START),
    "chase ix_action_to_do_by": lambda session: day.actions_to_chase(session, READER, START.date(), MIDNIGHT),
    "by agency ix_action_to_do_by": lambda session: day.agencies_late(session, READER, START.date()),
    "at an agency ix_action_to_do": lambda session: day.late_actions_at(session, READER, 1, START.date()),
    "on an agenda ix_action_to_do_by": lambda session: actions_still_with(session, [1]),
    "alike ix_action_owner_id": lambda session: day.actions_alike(session, [1, 2], [1, 2]),
}
HOT |= WATCHED | DAILY


@pytest.mark.parametrize("question", HOT)
def test_a_hot_question_uses_its_index(sessions: Sessions, question: str) -> None:
    asked: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        asked.append((sql, values[0] if many else values))

    event.listen(engine_of(sessions), "before_cursor_execute", listen)
    with sessions.begin() as session:
        HOT[question](session)
    event.remove(engine_of(sessions), "before_cursor_execute", listen)
    sql, values = next(one for one in asked if one[0].startswith(("SELECT", "UPDATE", "WITH")))
    plan, index = explained(sessions, sql, values), question.split()[-1]
    assert index in plan or IN_SQLITE.get(index, index) in plan, plan


def explained(sessions: Sessions, sql: str, values: Any) -> str:
    """Postgres is told not to read whole tables, which it likes to do while there is little in them."""
    lite = engine_of(sessions).dialect.name == "sqlite"
    with sessions.begin() as session:
        if not lite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_sort = off"))
        found = session.connection().exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if lite else ''}{sql}", values).all()
    return " ".join(str(row[-1]) for row in found)
