"""Who may do what.  One table, one check, worn by every use case; which records, the queries say."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from bot.audit import note
from bot.context import Context
from bot.kit.errors import NotAllowed
from bot.kit.references import find_reference
from storage.queries.people import Actor
from storage.records import Role

P = ParamSpec("P")
R = TypeVar("R")


class May(StrEnum):
    REFER = "refer a child"
    ASK_TO_JOIN = "ask to join"
    LINK = "link an account with a code"
    LINK_ACCOUNTS = "use another account"
    LEAVE = "leave a post"
    NAME_DEPUTY = "name a deputy"
    ASK_ABOUT_REFERRALS = "ask about referrals"
    DO_ACTIONS = "answer for actions"
    PROPOSE_ACTIONS = "propose actions"
    HAND_ON_ACTIONS = "pass actions on inside your agency"
    ASK_ABOUT_TRANSFERS = "ask about transfers"
    READ = "read on their own page"
    RUN_MEETINGS = "run meetings and send agendas"
    GIVE_ACTIONS = "give and check actions"
    DECIDE_ACTIONS = "decide about actions"
    RUN_CASES = "open and change cases"
    OPEN_IN_EMERGENCY = "open a case in an emergency"
    REVIEW_EMERGENCIES = "review emergencies"
    RUN_TRANSFERS = "record and acknowledge transfers"
    SCREEN_REFERRALS = "take referrals"
    ADD_PEOPLE = "add people"
    SEE_ACCESS = "see who read and changed what"
    BE_AWAY = "say when they are away"
    CLOSE = "say when a panel or an agency is closed"
    KEEP_AGREEMENTS = "keep sharing agreements"
    SHARE_NOW = "share something at once in an emergency"
    REVIEW_SHARES = "review what was shared in an emergency"
    HOLD = "keep records from being deleted"
    ANSWER_FLAGS = "answer for flags on records"
    RUN_FLAGS = "ask for flags and have them taken off"
    ESCALATE = "escalate what is stuck, and settle it"
    SEE_BLOCKAGES = "see what is blocked"
    IMPORT = "import a tracker"
    AGREE_EXPORTS = "agree that a tracker is exported"


_MEMBER = frozenset(
    {
        *(May.REFER, May.ASK_ABOUT_REFERRALS, May.DO_ACTIONS, May.PROPOSE_ACTIONS, May.ASK_ABOUT_TRANSFERS),
        *(May.LINK, May.LINK_ACCOUNTS, May.LEAVE, May.NAME_DEPUTY, May.READ, May.SEE_ACCESS, May.BE_AWAY),
        *(May.OPEN_IN_EMERGENCY, May.SHARE_NOW, May.ANSWER_FLAGS, May.ESCALATE),
    }
)

GRANTS: dict[Role, frozenset[May]] = {
    Role.AGENCY_MEMBER: _MEMBER,
    Role.AGENCY_LEAD: _MEMBER | {May.HAND_ON_ACTIONS},
    Role.CHAIR: _MEMBER | {May.REVIEW_EMERGENCIES, May.DECIDE_ACTIONS, May.SEE_BLOCKAGES, May.AGREE_EXPORTS},
    Role.HEAD: _MEMBER,
    Role.STRATEGIC: _MEMBER | {May.SEE_BLOCKAGES},
    Role.COORDINATOR: frozenset(May) - {May.ASK_TO_JOIN, May.HAND_ON_ACTIONS},
}
UNKNOWN = frozenset({May.REFER, May.ASK_TO_JOIN, May.LINK})


def granted(actor: Actor) -> frozenset[May]:
    """What this person may do today, in one partnership or another."""
    if actor.person is None:
        return UNKNOWN
    return frozenset().union(*(GRANTS[post.role] for post in actor.posts))


def needs(permission: May) -> Callable[[Callable[Concatenate[Context, P], R]], Callable[Concatenate[Context, P], R]]:
    """Refuse whoever may not, and write down whoever did: the refusal itself is noted by the turn that was refused."""

    def guard(use_case: Callable[Concatenate[Context, P], R]) -> Callable[Concatenate[Context, P], R]:
        @wraps(use_case)
        def guarded(ctx: Context, *args: P.args, **kwargs: P.kwargs) -> R:
            if permission not in granted(ctx.actor):
                raise NotAllowed(f"Your post does not let you {permission}. Ask your MACE coordinator.")
            note(ctx.session, ctx.now, ctx.actor.account, permission.value, _subject(args))
            return use_case(ctx, *args, **kwargs)

        vars(guarded)["needs"] = permission
        return cast("Callable[Concatenate[Context, P], R]", guarded)

    return guard


def _subject(args: tuple[object, ...]) -> str:
    return next((found for arg in args if isinstance(arg, str) and (found := find_reference(arg))), "")
