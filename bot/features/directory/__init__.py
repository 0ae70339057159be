"""People: how somebody we do not know asks to join, and how a coordinator adds a person to a post."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.directory.forms import ANOTHER, AddPerson, AskToJoin
from bot.features.directory.notices import JoinAsked, JoinWanted, PersonAdded, Welcome
from bot.features.directory.steps import add_person, ask_to_join, asked_to_join
from bot.kit.messages import Notice
from bot.kit.words import plain
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Owed, Spoken
from storage.queries.people import agencies
from storage.records import Delivery, JoinRequest, Partnership


def _join_asked(ctx: Context, form: AskToJoin, _about: Subject) -> Reply:
    request, first = ask_to_join(ctx, form)
    borough = ctx.session.get_one(Partnership, request.partnership_id)
    return Reply(JoinAsked(borough.name, borough.contact, again=not first).message(), place=Place.INSTEAD)


def _person_added(ctx: Context, form: AddPerson, about: Subject) -> Reply:
    post, joined = add_person(ctx, form, about.reference)
    borough = ctx.session.get_one(Partnership, post.partnership_id)
    return Reply(PersonAdded(borough.name, post.words, joined).message(), place=Place.INSTEAD)


def _join(_ctx: Context, _spoken: Spoken) -> Opening:
    return Opening(AskToJoin)


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


def _write_welcome(session: Session, delivery: Delivery, _now: datetime) -> Notice:
    place = _named(session, delivery.about).partnership
    return Welcome(place.name, place.contact)


def _named(session: Session, reference: str) -> JoinRequest:
    return session.query(JoinRequest).filter_by(reference=reference).one()


COMMANDS = (
    Command("join", "Ask to join", _join, needs=May.ASK_TO_JOIN),
    Command("add person", "Add a person", _add, needs=May.ADD_PEOPLE),
)
FORMS = (Guided(AskToJoin, _join_asked), Guided(AddPerson, _person_added))
OWED = (Owed("join_wanted", _write_join_wanted), Owed("welcome", _write_welcome, waits=False))
