"""Forms by which an action is proposed, given to a post, passed on inside an agency, or replaced by another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from bot.choices import own_agencys_posts, own_cases, own_posts, posts_at_own_panels
from bot.context import Context
from bot.features.actions import deciding, steps
from bot.features.actions.notices import Settled
from bot.features.actions.reasons import HowUrgent
from bot.features.actions.saying import passed_on, stands
from bot.features.actions.steps import line_for
from bot.kit.answers import ComingDay, Story
from bot.kit.errors import Conflict, NotFound, or_not_found
from bot.kit.forms import Ask, Form, Option
from bot.kit.references import new_reference
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from bot.lifecycles.moving import begun, tell
from bot.naming import name_to
from bot.permissions import May, needs
from bot.replies import Place, Reply, Subject
from bot.sharing import disclose
from storage.levels import Classified, Level
from storage.queries.cases import case_for
from storage.queries.meetings import items_for
from storage.queries.people import coordinators_of, posts_beside
from storage.records import Action, ActionState, AgendaItem, Case, Post, Priority, Verb

GIVE = "The action"


def items_here(ctx: Context) -> Iterable[Option]:
    yield Option("none", "It is about no item and no case")
    for item in items_for(ctx.session, ctx.actor):
        yield Option(str(item.id), f"Item {item.number}, {day_in_words(local_day(item.meeting.starts_at))}")
    for case in own_cases(ctx):
        yield Option(case.value, f"Case {case.label}")


class NewAction(Form):
    """Add an action"""

    send: ClassVar[str] = "Give this action"

    owner: Annotated[
        str, Ask(GIVE, "Who is to do it?", "The post, so that it stays when people change.", choices=own_posts)
    ]
    verb: Annotated[Verb, Ask(GIVE, "What is to be done?", "Only these words appear in messages.")]
    item: Annotated[str, Ask(GIVE, "Which agenda item or case is it about?", choices=items_here)]
    due_on: Annotated[ComingDay, Ask(GIVE, "By when?", "For example, 27 March 2026, or Friday")]
    priority: Annotated[HowUrgent | None, Ask(GIVE, "How urgent is it?", optional=True)] = None


class GiveAction(Form):
    """Give an action"""

    send: ClassVar[str] = "Give this action"

    owner: Annotated[str, Ask(GIVE, "Who is to do it?", "You can choose the same post again.", choices=own_posts)]


class ProposeAction(Form):
    """Propose an action"""

    send: ClassVar[str] = "Propose it"

    owner: Annotated[str, Ask(GIVE, "Who should do it?", choices=posts_at_own_panels)]
    verb: Annotated[Verb, Ask(GIVE, "What should be done?", "Only these words appear in messages.")]
    due_on: Annotated[ComingDay, Ask(GIVE, "By when?", "For example, 27 March 2026, or Friday")]
    why: Annotated[
        Story | None,
        Ask(GIVE, "Why is it needed?", "Only the coordinator reads it.", True, True, optional=True),
    ] = None


class PassOn(Form):
    """Pass on an action"""

    send: ClassVar[str] = "Pass it on"

    owner: Annotated[str, Ask(GIVE, "Who in your agency is to do it?", choices=own_agencys_posts)]


class ReplaceAction(Form):
    """Replace an action"""

    send: ClassVar[str] = "Replace it"

    owner: Annotated[str, Ask(GIVE, "Who is to do the new one?", choices=posts_at_own_panels)]
    verb: Annotated[Verb, Ask(GIVE, "What is to be done instead?", "Only these words appear in messages.")]
    due_on: Annotated[ComingDay, Ask(GIVE, "By when?", "For example, 27 March 2026, or Friday")]


@dataclass(frozen=True)
class Agreed:
    """What the panel agreed: who does what by when, and about what."""

    owner: Post
    verb: Verb
    due_on: date
    item: AgendaItem | None = None
    case: Case | None = None
    priority: Priority = Priority.NORMAL


@needs(May.PROPOSE_ACTIONS)
def propose_action(ctx: Context, form: ProposeAction) -> Action:
    """Nobody has to do it, nor hears of it but the coordinators, until it is agreed."""
    owner = post_chosen(ctx, form.owner)
    action = Action(
        reference=new_reference("A"),
        partnership_id=owner.partnership_id,
        owner=owner,
        verb=form.verb,
        due_on=form.due_on,
        state=ActionState.PROPOSED,
        agreed_at=ctx.now,
        why=Classified(form.why, Level.L4) if form.why else None,
        **begun(ctx, "propose"),
    )
    tell(ctx, coordinators_of(ctx.session, owner.partnership_id), "action_proposed", ctx.add(action))
    return action


@needs(May.GIVE_ACTIONS)
def add_action(ctx: Context, form: NewAction) -> Action:
    owner = post_chosen(ctx, form.owner)
    item, case = _about(ctx, form.item, owner)
    priority = Priority(form.priority or HowUrgent.NORMAL)
    return begin(ctx, Agreed(owner, form.verb, form.due_on, item, case, priority))


def begin(ctx: Context, agreed: Agreed, reference: str = "", told: str = "action_given") -> Action:
    """Its owner is `told`, and the owner's agency learns what the case is called."""
    if agreed.case:
        name_to(ctx.session, agreed.case, [agreed.owner.agency_id])
    action = Action(
        reference=reference or new_reference("A"),
        partnership_id=agreed.owner.partnership_id,
        **vars(agreed),
        state=ActionState.OPEN,
        agreed_at=ctx.now,
        **begun(ctx, "give"),
    )
    tell(ctx, [agreed.owner], told, ctx.add(action))
    steps.hand_over(ctx, action)
    return action


