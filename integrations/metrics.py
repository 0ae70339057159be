"""Prometheus' figures at /metrics, counted in the ledger when they are asked for: several replicas say the same."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from secrets import compare_digest
from typing import Any

import anyio
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scheduler.postman import Now
from storage.database import Sessions, in_words
from storage.queries import health

PATH = "/metrics"
LATELY = timedelta(days=1)
REASONS = {  # what a reason says, and the class it is counted under: its own words may be about one person
    "came first": "too_late",
    "not joined": "not_joined",
    "nobody holds": "post_empty",
    "did not answer": "no_answer",
    "cannot be reached": "no_answer",
    "let the bot in": "not_let_in",
    "what the bot sends": "not_let_in",
    "not connected": "not_connected",
    "removed": "app_removed",
    "not added the app": "app_not_added",
    "closed": "account_closed",
    "is gone": "account_closed",
    "cannot be written to": "account_closed",
    "not allowed": "address_refused",
    "no e-mail address": "address_refused",
    "cannot be right": "address_refused",
    "does not take mail": "address_refused",
    "refused the message": "refused",
    "no deputy": "post_empty",
    "refused it": "refused",
    "could not write": "cannot_be_written",
    "does not know this kind": "cannot_be_written",
}


def metrics_page(sessions: Sessions, now: Now, token: str) -> Route:
    """For whoever has the token; anybody else finds nothing there."""
    registry = CollectorRegistry()
    registry.register(Ledger(sessions, now))
    ProcessCollector(registry=registry)

    async def metrics(request: Request) -> Response:
        if not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
            raise HTTPException(404)
        try:
            figures = await anyio.to_thread.run_sync(generate_latest, registry)
        except SQLAlchemyError as error:
            return PlainTextResponse(in_words(error), 503)
        return Response(figures, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": "no-store"})

    return Route(PATH, metrics)


class Ledger(Collector):
    """Reads all figures in one short transaction, so that they fit each other."""

    def __init__(self, sessions: Sessions, now: Now) -> None:
        self.sessions, self.now = sessions, now

    def collect(self) -> Iterable[GaugeMetricFamily]:
        with self.sessions.begin() as session:
            return [*self._outbox(session), *self._lately(session), self._clock(session)]

    def _outbox(self, session: Session) -> Iterator[GaugeMetricFamily]:
        now = self.now()
        oldest = health.oldest_owed(session, now)
        age = (now - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily("mace_oldest_owed_seconds", "How long the oldest message owed has been due.", age)
        yield _gauge("owed", "Due, and not sent yet.", ["kind"], health.owed(session, now))
        yield _gauge("in_hand", "Being sent.", ["kind"], health.in_hand(session))
        yield _gauge(
            "put_off", "Tried, and waiting until it may be tried again.", ["kind"], health.put_off(session, now)
        )
        words = "Waiting for their moment: for the pace of their platform, or for working time."
        yield _gauge("held_back", words, ["kind"], health.held_back(session, now))
        yield _gauge("ambiguous", "Nobody knows whether it arrived.", ["platform", "kind"], health.ambiguous(session))

    def _lately(self, session: Session) -> Iterator[GaugeMetricFamily]:
        since = self.now() - LATELY
        sent, lost = health.sent_since(session, since), health.lost_since(session, since)
        yield _gauge("sent_last_day", "Sent in the last 24 hours.", ["platform", "kind"], sent)
        counted = [(kind, reason_class(reason), count) for kind, reason, count in lost]
        words = "Due in the last 24 hours, and given up, by why."
        yield _gauge("failed_last_day", words, ["kind", "reason"], counted)

    def _clock(self, session: Session) -> GaugeMetricFamily:
        words = "When a job of the clock last came to its end."
        gauge = GaugeMetricFamily("mace_job_last_run_timestamp_seconds", words, labels=["job"])
        for job, at in health.jobs_run(session).items():
            gauge.add_metric([job], at.timestamp())
        return gauge


def reason_class(reason: str | None) -> str:
    return next((name for words, name in REASONS.items() if words in (reason or "")), "other")


def _gauge(name: str, words: str, labels: list[str], counts: Iterable[Sequence[Any]]) -> GaugeMetricFamily:
    """Counts of the same labels are one: two reasons may be of one class."""
    summed: dict[tuple[str, ...], int] = {}
    for *by, count in counts:
        summed[tuple(by)] = summed.get(tuple(by), 0) + count
    gauge = GaugeMetricFamily(f"mace_deliveries_{name}", words, labels=labels)
    for values, total in summed.items():
        gauge.add_metric(values, total)
    return gauge
