"""The web channel: a page on which to be one of several people and talk to the bot, with or without JavaScript."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.kit.words import moment_in_words
from bot.replies import Sender
from integrations.web.drawing import drawn
from integrations.web.elsewhere import Picture, drawn_from, pictures, sent
from integrations.web.fields import number
from integrations.web.guard import FILES, HEADERS, Fields, SafeHeaders, read_form
from integrations.web.saying import filled_in, said
from integrations.web.showing import anything_after, conversation, letters, look_at, newest, reply_to, unread
from integrations.web.stage import Elsewhere, Persona, Stage
from integrations.web.turns import Visitor, take_back
from storage.database import Sessions

NOBODY = "Choose who you are first."
NO_SUCH_PERSON = "There is nobody of that name here. Choose one of the people on the page."
NO_SUCH_MESSAGE = "There is nothing to draw yet. Open the conversation and say something first."
NO_SUCH_PAGE = "There is no such page. Check the address, or open the conversation."
SOMEBODY_ELSE = "You became somebody else in another tab, so nothing was done. Open the conversation to see who."
ONLY_FROM_A_FORM = "This address only takes what a form on our page sends. Open the conversation."
BROKEN = "Sorry, something went wrong on our side. Try again in a few minutes. If a child is in danger now, phone 999."


def chat_app(sessions: Sessions, stage: Stage, secret: str) -> Starlette:
    return Starlette(
        routes=Chat(sessions, stage).routes(),
        middleware=[
            Middleware(SafeHeaders),
            Middleware(SessionMiddleware, secret_key=secret, session_cookie="mace", same_site="lax"),
        ],
        exception_handlers={HTTPException: _problem, Exception: _broken},
    )


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- it is registered for nothing else
    sentence = {404: NO_SUCH_PAGE, 405: ONLY_FROM_A_FORM}.get(error.status_code, error.detail)
    return drawn("problem.html", error.status_code, sentence=sentence)


def _broken(_request: Request, _error: Exception) -> Response:
    """Drawn outside of all middleware, so it brings its own headers."""
    response = drawn("problem.html", 500, sentence=BROKEN)
    response.headers.update(HEADERS)
    return response


@dataclass(frozen=True)
class Chat:
    sessions: Sessions
    stage: Stage

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.home),
            Route("/story", self.story),
            Route("/sent", self.sent),
            Route("/new", self.new),
            Route("/picture", self.picture),
            Route("/picture", self.draw, methods=["POST"]),
            Route("/be", self.be, methods=["POST"]),
            Route("/say", self.say, methods=["POST"]),
            Route("/form/{dialogue_id}", self.form, methods=["POST"]),
            Route("/delete", self.delete, methods=["POST"]),
            Route("/clock", self.clock, methods=["POST"]),
            FILES,
        ]

    # --- looking (Starlette runs these in a thread) ---

    def home(self, request: Request) -> Response:
        if self._me(request) is None:
            return self._drawn(request, "welcome.html", story=self.stage.story)
        return self._conversation(request, "conversation.html")

    def story(self, request: Request) -> Response:
        return self._drawn(request, "welcome.html", story=self.stage.story)

    def sent(self, request: Request) -> Response:
        return self._drawn(request, "sent.html", letters=letters(self.sessions))

    def new(self, request: Request) -> Response:
        """For live.js: what arrived after a message, and how much is unread for others."""
        me, after = self._me(request), number(request.query_params.get("after"))
        if me is None or me.handle != request.query_params.get("you"):
            return Response(status_code=204)
        if anything_after(self._visitor(me), after):
            return self._conversation(request, "new.html", after=after)
        return self._drawn(request, "new.html", shown=())

    def picture(self, request: Request) -> Response:
        """What one platform would be sent, to be changed and drawn again."""
        me = self._me(request)
        if me is None:
            raise HTTPException(400, NOBODY)
        shown = look_at(conversation(self._visitor(me)), number(request.query_params.get("look")))
        if shown is None:
            raise HTTPException(400, NO_SUCH_MESSAGE)
        platform = self._platform(request.query_params.get("as", ""))
        return self._picture(request, drawn_from(platform, sent(platform, shown)), shown.id)

    # --- doing ---

    async def be(self, request: Request) -> Response:
        fields = await read_form(request, _token(request))
        me = await to_thread(self._me, request)
        if fields.get("handle") not in {one.handle for one in self._people(request)}:
            raise HTTPException(400, NO_SUCH_PERSON)
        if me:
            seen = await to_thread(newest, self._visitor(me))
            request.session["seen"] = request.session.get("seen", {}) | {me.handle: seen}
        request.session["you"] = fields["handle"]
        return _see("/#latest")

    async def say(self, request: Request) -> Response:
        return _see(f"/#m{await to_thread(said, *await self._visit(request))}")

    async def form(self, request: Request) -> Response:
        visitor, fields = await self._visit(request)
        return _see(f"/#m{await to_thread(filled_in, visitor, request.path_params['dialogue_id'], fields)}")

    async def delete(self, request: Request) -> Response:
        visitor, fields = await self._visit(request)
        line = number(fields.get("id"))
        await to_thread(take_back, visitor, line)
        return _see(f"/#m{line}")

    async def draw(self, request: Request) -> Response:
        """Nothing is kept of what is sent here."""
        _, fields = await self._visit(request)
        picture = drawn_from(self._platform(fields.get("as", "")), fields.get("json", ""))
        return await to_thread(self._picture, request, picture, number(fields.get("look")))

    async def clock(self, request: Request) -> Response:
        await read_form(request, _token(request))
        await self.stage.move_clock()
        return _see("/#latest")

    # --- who it is, and what is drawn for them ---

    def _people(self, request: Request) -> Sequence[Persona]:
        """Asked for once a request."""
        if not hasattr(request.state, "people"):
            request.state.people = self.stage.people()
        people: Sequence[Persona] = request.state.people
        return people

    def _me(self, request: Request) -> Persona | None:
        return next((one for one in self._people(request) if one.handle == request.session.get("you")), None)

    def _visitor(self, me: Persona) -> Visitor:
        return Visitor(self.sessions, Sender("web", self.stage.tenant, me.handle), self.stage.now())

    async def _visit(self, request: Request) -> tuple[Visitor, Fields]:
        """The person for whom the page was drawn: who changed in another tab does not speak as somebody else."""
        fields = await read_form(request, _token(request))
        me = await to_thread(self._me, request)
        if me is None:
            raise HTTPException(400, NOBODY)
        if fields.get("you") != me.handle:
            raise HTTPException(409, SOMEBODY_ELSE)
        return self._visitor(me), fields

    def _conversation(self, request: Request, template: str, **more: Any) -> HTMLResponse:
        me = self._me(request)
        assert me  # noqa: S101 -- the callers looked
        shown = conversation(self._visitor(me))
        looked_at = look_at(shown, number(request.query_params.get("look")))
        return self._drawn(
            request,
            template,
            shown=shown,
            looked_at=looked_at,
            pictures=pictures(self.stage.elsewhere, looked_at),
            way=request.query_params.get("as"),
            replying_to=reply_to(shown, number(request.query_params.get("reply"))),
            steps=[step for step in self.stage.story if step.who == me.handle],
            **more,
        )

    def _platform(self, key: str) -> Elsewhere:
        found = next((one for one in self.stage.elsewhere if one.key == key), None)
        if found is None:
            raise HTTPException(404)
        return found

    def _picture(self, request: Request, picture: Picture, look: int) -> HTMLResponse:
        others = [one for one in self.stage.elsewhere if one != picture.platform]
        return self._drawn(request, "picture.html", picture=picture, look=look, others=others)

    def _drawn(self, request: Request, template: str, **more: Any) -> HTMLResponse:
        me = self._me(request)
        return drawn(
            template,
            me=me,
            people=self._people(request),
            unread=unread(self.sessions, self.stage.tenant, request.session.get("seen", {})),
            now=moment_in_words(self.stage.now()),
            token=_token(request),
            path=request.url.path,
            **more,
        )


def _token(request: Request) -> str:
    """This browser's own: a form from anywhere else does not know it."""
    token: str = request.session.setdefault("token", token_urlsafe(16))
    return token


def _see(where: str) -> RedirectResponse:
    return RedirectResponse(where, 303)