def _about(ctx: Context, chosen: str, owner: Post) -> tuple[AgendaItem | None, Case | None]:
    """An item, with the case that it is about; a case alone; or neither."""
    if chosen == "none":
        return None, None
    item = ctx.session.get(AgendaItem, int(chosen)) if chosen.isdecimal() else None
    case = item.case if item else case_for(ctx.session, ctx.actor, chosen)
    if owner.partnership_id != (item.meeting.partnership_id if item else case.partnership_id if case else None):
        raise NotFound("That is with another borough's panel. Say add action to start again.")
    return item, case


def post_chosen(ctx: Context, chosen: str) -> Post:
    return or_not_found(
        next((post for post in posts_beside(ctx.session, ctx.actor) if str(post.id) == chosen), None),
        "That post is not on your panel any more. Look at the action, and choose again.",
    )


def added(ctx: Context, form: NewAction, _about: Subject) -> Reply:
    return _is_given(ctx, add_action(ctx, form))


def proposed(ctx: Context, form: ProposeAction, _about: Subject) -> Reply:
    action = propose_action(ctx, form)
    return passed_on(ctx, action, "propose", None)


def given(ctx: Context, form: GiveAction, about: Subject) -> Reply:
    return _to_post(ctx, about, lambda: deciding.give(ctx, about.reference, about.seen, post_chosen(ctx, form.owner)))


def passed_to(ctx: Context, form: PassOn, about: Subject) -> Reply:
    return _to_post(ctx, about, lambda: steps.pass_on(ctx, about.reference, about.seen, post_chosen(ctx, form.owner)))


def replaced(ctx: Context, form: ReplaceAction, about: Subject) -> Reply:
    owner = post_chosen(ctx, form.owner)
    return _to_post(
        ctx, about, lambda: deciding.replace(ctx, about.reference, about.seen, owner, form.verb, form.due_on)
    )


def _to_post(ctx: Context, about: Subject, step: Callable[[], Action]) -> Reply:
    try:
        return _is_given(ctx, step())
    except Conflict:
        return stands(ctx, steps.visible(ctx, about.reference))


def _is_given(ctx: Context, action: Action) -> Reply:
    held_back = bool(disclose(ctx, steps.what_of(action)))
    notice = Settled(line_for(ctx, action), "give", action.owner.words, held_back)
    return Reply(notice.message(), place=Place.INSTEAD)
