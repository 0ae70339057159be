"""One turn on the web page: the bot is told, and what was said and what came back are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.conversation import answer, hear
from bot.kit.forms import Raw
from bot.kit.words import LONGEST_LINE, tidy
from bot.posted import now_shows
from bot.replies import Line, Page, Place, Reply, Sender
from integrations.web.platform import sealed
from storage.database import Sessions
from storage.levels import Classified, Level
from storage.queries.deliveries import web_message_with, web_messages
from storage.queries.people import account_of
from storage.records import Account, WebMessage


@dataclass(frozen=True)
class Visitor:
    """Who is at the page, and when."""

    sessions: Sessions
    sender: Sender
    now: datetime


@dataclass(frozen=True)
class Said:
    """What the conversation shows for this turn, the id of its request, and what may be replaced: a card, or a form."""

    words: str
    request: str
    card: int | None = None
    form: int | None = None


def say(visitor: Visitor, line: Line, said: Said) -> int:
    """Returns the id of the message to look at, as submit() does."""
    reply = hear(visitor.sessions, visitor.sender, line, visitor.now, said.request)
    return _keep(visitor, said, reply)


def submit(visitor: Visitor, dialogue_id: int, raw: Raw, go: str, said: Said) -> int:
    reply = answer(visitor.sessions, visitor.sender, dialogue_id, raw, visitor.now, go, said.request)
    return _keep(visitor, said, reply)


def page_of(visitor: Visitor, dialogue_id: int) -> Page | None:
    """The form as it stands; None if it is not open, or is asked in words."""
    return answer(visitor.sessions, visitor.sender, dialogue_id, {}, visitor.now, "show").page


def take_back(visitor: Visitor, message_id: int) -> None:
    """Forget the words of one's own line, and keep that it was said."""
    with visitor.sessions.begin() as session:
        row = session.get(WebMessage, message_id)
        if row and row.line is not None and row.account_id == own_account(session, visitor).id:
            row.line = Classified("", Level.L4)


def own_account(session: Session, visitor: Visitor) -> Account:
    """Made here if need be: a refused first line leaves none behind."""
    sender = visitor.sender
    account = account_of(session, sender.platform, sender.tenant, sender.user)
    if account is None:
        account = Account(platform=sender.platform, tenant=sender.tenant, user=sender.user, last_used_at=visitor.now)
        session.add(account)
        session.flush()
    return account


def _keep(visitor: Visitor, said: Said, reply: Reply) -> int:
    try:
        return _kept(visitor, said, reply)
    except IntegrityError:  # the same request, at the same moment
        return _kept(visitor, said, reply)


def _kept(visitor: Visitor, said: Said, reply: Reply) -> int:
    """Replacing twice is no harm; what is added below bears the request as its key, so that it is added once."""
    with visitor.sessions.begin() as session:
        account = own_account(session, visitor)
        if place := _place(session, account, said, reply):
            place.message = sealed(reply.message) if reply.message else None
            now_shows(session, account, str(place.id), Reply(reply.message), visitor.now)
            return place.id
        if earlier := web_message_with(session, said.request):
            return next(
                (row.id for row in web_messages(session, account.id, earlier.id) if row.key is None), earlier.id
            )
        return _added(session, account, said, reply, visitor.now)


def _place(session: Session, account: Account, said: Said, reply: Reply) -> WebMessage | None:
    """The message that the reply takes the place of, if it does."""
    own = select(WebMessage).where(WebMessage.account_id == account.id).order_by(WebMessage.id.desc()).limit(1)
    if said.form and reply.page:
        return session.scalar(own.where(WebMessage.dialogue_id == said.form, WebMessage.message.is_(None)))
    if said.form and reply.place is Place.INSTEAD:
        return session.scalar(own.where(WebMessage.dialogue_id == said.form))
    if said.card and reply.place is Place.INSTEAD and reply.message:
        return session.scalar(own.where(WebMessage.id == said.card, WebMessage.line.is_(None)))
    return None


def _added(session: Session, account: Account, said: Said, reply: Reply, now: datetime) -> int:
    line = WebMessage(
        account_id=account.id,
        at=now,
        key=said.request,
        line=Classified(tidy(said.words)[:LONGEST_LINE] or "…", Level.L4),
    )
    session.add(line)
    session.flush()
    back = WebMessage(
        account_id=account.id,
        at=now,
        message=sealed(reply.message) if reply.message else None,
        dialogue_id=reply.page.dialogue_id if reply.page else None,
    )
    session.add(back)
    session.flush()
    now_shows(session, account, str(back.id), Reply(reply.message), now)
    return back.id
