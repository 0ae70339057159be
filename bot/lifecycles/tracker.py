"""An import's life: looked at, then waiting with everything it brought, then started; or taken back."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life
from storage.queries.people import coordinators_of
from storage.records import Import, Post
from storage.records import ImportState as S

BY = (Party.COORDINATOR,)


def _sides(session: Session, imported: Import, _party: Party) -> Sequence[Post]:
    return coordinators_of(session, imported.partnership_id)


TRACKER = Life(
    Lifecycle(
        "import",
        (
            Step((S.DRAFT,), "import", S.WAITING, BY),
            Step((S.WAITING,), "start", S.STARTED, BY),
            Step((S.WAITING, S.STARTED), "undo import", S.UNDONE, BY),
        ),
        {
            S.DRAFT: "looked at",
            S.WAITING: "imported, and waiting for Start",
            S.STARTED: "started",
            S.UNDONE: "taken back",
        },
    ),
    _sides,
)
