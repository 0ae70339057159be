"""The two pages by which somebody adds the app to their own Slack (TRUST.md T-14)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from html import escape
from secrets import token_urlsafe

from slack_sdk.oauth import AuthorizeUrlGenerator
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.ports import TryLater, Undeliverable, Unknown
from integrations.about import NAME
from integrations.slack.installations import Installations
from integrations.slack.keeping import STATE_LASTS, tenant_of
from integrations.slack.manifest import INSTALL, INSTALLED, SCOPES
from integrations.slack.platform import NotLetIn, Refused, asked

COOKIE = "mace-slack-install"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address of a page holds Slack's code
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
AGAIN = f'<p><a href="{INSTALL}">Start again</a></p>'
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{heading}</title>
<main><h1>{heading}</h1><p>{text}</p>{more}</main></html>
"""


@dataclass(frozen=True)
class Outcome:
    status: int
    heading: str
    text: str


DONE = Outcome(200, f"{NAME} is in your Slack", f"Open Slack, choose Apps, then {NAME}, and write: help.")
NOT_HERE = Outcome(
    400,
    f"{NAME} is not in your Slack yet",
    "An installation works once, for 10 minutes, in the browser it was begun in. To add the app, start again.",
)
DECLINED = Outcome(
    400,
    f"{NAME} is not in your Slack",
    "In Slack somebody chose not to add the app, or may not add apps. If you want to add it, start again, "
    "or ask whoever looks after your Slack to.",
)
NO_ANSWER = Outcome(503, f"{NAME} is not in your Slack yet", "Slack did not answer. Start again in a few minutes.")
REFUSED = Outcome(
    502,
    f"{NAME} is not in your Slack yet",
    f"Slack did not accept the installation. Start again. If that does not help, tell whoever runs {NAME}: "
    "its log says why.",
)


def _not_let_in(tenant: str) -> Outcome:
    return Outcome(
        403,
        "No panel lets your Slack in yet",
        f"Nothing was kept. Ask whoever runs {NAME} for your panel to let in {tenant}. Then start again.",
    )


class Installing:
    def __init__(self, installations: Installations, slack_url: str, now: Callable[[], datetime]) -> None:
        self.installations, self.kept, self.now = installations, installations.kept, now
        oauth = installations.oauth
        self.is_https, self.back_to = oauth.public_url.startswith("https:"), oauth.public_url.rstrip("/") + INSTALLED
        self.asking = AuthorizeUrlGenerator(
            client_id=oauth.client_id,
            redirect_uri=self.back_to,
            scopes=[*SCOPES],
            authorization_url=f"{slack_url}oauth/v2/authorize",
        )

    @property
    def routes(self) -> list[Route]:
        return [Route(INSTALL, self.begin, methods=["GET"]), Route(INSTALLED, self.end, methods=["GET"])]

    async def begin(self, _request: Request) -> Response:
        """To Slack's own page, with a word that only this browser can bring back."""
        state, browser = token_urlsafe(32), token_urlsafe(32)  # 256 bits each
        await asyncio.to_thread(self.kept.begin, state, browser, self.now())
        answer = RedirectResponse(self.asking.generate(state), 302, HEADERS)
        answer.set_cookie(
            COOKIE,
            browser,
            max_age=int(STATE_LASTS.total_seconds()),
            path=INSTALLED,
            secure=self.is_https,
            httponly=True,
            samesite="lax",  # Slack's page sends people here
        )
        return answer

    async def end(self, request: Request) -> Response:
        state, browser = request.query_params.get("state", ""), request.cookies.get(COOKIE, "")
        if await asyncio.to_thread(self.kept.was_begun, state, browser, self.now()):
            outcome = await self._ended(request.query_params.get("code", ""))
        else:
            outcome = NOT_HERE
        return _page(outcome)

    async def _ended(self, code: str) -> Outcome:
        if not code:
            return DECLINED
        try:
            answer = await self.installations.exchange(code=code, redirect_uri=self.back_to)
        except (Refused, NotLetIn):
            return REFUSED
        except (TryLater, Unknown):
            return NO_ANSWER
        if await asyncio.to_thread(self.kept.install, answer, self.now()):
            return DONE
        with suppress(TryLater, Undeliverable, Unknown):  # a token that we shall not use is of use to nobody else
            await asked(self.installations.client.auth_revoke(token=str(answer["access_token"])))
        return _not_let_in(tenant_of(answer))


def _page(outcome: Outcome) -> Response:
    more = "" if outcome is DONE else AGAIN
    body = PAGE.format(heading=escape(outcome.heading), text=escape(outcome.text), more=more)
    page = HTMLResponse(body, outcome.status, HEADERS)
    page.delete_cookie(COOKIE, path=INSTALLED)
    return page
