"""An emergency share with what made it urgent: for the coordinator who reviews it, on a signed-in page only."""

from bot.audit import reader, reveal
from bot.context import Context
from bot.features.shares.forms import Reason
from bot.features.shares.notices import SharePage
from bot.features.shares.steps import visible
from bot.lifecycles.share import SHARE
from bot.permissions import May, needs
from storage.records import EmergencyShare, ShareState


@needs(May.REVIEW_SHARES)
def read_share(ctx: Context, reference: str) -> SharePage:
    share = visible(ctx, reference)
    return SharePage(
        reference=reference,
        borough=share.partnership.name,
        about=share.about,
        agency=share.agency.name,
        state=SHARE.table.words[share.state],
        reason=Reason(share.reason).label,
        why=reveal(ctx, share.why, "reviewing an emergency share", reference),
        shared_at=share.shared_at,
        open_until=share.open_until,
        may=still(share),
        reader=reader(ctx, reference),
        at=ctx.now,
    )


def still(share: EmergencyShare) -> tuple[tuple[str, str], ...]:
    """The buttons that work in this state, drawn at this version."""
    at = f"{share.reference} @{share.version}"
    review_it, end_it = ("Reviewed, keep it open", f"reviewed {at}"), ("End it", f"end share {at}")
    return {ShareState.OPEN: (review_it, end_it), ShareState.KEPT: (end_it,)}.get(share.state, ())
