"""Taking details out of chat again when their time is up, and the list of those that could not be (TRUST.md 4.3)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.audit import note, reveal
from bot.context import Context
from bot.kit.errors import or_not_found
from bot.kit.messages import Notice
from bot.permissions import May, needs
from bot.posted import take_away
from bot.replies import Place, Reply
from bot.tables import Command, Job, Owed, Spoken
from storage.levels import Level
from storage.queries.posted import left_in, posted_due
from storage.records import Delivery, Posted, PostedState, Role

SHOWN = 5
NUMBER = re.compile(r"[0-9]{1,9}")
AGAIN, BY_HAND = "remove again", "removed by hand"
WHERE = {"slack": "Slack", "teams": "Teams", "web": "the web page"}


@dataclass(frozen=True)
class NotRemoved(Notice):
    """To the coordinator: details still stand in somebody's chat.  In whose is told when asked for."""

    level = Level.L1
    count: int


@dataclass(frozen=True)
class LeftMessage:
    number: int
    where: str
    whose: str
    at: datetime
    about: str
    why: str


@dataclass(frozen=True)
class MessagesLeft(Notice):
    """Asked for by the coordinator: what could not be taken away, and what to do by hand."""

    level = Level.L2
    left: tuple[LeftMessage, ...]
    more: int


@dataclass(frozen=True)
class LeftSettled(Notice):
    """What the coordinator decided about one of them: one of the two commands."""

    level = Level.L2
    left: LeftMessage
    how: str


@needs(May.RUN_MEETINGS)
def what_is_left(ctx: Context) -> MessagesLeft:
    left = left_in(ctx.session, ctx.actor.where(Role.COORDINATOR))
    return MessagesLeft(tuple(_line(ctx, one) for one in left[:SHOWN]), max(len(left) - SHOWN, 0))


@needs(May.RUN_MEETINGS)
def remove_again(ctx: Context, number: str) -> LeftMessage:
    left = _one(ctx, number)
    line = _line(ctx, left)
    take_away(ctx.session, left, ctx.now)
    return line


@needs(May.RUN_MEETINGS)
def removed_by_hand(ctx: Context, number: str) -> LeftMessage:
    left = _one(ctx, number)
    left.state, left.ended_at = PostedState.BY_HAND, ctx.now
    note(ctx.session, ctx.now, ctx.actor.account, BY_HAND, left.about[:8])
    return _line(ctx, left)


def _one(ctx: Context, number: str) -> Posted:
    wanted = int(number) if NUMBER.fullmatch(number) else 0
    return or_not_found(
        next((one for one in left_in(ctx.session, ctx.actor.where(Role.COORDINATOR)) if one.id == wanted), None),
        "I cannot find that message. Say not removed to see which ones still stand in chat.",
    )


def _line(ctx: Context, left: Posted) -> LeftMessage:
    account = left.account
    where, about = WHERE.get(account.platform, account.platform), ", ".join(left.about.split())
    return LeftMessage(left.id, where, _name(ctx, left), left.at, about, left.reason or "")


def _name(ctx: Context, left: Posted) -> str:
    """They may have left: their post would say nothing."""
    person = left.account.person
    if person is None:
        return "Somebody we do not know"
    name: str = reveal(ctx, person.name, "finding a message that was not removed", left.about[:8])
    return name


def take_away_due(session: Session, now: datetime) -> None:
    for row in posted_due(session, now):
        take_away(session, row, now)


def _not_removed(ctx: Context, _spoken: Spoken) -> Reply:
    return Reply(what_is_left(ctx).message(), place=Place.ONLY_YOU)


def _decided(decide: Callable[[Context, str], LeftMessage], how: str) -> Callable[[Context, Spoken], Reply]:
    return lambda ctx, spoken: Reply(LeftSettled(decide(ctx, spoken.rest), how).message(), place=Place.ONLY_YOU)


def _write(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    left = left_in(session, {delivery.post.partnership_id}) if delivery.post else ()
    return NotRemoved(len(left)) if left else None


def _together(notices: Sequence[NotRemoved]) -> Notice:
    return NotRemoved(max(one.count for one in notices))


def _row(name: str, about: str, decide: Callable[[Context, str], LeftMessage]) -> Command:
    return Command(name, about, _decided(decide, name), needs=May.RUN_MEETINGS, listed=False)


COMMANDS = (
    Command("not removed", "See which details could not be taken out of chat", _not_removed, needs=May.RUN_MEETINGS),
    _row(AGAIN, "Try again to take one of them away", remove_again),
    _row(BY_HAND, "Say that one of them was removed by hand", removed_by_hand),
)
OWED = (Owed("not_removed", _write, merged=_together),)
JOBS = (Job("take details out of chat", take_away_due),)
