"""Messages that did not reach somebody: the coordinator is told, and can ask whom and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.context import Context
from bot.kit.messages import Notice
from bot.permissions import May, needs
from bot.replies import Place, Reply
from bot.tables import Command, Owed, Spoken
from storage.queries.deliveries import deliveries_lost
from storage.records import Delivery, DeliveryState

LOOK_BACK = timedelta(days=14)
SHOWN = 10
WHY = {DeliveryState.AMBIGUOUS: "we do not know whether it arrived", DeliveryState.EXPIRED: "the day had passed"}


@dataclass(frozen=True)
class NotDelivered(Notice):
    """To the coordinator: something did not arrive.  To whom is told when asked for."""

    about: str


@dataclass(frozen=True)
class LostMessage:
    post: str
    about: str
    why: str


@dataclass(frozen=True)
class NotSent(Notice):
    """Asked for by the coordinator: who did not get what, and why (level L2)."""

    lost: tuple[LostMessage, ...]
    more: int


@needs(May.RUN_MEETINGS)
def what_did_not_arrive(ctx: Context) -> NotSent:
    lost = deliveries_lost(ctx.session, ctx.actor, ctx.now - LOOK_BACK)
    lines = tuple(
        LostMessage(one.post.words, one.about, one.reason or WHY.get(one.state, "")) for one in lost if one.post
    )
    return NotSent(lines[:SHOWN], max(len(lines) - SHOWN, 0))


def _not_sent(ctx: Context, _spoken: Spoken) -> Reply:
    return Reply(what_did_not_arrive(ctx).message(), place=Place.ONLY_YOU)


def _write(_session: Session, delivery: Delivery, _now: datetime) -> Notice:
    return NotDelivered(delivery.about)


COMMANDS = (Command("not sent", "See which messages did not reach people, and why", _not_sent, needs=May.RUN_MEETINGS),)
OWED = (Owed("not_delivered", _write),)
