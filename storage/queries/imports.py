"""Which trackers were imported, for whom to see, and what they brought."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storage.queries.actions import WHOLE
from storage.queries.people import Actor, on_day
from storage.records import (
    Action,
    ActionState,
    Agency,
    Case,
    CaseState,
    Holding,
    Import,
    ImportedRow,
    ImportState,
    Partnership,
    Person,
    Post,
    Role,
    TrackerExport,
    TrackerLayout,
)

WITH_ACTION = joinedload(ImportedRow.action).options(*WHOLE)


def import_for(session: Session, reader: Actor, reference: str) -> Import | None:
    """For the coordinators of its partnership."""
    return session.scalar(
        select(Import).where(Import.reference == reference, Import.partnership_id.in_(reader.where(Role.COORDINATOR)))
    )


def import_named(session: Session, reference: str) -> Import | None:
    """For the system's own work; people go through import_for()."""
    return session.scalar(select(Import).where(Import.reference == reference).options(joinedload(Import.partnership)))


def imports_of(session: Session, reader: Actor) -> Sequence[Import]:
    return session.scalars(
        select(Import)
        .where(Import.partnership_id.in_(reader.where(Role.COORDINATOR)), Import.state != ImportState.UNDONE)
        .options(joinedload(Import.partnership))
        .order_by(Import.id.desc())
        .limit(20)
    ).all()


def imported_before(session: Session, partnership_id: int, digest: str) -> Import | None:
    """The same file, if it was not taken back."""
    stands = Import.state.in_((ImportState.WAITING, ImportState.STARTED))
    return session.scalar(
        select(Import).where(Import.partnership_id == partnership_id, Import.digest == digest, stands)
    )


def brought_by(session: Session, imported: Import) -> Sequence[Action]:
    """The actions, in the order of the rows."""
    rows = select(Action).join(ImportedRow, ImportedRow.action_id == Action.id)
    return session.scalars(
        rows.where(ImportedRow.import_id == imported.id).options(*WHOLE).order_by(ImportedRow.number)
    ).all()


def rows_brought(session: Session, imported: Import) -> Sequence[ImportedRow]:
    return session.scalars(
        select(ImportedRow)
        .where(ImportedRow.import_id == imported.id)
        .options(joinedload(ImportedRow.action))
        .order_by(ImportedRow.number)
    ).all()


def list_of_post(session: Session, imported: Import, post_id: int) -> Sequence[Action]:
    """What that post has not said yes or no to, soonest first."""
    to_confirm = [
        one for one in brought_by(session, imported) if one.owner_id == post_id and one.state is ActionState.PROPOSED
    ]
    return sorted(to_confirm, key=lambda action: (action.due_on, action.id))


def list_for(session: Session, reader: Actor, reference: str) -> Sequence[Action] | None:
    """The same for a person: None, if nothing of it was ever theirs, or it has not begun."""
    imported = import_named(session, reference)
    if imported is None or imported.state is not ImportState.STARTED:
        return None
    own = [action for action in brought_by(session, imported) if action.owner_id in reader.post_ids]
    return [one for one in own if one.state is ActionState.PROPOSED] if own else None


def lists_of(session: Session, reader: Actor) -> Sequence[Action]:
    """All that waits for this person to say whether it is theirs, of whatever import has begun."""
    return session.scalars(
        select(Action)
        .join(ImportedRow, ImportedRow.action_id == Action.id)
        .join(Import, ImportedRow.import_id == Import.id)
        .where(
            Import.state == ImportState.STARTED,
            Action.state == ActionState.PROPOSED,
            Action.owner_id.in_(reader.post_ids),
        )
        .options(*WHOLE)
        .order_by(Action.due_on, Action.id)
    ).all()


def references_among(session: Session, references: set[str]) -> set[str]:
    """Those that an action has already."""
    return set(session.scalars(select(Action.reference).where(Action.reference.in_(references))))


def row_of(session: Session, action: Action) -> ImportedRow | None:
    return session.scalar(select(ImportedRow).where(ImportedRow.action_id == action.id))


def rows_of_tracker(session: Session, partnership_id: int) -> Sequence[tuple[ImportedRow, Import]]:
    """Of all that stands, as it was handed in."""
    rows = session.execute(
        select(ImportedRow, Import)
        .join(Import, ImportedRow.import_id == Import.id)
        .where(Import.partnership_id == partnership_id)
        .options(WITH_ACTION)
        .order_by(Import.id, ImportedRow.number)
    )
    return [(row, imported) for row, imported in rows]


def actions_of_tracker(session: Session, partnership_id: int) -> Sequence[Action]:
    """Those that came with no import."""
    imported = select(ImportedRow.action_id).where(ImportedRow.action_id.is_not(None))
    return session.scalars(
        select(Action)
        .where(
            Action.partnership_id == partnership_id,
            Action.state != ActionState.ENTERED_IN_ERROR,
            Action.id.not_in(imported),
        )
        .options(*WHOLE)
        .order_by(Action.id)
    ).all()


def layout_of(session: Session, partnership_id: int) -> TrackerLayout | None:
    return session.get(TrackerLayout, partnership_id)


def posts_with_holders(session: Session, partnership_id: int, today: date) -> Sequence[tuple[Post, Person | None]]:
    held = (Holding.post_id == Post.id) & ~Holding.deputy & on_day(today)
    rows = session.execute(
        select(Post, Person)
        .outerjoin(Holding, held)
        .outerjoin(Person, Person.id == Holding.person_id)
        .where(Post.partnership_id == partnership_id)
        .options(joinedload(Post.agency))
        .join(Agency, Post.agency_id == Agency.id)
        .order_by(Agency.name, Post.title)
    )
    return [(post, person) for post, person in rows]


def exported_last(session: Session, partnership_id: int) -> TrackerExport | None:
    """Nobody else exports it until this transaction ends."""
    session.scalars(select(Partnership.id).where(Partnership.id == partnership_id).with_for_update()).one()
    taken = select(TrackerExport).where(TrackerExport.partnership_id == partnership_id)
    return session.scalar(taken.order_by(TrackerExport.at.desc()).limit(1))


def export_named(session: Session, reference: str) -> TrackerExport | None:
    """For the system's own work."""
    taken = select(TrackerExport).where(TrackerExport.reference == reference)
    return session.scalar(taken.options(joinedload(TrackerExport.partnership)))


def open_cases_in(session: Session, partnership_id: int) -> dict[str, Case]:
    rows = session.scalars(select(Case).where(Case.partnership_id == partnership_id, Case.state == CaseState.OPEN))
    return {one.reference: one for one in rows}
