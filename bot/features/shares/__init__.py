"""Sharing at once, when a child may come to serious harm: never blocked, always recorded, and reviewed afterwards."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.context import Context
from bot.features.shares.forms import ShareNow
from bot.features.shares.notices import SharedNow, SharedWithYou, ShareStands, ShareWaits
from bot.features.shares.reading import still
from bot.features.shares.steps import end_share, review, share_now, to_share, visible
from bot.kit.errors import Conflict
from bot.kit.messages import Notice
from bot.kit.worktime import is_working_day, local_day
from bot.lifecycles.share import SHARE
from bot.outbox import each_alone, owe
from bot.permissions import May
from bot.replies import Opening, Place, Reply, Subject
from bot.tables import Command, Guided, Job, Owed, Spoken
from storage.queries.agreements import share_named, shares_to_review
from storage.queries.people import coordinators_of
from storage.records import Delivery, EmergencyShare, ShareState

REVIEWED_AFTER = timedelta(hours=24)


def _share(ctx: Context, spoken: Spoken) -> Opening:
    to_share(ctx, spoken.reference)
    return Opening(ShareNow, about=Subject(spoken.reference))


def _shared(ctx: Context, form: ShareNow, about: Subject) -> Reply:
    share, told = share_now(ctx, about.reference, form)
    contact = share.partnership.contact
    return Reply(SharedNow(share.about, share.agency.name, told, contact).message(), place=Place.INSTEAD)


def _stands(share: EmergencyShare) -> Reply:
    words = SHARE.table.words[share.state]
    contact = share.partnership.contact
    notice = ShareStands(
        share.reference, share.about, share.agency.name, words, share.open_until, still(share), contact
    )
    return Reply(notice.message(), place=Place.INSTEAD)


def _step(
    step: Callable[[Context, str, int | None], EmergencyShare],
) -> Callable[[Context, Spoken], Reply]:
    def run(ctx: Context, spoken: Spoken) -> Reply:
        try:
            return _stands(step(ctx, spoken.reference, spoken.seen))
        except Conflict:
            return _stands(visible(ctx, spoken.reference))

    return run


# --- what is owed -----------------------------------------------------------------------------------------------------


def chase_reviews(session: Session, now: datetime) -> None:
    """A day after it was shared, and then each working day until somebody has reviewed it."""
    if is_working_day(local_day(now)):
        waiting = shares_to_review(session, now - REVIEWED_AFTER)
        each_alone(session, waiting, lambda reference: _chase(session, reference, now))


def _chase(session: Session, reference: str, now: datetime) -> None:
    share = share_named(session, reference)
    once = local_day(now).isoformat()
    for post in coordinators_of(session, share.partnership_id) if share else ():
        owe(session, "share_waits", post, about=reference, version=1, at=now, once=once)


def _write_waits(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    share = share_named(session, delivery.about)
    if share is None or share.state is not ShareState.OPEN:
        return None
    return ShareWaits(share.reference, share.version, share.partnership.name, share.about, share.shared_at)


def _write_with_you(session: Session, delivery: Delivery, _now: datetime) -> Notice | None:
    share = share_named(session, delivery.about)
    if share is None or share.state is ShareState.ENDED:
        return None
    return SharedWithYou(share.about, share.partnership.name, share.partnership.contact)


SHARES = May.REVIEW_SHARES

COMMANDS = (
    Command("share now", "Share something at once, in an emergency", _share, needs=May.SHARE_NOW, takes="R-7K2F9"),
    Command(
        "reviewed",
        "Say that you have reviewed an emergency share",
        _step(review),
        needs=SHARES,
        takes="S-7K2F9",
        listed=False,
    ),
    Command("end share", "End an emergency share", _step(end_share), needs=SHARES, takes="S-7K2F9", listed=False),
)
FORMS = (Guided(ShareNow, _shared),)
OWED = (
    Owed("shared_with_you", _write_with_you, waits=False),
    Owed("share_made", _write_waits, waits=False),
    Owed("share_waits", _write_waits),
)
JOBS = (Job("chase reviews of emergency shares", chase_reviews),)
