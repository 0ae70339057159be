"""Who takes a borough's tracker away in a file, and why: once an hour, by name, and its coordinators hear (T-79)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.features.actions.importing.agreeing import who_agreed
from bot.features.actions.importing.desk import Desk
from bot.features.actions.importing.notices import TrackerExported
from bot.kit.errors import NotFound, Refusal
from bot.kit.messages import Notice
from bot.kit.references import new_reference
from bot.kit.sheets import Why
from bot.kit.words import moment_in_words, plain
from bot.outbox import owe
from storage.queries.imports import export_named, exported_last, posts_with_holders
from storage.queries.people import coordinators_of
from storage.records import Delivery, Haste, TrackerExport

BETWEEN = timedelta(hours=1)
TOO_SOON = "The tracker of {} was exported less than an hour ago. It can be exported again on {}."
NOBODY = "Say with --for who has it: the whole name of one person who holds a post in {} today, as it was added."
ALONE = (
    "What people wrote may name children, so a second person has to agree: a coordinator or the chair of {}, and not "
    "who has the file. They say agree export to the bot, and tell you the code. Then: --with-words CODE."
)
MARK = (  # the foot of a printed page holds 250 characters of it
    "CONFIDENTIAL. {name} had this on {when}, for: {why}. {reference}. Do not pass it on, and delete it when you no "
    "longer need it. It is the {borough} tracker, {what} what people wrote, and about children who may be exploited."
)


@dataclass(frozen=True)
class Taking:
    """`name`: whose it is from now on.  `code`: also what people wrote, which may name children (level L4), as a second
    person agreed.
    """

    why: Why
    name: str
    code: str | None = None


def take_away(desk: Desk, taking: Taking) -> tuple[TrackerExport, str]:
    """And what its file begins with."""
    _may_be_taken(desk)
    person, name = _person(desk, taking.name)
    taken = TrackerExport(
        reference=new_reference("X"),
        partnership_id=desk.partnership.id,
        person_id=person,
        agreed_by_id=None if taking.code is None else _second(desk, taking.code, person),
        why=taking.why.value,
        at=desk.now,
    )
    desk.session.add(taken)
    for post in coordinators_of(desk.session, desk.partnership.id):
        haste = Haste.URGENT
        owe(desk.session, "tracker_exported", post, about=taken.reference, version=1, at=desk.now, haste=haste)
    return taken, _mark(desk, name, taken)


def _may_be_taken(desk: Desk) -> None:
    last = exported_last(desk.session, desk.partnership.id)
    if last and desk.now < last.at + BETWEEN:
        raise Refusal(TOO_SOON.format(desk.partnership.name, moment_in_words(last.at + BETWEEN)))


def _person(desk: Desk, said: str) -> tuple[int, str]:
    held = [one for _, one in posts_with_holders(desk.session, desk.partnership.id, desk.today) if one]
    names = desk.open([one.name for one in held], "finding who has a tracker exported")
    found = {one.id: name for one, name in zip(held, names, strict=True) if plain(name) == plain(said)}
    if len(found) != 1:
        raise NotFound(NOBODY.format(desk.partnership.name))
    return found.popitem()


def _second(desk: Desk, code: str, first: int) -> int:
    agreed = who_agreed(desk, code) - {first}
    if not agreed:
        raise Refusal(ALONE.format(desk.partnership.name))
    (second,) = agreed
    return second


def _mark(desk: Desk, name: str, taken: TrackerExport) -> str:
    """At the head of the file: whoever finds it knows whose it is (TRUST.md T-79)."""
    return MARK.format(
        borough=desk.partnership.name,
        what="with" if taken.with_words else "without",
        name=name,
        when=moment_in_words(taken.at),
        why=taken.why,
        reference=taken.reference,
    )


def write_exported(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    taken = export_named(session, delivery.about)
    if taken is None:
        return None
    return TrackerExported(taken.partnership.name, taken.reference, taken.at, taken.why, taken.with_words)
