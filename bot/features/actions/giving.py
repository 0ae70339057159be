"""Forms by which a coordinator gives an action to a post, or an owner asks for more time."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

from bot.choices import own_cases, own_posts
from bot.context import Context
from bot.features.actions import steps
from bot.features.actions.notices import Settled
from bot.features.actions.replying import passed_on
from bot.features.actions.saying import stands
from bot.features.actions.steps import line_for
from bot.kit.answers import ComingDay
from bot.kit.errors import Conflict, NotFound
from bot.kit.forms import Ask, Form, Option
from bot.kit.references import new_reference
from bot.kit.words import day_in_words
from bot.kit.worktime import local_day
from bot.lifecycles.moving import begun, tell
from bot.naming import name_to
from bot.permissions import May, needs
from bot.replies import Place, Reply, Subject
from bot.sharing import disclose
from storage.queries.cases import case_for
from storage.queries.meetings import items_for
from storage.queries.people import posts_in
from storage.records import Action, ActionState, AgendaItem, Case, Post, Verb

GIVE = "The action"


def items_here(ctx: Context) -> Iterable[Option]:
    yield Option("none", "It is not about an item")
    for item in items_for(ctx.session, ctx.actor):
        yield Option(str(item.id), f"Item {item.number}, {day_in_words(local_day(item.meeting.starts_at))}")
    for case in own_cases(ctx):
        yield Option(case.value, f"Case {case.label}, on no agenda")


class NewAction(Form):
    """Add an action"""

    send: ClassVar[str] = "Give this action"

    owner: Annotated[
        str, Ask(GIVE, "Who is to do it?", "The post, so that it stays when people change.", choices=own_posts)
    ]
    verb: Annotated[Verb, Ask(GIVE, "What is to be done?", "Only these words appear in messages.")]
    item: Annotated[str, Ask(GIVE, "Which agenda item or case is it about?", choices=items_here)]
    due_on: Annotated[ComingDay, Ask(GIVE, "By when?", "For example, 27 March 2026, or Friday")]


class GiveAction(Form):
    """Give an action"""

    send: ClassVar[str] = "Give this action"

    owner: Annotated[str, Ask(GIVE, "Who is to do it?", "You can choose the same post again.", choices=own_posts)]


class MoreTime(Form):
    """Ask for more time"""

    send: ClassVar[str] = "Ask the coordinator"

    until: Annotated[ComingDay, Ask(GIVE, "Until when do you need?", "For example, 27 March 2026, or Friday")]


@needs(May.GIVE_ACTIONS)
def add_action(ctx: Context, form: NewAction) -> Action:
    owner = _post(ctx, form.owner)
    item, case = _about(ctx, form.item, owner)
    if case:
        name_to(ctx.session, case, [owner.agency_id])
    action = Action(
        reference=new_reference("A"),
        partnership_id=owner.partnership_id,
        owner=owner,
        item=item,
        case=case,
        verb=form.verb,
        due_on=form.due_on,
        state=ActionState.OPEN,
        agreed_at=ctx.now,
        **begun(ctx, "give"),
    )
    tell(ctx, [owner], "action_given", ctx.add(action))
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


def _post(ctx: Context, chosen: str) -> Post:
    post = next((post for post in posts_in(ctx.session, ctx.actor) if str(post.id) == chosen), None)
    if post is None:
        raise NotFound("That post is not in your borough any more. Say add action to start again.")
    return post


def added(ctx: Context, form: NewAction, _about: Subject) -> Reply:
    return _is_given(ctx, add_action(ctx, form))


def given(ctx: Context, form: GiveAction, about: Subject) -> Reply:
    try:
        action = steps.give(ctx, about.reference, about.seen, _post(ctx, form.owner))
    except Conflict:
        return stands(ctx, steps.visible(ctx, about.reference))
    return _is_given(ctx, action)


def _is_given(ctx: Context, action: Action) -> Reply:
    held_back = bool(disclose(ctx, steps.what_of(action)))
    notice = Settled(line_for(ctx, action), "give", action.owner.words, held_back)
    return Reply(notice.message(), place=Place.INSTEAD)


def asked(ctx: Context, form: MoreTime, about: Subject) -> Reply:
    try:
        action = steps.ask_for_more_time(ctx, about.reference, about.seen, form.until)
    except Conflict:
        return stands(ctx, steps.visible(ctx, about.reference))
    return passed_on(ctx, action, "ask for more time", form.until)
