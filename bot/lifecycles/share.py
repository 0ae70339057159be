"""An emergency share's life: open until a coordinator has reviewed it, then kept open for a while, or ended."""

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life, by_coordinators
from storage.records import ShareState as S

SHARE = Life(
    Lifecycle(
        "emergency share",
        (
            Step((S.OPEN,), "review", S.KEPT, (Party.COORDINATOR,)),
            Step((S.OPEN, S.KEPT), "end", S.ENDED, (Party.COORDINATOR,)),
        ),
        {S.OPEN: "open, and not reviewed yet", S.KEPT: "reviewed, and still open", S.ENDED: "ended"},
    ),
    by_coordinators,
)
