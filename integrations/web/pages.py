"""People's own pages, where names may be read: signed in to, read, acted on as in chat, and printed."""

import re
from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.conversation import hear
from bot.features.cases.reading import SECONDS
from bot.features.pages import PATH
from bot.kit.messages import Message
from bot.reading import WHO
from bot.replies import Line
from integrations.web.drawing import drawn
from integrations.web.fields import number
from integrations.web.guard import Fields, check_origin, read_form
from integrations.web.saying import filled_in, said
from integrations.web.showing import own_conversation, reply_to
from integrations.web.turns import Visitor, take_back
from integrations.web.visits import IDLE, LONGEST, SignedIn, sign_out, use_link, visitor_with
from storage.database import Sessions

LINES = {
    f"{PATH}/actions": "action list",
    f"{PATH}/flags": "flag list",
    f"{PATH}/blockages": "blockage list",
    f"{PATH}/access": "access log",
    f"{PATH}/post": "handover pack",
}
REFERENCE = re.compile(r"[A-Z]-[2-9A-Z]{5}")
OLD_LINK = "That link has been used or is too old. Ask the bot for a new one."
SIGNED_OUT = "You are signed out."


@dataclass(frozen=True)
class Sheet:
    """A message that is a page: it is in no conversation, so that no button replies to it."""

    message: Message
    id: int = 0


