"""Erasing what is secret in one record: its reference and the audit stay, and a legal hold wins (TRUST.md 3.6)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit import note
from bot.keeping import NO_SUCH
from bot.kit.errors import NotFound, Refusal
from bot.kit.forms import DONT_KNOW
from bot.outbox import mark_stale
from storage.levels import Classified, Level
from storage.queries.holds import hold_on
from storage.queries.posted import remove_now, tells_of
from storage.queries.retention import about_it, erasure_of, forget, how_many, references_kept, shown_about
from storage.records import Action, Case, Erasure, Record, Referral, Transfer

HELD = "{0} is on hold: {1}. Nothing of it may be erased until its coordinator says: end hold {2}"
GONE = "The details of {} were erased before."
NOTHING: Mapping[type[Referral | Action | Transfer | Case], Mapping[str, Any]] = {
    Referral: {"answers": Classified({}, Level.L4)},
    Action: {"outcome": None, "why": None},
    Case: {"child": Classified({"name": DONT_KNOW, "born": DONT_KNOW}, Level.L4)},
    Transfer: {"child": Classified("", Level.L4), "status_in_law": "", "length_of_stay": ""},
}


def would_erase(session: Session, reference: str) -> Iterator[tuple[str, int]]:
    """What there is of it; or a Refusal that says why not."""
    _may_be_erased(session, reference)
    yield "what was written about the child", 1
    for old in (*about_it(reference), shown_about(reference)):
        yield old.what, how_many(session, old)


def erase(session: Session, reference: str, now: datetime) -> None:
    _may_be_erased(session, reference)
    _erase(session, reference, now)


def erase_again(session: Session, erased_at: Callable[[str], datetime | None], now: datetime) -> int:
    """After an older database was restored (TRUST.md T-54).  How many records."""
    again = [one for one in sorted(references_kept(session)) if _is_to_go(session, one, erased_at(one))]
    for reference in again:
        _erase(session, reference, now)
    return len(again)


def _is_to_go(session: Session, reference: str, erased_at: datetime | None) -> bool:
    """A hold that began before it was erased had been ended by then; the older database does not know that."""
    held = hold_on(session, reference)
    return erased_at is not None and not (held and held.at > erased_at)


def _may_be_erased(session: Session, reference: str) -> None:
    if _record(session, reference) is None:
        raise NotFound(NO_SUCH.format(reference))
    if erasure_of(session, reference):
        raise Refusal(GONE.format(reference))
    if held := hold_on(session, reference):
        raise Refusal(HELD.format(reference, held.kind.value, held.about))


def _record(session: Session, reference: str) -> Record | None:
    found = (session.scalar(select(record).where(record.reference == reference)) for record in NOTHING)
    return next(filter(None, found), None)


def _erase(session: Session, reference: str, now: datetime) -> None:
    """What stands in chat goes as well, as far as chat lets it (TRUST.md F13)."""
    record = _record(session, reference)
    assert record  # noqa: S101 -- the callers looked
    for name, nothing in NOTHING[type(record)].items():  # type: ignore[index] # it was found in one of them
        setattr(record, name, nothing)
    for old in about_it(reference):
        forget(session, old, now)
    session.add(Erasure(about=reference, at=now))
    session.flush()
    mark_stale(session, reference, now)
    remove_now(session, now, tells_of(reference))
    note(session, now, None, "details erased", reference)
