"""An emergency share's life: open until a coordinator has reviewed it, then kept open for a while, or ended."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life
from storage.queries.people import coordinators_of
from storage.records import EmergencyShare, Post
from storage.records import ShareState as S


def _sides(session: Session, share: EmergencyShare, _party: Party) -> Sequence[Post]:
    return coordinators_of(session, share.partnership_id)


SHARE = Life(
    Lifecycle(
        "emergency share",
        (
            Step((S.OPEN,), "review", S.KEPT, (Party.COORDINATOR,)),
            Step((S.OPEN, S.KEPT), "end", S.ENDED, (Party.COORDINATOR,)),
        ),
        {S.OPEN: "open, and not reviewed yet", S.KEPT: "reviewed, and still open", S.ENDED: "ended"},
    ),
    _sides,
)
