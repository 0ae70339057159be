"""The questions asked every few seconds are answered from an index, however many rows there are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from storage.database import engine_of, open_database
from storage.queries import health
from storage.queries.actions import actions_coming_due
from storage.queries.away import readers_of
from storage.queries.deliveries import deliveries_due, deliveries_unknown, leases_run_out
from storage.queries.people import account_of
from storage.records import DeliveryState
from tests.cast import START

HOT: dict[str, Callable[[Session], object]] = {
    "ix_action_to_do": lambda session: actions_coming_due(session, (START + timedelta(days=7)).date()),
    "ix_delivery_due": lambda session: deliveries_due(session, START, 50),
    "ix_delivery_held": lambda session: leases_run_out(session, DeliveryState.SENDING, START),
    "ix_delivery_unknown": lambda session: deliveries_unknown(session),
    "ix_holding_post_id": lambda session: readers_of(session, 1, START.date()),
    "uq_account_platform_tenant_user": lambda session: account_of(session, "web", "home", "nurse"),
}

# asked every few seconds by who watches the bot, and never by looking at what has long been sent
WATCHED: dict[str, Callable[[Session], object]] = {
    "owed ix_delivery_due": lambda session: health.owed(session, START),
    "oldest ix_delivery_due": lambda session: health.oldest_owed(session, START),
    "put off ix_delivery_due": lambda session: health.put_off(session, START),
    "in hand ix_delivery_held": lambda session: health.in_hand(session),
    "ambiguous ix_delivery_unknown": lambda session: health.ambiguous(session),
    "sent ix_delivery_sent": lambda session: health.sent_since(session, START),
    "lost ix_delivery_lost": lambda session: health.lost_since(session, START),
    "over ix_delivery_held": lambda session: health.leases_over(session, START),
}
HOT |= WATCHED


@pytest.mark.parametrize("index", HOT)
def test_a_hot_question_uses_its_index(sqlite_url: str, index: str) -> None:
    sessions = open_database(sqlite_url)
    asked: list[tuple[str, Any]] = []
    event.listen(
        engine_of(sessions), "before_cursor_execute", lambda _c, _k, sql, values, *_: asked.append((sql, values))
    )
    with sessions.begin() as session:
        HOT[index](session)
        sql, values = next(one for one in asked if one[0].startswith("SELECT"))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
        named = {
            row[0]: row[1]
            for row in session.execute(text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'"))
        }
    index = index.rpartition(" ")[2]
    used = " ".join(str(row[-1]) for row in plan)
    automatic = f"sqlite_autoindex_{named.get(index, 'account')}"
    assert index in used or automatic in used, used
    engine_of(sessions).dispose()
