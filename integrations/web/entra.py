"""Signing in to one's pages with a Microsoft account: OpenID Connect with PKCE, by Authlib (TRUST.md 10.1.2)."""

import logging
import re
from dataclasses import dataclass, field

from authlib.integrations.starlette_client import OAuth
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.features.pages import PATH
from bot.reading import IMPORTS, WHO
from bot.replies import Sender
from integrations.web.pages import LINES, REFERENCE, Pages
from integrations.web.turns import Visitor
from integrations.web.visits import SignedIn, sign_in

log = logging.getLogger(__name__)

OPENID_URL = "https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration"
WAIT = 10  # seconds
START, BACK = f"{PATH}/microsoft", f"{PATH}/microsoft/back"
OF_ONE = rf"({PATH}/read|{WHO}|{IMPORTS})/{REFERENCE.pattern}"
WHERE = re.compile("|".join((PATH, *LINES, f"{PATH}/talk", rf"{PATH}/post/\d{{1,9}}", IMPORTS, OF_ONE)), re.ASCII)
NOT_SIGNED_IN = "Microsoft did not sign you in. Try again, or ask the bot for a link."


@dataclass(frozen=True)
class Access:
    """Our registration in Entra, and the one tenant whose people sign in."""

    app_id: str
    secret: str = field(repr=False)
    tenant: str
    address: str
    openid_url: str = ""


class Entra:
    """A person is who the tenant says by object id: the same account as in Teams, and never an e-mail address."""

    def __init__(self, access: Access, pages: Pages) -> None:
        self.access, self.pages = access, pages
        self.client = OAuth().register(
            "entra",
            client_id=access.app_id,
            client_secret=access.secret,
            server_metadata_url=access.openid_url or OPENID_URL.format(tenant=access.tenant),
            client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": WAIT},
        )

    def routes(self) -> list[BaseRoute]:
        return [Route(START, self.start), Route(BACK, self.back)]

    async def start(self, request: Request) -> Response:
        to = request.query_params.get("to", "")
        request.session["to"] = to if WHERE.fullmatch(to) else PATH
        try:
            sent: Response = await self.client.authorize_redirect(request, self.access.address + BACK)
        except Exception as failed:
            log.error("Microsoft's sign-in could not be reached: %s", type(failed).__name__)
            return self.pages.sign_in_page(request, NOT_SIGNED_IN)
        return sent

    async def back(self, request: Request) -> Response:
        """Authlib checks state, nonce, signature, issuer, audience and times; the tenant is ours to check."""
        to = str(request.session.pop("to", PATH))
        try:
            token = await self.client.authorize_access_token(request)
        except Exception as refused:  # of many kinds; what they say may hold a token
            log.warning("a sign-in by Microsoft was refused: %s", type(refused).__name__)
            return self.pages.sign_in_page(request, NOT_SIGNED_IN)
        match token.get("userinfo"):
            case {"tid": self.access.tenant, "oid": str(user)} if user:
                who = Sender("teams", self.access.tenant, user)
                return self.pages.entered(SignedIn(sign_in(Visitor(self.pages.sessions, who, self.pages.now())), to))
        log.warning("a sign-in by Microsoft was refused: not of the tenant")
        return self.pages.sign_in_page(request, NOT_SIGNED_IN)
