"""A case's life: open while a panel talks about the child, and protected while somebody may be looking for them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life
from storage.queries.people import coordinators_of
from storage.records import Case, Post
from storage.records import CaseState as S

BY = (Party.COORDINATOR,)


def _sides(session: Session, case: Case, _party: Party) -> Sequence[Post]:
    return coordinators_of(session, case.partnership_id)


CASE = Life(
    Lifecycle(
        "case",
        (
            Step((S.OPEN,), "change codewords", None, BY),
            Step((S.OPEN,), "protect", None, BY),
            Step((S.OPEN,), "protect no longer", None, BY),
            Step((S.OPEN,), "close", S.CLOSED, BY),
            Step((S.CLOSED,), "open again", S.OPEN, BY),
        ),
        {S.OPEN: "open", S.CLOSED: "closed"},
    ),
    _sides,
)
