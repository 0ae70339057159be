"""Erasing what is secret in a case and all that belongs to it, or in one record: references and the audit stay, and a
legal hold wins (TRUST.md 3.6).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
from storage.queries.belonging import belonging_to, ended_with, named_with
from storage.queries.holds import hold_on
from storage.queries.posted import remove_now, tells_of
from storage.queries.retention import about_it, erasure_of, forget, how_many, references_kept, shown_about
from storage.records import Action, Case, Erasure, Record, Referral, Transfer

HELD = "{0} is on hold: {1}. Nothing of it may be erased until its coordinator says: end hold {2}."
TOGETHER = "What belongs together is erased together or not at all, so nothing was erased."
GONE = "The details of {} were erased before."
NOTHING: Mapping[type[Referral | Action | Transfer | Case], Mapping[str, Any]] = {
    Referral: {"answers": Classified({}, Level.L4)},
    Action: {"outcome": None, "why": None},
    Case: {"child": Classified({"name": DONT_KNOW, "born": DONT_KNOW}, Level.L4)},
    Transfer: {"child": Classified("", Level.L4), "status_in_law": "", "length_of_stay": ""},
}


def to_erase(session: Session, reference: str, *, alone: bool = False) -> list[str]:
    """With all that belongs to it, unless `alone`, and without what was erased before; or a Refusal that says why
    nothing of it may be.
    """
    if record_named(session, reference) is None:
        raise NotFound(NO_SUCH.format(reference))
    whole = [reference] if alone else belonging_to(session, reference)
    left = [one for one in whole if not erasure_of(session, one)]
    if not left:
        raise Refusal(GONE.format(reference))
    _none_is_held(session, left)
    return left


def would_erase(session: Session, references: Sequence[str]) -> Counter[str]:
    """What there is of them."""
    found = Counter({"what was written about the child": len(references)})
    for reference in references:
        named = named_with(session, reference)
        for old in (*about_it(reference, ended_with(session, reference), named), shown_about(named)):
            found[old.what] += how_many(session, old)
    return found


def erase(session: Session, reference: str, now: datetime, *, alone: bool = False) -> list[str]:
    """Whose details are gone now."""
    left = to_erase(session, reference, alone=alone)
    for one in left:
        _erase(session, one, now)
    return left


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


def _none_is_held(session: Session, references: Sequence[str]) -> None:
    """Each hold is named once, by what it is on."""
    holds = {held.about: held for one in references if (held := hold_on(session, one))}
    if holds:
        told = [HELD.format(one, held.kind.value, one) for one, held in holds.items()]
        raise Refusal(" ".join([*told, *([TOGETHER] if len(references) > 1 else [])]))


def record_named(session: Session, reference: str) -> Record | None:
    found = (session.scalar(select(record).where(record.reference == reference)) for record in NOTHING)
    return next(filter(None, found), None)


def _erase(session: Session, reference: str, now: datetime) -> None:
    """What stands in chat goes as well, as far as chat lets it (TRUST.md F13)."""
    record = record_named(session, reference)
    ended, named = ended_with(session, reference), named_with(session, reference)
    for name, nothing in NOTHING[type(record)].items():  # type: ignore[index] # it was found in one of them
        setattr(record, name, nothing)
    for old in about_it(reference, ended, named):
        forget(session, old, now)
    session.add_all(Erasure(about=one, at=now) for one in ended)
    session.flush()
    for one in named:
        mark_stale(session, one, now)
        remove_now(session, now, tells_of(one))
    note(session, now, None, "details erased", reference)
