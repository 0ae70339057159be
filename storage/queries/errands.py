"""Which errands are to be run now."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.records import Errand


def errands_due(session: Session, kinds: Collection[str], now: datetime, limit: int) -> Sequence[Errand]:
    return session.scalars(
        select(Errand)
        .where(Errand.due_at <= now, Errand.kind.in_(kinds))
        .order_by(Errand.due_at, Errand.about)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
