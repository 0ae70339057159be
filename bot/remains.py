"""What erasing would take and what would stay, and why: read by a person before they do it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.erasing import record_named, would_erase
from bot.features.retention import REVIEWED
from bot.kit.keeps import Keeps
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from storage.queries.belonging import alike, belonging_to, case_of_action, left_of
from storage.queries.retention import erasure_of, how_many

GOES, STAYS = "Goes:", "Stays:"
LIKE_IT = "{} may be about the same child: read it, and erase it by its own reference."
TOGETHER = "{} belongs together with it, and is not erased."
BEFORE = "{} was erased before."
ELSEWHERE = (
    "What is kept by no reference goes after its own days (mace-bot retention): what was said on the web page, answers "
    "to requests, and rows of an imported tracker that are no actions. A transfer has a reference of its own."
)


def foreseen(session: Session, reference: str, references: Sequence[str], keeps: Keeps) -> Iterator[str]:
    """Line by line.  `references`: what to_erase() says."""
    yield GOES
    for one in references:
        yield f"  {one}: {_kept_until(session, one, keeps)}"
    for what, count in would_erase(session, references).items():
        yield f"{count:>6} {what}"
    yield STAYS
    for old in left_of(references):
        if count := how_many(session, old):
            yield f"{count:>6} {old.what}"
    yield from _beside(session, reference, references)
    yield ELSEWHERE


def _kept_until(session: Session, reference: str, keeps: Keeps) -> str:
    """A period is a reason to keep it, and no hindrance: whoever erases weighs it."""
    row = next(one for one in REVIEWED if one.letter == reference[0])
    record = record_named(session, reference)
    assert isinstance(record, row.record)  # noqa: S101 -- its letter says so
    days: int = getattr(keeps, row.name)
    until = local_day(record.changed_at + timedelta(days=days))
    return f"{row.what.lower()} are kept for {days} days after the last change, this one until {day_in_words(until)}"


def _beside(session: Session, reference: str, references: Sequence[str]) -> Iterator[str]:
    case = case_of_action(session, reference)
    for one in (*belonging_to(session, reference), *([case] if case else [])):
        if one not in references:
            yield (BEFORE if erasure_of(session, one) else TOGETHER).format(one)
    for one in alike(session, references):
        yield LIKE_IT.format(one)
