"""People's own pages as the server mounts them, with a sign-in by Microsoft if it is configured."""

from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.context import Site
from bot.features.pages import PATH
from integrations.settings import Settings
from integrations.web.guard import FILES, HEADERS, SafeHeaders
from integrations.web.importing import Importing
from integrations.web.pages import Pages
from scheduler.postman import Now
from storage.database import Sessions, engine_of
from storage.records.base import keys_of

NO_SUCH_PAGE = "There is no such page. Check the address, or open your pages."
ONLY_FROM_A_FORM = "This address only takes what a form on our page sends. Open your pages."
BROKEN = "Sorry, something went wrong on our side. Try again in a few minutes. If a child is in danger now, phone 999."


def site_of(settings: Settings) -> Site:
    return Site(_address(settings), "teams" if settings.has_entra else "", settings.has_mail, settings.keeps)


def own_pages(settings: Settings, sessions: Sessions, now: Now) -> Iterator[BaseRoute]:
    pages = Pages(sessions, now, _address(settings).startswith("https://"), microsoft=settings.has_entra)
    yield from _mounted(pages_app(pages, *_sign_in(settings, pages)))
    yield Route("/", _to_pages)


def demo_pages(sessions: Sessions, now: Now) -> Iterator[BaseRoute]:
    return _mounted(pages_app(Pages(sessions, now, secure=False, made_up=True), [], []))


def pages_app(pages: Pages, more: list[BaseRoute], middleware: list[Middleware]) -> Starlette:
    def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 -- it is registered for nothing else
        sentence = {404: NO_SUCH_PAGE, 405: ONLY_FROM_A_FORM}.get(error.status_code, error.detail)
        return pages.draw(request, "problem.html", error.status_code, sentence=sentence)

    def broken(request: Request, _error: Exception) -> Response:
        """Drawn outside of all middleware, so it brings its own headers."""
        response = pages.draw(request, "problem.html", 500, sentence=BROKEN)
        response.headers.update(HEADERS)
        return response

    return Starlette(
        routes=[*pages.routes(), *Importing(pages).routes(), *more, FILES],
        middleware=[Middleware(SafeHeaders, https=pages.secure), *middleware],
        exception_handlers={HTTPException: problem, Exception: broken},
    )


def _mounted(app: Starlette) -> Iterator[BaseRoute]:
    """With its whole path: a Mount would have no page at /pages itself."""
    yield from (Route(path, app) for path in (PATH, PATH + "/{rest:path}", "/static/{rest:path}"))


def _sign_in(settings: Settings, pages: Pages) -> tuple[list[BaseRoute], list[Middleware]]:
    if not settings.has_entra:
        return [], []
    from starlette.middleware.sessions import SessionMiddleware

    from integrations.web.entra import Access, Entra

    access = Access(
        app_id=settings.entra_app_id,
        secret=settings.entra_app_secret.get_secret_value(),
        tenant=settings.entra_tenant_id,
        address=_address(settings),
        openid_url=settings.entra_openid_url,
    )
    secret = keys_of(engine_of(pages.sessions).dialect).secret("sign-in")
    on_the_way = Middleware(
        SessionMiddleware, secret_key=secret, session_cookie="mace-sign-in", max_age=600, https_only=pages.secure
    )
    return Entra(access, pages).routes(), [on_the_way]


def _address(settings: Settings) -> str:
    return settings.public_url.rstrip("/")


async def _to_pages(_request: Request) -> RedirectResponse:
    return RedirectResponse(PATH, 303)
