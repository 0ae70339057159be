"""People: how somebody we do not know asks to join, and how a coordinator adds a person to a post."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.directory import apps, choosing, ending
from bot.features.directory.forms import (
    ANOTHER,
    AddPerson,
    AskToJoin,
    HandOver,
    InvitePeople,
    LeavePost,
    LinkAccount,
    NameDeputy,
)
from bot.features.directory.inviting import another_account, link_account, new_codes, not_joined
from bot.features.directory.leaving import hand_over, leave_post, name_deputy
from bot.features.directory.notices import (
    Code,
    DeputyLeft,
    DeputyNamed,
    JoinAsked,
    Joined,
    JoinWanted,
    Linked,
    NewCodes,
    NewDeputy,
    NotJoined,
    OwnCode,
    PersonAdded,
    PostLeft,
    PostPassedOn,
    Welcome,
    YouLeft,
)
from bot.features.directory.steps import add_person, ask_to_join, asked_to_join, invite_people
from bot.kit.errors import Refusal
from bot.kit.forms import Form
from bot.kit.messages import Notice
from bot.kit.words import plain
from bot.kit.worktime import local_day
from bot.permissions import May
from bot.posts import as_post, briefs, held
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Owed, Spoken
from storage.queries.actions import open_actions_of
from storage.queries.people import actor_behind, agencies, holder_of, holding_of, holdings_of, posts_to_cover
from storage.records import Delivery, JoinRequest, Partnership, Post

SHOWN, BRIEFED = 5, 3  # actions, posts


def _join_asked(ctx: Context, form: AskToJoin, _about: Subject) -> Reply:
    request, first = ask_to_join(ctx, form)
    borough = ctx.session.get_one(Partnership, request.partnership_id)
    return Reply(JoinAsked(borough.name, borough.contact, again=not first).message(), place=Place.INSTEAD)


def _person_added(ctx: Context, form: AddPerson, about: Subject) -> Reply:
    post, code = add_person(ctx, form, about.reference)
    borough = ctx.session.get_one(Partnership, post.partnership_id)
    return Reply(PersonAdded(borough.name, post.words, code).message(), place=Place.INSTEAD)


def _handed_over(ctx: Context, form: HandOver, _about: Subject) -> Reply:
    holding, code, until = hand_over(ctx, form)
    told = PersonAdded(holding.post.partnership.name, holding.words, Code(holding.words, code, until), over=True)
    return Reply(told.message(), place=Place.INSTEAD)


def _deputy_named(ctx: Context, form: NameDeputy, _about: Subject) -> Reply:
    holding, code, until = name_deputy(ctx, form)
    told = DeputyNamed(holding.post.partnership.name, Code(holding.words, code, until))
    return Reply(told.message(), place=Place.INSTEAD)


def _invited(ctx: Context, form: InvitePeople, _about: Subject) -> Reply:
    codes, held = invite_people(ctx, form)
    return Reply(NewCodes(tuple(codes), tuple(held)).message(), place=Place.INSTEAD)


def _left(ctx: Context, form: LeavePost, _about: Subject) -> Reply:
    there = next((one for one in ctx.actor.holdings if str(one.post_id) == form.post), None)
    stays = held(as_post(ctx, there)) if there and not there.deputy else ()
    left = leave_post(ctx, form)
    place = left.post.partnership
    covered = holding_of(ctx.session, left.post_id, ctx.today, deputy=True) is not None
    told = YouLeft(left.words, place.name, place.contact, left.deputy, stays, covered)
    return Reply(told.message(), place=Place.INSTEAD)


def _linked(ctx: Context, form: LinkAccount, _about: Subject) -> Reply:
    holdings = link_account(ctx, form)
    if not holdings:
        raise Refusal("Your account is linked, and you hold no post today. Ask your MACE coordinator.")
    now_known = actor_behind(ctx.session, ctx.actor.account, ctx.actor.home, ctx.today)
    tasks = [
        (f"{one.partnership.name}: {one.verb}, {one.reference}", one.due_on)
        for one in open_actions_of(ctx.session, now_known)
    ]
    linked = Linked(
        posts=tuple(f"{one.words}, {one.post.partnership.name}" for one in holdings),
        open=tuple(tasks[:SHOWN]),
        contact=holdings[0].post.partnership.contact,
        briefs=briefs(replace(ctx, actor=now_known), BRIEFED),
        more=max(len(tasks) - SHOWN, 0),
    )
    return Reply(linked.message(), place=Place.INSTEAD)


def _not_joined(ctx: Context, _spoken: Spoken) -> Reply:
    posts = tuple(_with_why(ctx, holding.words, person.id) for holding, person in not_joined(ctx))
    return Reply(NotJoined(posts).message(), place=Place.ONLY_YOU)


def _with_why(ctx: Context, post: str, person_id: int) -> str:
    why = apps.not_greeted(ctx.session, person_id)
    return f"{post}: not added in Teams, {why}" if why else post


def _new_codes(ctx: Context, _spoken: Spoken) -> Reply:
    return Reply(NewCodes(tuple(new_codes(ctx))).message(), place=Place.ONLY_YOU)


def _another_account(ctx: Context, _spoken: Spoken) -> Reply:
    return Reply(OwnCode(*another_account(ctx)).message(), place=Place.ONLY_YOU)


def _opens(form: type[Form]) -> Callable[[Context, Spoken], Opening]:
    return lambda _ctx, _spoken: Opening(form)


def _deputy(ctx: Context, _spoken: Spoken) -> Opening:
    if not posts_to_cover(ctx.session, ctx.actor):
        raise Refusal("Only whoever holds a post can name its deputy, or the coordinator. Ask your MACE coordinator.")
    return Opening(NameDeputy)


def _add(ctx: Context, spoken: Spoken) -> Opening:
    """Opened about a request to join, the form starts with what that person said of themselves."""
    if not spoken.reference:
        return Opening(AddPerson)
    said = asked_to_join(ctx, spoken.reference)
    known = next((one for one in agencies(ctx.session) if plain(one.name) == plain(said["agency_name"])), None)
    return Opening(
        AddPerson, about=Subject(spoken.reference), answers=said | {"agency": str(known.id) if known else ANOTHER}
    )


def _write_join_wanted(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    request = _named(session, delivery.about)
    return None if request.added_at else JoinWanted(request.reference, request.partnership.name)


def _write_welcome(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """Unless they have left again."""
    request = _named(session, delivery.about)
    place = request.partnership
    ctx = Context(session, actor_behind(session, request.account, place, local_day(now)), now)
    (brief,) = briefs(ctx, 1) or (None,)
    return Welcome(place.name, place.contact, brief.post, brief.count, brief.by) if brief else None


def _write_passed_on(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """Unless they hold it again, or are its deputy."""
    post, account = _post(session, delivery), delivery.account
    holdings = holdings_of(session, account.person_id, local_day(now)) if account and account.person_id else ()
    if any(one.post_id == post.id for one in holdings):
        return None
    place, deputy = post.partnership, delivery.kind == "deputy_passed_on"
    return PostPassedOn(post.words, place.name, place.contact, deputy, others=bool(holdings))


def _write_joined(_session: Session, delivery: Delivery, _now: datetime) -> Notice:
    place = delivery.post.partnership if delivery.post else None
    return Joined(place.name if place else "", delivery.about)


def _write_post_left(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    """Unless somebody holds it again by now."""
    post, today = _post(session, delivery), local_day(now)
    if holder_of(session, post.id, today):
        return None
    return PostLeft(post.partnership.name, deputy=holding_of(session, post.id, today, deputy=True) is not None)


def _write_new_deputy(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    post = _post(session, delivery)
    there = holding_of(session, post.id, local_day(now), deputy=True)
    return NewDeputy(post.partnership.name) if there else None


def _write_deputy_left(session: Session, delivery: Delivery, now: datetime) -> Notice | None:
    post = _post(session, delivery)
    there = holding_of(session, post.id, local_day(now), deputy=True)
    return None if there else DeputyLeft(post.partnership.name)


def _post(session: Session, delivery: Delivery) -> Post:
    return session.get_one(Post, int(delivery.about.removeprefix("V-")))


def _named(session: Session, reference: str) -> JoinRequest:
    return session.query(JoinRequest).filter_by(reference=reference).one()


COMMANDS = (
    Command("join", "Ask to join", _opens(AskToJoin), needs=May.ASK_TO_JOIN),
    Command("link", "Link your account with a code", _opens(LinkAccount), needs=May.LINK, listed=False),
    Command("another account", "Use another account as well", _another_account, needs=May.LINK_ACCOUNTS),
    *choosing.COMMANDS,
    Command("leave", "Leave a post", _opens(LeavePost), needs=May.LEAVE),
    Command("deputy", "Name a deputy", _deputy, needs=May.NAME_DEPUTY),
    Command("add person", "Add a person", _add, needs=May.ADD_PEOPLE),
    Command("invite", "Invite several people", _opens(InvitePeople), needs=May.ADD_PEOPLE),
    Command("hand over", "Hand over a post to somebody else", _opens(HandOver), needs=May.ADD_PEOPLE),
    Command("not joined", "See who has not joined", _not_joined, needs=May.ADD_PEOPLE),
    Command("new codes", "Make a new code for each of them", _new_codes, needs=May.ADD_PEOPLE, listed=False),
)
FORMS = (
    Guided(AskToJoin, _join_asked),
    Guided(AddPerson, _person_added),
    Guided(InvitePeople, _invited),
    Guided(LinkAccount, _linked),
    Guided(LeavePost, _left),
    Guided(HandOver, _handed_over),
    Guided(NameDeputy, _deputy_named),
)
OWED = (
    Owed("join_wanted", _write_join_wanted),
    Owed("welcome", _write_welcome, waits=False),
    Owed("joined", _write_joined),
    Owed("post_left", _write_post_left),
    Owed("deputy_named", _write_new_deputy),
    Owed("deputy_left", _write_deputy_left),
    Owed("post_passed_on", _write_passed_on),
    Owed("deputy_passed_on", _write_passed_on),
    *apps.OWED,
    *ending.OWED,
)
JOBS, ERRANDS = ending.JOBS, apps.ERRANDS
