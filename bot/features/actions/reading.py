"""An action with who has it and what they wrote, and the list of all that is not done: on a signed-in page only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from bot.audit import reader, reveal
from bot.context import Context
from bot.features.actions.notices import ActionLine
from bot.features.actions.reasons import Helped
from bot.features.actions.saying import further, still
from bot.features.actions.steps import line_for, what_of
from bot.keeping import kept_how
from bot.kit.errors import or_not_found
from bot.kit.messages import Notice
from bot.lifecycles.action import ACTION
from bot.lifecycles.moving import who_did
from bot.permissions import May, needs
from bot.sharing import What, disclose, shared_with
from storage.levels import Classified, Level
from storage.queries.actions import action_for, action_named, actions_not_done
from storage.queries.cases import is_close_to
from storage.queries.imports import row_of
from storage.queries.people import holder_of
from storage.records import Action, Role

PURPOSE = "reading an action"
PANEL_WRITES = {"send back", "cancel"}  # the steps that somebody else than its owner's agency gives a reason for


@dataclass(frozen=True)
class ActionPage(Notice):
    """Level L4: `outcome` and `why` are what somebody wrote, and `asked` what the panel did, if it came in with a
    tracker; or what is said instead of it.  `held_back`: what is said instead of all but level L1.
    """

    level = Level.L4
    action: ActionLine
    state: str
    post: str
    holder: str
    changed_by: str
    changed_at: datetime
    outcome: str
    may: tuple[tuple[str, str], ...]
    reader: str
    at: datetime
    held_back: str = ""
    kept: str = ""
    further: tuple[str, ...] = ()
    why: str = ""
    effect: str = ""
    asked: str = ""


@dataclass(frozen=True)
class Listed:
    action: ActionLine
    post: str
    state: str


@dataclass(frozen=True)
class ActionList(Notice):
    """Level L2: for a meeting, and for paper."""

    level = Level.L2
    boroughs: tuple[tuple[str, tuple[Listed, ...]], ...]
    reader: str
    at: datetime


@needs(May.READ)
def read_action(ctx: Context, reference: str) -> ActionPage:
    action = action_for(ctx.session, ctx.actor, reference)
    if action is None:
        action = _in_emergency(ctx, reference)
        return _page(ctx, action, may=(), words=not _is_only_proposed(action))
    runs = action.partnership_id in ctx.actor.where(Role.COORDINATOR)
    held_back = "" if runs else disclose(ctx, _what_for(ctx, action))
    words = runs or _has_its_words(ctx, action)
    return _page(ctx, action, still(ctx, action), held_back, words=words, checked=not runs)


def _what_for(ctx: Context, action: Action) -> What:
    """What is shown to its owner's agency; or, as a chair reads it, to the chair's."""
    what = what_of(action)
    there = [post.agency_id for post in ctx.actor.posts if post.partnership_id == action.partnership_id]
    return what if what.agency_id in there else replace(what, agency_id=there[0])


def _in_emergency(ctx: Context, reference: str) -> Action:
    """It can be read, and nothing else can be done with it."""
    return or_not_found(action_named(ctx.session, reference) if shared_with(ctx, reference) else None)


def _page(
    ctx: Context,
    action: Action,
    may: tuple[tuple[str, str], ...],
    held_back: str = "",
    *,
    words: bool = True,
    checked: bool = False,
) -> ActionPage:
    """`words`: also what people wrote beside its steps; `checked`: as far as an agreement lets them out."""
    holder = None if held_back else holder_of(ctx.session, action.owner_id, ctx.today)
    hidden = bool(held_back) or not words or _is_close(ctx, action)
    outcome, why, asked = (None, None, None) if hidden else (action.outcome, action.why, _asked(ctx, action))
    return ActionPage(
        action=line_for(ctx, action),
        state=ACTION.table.words[action.state],
        post=action.owner.words,
        holder=reveal(ctx, holder.name, PURPOSE, action.reference) if holder else "",
        changed_by=who_did(ACTION, action),
        changed_at=action.changed_at,
        outcome=_opened(ctx, action, outcome, checked=False),
        may=may,
        reader=reader(ctx, action.reference),
        at=ctx.now,
        held_back=held_back,
        kept=kept_how(ctx.session, action.reference),
        further=() if hidden else further(action),
        why=_opened(ctx, action, why, checked=checked and action.changed_how in PANEL_WRITES),
        effect=Helped(action.effect).label if action.effect and not hidden else "",
        asked=_opened(ctx, action, asked, checked=checked),
    )


def _asked(ctx: Context, action: Action) -> Classified | None:
    row = row_of(ctx.session, action)
    return row.words if row else None


def _opened(ctx: Context, action: Action, words: Classified | None, *, checked: bool) -> str:
    """What others wrote goes to the owner's agency as an agreement lets it, and what is said instead stands in its
    place; what it wrote itself it reads anyway.
    """
    if words is None:
        return ""
    held_back = disclose(ctx, replace(what_of(action), level=Level.L4)) if checked else ""
    return held_back or str(reveal(ctx, words, PURPOSE, action.reference))


def _has_its_words(ctx: Context, action: Action) -> bool:
    """The words beside a step are for the coordinator, and its owner's agency has them: a chair does without."""
    whose = (action.owner.agency_id, action.partnership_id)
    of_owners_agency = any((post.agency_id, post.partnership_id) == whose for post in ctx.actor.posts)
    return of_owners_agency and not _is_only_proposed(action)


def _is_only_proposed(action: Action) -> bool:
    """Why it is needed was then written for the coordinator alone."""
    return action.changed_how == "propose"


def _is_close(ctx: Context, action: Action) -> bool:
    return action.case is not None and is_close_to(ctx.session, ctx.actor, action.case)


@needs(May.READ)
def list_actions(ctx: Context) -> ActionList:
    """All that is not done: of the boroughs one runs, or of one's own posts."""
    found = actions_not_done(ctx.session, ctx.actor)
    boroughs = groupby(found, key=lambda action: action.partnership.name)
    return ActionList(
        boroughs=tuple((name, _listed(ctx, list(actions))) for name, actions in boroughs),
        reader=reader(ctx, ""),
        at=ctx.now,
    )


def _listed(ctx: Context, actions: Sequence[Action]) -> tuple[Listed, ...]:
    return tuple(
        Listed(line_for(ctx, one), one.owner.words, ACTION.table.words[one.state])
        for one in sorted(actions, key=lambda action: (action.owner.words, action.due_on))
    )
