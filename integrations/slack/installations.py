"""Which token the bot speaks with in which workspace, renewed before it runs out (TRUST.md T-12)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import TryLater, Undeliverable, Unknown
from integrations.slack.keeping import Kept, Voice
from integrations.slack.platform import REMOVED, REVOKED, NotLetIn, asked

EARLY = timedelta(hours=2)  # as Slack's own SDK: a renewal that fails does no harm while the old token lasts
LOOKS, PAUSE = 5, 0.2  # seconds: at what another process gets, once the old token has run out


@dataclass(frozen=True)
class Oauth:
    """What Slack knows the app by, and the address that it sends people back to."""

    client_id: str
    client_secret: str
    public_url: str


@dataclass(frozen=True)
class Installations:
    kept: Kept
    client: AsyncWebClient  # with no token of its own
    oauth: Oauth
    now: Callable[[], datetime]

    async def voice(self, team: str, enterprise: str = "") -> Voice:
        """In a workspace; or Undeliverable, or TryLater."""
        for _ in range(LOOKS):
            voice = await asyncio.to_thread(self.kept.voice, team, enterprise, self.now())
            if voice is None:
                raise Undeliverable(REMOVED)
            if voice.lasts(self.now() if voice.renewing else self.now() + EARLY):
                return voice
            if await asyncio.to_thread(self.kept.claim, voice, self.now()):
                return await self._renewed(voice)
            await asyncio.sleep(PAUSE)
        raise TryLater

    async def exchange(self, **given: str) -> dict[str, Any]:
        """A code, or a refresh token, for a token."""
        secret = {"client_id": self.oauth.client_id, "client_secret": self.oauth.client_secret}
        return await asked(self.client.oauth_v2_access(**secret, **given))

    async def _renewed(self, old: Voice) -> Voice:
        """No transaction is open meanwhile: the claim is a lease."""
        try:
            answer = await self.exchange(grant_type="refresh_token", refresh_token=old.refresh_token)
        except (TryLater, Undeliverable, Unknown) as failed:
            return await self._not_renewed(old, failed)
        voice = await asyncio.to_thread(self.kept.renew, old, answer, self.now())
        return voice or await self.voice(old.tenant)

    async def _not_renewed(self, old: Voice, failed: Exception) -> Voice:
        """Asked again when the lease has run out.  Nothing was sent yet, so not knowing is no reason to look for it."""
        if old.lasts(self.now()):
            return old
        if _has_ended(failed):
            await asyncio.to_thread(self.kept.end, old, self.now())
        raise TryLater if isinstance(failed, Unknown) else failed

    async def ended(self, context: AsyncBoltContext) -> None:
        """Slack says so late, and perhaps of an earlier installation (slackapi/bolt-js 1558): the token knows."""
        for tenant in filter(None, (context.team_id, context.enterprise_id)):
            await self.check(tenant)

    async def check(self, tenant: str) -> None:
        voice = await asyncio.to_thread(self.kept.voice, tenant, "", self.now())
        if voice is None:
            return
        try:
            voice = await self.voice(tenant)
            await asked(self.client.auth_test(token=voice.token))
        except (Undeliverable, NotLetIn) as gone:
            if _has_ended(gone):
                await asyncio.to_thread(self.kept.end, voice, self.now())


def _has_ended(failed: Exception) -> bool:
    """For this workspace, by Slack's answer about its own token."""
    return failed.code in REVOKED if isinstance(failed, NotLetIn) else str(failed) == REMOVED
