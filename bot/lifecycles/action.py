"""An action's life: given, said done, checked; or more time, or given to somebody else (DOMAIN.md B.3)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life
from storage.queries.people import coordinators_of
from storage.records import Action, Post
from storage.records import ActionState as S

OWNER, COORDINATOR = Party.OWNER, Party.COORDINATOR


def _sides(session: Session, action: Action, party: Party) -> Sequence[Post]:
    return [action.owner] if party is OWNER else coordinators_of(session, action.partnership_id)


ACTION = Life(
    Lifecycle(
        "action",
        (
            Step((S.OPEN,), "say done", S.DONE_CLAIMED, (OWNER,), {COORDINATOR: "action_said_done"}),
            Step((S.DONE_CLAIMED,), "undo", S.OPEN, (OWNER,)),
            Step((S.DONE_CLAIMED,), "confirm", S.DONE, (COORDINATOR,), {OWNER: "action_confirmed"}),
            Step((S.DONE_CLAIMED,), "send back", S.OPEN, (COORDINATOR,), {OWNER: "action_sent_back"}),
            Step((S.OPEN,), "contest", S.CONTESTED, (OWNER,), {COORDINATOR: "action_contested"}),
            Step((S.OPEN, S.CONTESTED), "give", S.OPEN, (COORDINATOR,), {OWNER: "action_given"}),
            Step((S.OPEN,), "ask for more time", None, (OWNER,), {COORDINATOR: "more_time_asked"}),
            Step((S.OPEN,), "agree more time", None, (COORDINATOR,), {OWNER: "more_time_agreed"}),
            Step((S.OPEN,), "keep the date", None, (COORDINATOR,), {OWNER: "date_kept"}),
        ),
        {
            S.OPEN: "to do",
            S.CONTESTED: "waiting for the coordinator to decide who does it",
            S.DONE_CLAIMED: "said done",
            S.DONE: "done and checked",
        },
    ),
    _sides,
)