@dataclass(frozen=True)
class Pages:
    """`secure`: people reach us by https.  `made_up`: the demo's people and data.  `microsoft`: there is a sign-in by
    Entra.
    """

    sessions: Sessions
    now: Callable[[], datetime]
    secure: bool
    made_up: bool = False
    microsoft: bool = False

    @property
    def cookie(self) -> str:
        """Browsers hold the first name to its promise: from this host alone, by https alone."""
        return "__Host-mace" if self.secure else "mace-pages"

    def routes(self) -> list[BaseRoute]:
        return [
            Route(PATH, self.read),
            *(Route(path, self.read) for path in LINES),
            Route(f"{PATH}/post/{{number}}", self.read),
            Route(f"{PATH}/read/{{reference}}", self.read),
            Route(f"{WHO}/{{reference}}", self.who),
            Route(f"{PATH}/talk", self.talk),
            Route(f"{PATH}/say", self.say, methods=["POST"]),
            Route(f"{PATH}/form/{{dialogue_id}}", self.form, methods=["POST"]),
            Route(f"{PATH}/delete", self.delete, methods=["POST"]),
            Route(f"{PATH}/in/{{token}}", self.link),
            Route(f"{PATH}/in/{{token}}", self.enter, methods=["POST"]),
            Route(f"{PATH}/out", self.leave, methods=["POST"]),
        ]

    # --- reading ---

    def read(self, request: Request) -> Response:
        """What the same line would answer in chat, if names could be read there."""
        visitor = self.visitor(request)
        if visitor is None:
            return self.sign_in_page(request)
        line = Line(_line(request), private=True, typed=False, signed_in=True)
        message = hear(visitor.sessions, visitor.sender, line, visitor.now).message
        assert message  # noqa: S101 -- none of these lines opens a form
        return self.sheet(request, message)

    def who(self, request: Request) -> Response:
        """A name stands there for a minute, whoever looks at the screen after that (TRUST.md 4.2)."""
        response = self.read(request)
        response.headers["Refresh"] = f"{SECONDS}; url={PATH}"
        return response

    def talk(self, request: Request) -> Response:
        visitor = self.visitor(request)
        if visitor is None:
            return self.sign_in_page(request)
        shown = own_conversation(visitor)
        replying_to = reply_to(shown, number(request.query_params.get("reply")))
        return self.signed(request, "signed_talk.html", shown=shown, replying_to=replying_to)

    # --- doing, as in chat ---

    async def say(self, request: Request) -> Response:
        return _see(f"{PATH}/talk#m{await to_thread(said, *await self.visit(request))}")

    async def form(self, request: Request) -> Response:
        visitor, fields = await self.visit(request)
        return _see(f"{PATH}/talk#m{await to_thread(filled_in, visitor, request.path_params['dialogue_id'], fields)}")

    async def delete(self, request: Request) -> Response:
        visitor, fields = await self.visit(request)
        line = number(fields.get("id"))
        await to_thread(take_back, visitor, line)
        return _see(f"{PATH}/talk#m{line}")

    # --- coming and going ---

    def link(self, request: Request) -> Response:
        """A page with a button, whatever the link: what scans mail or previews links must not use it up (T-45)."""
        return self.draw(request, "use_link.html")

    async def enter(self, request: Request) -> Response:
        check_origin(request)
        used = await to_thread(use_link, self.sessions, request.path_params["token"], self.now())
        return self.entered(used) if used else self.sign_in_page(request, OLD_LINK)

    def entered(self, signed_in: SignedIn) -> Response:
        response = _see(signed_in.path)
        most = int(LONGEST.total_seconds())
        response.set_cookie(
            self.cookie, signed_in.cookie, max_age=most, secure=self.secure, httponly=True, samesite="lax"
        )
        return response

    async def leave(self, request: Request) -> Response:
        await self.visit(request)
        await to_thread(sign_out, self.sessions, self._cookie(request), self.now())
        response = self.sign_in_page(request, SIGNED_OUT, status=200)
        response.delete_cookie(self.cookie, secure=self.secure, httponly=True, samesite="lax")
        if self.secure:  # in the demo it would forget who one is in chat, too
            response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    def sign_in_page(self, request: Request, gone: str = "", status: int = 401) -> HTMLResponse:
        to = request.url.path if request.method == "GET" else PATH
        return self.draw(request, "sign_in.html", status, gone=gone, to=to, microsoft=self.microsoft)

    # --- who it is, and what is drawn for them ---

    def _cookie(self, request: Request) -> str:
        return request.cookies.get(self.cookie, "")

    def visitor(self, request: Request) -> Visitor | None:
        cookie = self._cookie(request)
        return visitor_with(self.sessions, cookie, self.now()) if cookie else None

    async def visit(self, request: Request) -> tuple[Visitor, Fields]:
        fields = await read_form(request, self.token(request))
        return await to_thread(self.visitor_or_out, request), fields

    def visitor_or_out(self, request: Request) -> Visitor:
        visitor = self.visitor(request)
        if visitor is None:
            raise HTTPException(401, "You are signed out, so nothing was done. Ask the bot for a new link: pages.")
        return visitor

    def token(self, request: Request) -> str:
        """What a form of this browser's pages carries: only who holds the cookie can know it."""
        return sha256(f"form {self._cookie(request)}".encode()).hexdigest()

    def signed(self, request: Request, template: str, status: int = 200, **more: Any) -> HTMLResponse:
        return self.draw(request, template, status, signed_in=True, idle=int(IDLE.total_seconds()), **more)

    def sheet(self, request: Request, message: Message) -> HTMLResponse:
        return self.signed(request, "signed_page.html", one=Sheet(message), level=1)

    def draw(self, request: Request, template: str, status: int = 200, **more: Any) -> HTMLResponse:
        return drawn(
            template,
            status,
            **{"signed_in": False} | more,
            at=PATH,
            talk=f"{PATH}/talk",
            made_up=self.made_up,
            me=None,
            token=self.token(request),
            path=request.url.path.rstrip("/"),
        )


def _line(request: Request) -> str:
    reference = request.path_params.get("reference", "")
    if reference and not REFERENCE.fullmatch(reference):
        raise HTTPException(404)
    if reference:
        return f"{'who' if request.url.path.startswith(WHO) else 'read'} {reference}"
    if number := request.path_params.get("number"):
        return f"handover pack {number}"
    return LINES.get(request.url.path.rstrip("/"), "pages")


def _see(where: str) -> RedirectResponse:
    return RedirectResponse(where, 303)
