"""Bolt, which hands what Slack sent to our listeners: our own guard alone verifies, and Bolt logs nothing."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.ports import TryLater, Unknown
from integrations.slack.app import Listeners
from integrations.slack.manifest import COMMAND
from integrations.slack.modals import ANSWER, FORM
from integrations.slack.platform import QUIET, NotLetIn

log = logging.getLogger(__name__)


def bolt_app(listeners: Listeners) -> AsyncApp:
    """Requests are verified by our own guard, before they come here: Bolt's logs what it refuses."""
    client = listeners.answers.client

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

    app = AsyncApp(
        name="mace",  # or Bolt looks through the stack for one
        logger=QUIET,
        process_before_response=True,
        authorize=authorize,
        client=client,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )
    app.command(COMMAND)(listeners.slash)
    app.event("message")(listeners.message)
    app.event("app_mention")(listeners.mention)
    app.event("app_home_opened")(listeners.opened_home)
    app.action(re.compile(r"^say:"))(listeners.pressed)
    app.action(re.compile(r"^go:"))(listeners.gone)
    app.action(ANSWER)(listeners.chosen)
    app.view(FORM)(listeners.submitted)
    app.view_closed(FORM)(listeners.closed)
    app.error(_broken)
    return app


def hear_removals(app: AsyncApp, ended: Callable[..., Awaitable[None]]) -> None:
    """Where workspaces add the app and remove it by themselves."""
    app.event("app_uninstalled")(ended)
    app.event("tokens_revoked")(ended)


async def _broken(error: Exception, body: Mapping[str, Any]) -> BoltResponse:
    """Logged by its kind, never with what was said.  Slack sends an event again that it thinks we did not get."""
    log.error("an answer in Slack was not shown: %s", type(error).__name__)
    again = "event" in body and isinstance(error, TryLater | Unknown) and not isinstance(error, NotLetIn)
    return BoltResponse(status=503 if again else 200, body="")
