"""What is kept of installations in Slack: each of these is one short transaction."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.audit import note
from storage.database import Sessions
from storage.levels import Classified, Level, unsealed
from storage.queries.slack import claim_renewal, forget_states, installation_in, installations, is_let_in, take_state
from storage.records import SlackInstallation, SlackInstallState, SlackTeam

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)  # how long one process tries to renew a token before another may
STATE_LASTS = timedelta(minutes=10)
Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Voice:
    """What the bot speaks with in one workspace, or in those of one organisation."""

    tenant: str
    installed_at: datetime
    token: str
    refresh_token: str
    expires_at: datetime | None
    renewing: bool

    def lasts(self, until: datetime) -> bool:
        return self.expires_at is None or self.expires_at > until


@dataclass(frozen=True)
class Kept:
    sessions: Sessions

    # --- an installation that is under way ---

    def begin(self, state: str, browser: str, now: datetime) -> None:
        with self.sessions.begin() as session:
            forget_states(session, now - STATE_LASTS)
            session.add(SlackInstallState(hashed=_hashed(state, browser), made_at=now))

    def was_begun(self, state: str, browser: str, now: datetime) -> bool:
        """Here, a moment ago, in this browser; and not again."""
        with self.sessions.begin() as session:
            return take_state(session, _hashed(state, browser), now - STATE_LASTS)

    def install(self, answer: Answer, now: datetime) -> bool:
        """Whether it is from where a panel lets people in; from anywhere else nothing is kept (TRUST.md T-14)."""
        tenant = tenant_of(answer)
        with self.sessions.begin() as session:
            if not is_let_in(session, tenant):
                return False
            made = session.get(SlackInstallation, tenant) or SlackInstallation(tenant=tenant)
            made.enterprise, made.app = _id(answer, "enterprise"), str(answer.get("app_id", ""))
            made.scopes, made.installed_at, made.removed_at = str(answer.get("scope", "")), now, None
            _give(made, answer, now)
            session.add(made)
            note(session, now, None, "install in Slack", tenant[:12])
        return True

    # --- an installation that is there ---

    def voice(self, team: str, enterprise: str, now: datetime) -> Voice | None:
        with self.sessions.begin() as session:
            found = installation_in(session, team, enterprise)
            if found is None:
                return None
            if found.tenant == enterprise != team:
                _learn(session, team, enterprise)
            return _voice(found, now)

    def tenants(self) -> list[str]:
        """Where the app is installed."""
        with self.sessions.begin() as session:
            return [one.tenant for one in installations(session)]

    def claim(self, voice: Voice, now: datetime) -> bool:
        """Only one process may spend the refresh token: Slack takes it once."""
        with self.sessions.begin() as session:
            return claim_renewal(session, voice.tenant, voice.expires_at, now, now + LEASE)

    def renew(self, voice: Voice, answer: Answer, now: datetime) -> Voice | None:
        """None if it was removed or installed anew meanwhile."""
        with self.sessions.begin() as session:
            found = _still(session, voice)
            if found is None:
                return None
            _give(found, answer, now)
            return _voice(found, now)

    def end(self, voice: Voice, now: datetime) -> None:
        with self.sessions.begin() as session:
            if found := _still(session, voice):
                found.token, found.refresh_token, found.expires_at, found.removed_at = None, None, None, now
                note(session, now, None, "removed from Slack", voice.tenant[:12])
                log.warning("the app has been removed from Slack's %s", voice.tenant)


def tenant_of(answer: Answer) -> str:
    """The workspace; or the organisation, if all its workspaces share the installation: Slack names no team then."""
    return _id(answer, "enterprise" if answer.get("is_enterprise_install") else "team")


def _id(answer: Answer, name: str) -> str:
    return str((answer.get(name) or {}).get("id") or "")


def _hashed(state: str, browser: str) -> str:
    return sha256(f"{state} {browser}".encode()).hexdigest()


def _give(made: SlackInstallation, answer: Answer, now: datetime) -> None:
    refresh, seconds = answer.get("refresh_token"), answer.get("expires_in")
    made.token = Classified(str(answer["access_token"]), Level.L5)
    made.refresh_token = Classified(str(refresh), Level.L5) if refresh else None
    made.expires_at = now + timedelta(seconds=int(seconds)) if seconds else None
    made.renewing_until = None


def _still(session: Session, voice: Voice) -> SlackInstallation | None:
    """The installation, while it speaks with this: nobody has removed, renewed or replaced it since."""
    found = session.get(SlackInstallation, voice.tenant, with_for_update=True)
    before = (voice.installed_at, voice.expires_at)
    return found if found and found.token and (found.installed_at, found.expires_at) == before else None


def _voice(found: SlackInstallation, now: datetime) -> Voice | None:
    if found.token is None:
        return None
    return Voice(
        found.tenant,
        found.installed_at,
        token=unsealed(found.token),
        refresh_token=unsealed(found.refresh_token) if found.refresh_token else "",
        expires_at=found.expires_at,
        renewing=found.renewing_until is not None and found.renewing_until > now,
    )


def _learn(session: Session, team: str, enterprise: str) -> None:
    """Somebody else may learn it at the same moment."""
    with suppress(IntegrityError), session.begin_nested():
        session.merge(SlackTeam(team=team, enterprise=enterprise))
