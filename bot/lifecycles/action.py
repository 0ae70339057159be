"""An action's life: given, taken on or contested, perhaps blocked, said done, checked, ended (DOMAIN.md B.3)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.kit.lifecycle import Lifecycle, Party, Step
from bot.lifecycles.moving import Life
from storage.queries.people import coordinators_of, posts_with
from storage.records import WITH_OWNER, Action, Post, Role
from storage.records import ActionState as S

OWNER, LEAD, COORDINATOR, CHAIR = Party.OWNER, Party.LEAD, Party.COORDINATOR, Party.CHAIR
TO_DO, LIVE = (S.OPEN, S.ACKNOWLEDGED), (*WITH_OWNER, S.CONTESTED, S.DONE_CLAIMED, S.NOT_POSSIBLE_CLAIMED)
RUNS = (COORDINATOR, CHAIR)
UNBLOCKED = dict.fromkeys((OWNER, COORDINATOR), "action_unblocked")  # whichever of them did not do it
MORE_TIME = {COORDINATOR: "more_time_asked", CHAIR: "more_time_again"}  # the chair, when it was agreed before


def _sides(session: Session, action: Action, party: Party) -> Sequence[Post]:
    match party:
        case Party.OWNER:
            return [action.owner]
        case Party.LEAD:
            return posts_with(session, Role.AGENCY_LEAD, action.partnership_id, action.owner.agency_id)
        case Party.CHAIR:
            return posts_with(session, Role.CHAIR, action.partnership_id)
    return coordinators_of(session, action.partnership_id)


ACTION = Life(
    Lifecycle(
        "action",
        (
            Step((S.PROPOSED,), "agree", S.OPEN, RUNS, {OWNER: "action_given"}),
            Step((S.OPEN,), "accept", S.ACKNOWLEDGED, (OWNER,)),
            Step((S.PROPOSED,), "take on", S.OPEN, (OWNER,)),
            Step((S.PROPOSED,), "take back", S.ENTERED_IN_ERROR, (COORDINATOR,)),
            Step((S.PROPOSED, *TO_DO), "contest", S.CONTESTED, (OWNER, LEAD), {COORDINATOR: "action_contested"}),
            Step((S.PROPOSED, *TO_DO, S.BLOCKED, S.CONTESTED), "give", S.OPEN, (COORDINATOR,), {OWNER: "action_given"}),
            Step(TO_DO, "pass on", S.OPEN, (LEAD,), {OWNER: "action_given", COORDINATOR: "action_passed_on"}),
            Step(TO_DO, "block", S.BLOCKED, (OWNER,), {COORDINATOR: "action_blocked", LEAD: "action_blocked"}),
            Step((S.BLOCKED,), "unblock", S.ACKNOWLEDGED, (OWNER, COORDINATOR), UNBLOCKED),
            Step(WITH_OWNER, "say done", S.DONE_CLAIMED, (OWNER,), {COORDINATOR: "action_said_done"}),
            Step(WITH_OWNER, "record done", S.DONE, (COORDINATOR,), {OWNER: "action_recorded"}),
            Step(
                WITH_OWNER,
                "say not possible",
                S.NOT_POSSIBLE_CLAIMED,
                (OWNER,),
                {COORDINATOR: "action_said_not_possible"},
            ),
            Step((S.DONE_CLAIMED, S.NOT_POSSIBLE_CLAIMED), "undo", S.ACKNOWLEDGED, (OWNER,)),
            Step((S.DONE_CLAIMED,), "confirm", S.DONE, (COORDINATOR,), {OWNER: "action_confirmed"}),
            Step(
                (S.NOT_POSSIBLE_CLAIMED,),
                "agree not possible",
                S.NOT_POSSIBLE,
                (COORDINATOR,),
                {OWNER: "action_ended", CHAIR: "action_not_possible"},
            ),
            Step(
                (S.DONE_CLAIMED, S.NOT_POSSIBLE_CLAIMED),
                "send back",
                S.ACKNOWLEDGED,
                (COORDINATOR,),
                {OWNER: "action_sent_back"},
            ),
            Step(WITH_OWNER, "ask for more time", None, (OWNER,), MORE_TIME),
            Step(WITH_OWNER, "agree more time", None, RUNS, {OWNER: "more_time_agreed"}),
            Step(WITH_OWNER, "keep the date", None, RUNS, {OWNER: "date_kept"}),
            Step((S.PROPOSED,), "cancel", S.CANCELLED, RUNS),
            Step(LIVE, "cancel", S.CANCELLED, RUNS, {OWNER: "action_ended"}),
            Step(LIVE, "replace", S.SUPERSEDED, RUNS, {OWNER: "action_ended"}),
            Step((S.DONE, S.NOT_POSSIBLE, S.CANCELLED), "reopen", S.OPEN, RUNS, {OWNER: "action_given"}),
            Step((S.PROPOSED,), "enter in error", S.ENTERED_IN_ERROR, (COORDINATOR,)),
            Step(
                (*LIVE, S.DONE, S.NOT_POSSIBLE, S.CANCELLED, S.SUPERSEDED),
                "enter in error",
                S.ENTERED_IN_ERROR,
                (COORDINATOR,),
                {OWNER: "action_ended"},
            ),
        ),
        {
            **dict.fromkeys((S.PROPOSED, S.OPEN, S.ACKNOWLEDGED, S.CONTESTED), "to do"),
            S.BLOCKED: "blocked",
            S.NOT_POSSIBLE_CLAIMED: "blocked",
            S.DONE_CLAIMED: "said done",
            S.DONE: "done",
            **dict.fromkeys((S.NOT_POSSIBLE, S.CANCELLED, S.SUPERSEDED, S.ENTERED_IN_ERROR), "closed"),
        },
    ),
    _sides,
)
