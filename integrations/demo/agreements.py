"""The demo's register of sharing agreements: with almost everybody on the Camden panel."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.kit.references import new_reference
from bot.kit.worktime import local_day
from storage.records import Agency, Agreement, AgreementState, Direction, Partnership, Post, Purpose, Strand

NO_AGREEMENT = ("Camden Council", "Camden Housing", "Streetwise charity")  # the first needs none: it runs the panel
SOON = "Hollow Oak School"


def seed_agreements(session: Session, camden: Partnership, now: datetime) -> None:
    """With everybody on the panel but two; the school's is to be reviewed soon."""
    today = local_day(now)
    there = select(Post.agency_id).where(Post.partnership_id == camden.id)
    for agency in session.scalars(select(Agency).where(Agency.id.in_(there)).order_by(Agency.name)):
        if agency.name not in NO_AGREEMENT:
            review_in = timedelta(days=25 if agency.name == SOON else 200)
            session.add(_agreement(camden, agency, today - timedelta(days=165), today + review_in, now))


def _agreement(camden: Partnership, agency: Agency, starts_on: date, review_on: date, now: datetime) -> Agreement:
    return Agreement(
        reference=new_reference("G"),
        partnership=camden,
        agency=agency,
        state=AgreementState.IN_FORCE,
        purposes=[one.value for one in Purpose],
        strands=[one.value for one in Strand],
        highest=4,
        direction=Direction.BOTH,
        basis="Public task, as its section 3 says",
        starts_on=starts_on,
        review_on=review_on,
        signed_by="The directors of both",
        document="Records number 2025/118",
        changed_at=now,
        changed_how="add",
    )
