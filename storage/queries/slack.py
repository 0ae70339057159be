"""Which installation speaks in a Slack workspace, who may renew its token, and which installation was begun here."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.records import SlackInstallation, SlackInstallState, SlackTeam, Workspace


def installation_in(session: Session, team: str, enterprise: str) -> SlackInstallation | None:
    """The workspace's own, or else its organisation's."""
    return next((one for one in _installations(session, team, enterprise) if one.token), None)


def _installations(session: Session, team: str, enterprise: str) -> Iterator[SlackInstallation]:
    known = session.get(SlackTeam, team)
    for tenant in (team, enterprise, known.enterprise if known else ""):
        if found := session.get(SlackInstallation, tenant):
            yield found


def installations(session: Session) -> Sequence[SlackInstallation]:
    """Those that have not ended."""
    return session.scalars(
        select(SlackInstallation).where(SlackInstallation.token.is_not(None)).order_by(SlackInstallation.tenant)
    ).all()


def is_let_in(session: Session, tenant: str) -> bool:
    return session.get(Workspace, ("slack", tenant)) is not None


def claim_renewal(session: Session, tenant: str, seen: datetime | None, now: datetime, until: datetime) -> bool:
    """Whether the refresh token is ours to spend: nobody else is at it, and nobody has renewed since we looked."""
    free = SlackInstallation.renewing_until.is_(None) | (SlackInstallation.renewing_until <= now)
    ours = update(SlackInstallation).where(
        SlackInstallation.tenant == tenant, SlackInstallation.expires_at == seen, SlackInstallation.token.is_not(None)
    )
    claimed = ours.where(free).values(renewing_until=until).returning(SlackInstallation.tenant)
    return session.scalar(claimed) is not None


def take_state(session: Session, hashed: str, since: datetime) -> bool:
    """Whether it was begun since then, and not ended yet."""
    ended = delete(SlackInstallState).where(SlackInstallState.hashed == hashed, SlackInstallState.made_at > since)
    return session.scalar(ended.returning(SlackInstallState.hashed)) is not None


def forget_states(session: Session, before: datetime) -> None:
    session.execute(delete(SlackInstallState).where(SlackInstallState.made_at <= before))
