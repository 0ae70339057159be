"""The page on which a coordinator hands in a tracker, decides what its columns mean, and imports it."""

from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import sha256
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.intake import AtThePage, Draft
from bot.kit.errors import NotAllowed, NotFound, Refusal
from bot.kit.references import find_reference
from bot.reading import IMPORTS
from integrations.guard import whole_body
from integrations.spreadsheets.intake import LARGEST, TOO_LARGE, read_sheets
from integrations.web.fields import number
from integrations.web.guard import Fields, check_origin, check_token
from integrations.web.pages import Pages
from integrations.web.turns import Visitor

R = TypeVar("R")
AROUND = 64 * 1024  # bytes of a form beside the file
NO_FILE = "Choose a file first: the tracker, as .xlsx or .csv."


@dataclass(frozen=True)
class Importing:
    pages: Pages

    def routes(self) -> list[BaseRoute]:
        return [
            Route(IMPORTS, self.all),
            Route(IMPORTS, self.take, methods=["POST"]),
            Route(f"{IMPORTS}/{{reference}}", self.one),
            Route(f"{IMPORTS}/{{reference}}", self.decide, methods=["POST"]),
        ]

    def all(self, request: Request) -> Response:
        visitor = self.pages.visitor(request)
        return self._all(request, visitor) if visitor else self.pages.sign_in_page(request)

    def _all(self, request: Request, visitor: Visitor, problem: str = "") -> Response:
        told = _told(_at(visitor).trackers)
        return self.pages.signed(request, "import.html", _status(problem), told=told, problem=problem)

    async def take(self, request: Request) -> Response:
        """Who may is asked before anything is read; the size is counted meanwhile, and nothing touches a disk."""
        check_origin(request)
        visitor = await to_thread(self.pages.visitor_or_out, request)
        await to_thread(_told, _at(visitor).trackers)
        body = await whole_body(request.receive, LARGEST + AROUND)
        if body is None:
            raise HTTPException(413, TOO_LARGE)
        fields, name, data = await to_thread(_parts, request.headers.get("Content-Type", ""), body)
        check_token(fields, self.pages.token(request))
        return await to_thread(self._taken, request, visitor, number(fields.get("borough")), name, data)

    def _taken(self, request: Request, visitor: Visitor, borough: int, name: str, data: bytes) -> Response:
        try:
            if not data:
                raise Refusal(NO_FILE)
            sheets = read_sheets(data, name)
            reference = _at(visitor).hand_in(borough, sheets, sha256(data).hexdigest())
        except Refusal as refusal:
            return self._all(request, visitor, str(refusal))
        return RedirectResponse(f"{IMPORTS}/{reference}", 303)

    def one(self, request: Request) -> Response:
        visitor = self.pages.visitor(request)
        return self._one(request, visitor) if visitor else self.pages.sign_in_page(request)

    def _one(self, request: Request, visitor: Visitor, problem: str = "") -> Response:
        reference = _reference(request)
        seen = _told(lambda: _at(visitor).look_at(reference))
        if isinstance(seen, Draft):
            return self.pages.signed(request, "import_one.html", _status(problem), draft=seen, problem=problem)
        return self.pages.sheet(request, seen)

    async def decide(self, request: Request) -> Response:
        visitor, fields = await self.pages.visit(request)
        return await to_thread(self._decided, request, visitor, fields)

    def _decided(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        reference, go = _reference(request), fields.get("do") == "import"
        named = zip(fields.getlist("name"), fields.getlist("post"), strict=False)
        owners = {name: number(post) for name, post in named if number(post)}
        try:
            _at(visitor).decide(reference, fields.getlist("column"), owners, fields.get("due_on", ""), go=go)
        except Refusal as refusal:
            return self._one(request, visitor, str(refusal))
        return RedirectResponse(f"{IMPORTS}/{reference}", 303)


def _at(visitor: Visitor) -> AtThePage:
    return AtThePage(visitor.sessions, visitor.sender, visitor.now)


def _status(problem: str) -> int:
    return 422 if problem else 200


def _told(ask: Callable[[], R]) -> R:
    """Not yours and not there are the same answer."""
    try:
        return ask()
    except (NotAllowed, NotFound) as refusal:
        raise HTTPException(404 if isinstance(refusal, NotFound) else 403, str(refusal)) from None


def _reference(request: Request) -> str:
    reference: str = request.path_params["reference"]
    if find_reference(reference) != reference:
        raise HTTPException(404)
    return reference


def _parts(content_type: str, body: bytes) -> tuple[Fields, str, bytes]:
    """A form with one file, as browsers send it: in memory alone."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    form = BytesParser(policy=HTTP).parsebytes(head + body)
    texts, name, data = [], "", b""
    for part in form.iter_parts():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_filename() is None:
            texts.append((str(part.get_param("name", "", "content-disposition")), content.decode("utf-8", "replace")))
        else:
            name, data = str(part.get_filename()), content
    return Fields(texts), name, data
