"""A case's life: open while a panel talks about the child, and protected while somebody may be looking for them."""

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life, by_coordinators
from storage.records import CaseState as S

BY = (Party.COORDINATOR,)


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
    by_coordinators,
)
