"""Opening a record to another agency at once, and the review that follows (TRUST.md 4.4: it is never blocked)."""

from collections.abc import Iterable
from datetime import timedelta

from bot.context import Context
from bot.features.shares.forms import ShareNow
from bot.kit.errors import NotFound, or_not_found
from bot.kit.references import new_reference
from bot.lifecycles.moving import begun, move
from bot.lifecycles.share import SHARE
from bot.need_to_know import not_close
from bot.outbox import owe
from bot.permissions import May, needs
from bot.sharing import strand_of
from storage.levels import Classified, Level
from storage.queries.actions import action_for
from storage.queries.agreements import agencies_near, posts_of, share_for
from storage.queries.cases import case_behind
from storage.queries.people import coordinators_of
from storage.queries.referrals import referral_for
from storage.records import Disclosure, EmergencyShare, Haste, Post, ShareState, Strand

KEPT_FOR = timedelta(days=28)  # after its review
CANNOT = (
    "I cannot share anything with that reference. Check it: I can share a referral (R-) or an action (A-) of yours."
)


@needs(May.SHARE_NOW)
def share_now(ctx: Context, about: str, form: ShareNow) -> tuple[EmergencyShare, int]:
    """Whatever agreements say.  And how many posts are told."""
    partnership, strand = to_share(ctx, about)
    agency = or_not_found(
        next((one for one in agencies_near(ctx.session, ctx.actor) if str(one.id) == form.agency), None)
    )
    share = ctx.add(
        EmergencyShare(
            reference=new_reference("S"),
            partnership_id=partnership,
            agency=agency,
            about=about,
            state=ShareState.OPEN,
            reason=form.reason.value,
            why=Classified(form.why, Level.L4),
            shared_at=ctx.now,
            **begun(ctx, "share now"),
        )
    )
    _keep(ctx, share, strand)
    return share, _tell(ctx, share)


@needs(May.SHARE_NOW)
def to_share(ctx: Context, about: str) -> tuple[int, Strand]:
    """Whose it is and what it is about, if it is theirs to share: the coordinator's, the owner's, the author's."""
    if action := action_for(ctx.session, ctx.actor, about):
        return action.partnership_id, strand_of(action.item)
    if referral := referral_for(ctx.session, ctx.actor, about):
        return referral.partnership_id, Strand.CHILD
    raise NotFound(CANNOT)


def _keep(ctx: Context, share: EmergencyShare, strand: Strand) -> None:
    ctx.add(
        Disclosure(
            partnership_id=share.partnership_id,
            agency_id=share.agency_id,
            about=share.about,
            part=0,
            strand=strand,
            level=Level.L4,
            share_id=share.id,
            person_id=ctx.actor.person_id,
            at=ctx.now,
        )
    )


def _tell(ctx: Context, share: EmergencyShare) -> int:
    """At once, whatever the hour: the agency, and the coordinator unless it was they who shared it."""
    posts = posts_of(ctx.session, share.agency_id, share.partnership_id)
    runs = [one for one in coordinators_of(ctx.session, share.partnership_id) if one.id not in ctx.actor.post_ids]
    _owe(ctx, share, "shared_with_you", posts)
    _owe(ctx, share, "share_made", runs)
    return len(posts)


def _owe(ctx: Context, share: EmergencyShare, kind: str, posts: Iterable[Post]) -> None:
    for post in posts:
        about, version = share.reference, share.version
        owe(ctx.session, kind, post, about=about, version=version, at=ctx.now, haste=Haste.URGENT)


@needs(May.REVIEW_SHARES)
def review(ctx: Context, reference: str, seen: int | None) -> EmergencyShare:
    share = visible(ctx, reference)
    move(ctx, SHARE, share, "review", seen, open_until=ctx.today + KEPT_FOR)
    return share


@needs(May.REVIEW_SHARES)
def end_share(ctx: Context, reference: str, seen: int | None) -> EmergencyShare:
    share = visible(ctx, reference)
    move(ctx, SHARE, share, "end", seen, open_until=None)
    return share


def visible(ctx: Context, reference: str) -> EmergencyShare:
    share = or_not_found(share_for(ctx.session, ctx.actor, reference))
    not_close(ctx, case_behind(ctx.session, share.about))
    return share
