"""The two things anyone can do to the bot: say a line, or submit a page of a form.  A signed-in page can do more."""

import logging
import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot.audit import note
from bot.commands import command_in, obey
from bot.context import Context
from bot.dialogues import say_in, submit, typed_dialogue
from bot.features.misses import missed, not_stopped
from bot.kit.errors import Conflict, NotAllowed, NotFound, Refusal, TooMany, whereabouts
from bot.kit.forms import Raw
from bot.kit.messages import STORED
from bot.kit.references import find_reference
from bot.kit.words import LONGEST_LINE, tidy
from bot.kit.worktime import local_day
from bot.notices import Fault, NotLetIn
from bot.replies import Line, Place, Reply, Sender, said
from bot.typed_names import warned
from storage.database import Sessions
from storage.levels import Classified, Level, unsealed
from storage.queries.cards import card_is_fresh
from storage.queries.deliveries import already_heard
from storage.queries.people import account_of, actor_behind, home_of
from storage.records import Account, Heard

log = logging.getLogger(__name__)

TOO_LONG = (
    f"That is too long for me: use {LONGEST_LINE:,} characters or fewer. "
    "If you typed something private, delete your message."
)
DICTATE = "I cannot listen to recordings. Press the microphone on your keyboard and speak: I read the text it writes."
NO_FILES = "I cannot take files here. Add them in your own system, and give us the reference."
Turn = Callable[[Context], Reply]
R = TypeVar("R")


def hear(sessions: Sessions, sender: Sender, line: Line, now: datetime, request: str = "") -> Reply:
    """A typed line, a pressed button or a slash command: all three are a line of text.

    `request` is the platform's id for it, if it has one: the same request again gets the same answer and no second
    effect.
    """
    return _turn(sessions, sender, now, request, lambda ctx: _say(ctx, line), find_reference(line.text))


def answer(
    sessions: Sessions, sender: Sender, dialogue_id: int, raw: Raw, now: datetime, go: str = "on", request: str = ""
) -> Reply:
    """A submitted page of one's own form.

    `go`: on, back, save, cancel, change:<question>; look, which keeps what is there and stays on the page; or show,
    which changes nothing.
    """
    return _turn(sessions, sender, now, request, lambda ctx: submit(ctx, dialogue_id, raw, go))


def on_own_page(
    sessions: Sessions, sender: Sender, now: datetime, use_case: Callable[[Context], R], about: str = ""
) -> R:
    """What no line can say: a file, or what a table of it means.  Raises the Refusal, which is written down."""
    for last in (False, True):
        try:
            with sessions.begin() as session:
                home = home_of(session, sender.platform, sender.tenant)
                if home is None:
                    raise NotAllowed
                account = _account(session, sender, now)
                ctx = Context(session, actor_behind(session, account, home, local_day(now)), now)
                if about:
                    not_stopped(ctx)
                return use_case(ctx)
        except (StaleDataError, IntegrityError):
            if last:
                raise Conflict from None
        except Refusal as refusal:
            _note_refused(sessions, sender, now, refusal, about)
            raise
    raise AssertionError("unreachable")


def _say(ctx: Context, line: Line) -> Reply:
    if len(line.text) > LONGEST_LINE:
        return said(TOO_LONG)
    if line.files and line.private:
        return said(DICTATE if line.recording else NO_FILES)
    line = replace(line, text=tidy(line.text))
    if line.typed and line.private and (dialogue := typed_dialogue(ctx)):
        return warned(ctx, line.text, say_in(ctx, dialogue, line.text, command_in(line.text)))
    reply = obey(ctx, line)
    if reply.place is Place.INSTEAD and not line.typed:
        card_is_fresh(ctx.session, ctx.actor.account.id, line.replying_to)
    return warned(ctx, line.text, reply) if line.typed and line.private else reply


def _turn(sessions: Sessions, sender: Sender, now: datetime, request: str, turn: Turn, about: str = "") -> Reply:
    """The only transaction and the only error boundary.

    Two people at once: the second starts again and sees what the first did.
    """
    for last in (False, True):
        try:
            return _once(sessions, sender, now, request, turn, about)
        except (StaleDataError, IntegrityError):
            if last:
                return _fault()
        except Refusal as refusal:
            return _refused(sessions, sender, now, refusal, about)
        except Exception:
            return _fault()
    raise AssertionError("unreachable")


def _once(sessions: Sessions, sender: Sender, now: datetime, request: str, turn: Turn, about: str) -> Reply:
    with sessions.begin() as session:
        home = home_of(session, sender.platform, sender.tenant)
        if home is None:
            return _not_let_in()
        account = _account(session, sender, now)
        ctx = Context(session, actor_behind(session, account, home, local_day(now)), now)
        if request and (heard := already_heard(session, sender.platform, request)):
            return _again(ctx, heard)
        if about:
            not_stopped(ctx)
        reply = turn(ctx)
        if request:
            session.add(
                Heard(platform=sender.platform, request=request, account_id=account.id, at=now, reply=_kept(reply))
            )
        return reply


def _not_let_in() -> Reply:
    """Whoever it is and whatever they asked: before anything is written (TRUST.md T-08)."""
    log.warning("a turn from a workspace that nobody let in had no effect")
    return Reply(NotLetIn().message(), place=Place.ONLY_YOU)


def _account(session: Session, sender: Sender, now: datetime) -> Account:
    account = account_of(session, sender.platform, sender.tenant, sender.user)
    if account is None:
        account = Account(platform=sender.platform, tenant=sender.tenant, user=sender.user, last_used_at=now)
        session.add(account)
        session.flush()
    account.last_used_at = now
    return account


def _kept(reply: Reply) -> Classified:
    """A page is kept as the id of its dialogue, which knows where it stands."""
    message = STORED.dump_python(reply.message, mode="json") if reply.message else None
    return Classified(
        {"message": message, "dialogue": reply.page.dialogue_id if reply.page else None, "place": reply.place.value},
        Level.L2,
    )


def _again(ctx: Context, heard: Heard) -> Reply:
    if heard.account_id != ctx.actor.account.id:
        raise NotFound
    kept: dict[str, Any] = unsealed(heard.reply)
    if kept["dialogue"]:
        return submit(ctx, kept["dialogue"], {}, "show")
    return Reply(STORED.validate_python(kept["message"]) if kept["message"] else None, place=Place(kept["place"]))


def _refused(sessions: Sessions, sender: Sender, now: datetime, refusal: Refusal, about: str) -> Reply:
    _note_refused(sessions, sender, now, refusal, about)
    return said(str(refusal))


def _note_refused(sessions: Sessions, sender: Sender, now: datetime, refusal: Refusal, about: str) -> None:
    """Written down in a transaction of its own, because the refused one is gone; and told even if that fails."""
    about = refusal.about or about
    try:
        if isinstance(refusal, NotAllowed | NotFound | TooMany):
            with sessions.begin() as session:
                account = account_of(session, sender.platform, sender.tenant, sender.user)
                note(session, now, account, type(refusal).__name__, about, "refused")
                if account and about and isinstance(refusal, NotFound):
                    missed(session, account, about, now)
    except SQLAlchemyError:
        _fault()


def _fault() -> Reply:
    """Logged with a code and where it broke, never with what was said: an exception's text may hold what somebody
    typed.
    """
    code = secrets.token_hex(2).upper()
    log.error("fault %s: %s", code, whereabouts(sys.exception()))
    return Reply(Fault(code).message())
