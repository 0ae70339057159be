"""Asking to join, and putting a person in a post."""

from bot.audit import reveal
from bot.context import Context
from bot.features.directory.forms import ANOTHER, AddPerson, AskToJoin, Does, InvitePeople, Seat
from bot.features.directory.inviting import invite
from bot.features.directory.notices import Code
from bot.kit.errors import NotFound, Refusal, or_not_found
from bot.kit.references import new_reference
from bot.outbox import owe
from bot.permissions import May, needs
from storage.levels import Classified, Level
from storage.queries.joining import join_request_for, open_join_request
from storage.queries.people import agency_named, coordinators_of, holder_of, post_titled
from storage.records import Agency, Haste, Holding, JoinRequest, Person, Post, Role


class PostHeld(Refusal):
    """Somebody holds that post already."""


@needs(May.ASK_TO_JOIN)
def ask_to_join(ctx: Context, form: AskToJoin) -> tuple[JoinRequest, bool]:
    """One open request an account: asking again changes nothing.  True: this is the first."""
    if earlier := open_join_request(ctx.session, ctx.actor.account.id):
        return earlier, False
    request = JoinRequest(
        reference=new_reference("J"),
        account_id=ctx.actor.account.id,
        partnership_id=int(form.borough),
        asked=Classified(form.model_dump(), Level.L2),
        asked_at=ctx.now,
    )
    ctx.session.add(request)
    ctx.session.flush()
    for post in coordinators_of(ctx.session, request.partnership_id):
        owe(ctx.session, "join_wanted", post, about=request.reference, version=1, at=ctx.now)
    return request, True


@needs(May.ADD_PEOPLE)
def asked_to_join(ctx: Context, reference: str) -> dict[str, str]:
    """What somebody who asked to join said of themselves, for the coordinator who checks it."""
    request = _request(ctx, reference)
    asked = reveal(ctx, request.asked, "checking who asks to join", request.reference)
    return {
        "name": asked["name"],
        "email": asked["email"],
        "title": asked["title"],
        "borough": asked["borough"],
        "agency_name": asked["agency"],
    }


@needs(May.ADD_PEOPLE)
def add_person(ctx: Context, form: AddPerson, about: str) -> tuple[Post, Code | None]:
    """Put a person in a post of one's own borough, and link the account that asked; or else invite them by a code."""
    if int(form.borough) not in ctx.actor.where(Role.COORDINATOR):
        raise NotFound
    request = _request(ctx, about) if about else None
    post = _post(ctx, form)
    if holder_of(ctx.session, post.id, ctx.today):
        raise PostHeld(f"Somebody holds the post {post.words} already. Hand it over to this person: say hand over.")
    person = Person(name=Classified(form.name, Level.L2), email=Classified(form.email, Level.L2))
    ctx.session.add(person)
    ctx.session.flush()
    ctx.session.add(Holding(post_id=post.id, person_id=person.id, from_day=ctx.today, until_day=form.until))
    if request:
        request.added_at, request.account.person_id = ctx.now, person.id
        ctx.session.flush()
        owe(
            ctx.session,
            "welcome",
            request.account,
            about=request.reference,
            version=1,
            at=ctx.now,
            haste=Haste.URGENT,
        )
        return post, None
    return post, Code(post.words, *invite(ctx.session, person, ctx.now))


@needs(May.ADD_PEOPLE)
def invite_people(ctx: Context, form: InvitePeople) -> tuple[list[Code], list[str]]:
    """Everybody on the list, and the posts that somebody holds already, which stay as they are."""
    codes: list[Code] = []
    held: list[str] = []
    for name, email, agency, title in form.rows():
        person = AddPerson(
            name=name,
            email=email,
            borough=form.borough,
            agency=ANOTHER,
            agency_name=agency,
            title=title,
            does=Does.AGENCY_MEMBER,
            seat=form.seat,
        )
        try:
            _, code = add_person(ctx, person, "")
        except PostHeld:
            held.append(f"{title}, {agency}")
        else:
            codes += [code] if code else []
    return codes, held


def _request(ctx: Context, reference: str) -> JoinRequest:
    request = or_not_found(join_request_for(ctx.session, ctx.actor, reference))
    if request.added_at:
        raise Refusal("That person has been added already. Say add person to add somebody else.")
    return request


def _post(ctx: Context, form: AddPerson) -> Post:
    agency = _agency(ctx, form)
    post = post_titled(ctx.session, int(form.borough), agency.id, form.title)
    if post is None:
        post = Post(
            partnership_id=int(form.borough),
            agency=agency,
            title=form.title,
            role=Role(form.does.value),
            on_panel=form.seat is Seat.ON_PANEL,
        )
        ctx.session.add(post)
        ctx.session.flush()
    return post


def _agency(ctx: Context, form: AddPerson) -> Agency:
    if form.agency != ANOTHER:
        return ctx.session.get_one(Agency, int(form.agency))
    found = agency_named(ctx.session, form.agency_name or "") or Agency(name=form.agency_name or "")
    ctx.session.add(found)
    ctx.session.flush()
    return found
