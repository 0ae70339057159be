"""The Slack channel for many workspaces: each adds the app by itself, and is answered with its own token."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.routing import BaseRoute

from bot.ports import Undeliverable
from integrations.slack.bolt import hear_removals
from integrations.slack.channel import door
from integrations.slack.installations import Installations, Oauth
from integrations.slack.keeping import Kept
from integrations.slack.oauth import Installing
from integrations.slack.platform import OFFICIAL, web_client
from integrations.slack.workspaces import SENT_WITHIN, Workspace, Workspaces, lines_to_slack
from storage.database import Sessions

log = logging.getLogger(__name__)


class ManySlacks:
    def __init__(
        self,
        sessions: Sessions,
        signing_secret: str,
        oauth: Oauth,
        now: Callable[[], datetime],
        api_url: str = OFFICIAL,
    ) -> None:
        self.sessions, self.signing_secret, self.now, self.api_url = sessions, signing_secret, now, api_url
        self.installations = Installations(Kept(sessions), web_client("", api_url, SENT_WITHIN), oauth, now)
        self.platform = Workspaces(self.installations, self.workspace)

    def workspace(self) -> Workspace:
        made = Workspace(self.sessions, self.now, self.api_url)
        hear_removals(made.app, self.installations.ended)
        return made

    @property
    def routes(self) -> list[BaseRoute]:
        installing = Installing(self.installations, self.api_url.removesuffix("api/"), self.now)
        return [door(self.signing_secret, self.now, self._answer), *installing.routes]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        async with lines_to_slack() as lines:
            self.platform.use(lines)
            yield

    async def _answer(self, heard: AsyncBoltRequest) -> BoltResponse:
        """Bolt knows where Slack puts the workspace; of a shared channel, it is the one the app is installed in."""
        team, enterprise = (_word(one) for one in (heard.context.team_id, heard.context.enterprise_id))
        try:
            workspace = await self.platform.at(team, enterprise)
        except Undeliverable:
            log.warning("Slack sent something from a workspace that the app is not installed in")
            return BoltResponse(status=200, body="")
        return await workspace.app.async_dispatch(heard)


def _word(found: object) -> str:
    return found if isinstance(found, str) else ""
