"""Messages that did not reach somebody: the coordinator is told, sees whom and why, and decides what happens."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.audit import note
from bot.context import Context
from bot.kit.errors import Refusal, or_not_found
from bot.kit.messages import Notice
from bot.kit.paging import paged
from bot.kit.words import moment_in_words
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.tables import Command, Owed, Spoken
from storage.levels import Level
from storage.queries.deliveries import anything_held, anything_undelivered, deliveries_lost, delivery_for
from storage.queries.people import post_is_held
from storage.queries.ways import tried_in_vain
from storage.records import Delivery, DeliveryState

LOOK_BACK = timedelta(days=14)
SHOWN = 10
LOST = (DeliveryState.FAILED, DeliveryState.EXPIRED, DeliveryState.AMBIGUOUS)
WHY = {DeliveryState.AMBIGUOUS: "we do not know whether it arrived", DeliveryState.EXPIRED: "the day had passed"}
WHERE = {"slack": "Slack", "teams": "Teams", "web": "the web page", "mail": "E-mail"}
NUMBER = re.compile(r"[0-9]{1,9}")
AGAIN, DEPUTY, STOP = "send again", "send to deputy", "stop sending"
ON_ITS_WAY = "That message is on its way already. Say not sent in a while to see whether it arrived."
NOT_ANY_MORE = {
    DeliveryState.EXPIRED: "The day had passed before it could be sent, so it is too late. Tell them another way.",
    DeliveryState.SUPERSEDED: "What that message was about has changed since, so there is nothing to send any more.",
}


@dataclass(frozen=True)
class NotDelivered(Notice):
    """To the coordinator: messages about these did not arrive.  To whom is told when asked for."""

    level = Level.L1
    about: tuple[str, ...]


@dataclass(frozen=True)
class Held(Notice):
    """To the coordinator: these were sent, no answer came, and nobody can be asked.  To whom is told when asked for."""

    level = Level.L1
    about: tuple[str, ...]


@dataclass(frozen=True)
class LostMessage:
    number: int
    post: str
    about: str
    why: str


@dataclass(frozen=True)
class NotSent(Notice):
    """Asked for by the coordinator: who did not get what, and why (level L2)."""

    level = Level.L2
    lost: tuple[LostMessage, ...]
    count: int = 0
    at: int = 1
    of: int = 1


@dataclass(frozen=True)
class NotSentTo(Notice):
    """One of them: where it was tried, when and why that failed, and what the coordinator may do (level L2)."""

    level = Level.L2
    lost: LostMessage
    tried: tuple[tuple[str, datetime, str], ...]
    may: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Resent(Notice):
    """What the coordinator decided about one of them: one of the three commands."""

    level = Level.L2
    lost: LostMessage
    how: str


@needs(May.RUN_MEETINGS)
def what_did_not_arrive(ctx: Context, page: str = "") -> NotSent:
    here = paged(deliveries_lost(ctx.session, ctx.actor, ctx.now - LOOK_BACK), page, SHOWN)
    return NotSent(tuple(map(_line, here.items)), here.count, here.at, here.of)


@needs(May.RUN_MEETINGS)
def why_not(ctx: Context, number: str) -> NotSentTo:
    lost = _one(ctx, number)
    tried = tuple(
        (WHERE.get(one.account.platform, one.account.platform), one.at, one.reason)
        for one in tried_in_vain(ctx.session, lost)
    )
    return NotSentTo(_line(lost), tried, tuple(_may(ctx, lost)))


@needs(May.RUN_MEETINGS)
def send_again(ctx: Context, number: str) -> LostMessage:
    """From the beginning: an account that could not be written to may be open again."""
    return _send(ctx, _one(ctx, number), AGAIN)


@needs(May.RUN_MEETINGS)
def send_to_deputy(ctx: Context, number: str) -> LostMessage:
    lost = _one(ctx, number)
    if not _has_deputy(ctx, lost):
        raise Refusal("That post has no deputy. Name one with the line deputy, and then say not sent again.")
    return _send(ctx, lost, DEPUTY, to_deputy=True)


@needs(May.RUN_MEETINGS)
def stop_sending(ctx: Context, number: str) -> LostMessage:
    """They know by now, or need not."""
    lost = _one(ctx, number)
    if lost.state is DeliveryState.CANCELLED:
        raise Refusal("That message has been stopped already.")
    if lost.state not in (*LOST, DeliveryState.PENDING):
        raise Refusal(_why_too_late(lost))
    line = _line(lost)
    lost.state, lost.owner, lost.leased_until = DeliveryState.CANCELLED, None, None
    return _noted(ctx, lost, line, STOP)


def _send(ctx: Context, lost: Delivery, how: str, *, to_deputy: bool = False) -> LostMessage:
    """A new round: what was taken in vain before may be taken once more."""
    if lost.state not in (DeliveryState.FAILED, DeliveryState.AMBIGUOUS, DeliveryState.CANCELLED):
        raise Refusal(_why_too_late(lost))
    line = _line(lost)
    lost.state, lost.due_at, lost.round = DeliveryState.PENDING, ctx.now, lost.round + 1
    lost.attempts, lost.reason, lost.to_deputy = 0, None, to_deputy
    return _noted(ctx, lost, line, how)


def _noted(ctx: Context, lost: Delivery, line: LostMessage, how: str) -> LostMessage:
    note(ctx.session, ctx.now, ctx.actor.account, how, lost.about)
    return line


def _why_too_late(lost: Delivery) -> str:
    if lost.state is DeliveryState.SENT and lost.sent_at:
        return f"That message arrived on {moment_in_words(lost.sent_at)}, so there is nothing to do."
    return NOT_ANY_MORE.get(lost.state, ON_ITS_WAY)


def _one(ctx: Context, number: str) -> Delivery:
    return or_not_found(
        delivery_for(ctx.session, ctx.actor, int(number)) if NUMBER.fullmatch(number) else None,
        "I cannot find that message. Say not sent to see which ones did not arrive.",
    )


def _line(lost: Delivery) -> LostMessage:
    post = lost.post.words if lost.post else "Somebody without a post"
    return LostMessage(lost.id, post, lost.about, lost.reason or WHY.get(lost.state, ""))


def _may(ctx: Context, lost: Delivery) -> Iterator[tuple[str, str]]:
    """At most three, the first for most cases."""
    if lost.state in (DeliveryState.FAILED, DeliveryState.AMBIGUOUS):
        sure = lost.state is DeliveryState.FAILED
        yield "Send it again" if sure else "Send it, even if twice", f"{AGAIN} {lost.id}"
        if _has_deputy(ctx, lost) and not lost.to_deputy:
            yield "Send it to the deputy", f"{DEPUTY} {lost.id}"
    if lost.state in LOST:
        yield "They know already", f"{STOP} {lost.id}"


def _has_deputy(ctx: Context, lost: Delivery) -> bool:
    return lost.post_id is not None and post_is_held(ctx.session, lost.post_id, ctx.today, deputy=True)


def _not_sent(ctx: Context, spoken: Spoken) -> Reply:
    """A number alone is one of them, and not a page."""
    page = spoken.rest.removeprefix("page ")
    listed = spoken.rest == "" or page != spoken.rest
    notice = what_did_not_arrive(ctx, page) if listed else why_not(ctx, spoken.rest)
    return Reply(notice.message(), place=Place.ONLY_YOU)


def _decided(decide: Callable[[Context, str], LostMessage], how: str) -> Callable[[Context, Spoken], Reply]:
    return lambda ctx, spoken: Reply(Resent(decide(ctx, spoken.rest), how).message(), place=Place.ONLY_YOU)


def _write(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    """It may have got through since, or somebody dealt with it."""
    return NotDelivered((delivery.about,)) if anything_undelivered(session, delivery.about, delivery.kind) else None


def _write_held(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    return Held((delivery.about,)) if anything_held(session, delivery.about) else None


def _all_lost(notices: Sequence[NotDelivered]) -> Notice:
    """Of somebody whose account is closed, all that was in their letter of the day."""
    return NotDelivered(_about(notices))


def _all_held(notices: Sequence[Held]) -> Notice:
    """After a restore there may be many at once."""
    return Held(_about(notices))


def _about(notices: Sequence[NotDelivered] | Sequence[Held]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(about for one in notices for about in one.about))


def _row(name: str, about: str, decide: Callable[[Context, str], LostMessage]) -> Command:
    return Command(name, about, _decided(decide, name), needs=May.RUN_MEETINGS, listed=False)


COMMANDS = (
    Command("not sent", "See which messages did not reach people, and why", _not_sent, needs=May.RUN_MEETINGS),
    _row(AGAIN, "Send one of them again", send_again),
    _row(DEPUTY, "Send one of them to the deputy of that post", send_to_deputy),
    _row(STOP, "Take one of them off the list", stop_sending),
)
OWED = (Owed("not_delivered", _write, merged=_all_lost), Owed("held", _write_held, merged=_all_held))
