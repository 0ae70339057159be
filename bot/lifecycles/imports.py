"""An import's life: looked at, then waiting with everything it brought, then started; or taken back."""

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life, by_coordinators
from storage.records import ImportState as S

BY = (Party.COORDINATOR,)


IMPORT = Life(
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
    by_coordinators,
)
